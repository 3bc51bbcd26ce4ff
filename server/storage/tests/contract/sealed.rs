//! What rests sealed, wherever it is: found by the key that sealed it, and exchanged.

use domain::{
    accounts::AccountId,
    client::BrowserHash,
    keys::{
        Purpose, SealedRow,
        signing::{Algorithm, KeyPurpose, SigningKeyRow},
    },
    links::LinkToken,
    mail::QueuedMail,
    social::{Flow, Intent, ProviderId},
};

use crate::support::{
    database::TestDatabase,
    on_both,
    samples::{Sequence, at, installation, mail, nobody},
};

/// What begins like what a key of that number sealed.
fn sealed(key: u8, rest: &[u8]) -> Vec<u8> {
    [[1, key, 0, 0, 0, 0, 0, 0, 255].as_slice(), rest].concat()
}

fn flow(verifier: Vec<u8>) -> Flow {
    let account: AccountId = nobody();
    Flow {
        state_hash: LinkToken::generate(&Sequence).hash(),
        provider: ProviderId::parse("github").expect("a name"),
        intent: Intent::Connect,
        nonce: "nonce".into(),
        verifier,
        next: None,
        browser: BrowserHash::of("browser"),
        account: Some(account),
        stay: false,
        arrival: None,
        created_at: at(0),
        expires_at: at(600),
    }
}

fn key(kid: &str, generation: i64, private: Option<Vec<u8>>) -> SigningKeyRow {
    SigningKeyRow {
        kid: kid.to_owned(),
        purpose: KeyPurpose::Access,
        algorithm: Algorithm::EdDsa,
        generation,
        public_jwk: "{}".to_owned(),
        sealed_private: private,
        created_at: at(0),
        signs_from: at(0),
        signs_until: at(3600),
        published_until: None,
    }
}

/// Two values of each purpose that the first key sealed, and one of the second.
async fn fill(db: &TestDatabase) {
    db.keep(async |work| {
        for (name, by) in [("a", 1), ("b", 2), ("c", 1)] {
            let sealed = sealed(by, name.as_bytes());
            work.insert_mail(&QueuedMail {
                sealed: sealed.clone(),
                ..mail(name, at(0))
            })
            .await?;
            work.insert_flow(&flow(sealed)).await?;
        }
        work.insert_signing_key(&key("a", 1, None)).await?;
        work.insert_signing_key(&key("b", 2, Some(sealed(1, b"b"))))
            .await?;
        work.insert_signing_key(&key("c", 3, Some(sealed(2, b"c"))))
            .await?;
        work.insert_signing_key(&key("d", 4, Some(sealed(1, b"d"))))
            .await?;
        work.insert_installation(&installation("https://id.example"))
            .await
    })
    .await
    .expect("kept");
}

async fn found(
    db: &TestDatabase,
    purpose: Purpose,
    by: u8,
    after: &[u8],
    limit: i64,
) -> Vec<SealedRow> {
    let head = sealed(by, b"");
    db.look(async |work| {
        work.list_sealed_otherwise(purpose, &head, after, limit)
            .await
    })
    .await
}

on_both! {
    async fn what_other_keys_sealed_is_listed_page_by_page(db: &TestDatabase) {
        fill(db).await;
        for purpose in [Purpose::Mail, Purpose::Flow, Purpose::SigningKey] {
            assert_eq!(found(db, purpose, 2, b"", 9).await.len(), 2, "{purpose:?}");
            assert_eq!(found(db, purpose, 1, b"", 9).await.len(), 1, "{purpose:?}");
            assert_eq!(found(db, purpose, 3, b"", 9).await.len(), 3, "{purpose:?}");
            let first = found(db, purpose, 2, b"", 1).await.remove(0);
            let second = found(db, purpose, 2, &first.id, 1).await.remove(0);
            assert!(first.id < second.id && first.sealed.starts_with(&sealed(1, b"")));
            assert!(found(db, purpose, 2, &second.id, 1).await.is_empty());
            let head = sealed(2, b"");
            let count = db.look(async |work| work.count_sealed_otherwise(purpose, &head).await).await;
            assert_eq!(count, 2);
        }
        for purpose in [Purpose::Throttle, Purpose::Practice, Purpose::MacKey] {
            assert!(found(db, purpose, 3, b"", 9).await.is_empty(), "{purpose:?}");
        }
        let ids: Vec<_> = found(db, Purpose::Mail, 2, b"", 9).await.into_iter().map(|row| row.id).collect();
        assert_eq!(ids, [b"a".to_vec(), b"c".to_vec()]);
    }

    async fn a_sealed_value_is_exchanged_only_while_it_is_what_was_read(db: &TestDatabase) {
        fill(db).await;
        let first = sealed(1, b"mac");
        assert!(db.keep(async |work| work.replace_mac_key(None, &first).await).await.expect("kept"));
        for purpose in [Purpose::Mail, Purpose::Flow, Purpose::SigningKey, Purpose::MacKey] {
            let row = found(db, purpose, 2, b"", 1).await.remove(0);
            let fresh = sealed(2, b"fresh");
            for (expected, what) in [(true, "once"), (false, "it has changed")] {
                let done = db.keep(async |work| work.reseal(purpose, &row, &fresh).await).await;
                assert_eq!(done.expect("kept"), expected, "{purpose:?}: {what}");
            }
            let rest = found(db, purpose, 1, b"", 9).await;
            assert!(rest.iter().any(|now| now.id == row.id && now.sealed == fresh), "{purpose:?}");
            assert!(found(db, purpose, 2, b"", 9).await.iter().all(|other| other.id != row.id));
        }
    }

    async fn what_is_gone_is_not_exchanged(db: &TestDatabase) {
        fill(db).await;
        let row = found(db, Purpose::Mail, 2, b"", 1).await.remove(0);
        db.keep(async |work| work.delete_mail("a").await).await.expect("kept");
        let done = db.keep(async |work| work.reseal(Purpose::Mail, &row, b"x").await).await;
        assert!(!done.expect("kept"));
        let row = found(db, Purpose::SigningKey, 2, b"", 1).await.remove(0);
        db.keep(async |work| work.retire_signing_key("b", at(9)).await).await.expect("kept");
        let done = db.keep(async |work| work.reseal(Purpose::SigningKey, &row, b"x").await).await;
        assert!(!done.expect("kept"), "a destroyed private half stays destroyed");
        assert_eq!(found(db, Purpose::SigningKey, 2, b"", 9).await.len(), 1);
    }

    async fn the_key_of_names_belongs_to_the_installation(db: &TestDatabase) {
        assert!(!db.keep(async |work| work.replace_mac_key(None, b"one").await).await.expect("kept"), "no row");
        let row = installation("https://id.example");
        db.keep(async |work| work.insert_installation(&row).await).await.expect("kept");
        assert_eq!(db.look(async |work| work.find_mac_key().await).await, None);
        for (from, to, expected) in [
            (Some(b"one".as_slice()), b"two".as_slice(), false),
            (None, b"one", true),
            (None, b"two", false),
            (Some(b"two"), b"three", false),
            (Some(b"one"), b"two", true),
        ] {
            let done = db.keep(async |work| work.replace_mac_key(from, to).await).await;
            assert_eq!(done.expect("kept"), expected);
        }
        assert_eq!(db.look(async |work| work.find_mac_key().await).await.as_deref(), Some(b"two".as_slice()));
        assert_eq!(db.look(async |work| work.find_installation().await).await, Some(row));
    }
}

//! Text that people and machines send to break things.

use domain::{accounts::NewAccount, sessions::SessionRow, store::StorageError};

use crate::support::{
    database::TestDatabase,
    on_both,
    samples::{account, as_shown, at, key, mail, registration, session},
};

const HOSTILE: [&str; 12] = [
    "",
    " ",
    "'; DROP TABLE accounts; --",
    "\"quoted\" and `ticked` and 'single'",
    "$1 ? :name @name %s {} \\0 \\' \\",
    "E'\\x00' $$ body $$",
    "line\r\nbreak\ttab\u{b}\u{7f}\u{1b}[31m",
    "👩‍👩‍👧‍👦🏴‍☠️ \u{1f511}",
    "e\u{301} is not é",
    "\u{202e}right to left\u{2066}\u{feff}\u{200b}",
    "<script>alert(1)</script>&amp;",
    "\u{10ffff}\u{fffd}\u{d7ff}\u{e000}",
];

/// More than a page, a row or a network packet.
fn megabyte(pattern: &str) -> String {
    pattern.repeat(1_000_000 / pattern.len() + 1)
}

async fn insert(db: &TestDatabase, row: &NewAccount) -> Result<(), StorageError> {
    db.keep(async |work| work.insert_account(row).await).await
}

/// Nothing that came before spoils what comes now.
async fn assert_still_works(db: &TestDatabase, email: &str) {
    let row = account(email);
    insert(db, &row).await.expect("an ordinary account is kept");
    let found = db.look(async |work| work.find_account(row.id).await).await;
    assert_eq!(found, Some(as_shown(&row)));
}

on_both! {
    async fn hostile_text_is_kept_to_the_letter(db: &TestDatabase) {
        for (number, text) in HOSTILE.into_iter().enumerate() {
            let mut row = account(&format!("{number}@example.org"));
            row.name = text.to_owned();
            row.email = text.to_owned();
            row.lookup_key = text.to_owned();
            insert(db, &row).await.expect("kept");

            let by_id = db.look(async |work| work.find_account(row.id).await).await;
            assert_eq!(by_id.as_ref(), Some(&as_shown(&row)));
            let by_address = db.look(async |work| work.find_account_by_email(text).await).await;
            assert_eq!(by_address, by_id, "{text:?} is equal to itself and to nothing else");
        }
        assert_eq!(db.raw().await.count("accounts").await, 12);
    }

    async fn hostile_ids_find_and_end_nothing(db: &TestDatabase) {
        let anna = account("anna@example.org");
        insert(db, &anna).await.expect("kept");
        let desk = session(anna.id, "desk");
        db.keep(async |work| work.insert_session(&desk, None).await).await.expect("kept");

        for text in HOSTILE {
            let (mails, registrations) = db
                .look(async |work| {
                    Ok((work.find_mail(text).await?, work.find_registration(text).await?))
                })
                .await;
            assert!(mails.is_none() && registrations.is_none());
            let ended = db
                .keep(async |work| {
                    work.delete_unused_links(text).await?;
                    work.touch_session(text, at(1), at(2), at(2)).await?;
                    work.delete_session(anna.id, text).await
                })
                .await
                .expect("an answer");
            assert!(!ended);
        }
        let found = db.look(async |work| work.find_session(&key("desk")).await).await;
        assert_eq!(found.map(|(row, ..)| row), Some(desk));
    }

    async fn a_megabyte_of_text_is_kept(db: &TestDatabase) {
        let mut row = account("anna@example.org");
        row.name = megabyte("ö👋'");
        insert(db, &row).await.expect("kept");
        let desk = SessionRow {
            user_agent: megabyte("Mozilla/5.0 "),
            ..session(row.id, "desk")
        };
        db.keep(async |work| work.insert_session(&desk, None).await).await.expect("kept");
        let mut large = mail("large", at(0));
        large.sealed = (0..1_000_000_u32).map(|number| number.to_le_bytes()[0]).collect();
        db.keep(async |work| work.insert_mail(&large).await).await.expect("kept");

        let found = db.look(async |work| work.find_account(row.id).await).await;
        assert!(found == Some(as_shown(&row)), "a long name comes back whole");
        let found = db.look(async |work| work.find_session(&key("desk")).await).await;
        assert!(found.is_some_and(|(found, ..)| found == desk));
        let found = db.look(async |work| work.find_mail("large").await).await;
        assert!(found.is_some_and(|found| found.mail.sealed == large.sealed));
    }

    async fn a_key_that_is_too_long_for_an_index_is_an_error_at_most(db: &TestDatabase) {
        let mut row = account("anna@example.org");
        // Digits of a sequence, so that no compression makes it fit.
        row.lookup_key = (0..150_000_u64)
            .map(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_string())
            .collect();
        match insert(db, &row).await {
            Ok(()) => {
                let found =
                    db.look(async |work| work.find_account_by_email(&row.lookup_key).await).await;
                assert!(found.is_some());
            }
            Err(StorageError::Database(_)) => {
                assert_eq!(db.raw().await.count("accounts").await, 0);
            }
            Err(error) => panic!("an over-long key is no such thing: {error}"),
        }
        assert_still_works(db, "ben@example.org").await;
    }

    async fn a_nul_byte_is_kept_or_refused_and_spoils_nothing(db: &TestDatabase) {
        let row = NewAccount {
            name: "before\0after".to_owned(),
            ..account("anna@example.org")
        };
        let kept = insert(db, &row).await;
        let found = db.look(async |work| work.find_account(row.id).await).await;
        match kept {
            // PostgreSQL has no such text.
            Err(StorageError::Database(_)) if !db.is_sqlite() => assert_eq!(found, None),
            Ok(()) if db.is_sqlite() => assert_eq!(found, Some(as_shown(&row))),
            other => panic!("{other:?}"),
        }

        let mut waiting = registration("a\0b@example.org");
        waiting.browser = None;
        let kept = db.keep(async |work| work.insert_registration(&waiting).await).await;
        assert_eq!(kept.is_ok(), db.is_sqlite());
        assert_still_works(db, "ben@example.org").await;
    }

    async fn a_nul_byte_in_a_question_finds_nothing(db: &TestDatabase) {
        let anna = account("anna@example.org");
        insert(db, &anna).await.expect("kept");
        let mut reader = db.reader().await;
        for text in ["\0", "anna@example.org\0", "anna@example.org\0x"] {
            for found in [
                reader.find_sign_in(text).await.map(|found| found.is_some()),
                reader.find_account_by_email(text).await.map(|found| found.is_some()),
                reader.find_registration(text).await.map(|found| found.is_some()),
                reader.find_mail(text).await.map(|found| found.is_some()),
            ] {
                assert!(!found.unwrap_or(false), "a prefix is not the whole");
            }
        }
        assert!(
            reader.find_sign_in("anna@example.org").await.expect("an answer").is_some(),
            "the reader can go on"
        );
        drop(reader);
        let ended = db.keep(async |work| work.delete_session(anna.id, "\0").await).await;
        assert!(!ended.unwrap_or(false));
        assert_still_works(db, "ben@example.org").await;
    }
}

//! People on their way to providers, people who wait at the door, and what is connected.

use domain::{
    accounts::{AccountId, NewAccount, Registration, Role},
    client::BrowserHash,
    links::{LinkHash, LinkToken},
    social::{Arrival, Connection, Flow, FoundIdentity, Intent, ProviderId},
    store::StorageError,
};

use crate::support::{
    assert_fails, on_both,
    samples::{Sequence, account, at, new_id, nobody, registration},
};

fn github() -> ProviderId {
    ProviderId::parse("github").expect("a name")
}

fn browser(name: &str) -> BrowserHash {
    BrowserHash::of(name)
}

fn identity(subject: &str) -> FoundIdentity {
    FoundIdentity {
        provider: github(),
        issuer: "https://github.com".into(),
        subject: subject.into(),
        label: "octo\u{2603}cat".into(),
    }
}

/// A flow of a browser, at noon, for ten minutes.
fn flow(of: &str) -> Flow {
    Flow {
        state_hash: LinkToken::generate(&Sequence).hash(),
        provider: github(),
        intent: Intent::Connect,
        nonce: "nonce".into(),
        verifier: vec![0, 1, 2],
        next: Some("/account".into()),
        browser: browser(of),
        account: Some(nobody()),
        stay: true,
        arrival: Some(new_id()),
        created_at: at(0),
        expires_at: at(600),
    }
}

fn arrival(of: &str) -> Arrival {
    Arrival {
        id: new_id(),
        browser: browser(of),
        identity: identity("1"),
        name: Some("Ada".into()),
        email: Some("ada@example.org".into()),
        vouched: true,
        stay: false,
        next: None,
        created_at: at(0),
        expires_at: at(3600),
    }
}

fn connection(account: AccountId, subject: &str) -> Connection {
    Connection {
        id: new_id(),
        account,
        identity: identity(subject),
        created_at: at(1),
        last_used_at: None,
    }
}

on_both! {
    async fn a_flow_is_taken_once_by_its_browser_from_its_provider(db: &TestDatabase) {
        let plain = Flow {
            intent: Intent::SignIn,
            next: None,
            account: None,
            stay: false,
            arrival: None,
            ..flow("a")
        };
        let google = ProviderId::parse("google").expect("a name");
        for row in [flow("a"), plain] {
            db.keep(async |work| work.insert_flow(&row).await).await.expect("kept");
            let others: [(&LinkHash, &ProviderId, BrowserHash); 3] = [
                (&LinkToken::generate(&Sequence).hash(), &github(), browser("a")),
                (&row.state_hash, &google, browser("a")),
                (&row.state_hash, &github(), browser("b")),
            ];
            for (state, provider, whose) in others {
                let taken = db.keep(async |work| work.take_flow(state, provider, &whose).await).await;
                assert_eq!(taken.expect("an answer"), None);
            }
            for expected in [Some(&row), None] {
                let state = &row.state_hash;
                let taken = db.keep(async |work| work.take_flow(state, &github(), &browser("a")).await).await;
                assert_eq!(taken.expect("an answer").as_ref(), expected);
            }
        }
    }

    async fn an_arrival_waits_for_its_browser_and_its_time(db: &TestDatabase) {
        let first = arrival("a");
        let bare = Arrival { name: None, email: None, next: Some("/x".into()), stay: true, vouched: false, ..arrival("a") };
        for row in [&first, &bare] {
            db.keep(async |work| work.insert_arrival(row).await).await.expect("kept");
            let found = db.look(async |work| work.find_arrival(&row.id, &browser("a"), at(3599)).await).await;
            assert_eq!(found.as_ref(), Some(row));
        }
        for (whose, now) in [("b", at(1)), ("a", at(3600))] {
            let found = db.look(async |work| work.find_arrival(&first.id, &browser(whose), now).await).await;
            assert_eq!(found, None);
        }
        for deletes in [true, false] {
            let deleted = db.keep(async |work| work.delete_arrival(&first.id).await).await;
            assert_eq!(deleted.expect("an answer"), deletes);
        }
    }

    async fn expired_flows_and_arrivals_go(db: &TestDatabase) {
        let (way, door) = (flow("a"), arrival("a"));
        db.keep(async |work| {
            work.insert_flow(&way).await?;
            work.insert_arrival(&door).await
        }).await.expect("kept");
        for (before, gone) in [(at(600), 0), (at(601), 1), (at(3600), 0), (at(3601), 1)] {
            let deleted = db.keep(async |work| work.delete_expired_flows(before).await).await;
            assert_eq!(deleted.expect("an answer"), gone);
        }
    }

    async fn an_identity_is_one_accounts(db: &TestDatabase) {
        let (anna, ben) = (account("anna@example.org"), account("ben@example.org"));
        let more = Connection { created_at: at(2), ..connection(anna.id, "2") };
        let hers = connection(anna.id, "1");
        db.keep(async |work| {
            work.insert_account(&anna).await?;
            work.insert_account(&ben).await?;
            work.insert_identity(&hers).await?;
            work.insert_identity(&more).await
        }).await.expect("kept");
        for other in [connection(ben.id, "1"), connection(anna.id, "1")] {
            assert_fails!(db.keep(async |work| work.insert_identity(&other).await).await, StorageError::Taken);
        }
        let of = db.look(async |work| work.list_identities(anna.id).await).await;
        assert_eq!(of, [hers.clone(), more.clone()]);
        assert_eq!(db.look(async |work| work.list_identities(ben.id).await).await, []);
        for (whose, used) in [(anna.id, true), (ben.id, false)] {
            let noted = db.keep(async |work| work.use_identity(whose, "https://github.com", "1", at(9)).await).await;
            assert_eq!(noted.expect("an answer"), used);
        }
        let of = db.look(async |work| work.list_identities(anna.id).await).await;
        assert_eq!(of[0].last_used_at, Some(at(9)));
        for (whose, deletes) in [(ben.id, false), (anna.id, true), (anna.id, false)] {
            let deleted = db.keep(async |work| work.delete_identity(whose, &hers.id).await).await;
            assert_eq!(deleted.expect("an answer"), deletes);
        }
        // Now it can be his.
        db.keep(async |work| work.insert_identity(&connection(ben.id, "1")).await).await.expect("kept");
    }

    async fn an_identity_is_found_by_issuer_and_subject_alone(db: &TestDatabase) {
        let anna = account("anna@example.org");
        db.keep(async |work| {
            work.insert_account(&anna).await?;
            work.insert_identity(&connection(anna.id, "1")).await
        }).await.expect("kept");
        for (issuer, subject) in [("https://github.com", "2"), ("https://github.com/", "1"), ("", "1")] {
            assert!(db.look(async |work| work.find_identity(issuer, subject).await).await.is_none());
        }
        let find = async || {
            db.look(async |work| work.find_identity("https://github.com", "1").await).await.expect("found")
        };
        let record = find().await;
        assert_eq!(record.account, anna.id);
        assert!(!record.disabled && !record.privileged && !record.leaving);
        db.keep(async |work| {
            work.grant_role(anna.id, Role::Admin, at(1)).await?;
            work.plan_deletion(anna.id, at(5)).await?;
            work.set_disabled(anna.id, Some(at(2))).await
        }).await.expect("kept");
        let record = find().await;
        assert!(record.disabled && record.privileged && record.leaving);
    }

    async fn an_account_may_have_no_password(db: &TestDatabase) {
        let anna = NewAccount { password: None, ..account("anna@example.org") };
        let ben = account("ben@example.org");
        db.keep(async |work| {
            work.insert_account(&anna).await?;
            work.insert_account(&ben).await
        }).await.expect("kept");
        for (whose, has) in [(anna.id, false), (ben.id, true), (nobody(), false)] {
            assert_eq!(db.look(async |work| work.has_password(whose).await).await, has);
        }
        let record = db.look(async |work| work.find_sign_in("anna@example.org").await).await.expect("there");
        assert!(record.password.is_none() && record.password_since.is_none());
    }

    async fn a_sign_up_from_a_provider_waits_without_a_password(db: &TestDatabase) {
        let row = Registration {
            password: None,
            identity: Some(identity("1")),
            ..registration("anna@example.org")
        };
        db.keep(async |work| work.insert_registration(&row).await).await.expect("kept");
        let found = db.look(async |work| work.find_registration(&row.id).await).await.expect("there");
        assert_eq!(found.identity, row.identity);
        assert!(found.password.is_none());
    }
}

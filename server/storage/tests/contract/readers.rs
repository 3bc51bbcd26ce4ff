//! Readers: what was committed, nothing else, and no writes.

use domain::{
    accounts::Role,
    audit::EventKind,
    client::BrowserHash,
    links::LinkPurpose,
    store::{StorageError, Store},
};

use crate::support::{
    assert_fails, on_both,
    samples::{
        account, at, event, installation, key, link, mail, nobody, password, registration, session,
    },
};

/// Asserts that the database itself refuses a write.
macro_rules! refused {
    ($($write:expr;)*) => { $(assert_fails!($write.await, StorageError::Database(_));)* };
}

on_both! {
    async fn a_reader_sees_what_was_committed_and_nothing_else(db: &TestDatabase) {
        let anna = account("anna@example.org");
        let mut work = db.begin().await;
        work.insert_account(&anna).await.expect("written");
        assert_eq!(db.look(async |work| work.find_account(anna.id).await).await, None);
        drop(work);
        assert_eq!(db.look(async |work| work.find_account(anna.id).await).await, None);

        db.keep(async |work| work.insert_account(&anna).await).await.expect("kept");
        assert!(db.look(async |work| work.find_account(anna.id).await).await.is_some());
    }

    async fn a_reader_does_not_wait_for_a_writer(db: &TestDatabase) {
        let mut work = db.begin().await;
        work.insert_mail(&mail("mail", at(0))).await.expect("written");
        for _ in 0..20 {
            assert!(db.look(async |work| work.list_mail(9).await).await.is_empty());
        }
        work.commit().await.expect("kept");
        assert_eq!(db.look(async |work| work.list_mail(9).await).await.len(), 1);
    }

    async fn a_writer_does_not_wait_for_a_reader(db: &TestDatabase) {
        let mut reader = db.reader().await;
        assert!(reader.list_mail(9).await.expect("an answer").is_empty());
        db.keep(async |work| work.insert_mail(&mail("mail", at(0))).await).await.expect("kept");
        assert_eq!(reader.list_mail(9).await.expect("an answer").len(), 1, "each question is asked anew");
    }

    async fn the_database_refuses_a_readers_writes(db: &TestDatabase) {
        let anna = account("anna@example.org");
        let (row, hash) = (session(anna.id, "desk"), link("target"));
        db.keep(async |work| {
            work.insert_account(&anna).await?;
            work.insert_session(&row, None).await?;
            work.insert_registration(&registration("ben@example.org")).await?;
            work.insert_link(&hash).await?;
            work.insert_mail(&mail("mail", at(0))).await?;
            work.insert_installation(&installation("https://example.org")).await
        })
        .await
        .expect("kept");

        let mut reader = db.reader().await;
        let browser = BrowserHash::of("browser");
        refused! {
            reader.insert_account(&account("carla@example.org"));
            reader.rehash_password(anna.id, &password('a'), &password('b'));
            reader.grant_role(anna.id, Role::Admin, at(1));
            reader.remember_browser(anna.id, &browser, at(1));
            reader.insert_registration(&registration("carla@example.org"));
            reader.delete_registration_of("ben@example.org");
            reader.delete_expired_registrations(at(9999));
            reader.insert_session(&session(anna.id, "phone"), None);
            reader.insert_session_with_tokens(&session(anna.id, "phone"), None);
            reader.insert_session_of(&browser, &session(anna.id, "phone"), None);
            reader.update_session(&key("desk"), "otp", at(1));
            reader.delete_session_by_key(&key("desk"));
            reader.delete_session(anna.id, "desk");
            reader.delete_sessions_except(anna.id, "");
            reader.touch_session("desk", at(1), at(2), at(2));
            reader.delete_expired_sessions(at(9999));
            reader.insert_link(&link("target"));
            reader.use_link(LinkPurpose::ConfirmRegistration, &hash.hash, at(1));
            reader.delete_unused_links("target");
            reader.delete_expired_links(at(9999));
            reader.insert_mail(&mail("other", at(0)));
            reader.delete_expired_mail(at(9999));
            reader.append_event(&event(EventKind::AccountCreated));
            reader.insert_installation(&installation("https://example.com"));
            reader.change_issuer("https://example.com", "example.com");
        }
        // Even one that would change nothing.
        refused! { reader.delete_session(nobody(), "nothing"); }
        assert!(
            reader.find_account(anna.id).await.expect("an answer").is_some(),
            "a refusal leaves the reader whole"
        );
        reader.commit().await.expect("there is nothing to keep");

        let mut raw = db.raw().await;
        for table in [
            "accounts", "sessions", "registrations", "one_time_links WHERE used_at IS NULL",
            "mail_queue", "installation WHERE issuer = 'https://example.org'",
        ] {
            assert_eq!(raw.count(table).await, 1, "{table} is as it was");
        }
        for table in ["role_grants", "known_browsers", "audit_events"] {
            assert_eq!(raw.count(table).await, 0, "{table} is as it was");
        }
    }

    async fn more_readers_than_connections_take_turns(db: &TestDatabase) {
        db.keep(async |work| work.insert_mail(&mail("mail", at(0))).await).await.expect("kept");
        let readers: Vec<_> = (0..50)
            .map(|_| {
                let store = db.store();
                tokio::spawn(async move { store.read().await?.find_mail("mail").await })
            })
            .collect();
        for reader in readers {
            let found = reader.await.expect("nobody panics").expect("an answer");
            assert!(found.is_some());
        }
    }
}

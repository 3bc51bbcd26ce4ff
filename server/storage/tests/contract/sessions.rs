//! Sessions, by the hash of their key.

use domain::{
    accounts::{AccountId, NewAccount},
    language::Language,
    sessions::{SessionOwner, SessionRow},
    store::StorageError,
};

use crate::support::{
    assert_fails,
    database::TestDatabase,
    on_both,
    samples::{account, at, just_before, key, nobody, session},
};

/// Somebody whose sessions these are.
async fn owner(db: &TestDatabase, email: &str) -> NewAccount {
    let owner = account(email);
    db.keep(async |work| work.insert_account(&owner).await)
        .await
        .expect("kept");
    owner
}

async fn start(db: &TestDatabase, row: &SessionRow) {
    let started = db
        .keep(async |work| work.insert_session(row, None).await)
        .await;
    assert!(started.expect("an answer"), "the session begins");
}

/// The public ids that an account's page shows then.
async fn listed(db: &TestDatabase, account: AccountId, seconds: u64) -> Vec<String> {
    let rows = db
        .look(async |work| work.list_sessions(account, at(seconds)).await)
        .await;
    rows.into_iter().map(|row| row.public_id).collect()
}

async fn stored(db: &TestDatabase, name: &str) -> Option<SessionRow> {
    let found = db
        .look(async |work| work.find_session(&key(name)).await)
        .await;
    found.map(|(row, _)| row)
}

on_both! {
    async fn a_session_is_found_by_its_key_with_its_owner(db: &TestDatabase) {
        let anna = owner(db, "Anna@example.org").await;
        let mut desk = session(anna.id, "desk");
        desk.persistent = true;
        let mut phone = session(anna.id, "phone");
        phone.browser = None;
        phone.user_agent = String::new();
        phone.address = Vec::new();
        for row in [&desk, &phone] {
            start(db, row).await;
        }

        let german = Some(Language::German);
        assert!(db.keep(async |work| work.set_language(anna.id, german).await).await.expect("an answer"));
        let whose = SessionOwner { name: anna.name.clone(), email: anna.email.clone(), language: german, role: None };
        for row in [desk, phone] {
            let found = db.look(async |work| work.find_session(&row.key_hash).await).await;
            assert_eq!(found, Some((row, whose.clone())));
        }
        assert_eq!(stored(db, "unknown").await, None);
    }

    async fn a_session_shows_its_owners_primary_address(db: &TestDatabase) {
        let anna = owner(db, "anna@example.org").await;
        start(db, &session(anna.id, "desk")).await;
        db.raw()
            .await
            .run(&format!(
                "INSERT INTO emails (id, account, address, lookup_key, is_primary, verified_at, created_at)
                 VALUES ('second', '{}', 'work@example.org', 'work@example.org', FALSE, 1, 1)",
                anna.id
            ))
            .await;

        let found = db.look(async |work| work.find_session(&key("desk")).await).await;
        assert_eq!(found.map(|(_, owner)| owner.email), Some("anna@example.org".to_owned()));
    }

    async fn a_session_is_renewed_by_its_owner_while_it_lives(db: &TestDatabase) {
        let (anna, berta) = (owner(db, "anna@example.org").await, owner(db, "berta@example.org").await);
        let row = session(anna.id, "desk");
        start(db, &row).await;
        for (whose, name, renews) in [(anna.id, row.public_id.as_str(), true), (berta.id, row.public_id.as_str(), false), (anna.id, "other", false)] {
            let renewed = db.keep(async |work| work.renew_session(whose, name, at(99)).await).await;
            assert_eq!(renewed.expect("an answer"), renews);
        }
        let found = stored(db, "desk").await.expect("it lives");
        assert_eq!(found.auth_time, at(99));
    }

    async fn nobody_gets_no_session(db: &TestDatabase) {
        let started = db
            .keep(async |work| work.insert_session(&session(nobody(), "desk"), None).await)
            .await
            .expect("an answer");
        assert!(!started);
        assert_eq!(db.raw().await.count("sessions").await, 0);
    }

    async fn a_disabled_account_gets_no_session(db: &TestDatabase) {
        let anna = owner(db, "anna@example.org").await;
        db.raw().await.run("UPDATE accounts SET disabled_at = 1").await;

        let started = db
            .keep(async |work| work.insert_session(&session(anna.id, "desk"), None).await)
            .await
            .expect("an answer");
        assert!(!started);
        assert_eq!(db.raw().await.count("sessions").await, 0);
    }

    async fn a_disabled_accounts_sessions_are_not_found(db: &TestDatabase) {
        let (anna, ben) = (owner(db, "anna@example.org").await, owner(db, "ben@example.org").await);
        start(db, &session(anna.id, "annas")).await;
        start(db, &session(ben.id, "bens")).await;
        let mut raw = db.raw().await;

        raw.run(&format!("UPDATE accounts SET disabled_at = 1 WHERE id = '{}'", anna.id)).await;
        assert_eq!(stored(db, "annas").await, None);
        assert!(stored(db, "bens").await.is_some());
        raw.run("UPDATE accounts SET disabled_at = NULL").await;
        assert!(stored(db, "annas").await.is_some());
    }

    async fn an_id_a_public_id_and_a_key_belong_to_one_session(db: &TestDatabase) {
        let anna = owner(db, "anna@example.org").await;
        let first = session(anna.id, "desk");
        start(db, &first).await;

        let mut same_id = session(anna.id, "second");
        same_id.id = first.id.clone();
        let mut same_public_id = session(anna.id, "third");
        same_public_id.public_id = first.public_id.clone();
        let mut same_key = session(anna.id, "fourth");
        same_key.key_hash = first.key_hash;
        for other in [same_id, same_public_id, same_key] {
            assert_fails!(
                db.keep(async |work| work.insert_session(&other, None).await).await,
                StorageError::Taken
            );
        }
        assert_eq!(stored(db, "desk").await, Some(first));
        assert_eq!(db.raw().await.count("sessions").await, 1);
    }

    async fn a_save_renews_only_how_and_when_the_owner_proved_it(db: &TestDatabase) {
        let anna = owner(db, "anna@example.org").await;
        let (desk, phone) = (session(anna.id, "desk"), session(anna.id, "phone"));
        start(db, &desk).await;
        start(db, &phone).await;

        let saved = db
            .keep(async |work| work.update_session(&key("desk"), "pwd otp", at(60)).await)
            .await
            .expect("an answer");
        assert!(saved);
        let expected = SessionRow {
            amr: "pwd otp".to_owned(),
            auth_time: at(60),
            ..desk
        };
        assert_eq!(stored(db, "desk").await, Some(expected));
        assert_eq!(stored(db, "phone").await, Some(phone));
    }

    async fn a_save_never_revives_an_ended_session(db: &TestDatabase) {
        let anna = owner(db, "anna@example.org").await;
        for name in ["by key", "by name", "by the others"] {
            start(db, &session(anna.id, name)).await;
        }
        db.keep(async |work| work.delete_session_by_key(&key("by key")).await)
            .await
            .expect("an answer");
        db.keep(async |work| work.delete_session(anna.id, "by name").await)
            .await
            .expect("an answer");
        db.keep(async |work| work.delete_sessions_except(anna.id, "").await)
            .await
            .expect("an answer");

        for name in ["by key", "by name", "by the others", "never begun"] {
            let saved = db
                .keep(async |work| {
                    let saved = work.update_session(&key(name), "pwd", at(60)).await?;
                    work.touch_session(name, at(60), at(600), at(600)).await?;
                    Ok(saved)
                })
                .await
                .expect("an answer");
            assert!(!saved);
            assert_eq!(stored(db, name).await, None);
        }
        assert_eq!(db.raw().await.count("sessions").await, 0);
    }

    async fn a_list_has_the_live_sessions_of_one_account_last_used_first(db: &TestDatabase) {
        let (anna, ben) = (owner(db, "anna@example.org").await, owner(db, "ben@example.org").await);
        for (name, seen, idle, absolute) in [
            ("oldest", 1, 1000, 1000),
            ("newest", 3, 1000, 1000),
            ("middle", 2, 1000, 1000),
            ("idle for too long", 9, 100, 1000),
            ("open for too long", 9, 1000, 100),
            ("live for a moment more", 0, 101, 101),
        ] {
            let row = SessionRow {
                last_seen_at: at(seen),
                idle_until: at(idle),
                absolute_until: at(absolute),
                ..session(anna.id, name)
            };
            start(db, &row).await;
        }
        start(db, &session(ben.id, "bens")).await;

        assert_eq!(
            listed(db, anna.id, 100).await,
            ["newest", "middle", "oldest", "live for a moment more"]
        );
        assert_eq!(listed(db, anna.id, 101).await, ["newest", "middle", "oldest"]);
        assert_eq!(listed(db, ben.id, 0).await, ["bens"]);
        assert!(listed(db, nobody(), 0).await.is_empty());
    }

    async fn a_listed_session_is_the_stored_one(db: &TestDatabase) {
        let anna = owner(db, "anna@example.org").await;
        let desk = session(anna.id, "desk");
        start(db, &desk).await;

        let rows = db.look(async |work| work.list_sessions(anna.id, at(1)).await).await;
        assert_eq!(rows, [desk]);
    }

    async fn ending_by_key_gives_the_owner_and_the_name_once(db: &TestDatabase) {
        let anna = owner(db, "anna@example.org").await;
        start(db, &session(anna.id, "desk")).await;
        start(db, &session(anna.id, "phone")).await;

        for expected in [Some((anna.id, "desk".to_owned())), None] {
            let ended = db
                .keep(async |work| work.delete_session_by_key(&key("desk")).await)
                .await
                .expect("an answer");
            assert_eq!(ended, expected);
        }
        assert_eq!(listed(db, anna.id, 1).await, ["phone"]);
    }

    async fn nobody_ends_somebody_elses_session(db: &TestDatabase) {
        let (anna, ben) = (owner(db, "anna@example.org").await, owner(db, "ben@example.org").await);
        start(db, &session(anna.id, "annas")).await;
        start(db, &session(ben.id, "bens")).await;

        for (account, name, expected) in [
            (ben.id, "annas", false),
            (nobody(), "annas", false),
            (anna.id, "unknown", false),
            (anna.id, "annas", true),
            (anna.id, "annas", false),
        ] {
            let ended = db
                .keep(async |work| work.delete_session(account, name).await)
                .await
                .expect("an answer");
            assert_eq!(ended, expected);
        }
        assert_eq!(stored(db, "annas").await, None);
        assert!(stored(db, "bens").await.is_some());
    }

    async fn ending_all_others_spares_one_and_other_people(db: &TestDatabase) {
        let (anna, ben) = (owner(db, "anna@example.org").await, owner(db, "ben@example.org").await);
        for name in ["desk", "phone", "tablet"] {
            start(db, &session(anna.id, name)).await;
        }
        start(db, &session(ben.id, "bens")).await;

        let mut ended = db
            .keep(async |work| work.delete_sessions_except(anna.id, "desk").await)
            .await
            .expect("an answer");
        ended.sort();
        assert_eq!(ended, ["phone", "tablet"]);
        assert_eq!(listed(db, anna.id, 1).await, ["desk"]);
        assert_eq!(listed(db, ben.id, 1).await, ["bens"]);

        let again = db
            .keep(async |work| work.delete_sessions_except(anna.id, "desk").await)
            .await
            .expect("an answer");
        assert!(again.is_empty());
        let all = db
            .keep(async |work| work.delete_sessions_except(anna.id, "bens").await)
            .await
            .expect("an answer");
        assert_eq!(all, ["desk"], "somebody else's session spares none of hers");
    }

    async fn a_use_extends_a_session_by_its_kind(db: &TestDatabase) {
        let anna = owner(db, "anna@example.org").await;
        let short = SessionRow {
            absolute_until: at(10_000),
            ..session(anna.id, "short")
        };
        let persistent = SessionRow {
            persistent: true,
            absolute_until: at(10_000),
            ..session(anna.id, "persistent")
        };
        for row in [&short, &persistent] {
            start(db, row).await;
            db.keep(async |work| {
                work.touch_session(&row.public_id, at(60), at(6000), at(600)).await
            })
            .await
            .expect("kept");
        }

        for (row, idle) in [(short, 600), (persistent, 6000)] {
            let expected = SessionRow {
                last_seen_at: at(60),
                idle_until: at(idle),
                ..row
            };
            assert_eq!(stored(db, &expected.public_id).await, Some(expected));
        }
    }

    async fn a_late_note_never_takes_a_session_back(db: &TestDatabase) {
        let anna = owner(db, "anna@example.org").await;
        start(db, &session(anna.id, "desk")).await;
        for (seen, idle) in [(60, 180), (30, 150), (60, 170)] {
            db.keep(async |work| work.touch_session("desk", at(seen), at(idle), at(idle)).await)
                .await
                .expect("kept");
        }

        let desk = stored(db, "desk").await.expect("it lives");
        assert_eq!((desk.last_seen_at, desk.idle_until), (at(60), at(180)));
    }

    async fn a_session_falls_idle_at_its_absolute_end_at_the_latest(db: &TestDatabase) {
        let anna = owner(db, "anna@example.org").await;
        for persistent in [true, false] {
            let name = if persistent { "long" } else { "short" };
            let row = SessionRow {
                idle_until: at(80),
                absolute_until: at(100),
                persistent,
                ..session(anna.id, name)
            };
            start(db, &row).await;
            let (long, short) = (at(if persistent { 120 } else { 90 }), at(if persistent { 90 } else { 120 }));
            db.keep(async |work| work.touch_session(name, at(60), long, short).await).await.expect("kept");
            assert_eq!(stored(db, name).await.expect("it lives").idle_until, at(100), "{name}");
            db.keep(async |work| work.touch_session(name, at(61), at(95), at(95)).await).await.expect("kept");
            assert_eq!(stored(db, name).await.expect("it lives").idle_until, at(95), "{name}");
        }
    }

    async fn ended_sessions_go_and_are_counted(db: &TestDatabase) {
        let anna = owner(db, "anna@example.org").await;
        for (name, idle, absolute) in [
            ("idle", just_before(at(100)), at(1000)),
            ("over", just_before(at(100)), just_before(at(100))),
            ("both", at(1), at(2)),
            ("last moment", at(100), at(100)),
            ("live", at(1000), at(1000)),
        ] {
            let row = SessionRow {
                idle_until: idle,
                absolute_until: absolute,
                ..session(anna.id, name)
            };
            start(db, &row).await;
        }

        for expected in [3, 0] {
            let gone = db
                .keep(async |work| work.delete_expired_sessions(at(100)).await)
                .await
                .expect("an answer");
            assert_eq!(gone, expected);
        }
        for (name, there) in [("idle", false), ("over", false), ("last moment", true), ("live", true)]
        {
            assert_eq!(stored(db, name).await.is_some(), there);
        }
    }

    async fn a_deleted_account_leaves_no_session(db: &TestDatabase) {
        let anna = owner(db, "anna@example.org").await;
        start(db, &session(anna.id, "desk")).await;
        let mut raw = db.raw().await;

        raw.run("DELETE FROM accounts").await;
        for table in ["sessions", "emails", "passwords"] {
            assert_eq!(raw.count(table).await, 0, "{table} goes with the account");
        }
        assert_eq!(stored(db, "desk").await, None);
    }

    async fn a_session_that_holds_nonsense_is_reported(db: &TestDatabase) {
        let anna = owner(db, "anna@example.org").await;
        start(db, &session(anna.id, "desk")).await;
        db.raw()
            .await
            .run("UPDATE sessions SET key_hash = CAST('12' AS BYTEA)")
            .await;

        assert!(db.reader().await.list_sessions(anna.id, at(1)).await.is_err());
    }
}

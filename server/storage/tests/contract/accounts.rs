//! Accounts, their addresses, passwords, roles and known browsers.

use domain::{
    accounts::{Familiarity, Role, WebauthnUserHandle},
    client::BrowserHash,
    language::Language,
    store::{StorageError, Store},
};

use crate::support::{
    assert_fails, on_both,
    samples::{Repeated, account, as_shown, at, nobody, password, session},
};

on_both! {
    async fn a_new_account_is_found_by_id_and_by_address(db: &TestDatabase) {
        let anna = account("Anna@example.org");
        db.keep(async |work| work.insert_account(&anna).await).await.expect("kept");

        let by_id = db.look(async |work| work.find_account(anna.id).await).await;
        assert_eq!(by_id, Some(as_shown(&anna)));
        let by_address =
            db.look(async |work| work.find_account_by_email("anna@example.org").await).await;
        assert_eq!(by_address, Some(as_shown(&anna)));
    }

    async fn a_new_account_can_sign_in_without_privileges(db: &TestDatabase) {
        let anna = account("anna@example.org");
        db.keep(async |work| work.insert_account(&anna).await).await.expect("kept");

        let record = db
            .look(async |work| work.find_sign_in("anna@example.org").await)
            .await
            .expect("she is known");
        assert_eq!(record.account, anna.id);
        assert_eq!(
            record.password.expect("she has a password").as_phc_str(),
            anna.password.expect("she was given one").as_phc_str()
        );
        assert!(!record.disabled);
        assert!(!record.privileged);
    }

    async fn nobody_is_found_where_nobody_is(db: &TestDatabase) {
        let anna = account("anna@example.org");
        db.keep(async |work| work.insert_account(&anna).await).await.expect("kept");

        assert_eq!(db.look(async |work| work.find_account(nobody()).await).await, None);
        for other in ["", "Anna@example.org", "anna@example.org ", "anna@example.or_", "%"] {
            assert_eq!(
                db.look(async |work| work.find_account_by_email(other).await).await,
                None,
                "{other:?} is nobody's key"
            );
            assert!(db.look(async |work| work.find_sign_in(other).await).await.is_none());
        }
    }

    async fn who_signs_in_is_told_apart_from_whose_row_is_read_instead(db: &TestDatabase) {
        let nobody = async || db.look(async |work| work.find_sign_in("nobody@example.org").await).await;
        assert!(nobody().await.is_none(), "there are no rows at all");
        let accounts = ["anna@example.org", "berta@example.org"].map(account);
        for new in &accounts {
            db.keep(async |work| work.insert_account(new).await).await.expect("kept");
        }
        assert!(nobody().await.is_none());
        for (email, new) in ["anna@example.org", "berta@example.org"].into_iter().zip(&accounts) {
            let record = db.look(async |work| work.find_sign_in(email).await).await;
            assert_eq!(record.expect("known").account, new.id);
        }
        // Strangers don't notice that a row is damaged.
        db.raw().await.run("UPDATE passwords SET phc = 'nonsense'").await;
        assert!(nobody().await.is_none());
    }

    async fn an_address_belongs_to_one_account(db: &TestDatabase) {
        let (first, second) = (account("anna@example.org"), account("anna@example.org"));
        db.keep(async |work| work.insert_account(&first).await).await.expect("kept");
        assert_fails!(
            db.keep(async |work| work.insert_account(&second).await).await,
            StorageError::Taken
        );

        let found = db.look(async |work| work.find_account_by_email("anna@example.org").await).await;
        assert_eq!(found, Some(as_shown(&first)));
        let mut raw = db.raw().await;
        for table in ["accounts", "emails", "passwords"] {
            assert_eq!(raw.count(table).await, 1, "nothing of the second is in {table}");
        }
    }

    async fn an_id_a_subject_and_a_user_handle_belong_to_one_account(db: &TestDatabase) {
        let mut first = account("anna@example.org");
        first.webauthn_user_handle = WebauthnUserHandle::generate(&Repeated(7));
        db.keep(async |work| work.insert_account(&first).await).await.expect("kept");

        let mut same_id = account("b@example.org");
        same_id.id = first.id;
        let mut same_subject = account("c@example.org");
        same_subject.subject = first.subject.clone();
        let mut same_handle = account("d@example.org");
        same_handle.webauthn_user_handle = WebauthnUserHandle::generate(&Repeated(7));
        for other in [same_id, same_subject, same_handle] {
            assert_fails!(
                db.keep(async |work| work.insert_account(&other).await).await,
                StorageError::Taken
            );
        }
        assert_eq!(db.raw().await.count("accounts").await, 1);
    }

    async fn of_two_births_at_once_for_an_address_one_is_refused(db: &TestDatabase) {
        let attempts = (0..8).map(|_| {
            let store = db.store();
            tokio::spawn(async move {
                let anna = account("anna@example.org");
                let mut work = store.begin().await?;
                work.insert_account(&anna).await?;
                work.commit().await
            })
        });
        let mut born = 0;
        for attempt in attempts.collect::<Vec<_>>() {
            match attempt.await.expect("nobody panics") {
                Ok(()) => born += 1,
                Err(StorageError::Taken) => {}
                Err(error) => panic!("neither born nor taken: {error}"),
            }
        }
        assert_eq!(born, 1);
        assert_eq!(db.raw().await.count("accounts").await, 1);
    }

    async fn a_disabled_account_is_known_but_not_shown(db: &TestDatabase) {
        let anna = account("anna@example.org");
        db.keep(async |work| work.insert_account(&anna).await).await.expect("kept");
        db.raw().await.run("UPDATE accounts SET disabled_at = 1").await;

        assert_eq!(db.look(async |work| work.find_account(anna.id).await).await, None);
        let record = db
            .look(async |work| work.find_sign_in("anna@example.org").await)
            .await
            .expect("the sign-in must do the same work as for others");
        assert!(record.disabled);
        // A sign-up must still see that the address belongs to somebody.
        let owner = db.look(async |work| work.find_account_by_email("anna@example.org").await).await;
        assert_eq!(owner.map(|account| account.id), Some(anna.id));
    }

    async fn accounts_are_listed_page_by_page_in_the_order_of_their_birth(db: &TestDatabase) {
        let accounts = ["anna@example.org", "berta@example.org", "carla@example.org"].map(account);
        db.keep(async |work| {
            for account in &accounts {
                work.insert_account(account).await?;
            }
            work.grant_role(accounts[1].id, Role::Admin, at(1)).await?;
            work.set_disabled(accounts[2].id, Some(at(7))).await
        })
        .await
        .expect("kept");
        let mut ids = accounts.each_ref().map(|account| account.id.to_string());
        ids.sort();
        let first = db.look(async |work| work.list_accounts(None, 2).await).await;
        let after = first.last().map(|listing| listing.id);
        let rest = db.look(async |work| work.list_accounts(after, 2).await).await;
        assert_eq!((first.len(), rest.len()), (2, 1));
        let all: Vec<_> = first.into_iter().chain(rest).collect();
        assert_eq!(all.iter().map(|listing| listing.id.to_string()).collect::<Vec<_>>(), ids);
        for listing in &all {
            assert_eq!(listing.admin, listing.id == accounts[1].id);
            let disabled = (listing.id == accounts[2].id).then(|| at(7));
            assert_eq!(listing.disabled_at, disabled);
        }
        assert!(db.look(async |work| work.list_accounts(None, -1).await).await.is_empty());
    }

    async fn a_name_is_changed_once(db: &TestDatabase) {
        let anna = account("anna@example.org");
        db.keep(async |work| work.insert_account(&anna).await).await.expect("kept");
        for changes in [true, false] {
            let changed = db.keep(async |work| work.set_name(anna.id, "Änne 🔑").await).await;
            assert_eq!(changed.expect("an answer"), changes);
        }
        let found = db.look(async |work| work.find_account(anna.id).await).await;
        assert_eq!(found.map(|account| account.name), Some("Änne 🔑".to_owned()));
        assert!(!db.keep(async |work| work.set_name(nobody(), "x").await).await.expect("an answer"));
    }

    async fn a_language_is_chosen_once_and_given_up_again(db: &TestDatabase) {
        let (anna, berta) = (account("anna@example.org"), account("berta@example.org"));
        for row in [&anna, &berta] {
            db.keep(async |work| work.insert_account(row).await).await.expect("kept");
        }
        let german = Some(Language::German);
        for (to, changes) in [(None, false), (german, true), (german, false), (Some(Language::English), true), (None, true), (german, true)] {
            let changed = db.keep(async |work| work.set_language(anna.id, to).await).await;
            assert_eq!(changed.expect("an answer"), changes, "{to:?}");
        }
        for (row, language) in [(&anna, german), (&berta, None)] {
            let by_id = db.look(async |work| work.find_account(row.id).await).await.expect("it is there");
            let by_email = db.look(async |work| work.find_account_by_email(&row.lookup_key).await).await;
            assert_eq!(by_id.language, language);
            assert_eq!(by_email, Some(by_id));
        }
        assert!(!db.keep(async |work| work.set_language(nobody(), german).await).await.expect("an answer"));
    }

    async fn a_language_of_another_version_is_none(db: &TestDatabase) {
        let anna = account("anna@example.org");
        db.keep(async |work| work.insert_account(&anna).await).await.expect("kept");
        db.raw().await.run("UPDATE accounts SET locale = 'tlh'").await;
        let found = db.look(async |work| work.find_account(anna.id).await).await.expect("it is there");
        assert_eq!(found.language, None);
        let changed = db.keep(async |work| work.set_language(anna.id, None).await).await;
        assert!(changed.expect("an answer"), "choosing replaces what was there");
    }

    async fn an_account_is_disabled_and_enabled_once(db: &TestDatabase) {
        let anna = account("anna@example.org");
        db.keep(async |work| work.insert_account(&anna).await).await.expect("kept");
        for (to, changes) in [(Some(at(1)), true), (Some(at(2)), false), (None, true), (None, false)] {
            let changed = db.keep(async |work| work.set_disabled(anna.id, to).await).await;
            assert_eq!(changed.expect("an answer"), changes);
        }
        assert!(!db.keep(async |work| work.set_disabled(nobody(), None).await).await.expect("an answer"));
    }

    async fn a_password_is_changed_only_from_the_one_that_was_checked(db: &TestDatabase) {
        let anna = account("anna@example.org");
        db.keep(async |work| work.insert_account(&anna).await).await.expect("kept");
        let (old, new) = (anna.password.clone().expect("hers"), password('z'));
        for changes in [true, false] {
            let changed = db.keep(async |work| work.change_password(anna.id, &old, &new, at(9)).await).await;
            assert_eq!(changed.expect("an answer"), changes);
        }
        let record = db.look(async |work| work.find_sign_in("anna@example.org").await).await.expect("there");
        assert_eq!(record.password_since, Some(at(9)));
        for (since, holds) in [(anna.created_at, false), (at(9), true), (at(10), false)] {
            assert_eq!(db.signs_in(anna.id, since).await, holds);
        }
        // Set in the same microsecond, it is another one all the same.
        db.keep(async |work| work.set_password(anna.id, &old, at(9)).await).await.expect("set");
        assert!(!db.signs_in(anna.id, at(9)).await);
    }

    async fn no_session_begins_with_a_password_that_is_being_changed(db: &TestDatabase) {
        let anna = account("anna@example.org");
        db.keep(async |work| work.insert_account(&anna).await).await.expect("kept");
        let mut change = db.begin().await;
        change.set_password(anna.id, &password('z'), at(9)).await.expect("set");
        let (store, row) = (db.store(), session(anna.id, "late"));
        let mut late = tokio::spawn(async move {
            let mut work = store.begin().await?;
            let began = work.insert_session(&row, Some(at(0))).await?;
            work.commit().await.map(|()| began)
        });
        tokio::time::timeout(std::time::Duration::from_millis(300), &mut late)
            .await
            .expect_err("it waits");
        change.commit().await.expect("kept");
        assert!(!late.await.expect("no panic").expect("an answer"));
    }

    async fn whoever_holds_an_account_has_the_others_wait(db: &TestDatabase) {
        let anna = account("anna@example.org");
        db.keep(async |work| work.insert_account(&anna).await).await.expect("kept");
        for password in [true, false] {
            if !password {
                db.raw().await.run("DELETE FROM passwords").await;
            }
            let mut first = db.begin().await;
            first.hold_account(anna.id).await.expect("held");
            let (store, id) = (db.store(), anna.id);
            let mut second = tokio::spawn(async move {
                let mut work = store.begin().await?;
                work.hold_account(id).await?;
                let named = work.find_account(id).await?.map(|account| account.name);
                work.commit().await.map(|()| named)
            });
            tokio::time::timeout(std::time::Duration::from_millis(300), &mut second)
                .await
                .expect_err("it waits");
            let name = format!("Anna {password}");
            assert!(first.set_name(anna.id, &name).await.expect("changed"));
            first.commit().await.expect("kept");
            let seen = second.await.expect("no panic").expect("held");
            assert_eq!(seen, Some(name), "and sees what the first one did");
        }
    }

    async fn a_password_is_set_whether_there_was_one_or_not(db: &TestDatabase) {
        let anna = account("anna@example.org");
        db.keep(async |work| work.insert_account(&anna).await).await.expect("kept");
        let other = password('z');
        for removed in [false, true] {
            if removed {
                db.raw().await.run("DELETE FROM passwords").await;
            }
            db.keep(async |work| work.set_password(anna.id, &other, at(5)).await).await.expect("set");
            let record = db.look(async |work| work.find_sign_in("anna@example.org").await).await;
            let stored = record.and_then(|record| record.password).expect("a password");
            assert_eq!(stored.as_phc_str(), other.as_phc_str());
        }
    }

    async fn forgotten_browsers_are_those_of_one_account(db: &TestDatabase) {
        let (anna, berta) = (account("anna@example.org"), account("berta@example.org"));
        let browser = BrowserHash::of("mark");
        db.keep(async |work| {
            for account in [&anna, &berta] {
                work.insert_account(account).await?;
                work.remember_browser(account.id, &browser, at(1)).await?;
            }
            work.forget_browsers(anna.id).await
        })
        .await
        .expect("kept");
        let known = async |address: &str| {
            db.look(async |work| work.is_known_browser(address, &browser).await).await
        };
        assert!(!known("anna@example.org").await);
        assert!(known("berta@example.org").await);
    }

    async fn an_account_has_one_primary_address(db: &TestDatabase) {
        let anna = account("anna@example.org");
        db.keep(async |work| work.insert_account(&anna).await).await.expect("kept");
        let second = format!(
            "INSERT INTO emails (id, account, address, lookup_key, is_primary, verified_at, created_at)
             VALUES ('second', '{}', 'work@example.org', 'work@example.org', TRUE, 1, 1)",
            anna.id
        );
        let refusal = db.raw().await.refusal(&second).await;
        assert!(refusal.to_lowercase().contains("unique"), "{refusal}");
    }

    async fn an_account_is_found_by_each_of_its_confirmed_addresses(db: &TestDatabase) {
        let anna = account("anna@example.org");
        db.keep(async |work| work.insert_account(&anna).await).await.expect("kept");
        db.raw()
            .await
            .run(&format!(
                "INSERT INTO emails (id, account, address, lookup_key, is_primary, verified_at, created_at)
                 VALUES ('second', '{id}', 'work@example.org', 'work@example.org', FALSE, 1, 1),
                        ('third', '{id}', 'new@example.org', 'new@example.org', FALSE, NULL, 1)",
                id = anna.id
            ))
            .await;

        let record = db.look(async |work| work.find_sign_in("work@example.org").await).await;
        assert_eq!(record.map(|record| record.account), Some(anna.id));
        assert!(
            db.look(async |work| work.find_sign_in("new@example.org").await).await.is_none(),
            "an address that wasn't confirmed signs nobody in"
        );
        let shown = db.look(async |work| work.find_account(anna.id).await).await;
        assert_eq!(shown, Some(as_shown(&anna)), "pages show the primary address");
    }

    async fn an_account_without_a_password_has_no_hash_to_check(db: &TestDatabase) {
        let anna = account("anna@example.org");
        db.keep(async |work| work.insert_account(&anna).await).await.expect("kept");
        db.raw().await.run("DELETE FROM passwords").await;

        let record = db
            .look(async |work| work.find_sign_in("anna@example.org").await)
            .await
            .expect("she is known");
        assert!(record.password.is_none());
    }

    async fn a_hash_is_renewed_only_while_the_old_one_stands(db: &TestDatabase) {
        let (anna, ben) = (account("anna@example.org"), account("ben@example.org"));
        db.keep(async |work| {
            work.insert_account(&anna).await?;
            work.insert_account(&ben).await
        })
        .await
        .expect("kept");
        let (old, new, late) = (password('a'), password('b'), password('c'));

        let renewed = db
            .keep(async |work| work.rehash_password(anna.id, &old, &new).await)
            .await
            .expect("an answer");
        assert!(renewed);
        let again = db
            .keep(async |work| work.rehash_password(anna.id, &old, &late).await)
            .await
            .expect("an answer");
        assert!(!again, "the password changed meanwhile");
        let unknown = db
            .keep(async |work| work.rehash_password(nobody(), &old, &late).await)
            .await
            .expect("an answer");
        assert!(!unknown);

        let rows: Vec<(String, String, i64)> = db
            .raw()
            .await
            .rows("SELECT account, phc, changed_at FROM passwords ORDER BY phc")
            .await;
        // The password is the same: it didn't change.
        let expected = [(ben.id, &old, at(0)), (anna.id, &new, at(0))];
        assert_eq!(
            rows,
            expected.map(|(id, hash, time)| {
                (id.to_string(), hash.as_phc_str().to_owned(), time.as_micros())
            })
        );
    }

    async fn a_role_given_twice_is_one_role(db: &TestDatabase) {
        let anna = account("anna@example.org");
        db.keep(async |work| work.insert_account(&anna).await).await.expect("kept");
        for seconds in [1, 2] {
            db.keep(async |work| work.grant_role(anna.id, Role::Admin, at(seconds)).await)
                .await
                .expect("kept");
        }

        let record = db.look(async |work| work.find_sign_in("anna@example.org").await).await;
        assert!(record.expect("she is known").privileged);
        let rows: Vec<(String, i64)> =
            db.raw().await.rows("SELECT role, granted_at FROM role_grants").await;
        assert_eq!(rows, [("admin".to_owned(), at(1).as_micros())], "the first grant stands");
    }

    async fn nobody_gets_no_role_and_no_browser(db: &TestDatabase) {
        assert_fails!(
            db.keep(async |work| work.grant_role(nobody(), Role::Admin, at(0)).await).await,
            StorageError::Database(_)
        );
        let browser = BrowserHash::of("browser");
        assert_fails!(
            db.keep(async |work| work.remember_browser(nobody(), &browser, at(0)).await).await,
            StorageError::Database(_)
        );
    }

    async fn a_session_remembers_its_browser_if_it_begins(db: &TestDatabase) {
        let anna = account("anna@example.org");
        db.keep(async |work| work.insert_account(&anna).await).await.expect("kept");
        let (desk, phone) = (BrowserHash::of("desk"), BrowserHash::of("phone"));
        for (number, browser, expected) in [
            (0, &desk, Familiarity::First),
            (1, &phone, Familiarity::New),
            (2, &desk, Familiarity::Known),
        ] {
            let row = session(anna.id, &format!("session {number}"));
            let begun = db.keep(async |work| work.insert_session_of(browser, &row, None).await).await;
            assert_eq!(begun.expect("kept"), Some(expected));
        }
        // With another password than the one that was checked none begins, nor for nobody.
        let laptop = BrowserHash::of("laptop");
        for (row, since) in [(session(anna.id, "late"), Some(at(9))), (session(nobody(), "none"), None)] {
            let begun = db.keep(async |work| work.insert_session_of(&laptop, &row, since).await).await;
            assert_eq!(begun.expect("an answer"), None);
        }
        let mut raw = db.raw().await;
        assert_eq!((raw.count("sessions").await, raw.count("known_browsers").await), (3, 2));
    }

    async fn a_browser_is_remembered_once_and_seen_again(db: &TestDatabase) {
        let (anna, ben) = (account("anna@example.org"), account("ben@example.org"));
        let (desk, phone) = (BrowserHash::of("desk"), BrowserHash::of("phone"));
        db.keep(async |work| {
            work.insert_account(&anna).await?;
            work.insert_account(&ben).await?;
            let mut told = Vec::new();
            for (id, browser, when) in [(anna.id, &desk, 1), (anna.id, &phone, 2), (ben.id, &desk, 3), (anna.id, &desk, 4)] {
                told.push(work.remember_browser(id, browser, at(when)).await?);
            }
            let expected = [Familiarity::First, Familiarity::New, Familiarity::First, Familiarity::Known];
            assert_eq!(told, expected);
            Ok(())
        })
        .await
        .expect("kept");

        let rows: Vec<(String, Vec<u8>, i64, i64)> = db
            .raw()
            .await
            .rows(
                "SELECT account, browser_hash, first_seen_at, last_seen_at FROM known_browsers
                 ORDER BY first_seen_at",
            )
            .await;
        let expected = [(anna.id, desk, 1, 4), (anna.id, phone, 2, 2), (ben.id, desk, 3, 3)];
        assert_eq!(
            rows,
            expected.map(|(id, browser, first, last)| {
                let times = (at(first).as_micros(), at(last).as_micros());
                (id.to_string(), browser.as_bytes().to_vec(), times.0, times.1)
            })
        );
    }

    async fn a_row_that_holds_nonsense_is_reported_as_such(db: &TestDatabase) {
        let anna = account("anna@example.org");
        db.keep(async |work| work.insert_account(&anna).await).await.expect("kept");
        let mut raw = db.raw().await;

        raw.run("UPDATE passwords SET phc = 'plain text'").await;
        assert_fails!(
            db.reader().await.find_sign_in("anna@example.org").await,
            StorageError::Inconsistent { table: "passwords", column: "phc" }
        );
        raw.run(
            "INSERT INTO accounts (id, subject, webauthn_user_handle, name, created_at)
             VALUES ('not a UUID', 's', CAST('handle' AS BYTEA), 'n', 1)",
        )
        .await;
        raw.run("UPDATE emails SET account = 'not a UUID'").await;
        assert_fails!(
            db.reader().await.find_account_by_email("anna@example.org").await,
            StorageError::Inconsistent { table: "accounts", .. }
        );
    }
}

//! People's own tokens, calls with them, and who calls.

use domain::{
    accounts::{AccountId, Role},
    clock::Timestamp,
    store::Store as _,
    tokens::ApiTokenRow,
};

use crate::support::{
    on_both,
    samples::{account, at, new_id, nobody, session},
};

/// A token made at noon.
pub(crate) fn token(of: AccountId, id: &str, kid: &str, expires_at: Timestamp) -> ApiTokenRow {
    ApiTokenRow {
        id: id.to_owned(),
        grant_id: new_id(),
        account: of,
        name: "Backup \u{2603}".to_owned(),
        scopes: vec!["a:read".to_owned(), "b".to_owned()],
        audience: vec!["https://one.example".to_owned()],
        kid: kid.to_owned(),
        epoch: 3,
        created_at: at(0),
        expires_at,
        warned_at: None,
        last_used_at: None,
        last_used_address: None,
    }
}

on_both! {
    async fn tokens_are_listed_newest_first_while_they_live(db: &TestDatabase) {
        let (ada, ben) = (account("ada@example.org"), account("ben@example.org"));
        for row in [&ada, &ben] {
            db.keep(async |work| work.insert_account(row).await).await.expect("kept");
        }
        let mut rows: Vec<_> = ["01", "02", "03"].map(|id| token(ada.id, id, "k", at(100))).into();
        rows.push(token(ada.id, "04", "k", at(50)));
        rows.push(token(ben.id, "05", "k", at(100)));
        for row in &rows {
            db.keep(async |work| work.insert_api_token(row).await).await.expect("kept");
        }
        let list = async |after, limit| db.look(async |work| work.list_api_tokens(ada.id, at(60), after, limit).await).await;
        assert_eq!(list(None, 10).await, [rows[2].clone(), rows[1].clone(), rows[0].clone()]);
        assert_eq!(list(None, 2).await, [rows[2].clone(), rows[1].clone()]);
        assert_eq!(list(Some("02"), 2).await, [rows[0].clone()]);
        assert_eq!(db.look(async |work| work.count_api_tokens(ada.id, at(49)).await).await, 4);
        assert_eq!(db.look(async |work| work.count_api_tokens(ada.id, at(50)).await).await, 3);
        assert_eq!(db.look(async |work| work.count_api_tokens(nobody(), at(0)).await).await, 0);
    }

    async fn a_token_is_removed_by_its_owner_only(db: &TestDatabase) {
        let (ada, ben) = (account("ada@example.org"), account("ben@example.org"));
        for row in [&ada, &ben] {
            db.keep(async |work| work.insert_account(row).await).await.expect("kept");
        }
        let row = token(ada.id, "01", "k", at(100));
        db.keep(async |work| work.insert_api_token(&row).await).await.expect("kept");
        let changes = db.store().changes_of_callers();
        let gone = db.keep(async |work| work.delete_api_token(ben.id, "01").await).await.expect("kept");
        assert!(gone.is_none());
        let gone = db.keep(async |work| work.delete_api_token(ada.id, "01").await).await.expect("kept");
        assert_eq!(gone, Some(row));
        assert!(db.store().changes_of_callers() > changes, "whoever remembers callers asks again");
    }

    async fn tokens_go_together_and_by_the_key_that_signed_them(db: &TestDatabase) {
        let ada = account("ada@example.org");
        db.keep(async |work| work.insert_account(&ada).await).await.expect("kept");
        for (id, kid) in [("01", "a"), ("02", "b"), ("03", "b")] {
            let row = token(ada.id, id, kid, at(100));
            db.keep(async |work| work.insert_api_token(&row).await).await.expect("kept");
        }
        assert_eq!(db.keep(async |work| work.delete_api_tokens_signed_by("a").await).await.expect("kept"), 1);
        let gone = db.keep(async |work| work.delete_api_tokens_of(ada.id).await).await.expect("kept");
        assert_eq!(gone.len(), 2);
        assert_eq!(db.raw().await.count("api_tokens").await, 0);
    }

    async fn owners_are_told_once_of_tokens_that_end(db: &TestDatabase) {
        let ada = account("ada@example.org");
        db.keep(async |work| work.insert_account(&ada).await).await.expect("kept");
        for (id, end) in [("01", 50), ("02", 70), ("03", 200)] {
            let row = token(ada.id, id, "k", at(end));
            db.keep(async |work| work.insert_api_token(&row).await).await.expect("kept");
        }
        let due = async || {
            let rows = db.look(async |work| work.list_api_tokens_to_warn_of(at(50), at(70), 10).await).await;
            rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
        };
        assert_eq!(due().await, ["02"]);
        assert!(db.keep(async |work| work.mark_api_token_warned("02", at(50)).await).await.expect("kept"));
        assert!(!db.keep(async |work| work.mark_api_token_warned("02", at(51)).await).await.expect("kept"));
        assert!(due().await.is_empty());
        assert_eq!(db.keep(async |work| work.delete_expired_api_tokens(at(70)).await).await.expect("kept"), 1);
    }

    async fn calls_add_up_by_day_and_an_earlier_one_never_overwrites_a_later(db: &TestDatabase) {
        let ada = account("ada@example.org");
        db.keep(async |work| work.insert_account(&ada).await).await.expect("kept");
        let row = token(ada.id, "01", "k", at(100));
        db.keep(async |work| work.insert_api_token(&row).await).await.expect("kept");
        let note = async |id: &str, day, calls, when, from: &[u8]| {
            db.keep(async |work| work.note_api_token_calls(id, day, calls, (at(when), from)).await).await.expect("kept");
        };
        note("01", 7, 2, 20, &[2; 16]).await;
        note("01", 7, 3, 10, &[1; 16]).await;
        note("01", 8, 1, 30, &[3; 16]).await;
        note("gone", 8, 1, 30, &[3; 16]).await;
        let mut calls = db.look(async |work| work.list_token_calls(ada.id, 7).await).await;
        calls.sort();
        assert_eq!(calls, [("01".to_owned(), 7, 5), ("01".to_owned(), 8, 1)]);
        let read = db.look(async |work| work.list_api_tokens(ada.id, at(0), None, 1).await).await.remove(0);
        assert_eq!((read.last_used_at, read.last_used_address), (Some(at(30)), Some(vec![3; 16])));
        assert_eq!(db.keep(async |work| work.delete_token_calls_before(8).await).await.expect("kept"), 1);
        db.keep(async |work| work.delete_api_token(ada.id, "01").await).await.expect("kept");
        assert_eq!(db.raw().await.count("token_calls").await, 0);
    }

    async fn a_caller_is_who_the_subject_names_with_what_the_token_hangs_on(db: &TestDatabase) {
        let ada = account("ada@example.org");
        let subject = ada.subject.as_str().to_owned();
        db.keep(async |work| {
            work.insert_account(&ada).await?;
            work.insert_session(&session(ada.id, "here"), None).await?;
            work.insert_api_token(&token(ada.id, "01", "k", at(100))).await
        })
        .await
        .expect("kept");
        let entries = [[1; 16], [2; 16]];
        let find = async |jti: &str, sid: Option<&str>, now| {
            db.look(async |work| work.find_caller(&subject, jti, sid, entries, at(now)).await).await
        };
        let caller = find("01", Some("here"), 60).await.expect("a caller");
        assert_eq!((caller.account, caller.email.as_str(), caller.epoch), (ada.id, "ada@example.org", 0));
        assert!(caller.has_token && caller.has_session && !caller.admin && !caller.revoked);
        let caller = find("02", None, 60).await.expect("a caller");
        assert!(!caller.has_token && !caller.has_session);
        assert!(!find("01", Some("here"), 120).await.expect("a caller").has_session, "it fell idle");
        assert!(db.look(async |work| work.find_caller("nobody", "01", None, entries, at(0)).await).await.is_none());

        db.keep(async |work| work.grant_role(ada.id, Role::Admin, at(0)).await).await.expect("kept");
        assert!(find("01", None, 60).await.expect("a caller").admin);
        let raised = db.keep(async |work| work.raise_epoch(ada.id).await).await.expect("kept");
        assert_eq!(raised, Some((subject.clone(), 0)));
        assert_eq!(find("01", None, 60).await.expect("a caller").epoch, 1);
        let owner = db.look(async |work| work.find_token_owner(ada.id).await).await.expect("an owner");
        assert_eq!((owner.subject, owner.epoch, owner.admin), (subject.clone(), 1, true));
        // A session that tokens hang on tells the same of its owner, if it begins.
        let begin = async |name: &str, since| {
            let row = session(ada.id, name);
            db.keep(async |work| work.insert_session_with_tokens(&row, since).await).await.expect("an answer")
        };
        let owner = begin("with tokens", None).await.expect("begun");
        assert_eq!((owner.subject, owner.epoch, owner.admin), (subject.clone(), 1, true));
        assert!(begin("late", Some(at(9))).await.is_none(), "its password was changed");
        assert_eq!(db.raw().await.count("sessions WHERE public_id = 'with tokens'").await, 1);
        assert_eq!(db.raw().await.count("sessions WHERE public_id = 'late'").await, 0);
        let row = domain::tokens::RevocationRow { entry: [2; 16], seq: 1, expires_at: at(100) };
        db.keep(async |work| work.insert_revocation(&row).await).await.expect("kept");
        assert!(find("01", None, 60).await.expect("a caller").revoked);
        db.keep(async |work| work.set_disabled(ada.id, Some(at(1))).await).await.expect("kept");
        assert!(find("01", None, 60).await.is_none());
        assert!(db.look(async |work| work.find_token_owner(ada.id).await).await.is_none());
        assert_eq!(db.keep(async |work| work.raise_epoch(nobody()).await).await.expect("kept"), None);
    }
}

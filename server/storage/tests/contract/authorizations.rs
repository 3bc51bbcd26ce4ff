//! Codes, consents and the access tokens of clients.

use domain::{
    accounts::AccountId,
    clients::RegisteredClient,
    oauth_grants::{AccessTokenRow, CodeRow, ConsentRow, Redeemed},
    store::Store,
    tokens::{GrantRow, RefreshTokenRow},
};
use futures_util::future::join_all;

use crate::{
    clients::{client, keep},
    support::{
        database::TestDatabase,
        on_both,
        samples::{account, at, new_id, session},
    },
};

/// An account and a client.
async fn both(db: &TestDatabase) -> AccountId {
    let ada = account("ada@example.org");
    db.keep(async |work| work.insert_account(&ada).await)
        .await
        .expect("kept");
    keep(db, &client("a")).await;
    ada.id
}

fn code(of: AccountId, letter: u8) -> CodeRow {
    CodeRow {
        hash: [letter; 32],
        client: "a".to_owned(),
        account: of,
        session: "here".to_owned(),
        redirect_uri: "https://a.example/cb".to_owned(),
        redirect_uri_sent: true,
        challenge: Some("challenge".to_owned()),
        scopes: vec!["openid".to_owned(), "data:read".to_owned()],
        audience: vec!["https://one.example".to_owned()],
        nonce: Some("n \u{2603}".to_owned()),
        claims: vec!["userinfo.name".to_owned()],
        amr: "pwd".to_owned(),
        auth_time: at(0),
        expires_at: at(60),
    }
}

fn grant(of: AccountId, scope: &str, until: u64) -> GrantRow {
    GrantRow {
        id: new_id(),
        account: of,
        client_id: "a".to_owned(),
        session: None,
        scopes: vec![scope.to_owned()],
        audience: vec!["https://one.example".to_owned()],
        amr: "pwd".to_owned(),
        claims: vec!["id_token.email".to_owned()],
        given_in: Some("here".to_owned()),
        auth_time: at(0),
        created_at: at(0),
        absolute_until: at(until),
    }
}

fn token(id: &str, grant: Option<&GrantRow>, until: u64) -> AccessTokenRow {
    AccessTokenRow {
        id: id.to_owned(),
        grant_id: grant.map(|grant| grant.id.clone()),
        client: "a".to_owned(),
        expires_at: at(until),
    }
}

/// A grant with the tokens `live` and `over`, and one of the client's own.
async fn granted(db: &TestDatabase) -> (AccountId, GrantRow) {
    let ada = both(db).await;
    let row = grant(ada, "openid", 3600);
    db.keep(async |work| {
        work.insert_grant(&row).await?;
        let of_grant = [("live", 300), ("over", 10)];
        let of_grant = of_grant.map(|(id, until)| token(id, Some(&row), until));
        let own = token("own", None, 300);
        work.insert_access_tokens(&[&of_grant[0], &of_grant[1], &own])
            .await
    })
    .await
    .expect("kept");
    (ada, row)
}

fn names(rows: Vec<AccessTokenRow>) -> Vec<String> {
    let mut names: Vec<_> = rows.into_iter().map(|row| row.id).collect();
    names.sort();
    names
}

on_both! {
    async fn a_code_comes_back_as_it_was_written(db: &TestDatabase) {
        let ada = both(db).await;
        let whole = code(ada, 1);
        let least = CodeRow {
            redirect_uri_sent: false,
            challenge: None,
            nonce: None,
            claims: Vec::new(),
            ..code(ada, 2)
        };
        for row in [&whole, &least] {
            db.keep(async |work| work.insert_code(row).await).await.expect("kept");
            let found = db.look(async |work| work.find_code(&row.hash).await).await;
            assert_eq!(found.as_ref(), Some(row));
        }
        assert_eq!(db.look(async |work| work.find_code(&[9; 32]).await).await, None);
        let gone = async |when| db.keep(async |work| work.delete_expired_codes(at(when)).await).await;
        assert_eq!(gone(60).await.expect("kept"), 0);
        assert_eq!(gone(61).await.expect("kept"), 2);
    }

    async fn the_codes_of_a_client_go_for_one_account_or_for_all(db: &TestDatabase) {
        let ada = both(db).await;
        let bob = account("bob@example.org");
        db.keep(async |work| work.insert_account(&bob).await).await.expect("kept");
        keep(db, &client("b")).await;
        let elsewhere = CodeRow { client: "b".to_owned(), ..code(ada, 4) };
        for row in [&code(ada, 1), &code(ada, 2), &code(bob.id, 3), &elsewhere] {
            db.keep(async |work| work.insert_code(row).await).await.expect("kept");
        }
        let gone = async |of| db.keep(async |work| work.delete_codes_to("a", of).await).await.expect("kept");
        assert_eq!(gone(Some(ada)).await, 2);
        assert_eq!(gone(None).await, 1);
        assert_eq!(gone(None).await, 0);
        assert!(db.look(async |work| work.find_code(&[4; 32]).await).await.is_some());
    }

    async fn of_several_who_redeem_a_code_one_does(db: &TestDatabase) {
        let ada = both(db).await;
        db.keep(async |work| work.insert_code(&code(ada, 1)).await).await.expect("kept");
        let redeem = async |grant: String| {
            db.keep(async |work| work.redeem_code(&[1; 32], &grant).await).await.expect("kept")
        };
        let redeemed = join_all((0..10).map(|number| redeem(format!("grant {number}")))).await;
        let won = redeemed.iter().filter(|one| **one == Redeemed::Now).count();
        assert_eq!(won, 1);
        let before = |one: &&Redeemed| matches!(one, Redeemed::Before(grant) if grant.starts_with("grant "));
        assert_eq!(redeemed.iter().filter(before).count(), 9);
        let unknown = db.keep(async |work| work.redeem_code(&[2; 32], "x").await).await;
        assert_eq!(unknown.expect("kept"), Redeemed::Unknown);
    }

    async fn a_consent_takes_the_place_of_the_one_before(db: &TestDatabase) {
        let ada = both(db).await;
        let first = ConsentRow {
            account: ada,
            client: "a".to_owned(),
            scopes: vec!["openid".to_owned()],
            audience: Vec::new(),
            claims: Vec::new(),
            created_at: at(1),
            renewed_at: at(1),
        };
        let more = ConsentRow {
            scopes: vec!["openid".to_owned(), "email".to_owned()],
            audience: vec!["https://one.example".to_owned()],
            claims: vec!["userinfo.name".to_owned()],
            renewed_at: at(2),
            ..first.clone()
        };
        let find = async || db.look(async |work| work.find_consent(ada, "a").await).await;
        assert_eq!(find().await, None);
        for row in [&first, &more] {
            db.keep(async |work| work.put_consent(row).await).await.expect("kept");
            assert_eq!(find().await.as_ref(), Some(row));
        }
        let gone = async || db.keep(async |work| work.delete_consent(ada, "a").await).await.expect("kept");
        assert!(gone().await);
        assert!(!gone().await);
    }

    async fn apps_are_those_with_a_consent_or_a_live_grant(db: &TestDatabase) {
        let ada = both(db).await;
        let apps = async |when| {
            let rows = db.look(async |work| work.list_apps(ada, at(when)).await).await;
            rows.into_iter().map(|(client, consent, used)| (client.id, consent.is_some(), used)).collect::<Vec<_>>()
        };
        assert_eq!(apps(0).await, []);
        for (scope, until) in [("openid", 100), ("email", 200)] {
            let row = grant(ada, scope, until);
            db.keep(async |work| work.insert_grant(&row).await).await.expect("kept");
        }
        assert_eq!(apps(50).await, [("a".to_owned(), false, Some(at(0)))]);
        let scopes = async |when| db.look(async |work| work.list_granted_scopes(ada, "a", at(when)).await).await;
        assert_eq!(scopes(50).await, ["email", "openid"]);
        assert_eq!(scopes(150).await, ["email"]);
        assert_eq!(apps(200).await, []);
        let consent = ConsentRow {
            account: ada, client: "a".to_owned(), scopes: Vec::new(), audience: Vec::new(),
            claims: Vec::new(), created_at: at(1), renewed_at: at(1),
        };
        db.keep(async |work| work.put_consent(&consent).await).await.expect("kept");
        assert_eq!(apps(200).await, [("a".to_owned(), true, None)]);
    }

    async fn an_access_token_is_there_as_long_as_what_it_hangs_on(db: &TestDatabase) {
        let (ada, row) = granted(db).await;
        let find = async |id: &str| db.look(async |work| work.find_access_token(id).await).await;
        let live = find("live").await.expect("there");
        assert_eq!((live.token, live.grant), (token("live", Some(&row), 300), Some(row.clone())));
        let own = find("own").await.expect("there");
        assert_eq!((own.token, own.grant), (token("own", None, 300), None));
        let of_grant = db.look(async |work| work.list_access_tokens_of_grant(&row.id, at(10)).await).await;
        assert_eq!(names(of_grant), ["live"]);
        let of_client = async |account| {
            names(db.look(async |work| work.list_access_tokens_of_client("a", account, at(10)).await).await)
        };
        assert_eq!(of_client(None).await, ["live", "own"]);
        assert_eq!(of_client(Some(ada)).await, ["live"]);
        let of_account = db.look(async |work| work.list_access_tokens_of(ada, at(10)).await).await;
        assert_eq!(names(of_account), ["live"]);
        let expired = db.keep(async |work| work.delete_expired_access_tokens(at(11)).await).await;
        assert_eq!(expired.expect("kept"), 1);
        let callers = db.store().changes_of_callers();
        let gone = db.keep(async |work| work.delete_grants_to("a", Some(ada)).await).await;
        assert_eq!(gone.expect("kept"), 1);
        assert!(db.store().changes_of_callers() > callers, "who remembers callers asks again");
        assert_eq!(find("live").await, None);
        let entries = [[1; 16], [2; 16]];
        let caller = async |id: &str| {
            let found = db.look(async |work| work.find_granted_caller(id, Some("here"), entries, at(0)).await).await;
            found.map(|caller| (caller.account, caller.has_token, caller.has_session, caller.claims))
        };
        assert_eq!(caller("live").await, None);
        assert_eq!(caller("own").await, None, "nobody stands behind it");
        let row = grant(ada, "openid", 3600);
        db.keep(async |work| {
            work.insert_grant(&row).await?;
            work.insert_access_tokens(&[&token("live", Some(&row), 300)]).await
        }).await.expect("kept");
        assert_eq!(caller("live").await, Some((ada, true, false, vec!["id_token.email".to_owned()])));
        let gone = db.keep(async |work| work.delete_own_access_tokens("a").await).await;
        assert_eq!(gone.expect("kept"), 1);
        assert!(!db.keep(async |work| work.delete_access_token("own").await).await.expect("kept"));
    }

    async fn tokens_that_name_no_session_are_found_by_it(db: &TestDatabase) {
        let (ada, row) = granted(db).await;
        let bound = GrantRow { id: new_id(), session: Some("here".to_owned()), ..row };
        let of_b = GrantRow { id: new_id(), client_id: "b".to_owned(), ..bound.clone() };
        // `a` knows people by names of its own.
        keep(db, &RegisteredClient { pairwise: false, ..client("b") }).await;
        db.keep(async |work| {
            work.insert_session(&session(ada, "here"), None).await?;
            work.insert_grant(&bound).await?;
            work.insert_grant(&of_b).await?;
            let of_b = AccessTokenRow { client: "b".to_owned(), ..token("of b", Some(&of_b), 300) };
            let later = token("later", Some(&bound), 300);
            work.insert_access_tokens(&[&later, &token("sooner", Some(&bound), 10), &of_b]).await
        }).await.expect("kept");
        let find = async |session: &str, when| {
            let found = db.look(async |work| work.list_access_tokens_without_session(session, at(when)).await);
            names(found.await)
        };
        assert_eq!(find("here", 5).await, ["later", "sooner"]);
        assert_eq!(find("here", 10).await, ["later"]);
        assert!(find("there", 5).await.is_empty());
    }

    async fn a_grant_is_found_by_its_id_and_by_its_refresh_token(db: &TestDatabase) {
        let (_, row) = granted(db).await;
        let refresh = RefreshTokenRow {
            hash: [1; 32],
            grant_id: row.id.clone(),
            parent: None,
            issued_at: at(0),
            idle_until: at(100),
        };
        db.keep(async |work| work.insert_refresh_token(&refresh).await).await.expect("kept");
        let by_id = async |when| db.look(async |work| work.find_grant(&row.id, at(when)).await).await;
        assert_eq!(by_id(0).await.as_ref(), Some(&row));
        assert_eq!(by_id(3600).await, None);
        let find = async |when| {
            let found = db.look(async |work| work.find_grant_of_refresh_token(&[1; 32], at(when)).await).await;
            found.map(|(_, presentable, until)| (presentable, until))
        };
        assert_eq!(find(0).await, Some((true, at(100))));
        assert_eq!(find(100).await, Some((false, at(100))));
        assert_eq!(find(3600).await, None);
        let used = db.keep(async |work| work.use_refresh_token(&[1; 32], at(1), at(0)).await).await;
        assert_eq!(used.expect("kept"), Some(true));
        assert_eq!(find(2).await, Some((false, at(100))));
        let every = db.keep(async |work| work.delete_grants_to("a", None).await).await;
        assert_eq!(every.expect("kept"), 1);
        assert_eq!(find(2).await, None);
    }
}

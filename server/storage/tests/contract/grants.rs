//! Grants and what becomes of their refresh tokens.

use std::time::Duration;

use domain::{
    accounts::AccountId,
    tokens::{GrantRow, RefreshTokenRow},
};
use futures_util::future::join_all;

use crate::support::{
    database::TestDatabase,
    on_both,
    samples::{account, at, new_id, session},
};

/// Every claim's tokens, by a letter.
fn hash(letter: u8) -> [u8; 32] {
    [letter; 32]
}

/// A grant at noon for an hour, for a session that is alive for two minutes.
fn grant(of: AccountId, session: Option<&str>) -> GrantRow {
    GrantRow {
        id: new_id(),
        account: of,
        client_id: "program".to_owned(),
        session: session.map(str::to_owned),
        scopes: vec!["a".to_owned(), "b:c".to_owned()],
        audience: vec!["https://one.example".to_owned()],
        amr: "pwd".to_owned(),
        claims: vec!["userinfo.name".to_owned()],
        given_in: Some("here".to_owned()),
        auth_time: at(0),
        created_at: at(0),
        absolute_until: at(3600),
    }
}

fn token(grant: &GrantRow, letter: u8, parent: Option<u8>, when: u64) -> RefreshTokenRow {
    RefreshTokenRow {
        hash: hash(letter),
        grant_id: grant.id.clone(),
        parent: parent.map(hash),
        issued_at: at(when),
        idle_until: at(when + 600),
    }
}

async fn give(db: &TestDatabase, grant: &GrantRow, letter: u8, parent: Option<u8>, when: u64) {
    let row = token(grant, letter, parent, when);
    db.keep(async |work| work.insert_refresh_token(&row).await)
        .await
        .expect("kept");
}

/// A grant with one token, `a`.
async fn family(db: &TestDatabase, of_session: Option<&str>) -> GrantRow {
    let ada = account("ada@example.org");
    let row = grant(ada.id, of_session);
    db.keep(async |work| {
        work.insert_account(&ada).await?;
        work.insert_session(&session(ada.id, "here"), None).await?;
        work.insert_family(&row, &token(&row, b'a', None, 0)).await
    })
    .await
    .expect("kept");
    row
}

/// Presents a token: whether it may be, `None` when its time is over.
async fn present(db: &TestDatabase, letter: u8, when: u64) -> Option<bool> {
    let presented = db.keep(async |work| {
        let since = at(when).minus(Duration::from_mins(1));
        let used = work
            .use_refresh_token(&hash(letter), at(when), since)
            .await?;
        work.supersede_beside(&hash(letter)).await?;
        Ok(used)
    });
    presented.await.expect("kept")
}

on_both! {
    async fn a_grant_is_found_by_its_tokens_while_it_and_its_session_live(db: &TestDatabase) {
        let row = family(db, Some("here")).await;
        let hold = async |letter, when| {
            db.keep(async |work| work.hold_grant_of(&hash(letter), at(when)).await).await.expect("kept")
        };
        assert_eq!(hold(b'a', 10).await, Some(row.clone()));
        assert_eq!(hold(b'x', 10).await, None);
        assert_eq!(hold(b'a', 120).await, None, "its session fell idle");
        db.keep(async |work| work.delete_session(row.account, "here").await).await.expect("kept");
        assert_eq!(hold(b'a', 10).await, None, "its session ended");
    }

    async fn a_grant_without_a_session_ends_by_time(db: &TestDatabase) {
        let row = family(db, None).await;
        let hold = async |when| db.keep(async |work| work.hold_grant_of(&hash(b'a'), at(when)).await).await.expect("kept");
        assert_eq!(hold(3599).await, Some(row));
        assert_eq!(hold(3600).await, None);
    }

    async fn an_unused_token_is_presented_once_and_again_while_its_successor_is_unused(db: &TestDatabase) {
        let row = family(db, None).await;
        assert_eq!(present(db, b'a', 10).await, Some(true));
        give(db, &row, b'b', Some(b'a'), 10).await;
        assert_eq!(present(db, b'a', 500).await, Some(true), "the answer was lost");
        give(db, &row, b'c', Some(b'a'), 500).await;
        assert_eq!(present(db, b'c', 510).await, Some(true));
        assert_eq!(present(db, b'a', 510).await, Some(false), "a successor was used");
    }

    async fn a_superseded_token_may_be_presented_for_a_minute_after_its_issue(db: &TestDatabase) {
        let row = family(db, None).await;
        assert_eq!(present(db, b'a', 0).await, Some(true));
        give(db, &row, b'b', Some(b'a'), 0).await;
        assert_eq!(present(db, b'a', 1).await, Some(true));
        give(db, &row, b'c', Some(b'a'), 1).await;
        assert_eq!(present(db, b'b', 59).await, Some(true), "answers crossed");
        give(db, &row, b'd', Some(b'b'), 59).await;
        assert_eq!(present(db, b'c', 59).await, Some(false), "a sibling was used");
        assert_eq!(present(db, b'a', 59).await, Some(false));
        assert_eq!(present(db, b'd', 60).await, Some(true));
    }

    async fn a_superseded_token_is_worth_nothing_after_a_minute(db: &TestDatabase) {
        let row = family(db, None).await;
        assert_eq!(present(db, b'a', 0).await, Some(true));
        give(db, &row, b'b', Some(b'a'), 0).await;
        assert_eq!(present(db, b'a', 1).await, Some(true));
        give(db, &row, b'c', Some(b'a'), 1).await;
        assert_eq!(present(db, b'b', 60).await, Some(false));
        assert_eq!(present(db, b'c', 60).await, Some(true));
    }

    async fn a_token_is_over_when_it_was_idle_for_too_long(db: &TestDatabase) {
        family(db, None).await;
        assert_eq!(present(db, b'a', 600).await, None);
        assert_eq!(present(db, b'x', 0).await, None);
        assert_eq!(present(db, b'a', 599).await, Some(true));
    }

    async fn who_presents_a_token_waits_for_whoever_else_does(db: &TestDatabase) {
        let row = family(db, Some("here")).await;
        let take = async |letter: u8| {
            db.keep(async |work| {
                work.hold_grant_of(&hash(b'a'), at(1)).await?.expect("the grant");
                let used = work.use_refresh_token(&hash(b'a'), at(1), at(0)).await?;
                work.supersede_beside(&hash(b'a')).await?;
                let next = RefreshTokenRow {
                    hash: hash(letter),
                    grant_id: row.id.clone(),
                    parent: Some(hash(b'a')),
                    issued_at: at(1),
                    idle_until: at(600),
                };
                work.insert_refresh_token(&next).await?;
                Ok(used)
            })
            .await
            .expect("kept")
        };
        let all = join_all((1..=20).map(take)).await;
        assert!(all.iter().all(|used| *used == Some(true)));
        let mut raw = db.raw().await;
        let unused: Vec<(i64,)> = raw.rows("SELECT COUNT(*) FROM refresh_tokens WHERE state = 'unused'").await;
        assert_eq!(unused, [(1,)], "of twenty answers the last one counts");
    }

    async fn grants_go_with_their_tokens(db: &TestDatabase) {
        let row = family(db, Some("here")).await;
        assert_eq!(db.keep(async |work| work.delete_grants_of_session("elsewhere").await).await.expect("kept"), 0);
        assert_eq!(db.keep(async |work| work.delete_grants_of_session("here").await).await.expect("kept"), 1);
        assert_eq!(db.raw().await.count("refresh_tokens").await, 0);
        let other = grant(row.account, None);
        db.keep(async |work| work.insert_grant(&other).await).await.expect("kept");
        assert!(db.keep(async |work| work.delete_grant(&other.id).await).await.expect("kept"));
        assert!(!db.keep(async |work| work.delete_grant(&other.id).await).await.expect("kept"));
        db.keep(async |work| work.insert_grant(&other).await).await.expect("kept");
        assert_eq!(db.keep(async |work| work.delete_grants_of(row.account).await).await.expect("kept"), 1);
        let late = grant(row.account, None);
        db.keep(async |work| work.insert_grant(&late).await).await.expect("kept");
        give(db, &late, b'z', None, 0).await;
        assert_eq!(db.keep(async |work| work.delete_expired_grants(at(601)).await).await.expect("kept"), 1);
        assert_eq!(db.keep(async |work| work.delete_expired_grants(at(3601)).await).await.expect("kept"), 1);
    }
}

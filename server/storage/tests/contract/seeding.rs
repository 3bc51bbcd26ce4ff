//! A database full of made-up people.

use domain::{
    admin::{SearchText, SessionFilter, SessionOrder, TokenFilter, UserFilter},
    credentials::PasswordHash,
    store::Store as _,
};
use storage::seeding::{ADMINISTRATOR, SeedError, Seeding, seed};

use crate::support::{
    on_both,
    samples::{at, password},
};

/// More than [`domain::admin`]'s searches gather, and than they know before they walk.
const MANY: u32 = 9_000;

/// Whether a listing's name or address has a word in it, for words that fold to themselves.
fn has(word: &str, name: &str, email: &str) -> bool {
    name.to_lowercase().contains(word) || email.to_lowercase().contains(word)
}

fn seeding(password: PasswordHash) -> Seeding {
    Seeding {
        users: 200,
        sessions: 900,
        number: 7,
        into_existing: false,
        password,
        now: at(0),
    }
}

on_both! {
    async fn a_seeded_database_is_searched_like_any_other(db: &TestDatabase) {
        db.store().close().await;
        seed(db.url(), &seeding(password('s')), |_| ()).await.expect("filled");
        let again = db.open_again().await;
        let mut work = again.read().await.expect("a reader");
        let filter = UserFilter { text: SearchText::parse(ADMINISTRATOR), ..UserFilter::default() };
        let found = work.search_users(&filter, at(0), None, 50).await.expect("an answer");
        assert_eq!((found.len(), found[0].email.as_str(), found[0].roles.len()), (1, ADMINISTRATOR, 1));
        let signs_in = work.find_sign_in(ADMINISTRATOR).await.expect("an answer").expect("found");
        assert_eq!(signs_in.password.map(|hash| hash.as_phc_str().to_owned()), Some(password('s').as_phc_str().to_owned()));
        let everyone = work.search_users(&UserFilter::default(), at(0), None, 500).await.expect("an answer");
        assert_eq!(everyone.len(), 200);
        let all = work.count_sessions(&SessionFilter::default(), at(0), 1000).await.expect("an answer");
        assert!((850..=900).contains(&all), "{all}");
        let page = work.search_sessions(&SessionFilter::default(), SessionOrder::LastSeen, at(0), None, 10).await.expect("an answer");
        assert!(page.iter().all(|row| row.last_seen_at <= at(0) && row.created_at <= row.last_seen_at));
        let tokens = work.search_tokens(&TokenFilter::default(), at(0), None, 500).await.expect("an answer");
        assert!(tokens.len() > 30);
        let raw = db.raw().await.count("audit_events").await;
        assert_eq!(raw, 210);
        // Indexes are as the migrations made them.
        db.raw().await.run("DELETE FROM sessions").await;
        drop(work);
        again.close().await;
        let refused = seed(db.url(), &seeding(password('s')), |_| ()).await;
        assert!(matches!(refused, Err(SeedError::NotEmpty)));
    }

    async fn however_common_a_text_is_the_same_is_found(db: &TestDatabase) {
        db.store().close().await;
        let filled = Seeding { users: MANY, sessions: MANY, ..seeding(password('s')) };
        seed(db.url(), &filled, |_| ()).await.expect("filled");
        let again = db.open_again().await;
        let mut work = again.read().await.expect("a reader");
        let all = i64::from(MANY);
        let everyone = work.search_users(&UserFilter::default(), at(0), None, all).await.expect("an answer");
        let every = SessionFilter::default();
        let mut ways = [0; 3];
        for word in ["example", "@example", "lovelace", "анна", "王秀英", "zzz"] {
            let text = SearchText::parse(word);
            let filter = UserFilter { text: text.clone(), ..UserFilter::default() };
            let expected: Vec<_> =
                everyone.iter().filter(|row| has(word, &row.name, &row.email)).map(|row| row.id).collect();
            ways[usize::from(expected.len() > 1000) + usize::from(expected.len() > 8000)] += 1;
            let half = expected.len() / 2;
            for (after, expected) in [(None, &expected[..]), (expected.get(half).copied(), expected.get(half + 1..).unwrap_or_default())] {
                let found = work.search_users(&filter, at(0), after, all).await.expect("an answer");
                let found: Vec<_> = found.into_iter().map(|row| row.id).collect();
                assert_eq!(found, expected, "people: {word}");
            }
            for order in [SessionOrder::LastSeen, SessionOrder::Newest, SessionOrder::Oldest] {
                let expected = work.search_sessions(&every, order, at(0), None, all).await.expect("an answer");
                let expected: Vec<_> = expected
                    .into_iter()
                    .filter(|row| has(word, &row.name, &row.email))
                    .map(|row| row.public_id)
                    .collect();
                let filter = SessionFilter { text: text.clone(), ..SessionFilter::default() };
                let found = work.search_sessions(&filter, order, at(0), None, all).await.expect("an answer");
                let found: Vec<_> = found.into_iter().map(|row| row.public_id).collect();
                assert_eq!(found, expected, "sessions: {word}, {order:?}");
                let count = work.count_sessions(&filter, at(0), all).await.expect("an answer");
                assert_eq!(usize::try_from(count), Ok(expected.len()), "sessions: {word}");
            }
        }
        assert!(ways.iter().all(|words| *words > 0), "each way of searching was gone: {ways:?}");
        drop(work);
        again.close().await;
    }
}

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
}

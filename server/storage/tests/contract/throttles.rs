//! Counts of failures.

use domain::{
    client::BrowserHash,
    clock::Timestamp,
    keys::{KeyRing, Mac, MacKey, Purpose},
    throttle::Throttle,
};
use futures_util::future::join_all;

use crate::support::{
    database::TestDatabase,
    on_both,
    samples::{account, at},
};

fn key(of: &str) -> Mac {
    let ring = KeyRing::parse(&"A".repeat(43)).expect("a key");
    MacKey::first(&ring).mac(Purpose::Throttle, "account", of.as_bytes())
}

async fn count(db: &TestDatabase, of: &str, now: u64, fresh_until: u64) -> i64 {
    let key = key(of);
    db.keep(async |work| work.count_failure(&key, at(now), at(fresh_until)).await)
        .await
        .expect("counted")
        .failures
}

async fn found(db: &TestDatabase, of: &str, now: u64) -> Option<Throttle> {
    let key = key(of);
    db.look(async |work| work.find_throttle(&key, at(now)).await)
        .await
}

fn throttle(failures: i64, blocked_until: u64, expires_at: u64) -> Throttle {
    Throttle {
        failures,
        blocked_until: at(blocked_until),
        expires_at: at(expires_at),
    }
}

on_both! {
    async fn failures_are_counted_until_they_expire(db: &TestDatabase) {
        assert_eq!(found(db, "ada", 0).await, None);
        assert_eq!(count(db, "ada", 10, 100).await, 1);
        assert_eq!(count(db, "ada", 20, 200).await, 2);
        assert_eq!(count(db, "grace", 20, 200).await, 1);
        assert_eq!(found(db, "ada", 20).await, Some(throttle(2, 10, 100)));
        assert_eq!(found(db, "ada", 100).await, None, "expired");
        assert_eq!(count(db, "ada", 100, 300).await, 1, "anew");
        assert_eq!(found(db, "ada", 100).await, Some(throttle(1, 100, 300)));
    }

    async fn several_counts_are_found_in_one_question(db: &TestDatabase) {
        let anna = account("anna@example.org");
        db.keep(async |work| work.insert_account(&anna).await).await.expect("kept");
        count(db, "ada", 10, 100).await;
        count(db, "grace", 10, 50).await;
        let (ada, grace, emmy) = (key("ada"), key("grace"), key("emmy"));
        for (keys, now, expected) in [
            ([&ada, &grace, &emmy], 49, [Some(throttle(1, 10, 100)), Some(throttle(1, 10, 50)), None]),
            ([&emmy, &grace, &ada], 50, [None, None, Some(throttle(1, 10, 100))]),
            ([&ada, &ada, &ada], 10, [Some(throttle(1, 10, 100)); 3]),
        ] {
            assert_eq!(db.look(async |work| work.find_throttles(keys, at(now)).await).await, expected);
            for (address, known) in [("anna@example.org", true), ("nobody@example.org", false)] {
                let asked = (keys, at(now));
                let both = db.look(async |work| work.find_throttles_and_sign_in(asked, address).await);
                let (counts, record) = both.await;
                assert_eq!((counts, record.is_some()), (expected, known), "{address}");
            }
        }
    }

    async fn a_failure_is_taken_back(db: &TestDatabase) {
        let ada = key("ada");
        count(db, "ada", 10, 100).await;
        for left in [0, 0] {
            db.keep(async |work| work.uncount_failure(&ada).await).await.expect("an answer");
            assert_eq!(found(db, "ada", 10).await.map(|found| found.failures), Some(left));
        }
        assert_eq!(count(db, "ada", 10, 100).await, 1);
    }

    async fn parallel_failures_all_count(db: &TestDatabase) {
        join_all((0..50).map(|_| count(db, "ada", 10, 100))).await;
        assert_eq!(found(db, "ada", 10).await.map(|found| found.failures), Some(50));
    }

    async fn a_hold_never_moves_back(db: &TestDatabase) {
        let ada = key("ada");
        count(db, "ada", 10, 100).await;
        for (blocked_until, expires_at) in [(50, 500), (40, 400)] {
            db.keep(async |work| work.hold_throttle(&ada, at(blocked_until), at(expires_at)).await)
                .await
                .expect("held");
        }
        assert_eq!(found(db, "ada", 10).await, Some(throttle(1, 50, 500)));
    }

    async fn a_forgotten_count_is_gone(db: &TestDatabase) {
        let ada = key("ada");
        count(db, "ada", 10, 100).await;
        db.keep(async |work| work.forget_throttle(&ada).await).await.expect("forgotten");
        assert_eq!(found(db, "ada", 10).await, None);
    }

    async fn expired_counts_are_removed(db: &TestDatabase) {
        count(db, "ada", 10, 100).await;
        count(db, "grace", 10, 200).await;
        let removed = db.keep(async |work| work.delete_expired_throttles(at(150)).await).await.expect("removed");
        assert_eq!(removed, 1);
        assert!(found(db, "grace", 10).await.is_some());
    }

    async fn a_browser_is_known_to_the_account_behind_an_address(db: &TestDatabase) {
        let anna = account("anna@example.org");
        let (own, other) = (BrowserHash::of("own"), BrowserHash::of("other"));
        db.keep(async |work| {
            work.insert_account(&anna).await?;
            work.remember_browser(anna.id, &own, Timestamp::from_micros(1)).await.map(drop)
        })
        .await
        .expect("kept");
        let known = async |address: &str, browser: &BrowserHash| {
            db.look(async |work| work.is_known_browser(address, browser).await).await
        };
        assert!(known("anna@example.org", &own).await);
        assert!(!known("anna@example.org", &other).await);
        assert!(!known("nobody@example.org", &own).await);
    }
}

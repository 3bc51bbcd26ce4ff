//! Claiming queued mail, and writing down what became of it.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use domain::{
    clock::Timestamp,
    mail::{MailClaim, QueuedMail, StoredMail},
    store::{StorageError, Store, Work},
};
use storage::Database;
use tokio::task::JoinSet;

use crate::support::{
    database::TestDatabase,
    on_both,
    samples::{at, just_before, mail},
};

async fn queue(db: &TestDatabase, id: &str, created_at: Timestamp) {
    let row = QueuedMail {
        expires_at: at(1000),
        ..mail(id, created_at)
    };
    db.keep(async |work| work.insert_mail(&row).await)
        .await
        .expect("kept");
}

async fn claim(db: &TestDatabase, by: &str, now: Timestamp, until: Timestamp) -> Option<String> {
    let claim = MailClaim { by, now, until };
    let row = db.keep(async |work| work.claim_mail(claim).await).await;
    row.expect("an answer").map(|row| row.mail.id)
}

/// Claims until nothing is due any more.
async fn claim_all(store: Arc<Database>, name: usize) -> Vec<String> {
    let mut own = Vec::new();
    while store
        .read()
        .await
        .expect("a reader")
        .is_mail_due(at(1))
        .await
        .expect("an answer")
    {
        let by = format!("{name}/{}", own.len());
        let claim = MailClaim {
            by: &by,
            now: at(1),
            until: at(60),
        };
        let mut work = store.begin().await.expect("a unit opens");
        let row = work.claim_mail(claim).await.expect("an answer");
        work.commit().await.expect("kept");
        own.extend(row.map(|row| row.mail.id));
    }
    own
}

async fn due(db: &TestDatabase, now: Timestamp) -> bool {
    db.look(async |work| work.is_mail_due(now).await).await
}

async fn found(db: &TestDatabase, id: &str) -> StoredMail {
    let row = db.look(async |work| work.find_mail(id).await).await;
    row.expect("it is there")
}

async fn kept(
    db: &TestDatabase,
    act: impl AsyncFnOnce(&mut dyn Work) -> Result<bool, StorageError>,
) -> bool {
    db.keep(act).await.expect("an answer")
}

on_both! {
    async fn mails_are_claimed_one_by_one_those_due_the_longest_first(db: &TestDatabase) {
        assert!(!due(db, at(9)).await);
        assert_eq!(claim(db, "x", at(9), at(60)).await, None);
        for (id, seconds) in [("c", 2), ("a", 1), ("b", 1), ("later", 10)] {
            queue(db, id, at(seconds)).await;
        }
        assert!(due(db, at(9)).await);
        for (by, id) in [("1", Some("a")), ("2", Some("b")), ("3", Some("c")), ("4", None)] {
            assert_eq!(claim(db, by, at(9), at(60)).await.as_deref(), id);
        }
        assert!(!due(db, at(9)).await);
        assert!(due(db, at(10)).await, "a mail is due from its moment on");
        let row = found(db, "a").await;
        assert_eq!((row.attempts, row.claimed_until), (1, Some(at(60))));
    }

    async fn a_claim_holds_until_it_runs_out_and_then_the_mail_is_anybodys(db: &TestDatabase) {
        queue(db, "one", at(0)).await;
        assert_eq!(claim(db, "first", at(1), at(60)).await.as_deref(), Some("one"));
        assert_eq!(claim(db, "second", just_before(at(60)), at(90)).await, None);
        assert!(!due(db, just_before(at(60))).await);
        assert!(due(db, at(60)).await);
        assert_eq!(claim(db, "second", at(60), at(120)).await.as_deref(), Some("one"));
        assert_eq!(found(db, "one").await.attempts, 2);

        // Whoever was overtaken has no say any more.
        assert!(!kept(db, async |work| work.delete_claimed_mail("one", "first").await).await);
        assert!(!kept(db, async |work| work.defer_mail("one", "first", at(0), "x").await).await);
        assert!(!kept(db, async |work| work.release_mail("one", "first").await).await);
        assert!(!kept(db, async |work| work.fail_mail("one", "first", at(0), "x", b"").await).await);
        let row = found(db, "one").await;
        assert_eq!((row.claimed_until, row.last_error, row.failed_at), (Some(at(120)), None, None));
        assert!(kept(db, async |work| work.delete_claimed_mail("one", "second").await).await);
        assert!(db.look(async |work| work.find_mail("one").await).await.is_none());
    }

    async fn an_unclaimed_mail_cannot_be_settled(db: &TestDatabase) {
        queue(db, "one", at(0)).await;
        for by in ["", "NULL", "one"] {
            assert!(!kept(db, async |work| work.delete_claimed_mail("one", by).await).await);
            assert!(!kept(db, async |work| work.release_mail("one", by).await).await);
        }
        assert_eq!(found(db, "one").await.attempts, 0);
    }

    async fn a_deferred_mail_comes_back_at_its_time_with_the_reason(db: &TestDatabase) {
        queue(db, "one", at(0)).await;
        claim(db, "first", at(1), at(60)).await;
        assert!(kept(db, async |work| work.defer_mail("one", "first", at(30), "recipient 451").await).await);
        let row = found(db, "one").await;
        assert_eq!((row.next_attempt_at, row.claimed_until), (at(30), None));
        assert_eq!(row.last_error.as_deref(), Some("recipient 451"));
        assert_eq!(claim(db, "second", just_before(at(30)), at(90)).await, None);
        assert_eq!(claim(db, "second", at(30), at(90)).await.as_deref(), Some("one"));
        let row = found(db, "one").await;
        assert_eq!((row.attempts, row.last_error.as_deref()), (2, Some("recipient 451")));
    }

    async fn a_released_mail_is_as_if_it_had_not_been_claimed(db: &TestDatabase) {
        queue(db, "one", at(0)).await;
        claim(db, "first", at(1), at(60)).await;
        assert!(kept(db, async |work| work.release_mail("one", "first").await).await);
        let row = found(db, "one").await;
        assert_eq!((row.attempts, row.next_attempt_at, row.claimed_until), (0, at(0), None));
        assert_eq!(claim(db, "second", at(1), at(60)).await.as_deref(), Some("one"));
    }

    async fn a_mail_that_was_given_up_is_never_due_and_stays_until_it_expires(db: &TestDatabase) {
        queue(db, "one", at(0)).await;
        claim(db, "first", at(1), at(60)).await;
        assert!(kept(db, async |work| work.fail_mail("one", "first", at(2), "recipient 550", b"rest").await).await);
        for now in [at(3), at(60), at(999), at(5000)] {
            assert!(!due(db, now).await);
            assert_eq!(claim(db, "second", now, at(9000)).await, None);
        }
        let row = found(db, "one").await;
        assert_eq!((row.failed_at, row.claimed_until), (Some(at(2)), None));
        assert_eq!(row.last_error.as_deref(), Some("recipient 550"));
        assert_eq!(row.mail.sealed, b"rest");
        let gone = db.keep(async |work| work.delete_expired_mail(at(1001)).await).await;
        assert_eq!(gone.expect("an answer"), 1);
    }

    async fn an_expired_mail_is_not_due(db: &TestDatabase) {
        queue(db, "one", at(0)).await;
        assert!(due(db, just_before(at(1000))).await);
        assert!(!due(db, at(1000)).await);
        assert_eq!(claim(db, "x", at(1000), at(2000)).await, None);
    }

    async fn many_claimers_in_two_processes_get_each_mail_once(db: &TestDatabase) {
        const MAILS: usize = 40;
        for number in 0..MAILS {
            queue(db, &format!("{number:02}"), at(0)).await;
        }
        let other = Arc::new(db.open_again().await);
        let mut claimers = JoinSet::new();
        for claimer in 0..6 {
            let store = if claimer % 2 == 0 { db.store() } else { Arc::clone(&other) };
            claimers.spawn(claim_all(store, claimer));
        }
        let claimed: Vec<String> = claimers.join_all().await.into_iter().flatten().collect();
        assert_eq!(claimed.len(), MAILS, "{claimed:?}");
        assert_eq!(claimed.iter().collect::<BTreeSet<_>>().len(), MAILS);
        other.close().await;
    }

    async fn the_bell_rings_when_mail_was_committed_and_only_then(db: &TestDatabase) {
        let bell = db.store().mail_bell();
        let rung = async || tokio::time::timeout(Duration::ZERO, bell.notified()).await.is_ok();
        let mut work = db.begin().await;
        work.insert_mail(&mail("dropped", at(0))).await.expect("inserted");
        assert!(!rung().await, "nobody could see it yet");
        drop(work);
        db.keep(async |work| work.delete_expired_mail(at(0)).await).await.expect("kept");
        assert!(!rung().await);
        queue(db, "one", at(0)).await;
        assert!(rung().await);
        assert!(!rung().await);
    }
}

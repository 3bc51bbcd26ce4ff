//! Units that are dropped half-way, at every point at which a request can be given up.
//!
//! A future is polled so many times and then dropped: either at once, while the database still
//! works on its statement, or when the answer has come but nobody takes it.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
    time::Duration,
};

use domain::{
    audit::EventKind,
    store::{StorageError, Store},
};

use crate::support::{
    database::TestDatabase,
    on_both,
    samples::{account, at, below, event, mail},
};

/// More polls than any unit here needs.
const POLLS: u32 = 60;
/// So many whole units in a row: further polls would change nothing.
const ENOUGH: u32 = 6;
/// Longer than an honest unit takes.
const SOON: Duration = Duration::from_secs(20);

#[derive(Clone, Copy, Debug)]
enum Dropped {
    /// While the database works on what the last poll asked for.
    AtOnce,
    /// When the answer to the last poll has come.
    OnWaking,
}

/// Polls `future` at most so many times; `None` when that wasn't enough.
async fn poll_at_most<T>(future: impl Future<Output = T>, polls: u32, then: Dropped) -> Option<T> {
    let mut future = pin!(future);
    let mut polled = 0;
    poll_fn(move |context| {
        if polled == polls {
            return Poll::Ready(None);
        }
        polled += 1;
        match (future.as_mut().poll(context), then) {
            (Poll::Ready(done), _) => Poll::Ready(Some(done)),
            (Poll::Pending, Dropped::AtOnce) if polled == polls => Poll::Ready(None),
            (Poll::Pending, _) => Poll::Pending,
        }
    })
    .await
}

/// How far a unit came.
#[derive(Default)]
struct Progress {
    /// It asked to be committed: from here on, both outcomes are allowed.
    committing: AtomicBool,
}

/// A unit that writes two mails and an event, which belong together.
async fn write_pair(
    store: &dyn Store,
    name: &str,
    progress: &Progress,
) -> Result<(), StorageError> {
    let mut work = store.begin().await?;
    work.insert_mail(&mail(&format!("{name} one"), at(0)))
        .await?;
    work.append_event(&event(EventKind::AccountCreated)).await?;
    assert!(work.find_mail(&format!("{name} one")).await?.is_some());
    work.insert_mail(&mail(&format!("{name} two"), at(0)))
        .await?;
    progress.committing.store(true, Ordering::SeqCst);
    work.commit().await
}

/// Whether the pair is there; half of it never is.
async fn pair_is_there(db: &TestDatabase, name: &str) -> bool {
    // One question, since a COMMIT that was given up may come about between two.
    let rows = db.look(async |work| work.list_mail(1_000_000).await).await;
    let there = |half: &str| {
        rows.iter()
            .any(|row| row.mail.id == format!("{name} {half}"))
    };
    let (one, two) = (there("one"), there("two"));
    assert_eq!(one, two, "{name}: half a unit was kept");
    one
}

/// An honest unit goes through and is there.
async fn assert_others_work(db: &TestDatabase, name: &str) {
    let progress = Progress::default();
    let honest = format!("after {name}");
    tokio::time::timeout(SOON, write_pair(db.store().as_ref(), &honest, &progress))
        .await
        .unwrap_or_else(|_| panic!("{name} blocks the units after it"))
        .unwrap_or_else(|error| panic!("{name} spoils the units after it: {error}"));
    assert!(
        pair_is_there(db, &honest).await,
        "{honest}: acknowledged and not there"
    );
}

async fn assert_outcome(db: &TestDatabase, name: &str, acknowledged: bool, progress: &Progress) {
    let there = pair_is_there(db, name).await;
    if acknowledged {
        assert!(there, "{name}: acknowledged and not there");
    }
    if !progress.committing.load(Ordering::SeqCst) {
        assert!(!there, "{name}: never committed and there");
    }
}

on_both! {
    async fn a_unit_dropped_at_any_point_leaves_all_or_nothing(db: &TestDatabase) {
        let mut in_a_row = 0;
        for polls in 1..POLLS {
            for then in [Dropped::AtOnce, Dropped::OnWaking] {
                let name = format!("{polls} {then:?}");
                let (store, progress) = (db.store(), Progress::default());
                let unit = write_pair(store.as_ref(), &name, &progress);
                let done = poll_at_most(unit, polls, then).await;
                assert!(!matches!(done, Some(Err(_))), "{name}: {done:?}");
                in_a_row = if done.is_some() { in_a_row + 1 } else { 0 };
                assert_others_work(db, &name).await;
                assert_outcome(db, &name, done.is_some(), &progress).await;
            }
            if in_a_row >= ENOUGH {
                return;
            }
        }
        panic!("so many polls are enough for a whole unit");
    }

    async fn units_dropped_one_after_the_other_leave_all_or_nothing(db: &TestDatabase) {
        for round in 0..30 {
            let names: Vec<_> = (0..4).map(|number| format!("{round} {number}")).collect();
            let mut outcomes = Vec::new();
            for name in &names {
                let (store, progress) = (db.store(), Progress::default());
                let polls = 1 + u32::try_from(below(24)).expect("small");
                let then = if below(2) == 0 { Dropped::AtOnce } else { Dropped::OnWaking };
                let unit = write_pair(store.as_ref(), name, &progress);
                let done = poll_at_most(unit, polls, then).await;
                outcomes.push((done, progress));
            }
            assert_others_work(db, &format!("round {round}")).await;
            for (name, (done, progress)) in names.iter().zip(outcomes) {
                assert!(!matches!(done, Some(Err(_))), "{name}: {done:?}");
                assert_outcome(db, name, done.is_some(), &progress).await;
            }
        }
    }

    async fn a_unit_given_up_while_it_waits_for_its_turn_takes_none(db: &TestDatabase) {
        // Every writing connection is held, so that the others wait for one.
        let (first, second) = (db.begin().await, if db.is_sqlite() { None } else { Some(db.begin().await) });
        let waiting: Vec<_> = (0..20)
            .map(|number| {
                let store = db.store();
                tokio::spawn(async move {
                    let name = format!("waiting {number}");
                    write_pair(store.as_ref(), &name, &Progress::default()).await
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(50)).await;
        for unit in waiting.iter().step_by(2) {
            unit.abort();
        }
        first.commit().await.expect("nothing is kept");
        drop(second);

        for (number, unit) in waiting.into_iter().enumerate() {
            let name = format!("waiting {number}");
            match unit.await {
                Ok(result) => {
                    result.expect("kept");
                    assert!(pair_is_there(db, &name).await);
                }
                Err(given_up) => {
                    assert!(given_up.is_cancelled());
                    assert!(!pair_is_there(db, &name).await);
                }
            }
        }
        assert_others_work(db, "the last").await;
    }

    async fn honest_units_survive_a_crowd_that_is_given_up(db: &TestDatabase) {
        let crowd: Vec<_> = (0..240_u32)
            .map(|number| {
                let store = db.store();
                tokio::spawn(async move {
                    let name = format!("crowd {number}");
                    let progress = Progress::default();
                    let unit = write_pair(store.as_ref(), &name, &progress);
                    // Every third is honest; the others are given up by poll or by time.
                    let done = match number % 3 {
                        0 => Some(unit.await),
                        1 => {
                            let polls = 1 + u32::try_from(below(20)).expect("small");
                            poll_at_most(unit, polls, Dropped::AtOnce).await
                        }
                        _ => {
                            let limit = Duration::from_micros(below(60_000));
                            tokio::select! {
                                biased;
                                () = tokio::time::sleep(limit) => None,
                                done = unit => Some(done),
                            }
                        }
                    };
                    (name, done, progress)
                })
            })
            .collect();

        for unit in crowd {
            let unit = tokio::time::timeout(SOON, unit).await.expect("nothing blocks");
            let (name, done, progress) = unit.expect("nobody panics");
            let acknowledged = done.is_some();
            if let Some(result) = done {
                result.unwrap_or_else(|error| panic!("{name} was spoilt: {error}"));
            }
            assert_outcome(db, &name, acknowledged, &progress).await;
        }
        assert_others_work(db, "the crowd").await;
    }

    async fn tasks_aborted_at_random_leave_all_or_nothing(db: &TestDatabase) {
        for round in 0..60 {
            let name = format!("task {round}");
            let (store, own_name) = (db.store(), name.clone());
            let task = tokio::spawn(async move {
                write_pair(store.as_ref(), &own_name, &Progress::default()).await
            });
            tokio::time::sleep(Duration::from_micros(below(4_000))).await;
            task.abort();
            let acknowledged = match task.await {
                Ok(result) => {
                    result.expect("kept");
                    true
                }
                Err(_) => false,
            };
            assert_others_work(db, &name).await;
            assert!(pair_is_there(db, &name).await || !acknowledged);
        }
    }

    async fn a_unit_whose_statement_was_given_up_is_given_up(db: &TestDatabase) {
        let mut in_a_row = 0;
        for polls in 1..POLLS {
            for then in [Dropped::AtOnce, Dropped::OnWaking] {
                let name = format!("{polls} {then:?}");
                let mut work = db.begin().await;
                let born = poll_at_most(work.insert_account(&account(&name)), polls, then).await;
                let further = work.insert_mail(&mail(&format!("{name} one"), at(0))).await;
                let committed = work.commit().await;
                let whole = born.is_some();
                assert_eq!(further.is_ok(), whole, "{name}: {further:?}");
                assert_eq!(committed.is_ok(), whole, "{name}: {committed:?}");
                in_a_row = if whole { in_a_row + 1 } else { 0 };

                assert_others_work(db, &name).await;
                let there = db.look(async |work| work.find_mail(&format!("{name} one")).await).await;
                assert_eq!(there.is_some(), whole, "{name}");
                let key = name.to_lowercase();
                let known = db.look(async |work| work.find_sign_in(&key).await).await;
                assert_eq!(known.is_some(), whole, "{name}");
            }
            if in_a_row >= ENOUGH {
                return;
            }
        }
        panic!("so many polls are enough for a whole account");
    }

    async fn closing_that_is_given_up_halfway_cuts_no_unit_in_half(db: &TestDatabase) {
        for polls in 1..10 {
            for then in [Dropped::AtOnce, Dropped::OnWaking] {
                let other = Arc::new(db.open_again().await);
                let units: Vec<_> = (0..6)
                    .map(|number| {
                        let (store, name) = (Arc::clone(&other), format!("{polls} {then:?} {number}"));
                        tokio::spawn(async move {
                            let outcome = write_pair(store.as_ref(), &name, &Progress::default()).await;
                            (name, outcome)
                        })
                    })
                    .collect();
                tokio::time::sleep(Duration::from_micros(below(3_000))).await;
                poll_at_most(other.close(), polls, then).await;
                for unit in units {
                    let unit = tokio::time::timeout(SOON, unit).await.expect("nothing blocks");
                    let (name, outcome) = unit.expect("nobody panics");
                    let there = pair_is_there(db, &name).await;
                    assert_eq!(there, outcome.is_ok(), "{name} was told {outcome:?}");
                }
                assert_others_work(db, &format!("closing {polls} {then:?}")).await;
            }
        }
    }

    async fn a_reader_dropped_at_any_point_leaves_the_next_one_whole(db: &TestDatabase) {
        db.keep(async |work| {
            for number in 0..200 {
                work.insert_mail(&mail(&format!("{number:03}"), at(0))).await?;
            }
            Ok(())
        })
        .await
        .expect("kept");

        for polls in 1..30 {
            for then in [Dropped::AtOnce, Dropped::OnWaking] {
                let store = db.store();
                let reading = async {
                    let mut reader = store.read().await?;
                    reader.list_mail(1000).await?;
                    reader.find_mail("007").await?;
                    reader.insert_mail(&mail("never", at(0))).await
                };
                poll_at_most(reading, polls, then).await;
                let rows = tokio::time::timeout(SOON, db.look(async |work| work.list_mail(1000).await))
                    .await
                    .expect("nothing blocks");
                assert_eq!(rows.len(), 200, "{polls} {then:?}");
            }
        }
    }
}

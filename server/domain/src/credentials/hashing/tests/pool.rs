use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;
use std::thread;

use super::support::{
    Probe, SMALL, Script, block_on, config, params, password, poll_once, stored, wait_until,
};
use crate::credentials::hashing::trust::Trust;
use crate::credentials::hashing::{
    EngineChoice, HashingError, HashingPool, PasswordHash, ReferenceEngine, Verified,
};
use crate::credentials::{Password, PasswordContext, PasswordPolicy, PasswordProblem};

pub(super) const YES: Result<Verified, HashingError> = Ok(Verified {
    matches: true,
    needs_rehash: false,
});
pub(super) const NO: Result<Verified, HashingError> = Ok(Verified {
    matches: false,
    needs_rehash: false,
});

pub(super) fn pool_of(
    threads: usize,
    queue: usize,
    trust: Trust,
    probe: &Arc<Probe>,
) -> HashingPool {
    HashingPool::launch(&config(threads, queue), trust, probe.engine()).unwrap()
}

pub(super) fn verify(
    pool: &HashingPool,
    text: &str,
    stored: &PasswordHash,
) -> Result<Verified, HashingError> {
    block_on(pool.verify(password(text), stored.clone()))
}

#[test]
fn a_pool_hashes_and_verifies() {
    for engine in [
        EngineChoice::Auto,
        EngineChoice::Reference,
        EngineChoice::Fast,
    ] {
        let pool = HashingPool::start(&crate::credentials::hashing::HashingPoolConfig {
            engine,
            ..config(2, 4)
        })
        .unwrap();
        let hash = block_on(pool.hash(password("right"), [8; 16])).unwrap();
        assert_eq!(hash.params(), SMALL);
        assert_eq!(verify(&pool, "right", &hash), YES);
        assert_eq!(verify(&pool, "wrong", &hash), NO);
        let name = if engine == EngineChoice::Reference {
            "argon2"
        } else {
            "argon2-rust"
        };
        assert_eq!(pool.verifying_engine(), name);
        assert_eq!((pool.depth(), pool.busy()), (0, 0));
    }
}

#[test]
fn a_right_password_of_lower_cost_asks_for_a_new_hash() {
    let pool = HashingPool::start(&config(1, 4)).unwrap();
    let old = ReferenceEngine::new()
        .hash(b"right", &[1; 16], &params(32, 1, 1))
        .unwrap();
    let outdated = Ok(Verified {
        matches: true,
        needs_rehash: true,
    });
    assert_eq!(verify(&pool, "right", &old), outdated);
    assert_eq!(verify(&pool, "wrong", &old), NO);
}

#[test]
fn the_dummy_costs_a_computation_and_never_matches() {
    let probe = Probe::new(Script::Right);
    let pool = pool_of(1, 4, Trust::Proven, &probe);
    assert_eq!(block_on(pool.verify_dummy(password("any"))), NO);
    assert_eq!(probe.calls.load(Ordering::SeqCst), 1);
}

fn judge(
    pool: &HashingPool,
    typed: &str,
) -> impl Future<Output = Result<Result<Password, PasswordProblem>, HashingError>> {
    let password = Password::parse(typed).unwrap();
    let context = PasswordContext::of(["ada@example.com"]);
    pool.judge(PasswordPolicy { min_length: 15 }, password, context)
}

#[test]
fn a_new_password_is_judged_and_given_back() {
    let pool = HashingPool::start(&config(1, 4)).unwrap();
    let passed = block_on(judge(&pool, "seventeen quiet lighthouses")).unwrap();
    let expected = password("seventeen quiet lighthouses");
    assert_eq!(passed.unwrap().into_bytes(), expected);
    let refused = block_on(judge(&pool, "passwordpassword")).unwrap();
    assert_eq!(refused.err(), Some(PasswordProblem::Common));
    assert_eq!((pool.depth(), pool.busy()), (0, 0));
}

#[test]
fn judging_waits_its_turn_and_is_refused_when_the_queue_is_full() {
    let probe = Probe::new(Script::Right);
    probe.set_open(false);
    let pool = pool_of(1, 1, Trust::Proven, &probe);
    let mut at_work = Box::pin(pool.verify(password("right"), stored("right")));
    assert!(poll_once(&mut at_work).is_pending());
    wait_until("the thread to be at work", || {
        pool.busy() == 1 && pool.depth() == 0
    });
    let mut waits = Box::pin(judge(&pool, "seventeen quiet lighthouses"));
    assert!(poll_once(&mut waits).is_pending());
    let refused = block_on(judge(&pool, "seventeen quiet lighthouses"));
    assert!(matches!(refused, Err(HashingError::Busy { .. })));
    probe.set_open(true);
    assert_eq!(block_on(at_work), YES);
    assert!(block_on(waits).unwrap().is_ok());
}

#[test]
fn a_full_queue_is_said_at_once_and_stays_bounded() {
    let probe = Probe::new(Script::Right);
    probe.set_open(false);
    let pool = pool_of(1, 3, Trust::Proven, &probe);
    let hash = stored("right");

    let mut at_work = Box::pin(pool.verify(password("right"), hash.clone()));
    assert!(poll_once(&mut at_work).is_pending());
    wait_until("the thread to be at work", || {
        pool.busy() == 1 && pool.depth() == 0
    });
    let mut waiting: Vec<_> = (0..3)
        .map(|_| Box::pin(pool.verify(password("right"), hash.clone())))
        .collect();
    for future in &mut waiting {
        assert!(poll_once(future).is_pending());
    }
    for _ in 0..10 {
        let Poll::Ready(Err(HashingError::Busy {
            retry_after_seconds,
        })) = poll_once(&mut Box::pin(pool.hash(password("right"), [0; 16])))
        else {
            panic!("a fourth request was let in");
        };
        assert!(retry_after_seconds >= 1);
        assert_eq!(pool.depth(), 3);
    }

    probe.set_open(true);
    assert_eq!(block_on(at_work), YES);
    for future in waiting {
        assert_eq!(block_on(future), YES);
    }
    assert_eq!((pool.depth(), pool.busy()), (0, 0));
}

#[test]
fn callers_that_went_away_are_skipped_and_make_room() {
    let probe = Probe::new(Script::Right);
    probe.set_open(false);
    let pool = pool_of(1, 2, Trust::Proven, &probe);
    let hash = stored("right");
    let submit = || {
        let mut future = Box::pin(pool.verify(password("right"), hash.clone()));
        assert!(poll_once(&mut future).is_pending());
        future
    };

    let at_work = submit();
    wait_until("the thread to be at work", || {
        pool.busy() == 1 && pool.depth() == 0
    });
    let first = submit();
    let second = submit();
    drop(first);
    // The queue is full, but one who waits in it has gone.
    let third = submit();
    drop(third);
    assert_eq!(pool.depth(), 2);

    probe.set_open(true);
    assert_eq!(block_on(at_work), YES);
    assert_eq!(block_on(second), YES);
    wait_until("the queue to drain", || {
        pool.depth() == 0 && pool.busy() == 0
    });
    assert_eq!(verify(&pool, "right", &hash), YES);
    // One at work, the second and the last: neither of the two that went away.
    assert_eq!(probe.calls.load(Ordering::SeqCst), 3);
}

#[test]
fn a_thread_holds_one_block_and_none_that_is_too_large() {
    let probe = Probe::new(Script::Right);
    let pool = pool_of(1, 4, Trust::Proven, &probe);
    let large = ReferenceEngine::new()
        .hash(b"right", &[1; 16], &params(512, 1, 1))
        .unwrap();
    assert_eq!(verify(&pool, "right", &large), YES);
    assert_eq!(probe.most_held.load(Ordering::SeqCst), 512);
    assert!(!probe.held_after_release.load(Ordering::SeqCst));
}

#[test]
fn an_idle_thread_gives_its_block_back_and_takes_another() {
    let probe = Probe::new(Script::Right);
    let pool = pool_of(1, 4, Trust::Proven, &probe);
    let hash = stored("right");
    assert_eq!(verify(&pool, "right", &hash), YES);
    wait_until("the block to go", || {
        !probe.held_after_release.load(Ordering::SeqCst)
    });
    assert_eq!(verify(&pool, "right", &hash), YES);
}

#[test]
fn dropping_the_pool_answers_who_waits_and_ends_the_threads() {
    let probe = Probe::new(Script::Right);
    probe.set_open(false);
    let pool = pool_of(1, 4, Trust::Proven, &probe);
    let shared = Arc::downgrade(pool.shared());
    let hash = stored("right");

    let mut at_work = Box::pin(pool.verify(password("right"), hash.clone()));
    assert!(poll_once(&mut at_work).is_pending());
    wait_until("the thread to be at work", || {
        pool.busy() == 1 && pool.depth() == 0
    });
    let mut waits = Box::pin(pool.verify(password("right"), hash.clone()));
    assert!(poll_once(&mut waits).is_pending());
    pool.shared().queue.close();
    assert_eq!(block_on(waits), Err(HashingError::Stopped));
    let late = block_on(pool.hash(password("late"), [0; 16]));
    assert_eq!(late.unwrap_err(), HashingError::Stopped);
    probe.set_open(true);
    assert_eq!(block_on(at_work), YES);

    drop(pool);
    wait_until("the threads to end", || shared.upgrade().is_none());
}

#[test]
fn many_callers_get_their_own_answers() {
    let pool = HashingPool::start(&config(2, 64)).unwrap();
    thread::scope(|scope| {
        for number in 0..8_u8 {
            let pool = &pool;
            scope.spawn(move || {
                let text = format!("password of {number}");
                let hash = block_on(pool.hash(password(&text), [number; 16])).unwrap();
                for _ in 0..20 {
                    assert_eq!(verify(pool, &text, &hash), YES);
                    assert_eq!(verify(pool, "password of nobody", &hash), NO);
                }
            });
        }
    });
    assert_eq!((pool.depth(), pool.busy()), (0, 0));
}

#[test]
fn what_is_shared_can_be_shared() {
    fn is_shared<T: Send + Sync>(_: &T) {}
    fn can_move<T: Send>(_: &T) {}
    let pool = HashingPool::start(&config(1, 1)).unwrap();
    is_shared(&pool);
    can_move(&pool.verify(password("x"), stored("x")));
}

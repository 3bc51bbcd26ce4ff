//! Engines that are wrong, fail or panic.

use std::sync::atomic::Ordering;

use super::pool::{NO, YES, pool_of, verify};
use super::support::{Probe, Script, block_on, config, params, password, stored};
use crate::credentials::hashing::trust::Trust;
use crate::credentials::hashing::{
    EngineChoice, HashingError, HashingPool, ReferenceEngine, SelfTestError, StartError, self_test,
};

#[test]
fn an_engine_that_is_wrong_at_full_cost_is_switched_off_for_the_whole_pool() {
    let probe = Probe::new(Script::WrongWhenLarge);
    let mut config = config(2, 4);
    config.params = params(128, 1, 1);
    let pool = HashingPool::start_with(&config, probe.engine()).unwrap();
    assert_eq!(pool.verifying_engine(), "argon2-rust");

    let hash = block_on(pool.hash(password("right"), [8; 16])).unwrap();
    let before = probe.calls.load(Ordering::SeqCst);
    assert_eq!(verify(&pool, "right", &hash), YES);
    assert_eq!(pool.verifying_engine(), "argon2");
    assert_eq!(verify(&pool, "wrong", &hash), NO);
    for _ in 0..4 {
        assert_eq!(verify(&pool, "right", &hash), YES);
    }
    assert_eq!(probe.calls.load(Ordering::SeqCst), before + 1);
}

#[test]
fn the_first_verification_is_cross_checked_and_later_ones_are_not() {
    let probe = Probe::new(Script::Right);
    let pool = pool_of(1, 4, Trust::Unproven, &probe);
    let hash = stored("right");
    // A wrong password proves as much as a right one: tags are compared, not verdicts.
    assert_eq!(verify(&pool, "wrong", &hash), NO);
    assert_eq!(pool.shared().trust.get(), Trust::Proven);
    assert_eq!(verify(&pool, "right", &hash), YES);
    assert_eq!(probe.calls.load(Ordering::SeqCst), 2);
}

#[test]
fn a_failing_engine_leaves_the_answer_to_the_reference() {
    for trust in [Trust::Unproven, Trust::Proven] {
        let pool = pool_of(1, 4, trust, &Probe::new(Script::Fails));
        let hash = stored("right");
        assert_eq!(verify(&pool, "right", &hash), YES);
        assert_eq!(verify(&pool, "wrong", &hash), NO);
    }
}

#[test]
fn a_panic_costs_one_answer_and_the_fast_engine_but_not_the_pool() {
    let pool = pool_of(1, 4, Trust::Proven, &Probe::new(Script::Panics));
    let hash = stored("right");
    assert_eq!(verify(&pool, "right", &hash), Err(HashingError::Failed));
    assert_eq!(pool.verifying_engine(), "argon2");
    assert_eq!(verify(&pool, "right", &hash), YES);
    assert_eq!((pool.depth(), pool.busy()), (0, 0));
}

#[test]
fn each_half_of_the_self_test_finds_a_wrong_engine() {
    let mut wrong = (Probe::new(Script::Wrong).engine())();
    assert_eq!(
        self_test::known_answers(wrong.as_mut()),
        Err(SelfTestError::KnownAnswer("scripted"))
    );
    assert_eq!(
        self_test::agreement(wrong.as_mut(), &mut ReferenceEngine::new()),
        Err(SelfTestError::Disagreement("scripted", "argon2"))
    );
}

#[test]
fn the_self_test_decides_at_start() {
    for script in [Script::Wrong, Script::Fails, Script::Panics] {
        let probe = Probe::new(script);
        let mut config = config(1, 4);
        let pool = HashingPool::start_with(&config, probe.engine()).unwrap();
        assert_eq!(pool.verifying_engine(), "argon2");
        assert_eq!(verify(&pool, "right", &stored("right")), YES);

        config.engine = EngineChoice::Fast;
        let outcome = HashingPool::start_with(&config, probe.engine());
        assert!(matches!(outcome, Err(StartError::SelfTest(_))));
    }
    let mut config = config(1, 4);
    config.engine = EngineChoice::Fast;
    let outcome = HashingPool::start_with(&config, Probe::new(Script::Panics).engine());
    assert!(matches!(
        outcome,
        Err(StartError::SelfTest(SelfTestError::Panicked("argon2-rust")))
    ));
    config.params = params(1, 1, 1);
    assert!(matches!(
        HashingPool::start(&config),
        Err(StartError::Params(_))
    ));
}

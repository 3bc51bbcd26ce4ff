use proptest::prelude::*;

use super::support::{SMALL, params};
use crate::credentials::hashing::{
    Argon2Params, EngineError, FastEngine, ParamsError, PasswordHash, PasswordHashing,
    ReferenceEngine, self_test,
};

/// RFC 9106 section 5.3.
const RFC_TAG: [u8; 32] = [
    0x0d, 0x64, 0x0d, 0xf5, 0x8d, 0x78, 0x76, 0x6c, 0x08, 0xc0, 0x37, 0xa3, 0x4a, 0x8b, 0x53, 0xc9,
    0xd0, 0x1e, 0xf0, 0x45, 0x2d, 0x75, 0xb6, 0x5e, 0xb5, 0x25, 0x20, 0xe9, 0x6b, 0x01, 0xe6, 0x59,
];

/// The vector has a secret and associated data, which the seam does not offer: the crates are asked
/// themselves.
#[test]
fn both_crates_give_the_answer_of_rfc_9106() {
    let (password, salt, secret, data) = ([1; 32], [2; 16], [3; 8], [4; 12]);

    let cost = argon2::ParamsBuilder::new()
        .m_cost(32)
        .t_cost(3)
        .p_cost(4)
        .data(argon2::AssociatedData::new(&data).unwrap())
        .build()
        .unwrap();
    let (algorithm, version) = (argon2::Algorithm::Argon2id, argon2::Version::V0x13);
    let mut tag = [0; 32];
    argon2::Argon2::new_with_secret(&secret, algorithm, version, cost)
        .unwrap()
        .hash_password_into(&password, &salt, &mut tag)
        .unwrap();
    assert_eq!(tag, RFC_TAG);

    let cost = argon2_rust::Params::builder()
        .memory(argon2_rust::params::Memory::kib(32))
        .passes(3)
        .lanes(4)
        .build()
        .unwrap();
    let (algorithm, version) = (
        argon2_rust::Algorithm::Argon2id,
        argon2_rust::Version::V0x13,
    );
    let mut tag = [0; 32];
    argon2_rust::Argon2::new(algorithm, version, cost)
        .hasher()
        .hash_into_with_ad(&password, &salt, &secret, &data, &mut tag)
        .unwrap();
    assert_eq!(tag, RFC_TAG);
}

fn engines() -> [Box<dyn PasswordHashing>; 2] {
    [
        Box::new(ReferenceEngine::new()),
        Box::new(FastEngine::new()),
    ]
}

/// From the test suite of the C implementation by argon2's authors (`src/test.c`).
#[test]
fn both_engines_verify_hashes_of_the_published_implementation() {
    let known = [
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
        "$argon2id$v=19$m=65536,t=1,p=1$c29tZXNhbHQ$9qWtwbpyPd3vm1rB1GThgPzZ3/ydHL92zKL+15XZypg",
    ];
    for mut engine in engines() {
        for text in known {
            let stored = PasswordHash::parse(text).unwrap();
            assert_eq!(engine.verify(b"password", &stored), Ok(true), "{text}");
            assert_eq!(engine.verify(b"Password", &stored), Ok(false), "{text}");
            assert_eq!(engine.verify(b"", &stored), Ok(false), "{text}");
        }
    }
}

#[test]
fn both_engines_pass_the_self_test_and_hold_nothing_after_it() {
    let [mut reference, mut fast] = engines();
    assert_eq!(self_test::known_answers(reference.as_mut()), Ok(()));
    assert_eq!(self_test::known_answers(fast.as_mut()), Ok(()));
    assert_eq!(
        self_test::agreement(fast.as_mut(), reference.as_mut()),
        Ok(())
    );
    assert_eq!((reference.held_kib(), fast.held_kib()), (0, 0));
}

/// The one test at the default cost.
#[test]
fn a_hash_at_the_default_cost_is_verified_by_both_engines() {
    let mut reference = ReferenceEngine::new();
    let cost = Argon2Params::default();
    let stored = reference
        .hash(b"a long pass phrase", &[9; 16], &cost)
        .unwrap();
    assert!(
        stored
            .as_phc_str()
            .starts_with("$argon2id$v=19$m=19456,t=2,p=1$")
    );
    assert_eq!(reference.held_kib(), 19_456);

    let mut fast = FastEngine::new();
    assert_eq!(fast.verify(b"a long pass phrase", &stored), Ok(true));
    assert_eq!(fast.verify(b"a long pass phrasf", &stored), Ok(false));
    assert_eq!(fast.held_kib(), 19_456);
    assert_eq!(reference.verify(b"a long pass phrase", &stored), Ok(true));
}

#[test]
fn an_engine_keeps_one_block_that_grows_and_goes() {
    for mut engine in engines() {
        let mut tag = [0; 32];
        assert_eq!(engine.held_kib(), 0);
        for (memory, held) in [(64, 64), (256, 256), (32, 256)] {
            let cost = params(memory, 1, 1);
            engine.tag(b"x", &[0; 16], &cost, &mut tag).unwrap();
            assert_eq!(engine.held_kib(), held, "{}", engine.name());
        }
        engine.release();
        assert_eq!(engine.held_kib(), 0);
    }
}

#[test]
fn costs_out_of_bounds_are_refused_before_anything_is_allocated() {
    for mut engine in engines() {
        let mut tag = [0; 32];
        let outcome = engine.tag(b"x", &[0; 16], &params(u32::MAX, 1, 1), &mut tag);
        assert_eq!(outcome, Err(EngineError::Params(ParamsError::Memory)));
        assert_eq!(engine.held_kib(), 0);
    }
}

#[test]
fn inputs_that_argon2_forbids_are_errors_and_not_panics() {
    for mut engine in engines() {
        let short_salt = engine.tag(b"x", &[0; 7], &SMALL, &mut [0; 32]);
        assert!(matches!(short_salt, Err(EngineError::Refused { .. })));
        let short_tag = engine.tag(b"x", &[0; 16], &SMALL, &mut [0; 3]);
        assert!(matches!(short_tag, Err(EngineError::Refused { .. })));
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 96,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_engines_agree(
        password in proptest::collection::vec(any::<u8>(), 0..=300),
        salt in proptest::collection::vec(any::<u8>(), 8..=48),
        tag_length in 16_usize..=64,
        memory in 8_u32..=256,
        iterations in 1_u32..=3,
    ) {
        let cost = params(memory, iterations, 1);
        let (mut one, mut other) = (vec![0; tag_length], vec![0; tag_length]);
        ReferenceEngine::new().tag(&password, &salt, &cost, &mut one).unwrap();
        FastEngine::new().tag(&password, &salt, &cost, &mut other).unwrap();
        prop_assert_eq!(one, other);
    }

    #[test]
    fn the_engines_agree_on_several_lanes_and_on_used_memory(
        password in proptest::collection::vec(any::<u8>(), 0..=40),
        costs in proptest::collection::vec((1_u32..=16, 1_u32..=2, 8_u32..=16), 1..=4),
    ) {
        let (mut reference, mut fast) = (ReferenceEngine::new(), FastEngine::new());
        for (lanes, iterations, per_lane) in costs {
            let cost = params(lanes * per_lane, iterations, lanes);
            let (mut one, mut other) = ([0; 32], [0; 32]);
            reference.tag(&password, &[7; 16], &cost, &mut one).unwrap();
            fast.tag(&password, &[7; 16], &cost, &mut other).unwrap();
            prop_assert_eq!(one, other);
        }
    }
}

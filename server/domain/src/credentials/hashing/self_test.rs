//! The self-test at start: an engine must give known answers and agree with the reference, with
//! parameters so small that the whole test takes about a millisecond.

use thiserror::Error;

use super::engine::{EngineError, PasswordHashing, compute_tag, tags_equal};
use super::params::Argon2Params;
use super::phc::PasswordHash;

/// How an engine failed its self-test.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SelfTestError {
    /// It gave another tag than the published implementation.
    #[error("{0} gives a wrong answer to a known question")]
    KnownAnswer(&'static str),
    /// It gave another tag than the reference engine.
    #[error("{0} and {1} disagree")]
    Disagreement(&'static str, &'static str),
    /// It could not compute.
    #[error("the self-test could not be computed: {0}")]
    Engine(#[from] EngineError),
    /// It panicked.
    #[error("{0} panicked in its self-test")]
    Panicked(&'static str),
}

const PASSWORD: &[u8] = b"correct horse battery staple";

/// Hashes of [`PASSWORD`], made by the C implementation of argon2's authors (release 20190702).
const KNOWN: [&str; 2] = [
    "$argon2id$v=19$m=64,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$LfR+3mNY7Repl21PztuJehADbUMqSs7xfSY7/Ji9IKw",
    "$argon2id$v=19$m=64,t=1,p=2$AAECAwQFBgcICQoLDA0ODw$EIfJ6K997fPde6OMe2cXNCirMSseo54JwYUKgoL6aoM",
];

/// Lengths around the 128-byte blocks of `BLAKE2b`, which argon2 feeds with the password.
const LENGTHS: [u8; 6] = [0, 1, 55, 56, 128, 255];

/// Asks `engine` questions whose answers are known.
pub(super) fn known_answers(engine: &mut dyn PasswordHashing) -> Result<(), SelfTestError> {
    let wrong = SelfTestError::KnownAnswer(engine.name());
    for text in KNOWN {
        let stored = PasswordHash::parse(text).map_err(|_| wrong.clone())?;
        let accepts_right = engine.verify(PASSWORD, &stored)?;
        let accepts_wrong = engine.verify(&PASSWORD[1..], &stored)?;
        if !accepts_right || accepts_wrong {
            return Err(wrong);
        }
    }
    engine.release();
    Ok(())
}

/// Asks both engines the same questions.
pub(super) fn agreement(
    engine: &mut dyn PasswordHashing,
    reference: &mut dyn PasswordHashing,
) -> Result<(), SelfTestError> {
    let params = Argon2Params {
        memory_kib: 64,
        iterations: 2,
        parallelism: 1,
    };
    for length in LENGTHS {
        let password: Vec<u8> = (0..length).collect();
        let (mut one, mut other) = ([0; 32], [0; 32]);
        let salt = [length; 16];
        engine.tag(&password, &salt, &params, &mut one)?;
        reference.tag(&password, &salt, &params, &mut other)?;
        if one != other {
            return Err(SelfTestError::Disagreement(engine.name(), reference.name()));
        }
    }
    engine.release();
    reference.release();
    Ok(())
}

/// Computes the tag with both engines at the full cost of `stored` and says whether they agree.
/// The second value is the reference's answer to whether `password` is right.
///
/// At no time do both hold memory.
pub(super) fn cross_check(
    engine: &mut dyn PasswordHashing,
    reference: &mut dyn PasswordHashing,
    password: &[u8],
    stored: &PasswordHash,
) -> Result<(bool, bool), EngineError> {
    reference.release();
    let asked = compute_tag(engine, password, stored);
    engine.release();
    let known = compute_tag(reference, password, stored)?;
    let agree = asked.is_ok_and(|tag| tags_equal(&tag, &known));
    Ok((agree, tags_equal(&known, stored.tag())))
}

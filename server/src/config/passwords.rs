//! `[passwords]`: what a password must be, and what hashing one costs.

use domain::credentials::{Argon2Params, EngineChoice, PasswordPolicy};

use super::{Key, loading::Values};

const MIN_LENGTH: Key = Key::whole(
    "passwords.min_length",
    15,
    8..=64,
    "The fewest characters of a password.",
);
const ENGINE: Key = Key::text(
    "passwords.engine",
    "auto",
    "What verifies passwords: auto (the fast engine where it passes its self-test), argon2 or \
     argon2-rust.",
);
const MEMORY: Key = Key::whole(
    "passwords.memory_kib",
    19_456,
    8..=Argon2Params::MAX_MEMORY_KIB as u64,
    "The memory of one argon2id hash, in KiB.",
);
const ITERATIONS: Key = Key::whole(
    "passwords.iterations",
    2,
    1..=Argon2Params::MAX_ITERATIONS as u64,
    "The passes of one argon2id hash.",
);
const PARALLELISM: Key = Key::whole(
    "passwords.parallelism",
    1,
    1..=Argon2Params::MAX_PARALLELISM as u64,
    "The lanes of one argon2id hash; all of them are computed on one core.",
);

pub(super) static KEYS: [Key; 5] = [MIN_LENGTH, ENGINE, MEMORY, ITERATIONS, PARALLELISM];

/// Memory in KiB and the fewest passes with it: the equally strong rows of OWASP's cheat sheet on
/// password storage.
const FLOOR: [(u32, u32); 5] = [
    (47_104, 1),
    (19_456, 2),
    (12_288, 3),
    (9_216, 4),
    (7_168, 5),
];

/// What a password must be, and what hashing one costs.
#[derive(Clone, Debug)]
pub struct Passwords {
    /// Fewest characters.
    pub min_length: usize,
    /// What verifies.
    pub engine: EngineChoice,
    /// The cost of hashes made from now on.
    pub params: Argon2Params,
}

impl Passwords {
    pub(super) fn read(values: &mut Values) -> Option<Self> {
        let engines = [
            EngineChoice::Auto,
            EngineChoice::Reference,
            EngineChoice::Fast,
        ];
        let min_length = values.whole(&MIN_LENGTH);
        let engine = values.choice(&ENGINE, &engines.map(|engine| (engine.as_str(), engine)));
        let params = read_params(values);
        Some(Self {
            min_length: min_length?,
            engine: engine?,
            params: params?,
        })
    }

    /// What a new password must be.
    pub const fn policy(&self) -> PasswordPolicy {
        PasswordPolicy {
            min_length: self.min_length,
        }
    }
}

fn read_params(values: &mut Values) -> Option<Argon2Params> {
    let memory_kib = values.whole(&MEMORY);
    let iterations = values.whole(&ITERATIONS);
    let parallelism = values.whole(&PARALLELISM);
    let params = Argon2Params {
        memory_kib: memory_kib?,
        iterations: iterations?,
        parallelism: parallelism?,
    };
    if let Err(error) = params.validate() {
        return values.refuse(&MEMORY, error.to_string());
    }
    if !values.dev() && !is_strong(&params) {
        let rows = FLOOR.map(|(memory, passes)| format!("{memory} with {passes}"));
        let problem = format!(
            "{} KiB with passwords.iterations = {} is too weak; the least are {}",
            params.memory_kib,
            params.iterations,
            rows.join(", ")
        );
        return values.refuse(&MEMORY, problem);
    }
    Some(params)
}

fn is_strong(params: &Argon2Params) -> bool {
    FLOOR
        .iter()
        .any(|(memory, passes)| params.memory_kib >= *memory && params.iterations >= *passes)
}

//! The fast engine: the `argon2-rust` crate.

use argon2_rust::params::{Memory, TagLen};
use argon2_rust::{Algorithm, Argon2, Error, Hasher, Params, Version, detected_backend};

use super::engine::{EngineError, PasswordHashing};
use super::params::Argon2Params;

/// The `argon2-rust` crate: the same argon2id in less than half the time, by vector instructions
/// that it finds at run time. Not independently audited, so it verifies and never makes what is
/// stored; see `docs/decisions/0006-hashing-engines.md`.
///
/// Its feature `zeroize-memory` is left off: it wipes the block after every call, which takes 0.7 ms
/// of about 10 on an idle machine and over 2 ms on a loaded one. A block of 2 MiB or more is mapped on
/// Linux, so that releasing it leaves nothing in the process; the pool does so as soon as a thread is
/// idle.
pub struct FastEngine {
    hasher: Hasher,
}

impl FastEngine {
    /// The engine's name in the configuration.
    pub const NAME: &'static str = "argon2-rust";

    /// An engine that holds no memory yet.
    pub fn new() -> Self {
        Self {
            hasher: configured(Params::default()).hasher(),
        }
    }

    /// The vector instructions that this machine's processor offers to the engine, for the log.
    pub fn instructions() -> String {
        detected_backend().to_string()
    }
}

impl Default for FastEngine {
    fn default() -> Self {
        Self::new()
    }
}

impl PasswordHashing for FastEngine {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn tag(
        &mut self,
        password: &[u8],
        salt: &[u8],
        params: &Argon2Params,
        tag: &mut [u8],
    ) -> Result<(), EngineError> {
        params.validate()?;
        let refused = |error: Error| match error {
            Error::MemoryAllocationError => EngineError::OutOfMemory(params.memory_kib),
            other => EngineError::Refused {
                engine: Self::NAME,
                reason: other.to_string(),
            },
        };
        let cost = Params::builder()
            .memory(Memory::kib(params.memory_kib.into()))
            .passes(params.iterations)
            .lanes(params.parallelism)
            .threads(1)
            .tag_len(TagLen::bytes(tag.len() as u64))
            .build()
            .map_err(refused)?;
        self.hasher.set_argon2(configured(cost));
        self.hasher.hash_into(password, salt, tag).map_err(refused)
    }

    fn held_kib(&self) -> usize {
        self.hasher.reserved_blocks()
    }

    fn release(&mut self) {
        self.hasher.clear();
    }
}

const fn configured(params: Params) -> Argon2 {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

//! The reference engine: the `argon2` crate of `RustCrypto`.

use argon2::{Algorithm, Argon2, Block, Error, Params, Version};
use zeroize::{Zeroize, Zeroizing};

use super::engine::{EngineError, PasswordHashing};
use super::params::Argon2Params;
use super::phc::PasswordHash;
use super::{SALT_LENGTH, TAG_LENGTH};

/// The `argon2` crate. The only engine that makes the hashes that are stored, and the judge when
/// the two engines disagree.
#[derive(Default)]
pub struct ReferenceEngine {
    blocks: Vec<Block>,
}

/// Blocks of 1 KiB from which glibc's allocator maps memory instead of cutting it from its heap.
const MAPPED_FROM: usize = 128;

/// Blocks of 1 KiB to ask the allocator for when more than [`MAPPED_FROM`] are needed. glibc raises
/// its mapping threshold to the size of what is freed, up to 32 MiB, and from then on keeps such
/// memory for itself; above 32 MiB it always maps and always gives back. What is asked for beyond
/// the need is never touched and takes address space alone. Measured with two threads that hash and
/// verify in turn: 79 MiB kept for good without this, 41 MiB at work and 3 MiB idle with it.
const MAPPED_CAPACITY: usize = 33 * 1024;

impl ReferenceEngine {
    /// The engine's name in the configuration.
    pub const NAME: &'static str = "argon2";

    /// An engine that holds no memory yet.
    pub const fn new() -> Self {
        Self { blocks: Vec::new() }
    }

    /// Makes the hash to store. `salt` must be fresh from a cryptographic random source
    /// (NIST SP 800-63B-4 section 3.1.1.2 asks for 32 bits at least; these are 128).
    ///
    /// # Errors
    /// When the parameters are out of bounds or the memory is not to be had.
    pub fn hash(
        &mut self,
        password: &[u8],
        salt: &[u8; SALT_LENGTH],
        params: &Argon2Params,
    ) -> Result<PasswordHash, EngineError> {
        let mut tag = Zeroizing::new([0; TAG_LENGTH]);
        self.tag(password, salt, params, tag.as_mut())?;
        PasswordHash::from_parts(*params, salt, tag.as_ref()).map_err(refused)
    }

    fn blocks(&mut self, params: &Argon2Params, count: usize) -> Result<&mut [Block], EngineError> {
        if self.blocks.len() < count {
            // The old block goes before the new one comes: never both.
            self.release();
            let capacity = if count < MAPPED_FROM {
                count
            } else {
                count.max(MAPPED_CAPACITY)
            };
            let mut blocks = Vec::new();
            blocks
                .try_reserve_exact(capacity)
                .map_err(|_| EngineError::OutOfMemory(params.memory_kib))?;
            blocks.resize(count, Block::new());
            self.blocks = blocks;
        }
        Ok(&mut self.blocks[..count])
    }
}

impl PasswordHashing for ReferenceEngine {
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
        let Argon2Params {
            memory_kib,
            iterations,
            parallelism,
        } = *params;
        let cost =
            Params::new(memory_kib, iterations, parallelism, Some(tag.len())).map_err(refused)?;
        let blocks = self.blocks(params, cost.block_count())?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, cost);
        argon2
            .hash_password_into_with_memory(password, salt, tag, blocks)
            .map_err(|error| match error {
                Error::OutOfMemory => EngineError::OutOfMemory(memory_kib),
                other => refused(other),
            })
    }

    fn held_kib(&self) -> usize {
        self.blocks.len()
    }

    fn release(&mut self) {
        for block in &mut self.blocks {
            block.as_mut().zeroize();
        }
        self.blocks = Vec::new();
    }
}

impl Drop for ReferenceEngine {
    fn drop(&mut self) {
        self.release();
    }
}

fn refused(error: impl std::fmt::Display) -> EngineError {
    EngineError::Refused {
        engine: ReferenceEngine::NAME,
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_block_is_of_a_size_that_the_allocator_always_gives_back() {
        let mut engine = ReferenceEngine::new();
        for (memory_kib, least) in [(64, 64), (256, 32 * 1024 + 1)] {
            let params = Argon2Params {
                memory_kib,
                iterations: 1,
                parallelism: 1,
            };
            engine.tag(b"x", &[0; 16], &params, &mut [0; 32]).unwrap();
            assert!(engine.blocks.capacity() >= least);
        }
        engine.release();
        assert_eq!(engine.blocks.capacity(), 0);
    }
}

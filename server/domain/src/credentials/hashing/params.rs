//! The cost of a hash.

use thiserror::Error;

/// The cost of one argon2id hash (RFC 9106 section 3.1).
///
/// The default is 19 MiB, two passes, one lane: what OWASP's cheat sheet on password storage gives
/// as the argon2id baseline, and a "suitable" scheme with a cost factor in the sense of
/// NIST SP 800-63B-4 section 3.1.1.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argon2Params {
    /// Memory in KiB (`m`): 8 per lane up to [`Argon2Params::MAX_MEMORY_KIB`].
    pub memory_kib: u32,
    /// Passes over the memory (`t`): 1 to [`Argon2Params::MAX_ITERATIONS`].
    pub iterations: u32,
    /// Lanes (`p`): 1 to [`Argon2Params::MAX_PARALLELISM`]. The lanes of one hash are computed one
    /// after the other on its thread, so that a hash never takes more than one core.
    pub parallelism: u32,
}

/// Why a set of costs is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ParamsError {
    /// `m` is below 8 KiB per lane or above the bound.
    #[error(
        "memory must be between 8 KiB per lane and {} KiB",
        Argon2Params::MAX_MEMORY_KIB
    )]
    Memory,
    /// `t` is 0 or above the bound.
    #[error("iterations must be between 1 and {}", Argon2Params::MAX_ITERATIONS)]
    Iterations,
    /// `p` is 0 or above the bound.
    #[error("parallelism must be between 1 and {}", Argon2Params::MAX_PARALLELISM)]
    Parallelism,
    /// `m` and `t` are within their bounds, but together they are too much work.
    #[error(
        "memory times iterations must not exceed {} KiB",
        Argon2Params::MAX_WORK_KIB
    )]
    Work,
}

impl Argon2Params {
    /// Most memory a hash may ask for: 1 GiB, in KiB.
    pub const MAX_MEMORY_KIB: u32 = 1024 * 1024;
    /// Most passes a hash may ask for.
    pub const MAX_ITERATIONS: u32 = 64;
    /// Most lanes a hash may ask for.
    pub const MAX_PARALLELISM: u32 = 16;
    /// Most memory that all passes of a hash may walk through: 4 GiB, in KiB, a few seconds.
    pub const MAX_WORK_KIB: u64 = 4 * 1024 * 1024;

    /// Checks the bounds. They hold for configured and for stored parameters alike, so that a
    /// hostile row in the database cannot take the machine.
    ///
    /// # Errors
    /// The first bound that is broken.
    pub const fn validate(&self) -> Result<(), ParamsError> {
        if self.parallelism == 0 || self.parallelism > Self::MAX_PARALLELISM {
            return Err(ParamsError::Parallelism);
        }
        if self.iterations == 0 || self.iterations > Self::MAX_ITERATIONS {
            return Err(ParamsError::Iterations);
        }
        if self.memory_kib < 8 * self.parallelism || self.memory_kib > Self::MAX_MEMORY_KIB {
            return Err(ParamsError::Memory);
        }
        // Both factors are small by now: the product fits.
        if self.memory_kib as u64 * self.iterations as u64 > Self::MAX_WORK_KIB {
            return Err(ParamsError::Work);
        }
        Ok(())
    }

    /// Whether any dimension is higher here than in `other`.
    pub const fn exceeds(&self, other: &Self) -> bool {
        self.memory_kib > other.memory_kib
            || self.iterations > other.iterations
            || self.parallelism > other.parallelism
    }
}

impl Default for Argon2Params {
    fn default() -> Self {
        Self {
            memory_kib: 19_456,
            iterations: 2,
            parallelism: 1,
        }
    }
}

//! The seam: what computes argon2id.

use subtle::ConstantTimeEq;
use thiserror::Error;
use zeroize::Zeroizing;

use super::params::{Argon2Params, ParamsError};
use super::phc::PasswordHash;

/// One thing that computes argon2id (version 0x13, no secret, no associated data), with a memory
/// block of its own that is allocated at first use, grows when parameters need more and is used
/// again for every call. One instance serves one thread.
pub trait PasswordHashing: Send {
    /// The engine's name, as the configuration spells it.
    fn name(&self) -> &'static str;

    /// Computes the tag of `password` and fills `tag` with it. The tag's length is an input of
    /// argon2, so a tag of another length is a different tag, not a longer one.
    ///
    /// Takes milliseconds to seconds of one core, as `params` say: never call it on a thread that
    /// serves requests.
    ///
    /// # Errors
    /// When the parameters are out of bounds or the memory is not to be had. Never for a password.
    fn tag(
        &mut self,
        password: &[u8],
        salt: &[u8],
        params: &Argon2Params,
        tag: &mut [u8],
    ) -> Result<(), EngineError>;

    /// KiB that the instance holds on to between calls.
    fn held_kib(&self) -> usize;

    /// Gives the memory back. The next call allocates again.
    ///
    /// Not only for thrift: the passes over the block can be walked back to its first bytes, from
    /// which a guess at the password is checked at next to no cost. So the block of a call must
    /// not lie about long after it.
    fn release(&mut self);

    /// Whether `stored` was made from `password`. The tags are compared in constant time.
    ///
    /// # Errors
    /// As [`tag`](Self::tag). A wrong password is `Ok(false)`.
    fn verify(&mut self, password: &[u8], stored: &PasswordHash) -> Result<bool, EngineError> {
        let tag = compute_tag(self, password, stored)?;
        Ok(tags_equal(&tag, stored.tag()))
    }
}

/// Why an engine could not compute. None of these says anything about the password.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EngineError {
    /// The parameters are out of bounds.
    #[error("the parameters are out of bounds: {0}")]
    Params(#[from] ParamsError),
    /// The memory block could not be allocated.
    #[error("not enough memory for a block of {0} KiB")]
    OutOfMemory(u32),
    /// The engine refused its input for a reason of its own.
    #[error("{engine} refused to compute: {reason}")]
    Refused {
        /// The engine's name.
        engine: &'static str,
        /// What it said.
        reason: String,
    },
}

/// The tag of `password` under the salt and parameters of `stored`.
pub(super) fn compute_tag<E: PasswordHashing + ?Sized>(
    engine: &mut E,
    password: &[u8],
    stored: &PasswordHash,
) -> Result<Zeroizing<Vec<u8>>, EngineError> {
    let mut tag = Zeroizing::new(vec![0; stored.tag().len()]);
    engine.tag(password, stored.salt(), &stored.params(), &mut tag)?;
    Ok(tag)
}

/// Compares in a time that depends on the lengths alone.
pub(super) fn tags_equal(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

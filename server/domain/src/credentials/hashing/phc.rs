//! The stored form of a password: a PHC string.

use std::fmt;

use argon2::password_hash::phc::{Output, Salt};
use thiserror::Error;

use super::params::{Argon2Params, ParamsError};

/// A stored password hash, `$argon2id$v=19$m=…,t=…,p=…$salt$hash`, whose parameters are known to
/// be within bounds.
///
/// What it holds is enough to guess the password offline, so neither salt nor hash appears in its
/// `Debug`, and there is no `Display`: [`as_phc_str`](Self::as_phc_str) is for the database alone.
#[derive(Clone)]
pub struct PasswordHash {
    phc: Box<str>,
    params: Argon2Params,
    salt: Salt,
    tag: Output,
}

/// Why a text is not a password hash of ours. Says nothing of the text's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ParseHashError {
    /// The fields are missing, out of order, too long or not written as they should be.
    #[error("not a PHC string of the form $argon2id$v=19$m=…,t=…,p=…$salt$hash")]
    Malformed,
    /// A PHC string of something other than argon2id.
    #[error("the algorithm is not argon2id")]
    Algorithm,
    /// argon2id, but not version 19 (0x13), the one of RFC 9106.
    #[error("the argon2 version is not 19")]
    Version,
    /// The parameters are out of bounds.
    #[error("the parameters are out of bounds: {0}")]
    Params(#[from] ParamsError),
    /// The salt is not 8 to 48 bytes of unpadded base64.
    #[error("the salt is not 8 to 48 bytes of unpadded base64")]
    Salt,
    /// The hash is not 16 to 64 bytes of unpadded base64.
    #[error("the hash is not 16 to 64 bytes of unpadded base64")]
    Tag,
}

/// Longer than the longest string that can be right.
const MAX_LENGTH: usize = 256;

/// A shorter tag would be matched by too many passwords.
const MIN_TAG_LENGTH: usize = 16;

impl PasswordHash {
    /// Reads a stored hash. Nothing is computed or allocated by the parameters it names.
    ///
    /// # Errors
    /// When the text is anything but an argon2id hash with parameters within bounds.
    pub fn parse(text: &str) -> Result<Self, ParseHashError> {
        if text.len() > MAX_LENGTH {
            return Err(ParseHashError::Malformed);
        }
        let mut fields = text.split('$');
        let mut next = || fields.next().ok_or(ParseHashError::Malformed);
        if !next()?.is_empty() {
            return Err(ParseHashError::Malformed);
        }
        if next()? != "argon2id" {
            return Err(ParseHashError::Algorithm);
        }
        if next()? != "v=19" {
            return Err(ParseHashError::Version);
        }
        let (params, salt, tag) = (next()?, next()?, next()?);
        if fields.next().is_some() {
            return Err(ParseHashError::Malformed);
        }

        let params = parse_params(params).ok_or(ParseHashError::Malformed)?;
        params.validate()?;
        let salt = Salt::from_b64(salt).map_err(|_| ParseHashError::Salt)?;
        let tag = Output::decode(tag).map_err(|_| ParseHashError::Tag)?;
        if tag.len() < MIN_TAG_LENGTH {
            return Err(ParseHashError::Tag);
        }
        Ok(Self {
            phc: text.into(),
            params,
            salt,
            tag,
        })
    }

    /// Puts a hash together from what was computed.
    ///
    /// # Errors
    /// As [`parse`](Self::parse), for parts that are out of bounds.
    pub(super) fn from_parts(
        params: Argon2Params,
        salt: &[u8],
        tag: &[u8],
    ) -> Result<Self, ParseHashError> {
        params.validate()?;
        let salt = Salt::new(salt).map_err(|_| ParseHashError::Salt)?;
        let tag = Output::new(tag).map_err(|_| ParseHashError::Tag)?;
        let Argon2Params {
            memory_kib: m,
            iterations: t,
            parallelism: p,
        } = params;
        Ok(Self {
            phc: format!("$argon2id$v=19$m={m},t={t},p={p}${salt}${tag}").into(),
            params,
            salt,
            tag,
        })
    }

    /// The text to store. A secret: not for logs, not for answers.
    pub fn as_phc_str(&self) -> &str {
        &self.phc
    }

    /// The cost this hash was made with.
    pub const fn params(&self) -> Argon2Params {
        self.params
    }

    /// Whether the configured cost is higher in any dimension than this hash's: then make a new
    /// hash while the password is at hand. A cost that was lowered leaves old hashes alone.
    pub const fn needs_rehash(&self, configured: &Argon2Params) -> bool {
        configured.exceeds(&self.params)
    }

    /// The salt, 8 to 48 bytes.
    pub(super) fn salt(&self) -> &[u8] {
        &self.salt
    }

    /// The tag, 16 to 64 bytes.
    pub(super) fn tag(&self) -> &[u8] {
        self.tag.as_bytes()
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordHash")
            .field("params", &self.params)
            .finish_non_exhaustive()
    }
}

fn parse_params(text: &str) -> Option<Argon2Params> {
    let (memory, rest) = text.strip_prefix("m=")?.split_once(",t=")?;
    let (iterations, parallelism) = rest.split_once(",p=")?;
    Some(Argon2Params {
        memory_kib: parse_decimal(memory)?,
        iterations: parse_decimal(iterations)?,
        parallelism: parse_decimal(parallelism)?,
    })
}

/// A decimal of the PHC string format: digits alone, no sign, no leading zero.
fn parse_decimal(text: &str) -> Option<u32> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let canonical = text == "0" || !text.starts_with('0');
    if plain && canonical {
        text.parse().ok()
    } else {
        None
    }
}

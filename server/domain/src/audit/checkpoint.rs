//! Checkpoints: signed statements of how far the chain has come, kept outside the database.
//!
//! The key follows from the installation's key of names, which stays when master keys change. So every
//! node has it, nobody has to keep it, and a database without a master key makes no statement.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::{CutRow, Head, chain::Hash};
use crate::{
    clock::Timestamp,
    foundation::Foundation,
    keys::{
        MacKey, Purpose,
        signing::{NoKey, StatementKey},
    },
};

/// `typ` of a checkpoint (RFC 7515 section 4.1.9).
const CHECKPOINT: &str = "latchkey-audit+jwt";
/// `typ` of a cut.
const CUT: &str = "latchkey-audit-cut+jwt";

/// How far the chain had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Number and hash of the last place.
    pub head: Head,
    /// When.
    pub at: Timestamp,
}

/// Why a statement doesn't count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOurs {
    /// It names another key.
    #[error("another key signed it")]
    OtherKey,
    /// It was changed, or is no statement of this kind.
    #[error("its signature doesn't fit")]
    Broken,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    seq: i64,
    head: String,
    /// Microseconds since 1970.
    at: i64,
}

/// Signs and checks what is said of the chain.
pub struct AuditKey(StatementKey);

impl AuditKey {
    /// The key of an installation.
    ///
    /// # Errors
    /// [`NoKey`] when the cryptographic library refuses it.
    pub fn of(names: &MacKey) -> Result<Self, NoKey> {
        let seed = names.mac(Purpose::MacKey, "of the audit trail's statements", b"");
        StatementKey::from_seed(seed.as_bytes()).map(Self)
    }

    /// Its RFC 7638 thumbprint.
    pub fn kid(&self) -> &str {
        self.0.kid()
    }

    /// Its public half as a JSON Web Key (RFC 7517).
    pub fn public_jwk(&self) -> &str {
        self.0.public_jwk()
    }

    /// States that the chain ends so.
    ///
    /// # Errors
    /// [`NoKey`] when the cryptographic library fails.
    pub fn sign(&self, foundation: &Foundation, head: Head) -> Result<String, NoKey> {
        self.state(CHECKPOINT, foundation, head)
    }

    /// What a statement says.
    ///
    /// # Errors
    /// [`NotOurs`] when it isn't one of this key's.
    pub fn read(&self, statement: &str) -> Result<Checkpoint, NotOurs> {
        self.open(CHECKPOINT, statement)
    }

    /// A cut behind a place.
    pub(super) fn cut(&self, foundation: &Foundation, head: Head) -> Result<CutRow, NoKey> {
        Ok(CutRow {
            seq: head.seq,
            hash: head.hash.to_vec(),
            at: foundation.now(),
            signed: self.state(CUT, foundation, head)?,
        })
    }

    /// Whether a cut is what was stated.
    pub(super) fn vouches_for(&self, cut: &CutRow) -> bool {
        self.open(CUT, &cut.signed)
            .is_ok_and(|said| said.head.seq == cut.seq && said.head.hash.as_slice() == cut.hash)
    }

    fn state(&self, typ: &str, foundation: &Foundation, head: Head) -> Result<String, NoKey> {
        let claims = Claims {
            iss: foundation.issuer.to_string(),
            seq: head.seq,
            head: URL_SAFE_NO_PAD.encode(head.hash),
            at: foundation.now().as_micros(),
        };
        self.0.sign(typ, &claims)
    }

    fn open(&self, typ: &str, statement: &str) -> Result<Checkpoint, NotOurs> {
        let claims: Claims = self.0.open(typ, statement)?;
        let hash = URL_SAFE_NO_PAD.decode(&claims.head);
        let hash: Hash = hash
            .ok()
            .and_then(|hash| hash.try_into().ok())
            .ok_or(NotOurs::Broken)?;
        Ok(Checkpoint {
            head: Head {
                seq: claims.seq,
                hash,
            },
            at: Timestamp::from_micros(claims.at),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::KeyRing;

    fn key(letter: char) -> AuditKey {
        let line: String = std::iter::repeat_n(letter, 42).chain(['A']).collect();
        AuditKey::of(&MacKey::first(&KeyRing::parse(&line).unwrap())).unwrap()
    }

    fn claims(seq: i64) -> Claims {
        Claims {
            iss: "https://id.example.org".to_owned(),
            seq,
            head: URL_SAFE_NO_PAD.encode([7; 32]),
            at: 5,
        }
    }

    #[test]
    fn a_statement_says_what_was_signed() {
        let statement = key('B').0.sign(CHECKPOINT, &claims(12)).unwrap();
        let read = key('B').read(&statement).unwrap();
        assert_eq!((read.head.seq, read.head.hash), (12, [7; 32]));
        assert_eq!(read.at, Timestamp::from_micros(5));
    }

    #[test]
    fn another_installation_s_or_another_kind_of_statement_does_not_count() {
        let statement = key('C').0.sign(CHECKPOINT, &claims(12)).unwrap();
        assert_eq!(key('B').read(&statement), Err(NotOurs::OtherKey));
        let cut = key('B').0.sign(CUT, &claims(12)).unwrap();
        assert_eq!(key('B').read(&cut), Err(NotOurs::Broken));
        assert_eq!(key('B').read("nothing"), Err(NotOurs::Broken));
    }

    #[test]
    fn no_byte_of_a_statement_can_be_changed() {
        let statement = key('B').0.sign(CHECKPOINT, &claims(12)).unwrap();
        for index in 0..statement.len() {
            let mut bytes = statement.clone().into_bytes();
            bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert!(key('B').read(&changed).is_err(), "byte {index}");
        }
    }
}

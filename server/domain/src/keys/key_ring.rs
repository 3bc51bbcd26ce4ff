//! The ring of master keys and its AEAD: XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha).
//!
//! A sealed value is `1 ‖ key id (8) ‖ nonce (24) ‖ ciphertext and tag`. What it is for and whose
//! it is are authenticated with it, so that one row's secret can't be moved into another.

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305,
    aead::{Aead, Payload},
};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::random::{Random, random_bytes};

const FORMAT: u8 = 1;
const ID: usize = 8;
const NONCE: usize = 24;

/// What a sealed value is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A queued mail's text.
    Mail,
    /// The key of a count of failures.
    Throttle,
    /// The private half of a signing key.
    SigningKey,
    /// The PKCE verifier of somebody on their way to a provider.
    Flow,
    /// What the practice providers of development mode hand out.
    Practice,
    /// The key that names what must not be read: see [`super::MacKey`].
    MacKey,
}

impl Purpose {
    /// Every one there is.
    pub const ALL: [Self; 6] = [
        Self::SigningKey,
        Self::MacKey,
        Self::Flow,
        Self::Mail,
        Self::Throttle,
        Self::Practice,
    ];

    pub(super) const fn label(self) -> &'static [u8] {
        match self {
            Self::Mail => b"latchkey mail",
            Self::Throttle => b"latchkey throttle",
            Self::SigningKey => b"latchkey signing key",
            Self::Flow => b"latchkey flow",
            Self::Practice => b"latchkey practice",
            Self::MacKey => b"latchkey mac key",
        }
    }
}

/// What a master key is called. It says nothing of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MasterKeyId([u8; ID]);

impl fmt::Display for MasterKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// One 256-bit master key. Its id is derived from it, so that a copy keeps its id.
pub struct MasterKey {
    id: [u8; ID],
    bytes: Zeroizing<[u8; 32]>,
}

impl MasterKey {
    /// A new key.
    pub fn generate(random: &dyn Random) -> Self {
        Self::from_bytes(random_bytes(random))
    }

    fn from_bytes(bytes: [u8; 32]) -> Self {
        let digest = Sha256::new()
            .chain_update(b"latchkey master key id")
            .chain_update(bytes)
            .finalize();
        let mut id = [0; ID];
        id.copy_from_slice(&digest[..ID]);
        Self {
            id,
            bytes: Zeroizing::new(bytes),
        }
    }

    /// What it is called.
    pub const fn id(&self) -> MasterKeyId {
        MasterKeyId(self.id)
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// The key as one line of a key file.
    pub fn to_line(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD_NO_PAD.encode(self.bytes.as_slice()))
    }
}

/// Why a key file can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyRingError {
    /// No key at all.
    #[error("there is no master key in it")]
    Empty,
    /// A line that isn't 32 bytes of base64.
    #[error("line {0} is not a master key (32 bytes, base64)")]
    Malformed(usize),
}

/// Why a sealed value can't be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Sealed under a key that isn't in the ring.
    #[error("sealed under a master key that is not in the key ring")]
    UnknownKey,
    /// Changed, moved from elsewhere, or not a sealed value.
    #[error("the sealed value was changed or belongs elsewhere")]
    Broken,
}

/// Master keys in order: the first seals, all open. Others can take their place while it is used.
pub struct KeyRing {
    keys: RwLock<Arc<[MasterKey]>>,
}

impl KeyRing {
    /// Reads a key file: one base64 key a line, the current one first; blank lines and `#` are skipped.
    ///
    /// # Errors
    /// [`KeyRingError`] when a line isn't a key or there is none.
    pub fn parse(text: &str) -> Result<Self, KeyRingError> {
        let mut keys = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let bytes = STANDARD_NO_PAD
                .decode(line.trim_end_matches('='))
                .map(Zeroizing::new)
                .map_err(|_| KeyRingError::Malformed(index + 1))?;
            let bytes: [u8; 32] = bytes
                .as_slice()
                .try_into()
                .map_err(|_| KeyRingError::Malformed(index + 1))?;
            keys.push(MasterKey::from_bytes(bytes));
        }
        if keys.is_empty() {
            return Err(KeyRingError::Empty);
        }
        Ok(Self::new(keys))
    }

    /// A ring of one key.
    pub fn of(key: MasterKey) -> Self {
        Self::new(vec![key])
    }

    fn new(keys: Vec<MasterKey>) -> Self {
        Self {
            keys: RwLock::new(keys.into()),
        }
    }

    /// The keys of this moment.
    pub(super) fn keys(&self) -> Arc<[MasterKey]> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&keys)
    }

    /// What its keys are called, in their order.
    pub fn ids(&self) -> Vec<MasterKeyId> {
        self.keys().iter().map(MasterKey::id).collect()
    }

    /// Takes the keys of another ring over; `false` when they are its own already.
    pub fn follow(&self, other: &Self) -> bool {
        let keys = other.keys();
        let is_new = self.ids() != other.ids();
        if is_new {
            *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        }
        is_new
    }

    /// What everything begins with that is sealed from now on, and nothing that another key sealed.
    pub fn head(&self) -> Vec<u8> {
        let keys = self.keys();
        let id = keys.first().map_or([0; ID], |key| key.id);
        [[FORMAT].as_slice(), &id].concat()
    }

    /// Encrypts `plain` for `purpose`, bound to `owner` (the id of its row).
    ///
    /// # Errors
    /// [`SealError::Broken`] when the value is too large to encrypt (256 GiB).
    pub fn seal(
        &self,
        purpose: Purpose,
        owner: &str,
        plain: &[u8],
        random: &dyn Random,
    ) -> Result<Vec<u8>, SealError> {
        let keys = self.keys();
        let key = keys.first().ok_or(SealError::UnknownKey)?;
        let nonce: [u8; NONCE] = random_bytes(random);
        let sealed = XChaCha20Poly1305::new(
            key.bytes
                .as_slice()
                .try_into()
                .map_err(|_| SealError::Broken)?,
        )
        .encrypt(
            &nonce.into(),
            Payload {
                msg: plain,
                aad: &associated(purpose, owner, key.id),
            },
        )
        .map_err(|_| SealError::Broken)?;
        let mut out = Vec::with_capacity(1 + ID + NONCE + sealed.len());
        out.push(FORMAT);
        out.extend_from_slice(&key.id);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    /// Decrypts what [`Self::seal`] made for the same purpose and owner.
    ///
    /// # Errors
    /// [`SealError`] when the key is missing or the value isn't what was sealed.
    pub fn open(
        &self,
        purpose: Purpose,
        owner: &str,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (head, cipher) = sealed
            .split_at_checked(1 + ID + NONCE)
            .ok_or(SealError::Broken)?;
        if head[0] != FORMAT {
            return Err(SealError::Broken);
        }
        let id = &head[1..=ID];
        let keys = self.keys();
        let key = keys
            .iter()
            .find(|key| key.id == id)
            .ok_or(SealError::UnknownKey)?;
        let nonce: [u8; NONCE] = head[1 + ID..].try_into().map_err(|_| SealError::Broken)?;
        XChaCha20Poly1305::new(
            key.bytes
                .as_slice()
                .try_into()
                .map_err(|_| SealError::Broken)?,
        )
        .decrypt(
            &nonce.into(),
            Payload {
                msg: cipher,
                aad: &associated(purpose, owner, key.id),
            },
        )
        .map(Zeroizing::new)
        .map_err(|_| SealError::Broken)
    }
}

fn associated(purpose: Purpose, owner: &str, key_id: [u8; ID]) -> Vec<u8> {
    [purpose.label(), &[0], &key_id, owner.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting;
    impl Random for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            for (n, byte) in bytes.iter_mut().enumerate() {
                *byte = u8::try_from(n % 251).unwrap();
            }
        }
    }

    fn ring() -> KeyRing {
        KeyRing::of(MasterKey::generate(&Counting))
    }

    #[test]
    fn a_sealed_value_opens_for_its_owner_only() {
        let sealed = ring()
            .seal(Purpose::Mail, "row-1", b"hello", &Counting)
            .unwrap();
        assert!(!sealed.windows(5).any(|w| w == b"hello"));
        assert_eq!(
            ring()
                .open(Purpose::Mail, "row-1", &sealed)
                .unwrap()
                .as_slice(),
            b"hello"
        );
        assert_eq!(
            ring().open(Purpose::Mail, "row-2", &sealed).unwrap_err(),
            SealError::Broken
        );
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let sealed = ring()
            .seal(Purpose::Mail, "row", b"hello", &Counting)
            .unwrap();
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert!(
                ring().open(Purpose::Mail, "row", &changed).is_err(),
                "byte {index}"
            );
        }
        for length in 0..sealed.len() {
            assert!(
                ring()
                    .open(Purpose::Mail, "row", &sealed[..length])
                    .is_err()
            );
        }
    }

    #[test]
    fn an_older_key_still_opens_and_a_missing_one_is_named() {
        let old = MasterKey::from_bytes([7; 32]);
        let old_line = old.to_line();
        let sealed = KeyRing::of(old)
            .seal(Purpose::Mail, "row", b"x", &Counting)
            .unwrap();
        let rotated = format!(
            "# ring\n{}\n\n{}\n",
            *MasterKey::from_bytes([8; 32]).to_line(),
            *old_line
        );
        assert!(
            KeyRing::parse(&rotated)
                .unwrap()
                .open(Purpose::Mail, "row", &sealed)
                .is_ok()
        );
        assert_eq!(
            ring().open(Purpose::Mail, "row", &sealed).unwrap_err(),
            SealError::UnknownKey
        );
    }

    #[test]
    fn other_keys_take_over_while_it_is_used() {
        let (old, new) = (
            MasterKey::from_bytes([7; 32]),
            MasterKey::from_bytes([8; 32]),
        );
        let (old_line, new_line) = (old.to_line(), new.to_line());
        let ring = KeyRing::of(old);
        let sealed = ring.seal(Purpose::Mail, "row", b"x", &Counting).unwrap();
        assert!(sealed.starts_with(&ring.head()));
        let announced = KeyRing::parse(&format!("{}\n{}", *old_line, *new_line)).unwrap();
        assert!(ring.follow(&announced));
        assert!(!ring.follow(&announced), "it has these already");
        assert!(
            sealed.starts_with(&ring.head()),
            "a second key seals nothing"
        );
        let both = KeyRing::parse(&format!("{}\n{}", *new_line, *old_line)).unwrap();
        assert!(ring.follow(&both), "another order is another ring");
        assert!(!sealed.starts_with(&ring.head()));
        assert!(ring.open(Purpose::Mail, "row", &sealed).is_ok());
        assert_eq!(ring.ids(), both.ids());
        assert!(ring.follow(&KeyRing::of(new)));
        assert_eq!(
            ring.open(Purpose::Mail, "row", &sealed).unwrap_err(),
            SealError::UnknownKey
        );
    }

    #[test]
    fn a_key_file_with_nonsense_is_refused_by_line() {
        assert_eq!(
            KeyRing::parse("# nothing\n").err(),
            Some(KeyRingError::Empty)
        );
        assert_eq!(
            KeyRing::parse("\nnonsense").err(),
            Some(KeyRingError::Malformed(2))
        );
    }
}

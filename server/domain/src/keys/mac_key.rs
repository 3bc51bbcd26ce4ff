//! The key that names what must not be read: rows of counts, above all.
//!
//! Apart from the master keys, so that names stay what they are when those change. It rests in the
//! installation's row, sealed under them.

use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{KeyRing, Purpose, SealError};
use crate::random::Random;

/// Whose it is: there is one.
pub(super) const OWNER: &str = "installation";

/// An HMAC-SHA256 under the key of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mac([u8; 32]);

impl Mac {
    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The 256-bit key of names.
pub struct MacKey(Zeroizing<[u8; 32]>);

impl MacKey {
    /// What an installation begins with. It follows from the first master key, so that nodes which
    /// start at once agree on it.
    pub fn first(ring: &KeyRing) -> Self {
        let taken = Self::taken_over(ring);
        let Mac(bytes) = taken.mac(Purpose::MacKey, "of a new installation", b"");
        Self(Zeroizing::new(bytes))
    }

    /// What named rows before there was a key for it: the first master key itself.
    pub fn taken_over(ring: &KeyRing) -> Self {
        let keys = ring.keys();
        let bytes = keys.first().map_or([0; 32], |key| *key.bytes());
        Self(Zeroizing::new(bytes))
    }

    /// Has it rest.
    ///
    /// # Errors
    /// [`SealError`] when it can't be sealed.
    pub fn seal(&self, ring: &KeyRing, random: &dyn Random) -> Result<Vec<u8>, SealError> {
        ring.seal(Purpose::MacKey, OWNER, self.0.as_slice(), random)
    }

    /// Gets it from where it rests.
    ///
    /// # Errors
    /// [`SealError`] when the ring's keys didn't seal it.
    pub fn open(ring: &KeyRing, sealed: &[u8]) -> Result<Self, SealError> {
        let plain = ring.open(Purpose::MacKey, OWNER, sealed)?;
        let bytes = plain.as_slice().try_into().map_err(|_| SealError::Broken)?;
        Ok(Self(Zeroizing::new(bytes)))
    }

    /// A name for `of`, of a `kind`, that says nothing without the key (RFC 2104).
    pub fn mac(&self, purpose: Purpose, kind: &str, of: &[u8]) -> Mac {
        // Any length of key is taken.
        let Ok(mut mac) = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(self.0.as_slice()) else {
            unreachable!("HMAC takes keys of any length (RFC 2104 section 2)");
        };
        for part in [purpose.label(), kind.as_bytes()] {
            mac.update(part);
            mac.update(&[0]);
        }
        mac.update(of);
        Mac(mac.finalize().into_bytes().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Sevens;
    impl Random for Sevens {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    fn ring(letter: char) -> KeyRing {
        let line: String = std::iter::repeat_n(letter, 42).chain(['A']).collect();
        KeyRing::parse(&line).unwrap()
    }

    fn name(key: &MacKey) -> Mac {
        key.mac(Purpose::Throttle, "account", b"ada@example.com")
    }

    #[test]
    fn names_stay_when_the_master_key_changes() {
        let ring = ring('B');
        let key = MacKey::first(&ring);
        let sealed = key.seal(&ring, &Sevens).unwrap();
        let other = self::ring('C');
        assert_eq!(
            MacKey::open(&other, &sealed).err(),
            Some(SealError::UnknownKey)
        );
        assert_ne!(name(&MacKey::first(&other)), name(&key));
        let again = MacKey::open(&ring, &sealed).unwrap();
        let sealed = again.seal(&other, &Sevens).unwrap();
        assert_eq!(name(&MacKey::open(&other, &sealed).unwrap()), name(&key));
    }

    #[test]
    fn a_new_installation_does_not_keep_its_master_key_as_the_key_of_names() {
        let ring = ring('B');
        assert_ne!(*MacKey::first(&ring).0, *ring.keys()[0].bytes());
        assert_eq!(*MacKey::taken_over(&ring).0, *ring.keys()[0].bytes());
    }

    #[test]
    fn names_of_other_purposes_and_kinds_differ() {
        let key = MacKey::first(&ring('B'));
        let names = [
            key.mac(Purpose::Throttle, "account", b"x"),
            key.mac(Purpose::Practice, "account", b"x"),
            key.mac(Purpose::Throttle, "accoun", b"tx"),
        ];
        assert!(names[0] != names[1] && names[0] != names[2]);
    }
}

//! How the feed names what was revoked.

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use sha2::{Digest, Sha256};

/// The name of something revoked: the first 16 bytes of SHA-256 over a label, the issuer and the
/// thing's own name, one after the other with nothing between. As text, 22 letters of base64url.
///
/// Who holds the token can compute it; who reads the feed learns neither whose token it was nor
/// what it could do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entry([u8; 16]);

/// The text isn't 16 bytes in base64url without padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the name of something revoked")]
pub struct NotAnEntry;

impl Entry {
    /// One token, by its `jti`.
    pub fn of_token(issuer: &str, jti: &str) -> Self {
        Self::digest("jti", issuer, jti, "")
    }

    /// Every token of one session, by its `sid`.
    pub fn of_session(issuer: &str, sid: &str) -> Self {
        Self::digest("sid", issuer, sid, "")
    }

    /// Every token that an account got in one epoch. The epoch follows `sub` in decimal digits.
    pub fn of_account(issuer: &str, sub: &str, epoch: i64) -> Self {
        Self::digest("sub", issuer, sub, &epoch.to_string())
    }

    /// From its 16 bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its 16 bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    fn digest(label: &str, issuer: &str, id: &str, epoch: &str) -> Self {
        let digest = Sha256::new()
            .chain_update(label)
            .chain_update(issuer)
            .chain_update(id)
            .chain_update(epoch)
            .finalize();
        let mut first = [0; 16];
        first.copy_from_slice(&digest[..16]);
        Self(first)
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entry({self})")
    }
}

impl FromStr for Entry {
    type Err = NotAnEntry;

    fn from_str(text: &str) -> Result<Self, NotAnEntry> {
        let mut bytes = [0; 16];
        match URL_SAFE_NO_PAD.decode_slice(text, &mut bytes) {
            Ok(16) => Ok(Self(bytes)),
            _ => Err(NotAnEntry),
        }
    }
}

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://login.example.com";

    #[test]
    fn an_entry_is_the_start_of_a_plain_digest() {
        // printf 'jtihttps://login.example.comabc' | openssl dgst -sha256 -binary | head -c 16 | basenc --base64url
        for (entry, text) in [
            (Entry::of_token(ISSUER, "abc"), "Pz6eE-DlgQQRZwQLIkhcDg"),
            (Entry::of_session(ISSUER, "abc"), "3yCt12MwjK7AwpIBVW0ySg"),
            (
                Entry::of_account(ISSUER, "abc", 12),
                "lStczXvh2pHNNQMK8kmp5A",
            ),
        ] {
            assert_eq!(entry.to_string(), text);
            assert_eq!(text.parse(), Ok(entry));
            let json = format!("\"{text}\"");
            assert_eq!(serde_json::to_string(&entry).unwrap(), json);
            assert_eq!(serde_json::from_str::<Entry>(&json).unwrap(), entry);
        }
    }

    #[test]
    fn other_texts_are_no_entries() {
        let good = Entry::of_token(ISSUER, "abc").to_string();
        assert_eq!(good.len(), 22);
        for text in [
            String::new(),
            good[..21].to_owned(),
            format!("{good}A"),
            format!("{good}=="),
            // Bits past the last byte.
            "AAAAAAAAAAAAAAAAAAAAAB".to_owned(),
            "++++++++++++++++++++++".to_owned(),
        ] {
            assert_eq!(text.parse::<Entry>(), Err(NotAnEntry), "{text}");
        }
    }
}

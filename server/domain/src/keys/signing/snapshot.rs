//! The keys as they are used: opened, and the public halves as one document.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::EncodingKey;
use latchkey_verify::KeySet;
use sha2::{Digest, Sha256};

use super::{Algorithm, KeyPurpose, SigningKeyRow, make::encoding_key, plan::GRACE};
use crate::{
    clock::Timestamp,
    keys::{KeyRing, Purpose},
};

/// The public halves as a JSON Web Key Set (RFC 7517 section 5).
#[derive(Clone, Debug)]
pub struct Jwks {
    /// The document.
    pub json: Arc<str>,
    /// Its entity tag (RFC 9110 section 8.8.3), quotes included.
    pub etag: Arc<str>,
}

/// A key, as operators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The row; its private half stays sealed.
    pub row: SigningKeyRow,
    /// What it does at the time of asking.
    pub state: super::KeyState,
}

/// All keys at one revision.
pub(super) struct Snapshot {
    pub(super) revision: i64,
    keys: Vec<Opened>,
    pub(super) jwks: Jwks,
    pub(super) key_set: KeySet,
}

struct Opened {
    kid: String,
    purpose: KeyPurpose,
    algorithm: Algorithm,
    signs_from: Timestamp,
    signs_until: Timestamp,
    private: Option<EncodingKey>,
}

impl Snapshot {
    pub(super) fn of(revision: i64, rows: Vec<SigningKeyRow>, ring: &KeyRing) -> Self {
        let mut listed = String::from("{\"keys\":[");
        for (index, row) in rows.iter().enumerate() {
            if index > 0 {
                listed.push(',');
            }
            listed.push_str(&row.public_jwk);
        }
        listed.push_str("]}");
        let tag = URL_SAFE_NO_PAD.encode(&Sha256::digest(&listed)[..16]);
        let key_set = KeySet::parse(&listed).unwrap_or_else(|error| {
            tracing::error!(%error, "the signing keys can't be read: no token is accepted");
            KeySet::default()
        });
        Self {
            revision,
            keys: rows.into_iter().map(|row| Opened::of(row, ring)).collect(),
            jwks: Jwks {
                json: listed.into(),
                etag: format!("\"{tag}\"").into(),
            },
            key_set,
        }
    }

    /// The key that signs at `now`: of several the newest. Where none does, one that is about to: it
    /// was made by a process whose clock is ahead of ours.
    pub(super) fn signing(
        &self,
        purpose: KeyPurpose,
        algorithm: Algorithm,
        now: Timestamp,
    ) -> Option<(&str, &EncodingKey)> {
        let of_line = || {
            // Rows come in the order of their generations.
            let newest_first = self.keys.iter().rev();
            newest_first.filter(move |key| key.purpose == purpose && key.algorithm == algorithm)
        };
        let with_private = |key| {
            let key: &Opened = key;
            Some((key.kid.as_str(), key.private.as_ref()?))
        };
        of_line()
            .filter(|key| (key.signs_from..key.signs_until).contains(&now))
            .find_map(with_private)
            .or_else(|| {
                of_line()
                    .filter(|key| (now..now.plus(GRACE)).contains(&key.signs_from))
                    .find_map(with_private)
            })
    }
}

impl Opened {
    fn of(row: SigningKeyRow, ring: &KeyRing) -> Self {
        let opened = row
            .sealed_private
            .map(|sealed| ring.open(Purpose::SigningKey, &row.kid, &sealed));
        let private = match opened {
            Some(Ok(private)) => Some(encoding_key(row.algorithm, &private)),
            Some(Err(error)) => {
                tracing::error!(key.id = row.kid, %error, "a signing key can't be opened");
                None
            }
            None => None,
        };
        Self {
            kid: row.kid,
            purpose: row.purpose,
            algorithm: row.algorithm,
            signs_from: row.signs_from,
            signs_until: row.signs_until,
            private,
        }
    }
}

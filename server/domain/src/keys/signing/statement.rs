//! A key for statements that are read years later: it follows from a secret, and never rotates.

use jsonwebtoken::{
    Algorithm as Name, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
    jwk::{Jwk, PublicKeyUse, ThumbprintHash},
};
use serde::{Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use super::{
    Algorithm,
    make::{ED25519_PKCS8, NoKey, encoding_key},
    provider,
};
use crate::audit::NotOurs;

/// An Ed25519 pair (RFC 8032).
pub struct StatementKey {
    kid: String,
    private: EncodingKey,
    public: DecodingKey,
    public_jwk: String,
}

impl StatementKey {
    /// The pair of a seed.
    ///
    /// # Errors
    /// [`NoKey`] when the cryptographic library refuses it.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, NoKey> {
        provider::install();
        let der = Zeroizing::new([ED25519_PKCS8.as_slice(), seed.as_slice()].concat());
        let private = encoding_key(Algorithm::EdDsa, &der);
        let mut jwk = Jwk::from_encoding_key(&private, Name::EdDSA).map_err(|_| NoKey)?;
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        let kid = jwk.thumbprint(ThumbprintHash::SHA256).map_err(|_| NoKey)?;
        jwk.common.key_id = Some(kid.clone());
        Ok(Self {
            kid,
            private,
            public: DecodingKey::from_jwk(&jwk).map_err(|_| NoKey)?,
            public_jwk: serde_json::to_string(&jwk).map_err(|_| NoKey)?,
        })
    }

    /// The RFC 7638 thumbprint.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public half as a JSON Web Key (RFC 7517).
    pub fn public_jwk(&self) -> &str {
        &self.public_jwk
    }

    /// Signs claims as a statement of a kind.
    ///
    /// # Errors
    /// [`NoKey`] when the cryptographic library fails.
    pub fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String, NoKey> {
        let mut header = Header::new(Name::EdDSA);
        header.typ = Some(typ.to_owned());
        header.kid = Some(self.kid.clone());
        encode(&header, claims, &self.private).map_err(|_| NoKey)
    }

    /// The claims of a statement of that kind that this key signed, whenever that was.
    ///
    /// # Errors
    /// [`NotOurs`] when it isn't one.
    pub fn open<C: DeserializeOwned>(&self, typ: &str, jws: &str) -> Result<C, NotOurs> {
        let header = decode_header(jws).map_err(|_| NotOurs::Broken)?;
        if header.kid.as_deref() != Some(&self.kid) {
            return Err(NotOurs::OtherKey);
        }
        if header.typ.as_deref() != Some(typ) {
            return Err(NotOurs::Broken);
        }
        let mut rules = Validation::new(Name::EdDSA);
        rules.required_spec_claims.clear();
        rules.validate_exp = false;
        rules.validate_aud = false;
        let read = decode::<C>(jws, &self.public, &rules);
        read.map(|read| read.claims).map_err(|_| NotOurs::Broken)
    }
}

//! Keys and tokens to judge.

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::{KeyPair as RsaKeyPair, KeySize},
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
        RSA_PKCS1_SHA256,
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use latchkey_verify::{Claims, KeySet, Refused, Rules};
use serde_json::{Value, json};

pub(crate) const ISSUER: &str = "https://login.example.com";
pub(crate) const AUDIENCE: &str = "https://api.example.com";
pub(crate) const NOW: i64 = 1_790_000_000;

/// A private key of some kind.
pub(crate) enum Signer {
    EdDsa(Ed25519KeyPair),
    Es256(EcdsaKeyPair),
    Rs256(RsaKeyPair),
}

impl Signer {
    pub(crate) fn ed_dsa(seed: u8) -> Self {
        Self::EdDsa(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("a key"))
    }

    pub(crate) fn es256() -> Self {
        Self::Es256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key"))
    }

    pub(crate) fn rs256() -> Self {
        Self::Rs256(RsaKeyPair::generate(KeySize::Rsa2048).expect("a key"))
    }

    pub(crate) fn alg(&self) -> &'static str {
        match self {
            Self::EdDsa(_) => "EdDSA",
            Self::Es256(_) => "ES256",
            Self::Rs256(_) => "RS256",
        }
    }

    pub(crate) fn sign(&self, text: &str) -> Vec<u8> {
        let message = text.as_bytes();
        match self {
            Self::EdDsa(key) => key.sign(message).as_ref().to_vec(),
            Self::Es256(key) => {
                let signature = key
                    .sign(&SystemRandom::new(), message)
                    .expect("a signature");
                signature.as_ref().to_vec()
            }
            Self::Rs256(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(
                    &RSA_PKCS1_SHA256,
                    &SystemRandom::new(),
                    message,
                    &mut signature,
                )
                .expect("a signature");
                signature
            }
        }
    }

    /// The public half as a member of a key set.
    pub(crate) fn jwk(&self, kid: &str) -> Value {
        let mut jwk = match self {
            Self::EdDsa(key) => {
                json!({"kty": "OKP", "crv": "Ed25519", "x": text(key.public_key().as_ref())})
            }
            Self::Es256(key) => {
                let point = key.public_key().as_ref();
                json!({"kty": "EC", "crv": "P-256", "x": text(&point[1..33]), "y": text(&point[33..])})
            }
            Self::Rs256(key) => {
                let n = key.public_key().modulus();
                let e = key.public_key().exponent();
                json!({
                    "kty": "RSA",
                    "n": text(n.big_endian_without_leading_zero()),
                    "e": text(e.big_endian_without_leading_zero()),
                })
            }
        };
        jwk["kid"] = kid.into();
        jwk["use"] = "sig".into();
        jwk["alg"] = self.alg().into();
        jwk
    }

    /// A token of exactly these bytes.
    pub(crate) fn token_of(&self, header: &[u8], claims: &[u8]) -> String {
        let signed = format!("{}.{}", text(header), text(claims));
        let signature = text(&self.sign(&signed));
        format!("{signed}.{signature}")
    }

    pub(crate) fn token(&self, header: &Value, claims: &Value) -> String {
        self.token_of(header.to_string().as_bytes(), claims.to_string().as_bytes())
    }
}

pub(crate) fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The key that signs unless a test is about another.
pub(crate) fn signer() -> Signer {
    Signer::ed_dsa(7)
}

pub(crate) fn key_set(jwks: &[Value]) -> KeySet {
    KeySet::parse(&json!({"keys": jwks}).to_string()).expect("a key set")
}

pub(crate) fn keys() -> KeySet {
    key_set(&[signer().jwk("one")])
}

pub(crate) fn rules() -> Rules {
    Rules::new(ISSUER, AUDIENCE)
}

pub(crate) fn header() -> Value {
    json!({"typ": "at+jwt", "alg": "EdDSA", "kid": "one"})
}

pub(crate) fn claims() -> Value {
    json!({
        "iss": ISSUER,
        "sub": "q1w2e3",
        "aud": [AUDIENCE],
        "client_id": "latchkey-tokens",
        "iat": NOW - 10,
        "exp": NOW + 290,
        "jti": "t1",
        "scope": "data:read profile:read",
        "auth_time": NOW - 100,
        "sid": "s1",
        "epoch": 3,
    })
}

/// A token with one member of its claims changed, or removed by `null`.
pub(crate) fn claiming(name: &str, value: Value) -> String {
    signer().token(&header(), &changed(claims(), name, value))
}

/// An object with one member changed, or removed by `null`.
pub(crate) fn changed(mut object: Value, name: &str, value: Value) -> Value {
    let members = object.as_object_mut().expect("an object");
    if value.is_null() {
        members.remove(name);
    } else {
        members.insert(name.to_owned(), value);
    }
    object
}

pub(crate) fn check(token: &str) -> Result<Claims, Refused> {
    rules().check(token, &keys(), NOW)
}

/// What a good token says.
pub(crate) fn good_claims() -> Claims {
    check(&signer().token(&header(), &claims())).expect("a good token")
}

pub(crate) fn refusal(token: &str) -> Option<Refused> {
    check(token).err()
}

//! ID tokens (OpenID Connect Core section 2).

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{ACR, OAuthService, claims::is_told};
use crate::{
    clock::Timestamp,
    keys::signing::KeyPurpose,
    store::StorageError,
    tokens::{GrantRow, TokenOwner, seconds},
};

/// How long an ID token counts: it is read at once.
pub(super) const LIFETIME: Duration = Duration::from_mins(5);

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    exp: i64,
    iat: i64,
    auth_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    acr: &'static str,
    amr: [&'a str; 1],
    at_hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<&'a str>,
    #[serde(flatten)]
    person: PersonClaims<'a>,
}

/// What is told of a person (OpenID Connect Core section 5.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct PersonClaims<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) locale: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email_verified: Option<bool>,
}

/// What there is to be told.
pub(super) struct Person<'a> {
    pub(super) name: &'a str,
    pub(super) locale: Option<&'a str>,
    pub(super) email: &'a str,
}

impl<'a> Person<'a> {
    /// What may be told at a place.
    pub(super) fn told(
        &self,
        place: &str,
        scopes: &[String],
        words: &[String],
    ) -> PersonClaims<'a> {
        let tells = |name: &str| is_told(name, place, scopes, words);
        PersonClaims {
            name: tells("name").then_some(self.name),
            locale: self.locale.filter(|_| tells("locale")),
            email: tells("email").then_some(self.email),
            // An address counts for an account only once it is confirmed.
            email_verified: tells("email_verified").then_some(true),
        }
    }
}

impl OAuthService {
    /// Signs the ID token of a grant, beside an access token.
    pub(super) async fn id_token(
        &self,
        grant: &GrantRow,
        owner: &TokenOwner,
        (subject, sid, nonce): (&str, Option<&str>, Option<&str>),
        access_token: &str,
        now: Timestamp,
    ) -> Result<String, StorageError> {
        let person = Person {
            name: &owner.name,
            locale: owner.language.map(crate::language::Language::tag),
            email: &owner.email,
        };
        let claims = Claims {
            iss: &self.foundation.issuer,
            sub: subject,
            aud: &grant.client_id,
            exp: seconds(now.plus(LIFETIME)),
            iat: seconds(now),
            auth_time: seconds(grant.auth_time),
            nonce,
            acr: ACR,
            amr: [&grant.amr],
            at_hash: half_hash(access_token),
            sid,
            person: person.told("id_token", &grant.scopes, &grant.claims),
        };
        let signed = self.keys.sign(KeyPurpose::Id, "JWT", &claims).await?;
        Ok(signed.token)
    }
}

/// `at_hash` (section 3.1.3.6): the left half of SHA-256, which goes with every algorithm that signs here.
fn half_hash(token: &str) -> String {
    let digest = Sha256::digest(token);
    let (half, _) = digest.split_at(16);
    URL_SAFE_NO_PAD.encode(half)
}

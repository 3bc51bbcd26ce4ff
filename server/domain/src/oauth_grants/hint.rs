//! ID tokens that come back as hints (OpenID Connect Core section 3.1.2.1): genuine ones, however old.

use jsonwebtoken::{Validation, decode, decode_header, jwk::JwkSet};
use serde::Deserialize;

use super::OAuthService;

/// The longest that is looked at, in bytes.
const LONGEST: usize = 4000;

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
}

impl OAuthService {
    /// Whom an ID token of ours is about, if we gave it to this client and its key is still published.
    pub(super) fn hinted_subject(&self, hint: &str, client: &str) -> Option<String> {
        if hint.len() > LONGEST {
            return None;
        }
        let header = decode_header(hint).ok()?;
        if header.typ.as_deref() != Some("JWT") {
            return None;
        }
        let jwks = self.keys.jwks();
        let set: JwkSet = serde_json::from_str(&jwks.json).ok()?;
        let key = set.find(header.kid.as_deref()?)?;
        // The key says what it signs with, whatever the token does.
        let algorithm = key.common.key_algorithm?.to_string().parse().ok()?;
        let mut rules = Validation::new(algorithm);
        rules.required_spec_claims.clear();
        rules.validate_exp = false;
        rules.validate_aud = false;
        let key = jsonwebtoken::DecodingKey::from_jwk(key).ok()?;
        let claims = decode::<Claims>(hint, &key, &rules).ok()?.claims;
        let ours = claims.iss == *self.foundation.issuer && claims.aud == client;
        ours.then_some(claims.sub)
    }
}

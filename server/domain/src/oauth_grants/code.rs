//! Authorization codes (RFC 6749 section 4.1.2) and what binds them (RFC 7636).

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::{foundation::Foundation, random::random_bytes};

/// How long a code can be redeemed.
pub(super) const LIFETIME: Duration = Duration::from_mins(1);
/// What every code begins with.
const PREFIX: &str = "lkc_";

/// A fresh code, and what is kept of it.
pub(super) fn generate(foundation: &Foundation) -> (String, [u8; 32]) {
    let secret = random_bytes::<32>(foundation.random.as_ref());
    let code = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(secret));
    let hash = Sha256::digest(&code).into();
    (code, hash)
}

/// What is kept of a code that somebody presents, if it looks like one.
pub(super) fn hash_of(code: &str) -> Option<[u8; 32]> {
    let secret = code.strip_prefix(PREFIX)?;
    (secret.len() == 43).then(|| Sha256::digest(code).into())
}

/// Whether a text is a `code_challenge` of S256: base64url of 32 bytes, without padding.
pub(super) fn is_challenge(text: &str) -> bool {
    text.len() == 43
        && URL_SAFE_NO_PAD
            .decode(text)
            .is_ok_and(|bytes| bytes.len() == 32)
}

/// Whether a `code_verifier` is the one of a challenge (RFC 7636 section 4.6).
pub(super) fn is_verifier_of(challenge: &str, verifier: &str) -> bool {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let formed = (43..=128).contains(&verifier.len()) && verifier.bytes().all(unreserved);
    let hashed = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    formed && bool::from(hashed.as_bytes().ct_eq(challenge.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_verifier_of_the_rfc_fits_its_challenge() {
        assert!(is_challenge(CHALLENGE));
        assert!(is_verifier_of(CHALLENGE, VERIFIER));
    }

    #[test]
    fn short_long_plain_and_other_verifiers_are_refused() {
        assert!(!is_verifier_of(CHALLENGE, CHALLENGE));
        assert!(!is_verifier_of(VERIFIER, VERIFIER));
        let short = &VERIFIER[..42];
        assert!(!is_verifier_of(
            &URL_SAFE_NO_PAD.encode(Sha256::digest(short)),
            short
        ));
        let long = "a".repeat(129);
        assert!(!is_verifier_of(
            &URL_SAFE_NO_PAD.encode(Sha256::digest(&long)),
            &long
        ));
        let odd = format!("{}+", &VERIFIER[..42]);
        assert!(!is_verifier_of(
            &URL_SAFE_NO_PAD.encode(Sha256::digest(&odd)),
            &odd
        ));
    }

    #[test]
    fn challenges_that_no_s256_makes_are_refused() {
        for text in [
            "",
            "short",
            &CHALLENGE[1..],
            &"=".repeat(43),
            &"a".repeat(44),
        ] {
            assert!(!is_challenge(text), "{text}");
        }
    }
}

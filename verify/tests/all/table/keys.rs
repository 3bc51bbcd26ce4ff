//! The key set of the table.

use serde_json::{Value, json};

use crate::support::{Signer, text};

/// Two Ed25519 keys that sign, and two keys of other kinds that are published only.
pub(super) fn published() -> Value {
    // The base point of P-256 (SP 800-186 §3.2.1.3), whose private key is 1.
    let x = "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY";
    let y = "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU";
    // Nobody has its private half: it isn't even a product of two primes that anyone knows.
    let mut modulus = [0xab; 256];
    modulus[255] = 0xad;
    json!({"keys": [
        Signer::ed_dsa(1).jwk("one"),
        Signer::ed_dsa(2).jwk("two"),
        {"kty": "EC", "crv": "P-256", "kid": "p256", "use": "sig", "alg": "ES256", "x": x, "y": y},
        {"kty": "RSA", "kid": "rsa", "use": "sig", "alg": "RS256", "n": text(&modulus), "e": "AQAB"},
    ]})
}

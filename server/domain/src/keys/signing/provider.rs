//! The cryptography under `jsonwebtoken`: Ed25519 is verified by `ed25519-dalek`, which is quicker at
//! it; everything else, signing and RSA above all, is done by `aws-lc-rs`.

use std::sync::LazyLock;

use ed25519_dalek::{Signature, VerifyingKey};
use jsonwebtoken::{
    Algorithm, AlgorithmFamily, DecodingKey,
    crypto::{CryptoProvider, JwtVerifier, aws_lc},
    errors::{Error, ErrorKind},
};
use signature::Verifier;

static MIXED: LazyLock<CryptoProvider> = LazyLock::new(|| CryptoProvider {
    signer_factory: aws_lc::DEFAULT_PROVIDER.signer_factory,
    verifier_factory,
    key_utils: aws_lc::DEFAULT_PROVIDER.key_utils.clone(),
});

/// Has every token of this process signed and verified by it. Harmless when repeated.
pub fn install() {
    // Whoever was first is us, or a test that chose for itself.
    let _ = MIXED.install_default();
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape of jsonwebtoken's factory"
)]
fn verifier_factory(
    algorithm: &Algorithm,
    key: &DecodingKey,
) -> Result<Box<dyn JwtVerifier>, Error> {
    if *algorithm != Algorithm::EdDSA {
        return (aws_lc::DEFAULT_PROVIDER.verifier_factory)(algorithm, key);
    }
    if key.family() != AlgorithmFamily::Ed {
        return Err(ErrorKind::InvalidKeyFormat.into());
    }
    let bytes = key.try_get_as_bytes()?.try_into();
    let bytes: &[u8; 32] = bytes.map_err(|_| ErrorKind::InvalidEddsaKey)?;
    let key = VerifyingKey::from_bytes(bytes).map_err(|_| ErrorKind::InvalidEddsaKey)?;
    Ok(Box::new(Dalek(key)))
}

struct Dalek(VerifyingKey);

impl Verifier<Vec<u8>> for Dalek {
    fn verify(&self, message: &[u8], given: &Vec<u8>) -> Result<(), signature::Error> {
        let refused = |_| signature::Error::new();
        let given = Signature::from_slice(given).map_err(refused)?;
        self.0.verify_strict(message, &given).map_err(refused)
    }
}

impl JwtVerifier for Dalek {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

//! `[tls]`: the certificate that the program shows when it speaks https itself.

use std::path::PathBuf;

use super::{Key, PublicUrl, loading::Values};

const CERTIFICATE: Key = Key::text(
    "tls.certificate",
    "",
    "A PEM file with the certificate for public_url's host, and below it those that vouch for it. \
     With it listen.address speaks https; empty means plain http.",
);
const PRIVATE_KEY: Key = Key::text(
    "tls.private_key",
    "",
    "The PEM file with the private key of tls.certificate, without a passphrase.",
);

pub(super) static KEYS: [Key; 2] = [CERTIFICATE, PRIVATE_KEY];

/// Whether the program speaks https itself.
#[derive(Clone, Debug)]
pub struct Tls {
    /// What it shows; `None`: it speaks plain http.
    pub files: Option<TlsFiles>,
}

/// Where certificate and key are. Neither has been looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The chain, our own certificate first, as PEM.
    pub certificate: PathBuf,
    /// The key of the first certificate, as PEM.
    pub private_key: PathBuf,
}

impl Tls {
    pub(super) fn read(values: &mut Values, public_url: Option<&PublicUrl>) -> Option<Self> {
        let certificate = values.text(&CERTIFICATE);
        let private_key = values.text(&PRIVATE_KEY);
        let (certificate, private_key) = (certificate?, private_key?);
        match (certificate.is_empty(), private_key.is_empty()) {
            (true, true) => Some(Self { files: None }),
            (false, true) => values.refuse(&PRIVATE_KEY, "tls.certificate is set, and this isn't"),
            (true, false) => values.refuse(&CERTIFICATE, "tls.private_key is set, and this isn't"),
            (false, false) if !public_url?.is_https() => values.refuse(
                &CERTIFICATE,
                "is set, and public_url is http: with a certificate it has to be https",
            ),
            (false, false) => Some(Self {
                files: Some(TlsFiles {
                    certificate: certificate.into(),
                    private_key: private_key.into(),
                }),
            }),
        }
    }
}

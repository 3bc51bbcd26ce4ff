//! A certificate and its key, from files to what a handshake needs.

use std::{io, path::Path, sync::Arc};

use tokio_rustls::rustls::{
    Error, InconsistentKeys, ServerConfig,
    client::verify_server_name,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{
        CertificateDer, PrivateKeyDer, ServerName,
        pem::{self, PemObject},
    },
    server::ParsedCertificate,
    sign::{CertifiedKey, SingleCertAndKey},
    version::{TLS12, TLS13},
};

use super::{TlsError, validity::Validity};
use crate::config::TlsFiles;

/// All that our HTTP server speaks.
const PROTOCOL: &[u8] = b"http/1.1";

/// What stands in the files, or why they can't be read.
#[derive(Hash)]
pub(super) struct Found {
    certificate: Result<Vec<u8>, io::ErrorKind>,
    private_key: Result<Vec<u8>, io::ErrorKind>,
}

impl Found {
    /// Reads both files. Blocks.
    pub(super) fn read(files: &TlsFiles) -> Self {
        let read = |path: &Path| std::fs::read(path).map_err(|error| error.kind());
        Self {
            certificate: read(&files.certificate),
            private_key: read(&files.private_key),
        }
    }
}

/// A certificate that can be shown.
pub(super) struct Pair {
    /// What new connections are offered.
    pub(super) offer: Arc<ServerConfig>,
    pub(super) validity: Validity,
    own: CertificateDer<'static>,
}

impl Pair {
    /// Makes a pair of what was found in `files`.
    pub(super) fn of(found: &Found, files: &TlsFiles) -> Result<Self, TlsError> {
        let certificate = Place("tls.certificate", &files.certificate);
        let private_key = Place("tls.private_key", &files.private_key);
        let chain = certificate.chain(&found.certificate)?;
        let key = private_key.key(&found.private_key)?;
        let own = chain.first().cloned();
        let own = own.ok_or_else(|| certificate.problem("holds no certificate"))?;
        let provider = aws_lc_rs::default_provider();
        let validity = Validity::of(&own, &provider)
            .map_err(|error| certificate.problem(format_args!("can't be understood: {error}")))?;
        let pair = CertifiedKey::from_der(chain, key, &provider).map_err(|error| match error {
            Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => private_key.problem(
                format_args!("doesn't belong to the certificate of {certificate}"),
            ),
            _ => private_key.problem("holds a key of a kind that isn't supported"),
        })?;
        let offer = offer(pair, provider).map_err(|error| TlsError(error.to_string()))?;
        Ok(Self {
            offer: Arc::new(offer),
            validity,
            own,
        })
    }

    /// Whether the certificate is for this host. An IPv6 address stands in brackets.
    pub(super) fn names(&self, host: &str) -> bool {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        match (
            ParsedCertificate::try_from(&self.own),
            ServerName::try_from(bare),
        ) {
            (Ok(certificate), Ok(name)) => verify_server_name(&certificate, &name).is_ok(),
            _ => false,
        }
    }
}

/// Fails only for a provider that knows none of the versions.
fn offer(pair: CertifiedKey, provider: CryptoProvider) -> Result<ServerConfig, Error> {
    let mut offer = ServerConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&[&TLS13, &TLS12])?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(pair)));
    offer.alpn_protocols = vec![PROTOCOL.to_vec()];
    Ok(offer)
}

/// A key of the configuration and the file that it names.
struct Place<'a>(&'static str, &'a Path);

impl std::fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.0, self.1.display())
    }
}

impl Place<'_> {
    fn problem(&self, problem: impl std::fmt::Display) -> TlsError {
        TlsError(format!("{self} {problem}"))
    }

    fn bytes<'f>(&self, found: &'f Result<Vec<u8>, io::ErrorKind>) -> Result<&'f [u8], TlsError> {
        match found {
            Ok(bytes) => Ok(bytes),
            Err(kind) => Err(self.problem(format_args!("can't be read: {kind}"))),
        }
    }

    fn chain(
        &self,
        found: &Result<Vec<u8>, io::ErrorKind>,
    ) -> Result<Vec<CertificateDer<'static>>, TlsError> {
        CertificateDer::pem_slice_iter(self.bytes(found)?)
            .collect::<Result<_, _>>()
            .map_err(|_| self.problem("isn't PEM"))
    }

    fn key(
        &self,
        found: &Result<Vec<u8>, io::ErrorKind>,
    ) -> Result<PrivateKeyDer<'static>, TlsError> {
        // What the parser says could repeat a line of the key.
        PrivateKeyDer::from_pem_slice(self.bytes(found)?).map_err(|error| match error {
            pem::Error::NoItemsFound => {
                self.problem("holds no private key, or one with a passphrase")
            }
            _ => self.problem("isn't PEM"),
        })
    }
}

//! TLS towards the mail server. A certificate that isn't right is never accepted.

use std::{path::Path, sync::Arc, time::Duration};

use domain::{
    clock::Clock,
    mail::{Trouble, TroubleKind},
};
use tokio::net::TcpStream;
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
        time_provider::TimeProvider,
    },
};

use super::no_connection::NoConnection;
use crate::config::{Smtp, SmtpTls};

/// Why no connection could ever be trusted: mostly, `smtp.ca_file` can't be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct TrustError(String);

/// Whether and how connections are encrypted.
pub(super) enum Encryption {
    /// They aren't.
    None,
    /// After STARTTLS.
    Later(Handshake),
    /// From the first byte.
    AtOnce(Handshake),
}

/// What a handshake needs.
pub(super) struct Handshake {
    connector: TlsConnector,
    /// Whom the certificate must name.
    name: Option<ServerName<'static>>,
}

/// Certificates are judged by the clock that everything is judged by.
struct Judging(Arc<dyn Clock>);

impl std::fmt::Debug for Judging {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Judging")
    }
}

impl TimeProvider for Judging {
    fn current_time(&self) -> Option<UnixTime> {
        let micros = u64::try_from(self.0.now().as_micros()).ok()?;
        Some(UnixTime::since_unix_epoch(Duration::from_micros(micros)))
    }
}

impl Encryption {
    pub(super) fn new(smtp: &Smtp, clock: Arc<dyn Clock>) -> Result<Self, TrustError> {
        if smtp.tls == SmtpTls::None {
            return Ok(Self::None);
        }
        let roots = match &smtp.ca_file {
            None => RootCertStore {
                roots: webpki_roots::TLS_SERVER_ROOTS.into(),
            },
            Some(file) => authorities(file).map_err(|problem| {
                TrustError(format!("smtp.ca_file {} {problem}", file.display()))
            })?,
        };
        let provider = Arc::new(aws_lc_rs::default_provider());
        // Fails only for a provider that knows none of the versions.
        let builder = ClientConfig::builder_with_details(provider, Arc::new(Judging(clock)))
            .with_safe_default_protocol_versions()
            .map_err(|error| TrustError(error.to_string()))?;
        let config = builder.with_root_certificates(roots).with_no_client_auth();
        let handshake = Handshake {
            connector: TlsConnector::from(Arc::new(config)),
            name: ServerName::try_from(smtp.host.clone()).ok(),
        };
        Ok(match smtp.tls {
            SmtpTls::Tls => Self::AtOnce(handshake),
            SmtpTls::StartTls | SmtpTls::None => Self::Later(handshake),
        })
    }
}

impl Handshake {
    /// Makes a connection safe, or says why it can't be.
    pub(super) async fn shake(
        &self,
        connection: TcpStream,
    ) -> Result<TlsStream<TcpStream>, NoConnection> {
        let insecure = Trouble::silent(TroubleKind::Insecure);
        let name = self.name.clone().ok_or(insecure)?;
        let shaken = self.connector.connect(name, connection).await;
        shaken.map_err(|error| NoConnection::because(insecure, error))
    }
}

fn authorities(file: &Path) -> Result<RootCertStore, String> {
    let pem = std::fs::read(file).map_err(|error| format!("can't be read: {error}"))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| format!("isn't PEM: {error}"))?;
        roots
            .add(certificate)
            .map_err(|error| format!("holds a certificate that is none: {error}"))?;
    }
    if roots.is_empty() {
        return Err("holds no certificate".to_owned());
    }
    Ok(roots)
}

//! Certificates, and the client's side of TLS.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use domain::clock::Timestamp;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use time::OffsetDateTime;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpSocket, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore, SupportedProtocolVersion,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, ServerName},
        version::{TLS12, TLS13},
    },
};

use super::{browser::TestBrowser, home::Home, server::TestServer};

/// An authority that nobody else knows.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate of that authority and its key, as PEM.
pub(crate) struct Issued {
    pub(crate) chain: String,
    pub(crate) key: String,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key"));
        Self(issuer.expect("an authority"))
    }

    /// A certificate for a host that lasts for centuries.
    pub(crate) fn issues(&self, host: &str) -> Issued {
        self.issue(&CertificateParams::new(vec![host.to_owned()]).expect("a name"))
    }

    /// A certificate for a host that lasts until then.
    pub(crate) fn issues_until(&self, host: &str, end: Timestamp) -> Issued {
        let mut params = CertificateParams::new(vec![host.to_owned()]).expect("a name");
        let seconds = end.as_micros() / 1_000_000;
        params.not_after = OffsetDateTime::from_unix_timestamp(seconds).expect("a time");
        self.issue(&params)
    }

    fn issue(&self, params: &CertificateParams) -> Issued {
        let key = KeyPair::generate().expect("a key");
        let own = params.signed_by(&key, &self.0).expect("a certificate");
        Issued {
            chain: own.pem() + &self.0.pem(),
            key: key.serialize_pem(),
        }
    }

    /// A client that trusts this authority and nobody else.
    pub(crate) fn trusting(&self) -> Client {
        Client::trusting(self.0.der().clone(), &[&TLS13, &TLS12])
    }

    /// Likewise, and speaks no other version.
    pub(crate) fn trusting_by(&self, version: &'static SupportedProtocolVersion) -> Client {
        Client::trusting(self.0.der().clone(), &[version])
    }
}

/// Where a server finds its certificate.
pub(crate) struct Files {
    pub(crate) certificate: PathBuf,
    pub(crate) private_key: PathBuf,
}

impl Files {
    /// In a home's folder.
    pub(crate) fn of(home: &Home, issued: &Issued) -> Self {
        let files = Self {
            certificate: home.folder().join("chain.pem"),
            private_key: home.folder().join("key.pem"),
        };
        files.hold(issued);
        files
    }

    /// Puts another pair there.
    pub(crate) fn hold(&self, issued: &Issued) {
        replace(&self.certificate, &issued.chain);
        replace(&self.private_key, &issued.key);
    }

    /// The configuration of a server at `https://id.example`.
    pub(crate) fn keys(&self) -> [(&'static str, &str); 3] {
        [
            ("public_url", "https://id.example"),
            ("tls.certificate", text(&self.certificate)),
            ("tls.private_key", text(&self.private_key)),
        ]
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path in ASCII")
}

/// Nobody ever sees half of it.
pub(crate) fn replace(path: &Path, content: &str) {
    use std::os::unix::fs::PermissionsExt;

    let new = path.with_extension("new");
    std::fs::write(&new, content).expect("written");
    let private = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(&new, private).expect("made private");
    std::fs::rename(&new, path).expect("put in place");
}

/// The client's side of TLS, with the certificates checked.
#[derive(Clone)]
pub(crate) struct Client {
    config: Arc<ClientConfig>,
    from: Option<SocketAddr>,
}

impl Client {
    fn trusting(
        authority: CertificateDer<'static>,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(authority).expect("an authority");
        let mut config =
            ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
                .with_protocol_versions(versions)
                .expect("versions")
                .with_root_certificates(roots)
                .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Self {
            config: Arc::new(config),
            from: None,
        }
    }

    /// Comes from another address of this machine.
    pub(crate) fn from(mut self, address: &str) -> Self {
        self.from = Some(SocketAddr::new(address.parse().expect("an address"), 0));
        self
    }

    /// Offers HTTP/1.1 only.
    pub(crate) fn of_http1(mut self) -> Self {
        Arc::make_mut(&mut self.config).alpn_protocols.remove(0);
        self
    }

    /// A safe connection to whoever proves to be `host`.
    pub(crate) async fn connects(
        &self,
        address: SocketAddr,
        host: &str,
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let socket = TcpSocket::new_v4()?;
        if let Some(from) = self.from {
            socket.bind(from)?;
        }
        let stream = socket.connect(address).await?;
        let name = ServerName::try_from(host.to_owned()).expect("a name");
        let connector = TlsConnector::from(Arc::clone(&self.config));
        connector.connect(name, stream).await
    }

    /// A browser that reaches `address` through a tunnel of this client.
    pub(crate) async fn browser(&self, address: SocketAddr, host: &str) -> Tunnelled {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let here = listener.local_addr().expect("an address");
        let (client, name) = (self.clone(), host.to_owned());
        let tunnel = tokio::spawn(async move {
            while let Ok((mut plain, _)) = listener.accept().await {
                let (client, name) = (client.clone(), name.clone());
                tokio::spawn(async move {
                    if let Ok(mut safe) = client.connects(address, &name).await {
                        // Either side may hang up.
                        let _ = copy_bidirectional(&mut plain, &mut safe).await;
                    }
                });
            }
        });
        let browser =
            TestBrowser::reaching(&format!("http://{here}"), host, &format!("https://{host}"));
        Tunnelled { browser, tunnel }
    }

    /// A browser at a server that speaks https itself.
    pub(crate) async fn browser_at(&self, server: &TestServer) -> Tunnelled {
        self.browser(server.address, &server.host).await
    }

    /// The certificate that a new connection is shown, as DER.
    pub(crate) async fn sees(&self, server: &TestServer) -> Vec<u8> {
        let stream = self.connects(server.address, &server.host).await;
        shown(&stream.expect("a safe connection"))
    }
}

/// A browser whose requests go through TLS.
pub(crate) struct Tunnelled {
    browser: TestBrowser,
    tunnel: JoinHandle<()>,
}

impl std::ops::Deref for Tunnelled {
    type Target = TestBrowser;

    fn deref(&self) -> &TestBrowser {
        &self.browser
    }
}

impl Drop for Tunnelled {
    fn drop(&mut self) {
        self.tunnel.abort();
    }
}

/// The certificate of the other side, as DER.
pub(crate) fn shown(stream: &TlsStream<TcpStream>) -> Vec<u8> {
    let certificates = stream.get_ref().1.peer_certificates();
    certificates.expect("a certificate")[0].to_vec()
}

/// Asks for a page on a connection and reads to the end.
pub(crate) async fn ask(stream: &mut TlsStream<TcpStream>, host: &str) -> String {
    let request = format!("GET /login HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    // An end without a farewell is an error.
    stream.read_to_end(&mut answer).await.expect("a clean end");
    String::from_utf8_lossy(&answer).into_owned()
}

//! From a connection to a safe one.

use std::{io, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::watch,
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig, server::TlsStream};

/// The first byte of every TLS connection (RFC 8446 section 5.1: a record with a handshake).
const HANDSHAKE: u8 = 22;
/// For browsers that were sent to the right port by the wrong scheme.
const USE_HTTPS: &[u8] = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n\
    Connection: close\r\n\r\nThis port speaks https only.\n";
/// The most that is read of a request which is answered by [`USE_HTTPS`].
const LONGEST_MISTAKE: u64 = 64 * 1024;

/// Makes connections safe by the certificate of the moment.
#[derive(Clone)]
pub(crate) struct Handshakes(watch::Receiver<Arc<ServerConfig>>);

impl Handshakes {
    pub(super) const fn of(offered: watch::Receiver<Arc<ServerConfig>>) -> Self {
        Self(offered)
    }

    /// Makes a connection safe within `limit`; `None` when it can't be, which ends it.
    pub(crate) async fn shake(
        &self,
        connection: TcpStream,
        limit: Duration,
    ) -> Option<TlsStream<TcpStream>> {
        let offer = Arc::clone(&self.0.borrow());
        match tokio::time::timeout(limit, shake(connection, offer)).await {
            Ok(Ok(safe)) => safe,
            Ok(Err(error)) => {
                tracing::debug!(%error, "a connection could not be made safe");
                None
            }
            Err(_) => {
                tracing::debug!("a connection took too long to be made safe");
                None
            }
        }
    }
}

async fn shake(
    connection: TcpStream,
    offer: Arc<ServerConfig>,
) -> io::Result<Option<TlsStream<TcpStream>>> {
    let mut first = [0];
    // Nothing at all: somebody looked whether the port is open.
    if connection.peek(&mut first).await? == 0 {
        return Ok(None);
    }
    if first[0] != HANDSHAKE && first[0].is_ascii_alphabetic() {
        refuse_plain(connection).await?;
        return Ok(None);
    }
    TlsAcceptor::from(offer).accept(connection).await.map(Some)
}

async fn refuse_plain(mut connection: TcpStream) -> io::Result<()> {
    connection.write_all(USE_HTTPS).await?;
    connection.shutdown().await?;
    // Closing with bytes that nobody read would take the answer back.
    let mut rest = connection.take(LONGEST_MISTAKE);
    tokio::io::copy(&mut rest, &mut tokio::io::sink()).await?;
    Ok(())
}

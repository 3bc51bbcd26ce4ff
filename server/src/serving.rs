//! The accept loop: bounded connections, time limits on headers, and a drain at the end.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use http::Request;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    sync::{Semaphore, watch},
};

use crate::{http::Front, tls::Handshakes};

/// The other end of the connection; may be a reverse proxy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// The loop's numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Most connections at once; the next one waits in the listener's queue.
    pub(crate) connections: usize,
    /// How long the head of a request may take, and a TLS handshake before it.
    pub(crate) header: Duration,
    /// How long requests may go on once the end was asked for.
    pub(crate) drain: Duration,
}

/// Serves until `shutdown` resolves, then lets requests finish. Speaks https by `handshakes`, or
/// plain http without.
pub(crate) async fn serve(
    listener: TcpListener,
    handshakes: Option<Handshakes>,
    front: Front,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) {
    let slots = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    // Dropped at the end: handshakes have asked for nothing yet, and aren't waited for.
    let (open, ending) = watch::channel(());
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.header)
        .max_buf_size(64 * 1024)
        .keep_alive(true);
    tokio::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &slots) => accepted,
            () = &mut shutdown => break,
        };
        let (stream, peer, slot) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, mostly: waiting lets some close.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        // Answers are small and whole; waiting for more to send only delays them.
        let _ = stream.set_nodelay(true);
        let talk = Talk {
            peer: Peer(peer),
            front: front.clone(),
            http: http.clone(),
            watcher: graceful.watcher(),
        };
        // What a client sends, or doesn't, keeps its own task waiting and nobody else.
        if let Some(handshakes) = handshakes.clone() {
            let mut ending = ending.clone();
            tokio::spawn(async move {
                let safe = tokio::select! {
                    safe = handshakes.shake(stream, limits.header) => safe,
                    _ = ending.changed() => None,
                };
                if let Some(safe) = safe {
                    talk.over(safe).await;
                }
                drop(slot);
            });
        } else {
            tokio::spawn(async move {
                talk.over(stream).await;
                drop(slot);
            });
        }
    }
    drop(open);
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(limits.drain) => {
            tracing::warn!("some requests were still running when the time to drain was over");
        }
    }
}

/// What one connection needs.
struct Talk {
    peer: Peer,
    front: Front,
    http: http1::Builder,
    watcher: Watcher,
}

impl Talk {
    /// Answers the requests of a connection until it ends.
    async fn over<S>(self, stream: S)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (peer, front) = (self.peer, self.front);
        let service =
            service_fn(move |request: Request<Incoming>| front.clone().answer(peer, request));
        let connection = self.http.serve_connection(TokioIo::new(stream), service);
        if let Err(error) = self.watcher.watch(connection).await {
            tracing::debug!(%error, "a connection ended early");
        }
    }
}

async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> std::io::Result<(
    tokio::net::TcpStream,
    SocketAddr,
    tokio::sync::OwnedSemaphorePermit,
)> {
    let slot = Arc::clone(slots)
        .acquire_owned()
        .await
        .map_err(std::io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok((stream, peer, slot))
}

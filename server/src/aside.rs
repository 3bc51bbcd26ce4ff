//! A listener beside the main one, that answers little: where plain http is sent on to https, and
//! where metrics are fetched.

use tokio::{net::TcpListener, sync::watch};

use crate::{http::Front, serving};

/// Most connections at once: each lasts for an answer or two.
const CONNECTIONS: usize = 256;

/// The listener and what it answers.
pub(crate) struct Aside {
    listener: TcpListener,
    front: Front,
}

impl Aside {
    pub(crate) const fn new(listener: TcpListener, front: Front) -> Self {
        Self { listener, front }
    }

    /// Serves plain http until whoever sends on `ending` is gone, within the limits of pages and
    /// fewer connections.
    pub(crate) async fn serve(self, limits: serving::Limits, mut ending: watch::Receiver<()>) {
        let limits = serving::Limits {
            connections: limits.connections.min(CONNECTIONS),
            ..limits
        };
        let ending = async move { drop(ending.changed().await) };
        serving::serve(self.listener, None, self.front, limits, ending).await;
    }
}

//! The second listener, where plain http is sent on to https.

use tokio::net::TcpListener;

use crate::{config::PublicUrl, http, serving};

/// Most connections at once: each lasts for one answer.
const CONNECTIONS: usize = 256;

/// A listener whose only answer is the way to `public_url`.
pub(crate) struct Redirects {
    listener: TcpListener,
    front: http::Front,
}

impl Redirects {
    pub(crate) fn new(listener: TcpListener, public_url: &PublicUrl) -> Self {
        Self {
            listener,
            front: http::redirect_router(public_url),
        }
    }

    /// Serves until `ending` resolves, within the limits of pages and fewer connections.
    pub(crate) async fn serve(self, limits: serving::Limits, ending: impl Future<Output = ()>) {
        let limits = serving::Limits {
            connections: limits.connections.min(CONNECTIONS),
            ..limits
        };
        serving::serve(self.listener, None, self.front, limits, ending).await;
    }
}

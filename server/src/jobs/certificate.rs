//! Looks at the certificate's files every few seconds, and at once when told to by SIGHUP.

use std::{sync::Arc, time::Duration};

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::every;
use crate::tls::Certificate;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(5);

/// From the call on SIGHUP ends the program no more; the job is the future that comes back.
pub(super) fn watch(certificate: Arc<Certificate>) -> impl Future<Output = ()> {
    let mut told = signal(SignalKind::hangup())
        .inspect_err(|error| tracing::warn!(%error, "SIGHUP can't be listened to"))
        .ok();
    async move {
        let mut looks = every(LOOK);
        loop {
            tokio::select! {
                _ = looks.tick() => {}
                () = next(told.as_mut()) => {}
            }
            certificate.look().await;
        }
    }
}

async fn next(signal: Option<&mut Signal>) {
    if let Some(signal) = signal
        && signal.recv().await.is_some()
    {
        return;
    }
    std::future::pending::<()>().await;
}

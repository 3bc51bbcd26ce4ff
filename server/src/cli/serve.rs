//! `latchkey serve`

use tokio::signal::unix::{SignalKind, signal};

use super::{Failure, machine};
use crate::{config::Config, startup};

/// Serves until SIGTERM or SIGINT.
pub(super) async fn serve(config: Config) -> Result<(), Failure> {
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::new)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::new)?;
    let stopped = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    let (clock, random) = machine();
    startup::run(config, clock, random, stopped).await?;
    Ok(())
}

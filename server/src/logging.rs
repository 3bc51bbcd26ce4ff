//! Logs: for people in development, JSON otherwise. Never e-mails, tokens, passwords or queries.

use std::io::IsTerminal;

use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::{Config, LogFormat};

/// Starts logging to standard error.
pub(crate) fn start(config: &Config) {
    // The session layer warns of every unknown cookie, which is no news for a public server, and
    // PostgreSQL remarks at each start that the table of migrations is there already. The session
    // layer's core calls every outcome an error, of races too: whoever handles it says what it is.
    let filter = EnvFilter::new(format!(
        "{},tower_sessions=error,tower_sessions_core=off,sqlx::query=warn,sqlx::postgres::notice=warn",
        config.log.level.as_str()
    ));
    let registry = tracing_subscriber::registry().with(filter);
    let started = match config.log.format {
        LogFormat::Human => registry
            .with(
                tracing_subscriber::fmt::layer()
                    .with_writer(std::io::stderr)
                    .with_target(false)
                    .with_ansi(std::io::stderr().is_terminal()),
            )
            .try_init(),
        LogFormat::Json => registry
            .with(
                tracing_subscriber::fmt::layer()
                    .with_writer(std::io::stderr)
                    .json(),
            )
            .try_init(),
    };
    // A second start in the same process (tests) keeps the first one's logs.
    drop(started);
}

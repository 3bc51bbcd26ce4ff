//! What the claims stand on: a home of their own, a server in it, browsers, and a bare wire.

pub(crate) mod answer;
pub(crate) mod browser;
pub(crate) mod caller;
pub(crate) mod chance;
pub(crate) mod clock;
pub(crate) mod home;
pub(crate) mod post_office;
pub(crate) mod program;
pub(crate) mod raw;
pub(crate) mod server;
pub(crate) mod tls;
pub(crate) mod wire;

use std::time::Duration;

/// Longer than any claim takes; what blocks fails here instead of hanging.
pub(crate) const PATIENCE: Duration = Duration::from_mins(4);

/// A password that every rule accepts.
pub(crate) const PASSWORD: &str = "correct horse battery staple";
/// Another one.
pub(crate) const OTHER_PASSWORD: &str = "seventeen quiet lighthouses";

/// Makes two tests of each claim: `sqlite::claim` and `postgres::claim`.
macro_rules! on_both {
    ($($(#[$attribute:meta])* async fn $claim:ident($home:ident: &$place:ty) $body:block)*) => {
        $($(#[$attribute])* async fn $claim($home: &$place) $body)*

        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $claim() {
                let home = $crate::support::home::Home::sqlite();
                tokio::time::timeout($crate::support::PATIENCE, super::$claim(&home))
                    .await
                    .expect("nothing blocks");
                home.discard().await;
            })*
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $claim() {
                let home = $crate::support::home::Home::postgres().await;
                tokio::time::timeout($crate::support::PATIENCE, super::$claim(&home))
                    .await
                    .expect("nothing blocks");
                home.discard().await;
            })*
        }
    };
}
pub(crate) use on_both;

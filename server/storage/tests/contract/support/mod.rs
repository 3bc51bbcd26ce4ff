//! What the claims stand on: a database of their own, a second way into it, and samples.

pub(crate) mod database;
pub(crate) mod raw;
pub(crate) mod samples;

use std::time::Duration;

/// Longer than any claim takes; a unit that blocks the others fails here instead of hanging.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

/// Makes two tests of each claim: `sqlite::claim` and `postgres::claim`.
macro_rules! on_both {
    ($($(#[$attribute:meta])* async fn $claim:ident($database:ident: &TestDatabase) $body:block)*) => {
        $($(#[$attribute])* async fn $claim($database: &$crate::support::database::TestDatabase) $body)*

        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $claim() {
                let database = $crate::support::database::TestDatabase::sqlite().await;
                tokio::time::timeout($crate::support::PATIENCE, super::$claim(&database))
                    .await
                    .expect("nothing blocks");
                database.discard().await;
            })*
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $claim() {
                let database = $crate::support::database::TestDatabase::postgres().await;
                tokio::time::timeout($crate::support::PATIENCE, super::$claim(&database))
                    .await
                    .expect("nothing blocks");
                database.discard().await;
            })*
        }
    };
}
pub(crate) use on_both;

/// Asserts that a call failed with the given variant of `StorageError`.
macro_rules! assert_fails {
    ($result:expr, $variant:pat) => {
        match $result {
            Err($variant) => {}
            other => panic!(
                "{} gave {:?} instead of {}",
                stringify!($result),
                other.map(drop),
                stringify!($variant)
            ),
        }
    };
}
pub(crate) use assert_fails;

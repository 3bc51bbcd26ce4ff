//! The keys that clients sign with.

use async_trait::async_trait;

/// Where a client's keys are (OpenID Connect Dynamic Registration section 2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JwksSource {
    /// Here: a JSON Web Key Set (RFC 7517 section 5).
    Inline(String),
    /// At an https address.
    Uri(String),
}

/// A key set couldn't be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the client's keys can't be fetched")]
pub struct NoKeys;

/// Fetches key sets. Private networks are never asked, nothing is followed elsewhere, and time and
/// size are bounded.
#[async_trait]
pub trait ClientKeys: Send + Sync + 'static {
    /// The key set at an address, which may have been kept for a few minutes; `anew`: not that one.
    ///
    /// # Errors
    /// [`NoKeys`] when it can't be had.
    async fn fetch(&self, uri: &str, anew: bool) -> Result<String, NoKeys>;
}

//! What was revoked, as a verifier learns it.
//!
//! A token is signed and therefore good until its end, unless the issuer takes it back. What was
//! taken back stands in a feed, as digests that say nothing to who doesn't hold the token: of the
//! token's own name, of its session's, or of its account together with the epoch that is over.
//!
//! [`check_feed`] judges the signed form, [`Revocations`] keeps what was learned, and
//! [`Revocations::check`] says whether a token is still good.

mod entry;
mod feed;
mod revocations;
mod signed_feed;

pub use entry::{Entry, NotAnEntry};
pub use feed::{Feed, Revoked};
pub use revocations::{Discontinuous, Revocations};
pub use signed_feed::{FEED_LIFE, FEED_TYPE, LONGEST_FEED, check_feed};

//! One look at the certificate, for whoever doesn't serve.

use domain::clock::Timestamp;

use super::{
    TlsError, has_other_readers,
    pair::{Found, Pair},
    validity::Trouble,
};
use crate::config::Config;

/// What is to be said of a certificate that can be shown.
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts that have nothing to do with each other"
)]
pub(crate) struct Look {
    /// Whether it is valid at this moment.
    pub(crate) is_valid: bool,
    /// Whole days until it ends.
    pub(crate) days_left: u64,
    /// Whether these are few.
    pub(crate) ends_soon: bool,
    /// Whether it is for the host of `public_url`.
    pub(crate) names_host: bool,
    /// Whether everybody on this machine can read its key.
    pub(crate) has_other_readers: bool,
}

impl Look {
    /// Looks at the files that the configuration names; `None` when it names none.
    ///
    /// # Errors
    /// [`TlsError`] when they can't be used.
    pub(crate) fn at(config: &Config, now: Timestamp) -> Result<Option<Self>, TlsError> {
        let Some(files) = &config.tls.files else {
            return Ok(None);
        };
        let pair = Pair::of(&Found::read(files), files)?;
        let trouble = pair.validity.trouble(now);
        Ok(Some(Self {
            is_valid: !matches!(trouble, Some(Trouble::Early | Trouble::Expired)),
            days_left: pair.validity.days_left(now),
            ends_soon: matches!(trouble, Some(Trouble::Month | Trouble::Week)),
            names_host: pair.names(config.public_url.host()),
            has_other_readers: has_other_readers(files),
        }))
    }
}

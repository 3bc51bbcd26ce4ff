//! A provider that lies, and what comes of it.

pub(super) mod clock;

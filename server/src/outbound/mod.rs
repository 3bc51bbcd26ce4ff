//! What leaves the machine.

pub(crate) mod mail;

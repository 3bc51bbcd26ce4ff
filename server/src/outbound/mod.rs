//! What leaves the machine.

pub(crate) mod clients;
pub(crate) mod mail;
pub mod social;

//! What leaves the machine.

pub(crate) mod mail;
pub mod social;

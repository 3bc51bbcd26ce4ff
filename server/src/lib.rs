//! The program `latchkey`: composition root. A library, so that tests start it with a clock of
//! their own; `main.rs` is thin.

// Views are deeply nested types.
#![recursion_limit = "256"]

mod aside;
mod audit_trail;
mod checkpoints;
pub mod cli;
pub mod config;
pub mod http;
mod jobs;
mod logging;
mod machine;
mod memory;
pub mod metrics;
pub mod outbound;
mod practice;
pub mod secrets;
mod serving;
mod session_store;
pub mod startup;
pub mod tls;

pub use machine::{OsRandom, SystemClock};

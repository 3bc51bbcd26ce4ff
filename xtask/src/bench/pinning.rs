//! Server and driver on a core each, so that one does not slow the other.

use std::process::Command;

use crate::call;
use crate::failure::{Failure, Outcome};

/// What to put before a program that shall have the first core for itself.
pub(super) const FIRST_CORE: [&str; 3] = ["taskset", "-c", "0"];

/// Moves this process, with all its threads, to the second core.
pub(super) fn move_driver_away() -> Outcome {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if cores < 2 {
        return Err(Failure::new(
            "two cores are needed, one for the server and one for the load",
        ));
    }
    let this = std::process::id().to_string();
    call::output_of(Command::new("taskset").args(["-a", "-c", "-p", "1", &this])).map(drop)
}

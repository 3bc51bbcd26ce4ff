//! Server and driver on a core each, so that one does not slow the other.

use std::process::Command;

use crate::call;
use crate::failure::{Failure, Outcome};

/// What to put before a program that shall have the first core for itself.
pub(super) const FIRST_CORE: [&str; 3] = ["taskset", "-c", "0"];

/// Moves this process, with all its threads, to the second core, unless it is there already.
pub(super) fn move_driver_away() -> Outcome {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if is_on_second_core(&status) {
        return Ok(());
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if cores < 2 {
        return Err(Failure::new(
            "two cores are needed, one for the server and one for the load",
        ));
    }
    let this = std::process::id().to_string();
    call::output_of(Command::new("taskset").args(["-a", "-c", "-p", "1", &this])).map(drop)
}

fn is_on_second_core(status: &str) -> bool {
    let allowed = status
        .lines()
        .find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
    allowed.is_some_and(|cores| cores.trim() == "1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_on_the_second_core_is_known_by_its_status() {
        assert!(is_on_second_core("Name:\tx\nCpus_allowed_list:\t1\n"));
        for elsewhere in ["Cpus_allowed_list:\t0-1\n", "Cpus_allowed_list:\t11\n", ""] {
            assert!(!is_on_second_core(elsewhere));
        }
    }
}

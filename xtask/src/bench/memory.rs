//! Resident memory, as the system counts it.

use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use super::{recipe, started};
use crate::checkout::Checkout;
use crate::failure::{Attempt as _, Failure, Outcome};
use crate::http;
use crate::scratch_folder::ScratchFolder;

const IDLENESS: Duration = Duration::from_secs(3);

/// MiB after one page and a while of nothing.
pub(super) fn when_idle(
    checkout: &Checkout,
    server: &Path,
    scratch: &ScratchFolder,
) -> Outcome<f64> {
    let folder = scratch.part("memory")?;
    let mut server = started(checkout, &recipe(server, &folder, &[], &[])?)?;
    http::get(&server.address(), "/login", "Accept: text/html\r\n").attempt("get /login")?;
    sleep(IDLENESS);
    let memory = of_process(server.child().id())?;
    server.stop()?;
    Ok(memory)
}

/// MiB of a process now.
pub(super) fn of_process(id: u32) -> Outcome<f64> {
    let file = format!("/proc/{id}/status");
    let status = std::fs::read_to_string(&file).attempt(format!("read {file}"))?;
    resident(&status).ok_or_else(|| Failure::new(format!("{file} tells of no memory")))
}

fn resident(status: &str) -> Option<f64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: f64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kib / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resident_memory_is_one_line_of_many() {
        let status = "Name:\tlatchkey\nVmPeak:\t  999 kB\nVmRSS:\t   2048 kB\nThreads:\t4\n";
        assert_eq!(resident(status), Some(2.0));
        assert_eq!(resident("Name:\tzombie\n"), None);
    }
}

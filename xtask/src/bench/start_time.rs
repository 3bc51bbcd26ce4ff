//! From the start of the process to the first page it answers.

use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use super::{recipe, started};
use crate::checkout::Checkout;
use crate::failure::{Failure, Outcome};
use crate::http;
use crate::scratch_folder::ScratchFolder;
use crate::server_process::{Recipe, ServerProcess};

/// How long any start may take before it counts as a failure.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

const STARTS_WITH_DATABASE: usize = 15;
const STARTS_WITHOUT: usize = 5;

/// The median in milliseconds where a migrated database is there.
pub(super) fn on_existing_database(
    checkout: &Checkout,
    server: &Path,
    scratch: &ScratchFolder,
) -> Outcome<f64> {
    let folder = scratch.part("start-existing")?;
    let recipe = recipe(server, &folder, &[], &[])?;
    started(checkout, &recipe)?.stop()?;
    let mut times = Vec::new();
    for _ in 0..STARTS_WITH_DATABASE {
        times.push(one_start(checkout, &recipe)?);
    }
    Ok(median(times))
}

/// The median in milliseconds where there is nothing: database, keys and all are made first.
pub(super) fn on_empty_folder(
    checkout: &Checkout,
    server: &Path,
    scratch: &ScratchFolder,
) -> Outcome<f64> {
    let mut times = Vec::new();
    for number in 0..STARTS_WITHOUT {
        let folder = scratch.part(&format!("start-empty-{number}"))?;
        times.push(one_start(checkout, &recipe(server, &folder, &[], &[])?)?);
    }
    Ok(median(times))
}

fn one_start(checkout: &Checkout, recipe: &Recipe<'_>) -> Outcome<f64> {
    let mut server = ServerProcess::start(checkout, recipe)?;
    let started = server.child().started();
    loop {
        match http::get(&server.address(), "/login", "Accept: text/html\r\n") {
            Ok(answer) if answer.status == 200 => break,
            Ok(answer) => {
                return Err(Failure::new(format!("/login answered {}", answer.status)));
            }
            Err(_) if started.elapsed() > PATIENCE => {
                return Err(Failure::new("the server did not answer"));
            }
            Err(_) => sleep(Duration::from_micros(200)),
        }
    }
    let time = started.elapsed();
    server.stop()?;
    Ok(time.as_secs_f64() * 1000.0)
}

/// The middle one.
fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slow_start_does_not_move_the_median() {
        let same = median(vec![20.0, 900.0, 19.0, 21.0, 20.5]);
        assert!((same - 20.5).abs() < f64::EPSILON);
    }
}

//! Signing in by the form, as fast as one core goes.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use super::{bytes, memory, pinning, recipe, started};
use crate::checkout::Checkout;
use crate::failure::{Failure, Outcome};
use crate::http::{self, Connection};
use crate::seed_account;

const CONNECTIONS: usize = 8;
const WARM_UP: Duration = Duration::from_secs(3);
/// With the warm-up a whole minute, after which the memory is looked at.
const MEASURED: Duration = Duration::from_secs(57);
const EMAIL: &str = "bench@latchkey.local";
const PASSWORD: &str = "ferry-lantern-47-quietly-moss";
/// The two as a form sends them.
const BODY: &str = "email=bench%40latchkey.local&password=ferry-lantern-47-quietly-moss";
const HEADERS: &str = "Accept: text/html\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                       Sec-Fetch-Site: same-origin\r\n";

/// What the load showed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load {
    pub(super) per_second: f64,
    /// MiB right after it.
    pub(super) memory: f64,
}

/// Signs one account in over and over, the server on the first core and this program on the
/// second.
pub(super) fn measure(checkout: &Checkout, server: &Path, folder: &Path) -> Outcome<Load> {
    let settings = [("LATCHKEY_HASHING__THREADS", "1")];
    let recipe = recipe(server, folder, &pinning::FIRST_CORE, &settings)?;
    seed_account::create(
        &mut recipe.command(checkout),
        EMAIL,
        "Bench",
        PASSWORD,
        false,
    )?;
    let mut server = started(checkout, &recipe)?;
    pinning::move_driver_away()?;
    let per_second = drive_for(&server.address(), MEASURED)?;
    let memory = memory::of_process(server.child().id())?;
    server.stop()?;
    Ok(Load { per_second, memory })
}

/// Signs in over and over, after a warm-up, and says how often in a second.
pub(super) fn drive_for(address: &str, measured: Duration) -> Outcome<f64> {
    let began = Instant::now();
    let answers = std::thread::scope(|scope| {
        let drivers: Vec<_> = (0..CONNECTIONS)
            .map(|_| scope.spawn(|| drive(address, began, measured)))
            .collect();
        drivers
            .into_iter()
            .map(|driver| driver.join().unwrap_or_default())
            .fold(Answers::new(), merged)
    });
    let redirected = answers.get("303").copied().unwrap_or(0);
    if answers.len() != 1 || redirected == 0 {
        return Err(Failure::new(format!(
            "not every sign-in was answered with 303: {answers:?}"
        )));
    }
    Ok(bytes(redirected) / measured.as_secs_f64())
}

/// How often each status, or error, came.
type Answers = BTreeMap<String, u64>;

fn drive(address: &str, began: Instant, measured: Duration) -> Answers {
    let request = http::request("POST", "/login", address, HEADERS, BODY);
    let mut answers = Answers::new();
    let mut connection = None;
    while began.elapsed() < WARM_UP + measured {
        let outcome = match connection.take() {
            Some(open) => Ok(open),
            None => Connection::open(address),
        }
        .and_then(|mut open| Ok((open.exchange(&request)?, open)));
        let answer = match outcome {
            Ok((answer, open)) => {
                connection = Some(open);
                answer.status.to_string()
            }
            Err(error) => {
                std::thread::sleep(Duration::from_millis(10));
                error.to_string()
            }
        };
        let counts = (WARM_UP..WARM_UP + measured).contains(&began.elapsed());
        if counts {
            *answers.entry(answer).or_default() += 1;
        }
    }
    answers
}

fn merged(mut all: Answers, some: Answers) -> Answers {
    for (answer, count) in some {
        *all.entry(answer).or_default() += count;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answers_of_all_connections_add_up() {
        let one = Answers::from([("303".to_owned(), 4)]);
        let two = Answers::from([("303".to_owned(), 5), ("503".to_owned(), 1)]);
        let sum = merged(one, two);
        assert_eq!((sum["303"], sum["503"]), (9, 1));
    }

    #[test]
    fn the_form_carries_the_accounts_credentials() {
        assert_eq!(
            BODY,
            format!("email={}&password={PASSWORD}", EMAIL.replace('@', "%40"))
        );
    }
}

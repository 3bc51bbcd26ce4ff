//! Whether the time of a refused sign-in tells who has an account.

use std::path::Path;
use std::time::Instant;

use super::statistics::{Chance, Comparison, compare, middle};
use super::{pinning, recipe, started};
use crate::announce;
use crate::call;
use crate::checkout::Checkout;
use crate::failure::{Attempt as _, Failure, Outcome};
use crate::http::{self, Connection};
use crate::seed_account;
use crate::server_process::Recipe;

/// A difference of the medians is tolerated up to this, in percent of a wrong password's.
pub(super) const TOLERANCE: f64 = 1.0;
/// How far the interval of a difference may reach to either side, in percent.
const RESOLUTION: f64 = 2.0;
/// Addresses of each kind. Each is asked for equally often, so that all have as many failures.
const ADDRESSES: usize = 50;
const ROUNDS: usize = 40;
const PASSWORD: &str = "ferry-lantern-47-quietly-moss";
const WRONG: &str = "seventeen-quiet-lighthouses-9";
const HEADERS: &str = "Accept: text/html\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                       Sec-Fetch-Site: same-origin\r\n";
/// What limits guesses is out of the way: its answers are quick for everyone.
const SETTINGS: [(&str, &str); 4] = [
    ("LATCHKEY_HASHING__THREADS", "1"),
    ("LATCHKEY_THROTTLE__FREE_FAILURES", "100"),
    ("LATCHKEY_THROTTLE__KNOWN_BROWSERS_ONLY_FROM", "10000"),
    ("LATCHKEY_THROTTLE__ADDRESS_FAILURES", "100000"),
];

/// Whose sign-in is refused.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Unknown,
    WrongPassword,
    Disabled,
}

impl Kind {
    /// By a number in the address, which is all in which addresses differ.
    const fn of(number: usize) -> Self {
        match number % 3 {
            0 => Self::Unknown,
            1 => Self::WrongPassword,
            _ => Self::Disabled,
        }
    }
}

/// What was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timing {
    /// The median of a wrong password, in milliseconds.
    pub(super) wrong_password: f64,
    /// An unknown address against a wrong password.
    pub(super) unknown: Comparison,
    /// A disabled account, with its right password, against a wrong password.
    pub(super) disabled: Comparison,
}

/// Refuses 2,000 sign-ins of each kind, in an order of chance, on one connection, the server on the
/// first core and this program on the second.
pub(super) fn measure(checkout: &Checkout, server: &Path, folder: &Path) -> Outcome<Timing> {
    let recipe = recipe(server, folder, &pinning::FIRST_CORE, &SETTINGS)?;
    seed(checkout, &recipe)?;
    let server = started(checkout, &recipe)?;
    pinning::move_driver_away()?;
    let times = refused(&server.address())?;
    server.stop()?;
    let of = |kind| -> Vec<f64> {
        let own = times.iter().filter(|(other, _)| *other == kind);
        own.map(|(_, time)| *time).collect()
    };
    let mut wrong = of(Kind::WrongPassword);
    let timing = Timing {
        unknown: compare(&of(Kind::Unknown), &wrong),
        disabled: compare(&of(Kind::Disabled), &wrong),
        wrong_password: middle(&mut wrong),
    };
    for (what, found) in [("unknown", timing.unknown), ("disabled", timing.disabled)] {
        announce::note(&format!("{what} against wrong password: {}", shown(&found)));
    }
    Ok(timing)
}

/// The difference that counts, in percent: none unless it is significant. On a machine that was too
/// busy to show a small one, nothing was measured.
pub(super) fn seen(comparison: &Comparison) -> Outcome<f64> {
    let (low, high) = comparison.interval;
    if comparison.significant {
        Ok(comparison.percent.abs())
    } else if (high - low) / 2.0 > RESOLUTION {
        Err(Failure::new(format!(
            "the times vary too much to tell: the difference lies between {low:.1} and {high:.1} %"
        )))
    } else {
        Ok(0.0)
    }
}

fn shown(found: &Comparison) -> String {
    let (low, high) = found.interval;
    let verdict = if found.significant {
        "significant at p < 0.001"
    } else {
        "not significant"
    };
    format!(
        "{:+.3} % of the median, between {low:+.3} and {high:+.3}, {verdict}",
        found.percent
    )
}

fn seed(checkout: &Checkout, recipe: &Recipe<'_>) -> Outcome {
    for number in (0..3 * ADDRESSES).filter(|number| Kind::of(*number) != Kind::Unknown) {
        let email = email(number);
        let mut command = recipe.command(checkout);
        seed_account::create(&mut command, &email, "Bench", PASSWORD, false)?;
        if Kind::of(number) == Kind::Disabled {
            let mut command = recipe.command(checkout);
            call::output_of(command.args(["users", "disable", "--email", &email]))?;
        }
    }
    Ok(())
}

fn email(number: usize) -> String {
    format!("person-{number:03}@latchkey.local")
}

fn refused(address: &str) -> Outcome<Vec<(Kind, f64)>> {
    let mut connection = Connection::open(address).attempt("connect to the server")?;
    let mut times = Vec::new();
    let mut chance = Chance::new();
    let mut order: Vec<usize> = (0..3 * ADDRESSES).collect();
    // The first round warms up.
    for round in 0..=ROUNDS {
        chance.shuffle(&mut order);
        for &number in &order {
            let kind = Kind::of(number);
            let request = attempt(address, number);
            let began = Instant::now();
            let answer = connection.exchange(&request).attempt("sign in")?;
            let time = began.elapsed().as_secs_f64() * 1000.0;
            if answer.status != 422 {
                return Err(Failure::new(format!(
                    "a sign-in that had to be refused ({kind:?}) was answered with {}",
                    answer.status
                )));
            }
            if round > 0 {
                times.push((kind, time));
            }
        }
    }
    Ok(times)
}

/// Everything but the number is the same for all, the length too.
fn attempt(address: &str, number: usize) -> Vec<u8> {
    let password = match Kind::of(number) {
        Kind::Disabled => PASSWORD,
        Kind::Unknown | Kind::WrongPassword => WRONG,
    };
    let email = email(number).replace('@', "%40");
    let body = format!("email={email}&password={password}");
    http::request("POST", "/login", address, HEADERS, &body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_of_all_kinds_have_one_length() {
        let lengths = [0, 1, 2, 149].map(|number| attempt("127.0.0.1:1", number).len());
        assert!(lengths.iter().all(|length| *length == lengths[0]));
    }

    #[test]
    fn a_difference_counts_when_it_is_significant() {
        let found = |significant, reach| Comparison {
            percent: -3.0,
            interval: (-3.0 - reach, -3.0 + reach),
            significant,
        };
        assert_eq!(seen(&found(false, 1.0)), Ok(0.0));
        assert_eq!(seen(&found(true, 1.0)), Ok(3.0));
        assert_eq!(seen(&found(true, 2.5)), Ok(3.0));
        assert!(seen(&found(false, 2.5)).is_err(), "nobody can tell");
    }
}

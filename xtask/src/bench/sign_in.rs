//! Signing in, as fast as one core goes, beside a bare server that only hashes.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use super::floor::Floor;
use super::statistics::{count, quantile};
use super::{bytes, memory, pinning, recipe, started};
use crate::checkout::Checkout;
use crate::failure::{Failure, Outcome};
use crate::http::{self, Connection};
use crate::seed_account;

const CONNECTIONS: usize = 8;
/// How often each has its turn. A machine's speed drifts by more within seconds than what is to be
/// measured, so turns are short, and each is compared with the floor's right before and after it.
const TURNS: usize = 25;
const WARM_UP: Duration = Duration::from_millis(300);
/// All turns together load the server for a minute and a half, after which its memory is looked at.
const MEASURED: Duration = Duration::from_millis(1500);
const EMAIL: &str = "bench@latchkey.local";
const PASSWORD: &str = "ferry-lantern-47-quietly-moss";
/// The two as a form sends them.
const BODY: &str = "email=bench%40latchkey.local&password=ferry-lantern-47-quietly-moss";
const HEADERS: &str = "Accept: text/html\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                       Sec-Fetch-Site: same-origin\r\n";

/// The two as a program sends them.
const JSON: &str =
    "{\"email\":\"bench@latchkey.local\",\"password\":\"ferry-lantern-47-quietly-moss\"}";
const JSON_HEADERS: &str = "Content-Type: application/json\r\n";

/// Where one signs in.
#[derive(Clone, Copy, Debug)]
struct Door {
    path: &'static str,
    headers: &'static str,
    body: &'static str,
    /// The status of whoever comes in.
    status: &'static str,
}

const FORM: Door = Door {
    path: "/login",
    headers: HEADERS,
    body: BODY,
    status: "303",
};
const API: Door = Door {
    path: "/api/v1/auth/login",
    headers: JSON_HEADERS,
    body: JSON,
    status: "200",
};

/// What the load showed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load {
    pub(super) per_second: f64,
    /// Of the bare server.
    pub(super) floor_per_second: f64,
    /// The one by the other, the median of all turns.
    pub(super) ratio: f64,
    /// The same of signing in by the JSON API.
    pub(super) api_per_second: f64,
    pub(super) api_ratio: f64,
    /// MiB of the server right after its turns, the most of all.
    pub(super) memory: f64,
}

/// Signs one account in over and over, by browsers that have been there, the server on the first core and this program on the
/// second, in turn with the floor.
pub(super) fn measure(
    checkout: &Checkout,
    server: &Path,
    folder: &Path,
    floor: &Floor,
) -> Outcome<Load> {
    let settings = [
        ("LATCHKEY_HASHING__THREADS", "1"),
        ("LATCHKEY_API__PASSWORD_LOGIN", "true"),
    ];
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
    let (mut by_form, mut by_api) = (Vec::new(), Vec::new());
    let mut memory: f64 = 0.0;
    let mut before = turn(&floor.address, FORM)?;
    for _ in 0..TURNS {
        for (door, turns) in [(FORM, &mut by_form), (API, &mut by_api)] {
            let own = turn(&server.address(), door)?;
            // At once: a second later the hashing thread gives its block back.
            memory = memory.max(memory::of_process(server.child().id())?);
            let after = turn(&floor.address, FORM)?;
            turns.push((f64::midpoint(before, after), own));
            before = after;
        }
    }
    server.stop()?;
    let api = compared(&by_api);
    Ok(Load {
        memory,
        api_per_second: api.per_second,
        api_ratio: api.ratio,
        ..compared(&by_form)
    })
}

/// What the turns, first the floor's and then the server's, come to.
fn compared(turns: &[(f64, f64)]) -> Load {
    let mean = |of: fn(&(f64, f64)) -> f64| turns.iter().map(of).sum::<f64>() / count(turns.len());
    let mut ratios: Vec<f64> = turns.iter().map(|(floor, server)| server / floor).collect();
    ratios.sort_by(f64::total_cmp);
    Load {
        per_second: mean(|turn| turn.1),
        floor_per_second: mean(|turn| turn.0),
        ratio: quantile(&ratios, 0.5),
        api_per_second: 0.0,
        api_ratio: 0.0,
        memory: 0.0,
    }
}

/// Signs in over and over, after a warm-up, and says how often in a second.
fn turn(address: &str, door: Door) -> Outcome<f64> {
    let began = Instant::now();
    let answers = std::thread::scope(|scope| {
        let drivers: Vec<_> = (0..CONNECTIONS)
            .map(|_| scope.spawn(|| drive(address, door, began)))
            .collect();
        drivers
            .into_iter()
            .map(|driver| driver.join().unwrap_or_default())
            .fold(Answers::new(), merged)
    });
    let signed_in = answers.get(door.status).copied().unwrap_or(0);
    if answers.len() != 1 || signed_in == 0 {
        return Err(Failure::new(format!(
            "not every sign-in was answered with {}: {answers:?}",
            door.status
        )));
    }
    Ok(bytes(signed_in) / MEASURED.as_secs_f64())
}

/// How often each status, or error, came.
type Answers = BTreeMap<String, u64>;

fn drive(address: &str, door: Door, began: Instant) -> Answers {
    let headers = format!("{}{}", door.headers, cookies(address, door));
    let request = http::request("POST", door.path, address, &headers, door.body);
    let mut answers = Answers::new();
    let mut connection = None;
    while began.elapsed() < WARM_UP + MEASURED {
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
        let counts = (WARM_UP..WARM_UP + MEASURED).contains(&began.elapsed());
        if counts {
            *answers.entry(answer).or_default() += 1;
        }
    }
    answers
}

/// The cookies that a browser was given along with the form, as a header. A program has none.
fn cookies(address: &str, door: Door) -> String {
    let Ok(form) = http::get(address, door.path, door.headers) else {
        return String::new();
    };
    let pairs: Vec<&str> = form
        .headers("set-cookie")
        .filter_map(|cookie| cookie.split(';').next())
        .collect();
    if pairs.is_empty() {
        String::new()
    } else {
        format!("Cookie: {}\r\n", pairs.join("; "))
    }
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
    fn neighbouring_turns_are_compared() {
        // The machine halves its speed on the way; one turn was disturbed.
        let load = compared(&[(100.0, 90.0), (100.0, 30.0), (50.0, 45.0)]);
        assert!((load.ratio - 0.9).abs() < 1e-9, "{load:?}");
        assert!((load.per_second - 55.0).abs() < 1e-9, "{load:?}");
    }

    #[test]
    fn both_carry_the_accounts_credentials() {
        assert_eq!(
            JSON,
            format!("{{\"email\":\"{EMAIL}\",\"password\":\"{PASSWORD}\"}}")
        );
        assert_eq!(
            BODY,
            format!("email={}&password={PASSWORD}", EMAIL.replace('@', "%40"))
        );
    }
}

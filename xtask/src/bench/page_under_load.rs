//! How long a signed-in page takes while many people sign in.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::statistics::quantile;
use super::{pinning, recipe, started};
use crate::checkout::Checkout;
use crate::failure::{Attempt as _, Failure, Outcome};
use crate::http::{self, Connection};
use crate::seed_account;

const SIGN_INS: usize = 64;
const WARM_UP: Duration = Duration::from_secs(3);
const PAGES: usize = 1_000;
/// Between two pages, as a person who is quick would leave it.
const PAUSE: Duration = Duration::from_millis(10);
const READER: &str = "reader@latchkey.local";
const CROWD: &str = "crowds@latchkey.local";
const PASSWORD: &str = "ferry-lantern-47-quietly-moss";
const FORM: &str = "Accept: text/html\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                    Sec-Fetch-Site: same-origin\r\n";

/// Milliseconds of `/account`, of which 99 in 100 are shorter, while 64 sign-ins are under way all
/// the time; server on the first core, this program on the second.
pub(super) fn measure(checkout: &Checkout, server: &Path, folder: &Path) -> Outcome<f64> {
    let settings = [
        ("LATCHKEY_HASHING__THREADS", "1"),
        // Nobody is turned away: all of them wait.
        ("LATCHKEY_HASHING__QUEUE_PER_THREAD", "128"),
    ];
    let recipe = recipe(server, folder, &pinning::FIRST_CORE, &settings)?;
    for email in [READER, CROWD] {
        let mut command = recipe.command(checkout);
        seed_account::create(&mut command, email, "Bench", PASSWORD, false)?;
    }
    let server = started(checkout, &recipe)?;
    pinning::move_driver_away()?;
    let address = server.address();
    let (over, done) = (AtomicBool::new(false), AtomicUsize::new(0));
    let times = std::thread::scope(|scope| {
        let crowd: Vec<_> = (0..SIGN_INS)
            .map(|_| scope.spawn(|| sign_in_until(&address, &over, &done)))
            .collect();
        let times = read_pages(&address);
        over.store(true, Ordering::Relaxed);
        for one in crowd {
            one.join()
                .unwrap_or_else(|_| Err(Failure::new("a sign-in panicked")))?;
        }
        times
    });
    server.stop()?;
    let mut times = times?;
    if done.load(Ordering::Relaxed) < SIGN_INS {
        return Err(Failure::new("there was no load: hardly anybody signed in"));
    }
    times.sort_by(f64::total_cmp);
    Ok(quantile(&times, 0.99))
}

fn sign_in(address: &str, email: &str) -> Vec<u8> {
    let body = format!("email={}&password={PASSWORD}", email.replace('@', "%40"));
    http::request("POST", "/login", address, FORM, &body)
}

fn sign_in_until(address: &str, over: &AtomicBool, done: &AtomicUsize) -> Outcome {
    let request = sign_in(address, CROWD);
    let mut connection = Connection::open(address).attempt("connect to the server")?;
    while !over.load(Ordering::Relaxed) {
        let answer = connection.exchange(&request).attempt("sign in")?;
        if answer.status != 303 {
            return Err(Failure::new(format!(
                "a sign-in was answered with {}",
                answer.status
            )));
        }
        done.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

fn read_pages(address: &str) -> Outcome<Vec<f64>> {
    let mut connection = Connection::open(address).attempt("connect to the server")?;
    let answer = connection.exchange(&sign_in(address, READER));
    let answer = answer.attempt("sign in")?;
    let cookies = answer
        .headers("set-cookie")
        .filter_map(|cookie| cookie.split(';').next());
    let cookies = cookies.collect::<Vec<_>>().join("; ");
    let headers = format!("Accept: text/html\r\nCookie: {cookies}\r\n");
    let request = http::request("GET", "/account", address, &headers, "");
    let (began, mut times) = (Instant::now(), Vec::new());
    while times.len() < PAGES {
        let asked = Instant::now();
        let page = connection.exchange(&request).attempt("get /account")?;
        if page.status != 200 {
            return Err(Failure::new(format!("/account answered {}", page.status)));
        }
        if began.elapsed() > WARM_UP {
            times.push(asked.elapsed().as_secs_f64() * 1000.0);
        }
        sleep(PAUSE);
    }
    Ok(times)
}

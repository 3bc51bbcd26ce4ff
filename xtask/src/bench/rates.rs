//! Answers per second of what the API serves, beside a bare program that does only the unavoidable.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::thread::ScopedJoinHandle;
use std::time::{Duration, Instant};

use super::floor;
use super::statistics::{count, quantile};
use super::{oauth, pinning, recipe, started};
use crate::checkout::Checkout;
use crate::failure::{Attempt as _, Failure, Outcome};
use crate::http::{self, Connection};
use crate::seed_account;

const EMAIL: &str = "bench@latchkey.local";
const PASSWORD: &str = "ferry-lantern-47-quietly-moss";
const FORM: &str = "Accept: text/html\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                    Sec-Fetch-Site: same-origin\r\n";
const CONNECTIONS: usize = 8;
/// So many wait at once for what has to be on the disk before it is answered: with few of them it is the
/// disk that is measured.
const WAITING: usize = 128;
/// Requests that are sent together, so that the driver is not what is measured.
const AT_ONCE: usize = 16;
/// Only neighbouring turns are compared: a machine's speed drifts.
const TURNS: usize = 8;
const WARM_UP: Duration = Duration::from_millis(300);
const MEASURED: Duration = Duration::from_millis(1200);

/// One endpoint beside its floor.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rate {
    pub(super) per_second: f64,
    pub(super) floor_per_second: f64,
    /// The one by the other, the median of all turns.
    pub(super) ratio: f64,
}

/// What was measured.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rates {
    /// `GET /api/v1/me` with a bearer token, beside one verification and JSON.
    pub(super) bearer: Rate,
    /// `GET /.well-known/jwks.json`, beside bytes that never change.
    pub(super) jwks: Rate,
    /// `GET /.well-known/openid-configuration`, beside bytes that never change.
    pub(super) discovery: Rate,
    /// `POST /oauth/token` of a client that acts for itself, beside one signature and JSON.
    pub(super) credentials: Rate,
    /// `GET /oauth/userinfo`, beside one verification and JSON.
    pub(super) userinfo: Rate,
    /// `POST /oauth/introspect`, beside the same.
    pub(super) introspection: Rate,
    /// `GET /account` of somebody who is signed in: pages per second.
    pub(super) page: f64,
}

/// Measures on the first core, driving from the second.
pub(super) fn measure(
    checkout: &Checkout,
    server: &Path,
    folder: &Path,
    floor: &Path,
    beside: &Path,
) -> Outcome<Rates> {
    let settings = [
        // Limits that count every call and stop none.
        ("LATCHKEY_API__CALLS_PER_TOKEN", "10000000"),
        ("LATCHKEY_API__CALLS_PER_ADDRESS", "10000000"),
        // What the app's own tokens are for.
        ("LATCHKEY_APIS__0__AUDIENCE", "https://api.example.com"),
        ("LATCHKEY_APIS__0__SCOPES", "data:read"),
    ];
    let recipe = recipe(server, folder, &pinning::FIRST_CORE, &settings)?;
    let mut command = recipe.command(checkout);
    seed_account::create(&mut command, EMAIL, "Bench", PASSWORD, false)?;
    let server = started(checkout, &recipe)?;
    pinning::move_driver_away()?;
    let address = server.address();
    let cookies = sign_in(&address)?;
    let token = make_token(&address, &cookies)?;
    let jwks = http::get(&address, "/.well-known/jwks.json", "").attempt("read the key set")?;
    let file = write_signer_first(beside, &jwks.body, &token)?;
    let discovery = "/.well-known/openid-configuration";
    let document = http::get(&address, discovery, "").attempt("read the metadata")?;
    let beside_file = beside.join("metadata.json");
    std::fs::write(&beside_file, &document.body).attempt("write the metadata")?;
    let files = [&*file, &*beside_file];
    let floor = floor::start_api(checkout, floor, beside, &server.url(), files)?;
    let bearer = format!("Authorization: Bearer {token}\r\n");
    let app = oauth::register(&mut recipe.command(checkout))?;
    let granted = app.token(&address, &cookies)?;
    let get = |path: &str, headers: &str| http::request("GET", path, &address, headers, "");
    let post = |path: &str, body: &str| http::request("POST", path, &address, oauth::FORM, body);
    let me = get("/api/v1/me", &bearer);
    let keys = get("/.well-known/jwks.json", "");
    let token = post("/oauth/token", &app.credentials());
    let userinfo = format!("Authorization: Bearer {granted}\r\n");
    let discovery = get(discovery, "");
    let compare_by = |connections, unavoidable: &[u8], asked: &[u8]| {
        compare(
            connections,
            (&floor.address, unavoidable),
            (&address, asked),
        )
    };
    let compare = |unavoidable: &[u8], asked: &[u8]| compare_by(CONNECTIONS, unavoidable, asked);
    let rates = Rates {
        bearer: compare(&me, &me)?,
        jwks: compare(&keys, &keys)?,
        discovery: compare(&discovery, &discovery)?,
        credentials: compare_by(WAITING, &token, &token)?,
        userinfo: compare(&me, &get("/oauth/userinfo", &userinfo))?,
        introspection: compare(
            &me,
            &post("/oauth/introspect", &app.introspection(&granted)),
        )?,
        page: pages(&address, &cookies)?,
    };
    server.stop()?;
    Ok(rates)
}

fn sign_in(address: &str) -> Outcome<String> {
    let mut connection = Connection::open(address).attempt("connect to the server")?;
    let body = format!("email={}&password={PASSWORD}", EMAIL.replace('@', "%40"));
    let request = http::request("POST", "/login", address, FORM, &body);
    let answer = connection.exchange(&request).attempt("sign in")?;
    let cookies = answer
        .headers("set-cookie")
        .filter_map(|cookie| cookie.split(';').next());
    Ok(cookies.collect::<Vec<_>>().join("; "))
}

fn make_token(address: &str, cookies: &str) -> Outcome<String> {
    let mut connection = Connection::open(address).attempt("connect to the server")?;
    let headers = format!("{FORM}Cookie: {cookies}\r\n");
    let body = "token_name=bench&scope=profile%3Aread&expires=7";
    let request = http::request("POST", "/account/tokens", address, &headers, body);
    let answer = connection.exchange(&request).attempt("create a token")?;
    let page = String::from_utf8_lossy(&answer.body);
    let token = page
        .split_once("id=\"token-text\">")
        .and_then(|(_, rest)| rest.split_once('<'));
    let token = token.map(|(token, _)| token.to_owned());
    token.ok_or_else(|| Failure::new(format!("no token was shown ({})", answer.status)))
}

/// Writes the set for the floor: the key of the token's `kid` comes first.
fn write_signer_first(folder: &Path, jwks: &[u8], token: &str) -> Outcome<PathBuf> {
    let text = String::from_utf8_lossy(jwks).into_owned();
    let keys = text
        .strip_prefix("{\"keys\":[")
        .and_then(|rest| rest.strip_suffix("]}"))
        .ok_or_else(|| Failure::new("the key set has another shape"))?;
    let header = token.split('.').next().unwrap_or_default();
    let mut keys: Vec<&str> = keys
        .split_inclusive('}')
        .map(|key| key.trim_start_matches(','))
        .collect();
    keys.sort_by_key(|key| !names_kid_of(key, header));
    let file = folder.join("keys.json");
    std::fs::write(&file, format!("{{\"keys\":[{}]}}", keys.join(",")))
        .attempt(format!("write {}", file.display()))?;
    Ok(file)
}

/// Whether the header, which is base64url, holds the key's `kid`.
fn names_kid_of(key: &str, header: &str) -> bool {
    let kid = key
        .split_once("\"kid\":\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(kid, _)| kid);
    let decoded = decode(header);
    kid.is_some_and(|kid| decoded.contains(kid))
}

/// base64url without padding, as far as it is ASCII.
fn decode(text: &str) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (mut bits, mut held, mut out) = (0_u32, 0, String::new());
    for letter in text.bytes() {
        let Some(value) = LETTERS.iter().position(|known| *known == letter) else {
            continue;
        };
        bits = (bits << 6) | u32::try_from(value).unwrap_or_default();
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push(char::from(
                u8::try_from((bits >> held) & 0xff).unwrap_or_default(),
            ));
        }
    }
    out
}

/// How often the floor answers what is unavoidable in a second, and the server what is asked.
fn compare(
    connections: usize,
    (floor, unavoidable): (&str, &[u8]),
    (server, asked): (&str, &[u8]),
) -> Outcome<Rate> {
    let mut turns = Vec::new();
    for _ in 0..TURNS {
        let beside = turn(connections, floor, unavoidable)?;
        turns.push((beside, turn(connections, server, asked)?));
    }
    let mean = |of: fn(&(f64, f64)) -> f64| turns.iter().map(of).sum::<f64>() / count(turns.len());
    let mut ratios: Vec<f64> = turns.iter().map(|(floor, server)| server / floor).collect();
    ratios.sort_by(f64::total_cmp);
    Ok(Rate {
        per_second: mean(|turn| turn.1),
        floor_per_second: mean(|turn| turn.0),
        ratio: quantile(&ratios, 0.5),
    })
}

/// Asks over and over, after a warm-up, and says how often in a second.
fn turn(connections: usize, address: &str, request: &[u8]) -> Outcome<f64> {
    let began = Instant::now();
    let answered = std::thread::scope(|scope| {
        let drivers: Vec<_> = (0..connections)
            .map(|_| scope.spawn(|| drive(address, request, began)))
            .collect();
        sum(drivers)
    })?;
    Ok(count(answered) / MEASURED.as_secs_f64())
}

fn drive(address: &str, request: &[u8], began: Instant) -> Outcome<usize> {
    let stream = TcpStream::connect(address).attempt("connect")?;
    stream.set_nodelay(true).attempt("turn waiting off")?;
    let mut stream = BufReader::with_capacity(64 * 1024, stream);
    stream.get_mut().write_all(request).attempt("ask")?;
    let length = read_first(&mut stream)?;
    let together = request.repeat(AT_ONCE);
    let mut answers = vec![0; length * AT_ONCE];
    let mut counted = 0;
    while began.elapsed() < WARM_UP + MEASURED {
        stream.get_mut().write_all(&together).attempt("ask")?;
        stream.read_exact(&mut answers).attempt("read answers")?;
        let all_good = answers
            .chunks(length)
            .all(|answer| answer.starts_with(b"HTTP/1.1 200 "));
        if !all_good {
            return Err(Failure::new(
                "not every answer was 200, or they differ in length",
            ));
        }
        if (WARM_UP..WARM_UP + MEASURED).contains(&began.elapsed()) {
            counted += AT_ONCE;
        }
    }
    Ok(counted)
}

/// What all drivers counted together.
fn sum(drivers: Vec<ScopedJoinHandle<'_, Outcome<usize>>>) -> Outcome<usize> {
    let mut all = 0;
    for driver in drivers {
        let counted = driver.join();
        all += counted.unwrap_or_else(|_| Err(Failure::new("a driver panicked")))?;
    }
    Ok(all)
}

/// Reads one answer and says how long it is: all others are as long.
fn read_first(stream: &mut BufReader<TcpStream>) -> Outcome<usize> {
    let (mut length, mut body) = (0, None);
    loop {
        let mut line = String::new();
        length += stream.read_line(&mut line).attempt("read an answer")?;
        if line.trim().is_empty() {
            break;
        }
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            body = value.trim().parse::<usize>().ok();
        }
    }
    let body = body.ok_or_else(|| Failure::new("an answer of no stated length"))?;
    let mut rest = vec![0; body];
    stream.read_exact(&mut rest).attempt("read an answer")?;
    Ok(length + body)
}

/// Pages per second of somebody who is signed in.
fn pages(address: &str, cookies: &str) -> Outcome<f64> {
    let headers = format!("Accept: text/html\r\nCookie: {cookies}\r\n");
    let request = http::request("GET", "/account", address, &headers, "");
    let began = Instant::now();
    let span = MEASURED * 4;
    let answered = std::thread::scope(|scope| {
        let drivers: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                scope.spawn(|| {
                    let mut connection = Connection::open(address).attempt("connect")?;
                    let mut counted = 0;
                    while began.elapsed() < WARM_UP + span {
                        let page = connection.exchange(&request).attempt("get /account")?;
                        if page.status != 200 {
                            return Err(Failure::new(format!("/account answered {}", page.status)));
                        }
                        counted += usize::from(began.elapsed() > WARM_UP);
                    }
                    Ok(counted)
                })
            })
            .collect();
        sum(drivers)
    })?;
    Ok(count(answered) / span.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_that_signed_is_found() {
        // {"kid":"abc"}
        let header = "eyJraWQiOiJhYmMifQ";
        assert_eq!(decode(header), "{\"kid\":\"abc\"}");
        assert!(names_kid_of("{\"kid\":\"abc\"}", header));
        assert!(!names_kid_of("{\"kid\":\"xyz\"}", header));
    }
}

//! The API, held to the document that it gives of itself: requests are made up from it, and no answer
//! may be a failure of ours or one that it doesn't describe.

use std::path::Path;
use std::time::Duration;

use crate::call;
use crate::checkout::Checkout;
use crate::failure::{Attempt as _, Failure, Outcome};
use crate::free_port;
use crate::http::{self, Connection};
use crate::scratch_folder::ScratchFolder;
use crate::seed_account;
use crate::server_process::{Recipe, ServerProcess, show_log};
use crate::setup;

const PATIENCE: Duration = Duration::from_secs(30);
const EMAIL: &str = "reader@example.com";
const PASSWORD: &str = "ferry-lantern-47-quietly-moss";
const EXAMPLES: &str = "20";
/// Whether genuine data is taken and made-up data refused can't be asked of a document: it doesn't know
/// which refresh token is genuine.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_schema_conformance,response_headers_conformance,unsupported_method,\
                      ignored_auth";
/// They would end the session that asks.
const LEFT_OUT: [&str; 2] = ["/api/v1/auth/logout", "/api/v1/sessions/{id}"];
/// Nobody is turned away.
const SETTINGS: [(&str, &str); 3] = [
    ("LATCHKEY_API__CALLS_PER_TOKEN", "0"),
    ("LATCHKEY_API__CALLS_PER_ADDRESS", "0"),
    ("LATCHKEY_THROTTLE__SIGNUPS_PER_ADDRESS", "10000"),
];

/// Starts a server and asks it what its document promises.
pub(super) fn hold(checkout: &Checkout, scratch: &ScratchFolder) -> Outcome {
    let python = setup::python(checkout)?;
    let folder = scratch.part("api-document")?;
    let recipe = Recipe {
        server: &checkout.server(false),
        before: &[],
        port: free_port::pick()?,
        folder: &folder,
        host: "localhost",
        dev: true,
        settings: &SETTINGS,
    };
    let mut command = recipe.command(checkout);
    seed_account::create(&mut command, EMAIL, "Reader", PASSWORD, false)?;
    let mut server = ServerProcess::start(checkout, &recipe)?;
    server.wait_until_healthy(PATIENCE)?;
    let token = sign_in(&server.address(), &format!("localhost:{}", recipe.port))?;
    let asked = ask(checkout, &python, &folder, &server.url(), &token);
    let log = server.log().to_path_buf();
    let ended = server.stop();
    if asked.is_err() || ended.is_err() {
        show_log("the server", &log);
    }
    asked.and(ended)
}

fn ask(checkout: &Checkout, python: &Path, folder: &Path, url: &str, token: &str) -> Outcome {
    let mut schemathesis = checkout.program(python.with_file_name("schemathesis"));
    schemathesis
        .current_dir(folder)
        .arg("run")
        .arg(format!("{url}/api/v1/openapi.json"))
        .arg("-H")
        .arg(format!("Authorization: Bearer {token}"))
        .args([
            "--max-examples",
            EXAMPLES,
            "--seed",
            "1",
            "--request-timeout",
            "10",
        ])
        .args(["--phases", "examples,coverage,fuzzing,stateful"])
        .args(["--checks", CHECKS]);
    for path in LEFT_OUT {
        schemathesis.args(["--exclude-path", path]);
    }
    call::run(&mut schemathesis)
}

fn sign_in(address: &str, host: &str) -> Outcome<String> {
    let body = format!("{{\"email\":\"{EMAIL}\",\"password\":\"{PASSWORD}\"}}");
    let headers = "Content-Type: application/json\r\n";
    let request = http::request("POST", "/api/v1/auth/login", host, headers, &body);
    let mut connection = Connection::open(address).attempt("connect to the server")?;
    let answer = connection.exchange(&request).attempt("sign in")?;
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    token_in(&text)
        .map(str::to_owned)
        .ok_or_else(|| Failure::new(format!("no token was given: {} {text}", answer.status)))
}

/// The access token of an answer.
fn token_in(json: &str) -> Option<&str> {
    let (_, rest) = json.split_once("\"access_token\":\"")?;
    rest.split_once('"').map(|(token, _)| token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_found_in_the_answer() {
        let answer = "{\"access_token\":\"a.b.c\",\"token_type\":\"Bearer\"}";
        assert_eq!(token_in(answer), Some("a.b.c"));
        assert_eq!(token_in("{}"), None);
    }
}

//! An app, as far as the rates of what apps ask need one.

use std::process::{Command, Stdio};

use crate::call;
use crate::failure::{Attempt as _, Failure, Outcome};
use crate::http::{self, Connection};

/// What comes with a form.
pub(super) const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";
const CALLBACK: &str = "http%3A%2F%2F127.0.0.1%2Fcallback";
// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A registered app.
#[derive(Debug)]
pub(super) struct App {
    id: String,
    secret: String,
}

/// Completes `command`, a server with its folder and environment, to one that registers an app which
/// people aren't asked about.
pub(super) fn register(command: &mut Command) -> Outcome<App> {
    command
        .args([
            "clients",
            "create",
            "--name",
            "Bench",
            "--json",
            "--first-party",
        ])
        .args(["--redirect-uri", "http://127.0.0.1/callback"])
        .args([
            "--grant",
            "authorization_code",
            "--grant",
            "client_credentials",
        ])
        .args(["--scope", "openid data:read"])
        .stdin(Stdio::null());
    let printed = call::output_of(command)?;
    let value = |name: &str| {
        let after = printed.split_once(&format!("\"{name}\":\""));
        let value = after.and_then(|(_, rest)| rest.split_once('"'));
        value
            .map(|(value, _)| value.to_owned())
            .ok_or_else(|| Failure::new(format!("no {name} was printed")))
    };
    Ok(App {
        id: value("client_id")?,
        secret: value("client_secret")?,
    })
}

impl App {
    fn proof(&self) -> String {
        format!("client_id={}&client_secret={}", self.id, self.secret)
    }

    /// What it asks for a token of its own with.
    pub(super) fn credentials(&self) -> String {
        format!("grant_type=client_credentials&{}", self.proof())
    }

    /// What it asks about a token with.
    pub(super) fn introspection(&self, token: &str) -> String {
        format!("token={token}&{}", self.proof())
    }

    /// An access token for whoever these cookies are of.
    pub(super) fn token(&self, address: &str, cookies: &str) -> Outcome<String> {
        let mut connection = Connection::open(address).attempt("connect to the server")?;
        let path = format!(
            "/oauth/authorize?client_id={}&redirect_uri={CALLBACK}&response_type=code&scope=openid\
             &code_challenge={CHALLENGE}&code_challenge_method=S256",
            self.id
        );
        let headers = format!("Accept: text/html\r\nCookie: {cookies}\r\n");
        let request = http::request("GET", &path, address, &headers, "");
        let answer = connection.exchange(&request).attempt("ask for a code")?;
        let location = answer.header("location").unwrap_or_default();
        let code = location.split_once("code=").map(|(_, rest)| rest);
        let code = code.and_then(|rest| rest.split('&').next());
        let code = code.ok_or_else(|| Failure::new(format!("no code ({})", answer.status)))?;
        let body = format!(
            "grant_type=authorization_code&code={code}&redirect_uri={CALLBACK}\
             &code_verifier={VERIFIER}&{}",
            self.proof()
        );
        let request = http::request("POST", "/oauth/token", address, FORM, &body);
        let answer = connection.exchange(&request).attempt("redeem the code")?;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let token = text.split_once("\"access_token\":\"");
        let token = token.and_then(|(_, rest)| rest.split_once('"'));
        token
            .map(|(token, _)| token.to_owned())
            .ok_or_else(|| Failure::new(format!("no token ({})", answer.status)))
    }
}

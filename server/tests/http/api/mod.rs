//! `/api/v1`

mod admin;
mod authorization;
mod basic;
mod bodies;
mod connections;
mod cors;
mod counting;
mod docs;
mod limits;
mod login;
mod logout;
mod me;
mod openapi;
mod paths;
mod refresh;
mod revocations;
mod sessions;
mod signup;
mod tokens;
mod verdicts;

use serde_json::{Value, json};

use crate::support::{PASSWORD, caller::TestCaller, server::TestServer};

const ADA: &str = "ada@example.com";

/// What a sign-in gives.
struct SignedIn {
    access_token: String,
    refresh_token: String,
}

impl SignedIn {
    fn of(answer: &Value) -> Self {
        let text = |name: &str| answer[name].as_str().expect(name).to_owned();
        Self {
            access_token: text("access_token"),
            refresh_token: text("refresh_token"),
        }
    }
}

/// Signs in to an account that is there.
async fn sign_in(server: &TestServer, email: &str) -> SignedIn {
    let credentials = json!({ "email": email, "password": PASSWORD });
    let answer = server
        .caller()
        .post("/api/v1/auth/login", &credentials)
        .await;
    answer.is(200);
    SignedIn::of(&answer.json())
}

/// A program that a fresh account signed in with.
async fn signed_in(server: &TestServer, email: &str) -> (TestCaller, SignedIn) {
    server.account(email, PASSWORD).await;
    let tokens = sign_in(server, email).await;
    (server.caller().with_token(&tokens.access_token), tokens)
}

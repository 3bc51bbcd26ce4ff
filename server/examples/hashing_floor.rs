//! The floor that sign-in is measured against: a bare program that verifies a password for each form
//! that it is sent, and does nothing else.
//!
//! `cargo run --release --example hashing_floor -- serve PORT` listens on 127.0.0.1 and answers
//! `POST /login` with 303 after one verification at the default cost, by the fast engine, on one
//! thread with one memory block. `cargo run --release --example hashing_floor -- loop [SECONDS]
//! [argon2|argon2-rust]` verifies in a loop instead and prints `verifications_per_second=NNN.N`.

use std::{
    error::Error,
    sync::mpsc,
    time::{Duration, Instant},
};

use axum::{
    Form, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect},
    routing::{get, post},
};
use domain::credentials::hashing::{
    Argon2Params, EngineChoice, FastEngine, PasswordHash, PasswordHashing, ReferenceEngine,
};
use serde::Deserialize;
use tokio::sync::oneshot;

const PASSWORD: &str = "ferry-lantern-47-quietly-moss";
const SALT: [u8; 16] = [7; 16];

#[derive(Deserialize)]
struct SignIn {
    password: String,
}

type Jobs = mpsc::Sender<(String, oneshot::Sender<bool>)>;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some("serve") => serve(arguments.next().ok_or("which port?")?.parse()?),
        Some("loop") => repeat(arguments),
        _ => Err("say `serve PORT` or `loop [SECONDS] [ENGINE]`".into()),
    }
}

fn stored() -> Result<PasswordHash, Box<dyn Error>> {
    let params = Argon2Params::default();
    Ok(ReferenceEngine::new().hash(PASSWORD.as_bytes(), &SALT, &params)?)
}

#[tokio::main]
async fn serve(port: u16) -> Result<(), Box<dyn Error>> {
    let stored = stored()?;
    let (jobs, queue) = mpsc::channel::<(String, oneshot::Sender<bool>)>();
    std::thread::spawn(move || {
        let mut engine = FastEngine::new();
        for (password, reply) in queue {
            let matches = engine.verify(password.as_bytes(), &stored);
            // Whoever hung up doesn't need the answer.
            let _ = reply.send(matches.unwrap_or(false));
        }
    });
    let program = Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/login", post(sign_in))
        .with_state(jobs);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    Ok(axum::serve(listener, program).await?)
}

async fn sign_in(State(jobs): State<Jobs>, Form(form): Form<SignIn>) -> impl IntoResponse {
    let (reply, answer) = oneshot::channel();
    let sent = jobs.send((form.password, reply)).is_ok();
    if sent && answer.await.is_ok_and(|matches| matches) {
        Redirect::to("/account").into_response()
    } else {
        StatusCode::UNAUTHORIZED.into_response()
    }
}

fn repeat(mut arguments: impl Iterator<Item = String>) -> Result<(), Box<dyn Error>> {
    let seconds: f64 = arguments.next().map_or(Ok(5.0), |text| text.parse())?;
    let choice: EngineChoice = arguments
        .next()
        .map_or(Ok(EngineChoice::Fast), |text| text.parse())?;
    let mut engine: Box<dyn PasswordHashing> = match choice {
        EngineChoice::Reference => Box::new(ReferenceEngine::new()),
        EngineChoice::Auto | EngineChoice::Fast => Box::new(FastEngine::new()),
    };
    let (stored, password) = (stored()?, PASSWORD.as_bytes());
    // The first one pays for the memory.
    let mut all_right = engine.verify(password, &stored)?;

    let limit = Duration::try_from_secs_f64(seconds)?;
    let started = Instant::now();
    let mut count: u32 = 0;
    while started.elapsed() < limit {
        all_right &= engine.verify(password, &stored)?;
        count += 1;
    }
    let elapsed = started.elapsed().as_secs_f64();
    if !all_right {
        return Err("the right password was refused".into());
    }
    println!("verifications_per_second={:.1}", f64::from(count) / elapsed);
    Ok(())
}

//! How a verifier is made, and how it ends.

use latchkey_verify::{Clock, NoVerifier, Refused, Verifier};
use tokio::sync::mpsc;

use super::{Issuer, builder};
use crate::support::{AUDIENCE, NOW};

fn made(issuer: &str) -> Result<Verifier, NoVerifier> {
    Verifier::builder(issuer, AUDIENCE).build()
}

#[tokio::test]
async fn the_issuer_is_asked_over_https_unless_it_is_this_machine() {
    for issuer in [
        "https://login.example.com",
        "https://example.com/login",
        "http://localhost:8080",
        "http://login.localhost",
        "http://127.0.0.1:8080",
        "http://[::1]:8080",
    ] {
        assert!(made(issuer).is_ok(), "{issuer}");
    }
    for issuer in [
        "http://login.example.com",
        "http://localhost.example.com",
        "http://10.0.0.1",
    ] {
        assert!(
            matches!(made(issuer), Err(NoVerifier::PlainHttp)),
            "{issuer}"
        );
        let trusting = Verifier::builder(issuer, AUDIENCE).allow_plain_http();
        assert!(trusting.build().is_ok());
    }
    for issuer in [
        "",
        "login.example.com",
        "https://login.example.com/",
        "https://login.example.com?a",
        "https://login.example.com#a",
        "ftp://login.example.com",
    ] {
        assert!(matches!(made(issuer), Err(NoVerifier::Issuer)), "{issuer}");
    }
}

#[test]
fn without_a_runtime_there_is_no_verifier() {
    assert!(matches!(
        made("https://login.example.com"),
        Err(NoVerifier::NoRuntime)
    ));
}

#[tokio::test]
async fn nothing_goes_on_after_the_last_clone() {
    struct Watched(#[expect(dead_code, reason = "it is there to be dropped")] mpsc::Sender<()>);
    impl Clock for Watched {
        fn now(&self) -> i64 {
            NOW
        }
    }
    let (alive, mut ended) = mpsc::channel(1);
    let issuer = Issuer::start().await;
    let verifier = builder(&issuer)
        .clock(Watched(alive))
        .build()
        .expect("a verifier");
    let clone = verifier.clone();
    drop(verifier);
    clone.ready().await;
    drop(clone);
    assert_eq!(ended.recv().await, None);
}

#[tokio::test]
async fn redirects_and_endless_answers_lead_nowhere() {
    use axum::{Router, response::Redirect, routing::get};
    let good = Issuer::start().await;
    let elsewhere = format!("{}/.well-known/jwks.json", good.address);
    let redirecting = Router::new().route(
        "/.well-known/jwks.json",
        get(async move || Redirect::temporary(&elsewhere)),
    );
    let endless = Router::new().route(
        "/.well-known/jwks.json",
        get(async || format!("{{\"keys\":[]}}{}", " ".repeat(1024 * 1024))),
    );
    for router in [redirecting, endless] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let verifier = made(&address).expect("a verifier");
        let judged = verifier.check(&good.token(1, 300)).await;
        assert_eq!(judged.err(), Some(Refused::KeysOutOfReach));
    }
    assert_eq!(good.told().key_fetches, 0);
}

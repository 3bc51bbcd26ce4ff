//! Whoever doesn't get as far as a request keeps nobody else waiting.

use std::time::Duration;

use crate::support::{
    PASSWORD,
    chance::Chance,
    home::Home,
    server::TestServer,
    tls::{Authority, Files},
    wire::status,
};

/// The first words of a client of TLS 1.1 (RFC 4346), with a cipher, a curve and a signature that are good still.
fn hello_of_tls_1_1() -> Vec<u8> {
    let mut hello = vec![22, 3, 1, 0, 63, 1, 0, 0, 59, 3, 2];
    hello.extend([7; 32]);
    hello.extend([0, 0, 2, 0xc0, 0x2f, 1, 0, 0, 16]);
    hello.extend([0, 10, 0, 4, 0, 2, 0, 29, 0, 13, 0, 4, 0, 2, 4, 3]);
    hello
}

async fn https(home: &Home, authority: &Authority, more: &[(&str, &str)]) -> TestServer {
    let files = Files::of(home, &authority.issues("id.example"));
    let mut keys = files.keys().to_vec();
    keys.extend_from_slice(more);
    home.serve_with(&keys).await
}

/// The server goes on answering those who speak TLS.
async fn lives(server: &TestServer, authority: &Authority) {
    let browser = authority.trusting().browser_at(server).await;
    browser.get("/login").await.is(200);
}

#[tokio::test]
async fn old_versions_and_garbage_are_refused_and_the_server_lives_on() {
    let home = Home::sqlite();
    let authority = Authority::new();
    let server = https(&home, &authority, &[]).await;
    let mut wire = server.wire().await;
    wire.write(hello_of_tls_1_1()).await;
    let answer = wire.read_bytes().await;
    // A fatal alert: protocol_version (RFC 8446 section 6.2).
    assert_eq!(answer, [21, 3, 3, 0, 2, 2, 70]);
    let mut chance = Chance::seeded(22);
    for _ in 0..100 {
        let mut wire = server.wire().await;
        wire.write(chance.mutate(&hello_of_tls_1_1())).await;
        wire.finish().await;
        wire.read_bytes().await;
    }
    for garbage in [
        &[0x80, 0x2e, 1, 0, 2][..],
        &vec![22; 70_000],
        &[0; 1000],
        &[22, 3, 1, 0xff, 0xff],
    ] {
        let mut wire = server.wire().await;
        wire.write(garbage).await;
        wire.finish().await;
        wire.read_bytes().await;
    }
    // A port scan: connected, and gone.
    drop(server.wire().await);
    lives(&server, &authority).await;
}

#[tokio::test]
async fn plain_http_on_the_port_of_https_is_told_so() {
    let home = Home::sqlite();
    let authority = Authority::new();
    let server = https(&home, &authority, &[]).await;
    let form = format!(
        "POST /login HTTP/1.1\r\nHost: id.example\r\nContent-Length: 30000\r\n\r\n{}",
        "a".repeat(30_000)
    );
    for request in ["GET /login HTTP/1.1\r\nHost: id.example\r\n\r\n", &form] {
        let mut wire = server.wire().await;
        wire.write(request).await;
        wire.finish().await;
        let answer = wire.read_all().await;
        assert_eq!(status(&answer), 400, "{answer}");
        assert!(
            answer.ends_with("This port speaks https only.\n"),
            "{answer}"
        );
    }
    lives(&server, &authority).await;
}

#[tokio::test]
async fn a_slow_handshake_is_cut_and_gives_its_place_back() {
    let home = Home::sqlite();
    let authority = Authority::new();
    let few = [("http.header_seconds", "1"), ("http.max_connections", "2")];
    let server = https(&home, &authority, &few).await;
    let (mut silent, mut slow) = (server.wire().await, server.wire().await);
    slow.write(&hello_of_tls_1_1()[..20]).await;
    // Both places are taken until time is up.
    lives(&server, &authority).await;
    assert!(silent.read_bytes().await.is_empty());
    assert!(slow.read_bytes().await.is_empty());
}

#[tokio::test]
async fn slow_handshakes_keep_nobody_waiting() {
    let home = Home::sqlite();
    let authority = Authority::new();
    let server = https(
        &home,
        &authority,
        &[
            ("http.header_seconds", "120"),
            ("http.shutdown_seconds", "600"),
        ],
    )
    .await;
    server.account("ada@example.com", PASSWORD).await;
    let mut wires = Vec::new();
    for _ in 0..50 {
        let mut wire = server.wire().await;
        wire.write(&hello_of_tls_1_1()[..9]).await;
        wires.push(wire);
    }
    let soon = Duration::from_mins(1);
    let signing_in = async {
        let browser = authority.trusting().browser_at(&server).await;
        browser
            .sign_in("ada@example.com", PASSWORD)
            .await
            .leads_to("/account");
    };
    tokio::time::timeout(soon, signing_in)
        .await
        .expect("nobody waits for them");
    tokio::time::timeout(soon, server.stop())
        .await
        .expect("a stop doesn't either");
}

//! Plain http, whose only answer is the way to https.

use crate::support::{
    home::Home,
    program::{Program, free_port, run},
    server::TestServer,
    wire::{Wire, status},
};

async fn redirecting(home: &Home, more: &[(&str, &str)]) -> TestServer {
    let mut keys = vec![
        ("public_url", "https://id.example"),
        ("listen.redirect_address", "127.0.0.1:0"),
    ];
    keys.extend_from_slice(more);
    home.serve_with(&keys).await
}

async fn wire(server: &TestServer) -> Wire {
    Wire::connect(server.redirects.expect("it listens")).await
}

async fn ask(server: &TestServer, request: &str) -> String {
    wire(server).await.ask(request).await
}

/// Where an answer leads; empty when it leads nowhere.
fn location(answer: &str) -> &str {
    let after = answer.split("\r\nlocation: ").nth(1).unwrap_or_default();
    after.split("\r\n").next().unwrap_or_default()
}

#[tokio::test]
async fn a_page_over_plain_http_leads_to_the_same_over_https() {
    let home = Home::sqlite();
    let server = redirecting(&home, &[]).await;
    for (asked, host, leads_to) in [
        ("/", "id.example", "https://id.example/"),
        (
            "/login?next=/account",
            "ID.Example:80",
            "https://id.example/login?next=/account",
        ),
        (
            "/verify-email?token=x%0d%0aSet-Cookie:a=b",
            "id.example:8081",
            "https://id.example/verify-email?token=x%0d%0aSet-Cookie:a=b",
        ),
        (
            "//evil.example/x",
            "id.example",
            "https://id.example//evil.example/x",
        ),
        (
            "/\\evil.example",
            "id.example",
            "https://id.example/\\evil.example",
        ),
        (
            "/@evil.example",
            "id.example",
            "https://id.example/@evil.example",
        ),
        (
            "http://id.example/login",
            "id.example",
            "https://id.example/login",
        ),
        ("/caf\u{e9}", "id.example", "https://id.example/caf%C3%A9"),
    ] {
        for method in ["GET", "HEAD"] {
            let answer = ask(
                &server,
                &format!("{method} {asked} HTTP/1.1\r\nHost: {host}\r\n\r\n"),
            )
            .await;
            assert_eq!(
                (status(&answer), location(&answer)),
                (308, leads_to),
                "{asked}: {answer}"
            );
            assert!(
                answer.contains("\r\ncache-control: no-store\r\n"),
                "{answer}"
            );
            assert!(
                !answer.contains("strict-transport-security"),
                "not over plain http: {answer}"
            );
            assert!(!answer.contains("set-cookie"), "{answer}");
        }
    }
}

#[tokio::test]
async fn nobody_is_led_anywhere_else() {
    let home = Home::sqlite();
    let server = redirecting(&home, &[]).await;
    for (request, wanted) in [
        ("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421),
        (
            "GET / HTTP/1.1\r\nHost: id.example.evil.example\r\n\r\n",
            421,
        ),
        (
            "GET / HTTP/1.1\r\nHost: evil.example@id.example\r\n\r\n",
            421,
        ),
        (
            "GET / HTTP/1.1\r\nHost: id.example:80@evil.example\r\n\r\n",
            421,
        ),
        (
            "GET / HTTP/1.1\r\nHost: id.example\r\nHost: evil.example\r\n\r\n",
            421,
        ),
        ("GET / HTTP/1.1\r\nHost: \r\n\r\n", 421),
        ("GET / HTTP/1.1\r\n\r\n", 421),
        ("GET / HTTP/1.0\r\n\r\n", 421),
        (
            "GET http://evil.example/ HTTP/1.1\r\nHost: id.example\r\n\r\n",
            421,
        ),
        (
            "GET http://id.example@evil.example/ HTTP/1.1\r\nHost: id.example\r\n\r\n",
            421,
        ),
        ("GET * HTTP/1.1\r\nHost: id.example\r\n\r\n", 400),
        ("OPTIONS * HTTP/1.1\r\nHost: id.example\r\n\r\n", 403),
        (
            "CONNECT id.example:443 HTTP/1.1\r\nHost: id.example\r\n\r\n",
            403,
        ),
        (
            "POST /login HTTP/1.1\r\nHost: id.example\r\nContent-Length: 6\r\n\r\nemail=",
            403,
        ),
        (
            "PUT / HTTP/1.1\r\nHost: id.example\r\nContent-Length: 0\r\n\r\n",
            403,
        ),
        (
            "POST /login HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0\r\n\r\n",
            421,
        ),
    ] {
        let answer = ask(&server, request).await;
        assert_eq!(
            (status(&answer), location(&answer)),
            (wanted, ""),
            "{request}: {answer}"
        );
        if wanted == 403 {
            assert!(
                answer.contains("Use https: https://id.example."),
                "{answer}"
            );
        }
    }
    // Bytes that no line of a head may hold end the request before it is answered.
    for request in [
        "GET /\r\nX: y HTTP/1.1\r\nHost: id.example\r\n\r\n",
        "GET /\0 HTTP/1.1\r\nHost: id.example\r\n\r\n",
        "nonsense\r\n\r\n",
    ] {
        let answer = ask(&server, request).await;
        assert!(matches!(status(&answer), 0 | 400), "{answer}");
    }
}

#[tokio::test]
async fn the_way_to_https_has_no_pages_but_says_that_it_lives() {
    let home = Home::sqlite();
    let server = redirecting(&home, &[]).await;
    let answer = ask(
        &server,
        "GET /healthz HTTP/1.1\r\nHost: 10.0.0.7\r\nConnection: close\r\n\r\n",
    )
    .await;
    assert_eq!(status(&answer), 200, "{answer}");
    let answer = ask(&server, "GET /readyz HTTP/1.1\r\nHost: id.example\r\n\r\n").await;
    assert_eq!(status(&answer), 308, "{answer}");
}

#[tokio::test]
async fn the_way_to_https_has_the_same_limits() {
    let home = Home::sqlite();
    let few = [("http.header_seconds", "1"), ("http.max_connections", "1")];
    let server = redirecting(&home, &few).await;
    let mut slow = wire(&server).await;
    slow.write("GET / HT").await;
    // The one place is taken until time is up; that of pages isn't.
    server.browser().get("/login").await.is(200);
    let answer = ask(&server, "GET / HTTP/1.1\r\nHost: id.example\r\n\r\n").await;
    assert_eq!(status(&answer), 308, "{answer}");
    let answer = slow.read_all().await;
    assert!(matches!(status(&answer), 0 | 408), "{answer}");
    let address = server.redirects.expect("it listens");
    server.stop().await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn the_program_listens_where_it_is_told_to() {
    let home = Home::sqlite();
    let (port, plain) = (free_port(), format!("127.0.0.1:{}", free_port()));
    let keys = [
        ("public_url", "https://[::1]:8443"),
        ("listen.redirect_address", plain.as_str()),
    ];
    let program = Program::serve(&home, port, &keys);
    let wire = Wire::connect(plain.parse().expect("an address")).await;
    let answer = wire.ask("GET /a?b HTTP/1.1\r\nHost: [::1]\r\n\r\n").await;
    assert_eq!(
        (status(&answer), location(&answer)),
        (308, "https://[::1]:8443/a?b")
    );

    let taken = [
        ("LATCHKEY_PUBLIC_URL", "https://id.example"),
        ("LATCHKEY_LISTEN__ADDRESS", "127.0.0.1:0"),
        ("LATCHKEY_LISTEN__REDIRECT_ADDRESS", plain.as_str()),
    ];
    let second = Home::sqlite();
    let output = run(&second, &["serve"], &taken, "");
    assert_eq!(output.status.code(), Some(1));
    let error = crate::support::program::error_of(&output);
    assert!(
        error.contains(&format!("can't listen on {plain}")),
        "{error}"
    );
    program.stop();
}

//! The certificate's files change while the server runs.

use domain::clock::Clock;
use server::SystemClock;

use crate::support::{
    home::Home,
    program::{Program, error_of, free_port, run},
    tls::{Authority, Files, ask, replace, shown},
};

#[tokio::test]
async fn a_changed_certificate_is_shown_to_new_connections() {
    let home = Home::sqlite();
    let authority = Authority::new();
    let files = Files::of(&home, &authority.issues("id.example"));
    let server = home.serve_with(&files.keys()).await;
    let client = authority.trusting();
    let first = client.sees(&server).await;
    let stream = client.connects(server.address, "id.example").await;
    let mut open = stream.expect("a safe connection");

    files.hold(&authority.issues("id.example"));
    server.look_at_certificate().await;
    let second = client.sees(&server).await;
    assert_ne!(second, first);
    assert_eq!(shown(&open), first);
    let answer = ask(&mut open, "id.example").await;
    assert!(
        answer.starts_with("HTTP/1.1 200 "),
        "the old one goes on: {answer}"
    );
    server.look_at_certificate().await;
    assert_eq!(client.sees(&server).await, second);
}

#[tokio::test]
async fn a_broken_certificate_keeps_the_one_before() {
    let home = Home::sqlite();
    let authority = Authority::new();
    let good = authority.issues("id.example");
    let other = authority.issues("id.example");
    let files = Files::of(&home, &good);
    let server = home.serve_with(&files.keys()).await;
    let client = authority.trusting();
    let first = client.sees(&server).await;
    let half = &other.chain[..other.chain.len() / 3];
    for broken in ["", "nonsense", half, &other.key, &other.chain] {
        replace(&files.certificate, broken);
        server.look_at_certificate().await;
        assert_eq!(client.sees(&server).await, first, "{broken}");
    }
    std::fs::remove_file(&files.certificate).expect("it was there");
    server.look_at_certificate().await;
    assert_eq!(client.sees(&server).await, first);
    replace(&files.certificate, &other.chain);
    for broken in ["", "nonsense", &other.key[..80], &good.key] {
        replace(&files.private_key, broken);
        server.look_at_certificate().await;
        assert_eq!(client.sees(&server).await, first, "a broken key");
    }
    replace(&files.private_key, &other.key);
    server.look_at_certificate().await;
    assert_ne!(client.sees(&server).await, first);
}

#[tokio::test]
async fn the_program_takes_up_changes_by_itself_and_on_sighup_and_complains_once() {
    let home = Home::sqlite();
    let authority = Authority::new();
    let good = authority.issues("id.example");
    let files = Files::of(&home, &good);
    let program = Program::serve(&home, free_port(), &files.keys());
    replace(&files.certificate, "nonsense");
    // Nobody tells it to look.
    let line = program.says("the changed certificate can't be used").await;
    assert!(
        line.contains("tls.certificate") && line.contains("holds no certificate"),
        "{line}"
    );
    for _ in 0..3 {
        program.signal("HUP");
    }
    replace(&files.certificate, &good.chain);
    program.signal("HUP");
    program
        .says("a changed certificate is shown from now on")
        .await;
    let (well, lines) = program.stop();
    assert!(well, "SIGHUP doesn't end it");
    let complaints = lines.iter().filter(|line| line.contains("can't be used"));
    assert_eq!(complaints.count(), 1, "{lines:?}");
    let body = good.key.lines().nth(1).expect("the key itself");
    assert!(lines.iter().all(|line| !line.contains(body)), "{lines:?}");
}

#[tokio::test]
async fn health_asks_over_tls_whatever_the_certificate_says() {
    let home = Home::sqlite();
    let authority = Authority::new();
    for issued in [
        authority.issues("id.example"),
        authority.issues_until("elsewhere.example", SystemClock.now()),
    ] {
        let files = Files::of(&home, &issued);
        let port = free_port();
        let address = format!("127.0.0.1:{port}");
        let paths = files.keys().map(|(_, value)| value);
        let asked = [
            ("LATCHKEY_LISTEN__ADDRESS", address.as_str()),
            ("LATCHKEY_PUBLIC_URL", paths[0]),
            ("LATCHKEY_TLS__CERTIFICATE", paths[1]),
            ("LATCHKEY_TLS__PRIVATE_KEY", paths[2]),
        ];
        let output = run(&home, &["health"], &asked, "");
        assert_eq!(output.status.code(), Some(1));
        assert!(error_of(&output).contains("nobody answers"));
        let program = Program::serve(&home, port, &files.keys());
        let output = run(&home, &["health"], &asked, "");
        assert!(output.status.success(), "{}", error_of(&output));
        // Without the certificate it speaks plain http to a port that doesn't.
        let output = run(&home, &["health"], &asked[..2], "");
        assert_eq!(output.status.code(), Some(1));
        assert!(error_of(&output).contains("isn't well"));
        program.stop();
    }
}

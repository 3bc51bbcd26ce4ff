//! How a server comes up and goes down.

use server::startup::StartError;

use crate::support::{
    PASSWORD,
    home::Home,
    on_both,
    program::{Program, free_port},
    wire::status,
};

on_both! {
    async fn a_restart_keeps_everything(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in("ada@example.com").await;
        let cookie = browser.cookie("latchkey").expect("signed in");
        let newcomer = server.browser();
        newcomer.sign_up("grace@example.com", PASSWORD).await.is(303);
        let link = server.confirmation_link("grace@example.com").await;
        let mark = newcomer.cookie("latchkey-browser").expect("a mark");
        let before = home.rows().await;
        server.stop().await;

        let server = home.serve().await;
        assert_eq!(home.rows().await, before);
        let browser = server.browser();
        browser.plant("latchkey", &cookie);
        assert!(browser.is_signed_in().await);
        let newcomer = server.browser();
        newcomer.plant("latchkey-browser", &mark);
        assert_eq!(server.confirmation_link("grace@example.com").await, link, "mail can still be read");
        newcomer.confirm(&link).await.leads_to("/account");
    }

    async fn a_changed_public_url_is_refused_at_start(home: &Home) {
        drop(home.serve().await);
        let before = home.rows().await;
        match home.try_serve_with(&[("public_url", "https://id.example")]).await {
            Err(StartError::IssuerChanged { configured, known }) => {
                assert_eq!(configured, "https://id.example");
                assert!(known.starts_with("http://localhost:"), "{known}");
            }
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("it started"),
        }
        assert_eq!(home.rows().await, before);
        home.serve().await.browser().get("/login").await.is(200);
    }

    async fn a_stopping_server_finishes_the_request_in_flight(home: &Home) {
        let mut server = home.serve().await;
        server.account("ada@example.com", PASSWORD).await;
        let body = String::from_utf8(crate::support::browser::encoded(&[("email", "ada@example.com"), ("password", PASSWORD)])).expect("text");
        let (first, rest) = body.split_at(10);
        let mut wire = server.wire().await;
        let head = format!(
            "POST /login HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
            server.host, body.len()
        );
        wire.write(head).await;
        assert_eq!(status(&wire.read_head().await), 100, "the handler reads");
        wire.write(first).await;
        server.ask_to_stop();
        // Nobody new is let in from now on.
        let address = server.address;
        while tokio::net::TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
        wire.write(rest).await;
        let answer = wire.read_all().await;
        assert_eq!(status(&answer), 303, "{answer}");
        assert!(answer.contains("location: /account"), "{answer}");
        server.stop().await;
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM sessions").await, 1);
    }

    async fn a_stopping_server_does_not_wait_for_ever(home: &Home) {
        let server = home.serve_with(&[("http.shutdown_seconds", "1")]).await;
        let mut wire = server.wire().await;
        let head = format!(
            "POST /login HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n",
            server.host
        );
        wire.write(head).await;
        assert_eq!(status(&wire.read_head().await), 100);
        server.stop().await;
    }

    async fn what_the_server_keeps_is_readable_by_its_owner_only(home: &Home) {
        use std::os::unix::fs::PermissionsExt;

        let server = home.serve().await;
        server.account("ada@example.com", PASSWORD).await;
        let mut names = Vec::new();
        for entry in std::fs::read_dir(home.folder()).expect("the folder") {
            let entry = entry.expect("an entry");
            let name = entry.file_name().to_string_lossy().into_owned();
            let mode = entry.metadata().expect("its rights").permissions().mode();
            assert_eq!(mode & 0o077, 0, "{name} has {mode:o}");
            names.push(name);
        }
        assert!(names.iter().any(|name| name == "master.key"), "{names:?}");
        assert_eq!(names.iter().any(|name| name == "latchkey.db"), home.is_sqlite(), "{names:?}");
    }

    async fn two_servers_on_one_database_agree(home: &Home) {
        let (one, two) = (home.serve().await, home.serve().await);
        let browser = one.browser();
        browser.sign_up("ada@example.com", PASSWORD).await.is(303);
        let link = two.confirmation_link("ada@example.com").await;
        browser.confirm(&link).await.leads_to("/account");
        let there = two.browser();
        there.plant("latchkey", &browser.cookie("latchkey").expect("signed in"));
        assert!(there.is_signed_in().await);
        browser.sign_out().await.is(303);
        assert!(!there.is_signed_in().await, "ended on one, refused on the other");
    }

    async fn the_program_serves_says_so_and_stops_when_asked(home: &Home) {
        let program = Program::serve(home, free_port(), &[]);
        program.browser().get("/login").await.is(200);
        let (well, lines) = program.stop();
        assert!(well);
        assert!(lines.iter().any(|line| line.contains("latchkey has stopped")), "{lines:?}");
        assert!(lines.iter().all(|line| !line.contains("panicked")), "{lines:?}");
    }
}

//! `/admin/sessions/events`: pages that follow what begins and ends.

use std::time::Duration;

use tokio::time::timeout;

use super::{ADMIN, administrator};
use crate::support::{browser::TestBrowser, home::Home, on_both, server::TestServer, wire::Wire};

const EVENTS: &str = "/admin/sessions/events";

/// Begins to follow, as a page of this browser would.
async fn follow(server: &TestServer, browser: &TestBrowser) -> Wire {
    let mut wire = server.wire().await;
    let (host, cookie) = (&server.host, browser.cookie("latchkey"));
    let cookie = cookie.expect("a session");
    let request = format!(
        "GET {EVENTS} HTTP/1.1\r\nHost: {host}\r\nAccept: text/event-stream\r\nCookie: latchkey={cookie}\r\n\r\n"
    );
    wire.write(request).await;
    let head = wire.read_head().await.to_lowercase();
    for line in [
        "http/1.1 200",
        "content-type: text/event-stream",
        "cache-control: no-store",
    ] {
        assert!(head.contains(line), "{head}");
    }
    wire
}

/// Reads until that has been said.
async fn hear(wire: &mut Wire, said: &str) {
    let read = async {
        let mut text = String::new();
        while !text.ends_with(said) {
            text.push(char::from(wire.read_byte().await.expect("it goes on")));
        }
    };
    let heard = timeout(Duration::from_secs(20), read).await;
    heard.unwrap_or_else(|_| panic!("nobody says {said}"));
}

async fn is_over(wire: &mut Wire) {
    let rest = timeout(Duration::from_secs(20), wire.read_all()).await;
    let rest = rest.expect("it ends");
    assert!(rest.ends_with("0\r\n\r\n"), "it ends whole: {rest}");
}

on_both! {
    async fn sessions_that_begin_and_end_are_told(home: &Home) {
        let (server, there) = (home.serve().await, home.serve().await);
        let admin = administrator(&server).await;
        home.clock.advance(Duration::from_secs(1));
        let mut wire = follow(&server, &admin).await;
        let ada = server.signed_in("ada@example.com").await;
        hear(&mut wire, "event: changed\ndata:\n\n").await;
        home.clock.advance(Duration::from_secs(1));
        ada.sign_out().await;
        hear(&mut wire, "event: changed\ndata:\n\n").await;
        home.clock.advance(Duration::from_secs(1));
        there.another_browser_of("ada@example.com").await;
        hear(&mut wire, "event: changed\ndata:\n\n").await;
        drop(wire);
        server.stop().await;
    }

    async fn a_page_follows_as_long_as_its_person_may_look(home: &Home) {
        let server = home.serve().await;
        let admin = administrator(&server).await;
        let mut wire = follow(&server, &admin).await;
        admin.sign_out().await;
        is_over(&mut wire).await;
        let admin = server.another_browser_of(ADMIN).await;
        let mut wire = follow(&server, &admin).await;
        home.raw().await.run("DELETE FROM role_grants").await;
        is_over(&mut wire).await;
    }

    async fn strangers_follow_nothing(home: &Home) {
        let server = home.serve().await;
        server.browser().get(EVENTS).await.is(401);
        let odd = server.browser();
        odd.plant("latchkey", "not-a-session");
        odd.get(EVENTS).await.is(401);
        server.signed_in("ada@example.com").await.get(EVENTS).await.is(404);
        let denied = "SELECT COUNT(*) FROM audit_events WHERE kind = 'access.denied' AND details LIKE '%/admin/sessions/events%'";
        assert_eq!(home.raw().await.number(denied).await, 1);
    }

    async fn following_is_no_use_of_a_session(home: &Home) {
        let server = home.serve().await;
        let admin = administrator(&server).await;
        for _ in 0..2 {
            home.clock.advance(Duration::from_mins(59));
            drop(follow(&server, &admin).await);
        }
        home.clock.advance(Duration::from_mins(2));
        assert!(!admin.is_signed_in().await, "two hours without a click");
    }
}

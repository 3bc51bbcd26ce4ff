//! Seeded nonsense: whatever a form or a URL is made of, the answer is never the server's fault.

use crate::support::{
    PASSWORD, browser::encoded, chance::Chance, home::Home, on_both, wire::status,
};

const ROUNDS: usize = 120;

on_both! {
    async fn no_mutated_form_breaks_anything(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in("ada@example.com").await;
        browser.sign_up("new@example.com", PASSWORD).await.is(303);
        let link = server.confirmation_link("new@example.com").await;
        let token = crate::support::browser::token_of(&link).to_owned();
        let forms: [(&str, Vec<u8>); 4] = [
            ("/signup", encoded(&[("email", "zo\u{eb}@example.com"), ("name", "Zo\u{eb}"), ("password", PASSWORD)])),
            ("/login", encoded(&[("next", "/account?a=b"), ("email", "ada@example.com"), ("password", PASSWORD), ("stay", "on")])),
            ("/verify-email", encoded(&[("token", &token), ("password", PASSWORD)])),
            ("/account/sessions", encoded(&[("end", "AAAAAAAAAAAAAAAAAAAAAA")])),
        ];
        let mut chance = Chance::seeded(1815);
        for (path, body) in &forms {
            for round in 0..ROUNDS {
                let mutated = chance.mutate(body);
                let mut asked = browser.posts_bytes(path, &mutated);
                if round % 3 == 0 {
                    asked = asked.with("accept", "application/json");
                }
                let answer = asked.send().await;
                assert!(
                    (200..500).contains(&answer.status),
                    "{path} answers {} to {:?}",
                    answer.status,
                    String::from_utf8_lossy(&mutated)
                );
                assert!(answer.status < 400 || !answer.body.is_empty());
            }
        }
        browser.get("/login").await;
        let mut raw = home.raw().await;
        let accounts = raw.number("SELECT COUNT(*) FROM accounts").await;
        assert_eq!(raw.number("SELECT COUNT(*) FROM emails").await, accounts, "no half-written row");
        assert_eq!(raw.number("SELECT COUNT(*) FROM passwords").await, accounts, "no half-written row");
        let waiting = raw.number("SELECT COUNT(*) FROM registrations").await;
        let unused = raw.number("SELECT COUNT(*) FROM one_time_links WHERE used_at IS NULL").await;
        assert_eq!(waiting, unused, "a registration and its link come and go together");
    }

    async fn no_mutated_request_breaks_anything(home: &Home) {
        let server = home.serve().await;
        let form = String::from_utf8(encoded(&[("email", "ada@example.com"), ("password", PASSWORD)])).expect("text");
        let request = format!(
            "POST /login?next=/account HTTP/1.1\r\nHost: {}\r\nCookie: latchkey=AAAAAAAAAAAAAAAAAAAAAA; latchkey-browser=0123456789abcdef0123456789abcdef\r\n\
             Origin: {}\r\nAccept: text/html\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{form}",
            server.host, server.url, form.len()
        );
        let mut chance = Chance::seeded(1852);
        for _ in 0..ROUNDS {
            let mutated = chance.mutate(request.as_bytes());
            let mut wire = server.wire().await;
            wire.write(&mutated).await;
            // What was promised and doesn't come must not be waited for.
            wire.finish().await;
            let answer = wire.read_all().await;
            assert!(status(&answer) < 500, "{answer}\n{:?}", String::from_utf8_lossy(&mutated));
        }
        server.browser().get("/login").await.is(200);
    }
}

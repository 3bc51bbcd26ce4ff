//! The two cookies, and what becomes of those that aren't ours.

use std::time::Duration;

use crate::support::{PASSWORD, chance::Chance, home::Home, on_both};

on_both! {
    async fn on_plain_http_the_cookies_are_for_this_host_only(home: &Home) {
        let server = home.serve().await;
        server.account("ada@example.com", PASSWORD).await;
        let browser = server.browser();
        let first = browser.get("/login").await;
        let mark = first.cookie("latchkey-browser").expect("a mark");
        assert!(mark.ends_with("; HttpOnly; SameSite=Lax; Path=/; Max-Age=34560000"), "{mark}");
        assert!(first.cookie("latchkey").is_none(), "no session without a sign-in");
        assert!(browser.get("/login").await.cookies().is_empty(), "the mark is given once");

        let answer = browser.sign_in("ada@example.com", PASSWORD).await;
        let cookie = answer.cookie("latchkey").expect("a session").to_owned();
        for attribute in ["; HttpOnly", "; SameSite=Lax", "; Path=/"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        for attribute in ["Secure", "Domain", "Max-Age", "Expires"] {
            assert!(!cookie.contains(attribute), "{cookie}");
        }
        let value = browser.cookie("latchkey").expect("kept");
        assert_eq!(value.len(), 22, "128 bits in base64url");
        assert!(browser.get("/account").await.cookies().is_empty(), "a request doesn't set it again");
    }

    async fn staying_signed_in_is_the_only_thing_that_makes_the_cookie_last(home: &Home) {
        let server = home.serve().await;
        server.account("ada@example.com", PASSWORD).await;
        let answer = server.browser().sign_in_and_stay("ada@example.com", PASSWORD).await;
        let cookie = answer.cookie("latchkey").expect("a session");
        let age = cookie.split("Max-Age=").nth(1).expect("it lasts");
        let age: u64 = age.split(';').next().unwrap_or_default().parse().expect("seconds");
        let month = Duration::from_hours(30 * 24).as_secs();
        assert!((month - 60..=month).contains(&age), "{cookie}");
    }

    async fn over_https_the_cookies_are_host_cookies(home: &Home) {
        let server = home.serve_with(&[("public_url", "https://id.example"), ("http.proxy_hops", "1")]).await;
        assert_eq!(server.host, "id.example");
        server.account("ada@example.com", PASSWORD).await;
        let browser = server.browser();
        let first = browser.get("/login").await;
        let mark = first.cookie("__Host-latchkey-browser").expect("a mark");
        assert!(mark.ends_with("; HttpOnly; SameSite=Lax; Path=/; Max-Age=34560000; Secure"), "{mark}");
        let answer = browser.sign_in("ada@example.com", PASSWORD).await;
        answer.leads_to("/account");
        let cookie = answer.cookie("__Host-latchkey").expect("a session");
        for attribute in ["; HttpOnly", "; SameSite=Lax", "; Path=/", "; Secure"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
        assert!(answer.cookie("latchkey").is_none());
        assert!(browser.is_signed_in().await);
        let removal = browser.sign_out().await;
        let removal = removal.cookie("__Host-latchkey").expect("a removal");
        assert_eq!(removal, "__Host-latchkey=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0; Secure");

        browser.plant("latchkey", "AAAAAAAAAAAAAAAAAAAAAA");
        let page = browser.get("/login").await;
        assert!(page.cookies().is_empty(), "a cookie without the prefix isn't looked at");
    }

    async fn the_cookies_value_is_stored_only_hashed(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in("ada@example.com").await;
        let (session, mark) = (browser.cookie("latchkey").expect("it"), browser.cookie("latchkey-browser").expect("it"));
        if home.is_sqlite() {
            server.stop().await;
            for entry in std::fs::read_dir(home.folder()).expect("the folder") {
                // What goes with the last connection may be gone by now.
                let bytes = std::fs::read(entry.expect("an entry").path()).unwrap_or_default();
                for secret in [&session, &mark] {
                    assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()));
                }
            }
        }
    }

    async fn a_cookie_that_is_garbage_counts_as_none_and_is_removed(home: &Home) {
        let server = home.serve().await;
        server.account("ada@example.com", PASSWORD).await;
        let before = home.rows().await;
        let long = "A".repeat(5000);
        for garbage in ["x", "AAAAAAAAAAAAAAAAAAAAAA", "null", "../../etc", "1' OR '1'='1", "-1", &long, "{}"] {
            let browser = server.browser();
            browser.get("/login").await.is(200);
            for (path, status) in [("/account", 303), ("/login", 200), ("/", 200), ("/nothing", 404)] {
                browser.plant("latchkey", garbage);
                let answer = browser.get(path).await;
                answer.is(status);
                let removal = answer.cookie("latchkey").unwrap_or_else(|| panic!("{garbage} stays after {path}"));
                assert_eq!(removal, "latchkey=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0");
            }
            assert!(!browser.is_signed_in().await);
        }
        assert_eq!(home.rows().await, before);
    }

    async fn only_one_cookie_of_exactly_our_name_and_bytes_is_believed(home: &Home) {
        let server = home.serve().await;
        let session = server.signed_in("ada@example.com").await.cookie("latchkey").expect("signed in");
        let browser = server.browser();
        let escaped = format!("%{:02x}{}", session.as_bytes()[0], &session[1..]);
        for (header, status) in [
            (format!("latchkey={session}"), 200),
            (format!("other=1; latchkey={session}; more=2"), 200),
            (format!("latchkey={session}; latchkey={session}"), 303),
            (format!("latchkey=AAAAAAAAAAAAAAAAAAAAAA; latchkey={session}"), 303),
            (format!("%6catchkey={session}"), 303),
            (format!("LATCHKEY={session}"), 303),
            (format!("latchkey={escaped}"), 303),
            ("latchkey=%00".to_owned(), 303),
        ] {
            browser.asks("GET", "/account").with("cookie", &header).send().await.is(status);
        }
    }

    async fn cookie_headers_that_are_no_cookies_are_survived(home: &Home) {
        let server = home.serve().await;
        let session = server.signed_in("ada@example.com").await.cookie("latchkey").expect("signed in");
        let browser = server.browser();
        for header in [&b"\xff\xfe=\x80"[..], b"latchkey", b"=", b";;;", b"latchkey=\xff\xff", b"latchkey-browser=\xc3\x28; latchkey=x", b"a=b=c; latchkey="] {
            browser.asks("GET", "/account").with_bytes("cookie", header).send().await.is(303);
            browser.asks("GET", "/login").with_bytes("cookie", header).send().await.is(200);
        }
        let mixed = format!("x=\u{e9}; latchkey={session}");
        let status = browser.asks("GET", "/account").with_bytes("cookie", mixed.as_bytes()).send().await.status;
        assert!(matches!(status, 200 | 303), "{status}");
    }

    async fn a_mutated_session_cookie_never_signs_in(home: &Home) {
        let server = home.serve().await;
        let session = server.signed_in("ada@example.com").await.cookie("latchkey").expect("signed in");
        let mut chance = Chance::seeded(7);
        let browser = server.browser();
        for _ in 0..150 {
            let mutated = chance.mutate(session.as_bytes());
            let mut header = b"latchkey=".to_vec();
            header.extend(mutated.iter().copied().filter(|byte| !matches!(byte, b';' | b'\r' | b'\n' | 0..=31 | 127)));
            if header["latchkey=".len()..] == *session.as_bytes() {
                continue;
            }
            let answer = browser.asks("GET", "/account").with_bytes("cookie", &header).send().await;
            assert_eq!(answer.status, 303, "{}", String::from_utf8_lossy(&header));
        }
    }

    async fn an_expired_cookie_counts_as_none_and_is_removed(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in("ada@example.com").await;
        home.clock.advance(Duration::from_hours(13));
        let answer = browser.get("/account").await;
        answer.leads_to("/login?next=/account");
        assert!(answer.cookie("latchkey").is_some_and(|cookie| cookie.contains("Max-Age=0")));
        browser.get("/login").await.is(200);
    }

    async fn a_cookie_of_another_installation_counts_as_none_and_is_removed(home: &Home) {
        let server = home.serve().await;
        server.account("ada@example.com", PASSWORD).await;
        let neighbour = home.neighbour().await;
        let other = neighbour.serve().await;
        let foreign = other.signed_in("ada@example.com").await;
        let browser = server.browser();
        for name in ["latchkey", "latchkey-browser"] {
            browser.plant(name, &foreign.cookie(name).expect("signed in there"));
        }
        let answer = browser.get("/account").await;
        answer.leads_to("/login?next=/account");
        assert!(answer.cookie("latchkey").is_some_and(|cookie| cookie.contains("Max-Age=0")));
        browser.get("/login").await.is(200);
        drop(other);
        neighbour.discard().await;
    }

    async fn a_planted_cookie_value_is_never_adopted(home: &Home) {
        let server = home.serve().await;
        server.account("ada@example.com", PASSWORD).await;
        let planted = "MTIzNDU2Nzg5MDEyMzQ1Ng";
        let victim = server.browser();
        victim.plant("latchkey", planted);
        victim.sign_in("ada@example.com", PASSWORD).await.leads_to("/account");
        let given = victim.cookie("latchkey").expect("signed in");
        assert_ne!(given, planted);
        let attacker = server.browser();
        attacker.plant("latchkey", planted);
        assert!(!attacker.is_signed_in().await);

        let attacker = server.signed_in("mallory@example.com").await;
        let planted = attacker.cookie("latchkey").expect("signed in");
        let victim = server.browser();
        victim.plant("latchkey", &planted);
        victim.sign_in("ada@example.com", PASSWORD).await.leads_to("/account");
        assert_ne!(victim.cookie("latchkey").expect("signed in"), planted);
        assert!(!attacker.is_signed_in().await);
    }

    async fn whatever_signs_in_cycles_a_planted_live_session(home: &Home) {
        let server = home.serve().await;
        server.account("mallory@example.com", PASSWORD).await;
        server.account("ada@example.com", PASSWORD).await;
        for way in ["form", "script", "confirmation"] {
            // The newest mail is told by the clock.
            home.clock.advance(Duration::from_secs(1));
            let attacker = server.another_browser_of("mallory@example.com").await;
            let planted = attacker.cookie("latchkey").expect("signed in");
            let victim = server.browser();
            victim.sign_up("grace@example.com", PASSWORD).await.is(303);
            victim.plant("latchkey", &planted);
            let answer = match way {
                "form" => victim.sign_in("ada@example.com", PASSWORD).await,
                "script" => victim.fetch("/login", &[("email", "ada@example.com"), ("password", PASSWORD)]).await,
                _ => victim.confirm(&server.confirmation_link("grace@example.com").await).await,
            };
            assert_eq!(answer.location(), "/account", "{way}");
            assert_ne!(victim.cookie("latchkey").expect("signed in"), planted, "{way}");
            assert!(!attacker.is_signed_in().await, "{way}");
            assert!(victim.is_signed_in().await, "{way}");
        }
    }

    async fn a_mark_that_is_not_of_our_making_is_replaced(home: &Home) {
        let server = home.serve().await;
        for planted in ["x", "", "0123456789ABCDEF0123456789ABCDEF", "0123456789abcdef"] {
            let browser = server.browser();
            browser.plant("latchkey-browser", planted);
            browser.get("/login").await.is(200);
            let mark = browser.cookie("latchkey-browser").expect("a mark");
            assert_ne!(mark, planted);
            assert_eq!(mark.len(), 32);
        }
    }

    async fn the_mark_survives_signing_out(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in("ada@example.com").await;
        let mark = browser.cookie("latchkey-browser").expect("a mark");
        browser.sign_out().await.is(303);
        assert_eq!(browser.cookie("latchkey-browser"), Some(mark));
    }
}

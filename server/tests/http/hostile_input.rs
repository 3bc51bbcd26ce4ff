//! Bodies that no form of ours sends: each gets a clear answer and leaves nothing behind.

use crate::support::{PASSWORD, browser::encoded, home::Home, on_both};

/// Every form, with a body that it takes.
const FORMS: [(&str, &[(&str, &str)]); 4] = [
    (
        "/signup",
        &[
            ("email", "new@example.com"),
            ("name", "Ada"),
            ("password", PASSWORD),
        ],
    ),
    (
        "/login",
        &[
            ("next", ""),
            ("email", "ada@example.com"),
            ("password", PASSWORD),
        ],
    ),
    (
        "/verify-email",
        &[("token", "AAAA"), ("password", PASSWORD)],
    ),
    ("/account/sessions", &[("end", "others")]),
];

on_both! {
    async fn malformed_bodies_get_400_and_a_page(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in("ada@example.com").await;
        let before = home.rows().await;
        for (path, fields) in FORMS {
            let good = encoded(fields);
            let (name, value) = fields[fields.len() - 1];
            let last = encoded(&[(name, value)]);
            let bodies: Vec<(&str, Vec<u8>)> = vec![
                ("nothing", Vec::new()),
                ("a field missing", encoded(&fields[..0])),
                ("an unknown field", [&good[..], b"&admin=1"].concat()),
                ("an unknown field alone", b"x=y".to_vec()),
                ("a repeated field", [&good[..], b"&", &last[..]].concat()),
                ("a repeated field with an encoded name", [&good[..], b"&%", format!("{:02x}", name.as_bytes()[0]).as_bytes(), &name.as_bytes()[1..], b"=x"].concat()),
                ("a list", [&good[..], b"&", name.as_bytes(), b"[]=x"].concat()),
                ("a map", [&good[..], b"&", name.as_bytes(), b"[$ne]=x"].concat()),
                ("raw bad UTF-8", [&good[..], b"\xff\xfe"].concat()),
                ("encoded bad UTF-8", [&good[..], b"%ff%fe"].concat()),
                ("an overlong encoding", [&good[..], b"%c0%af"].concat()),
                ("a lone surrogate", [&good[..], b"%ed%a0%80"].concat()),
                ("a NUL", [&good[..], b"%00"].concat()),
                ("a broken escape", [&good[..], b"%"].concat()),
                ("a half escape", [&good[..], b"%4"].concat()),
                ("no escape", [&good[..], b"%zz"].concat()),
                ("an escape of JavaScript", [&good[..], b"%u0041"].concat()),
                ("JSON in a form's clothes", b"{\"email\":\"a\"}".to_vec()),
                ("a name in bad UTF-8", [&good[..], b"&%ff=x"].concat()),
                ("binary", (0..=255).collect()),
            ];
            for (what, body) in bodies {
                let page = browser.posts_bytes(path, &body).send().await;
                assert_eq!(page.status, 400, "{path} with {what}: {}", page.body);
                page.is_a_page().says("read that");
            }
        }
        browser.posts_bytes("/logout", b"x=y").send().await.is(400).is_a_page();
        assert_eq!(home.rows().await, before);
        assert!(browser.is_signed_in().await);
    }

    async fn other_media_types_get_415_and_a_page(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in("ada@example.com").await;
        let before = home.rows().await;
        for (path, fields) in FORMS {
            let good = encoded(fields);
            for media_type in ["application/json", "text/plain", "multipart/form-data; boundary=x", "application/xml", "nonsense", "", "application/x-www-form-urlencodedx"] {
                let asked = browser.posts_bytes(path, &good).with("content-type", media_type);
                asked.send().await.is(415).is_a_page();
            }
            let asked = browser.posts_bytes(path, b"{\"email\":[1,2]}").with("content-type", "application/json");
            asked.send().await.is(415).is_a_page();
            let asked = browser.posts_bytes(path, &good).with_bytes("content-type", b"\xff");
            asked.send().await.is(415).is_a_page();
            browser.posts_bytes(path, &good).without("content-type").send().await.is(415).is_a_page();
        }
        assert_eq!(home.rows().await, before);
        let asked = browser.posts_bytes("/login", &encoded(FORMS[1].1));
        asked.with("content-type", "Application/X-WWW-Form-URLencoded; charset=UTF-8").send().await.is(303);
    }

    async fn a_ten_megabyte_password_gets_413_and_a_page(home: &Home) {
        let server = home.serve().await;
        server.account("ada@example.com", PASSWORD).await;
        let before = home.rows().await;
        let password = "p".repeat(10 * 1024 * 1024);
        let browser = server.browser();
        let page = browser.sign_in("ada@example.com", &password).await;
        page.is(413).is_a_page().says("That was too much").hides("pppppppp");
        browser.sign_up("new@example.com", &password).await.is(413).is_a_page();
        browser.confirm_with("token=AAAA", &password).await.is(413).is_a_page();
        browser.get("/login").await.is(200);
        assert_eq!(home.rows().await, before);
    }

    async fn a_body_just_above_the_limit_is_refused_and_one_just_below_is_read(home: &Home) {
        let server = home.serve_with(&[("http.body_bytes", "1024")]).await;
        let browser = server.browser();
        for (size, status) in [(1024, 422), (1025, 413)] {
            let mut body = b"email=a%40b.example&password=".to_vec();
            body.resize(size, b'p');
            browser.posts_bytes("/login", &body).send().await.is(status).is_a_page();
        }
    }

    async fn an_endless_chunked_body_is_cut_off(home: &Home) {
        let server = home.serve().await;
        let head = format!(
            "POST /login HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
            server.host
        );
        let mut wire = server.wire().await;
        wire.write(&head).await;
        let chunk = format!("10000\r\n{}\r\n", "a".repeat(0x10000));
        // 40 MiB: more than the server reads on.
        for _ in 0..640 {
            wire.write(&chunk).await;
        }
        let answer = wire.read_all().await;
        assert!(matches!(crate::support::wire::status(&answer), 0 | 413), "{answer}");
        server.browser().get("/login").await.is(200);
    }

    async fn text_from_hell_is_kept_whole_or_refused(home: &Home) {
        let server = home.serve().await;
        let long = "\u{1f468}\u{200d}\u{1f469}".repeat(40);
        let names = [
            "'; DROP TABLE accounts; --", "$1", "%s%n", "{{7*7}}", "\u{feff}", "\u{202e}abc", "a\nb", "\u{0}", " ", "\u{a0}", "\u{200b}",
            "\u{fdfa}", "\u{1d54f}\u{1d550}", &long, "Robert\u{301}", "null", "\\", "\u{7f}", "\u{fffd}", "\u{e000}",
        ];
        for (number, name) in names.into_iter().enumerate() {
            let email = format!("person{number}@example.com");
            let browser = server.browser();
            let answer = browser.post("/signup", &[("email", &email), ("name", name), ("password", PASSWORD)]).await;
            if answer.status == 303 {
                let link = server.confirmation_link(&email).await;
                browser.confirm(&link).await.leads_to("/account");
                browser.get("/account").await.is(200).is_a_page();
            } else {
                assert!(matches!(answer.status, 400 | 422), "{name:?}: {}", answer.status);
                answer.is_a_page();
            }
        }
        let mut raw = home.raw().await;
        let accounts = raw.number("SELECT COUNT(*) FROM accounts").await;
        for table in ["emails", "passwords"] {
            assert_eq!(raw.number(&format!("SELECT COUNT(*) FROM {table}")).await, accounts, "{table}");
        }
        assert!(accounts > 5, "{accounts}");
    }

    async fn a_user_agent_from_hell_is_survived(home: &Home) {
        let server = home.serve().await;
        server.account("ada@example.com", PASSWORD).await;
        let long = vec![b'x'; 30_000];
        for agent in [&b"\xff\xfe\x80"[..], b"", b"<script>alert(1)</script>", b"'; DROP TABLE sessions; --", &long] {
            let browser = server.browser();
            let form = [("email", "ada@example.com"), ("password", PASSWORD)];
            browser.posts("/login", &form).with_bytes("user-agent", agent).send().await.leads_to("/account");
            browser.get("/account/sessions").await.is(200).is_a_page().hides("<script>alert");
        }
    }
}

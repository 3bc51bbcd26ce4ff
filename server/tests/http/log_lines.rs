//! What the log may tell.

use crate::support::{
    OTHER_PASSWORD, PASSWORD,
    browser::token_of,
    home::Home,
    on_both,
    program::{Program, free_port, run, text_of},
};

async fn journey(home: &Home, program: &Program, url: &str) -> Vec<String> {
    let browser = program.browser();
    browser
        .sign_up("ada.lovelace@example.com", PASSWORD)
        .await
        .is(303);
    let output = run(
        home,
        &["mail", "list", "--json"],
        &[("LATCHKEY_PUBLIC_URL", url)],
        "",
    );
    let listed: serde_json::Value =
        serde_json::from_str(&text_of(&output)).expect("one JSON document");
    let link = listed["items"][0]["link"].as_str().expect("a link");
    let link = link
        .strip_prefix(url)
        .expect("a link to this server")
        .to_owned();
    browser.get(&link).await.is(200);
    program.browser().get(&link).await.is(200);
    program
        .browser()
        .confirm_with(&link, OTHER_PASSWORD)
        .await
        .is(422);
    browser.confirm(&link).await.leads_to("/account");
    let mut secrets = vec![
        "lovelace".to_owned(),
        PASSWORD.to_owned(),
        "correct+horse".to_owned(),
        OTHER_PASSWORD.to_owned(),
        token_of(&link).to_owned(),
    ];
    for _ in 0..2 {
        secrets.extend(
            ["latchkey", "latchkey-browser"]
                .into_iter()
                .filter_map(|name| browser.cookie(name)),
        );
        browser.get("/account").await.is(200);
        browser.get("/account/sessions").await.is(200);
        browser.sign_out().await.is(303);
        browser
            .sign_in("ada.lovelace@example.com", OTHER_PASSWORD)
            .await
            .is(422);
        browser
            .fetch(
                "/login",
                &[
                    ("email", "ada.lovelace@example.com"),
                    ("password", OTHER_PASSWORD),
                ],
            )
            .await
            .is(422);
        browser
            .sign_in("ada.lovelace@example.com", PASSWORD)
            .await
            .is(303);
    }
    browser.plant("latchkey", "garbage-in-the-cookie");
    secrets.push("garbage-in-the-cookie".to_owned());
    browser.get("/account").await.is(303);
    browser
        .get("/login?next=//evil.example&secret=in-the-query")
        .await
        .is(400);
    secrets.push("in-the-query".to_owned());
    browser
        .posts_bytes("/login", b"email=ada.lovelace&password=%ff")
        .send()
        .await
        .is(400);
    browser
        .posts("/login", &[])
        .with("origin", "https://evil.example")
        .with("sec-fetch-site", "cross-site")
        .send()
        .await
        .is(403);
    browser
        .asks("GET", "/")
        .with("host", "evil.example")
        .send()
        .await
        .is(421);
    browser.get("/nothing").await.is(404);
    browser
        .sign_up("ada.lovelace@example.com", PASSWORD)
        .await
        .is(303);
    secrets
}

on_both! {
    async fn no_log_line_holds_an_address_password_token_or_cookie(home: &Home) {
        for level in ["info", "trace"] {
            let neighbour = home.neighbour().await;
            let port = free_port();
            let program = Program::serve(&neighbour, port, &[("log.level", level)]);
            let secrets = journey(&neighbour, &program, &format!("http://localhost:{port}")).await;
            let (well, lines) = program.stop();
            assert!(well, "a polite stop is a success");
            assert!(lines.iter().any(|line| line.contains("/verify-email")), "requests are logged");
            for line in &lines {
                for secret in &secrets {
                    assert!(!line.contains(secret.as_str()), "{level}: {secret:?} stands in: {line}");
                }
                assert!(!line.contains("panicked") && !line.contains("ERROR"), "{line}");
            }
            neighbour.discard().await;
        }
    }
}

//! "Suggest a passphrase", wherever a new password is chosen.

use futures_util::future::{join, join_all};

use crate::support::{
    PASSWORD,
    answer::Answer,
    browser::{TestBrowser, token_of},
    home::Home,
    on_both,
    program::{Program, free_port},
    server::TestServer,
};

const ADA: &str = "ada@example.com";
/// What nobody should see again.
const TYPED: &str = "a password that was typed already";

/// Presses "Suggest a passphrase" in a form of these fields.
async fn suggest(browser: &TestBrowser, path: &str, fields: &[(&str, &str)]) -> Answer {
    browser.post(path, &asking(fields)).await
}

fn asking<'a>(fields: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [fields, &[("suggest", "on")]].concat()
}

/// The passphrase that the page shows, which stands in the field as well.
#[track_caller]
fn shown(page: &Answer, field: &str) -> String {
    page.is(200)
        .is_a_page()
        .says("Write it down, or let your password manager keep it.");
    assert_eq!(page.header("cache-control"), "no-store");
    page.hides("<title>Error").hides("role=\"alert\"");
    let words = page.body.split_once("<code>").expect("a suggestion").1;
    let words = words.split_once("</code>").expect("its end").0;
    let words = words.replace("<!>", "");
    let input = page
        .body
        .split("<input ")
        .find(|input| input.starts_with(&format!("id=\"{field}\"")));
    let input = input
        .and_then(|input| input.split_once('>'))
        .expect("the field")
        .0;
    for part in [
        "type=\"text\"".to_owned(),
        "autofocus".to_owned(),
        format!("value=\"{words}\""),
        format!("{field}-suggestion"),
    ] {
        assert!(input.contains(&part), "{part}: {input}");
    }
    assert_eq!(page.body.matches(&words).count(), 2, "{words}");
    words
}

/// The passphrase that our own script gets.
#[track_caller]
fn fetched(answer: &Answer, field: &str) -> String {
    answer.is(200);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(
        !answer.headers.contains_key("serverfnredirect"),
        "{answer:?}"
    );
    let json: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
    assert_eq!(json["form"], serde_json::Value::Null);
    assert_eq!(json["fields"], serde_json::json!([]));
    let suggestion = &json["said"]["suggestion"];
    assert_eq!(suggestion["field"], field);
    let note = suggestion["note"].as_str().expect("words");
    assert!(note.contains("It isn't saved until you press"), "{note}");
    suggestion["passphrase"].as_str().expect("words").to_owned()
}

/// Two suggestions are five words each, and never the same ones.
#[track_caller]
fn are_different(one: &str, other: &str) {
    for words in [one, other] {
        assert!(
            words.len() >= 15 && words.split('-').count() >= 5,
            "{words}"
        );
    }
    assert_ne!(one, other);
}

async fn reset_token(server: &TestServer) -> String {
    let asked = server
        .browser()
        .post("/forgot-password", &[("email", ADA)])
        .await;
    asked.is(303);
    token_of(&server.confirmation_link(ADA).await).to_owned()
}

on_both! {
    async fn signing_up_suggests_a_passphrase_that_works(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        browser.get("/signup").await.is(200).says(">Suggest a passphrase<").says("name=\"suggest\"");
        let before = home.rows().await;
        let form = [("email", ADA), ("name", "Ada \"the first\" <b>"), ("password", TYPED)];
        let page = suggest(&browser, "/signup", &form).await;
        let words = shown(&page, "password");
        page.says("until you press \u{201c}Create account\u{201d}.").hides(TYPED);
        page.says("value=\"ada@example.com\"").says("value=\"Ada &quot;the first&quot; &lt;b&gt;\"");
        let answer = browser.fetch("/signup", &asking(&form)).await;
        answer.hides(TYPED);
        are_different(&words, &fetched(&answer, "password"));
        assert_eq!(home.rows().await, before, "nothing is kept");
        assert!(server.mails().await.is_empty());
        assert!(browser.cookie("latchkey").is_none());

        browser.sign_up(ADA, &words).await.leads_to("/signup/check-email");
        browser.confirm(&server.confirmation_link(ADA).await).await.leads_to("/account");
        server.browser().sign_in(ADA, &words).await.leads_to("/account");
    }

    async fn an_empty_form_gets_a_suggestion_and_no_complaint(home: &Home) {
        let server = home.serve().await;
        let form = [("email", ""), ("name", ""), ("password", "")];
        let page = suggest(&server.browser(), "/signup", &form).await;
        shown(&page, "password");
        page.hides("Type your").hides("aria-invalid=\"true\"");
    }

    async fn a_reset_suggests_a_passphrase_and_uses_no_link(home: &Home) {
        let server = home.serve().await;
        server.account(ADA, PASSWORD).await;
        let token = reset_token(&server).await;
        let browser = server.browser();
        let before = home.rows().await;
        let form = [("token", token.as_str()), ("new_password", TYPED)];
        let page = suggest(&browser, "/reset-password", &form).await;
        let words = shown(&page, "new_password");
        page.says("until you press \u{201c}Set password\u{201d}.").says(ADA).says(&token).hides(TYPED);
        let answer = browser.fetch("/reset-password", &asking(&form)).await;
        are_different(&words, &fetched(&answer, "new_password"));
        assert_eq!(home.rows().await, before, "nothing is kept");

        let set = [("token", token.as_str()), ("new_password", &words)];
        browser.post("/reset-password", &set).await.leads_to("/login?reset");
        browser.sign_in(ADA, &words).await.leads_to("/account");
        for (token, status, problem) in [(token.as_str(), 410, "link_used"), ("AAAA", 404, "link_unknown")] {
            let form = [("token", token), ("new_password", "")];
            suggest(&browser, "/reset-password", &form).await.is(status).is_a_page().hides("<code>");
            browser.fetch("/reset-password", &asking(&form)).await.is(status).says(problem).hides("\"suggestion\"");
        }
    }

    async fn a_change_suggests_a_passphrase_and_shows_no_password(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        let other = server.another_browser_of(ADA).await;
        let before = home.rows().await;
        // More than the failures that would be free, were they counted.
        for current in ["", PASSWORD, "wrong", "wrong", "wrong", "wrong", "wrong", "wrong"] {
            let form = [("current_password", current), ("new_password", TYPED)];
            let page = suggest(&browser, "/account/security", &form).await;
            let words = shown(&page, "new_password");
            page.says("until you press \u{201c}Change password\u{201d}.").hides(TYPED).hides(PASSWORD).hides("value=\"wrong\"");
            let answer = browser.fetch("/account/security", &asking(&form)).await;
            answer.hides(TYPED).hides(PASSWORD);
            are_different(&words, &fetched(&answer, "new_password"));
        }
        assert_eq!(home.rows().await, before, "nothing is kept and nothing counts");
        assert!(browser.is_signed_in().await && other.is_signed_in().await);

        let form = [("current_password", PASSWORD), ("new_password", TYPED)];
        let words = shown(&suggest(&browser, "/account/security", &form).await, "new_password");
        let form = [("current_password", PASSWORD), ("new_password", &words)];
        browser.post("/account/security", &form).await.leads_to("/account/security?changed");
        server.browser().sign_in(ADA, &words).await.leads_to("/account");
        let stranger = suggest(&server.browser(), "/account/security", &form).await;
        assert!(stranger.status == 303 && stranger.location().starts_with("/login"), "{stranger:?}");
    }

    async fn a_longer_minimum_gets_a_longer_suggestion(home: &Home) {
        let server = home.serve_with(&[("passwords.min_length", "64")]).await;
        let form = [("email", ADA), ("name", "Ada"), ("password", "")];
        let words = shown(&suggest(&server.browser(), "/signup", &form).await, "password");
        assert!(words.len() >= 64, "{words}");
        server.browser().sign_up(ADA, &words).await.leads_to("/signup/check-email");
    }

    async fn a_suggestion_needs_no_hashing_and_no_open_queue(home: &Home) {
        let pool = [
            ("hashing.threads", "1"),
            ("hashing.queue_per_thread", "1"),
            ("passwords.memory_kib", "32768"),
            ("passwords.iterations", "6"),
        ];
        let server = home.serve_with(&pool).await;
        let browsers: Vec<_> = (0..12).map(|_| server.browser()).collect();
        let hashed = browsers.iter().map(|browser| browser.sign_in(ADA, PASSWORD));
        let form = [("email", ADA), ("name", "Ada"), ("password", "")];
        let suggested = browsers.iter().map(|browser| suggest(browser, "/signup", &form));
        let (hashed, suggested) = join(join_all(hashed), join_all(suggested)).await;
        assert!(hashed.iter().any(|answer| answer.status == 503), "the queue was full");
        for page in &suggested {
            shown(page, "password");
        }
    }

    async fn closed_sign_up_suggests_nothing(home: &Home) {
        let server = home.serve_with(&[("accounts.signup", "closed")]).await;
        let form = [("email", ADA), ("name", "Ada"), ("password", "")];
        suggest(&server.browser(), "/signup", &form).await.is(403).says("Sign-up is closed").hides("<code>");
    }

    async fn other_forms_suggest_nothing(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        suggest(&browser, "/login", &[("email", ADA), ("password", "x")]).await.is(400);
        suggest(&browser, "/forgot-password", &[("email", ADA)]).await.is(400);
    }

    async fn no_log_line_holds_a_suggestion(home: &Home) {
        let port = free_port();
        let program = Program::serve(home, port, &[("log.level", "trace")]);
        let form = [("email", ADA), ("name", "Ada"), ("password", "")];
        let browser = program.browser();
        let words = shown(&suggest(&browser, "/signup", &form).await, "password");
        let more = fetched(&browser.fetch("/signup", &asking(&form)).await, "password");
        let (well, lines) = program.stop();
        assert!(well && lines.iter().any(|line| line.contains("/signup")), "requests are logged");
        for line in lines {
            assert!(!line.contains(&words) && !line.contains(&more), "{line}");
        }
    }
}

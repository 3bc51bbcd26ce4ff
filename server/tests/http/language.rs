//! English and German: what a person chose, else what their browser asks for, else English.

use std::time::Duration;

use serde_json::Value;

use crate::support::{
    OTHER_PASSWORD, PASSWORD, answer::Answer, home::Home, on_both, post_office::PostOffice,
    server::TestServer, wire::status,
};

const ADA: &str = "ada@example.com";
const AUSTRIAN: &str = "de-AT,de;q=0.9,en;q=0.5";

/// Asserts a page, or JSON, that is in a language and says so.
#[track_caller]
fn is_in(answer: &Answer, tag: &str) {
    assert_eq!(answer.header("content-language"), tag, "{answer:?}");
    assert_eq!(answer.header("vary"), "accept-language");
    if answer.header("content-type").starts_with("text/html") {
        answer.says(&format!("<html lang=\"{tag}\">"));
    }
}

fn said(answer: &Answer) -> Value {
    let body: Value = serde_json::from_str(&answer.body).expect("JSON");
    body["said"].clone()
}

/// The mails to an address, newest first, as subject and text.
async fn mails_to(server: &TestServer, email: &str) -> Vec<(String, String)> {
    let mails = server.mails().await;
    let own = mails.iter().filter(|mail| mail.content.to() == Some(email));
    own.filter_map(|mail| mail.content.message())
        .map(|draft| app::text::mail::write(draft, &server.url))
        .map(|text| (text.subject.clone(), text.plain()))
        .collect()
}

on_both! {
    async fn english_is_spoken_where_nobody_asks_for_anything_else(home: &Home) {
        let server = home.serve().await;
        for languages in ["", "fr-CH, fr;q=0.9", "de;q=0", "en, de;q=0.9", "de;q=nan, \u{1F600}", "*"] {
            let browser = server.browser();
            let page = browser.asks("GET", "/login").with_bytes("accept-language", languages.as_bytes()).send().await;
            page.is(200).is_a_page().says("<title>Sign in · Latchkey</title>");
            is_in(&page, "en");
        }
        is_in(&server.browser().get("/login").await, "en");
    }

    async fn a_german_browser_gets_german_pages(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser().reading(AUSTRIAN);
        for (path, status, heading) in [
            ("/", 200, "Behalte deine Schlüssel selbst"),
            ("/signup", 200, "Erstelle dein Konto"),
            ("/signup/check-email", 200, "Sieh in deine Mails"),
            ("/login", 200, "Anmelden"),
            ("/login?next=//evil.example", 400, "Dieser Link führt woandershin"),
            ("/forgot-password", 200, "Neues Passwort setzen"),
            ("/forgot-password/check-email", 200, "Sieh in deine Mails"),
            ("/verify-email?token=x", 404, "Dieser Link funktioniert nicht"),
            ("/reset-password?token=x", 404, "Dieser Link funktioniert nicht"),
            ("/dev/outbox", 200, "Postausgang"),
            ("/nowhere", 404, "Hier ist nichts"),
        ] {
            let page = browser.get(path).await;
            page.is(status).is_a_page();
            is_in(&page, "de");
            assert_eq!(page.heading(), heading, "{path}");
            for english in ["Sign", "Email", ">Password", "The ", "You ", " on ", " ago"] {
                page.hides(english);
            }
        }
        browser.get("/login").await.says("<title>Anmelden · Latchkey</title>").says("Bis zu 30 Tage in diesem Browser");
        browser.get("/signup").await.says("Mindestens 15 Zeichen.");
        let refused = browser.posts("/login", &[("email", ADA)]).with("sec-fetch-site", "cross-site").send().await;
        refused.is(403).is_a_page();
        is_in(&refused, "de");
    }

    async fn mistakes_are_explained_in_german(home: &Home) {
        let server = home.serve().await;
        let ada = server.signed_in(ADA).await.reading("de");
        let stranger = server.browser().reading("de");
        for (browser, path, form, status, says) in [
            (&stranger, "/login", &[("email", ""), ("password", "")][..], 422, "Gib deine E-Mail-Adresse ein."),
            (&stranger, "/login", &[("email", ADA), ("password", "x")], 422, "E-Mail oder Passwort stimmt nicht."),
            (&stranger, "/signup", &[("email", "a"), ("name", "b"), ("password", "c")], 422, "Nimm mindestens 15 Zeichen."),
            (&stranger, "/verify-email", &[("token", "x")], 404, "Vielleicht wurde er abgeschnitten"),
            (&ada, "/account/profile", &[("name", "")], 422, "Gib deinen Namen ein."),
            (&ada, "/account/security", &[("current_password", "x"), ("new_password", OTHER_PASSWORD)], 422, "Das ist nicht dein aktuelles Passwort."),
            (&ada, "/account/sessions", &[("end", "x")], 404, "Diese Sitzung war schon beendet."),
            (&stranger, "/login", &[("unknown", "")], 400, "ist nicht das, was diese Seite erwartet"),
        ] {
            let page = browser.post(path, form).await;
            page.is(status).is_a_page().says(says);
            is_in(&page, "de");
            if status == 422 {
                page.says("<title>Fehler: ").says("Da stimmt etwas nicht");
            }
            let answer = browser.fetch(path, form).await;
            answer.is(status);
            is_in(&answer, "de");
            let said = said(&answer);
            assert!(said.to_string().contains(says), "{path}: {said}");
            assert_eq!((&said["title"], &said["heading"]), (&"Fehler: ".into(), &"Da stimmt etwas nicht".into()));
        }
        for _ in 0..3 {
            stranger.sign_in(ADA, "x").await;
        }
        let held = stranger.fetch("/login", &[("email", ADA), ("password", "x")]).await;
        assert_eq!(said(&held.is(429).clone())["form"], "Es gab zu viele falsche Passwörter. Warte 1 Sekunde und versuch es dann noch einmal.");
    }

    async fn a_choice_beats_the_browser_and_stays_with_the_account(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await.reading("en-GB, en;q=0.9");
        let page = browser.get("/account/profile").await;
        page.says(">Language<").says("<option value=\"auto\" selected>Automatic (from your browser)</option>").says("<option value=\"de\" lang=\"de\">Deutsch</option>");
        let choose = async |language| {
            let form = [("name", "Ada Lovelace"), ("language", language)];
            browser.post("/account/profile", &form).await.leads_to("/account/profile?saved");
        };
        choose("de").await;
        let page = browser.get("/account/profile?saved").await;
        page.says("Dein Profil ist gespeichert.").says("<option value=\"de\" selected lang=\"de\">Deutsch</option>");
        is_in(&page, "de");
        is_in(&browser.get("/account/sessions").await, "de");
        browser.get("/account/sessions").await.says("Angemeldet gerade eben").says("Firefox auf Linux");

        browser.sign_out().await.leads_to("/");
        is_in(&browser.get("/login").await, "en");
        browser.sign_in(ADA, PASSWORD).await.leads_to("/account");
        is_in(&browser.get("/account").await, "de");
        is_in(&server.another_browser_of(ADA).await.get("/account").await, "de");

        choose("en").await;
        is_in(&browser.get("/account").await, "en");
        let german = server.another_browser_of(ADA).await.reading("de");
        is_in(&german.get("/account").await, "en");
        choose("auto").await;
        is_in(&browser.get("/account").await, "en");
        is_in(&german.get("/account").await, "de");
        for (language, tag) in [("de", "de"), ("auto", "en"), ("de", "de"), ("", "de")] {
            let form = [("name", "Ada Lovelace"), ("language", language)];
            let answer = browser.fetch("/account/profile", &form).await;
            assert_eq!((answer.status, answer.location()), (200, "/account/profile?saved"));
            is_in(&browser.get("/account").await, tag);
        }
    }

    async fn choosing_a_language_is_audited_once_for_each_change(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        let mut raw = home.raw().await;
        let kinds = ["account.language_changed", "account.renamed"];
        for (name, language, changed, renamed) in [
            ("Ada Lovelace", Some("auto"), 0, 0),
            ("Ada Lovelace", Some("de"), 1, 0),
            ("Ada Lovelace", Some("de"), 1, 0),
            ("Ada", None, 1, 1),
            ("Augusta", Some("en"), 2, 2),
            ("", Some("de"), 2, 2),
            ("Ada", Some("xx"), 2, 2),
        ] {
            let form = [("name", name), ("language", language.unwrap_or_default())];
            let form = if language.is_some() { &form[..] } else { &form[..1] };
            browser.post("/account/profile", form).await;
            for (kind, times) in kinds.iter().zip([changed, renamed]) {
                let events = format!("SELECT COUNT(*) FROM audit_events WHERE kind = '{kind}'");
                assert_eq!(raw.number(&events).await, times, "{kind} after {name:?}, {language:?}");
            }
        }
        browser.get("/account").await.says("Augusta");
    }

    async fn a_language_that_is_not_offered_is_refused_beside_the_field(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        let before = home.rows().await;
        let long = "d".repeat(1000);
        for language in ["fr", "de-AT", "deutsch", "AUTO", " ", "\u{202e}", "de,en", &long] {
            let form = [("name", ""), ("language", language)];
            let page = browser.post("/account/profile", &form).await;
            page.is(422).is_a_page().says("id=\"language-error\"").says("Type your name.").says("Choose one of the languages in the list.");
            let answer = browser.fetch("/account/profile", &form).await;
            answer.is(422);
            assert_eq!(said(&answer)["fields"][1][0], "language");
        }
        assert_eq!(home.rows().await, before);
        is_in(&browser.get("/account").await, "en");
    }

    async fn mails_are_in_the_language_of_who_gets_them(home: &Home) {
        let server = home.serve().await;
        let german = server.browser().reading("de");
        german.sign_up(ADA, PASSWORD).await.is(303);
        let (subject, text) = mails_to(&server, ADA).await.remove(0);
        assert_eq!(subject, "Bestätige deine E-Mail-Adresse für Latchkey");
        assert!(text.contains("Der Link gilt 24 Stunden lang, und nur einmal."), "{text}");
        let link = server.confirmation_link(ADA).await;
        german.confirm(&link).await.leads_to("/account");

        // Nothing chosen: as in the browser that causes the mail.
        home.clock.advance(Duration::from_secs(1));
        let english = server.browser();
        english.sign_up(ADA, PASSWORD).await.is(303);
        assert_eq!(mails_to(&server, ADA).await[0].0, "You already have a Latchkey account");

        german.post("/account/profile", &[("name", "Ada"), ("language", "de")]).await.is(303);
        home.clock.advance(Duration::from_secs(1));
        english.sign_up(ADA, PASSWORD).await.is(303);
        assert_eq!(mails_to(&server, ADA).await[0].0, "Du hast schon ein Latchkey-Konto");
        home.clock.advance(Duration::from_secs(1));
        english.post("/forgot-password", &[("email", ADA)]).await.is(303);
        assert_eq!(mails_to(&server, ADA).await[0].0, "Setze ein neues Latchkey-Passwort");
        home.clock.advance(Duration::from_secs(1));
        let form = [("current_password", PASSWORD), ("new_password", OTHER_PASSWORD)];
        german.post("/account/security", &form).await.is(303);
        let (subject, text) = mails_to(&server, ADA).await.remove(0);
        assert_eq!(subject, "Dein Latchkey-Passwort wurde geändert");
        assert!(text.starts_with("Hallo Ada,") && text.contains("mit Firefox auf Linux von 127.0.0.1 aus"), "{text}");

        let outbox = server.browser().get("/dev/outbox").await;
        is_in(&outbox, "en");
        outbox.says("<div lang=\"de\" class=\"mail__body\">").says("Dein Latchkey-Passwort wurde geändert").says("waiting");
    }

    async fn a_german_mail_says_so_on_its_way(home: &Home) {
        let mut office = PostOffice::open().await;
        let server = home.serve_with(&office.settings(&[]).keys()).await;
        server.browser().reading("de").sign_up(ADA, PASSWORD).await.is(303);
        let mail = office.event("message").await;
        assert_eq!(mail["subject"], "Bestätige deine E-Mail-Adresse für Latchkey");
        let headers = mail["headers"].as_array().expect("a list");
        assert!(headers.iter().any(|header| header["key"] == "content-language" && header["value"] == "de"), "{headers:?}");
        assert!(mail["html"].as_str().expect("an HTML part").contains("<html lang=\"de\">"));
        assert!(mail["text"].as_str().expect("a plain part").contains("E-Mail-Adresse bestätigen: http"));
    }

    async fn four_megabytes_of_accept_language_are_refused_and_the_server_lives_on(home: &Home) {
        let server = home.serve().await;
        for unit in ["de;q=0.5,", "x", "-,;"] {
            let languages = unit.repeat(4_000_000 / unit.len());
            let request = format!("GET /login HTTP/1.1\r\nHost: {}\r\nAccept-Language: {languages}\r\n\r\n", server.host);
            let answer = server.wire().await.ask(request).await;
            assert_eq!(status(&answer), 431, "{unit}: {answer}");
        }
        let many = "Accept-Language: de\r\n".repeat(60);
        let request = format!("GET /login HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{many}\r\n", server.host);
        let answer = server.wire().await.ask(request).await;
        assert!(status(&answer) == 200 && answer.contains("<html lang=\"de\">"), "{answer}");
        server.browser().get("/login").await.is(200);
    }
}

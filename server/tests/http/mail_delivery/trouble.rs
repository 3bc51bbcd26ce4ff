//! What goes wrong at the mail server, and what becomes of the mail.

use std::time::Duration;

use domain::mail::{Content, ListedMail, MailState, TroubleKind};
use serde_json::json;

use crate::support::{
    PASSWORD,
    home::Home,
    on_both,
    post_office::{PostOffice, Settings},
    program::{Program, free_port, run, text_of},
    server::TestServer,
};

/// Signs somebody up and gives their mail once the mail server has heard of it and left.
async fn tried(server: &TestServer, office: &mut PostOffice, email: &str) -> ListedMail {
    server.browser().sign_up(email, PASSWORD).await.is(303);
    office.event("closed").await;
    server.mail_to(email).await
}

#[track_caller]
fn retried(mail: &ListedMail, kind: TroubleKind) {
    match mail.state {
        MailState::Retry { why, .. } => assert_eq!(why.kind, kind),
        state => panic!("{state:?}"),
    }
    assert_eq!(mail.attempts, 1);
    assert!(mail.content.message().is_some(), "its text is kept");
}

on_both! {
    async fn a_recipient_that_is_refused_ends_the_mail_and_its_text_goes(home: &Home) {
        let mut office = PostOffice::open().await;
        let server = home.serve_with(&office.settings(&[]).keys()).await;
        let mail = tried(&server, &mut office, "gone@example.com").await;
        let MailState::Failed { why, .. } = mail.state else { panic!("{mail:?}") };
        assert_eq!(why.code(), "recipient 550 5.1.1");
        assert_eq!(mail.content, Content::Emptied { to: "gone@example.com".into() });

        // Nobody tries it again, and people can see why, without what the mail server wrote.
        home.clock.advance(Duration::from_hours(2));
        server.ring();
        server.browser().sign_up("ada@example.com", PASSWORD).await.is(303);
        office.event("message").await;
        let url = [("LATCHKEY_PUBLIC_URL", server.url.as_str())];
        let listed = text_of(&run(home, &["mail", "list"], &url, ""));
        let wanted = "gone@example.com  (its text is gone)  \
                      [failed: the mail server refused the recipient (550 5.1.1); 1 attempt]";
        assert!(listed.contains(wanted), "{listed}");
        let id = mail.id.as_str();
        let shown = text_of(&run(home, &["mail", "show", id, "--json"], &url, ""));
        let shown: serde_json::Value = serde_json::from_str(&shown).expect("one JSON document");
        assert_eq!((&shown["state"], &shown["error"]), (&"failed".into(), &"recipient 550 5.1.1".into()));
        assert!(shown.get("text").is_none() && shown.get("link").is_none(), "{shown}");
        assert_eq!(office.count("recipient"), 0, "the refused one was not asked for again");
    }

    async fn a_text_that_is_refused_ends_the_mail(home: &Home) {
        let mut office = PostOffice::open().await;
        let server = home.serve_with(&office.settings(&[]).keys()).await;
        let mail = tried(&server, &mut office, "spam@example.com").await;
        assert!(matches!(mail.state, MailState::Failed { why, .. } if why.code() == "content 554 5.7.1"), "{mail:?}");
    }

    async fn what_is_put_off_is_delivered_a_minute_later(home: &Home) {
        let mut office = PostOffice::open().await;
        let server = home.serve_with(&office.settings(&[]).keys()).await;
        let mail = tried(&server, &mut office, "busy@example.com").await;
        retried(&mail, TroubleKind::RecipientRefused);
        let MailState::Retry { at, why } = mail.state else { panic!("{mail:?}") };
        assert_eq!(why.code(), "recipient 451 4.3.2");
        let wait = at.since(mail.created_at);
        assert!(wait >= Duration::from_secs(45) && wait <= Duration::from_mins(1), "{wait:?}");

        let moment = Duration::from_micros(1);
        home.clock.advance(wait.saturating_sub(moment));
        server.ring();
        server.browser().sign_up("ada@example.com", PASSWORD).await.is(303);
        assert_eq!(office.event("message").await["to"][0], "ada@example.com", "not before its time");
        home.clock.advance(moment);
        server.ring();
        let delivered = office.event("message").await;
        assert_eq!(delivered["to"][0], "busy@example.com");
        let id = delivered["messageId"].as_str().expect("an id");
        assert!(id.contains(&mail.id), "{id} names the queued mail");
        server.stop().await;
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM mail_queue").await, 0);
    }

    async fn a_mail_server_that_falls_silent_is_given_up_in_time(home: &Home) {
        let mut office = PostOffice::open().await;
        let settings = office.settings(&[("smtp.timeout_seconds", "1")]);
        let server = home.serve_with(&settings.keys()).await;
        let mail = tried(&server, &mut office, "silent@example.com").await;
        retried(&mail, TroubleKind::NoAnswer);
    }

    async fn while_mails_hang_others_are_delivered_and_pages_are_answered(home: &Home) {
        let mut office = PostOffice::open().await;
        // Longer than this test may take: what hangs, hangs until the end.
        let settings = office.settings(&[("smtp.timeout_seconds", "300"), ("http.shutdown_seconds", "0")]);
        let server = home.serve_with(&settings.keys()).await;
        for number in 0..3 {
            // A mailbox of each host is never answered for.
            server.browser().sign_up(&format!("silent@host{number}.example"), PASSWORD).await.is(303);
            office.event("silent").await;
        }
        let browser = server.browser();
        browser.sign_up("ada@example.com", PASSWORD).await.is(303);
        let mail = office.event("message").await;
        assert_eq!(mail["to"][0], "ada@example.com");
        let text = mail["text"].as_str().expect("a plain part");
        let link = text.split_whitespace().find(|word| word.starts_with(&server.url)).expect("a link");
        let path = link.strip_prefix(&server.url).expect("a link to this server");
        browser.confirm(path).await.leads_to("/account");
        browser.get("/readyz").await.is(200);
        assert!(office.count("closed") <= 1, "the others hang still");
        server.stop().await;
    }

    async fn a_mail_server_that_is_not_there_is_tried_again_and_the_log_names_nobody(home: &Home) {
        let port = free_port();
        let settings = Settings::to(free_port(), "none");
        let program = Program::serve(home, port, &settings.keys());
        program.says("delivered by SMTP").await;
        program.browser().sign_up("ada@example.com", PASSWORD).await.is(303);
        let line = program.says("a mail was not delivered; trying again later").await;
        assert!(line.contains("unreachable"), "{line}");
        let url = format!("http://localhost:{port}");
        let listed = text_of(&run(home, &["mail", "list"], &[("LATCHKEY_PUBLIC_URL", &url)], ""));
        assert!(listed.contains("[tried again in 1 minute: the mail server can't be reached; 1 attempt]"), "{listed}");
        let (well, lines) = program.stop();
        assert!(well);
        assert!(!lines.concat().contains("ada@"), "{lines:#?}");
    }

    async fn a_login_that_is_refused_keeps_the_mail_for_a_better_one(home: &Home) {
        let login = json!({ "tls": "none", "user": "latchkey", "password": "the right one" });
        let mut office = PostOffice::with(login).await;
        let settings = office.settings(&[("smtp.username", "latchkey"), ("smtp.password", "a wrong one")]);
        let server = home.serve_with(&settings.keys()).await;
        let mail = tried(&server, &mut office, "ada@example.com").await;
        retried(&mail, TroubleKind::LoginRefused);
        server.stop().await;
        assert_eq!(office.count("recipient"), 0);

        home.clock.advance(Duration::from_mins(1));
        let settings = office.settings(&[("smtp.username", "latchkey"), ("smtp.password", "the right one")]);
        let _server = home.serve_with(&settings.keys()).await;
        let delivered = office.event("message").await;
        assert_eq!(delivered["user"], "latchkey");
    }

    async fn a_mail_that_is_never_taken_is_given_up_when_its_link_expires(home: &Home) {
        let mut office = PostOffice::open().await;
        let settings = office.settings(&[("smtp.timeout_seconds", "1")]);
        let server = home.serve_with(&settings.keys()).await;
        tried(&server, &mut office, "silent@example.com").await;
        home.clock.advance(Duration::from_hours(23) + Duration::from_mins(59));
        server.ring();
        office.event("closed").await;
        let mail = server.mail_to("silent@example.com").await;
        assert!(matches!(mail.state, MailState::Failed { why, .. } if why.kind == TroubleKind::NoAnswer), "{mail:?}");
        assert_eq!(mail.attempts, 2);
        assert!(mail.content.message().is_none());
    }
}

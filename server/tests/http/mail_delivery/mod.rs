//! Mail that leaves the machine, to a mail server that is not ours.

mod crashes;
mod encryption;
mod injection;
mod sharing;
mod stopping;
mod trouble;

use domain::mail::{Content, MailState};

use crate::support::{
    PASSWORD,
    home::Home,
    on_both,
    post_office::PostOffice,
    program::{run, text_of},
};

on_both! {
    async fn a_sign_up_is_confirmed_by_the_link_in_the_mail_that_arrives(home: &Home) {
        let mut office = PostOffice::open().await;
        let server = home.serve_with(&office.settings(&[]).keys()).await;
        let ready = server.browser().get("/readyz").await;
        ready.is(200).says("\"mail\":\"delivered by SMTP\"");
        let browser = server.browser();
        browser.sign_up("Ada@Example.com", PASSWORD).await.is(303);

        let mail = office.event("message").await;
        assert_eq!((&mail["from"], &mail["to"][0]), (&"login@example.com".into(), &"Ada@example.com".into()));
        assert_eq!(mail["hello"], "localhost");
        assert_eq!(mail["subject"], "Confirm your email for Latchkey");
        let text = mail["text"].as_str().expect("a plain part");
        let html = mail["html"].as_str().expect("an HTML part");
        let link = text.split_whitespace().find(|word| word.starts_with(&server.url)).expect("a link");
        assert!(html.contains(&format!("href=\"{link}\"")), "{html}");
        assert!(html.contains(&format!(">{link}</a>")), "the address can be read too: {html}");

        office.event("closed").await;
        assert!(server.mails().await.is_empty(), "what is delivered is forgotten");
        let path = link.strip_prefix(&server.url).expect("a link to this server");
        browser.confirm(path).await.leads_to("/account");
        server.stop().await;
    }

    async fn a_mail_has_the_header_that_mail_servers_and_people_want(home: &Home) {
        let mut office = PostOffice::open().await;
        let server = home.serve_with(&office.settings(&[]).keys()).await;
        server.browser().sign_up("ada@example.com", PASSWORD).await.is(303);
        let mail = office.event("message").await;
        let headers = mail["headers"].as_array().expect("a list");
        let values = |name: &str| -> Vec<&str> {
            let named = headers.iter().filter(|header| header["key"] == name);
            named.map(|header| header["value"].as_str().expect("text")).collect()
        };
        assert_eq!(values("from"), ["Latchkey <login@example.com>"]);
        assert_eq!(values("to"), ["ada@example.com"]);
        assert_eq!(values("date"), ["Thu, 01 Jan 2026 00:00:00 +0000"], "by the clock that is passed in");
        assert_eq!(values("auto-submitted"), ["auto-generated"]);
        let id = values("message-id").join("");
        assert!(id.starts_with('<') && id.ends_with("@localhost>") && id.len() == 48, "{id}");
        let kind = values("content-type").join("");
        assert!(kind.starts_with("multipart/alternative; boundary=\"latchkey-"), "{kind}");
        assert!(headers.len() <= 9, "{headers:?}");
    }

    async fn every_mail_that_waited_is_delivered_once_a_mail_server_is_named(home: &Home) {
        let server = home.serve().await;
        for number in 0..9 {
            server.browser().sign_up(&format!("ada{number}@example.com"), PASSWORD).await.is(303);
        }
        assert_eq!(server.mails().await.len(), 9);
        server.stop().await;
        let mut office = PostOffice::open().await;
        let server = home.serve_with(&office.settings(&[]).keys()).await;
        for _ in 0..9 {
            office.event("message").await;
        }
        server.stop().await;
        assert_eq!(office.count("message"), 0, "each of them once");
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM mail_queue").await, 0);
    }

    async fn a_name_that_looks_like_a_page_or_a_header_stays_a_name(home: &Home) {
        let mut office = PostOffice::open().await;
        let server = home.serve_with(&office.settings(&[]).keys()).await;
        server.account("ada@example.com", PASSWORD).await;
        let name = "<img src=x>\"Bcc: eve@example.com";
        let changed = home.raw().await.run(&format!("UPDATE accounts SET name = '{name}'")).await;
        assert_eq!(changed, 1);
        server.browser().sign_up("ada@example.com", PASSWORD).await.is(303);
        let mail = office.event("message").await;
        assert_eq!(mail["to"].as_array().map(Vec::len), Some(1), "{mail}");
        assert!(mail["text"].as_str().is_some_and(|text| text.contains(name)), "{mail}");
        let html = mail["html"].as_str().expect("an HTML part");
        assert!(html.contains("Hello &lt;img src=x&gt;&quot;Bcc: eve@example.com,"), "{html}");
        assert!(!html.contains("<img"), "{html}");
        let headers = mail["headers"].to_string();
        assert!(!headers.contains("eve@"), "{headers}");
    }

    async fn a_mail_that_cannot_be_opened_is_listed_beside_the_others(home: &Home) {
        let server = home.serve().await;
        server.browser().sign_up("ada@example.com", PASSWORD).await.is(303);
        let mut raw = home.raw().await;
        let id = server.mail_to("ada@example.com").await.id;
        // What another key sealed is noise to this one.
        raw.run(&format!("INSERT INTO mail_queue (id, sealed, created_at, expires_at, next_attempt_at)
            SELECT 'other', sealed, created_at, expires_at, next_attempt_at FROM mail_queue WHERE id = '{id}'")).await;

        let mails = server.mails().await;
        let unreadable = mails.iter().find(|mail| mail.id == "other").expect("listed");
        assert_eq!((&unreadable.content, unreadable.state), (&Content::Unreadable, MailState::Waiting));
        server.browser().get("/dev/outbox").await.is(200).says("ada@example.com").says("(unreadable");
        let url = [("LATCHKEY_PUBLIC_URL", server.url.as_str())];
        let listed = text_of(&run(home, &["mail", "list"], &url, ""));
        assert!(listed.contains("other  ") && listed.contains("  -  (unreadable"), "{listed}");
        assert!(listed.contains("ada@example.com  Confirm your email for Latchkey  [waiting; 0 attempts]"), "{listed}");
        let shown = run(home, &["mail", "show", "other", "--json"], &url, "");
        assert!(shown.status.success());
        let shown: serde_json::Value = serde_json::from_str(&text_of(&shown)).expect("one JSON document");
        assert_eq!((&shown["readable"], &shown["state"]), (&false.into(), &"waiting".into()));
        server.stop().await;

        // Nor does it keep the others from being delivered.
        let mut office = PostOffice::open().await;
        let server = home.serve_with(&office.settings(&[]).keys()).await;
        office.event("closed").await;
        server.stop().await;
        assert_eq!(raw.number("SELECT COUNT(*) FROM mail_queue WHERE last_error = 'unreadable'").await, 1);
        assert_eq!(raw.number("SELECT COUNT(*) FROM mail_queue").await, 1);
    }
}

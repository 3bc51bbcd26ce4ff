//! What a person calls themselves, their browser or their mailbox never becomes a header.

use std::{collections::BTreeSet, time::Duration};

use domain::mail::{self, Circumstances, MailState, Message, TroubleKind};

use crate::support::{
    PASSWORD,
    home::Home,
    on_both,
    post_office::PostOffice,
    program::{error_of, run},
    server::TestServer,
};

/// Would be two headers, a body of its own and the end of the mail.
const HOSTILE: &str =
    "Ada\r\nBcc: eve@example.com\r\nSubject: hijacked\r\n\r\nhijacked body\r\n.\r\nRSET";
/// Every header that a mail of ours has.
const HEADERS: [&str; 9] = [
    "auto-submitted",
    "content-language",
    "content-type",
    "date",
    "from",
    "message-id",
    "mime-version",
    "subject",
    "to",
];

/// A mail of each kind, with that in every text that a person or a browser chose.
fn of_every_kind(text: &str) -> Vec<Message> {
    let (own, token) = (|| text.to_owned(), || "token".to_owned());
    let (at, lifetime) = (1_767_225_600_000_000, 3600);
    let done = || Circumstances {
        at,
        address: own(),
        user_agent: own(),
    };
    vec![
        Message::Invitation {
            name: Some(own()),
            token: token(),
            lifetime,
        },
        Message::ConfirmAddress {
            token: token(),
            lifetime,
        },
        Message::AlreadyRegistered { name: own() },
        Message::ResetPassword {
            name: own(),
            token: token(),
            lifetime,
        },
        Message::ConfirmNewAddress {
            token: token(),
            lifetime,
        },
        Message::AddressWanted { name: own() },
        Message::EmailChanged {
            name: own(),
            to: own(),
            done: done(),
            token: token(),
            lifetime,
        },
        Message::EmailPutBack {
            name: own(),
            done: done(),
        },
        Message::DeletionPlanned {
            name: own(),
            done: done(),
            until: at,
        },
        Message::DeletionCancelled {
            name: own(),
            done: done(),
        },
        Message::AccountDeleted {},
        Message::PasswordChanged {
            name: own(),
            connected: vec![own()],
            done: done(),
        },
        Message::PasswordSet {
            name: own(),
            done: done(),
        },
        Message::IdentityConnected {
            name: own(),
            // What the operator calls it.
            provider: "GitHub".to_owned(),
            label: own(),
            done: done(),
        },
        Message::IdentityDisconnected {
            name: own(),
            // What the operator calls it.
            provider: "GitHub".to_owned(),
            label: own(),
            done: done(),
        },
        Message::AccountMade {
            name: own(),
            provider: "GitHub".to_owned(),
            done: done(),
        },
        Message::TokenCreated {
            name: own(),
            token: own(),
            scopes: vec![own()],
            until: at,
            done: done(),
        },
        Message::TokenExpires {
            name: own(),
            token: own(),
            until: at,
        },
        Message::TokensUsedTwice {
            name: own(),
            done: done(),
        },
        Message::NewBrowser {
            name: own(),
            done: done(),
        },
    ]
}

/// A number for each kind, without a gap: a new one doesn't compile until it stands here.
const fn number(message: &Message) -> usize {
    match message {
        Message::ConfirmAddress { .. } => 0,
        Message::AlreadyRegistered { .. } => 1,
        Message::ResetPassword { .. } => 2,
        Message::Invitation { .. } => 3,
        Message::ConfirmNewAddress { .. } => 4,
        Message::AddressWanted { .. } => 5,
        Message::EmailChanged { .. } => 6,
        Message::EmailPutBack { .. } => 7,
        Message::DeletionPlanned { .. } => 8,
        Message::DeletionCancelled { .. } => 9,
        Message::AccountDeleted {} => 10,
        Message::PasswordChanged { .. } => 11,
        Message::IdentityConnected { .. } => 12,
        Message::IdentityDisconnected { .. } => 13,
        Message::AccountMade { .. } => 14,
        Message::PasswordSet { .. } => 15,
        Message::TokenCreated { .. } => 16,
        Message::TokenExpires { .. } => 17,
        Message::TokensUsedTwice { .. } => 18,
        Message::NewBrowser { .. } => 19,
    }
}

async fn queue(server: &TestServer, to: &str, messages: Vec<Message>) {
    let foundation = &server.services().foundation;
    let mut work = foundation.store.begin().await.expect("a unit");
    for message in messages {
        let queued = mail::queue(foundation, work.as_mut(), to, message).await;
        queued.expect("queued");
    }
    work.commit().await.expect("kept");
}

on_both! {
    async fn headers_can_not_be_injected_through_names_and_addresses_into_mails(home: &Home) {
        let mut office = PostOffice::open().await;
        let server = home.serve_with(&office.settings(&[]).keys()).await;
        let messages = of_every_kind(HOSTILE);
        let kinds = messages.len();
        let numbers: BTreeSet<_> = messages.iter().map(number).collect();
        assert!(numbers.into_iter().eq(0..20), "one of each kind");
        queue(&server, "ada@example.com", messages).await;
        let mut subjects = BTreeSet::new();
        for _ in 0..kinds {
            let mail = office.event("message").await;
            assert_eq!(mail["to"], serde_json::json!(["ada@example.com"]), "{mail}");
            let headers = mail["headers"].as_array().expect("a list");
            let mut names: Vec<_> = headers.iter().map(|header| header["key"].as_str().expect("a name")).collect();
            names.sort_unstable();
            assert_eq!(names, HEADERS, "each once, and no other: {mail}");
            let subject = mail["subject"].as_str().expect("a subject");
            assert!(!subject.contains("hijacked"), "{subject}");
            subjects.insert(subject.to_owned());
            assert!(mail["html"].as_str().is_some_and(|html| html.contains("</html>")), "whole: {mail}");
        }
        assert_eq!(subjects.len(), kinds, "each kind came");
        assert_eq!(office.count("message"), 0, "and nothing more");
    }

    async fn an_address_with_a_line_break_is_given_up_and_nobody_is_written_to(home: &Home) {
        let mut office = PostOffice::open().await;
        let server = home.serve_with(&office.settings(&[]).keys()).await;
        let hostile = [
            "ada@example.com\r\nBcc: eve@example.com",
            "ada@example.com>\r\nRCPT TO:<eve@example.com",
            "ada@example.com\nRCPT TO:<eve@example.com>",
            "ada@example.com, eve@example.com",
            "<eve@example.com>",
            "\"ada\r\nBcc: eve\"@example.com",
            "eve@example.com SIZE=0",
        ];
        for to in hostile {
            queue(&server, to, vec![Message::AccountDeleted {}]).await;
        }
        // The newest is claimed last.
        home.clock.advance(Duration::from_secs(1));
        queue(&server, "ada@example.com", vec![Message::AccountDeleted {}]).await;
        assert_eq!(office.event("recipient").await["to"], "ada@example.com");
        office.event("closed").await;
        server.stop().await;
        assert_eq!(office.count("recipient"), 0, "nobody else was written to");
        let server = home.serve().await;
        let given_up = server.mails().await;
        assert_eq!(given_up.len(), hostile.len());
        for mail in given_up {
            assert!(matches!(mail.state, MailState::Failed { why, .. } if why.kind == TroubleKind::Unaddressable), "{mail:?}");
        }
    }

    async fn names_and_addresses_with_line_breaks_are_refused_wherever_they_are_typed(home: &Home) {
        let server = home.serve().await;
        let owner = server.signed_in("ada@example.com").await;
        let before = home.rows().await;
        let url = [("LATCHKEY_PUBLIC_URL", server.url.as_str())];
        for name in ["Ada\r\nBcc: eve@example.com", "Ada\nLovelace", "Ada\rLovelace", "Ada\u{2028}Lovelace"] {
            let form = [("email", "new@example.com"), ("name", name), ("password", PASSWORD)];
            server.browser().post("/signup", &form).await.is(422).is_a_page();
            owner.post("/account/profile", &[("name", name)]).await.is(422).is_a_page();
            let arguments = ["users", "create", "--email", "new@example.com", "--verified", "--name", name];
            let output = run(home, &arguments, &url, PASSWORD);
            assert!(!output.status.success(), "{name:?}");
            assert!(error_of(&output).contains("the name has control characters"), "{}", error_of(&output));
        }
        for email in ["new@example.com\r\nBcc: eve@example.com", "new@exa\nmple.com", "a\r\n@example.com"] {
            let form = [("email", email), ("name", "Ada"), ("password", PASSWORD)];
            server.browser().post("/signup", &form).await.is(422).is_a_page();
            server.browser().post("/forgot-password", &[("email", email)]).await.is(422).is_a_page();
            owner.post("/account/email", &[("new_email", email)]).await.is(422).is_a_page();
            let arguments = ["users", "create", "--email", email, "--verified", "--name", "Ada"];
            let output = run(home, &arguments, &url, PASSWORD);
            assert!(!output.status.success(), "{email:?}");
        }
        assert_eq!(home.rows().await, before);
    }
}

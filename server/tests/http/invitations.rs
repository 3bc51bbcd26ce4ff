//! `/signup?invitation=…`, and the commands behind it.

use std::{process::Output, time::Duration};

use futures_util::future::join_all;

use crate::support::{
    OTHER_PASSWORD, PASSWORD,
    answer::Answer,
    browser::TestBrowser,
    home::Home,
    on_both,
    program::{error_of, run, text_of},
    server::TestServer,
};

const ADA: &str = "Ada@Example.com";

/// Who may sign up otherwise makes no difference to who is invited.
const POLICIES: [&str; 3] = ["open", "invite", "closed"];

fn users(home: &Home, arguments: &[&str]) -> Output {
    let mut all = vec!["users"];
    all.extend_from_slice(arguments);
    run(home, &all, &[], "")
}

fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}", error_of(output));
    text_of(output)
}

/// Makes an invitation as the command line does, by the test's clock, and gives its link.
async fn invited(server: &TestServer, email: &str) -> String {
    invited_as(server, email, None).await
}

async fn invited_as(
    server: &TestServer,
    email: &str,
    role: Option<domain::accounts::Role>,
) -> String {
    let form = domain::accounts::Invite {
        email,
        name: Some("Ada L."),
        role,
    };
    let made = server.services().accounts.invite(form).await;
    let made = made.expect("the database works");
    assert!(
        matches!(made, domain::accounts::InviteOutcome::Invited { .. }),
        "{made:?}"
    );
    server.confirmation_link(email).await
}

fn token_of(link: &str) -> &str {
    link.strip_prefix("/signup?invitation=")
        .expect("an invitation")
}

async fn accept(browser: &TestBrowser, link: &str) -> Answer {
    accept_with(browser, link, "Ada Lovelace", PASSWORD).await
}

async fn accept_with(browser: &TestBrowser, link: &str, name: &str, password: &str) -> Answer {
    let fields = [
        ("invitation", token_of(link)),
        ("name", name),
        ("password", password),
    ];
    browser.post("/signup", &fields).await
}

on_both! {
    async fn an_invitation_makes_an_account_and_signs_in_whoever_may_sign_up_otherwise(home: &Home) {
        for policy in POLICIES {
            let server = home.serve_with(&[("accounts.signup", policy)]).await;
            let email = format!("{policy}@example.com");
            let link = invited(&server, &email).await;
            let browser = server.browser();
            let page = browser.get(&link).await;
            page.is(200).is_a_page().says("You are invited").says(&email).says("readonly");
            page.says("value=\"Ada L.\"").says(">Create account<");
            accept(&browser, &link).await.leads_to("/account");
            browser.get("/account").await.is(200).says("Ada Lovelace").says(&email);
            server.browser().sign_in(&email, PASSWORD).await.leads_to("/account");
            server.stop().await;
        }
    }

    async fn the_script_accepts_an_invitation_as_well(home: &Home) {
        let server = home.serve_with(&[("accounts.signup", "invite")]).await;
        let link = invited(&server, ADA).await;
        let browser = server.browser();
        let fields = [("invitation", token_of(&link)), ("name", "Ada"), ("password", PASSWORD)];
        let answer = browser.fetch("/signup", &fields).await;
        assert_eq!((answer.status, answer.location()), (200, "/account"), "{}", answer.body);
        assert!(browser.is_signed_in().await);
    }

    async fn the_mail_says_where_to_and_for_how_long(home: &Home) {
        let server = home.serve().await;
        let link = invited(&server, ADA).await;
        let site = server.url.strip_prefix("http://").expect("plain http");
        assert_eq!(server.subjects_to(ADA).await, [format!("You are invited to {site}")]);
        let mail = server.mail_to(ADA).await;
        let text = app::text::mail::write(mail.content.message().expect("a text"), &server.url).plain();
        for part in ["Hello Ada L.,", "7 days", &format!("{}{link}", server.url)] {
            assert!(text.contains(part), "{text}");
        }
    }

    async fn the_address_is_the_invited_one_whatever_is_typed(home: &Home) {
        let server = home.serve_with(&[("accounts.signup", "invite")]).await;
        let link = invited(&server, ADA).await;
        let browser = server.browser();
        let fields = [
            ("email", "mallory@example.com"),
            ("invitation", token_of(&link)),
            ("name", "Ada"),
            ("password", PASSWORD),
        ];
        browser.post("/signup", &fields).await.leads_to("/account");
        browser.get("/account").await.is(200).says(ADA).hides("mallory@example.com");
        server.browser().sign_in("mallory@example.com", PASSWORD).await.is(422);
        server.browser().sign_in("ada@example.com", PASSWORD).await.leads_to("/account");
    }

    async fn looking_at_an_invitation_consumes_nothing(home: &Home) {
        let server = home.serve().await;
        let link = invited(&server, ADA).await;
        let before = home.rows().await;
        for _ in 0..3 {
            let scanner = server.browser();
            scanner.get(&link).await.is(200);
            scanner.asks("HEAD", &link).send().await.is(200);
        }
        assert_eq!(home.rows().await, before);
        accept(&server.browser(), &link).await.leads_to("/account");
    }

    async fn an_invitation_rests_only_hashed(home: &Home) {
        let server = home.serve().await;
        let link = invited(&server, ADA).await;
        let token = token_of(&link);
        assert_eq!(token.len(), 43, "256 bits");
        let mut raw = home.raw().await;
        assert_eq!(raw.number("SELECT COUNT(*) FROM one_time_links WHERE length(hash) = 32").await, 1);
        let sql = format!("SELECT COUNT(*) FROM invitations WHERE id = '{token}'");
        assert_eq!(raw.number(&sql).await, 0);
    }

    async fn an_invitation_works_once_under_twenty_concurrent_posts(home: &Home) {
        let server = home.serve_with(&[("hashing.queue_per_thread", "40")]).await;
        let link = invited_as(&server, ADA, Some(domain::accounts::Role::Admin)).await;
        let browsers: Vec<_> = (0..20).map(|_| server.browser()).collect();
        let answers = join_all(browsers.iter().map(|browser| accept(browser, &link))).await;
        let in_time = answers.iter().filter(|answer| answer.status == 303).count();
        assert_eq!(in_time, 1);
        for answer in answers.iter().filter(|answer| answer.status != 303) {
            answer.is(410).is_a_page().says("This link has been used");
        }
        let mut raw = home.raw().await;
        for table in ["accounts", "emails", "passwords", "role_grants", "sessions"] {
            assert_eq!(raw.number(&format!("SELECT COUNT(*) FROM {table}")).await, 1, "{table}");
        }
        assert_eq!(raw.number("SELECT COUNT(*) FROM invitations").await, 0);
    }

    async fn a_used_invitation_gives_410(home: &Home) {
        let server = home.serve().await;
        let link = invited(&server, ADA).await;
        let browser = server.browser();
        accept(&browser, &link).await.leads_to("/account");
        let before = home.rows().await;
        browser.get(&link).await.is(410).is_a_page().says("This link has been used").says("href=\"/account\"");
        let other = server.browser();
        other.get(&link).await.is(410).is_a_page().says("href=\"/login\"").says("whoever invited you");
        accept(&other, &link).await.is(410).is_a_page();
        let script = [("invitation", token_of(&link)), ("name", "A"), ("password", PASSWORD)];
        other.fetch("/signup", &script).await.is(410).says("invitation_used");
        assert_eq!(home.rows().await, before);
    }

    async fn an_invitation_expires_after_seven_days_with_410(home: &Home) {
        let server = home.serve().await;
        let early = invited(&server, "early@example.com").await;
        let late = invited(&server, "late@example.com").await;
        home.clock.advance(Duration::from_secs(7 * 24 * 60 * 60 - 1));
        accept(&server.browser(), &early).await.leads_to("/account");
        home.clock.advance(Duration::from_secs(1));
        let before = home.rows().await;
        let browser = server.browser();
        browser.get(&late).await.is(410).is_a_page().says("This link has expired").says("whoever invited you");
        accept(&browser, &late).await.is(410).is_a_page().says("This link has expired");
        assert_eq!(home.rows().await, before);
    }

    async fn the_hours_of_an_invitation_are_configurable(home: &Home) {
        let server = home.serve_with(&[("links.invite_hours", "2")]).await;
        let link = invited(&server, ADA).await;
        home.clock.advance(Duration::from_hours(2));
        server.browser().get(&link).await.is(410);
    }

    async fn a_truncated_or_foreign_invitation_gives_404(home: &Home) {
        let server = home.serve_with(&[("accounts.signup", "invite")]).await;
        let link = invited(&server, ADA).await;
        server.account("ben@example.com", PASSWORD).await;
        server.browser().post("/forgot-password", &[("email", "ben@example.com")]).await.is(303);
        let reset = server.confirmation_link("ben@example.com").await;
        let (_, reset) = reset.split_once("token=").expect("a token");
        let token = token_of(&link);
        let before = home.rows().await;
        let browser = server.browser();
        for wrong in ["x", &token[1..], &token.repeat(2), reset, "../../etc", "\u{1f511}"] {
            let query: String = url::form_urlencoded::byte_serialize(wrong.as_bytes()).collect();
            let page = browser.get(&format!("/signup?invitation={query}")).await;
            page.is(404).is_a_page().says("This link doesn").says("whoever invited you");
            let fields = [("invitation", wrong), ("name", "Ada"), ("password", PASSWORD)];
            browser.post("/signup", &fields).await.is(404).is_a_page();
            browser.fetch("/signup", &fields).await.is(404).says("invitation_unknown");
        }
        for path in ["/signup?invitation=", "/signup?invitation", "/signup?invitation=a&invitation=b"] {
            browser.get(path).await.is(404).is_a_page();
        }
        // Nor is it any other link.
        browser.get(&format!("/verify-email?token={token}")).await.is(404);
        browser.get(&format!("/reset-password?token={token}")).await.is(404);
        assert_eq!(home.rows().await, before);
        accept(&browser, &link).await.leads_to("/account");
    }

    async fn a_later_invitation_replaces_an_earlier_one(home: &Home) {
        let server = home.serve().await;
        let earlier = invited_as(&server, ADA, Some(domain::accounts::Role::Admin)).await;
        home.clock.advance(Duration::from_secs(1));
        let later = invited(&server, "ada@EXAMPLE.com").await;
        let browser = server.browser();
        browser.get(&earlier).await.is(404).is_a_page();
        accept(&browser, &earlier).await.is(404).is_a_page();
        accept(&browser, &later).await.leads_to("/account");
        let mut raw = home.raw().await;
        assert_eq!(raw.number("SELECT COUNT(*) FROM role_grants").await, 0, "that was the earlier one");
    }

    async fn twenty_invitations_to_one_address_leave_one(home: &Home) {
        let server = home.serve().await;
        let form = || domain::accounts::Invite { email: ADA, name: None, role: None };
        let made = join_all((0..20).map(|_| server.services().accounts.invite(form()))).await;
        // With so many at once, one may be told to try again; none is half there.
        assert!(made.iter().any(Result::is_ok));
        let mut raw = home.raw().await;
        assert_eq!(raw.number("SELECT COUNT(*) FROM invitations").await, 1);
        assert_eq!(raw.number("SELECT COUNT(*) FROM one_time_links").await, 1);
    }

    async fn what_is_wrong_is_said_beside_its_field_and_the_link_stays_good(home: &Home) {
        let server = home.serve_with(&[("accounts.signup", "closed")]).await;
        let link = invited(&server, ADA).await;
        let before = home.rows().await;
        let browser = server.browser();
        let page = accept_with(&browser, &link, "A\u{202e}da", "short").await;
        page.is(422).is_a_page().says("Leave out line breaks").says("Use at least 15 characters").says(ADA);
        page.hides("value=\"short\"").says(token_of(&link));
        let page = accept_with(&browser, &link, " ", "ada@example.com ada@example.com").await;
        page.is(422).is_a_page().says("Type your name.").says("mostly your email");
        assert_eq!(home.rows().await, before);
        accept(&browser, &link).await.leads_to("/account");
    }

    async fn an_account_that_came_by_another_way_leaves_the_invitation_used(home: &Home) {
        let server = home.serve().await;
        let link = invited_as(&server, ADA, Some(domain::accounts::Role::Admin)).await;
        server.account(ADA, OTHER_PASSWORD).await;
        let before = home.rows().await;
        let browser = server.browser();
        browser.get(&link).await.is(410).is_a_page().says("This link has been used");
        accept(&browser, &link).await.is(410).is_a_page();
        assert_eq!(home.rows().await, before, "nothing is half written");
        assert!(!browser.is_signed_in().await);
        browser.sign_in(ADA, PASSWORD).await.is(422);
        browser.sign_in(ADA, OTHER_PASSWORD).await.leads_to("/account");
    }

    async fn a_sign_up_that_waits_is_nothing_once_the_invited_account_is_there(home: &Home) {
        let server = home.serve().await;
        let stranger = server.browser();
        stranger.sign_up("ada@example.com", OTHER_PASSWORD).await.is(303);
        let planted = server.confirmation_link("ada@example.com").await;
        let link = invited(&server, ADA).await;
        accept(&server.browser(), &link).await.leads_to("/account");
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM registrations").await, 0);
        assert!(matches!(stranger.confirm(&planted).await.status, 404 | 410));
        server.browser().sign_in(ADA, OTHER_PASSWORD).await.is(422);
        server.browser().sign_in(ADA, PASSWORD).await.leads_to("/account");
    }

    async fn confirming_and_accepting_at_once_make_one_account(home: &Home) {
        let server = home.serve().await;
        for round in 0..8 {
            let email = format!("ada{round}@example.com");
            let stranger = server.browser();
            stranger.sign_up(&email, OTHER_PASSWORD).await.is(303);
            let planted = server.confirmation_link(&email).await;
            // The newest mail is the one that counts.
            home.clock.advance(Duration::from_secs(1));
            let link = invited(&server, &email).await;
            let invitee = server.browser();
            let (confirmed, accepted) =
                futures_util::future::join(stranger.confirm(&planted), accept(&invitee, &link)).await;
            for answer in [&confirmed, &accepted] {
                assert!(matches!(answer.status, 303 | 404 | 410), "{} {}", answer.status, answer.body);
            }
            assert_eq!(usize::from(confirmed.status == 303) + usize::from(accepted.status == 303), 1);
        }
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM accounts").await, 8);
    }

    async fn an_invited_administrator_has_the_role_and_a_short_session(home: &Home) {
        let server = home.serve().await;
        let link = invited_as(&server, ADA, Some(domain::accounts::Role::Admin)).await;
        accept(&server.browser(), &link).await.leads_to("/account");
        let mut raw = home.raw().await;
        assert_eq!(raw.number("SELECT COUNT(*) FROM role_grants WHERE role = 'admin'").await, 1);
        assert_eq!(raw.number("SELECT COUNT(*) FROM sessions WHERE persistent").await, 0);
    }

    async fn by_invitation_says_so_and_keeps_nothing(home: &Home) {
        let server = home.serve_with(&[("accounts.signup", "invite")]).await;
        let before = home.rows().await;
        let browser = server.browser();
        browser.get("/signup").await.is(403).is_a_page().says("Sign-up is by invitation");
        browser.sign_up("ada@example.com", PASSWORD).await.is(403).is_a_page().says("Sign-up is by invitation");
        let form = [("email", "ada@example.com"), ("name", "Ada"), ("password", PASSWORD)];
        browser.fetch("/signup", &form).await.is(403).says("sign_up_by_invitation");
        browser.get("/login").await.is(200).hides("href=\"/signup\"");
        browser.get("/").await.is(200).hides("href=\"/signup\"");
        browser.get("/readyz").await.is(200).says("\"signup\":\"invite\"");
        assert_eq!(home.rows().await, before);
        assert!(server.mails().await.is_empty());
    }

    async fn people_are_invited_listed_and_uninvited_from_the_command_line(home: &Home) {
        let server = home.serve_with(&[("accounts.signup", "invite")]).await;
        let made = done(&users(home, &["invite", "--email", ADA, "--name", "Ada L.", "--admin"]));
        assert!(made.starts_with("Invited Ada@Example.com. The link works until "), "{made}");
        assert!(made.contains("latchkey mail show "), "no mail server is configured: {made}");
        let made = done(&users(home, &["invite", "--email", "ben@example.com", "--json"]));
        let made: serde_json::Value = serde_json::from_str(&made).expect("one JSON document");
        assert_eq!(made["invited"], "ben@example.com");
        let mail = done(&run(home, &["mail", "show", made["mail"].as_str().expect("an id")], &[], ""));
        assert!(mail.contains("/signup?invitation="), "{mail}");

        let listed = done(&users(home, &["invitations", "--json"]));
        let listed: serde_json::Value = serde_json::from_str(&listed).expect("one JSON document");
        let people = listed["invitations"].as_array().expect("a list");
        let told: Vec<_> = people.iter().map(|one| (&one["email"], &one["name"], &one["admin"])).collect();
        assert_eq!(told, [(&ADA.into(), &"Ada L.".into(), &true.into()), (&"ben@example.com".into(), &serde_json::Value::Null, &false.into())]);
        assert!(done(&users(home, &["invitations"])).starts_with("Ada@Example.com  Ada L.  until "));

        let link = server.confirmation_link("ben@example.com").await;
        assert_eq!(done(&users(home, &["uninvite", "--email", "BEN@example.com"])), "BEN@example.com is not invited any more.\n");
        server.browser().get(&link).await.is(404).is_a_page();
        accept(&server.browser(), &link).await.is(404).is_a_page();
        let again = users(home, &["uninvite", "--email", "ben@example.com"]);
        assert_eq!(again.status.code(), Some(1));
        assert!(error_of(&again).contains("no invitation waits for the address ben@example.com"));
        let mut raw = home.raw().await;
        for (kind, times) in [("invitation.created", 2), ("invitation.withdrawn", 1)] {
            let sql = format!("SELECT COUNT(*) FROM audit_events WHERE kind = '{kind}' AND actor = 'command-line'");
            assert_eq!(raw.number(&sql).await, times, "{kind}");
        }
    }

    async fn who_has_an_account_is_not_invited(home: &Home) {
        let server = home.serve().await;
        server.account("ada@example.com", PASSWORD).await;
        let before = home.rows().await;
        let output = users(home, &["invite", "--email", ADA]);
        assert_eq!(output.status.code(), Some(3), "{}", error_of(&output));
        assert!(error_of(&output).contains("Ada@Example.com has an account already"));
        for (email, name, word) in [("nonsense", "Ada", "e-mail"), ("x@example.com", "a\nb", "name"), ("x@example.com", "", "name")] {
            let output = users(home, &["invite", "--email", email, "--name", name]);
            assert_eq!(output.status.code(), Some(1));
            assert!(error_of(&output).contains(word), "{}", error_of(&output));
        }
        assert_eq!(home.rows().await, before);
        assert_eq!(done(&users(home, &["invitations"])), "No invitation waits.\n");
    }

    async fn an_accepted_invitation_is_audited_and_waits_no_more(home: &Home) {
        let server = home.serve().await;
        let link = invited_as(&server, ADA, Some(domain::accounts::Role::Admin)).await;
        accept(&server.browser(), &link).await.leads_to("/account");
        let mut raw = home.raw().await;
        for kind in ["account.created", "role.granted"] {
            let sql = format!(
                "SELECT COUNT(*) FROM audit_events WHERE kind = '{kind}' AND details LIKE '%\"by\":\"invitation\"%'"
            );
            assert_eq!(raw.number(&sql).await, 1, "{kind}");
        }
        let waiting = server.services().accounts.invitations("", 10).await.expect("a list");
        assert!(waiting.is_empty());
    }
}

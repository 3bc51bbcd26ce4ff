//! Who gets in, and how far.

use super::{ADMIN, administrator, page_of, support};
use crate::support::{
    PASSWORD,
    home::Home,
    on_both,
    program::{error_of, run, text_of},
};

const PAGES: [&str; 10] = [
    "/admin",
    "/admin/users",
    "/admin/users/invite",
    "/admin/users/AAAAAAAAAAAAAAAAAAAAAA",
    "/admin/users/AAAAAAAAAAAAAAAAAAAAAA/disable",
    "/admin/sessions",
    "/admin/sessions/end",
    "/admin/tokens",
    "/admin/keys",
    "/admin/keys/rotate",
];

on_both! {
    async fn a_person_without_a_role_finds_nothing(home: &Home) {
        let server = home.serve().await;
        let ada = server.signed_in("ada@example.com").await;
        for path in PAGES {
            ada.get(path).await.is(404).is_a_page().hides("Administration");
            server.browser().get(path).await.leads_to(&format!("/login?next={path}"));
        }
        ada.get("/account").await.hides("/admin");
        for (path, fields) in [
            ("/admin/users/AAAAAAAAAAAAAAAAAAAAAA", [("act", "enable")].as_slice()),
            ("/admin/users/AAAAAAAAAAAAAAAAAAAAAA/disable", &[]),
            ("/admin/users/invite", &[("email", "x@example.com")]),
            ("/admin/sessions", &[("end", "x")]),
            ("/admin/sessions/end", &[("confirmation", "end sessions")]),
            ("/admin/tokens", &[("revoke", "x")]),
            ("/admin/keys/rotate", &[("act", "rotate")]),
        ] {
            ada.post(path, fields).await.is(404).is_a_page();
        }
        // A flood of attempts leaves one event in ten minutes.
        let denied = "SELECT COUNT(*) FROM audit_events WHERE kind = 'access.denied' AND outcome = 'denied'";
        assert_eq!(home.raw().await.number(denied).await, 1);
        home.clock.advance(std::time::Duration::from_mins(11));
        ada.get("/admin/keys").await.is(404);
        assert_eq!(home.raw().await.number(denied).await, 2);
    }

    async fn an_administrator_finds_the_way_in_and_every_page(home: &Home) {
        let server = home.serve().await;
        let admin = administrator(&server).await;
        admin.get("/account").await.is(200).says("href=\"/admin\"");
        for path in PAGES.iter().filter(|path| !path.contains("AAAA")) {
            admin.get(path).await.is(200).is_a_page();
        }
        admin.get("/admin/users/AAAAAAAAAAAAAAAAAAAAAA").await.is(404).is_a_page();
    }

    async fn support_sees_everything_and_ends_sessions_alone(home: &Home) {
        let server = home.serve().await;
        let support = support(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        server.token_of(server.account("bob@example.com", PASSWORD).await, &["profile:read"]).await;
        for path in ["/admin", "/admin/users", "/admin/sessions", "/admin/tokens", "/admin/keys"] {
            support.get(path).await.is(200);
        }
        support.get("/admin/tokens").await.hides("Revoke");
        for path in ["/admin/users/invite", "/admin/keys/rotate"] {
            support.get(path).await.is(404);
        }
        let page = page_of(&support, "ada@").await;
        support.get(&page).await.says("End all sessions").hides("Disable").hides("reset link").hides("Change role");
        for act in ["disable", "role", "revoke-tokens"] {
            support.get(&format!("{page}/{act}")).await.is(404);
            support.post(&format!("{page}/{act}"), &[("role", "admin")]).await.is(403).says("Only administrators");
        }
        support.post(&page, &[("act", "send-reset")]).await.is(403);
        support.post("/admin/users/invite", &[("email", "x@example.com"), ("role", "admin")]).await.is(403);
        support.post("/admin/keys/rotate", &[("act", "rotate")]).await.is(403);
        assert!(ada.is_signed_in().await);
        support.post(&format!("{page}/end-sessions"), &[]).await.leads_to(&format!("{page}?done=sessions&count=1"));
        assert!(!ada.is_signed_in().await);
    }

    async fn a_role_that_is_taken_away_counts_no_more_at_the_next_click(home: &Home) {
        let server = home.serve().await;
        let admin = administrator(&server).await;
        server.administrator("other@example.com", PASSWORD).await;
        admin.get("/admin").await.is(200);
        server.services().accounts.set_role(ADMIN, None).await.expect("it is taken");
        // Sessions end with a change of the role.
        admin.get("/admin").await.leads_to("/login?next=/admin");
        let again = server.another_browser_of(ADMIN).await;
        again.get("/admin").await.is(404);
    }

    async fn roles_are_given_in_the_place_of_one_another(home: &Home) {
        let server = home.serve().await;
        let admin = administrator(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let page = page_of(&admin, "ada@").await;
        admin.get(&format!("{page}/role")).await.is(200).says("Administrator").says("value=\"none\" checked");
        admin.post(&format!("{page}/role"), &[("role", "support")]).await.leads_to(&format!("{page}?done=role&count=1"));
        assert!(!ada.is_signed_in().await);
        server.another_browser_of("ada@example.com").await.get("/admin").await.is(200);
        admin.post(&format!("{page}/role"), &[("role", "admin")]).await;
        let mut raw = home.raw().await;
        assert_eq!(raw.number("SELECT COUNT(*) FROM role_grants WHERE role = 'support'").await, 0);
        admin.post(&format!("{page}/role"), &[("role", "none")]).await.leads_to(&format!("{page}?done=role&count=1"));
        admin.post(&format!("{page}/role"), &[("role", "none")]).await.leads_to(&format!("{page}?done=nothing&count=0"));
        admin.post(&format!("{page}/role"), &[("role", "owner")]).await.is(400);
        let events = raw.number("SELECT COUNT(*) FROM audit_events WHERE kind = 'role.revoked'").await;
        assert_eq!(events, 2);
    }

    async fn nobody_disables_or_demotes_themself(home: &Home) {
        let server = home.serve().await;
        let admin = administrator(&server).await;
        let own = page_of(&admin, "admin@").await;
        admin.get(&own).await.hides("Disable account").hides("Change role");
        for act in ["disable", "role"] {
            let answer = admin.post(&format!("{own}/{act}"), &[("role", "none")]).await;
            answer.is(409).is_a_page().says("your own account");
        }
        admin.get("/admin").await.is(200);
    }

    async fn the_last_administrator_stays_one(home: &Home) {
        let server = home.serve().await;
        server.administrator(ADMIN, PASSWORD).await;
        drop(server);
        let cli = |arguments: &[&str]| tokio::task::block_in_place(|| run(home, arguments, &[], ""));
        let refused = cli(&["users", "demote", "--email", ADMIN]);
        assert_eq!(refused.status.code(), Some(1));
        assert!(error_of(&refused).contains("the last administrator; promote somebody else first"), "{}", error_of(&refused));
        let refused = cli(&["users", "disable", "--email", ADMIN]);
        assert!(error_of(&refused).contains("the last administrator"), "{}", error_of(&refused));
        let refused = cli(&["users", "promote", "--email", ADMIN, "--role", "support"]);
        assert_eq!(refused.status.code(), Some(1));
        let server = home.serve().await;
        server.account("ada@example.com", PASSWORD).await;
        drop(server);
        let said = text_of(&cli(&["users", "promote", "--email", "ada@example.com"]));
        assert!(said.contains("is an administrator now"), "{said}");
        let said = text_of(&cli(&["users", "demote", "--email", ADMIN]));
        assert!(said.contains("is without a role now"), "{said}");
    }

    async fn two_administrators_cannot_demote_each_other_at_once(home: &Home) {
        let server = home.serve().await;
        let one = administrator(&server).await;
        server.administrator("other@example.com", PASSWORD).await;
        let other = server.another_browser_of("other@example.com").await;
        let page_of_one = page_of(&other, "admin@").await;
        let page_of_other = page_of(&one, "other@").await;
        let (path_one, path_other) = (format!("{page_of_one}/role"), format!("{page_of_other}/role"));
        let none = [("role", "none")];
        let (_, _) = futures_util::future::join(one.post(&path_other, &none), other.post(&path_one, &none)).await;
        let left = home.raw().await.number("SELECT COUNT(*) FROM role_grants WHERE role = 'admin'").await;
        assert_eq!(left, 1);
    }

    async fn changes_ask_for_a_fresh_proof_of_who_asks(home: &Home) {
        let server = home.serve().await;
        let admin = administrator(&server).await;
        server.account("ada@example.com", PASSWORD).await;
        let page = page_of(&admin, "ada@").await;
        home.clock.advance(std::time::Duration::from_mins(16));
        admin.get(&page).await.is(200);
        let path = format!("{page}/disable");
        admin.post(&path, &[]).await.leads_to(&format!("/account/confirm?next={path}"));
        admin.post("/admin/sessions?q=ada", &[("end", "x")]).await.leads_to("/account/confirm?next=/admin/sessions%3Fq%3Dada");
        let disabled = home.raw().await.number("SELECT COUNT(*) FROM accounts WHERE disabled_at IS NOT NULL").await;
        assert_eq!(disabled, 0);
    }
}

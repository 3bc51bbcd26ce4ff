//! `/api/v1/auth/signup`

use serde_json::json;

use super::{ADA, sign_in};
use crate::support::{PASSWORD, home::Home, on_both};

const SIGN_UP: &str = "/api/v1/auth/signup";

on_both! {
    async fn known_and_unknown_addresses_are_answered_alike(home: &Home) {
        let server = home.serve().await;
        server.account(ADA, PASSWORD).await;
        let asked = async |email: &str| {
            let body = json!({"email": email, "name": "Ada", "password": "seventeen quiet lighthouses"});
            server.caller().post(SIGN_UP, &body).await
        };
        let (known, unknown) = (asked(ADA).await, asked("grace@example.com").await);
        assert_eq!((known.is(202).status, &known.body), (unknown.status, &unknown.body));
        let shown = |answer: &crate::support::answer::Answer| {
            let mut names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
            names.sort();
            names
        };
        assert_eq!(shown(&known), shown(&unknown));
        assert_eq!(server.subjects_to(ADA).await.len(), 1, "the owner is told");
        let link = server.confirmation_link("grace@example.com").await;
        let browser = server.browser();
        browser.confirm_with(&link, "seventeen quiet lighthouses").await.leads_to("/login?confirmed");
        sign_in(&server, ADA).await;
    }

    async fn the_rules_of_the_page_hold(home: &Home) {
        let server = home.serve().await;
        let before = home.rows().await;
        for (email, name, password, pointer) in [
            ("x", "Ada", PASSWORD, "/email"), ("ada@example.com", "a\u{202e}b", PASSWORD, "/name"),
            ("ada@example.com", &"x".repeat(101), PASSWORD, "/name"), ("ada@example.com", "Ada", "short", "/password"),
            ("ada@example.com", "Ada", "passwordpassword", "/password"),
        ] {
            let answer = server.caller().post(SIGN_UP, &json!({"email": email, "name": name, "password": password})).await;
            answer.is_problem(422, "invalid-fields").hides(PASSWORD);
            assert_eq!(answer.json()["errors"][0]["pointer"], pointer);
        }
        assert_eq!(home.rows().await, before);
    }

    async fn a_closed_door_is_closed_here_too(home: &Home) {
        for policy in ["closed", "invite"] {
            let home = home.neighbour().await;
            let server = home.serve_with(&[("accounts.signup", policy)]).await;
            let body = json!({"email": ADA, "name": "Ada", "password": PASSWORD});
            server.caller().post(SIGN_UP, &body).await.is_problem(403, "sign-up-closed");
            drop(server);
            home.discard().await;
        }
    }

    async fn too_many_sign_ups_of_a_network_are_told_to_wait(home: &Home) {
        let server = home.serve_with(&[("throttle.signups_per_address", "2")]).await;
        let mut last = None;
        for number in 0..3 {
            let body = json!({"email": format!("ada{number}@example.com"), "name": "Ada", "password": PASSWORD});
            last = Some(server.caller().post(SIGN_UP, &body).await);
        }
        let answer = last.expect("three");
        answer.is_problem(429, "too-many-sign-ups");
        assert!(answer.header("retry-after").parse::<u32>().is_ok());
    }
}

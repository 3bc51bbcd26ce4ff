//! `/api/v1/auth/refresh`: a family of tokens, each used once, save where an answer may have been lost
//! (RFC 9700 section 4.14).

use std::time::Duration;

use serde_json::json;

use super::{ADA, SignedIn, signed_in};
use crate::support::{answer::Answer, home::Home, on_both, server::TestServer};

const DAY: Duration = Duration::from_hours(24);
/// Sessions that don't end before the families do.
const LONG: [(&str, &str); 2] = [
    ("sessions.persistent_idle_hours", "8760"),
    ("sessions.persistent_absolute_hours", "8760"),
];

async fn present(server: &TestServer, refresh_token: &str) -> Answer {
    let body = json!({ "refresh_token": refresh_token });
    server.caller().post("/api/v1/auth/refresh", &body).await
}

/// The next refresh token.
async fn next(server: &TestServer, refresh_token: &str) -> String {
    let answer = present(server, refresh_token).await;
    answer.is(200);
    SignedIn::of(&answer.json()).refresh_token
}

async fn is_over(server: &TestServer, refresh_token: &str) {
    let answer = present(server, refresh_token).await;
    answer.is_problem(400, "invalid-grant");
    assert_eq!(answer.json()["error"], "invalid_grant");
}

/// How many mails told that two presented one token.
async fn alarms(server: &TestServer) -> usize {
    let subjects = server.subjects_to(ADA).await;
    subjects
        .iter()
        .filter(|subject| subject.contains("was signed out"))
        .count()
}

on_both! {
    async fn a_refresh_token_gives_the_next_tokens(home: &Home) {
        let server = home.serve().await;
        let (program, first) = signed_in(&server, ADA).await;
        home.clock.advance(Duration::from_mins(6));
        program.get("/api/v1/me").await.is(401);
        let answer = present(&server, &first.refresh_token).await;
        answer.is(200);
        assert_eq!((answer.header("cache-control"), &answer.json()["token_type"]), ("no-store", &json!("Bearer")));
        let second = SignedIn::of(&answer.json());
        assert_ne!(second.refresh_token, first.refresh_token);
        server.caller().with_token(&second.access_token).get("/api/v1/me").await.is(200);
        for none in ["", "x", "lkr_", "lkr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &second.access_token] {
            is_over(&server, none).await;
        }
    }

    async fn lost_response(home: &Home) {
        let server = home.serve().await;
        let (_, first) = signed_in(&server, ADA).await;
        let lost = next(&server, &first.refresh_token).await;
        home.clock.advance(Duration::from_hours(3));
        let again = next(&server, &first.refresh_token).await;
        assert_ne!(lost, again);
        let third = next(&server, &again).await;
        next(&server, &third).await;
        assert_eq!(alarms(&server).await, 0);
    }

    async fn crossed_tabs_the_later_answer_is_kept(home: &Home) {
        let server = home.serve().await;
        let (_, first) = signed_in(&server, ADA).await;
        next(&server, &first.refresh_token).await;
        let kept = next(&server, &first.refresh_token).await;
        let third = next(&server, &kept).await;
        next(&server, &third).await;
        assert_eq!(alarms(&server).await, 0);
    }

    async fn crossed_tabs_the_earlier_answer_is_kept(home: &Home) {
        let server = home.serve().await;
        let (_, first) = signed_in(&server, ADA).await;
        let kept = next(&server, &first.refresh_token).await;
        next(&server, &first.refresh_token).await;
        home.clock.advance(Duration::from_secs(59));
        let third = next(&server, &kept).await;
        next(&server, &third).await;
        assert_eq!(alarms(&server).await, 0);
    }

    async fn crossed_tabs_after_a_minute_nobody_knows_who_it_is(home: &Home) {
        let server = home.serve().await;
        let (_, first) = signed_in(&server, ADA).await;
        let kept = next(&server, &first.refresh_token).await;
        let other = next(&server, &first.refresh_token).await;
        home.clock.advance(Duration::from_secs(61));
        is_over(&server, &kept).await;
        is_over(&server, &other).await;
    }

    async fn thief_first(home: &Home) {
        let server = home.serve().await;
        let (program, first) = signed_in(&server, ADA).await;
        let stolen = next(&server, &first.refresh_token).await;
        let thief = next(&server, &stolen).await;
        // The owner comes with what the thief had used up.
        is_over(&server, &first.refresh_token).await;
        is_over(&server, &thief).await;
        program.get("/api/v1/me").await.is_problem(401, "invalid-token");
        assert_eq!(alarms(&server).await, 1, "and the owner is told, once");
    }

    async fn thief_second(home: &Home) {
        let server = home.serve().await;
        let (program, first) = signed_in(&server, ADA).await;
        let second = next(&server, &first.refresh_token).await;
        let third = next(&server, &second).await;
        // A thief comes with an old one.
        is_over(&server, &first.refresh_token).await;
        is_over(&server, &third).await;
        program.get("/api/v1/me").await.is_problem(401, "invalid-token");
        assert_eq!(alarms(&server).await, 1);
        let feed = server.caller().get("/api/v1/revocations").await.json();
        assert_eq!(feed["items"].as_array().map(Vec::len), Some(1), "those who verify by themselves are told");
    }

    async fn two_nodes(home: &Home) {
        let here = home.serve().await;
        let (_, first) = signed_in(&here, ADA).await;
        let there = home.serve().await;
        let second = next(&there, &first.refresh_token).await;
        let (one, other) = tokio::join!(present(&here, &second), present(&there, &second));
        one.is(200);
        other.is(200);
        let mut tokens = [one, other].map(|answer| SignedIn::of(&answer.json()).refresh_token);
        tokens.sort();
        assert_ne!(tokens[0], tokens[1]);
        // Whichever of them the client kept.
        let third = next(&here, &tokens[0]).await;
        let fourth = next(&there, &third).await;
        is_over(&here, &second).await;
        is_over(&there, &fourth).await;
        assert_eq!(alarms(&there).await, 1);
    }

    async fn a_session_that_ended_ends_the_family(home: &Home) {
        let server = home.serve().await;
        let (program, first) = signed_in(&server, ADA).await;
        let sessions = program.get("/api/v1/sessions").await.json();
        let id = sessions["items"][0]["id"].as_str().expect("an id");
        program.delete(&format!("/api/v1/sessions/{id}")).await.is(204);
        is_over(&server, &first.refresh_token).await;
        program.get("/api/v1/me").await.is_problem(401, "invalid-token");
    }

    async fn a_disabled_account_gets_no_more_tokens(home: &Home) {
        let server = home.serve().await;
        let (_, first) = signed_in(&server, ADA).await;
        home.disable(ADA).await;
        is_over(&server, &first.refresh_token).await;
    }

    async fn a_token_waits_for_thirty_days(home: &Home) {
        let server = home.serve_with(&LONG).await;
        let (_, first) = signed_in(&server, ADA).await;
        home.clock.advance(29 * DAY);
        let second = next(&server, &first.refresh_token).await;
        home.clock.advance(30 * DAY);
        is_over(&server, &second).await;
    }

    async fn a_family_lives_for_ninety_days(home: &Home) {
        let server = home.serve_with(&LONG).await;
        let (_, first) = signed_in(&server, ADA).await;
        let mut token = first.refresh_token;
        for _ in 0..4 {
            home.clock.advance(22 * DAY);
            token = next(&server, &token).await;
        }
        home.clock.advance(2 * DAY);
        is_over(&server, &token).await;
    }

    async fn a_family_never_outlives_its_session(home: &Home) {
        let server = home.serve().await;
        let (_, first) = signed_in(&server, ADA).await;
        let mut token = first.refresh_token;
        // Refreshing is using: seven idle days begin anew.
        for _ in 0..4 {
            home.clock.advance(6 * DAY);
            token = next(&server, &token).await;
        }
        home.clock.advance(6 * DAY);
        is_over(&server, &token).await;
        let (_, other) = signed_in(&server, "grace@example.com").await;
        home.clock.advance(7 * DAY);
        is_over(&server, &other.refresh_token).await;
    }
}

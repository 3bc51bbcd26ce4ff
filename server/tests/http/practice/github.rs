//! Practice GitHub speaks as GitHub does.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Application, GITHUB, json as body};
use crate::support::{home::Home, on_both, wire::status};

const USER: &str = "/dev/providers/github/api/user";
const EMAILS: &str = "/dev/providers/github/api/user/emails";

impl Application {
    /// What GitHub says of whoever a button stands for.
    async fn learns(&self, act: &str, email: &str) -> (Value, Value) {
        let back = self.returns(&self.press(&self.asks(&[]), act, email).await);
        let answer = body(&self.redeems(&back["code"], &[]).await);
        let token = answer["access_token"].as_str().expect("a token").to_owned();
        (
            body(&self.reads(USER, &token).await),
            body(&self.reads(EMAILS, &token).await),
        )
    }
}

on_both! {
    async fn github_tells_who_it_was(home: &Home) {
        let server = home.serve().await;
        let github = Application::new(&server, GITHUB);
        let answer = github.redeems(&github.code("ada").await, &[]).await;
        answer.is(200);
        let given = body(&answer);
        assert_eq!((&given["token_type"], &given["scope"]), (&json!("bearer"), &json!("read:user,user:email")));

        let (user, emails) = github.learns("ada", "").await;
        assert_eq!((&user["id"], &user["login"], &user["name"]), (&json!(1815), &json!("ada-lovelace"), &json!("Ada Lovelace")));
        assert_eq!((&user["email"], &user["type"]), (&Value::Null, &json!("User")));
        assert_eq!(emails[0], json!({ "email": "1815+ada-lovelace@users.noreply.github.com", "primary": false, "verified": true, "visibility": null }));
        assert_eq!(emails[1], json!({ "email": "ada-lovelace@practice.example", "primary": true, "verified": true, "visibility": "private" }));

        let (other, _) = github.learns("grace", "").await;
        assert_ne!(other["id"], user["id"]);
        assert_eq!(github.learns("ada", "").await.0, user, "the same person every time");
    }

    async fn people_at_github_have_all_kinds_of_addresses(home: &Home) {
        let server = home.serve().await;
        let github = Application::new(&server, GITHUB);
        let (_, emails) = github.learns("charles", "").await;
        assert_eq!((&emails[1]["primary"], &emails[1]["verified"]), (&json!(true), &json!(false)));
        assert_eq!(github.learns("emmy", "").await.1, json!([]));
        let (user, emails) = github.learns("address", " ada@example.com ").await;
        assert_eq!((&emails[1]["email"], &emails[1]["verified"]), (&json!("ada@example.com"), &json!(true)));
        assert_eq!(github.learns("address", "ada@example.com").await.0["id"], user["id"]);
        assert_ne!(github.learns("address", "eve@example.com").await.0["id"], user["id"]);
    }

    async fn github_says_what_is_wrong_with_status_200_in_both_forms(home: &Home) {
        let server = home.serve().await;
        let github = Application::new(&server, GITHUB);
        let answer = github.redeems("x", &[]).await;
        answer.is(200);
        assert_eq!(body(&answer)["error"], "bad_verification_code");
        assert_eq!(body(&answer)["error_description"], "The code passed is incorrect or expired.");
        let plain = github.redeeming("x", &[]).with("accept", "*/*").send().await;
        assert_eq!(plain.header("content-type"), "application/x-www-form-urlencoded; charset=utf-8");
        plain.is(200).says("error=bad_verification_code&error_description=The+code+passed");
        let mismatch = github.redeems("x", &[("redirect_uri", "https://evil.example/")]).await;
        assert_eq!(body(&mismatch)["error"], "redirect_uri_mismatch");
        let code = github.code("ada").await;
        let given = github.redeeming(&code, &[]).with("accept", "*/*").send().await;
        given.is(200).says("access_token=").says("&scope=read%3Auser%2Cuser%3Aemail&token_type=bearer");
    }

    async fn the_api_of_github_wants_a_token_and_a_name(home: &Home) {
        let server = home.serve().await;
        let github = Application::new(&server, GITHUB);
        for path in [USER, EMAILS] {
            let none = github.calls("GET", path).send().await;
            assert_eq!((none.status, &body(&none)["message"]), (401, &json!("Requires authentication")));
            let nameless = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer x\r\nConnection: close\r\n\r\n", server.host);
            assert_eq!(status(&server.wire().await.ask(nameless).await), 403);
            let bad = github.reads(path, "x").await;
            assert_eq!((bad.status, &body(&bad)["message"]), (401, &json!("Bad credentials")));
            let code = github.code("ada").await;
            github.reads(path, &code).await.is(401);
        }
        let given = body(&github.redeems(&github.code("ada").await, &[]).await);
        let token = given["access_token"].as_str().expect("a token");
        let named = github.calls("GET", USER).with("authorization", &format!("token {token}"));
        named.send().await.is(200);
        home.clock.advance(Duration::from_hours(1));
        github.reads(USER, token).await.is(401);
    }

    async fn addresses_are_told_to_whom_they_were_granted(home: &Home) {
        let server = home.serve().await;
        let github = Application::new(&server, GITHUB);
        for (scope, status) in [("read:user", 404), ("", 404), ("user", 200), ("user:email", 200)] {
            let back = github.returns(&github.press(&github.asks(&[("scope", scope)]), "ada", "").await);
            let given = body(&github.redeems(&back["code"], &[]).await);
            let token = given["access_token"].as_str().expect("a token");
            github.reads(USER, token).await.is(200);
            github.reads(EMAILS, token).await.is(status);
        }
    }

    async fn github_asks_for_no_proof_key_and_takes_one(home: &Home) {
        let server = home.serve().await;
        let github = Application::new(&server, GITHUB);
        let without = github.asks(&[("code_challenge", ""), ("code_challenge_method", "")]);
        let back = github.returns(&github.press(&without, "ada", "").await);
        let given = github.redeems(&back["code"], &[("code_verifier", "")]).await;
        assert!(body(&given)["access_token"].is_string());
        let plain = github.browser.get(&github.asks(&[("code_challenge_method", "plain")])).await;
        assert_eq!(github.returns(&plain)["error"], "invalid_request");
    }

    async fn github_can_be_broken_and_too_slow(home: &Home) {
        let server = home.serve_with(&[("social.timeout_seconds", "1")]).await;
        let github = Application::new(&server, GITHUB);
        let broken = github.redeems(&github.code("error").await, &[]).await;
        assert_eq!((broken.status, broken.header("content-type")), (500, "text/html; charset=utf-8"));
        let code = github.code("slow").await;
        let slow = tokio::time::timeout(Duration::from_secs(1), github.redeems(&code, &[])).await;
        assert!(slow.is_err(), "{slow:?}");
    }
}

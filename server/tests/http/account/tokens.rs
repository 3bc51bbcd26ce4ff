//! `/account/tokens`: what people make for their programs.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use latchkey_verify::{KeySet, Rules};
use serde_json::Value;

use crate::support::{
    PASSWORD, answer::Answer, browser::TestBrowser, home::Home, on_both, server::TestServer,
};

const DAY: Duration = Duration::from_hours(24);

/// A filled-in form for a token that works for 30 days.
fn wish<'a>(name: &'a str, scopes: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let scopes = scopes.iter().map(|scope| ("scope", *scope));
    [("token_name", name), ("expires", "30"), ("expires_on", "")]
        .into_iter()
        .chain(scopes)
        .collect()
}

/// The token that an answer shows.
pub(crate) fn shown(answer: &Answer) -> String {
    let after = answer.body.split_once("id=\"token-text\">");
    let token = after.and_then(|(_, after)| after.split_once('<'));
    token.expect("a token is shown").0.to_owned()
}

pub(crate) async fn make(browser: &TestBrowser, name: &str, scopes: &[&str]) -> String {
    let answer = browser.post("/account/tokens", &wish(name, scopes)).await;
    answer.is(200).is_a_page();
    shown(&answer)
}

/// The claims, unverified.
pub(crate) fn claims(token: &str) -> Value {
    part(token, 1)
}

/// The header, unverified.
pub(crate) fn header(token: &str) -> Value {
    part(token, 0)
}

fn part(token: &str, at: usize) -> Value {
    let part = token.split('.').nth(at).expect("three parts");
    let bytes = URL_SAFE_NO_PAD.decode(part).expect("base64url");
    serde_json::from_slice(&bytes).expect("JSON")
}

async fn key_set(server: &TestServer) -> KeySet {
    let jwks = server.browser().get("/.well-known/jwks.json").await;
    KeySet::parse(&jwks.is(200).body).expect("a key set")
}

fn seconds(home: &Home) -> i64 {
    use domain::clock::Clock;
    home.clock.now().as_micros() / 1_000_000
}

on_both! {
    async fn a_token_is_shown_once_and_verifies_offline(home: &Home) {
        let server = home.serve().await;
        let ada = server.signed_in("ada@example.com").await;
        ada.get("/account/tokens").await.is(200).is_a_page().says("You have no tokens yet");
        let answer = ada.post("/account/tokens", &wish("Backup \u{2603} <script>", &["data:read", "profile:read"])).await;
        answer.is(200).is_a_page().says("shown only this once").says("Backup \u{2603} &lt;script&gt;").says("/api/v1/me");
        assert_eq!(answer.header("cache-control"), "no-store");
        let token = shown(&answer);

        let rules = Rules::new(&*server.url, "https://api.example.com");
        let read = rules.check(&token, &key_set(&server).await, seconds(home)).expect("it verifies");
        assert_eq!(read.client_id, "latchkey-tokens");
        assert_eq!(read.aud, [format!("{}/api", server.url), "https://api.example.com".to_owned()]);
        assert_eq!(read.scopes.iter().collect::<Vec<_>>(), ["profile:read", "data:read"]);
        assert_eq!(read.lifetime(), 30 * 24 * 60 * 60);
        assert_eq!((read.epoch, read.sid), (Some(0), None));
        assert_eq!(read.sub.len(), 22, "128 bits, not the account's id");
        let header = part(&token, 0);
        assert_eq!((&header["typ"], &header["alg"]), (&"at+jwt".into(), &"EdDSA".into()));

        let list = ada.get("/account/tokens").await;
        list.says("Backup \u{2603} &lt;script&gt;").says("never used here").hides(&token);
        let log = home.raw().await.number("SELECT COUNT(*) FROM audit_events WHERE kind = 'api_token.created'").await;
        assert_eq!(log, 1);
        let mail = &server.texts_to("ada@example.com").await[0];
        assert!(mail.contains("Backup") && mail.contains("profile:read, data:read") && !mail.contains(&token), "{mail}");
    }

    async fn no_text_of_a_token_is_kept(home: &Home) {
        let server = home.serve().await;
        let ada = server.signed_in("ada@example.com").await;
        let token = make(&ada, "one", &["profile:read"]).await;
        let signature = token.rsplit('.').next().expect("a signature");
        let found = home.raw().await.number(&format!(
            "SELECT COUNT(*) FROM api_tokens WHERE name LIKE '%{signature}%' OR scope LIKE '%{signature}%'"
        )).await;
        assert_eq!(found, 0);
        if home.is_sqlite() {
            server.stop().await;
            for file in std::fs::read_dir(home.folder()).expect("a folder") {
                // The log of an ended server goes when it likes.
                let bytes = std::fs::read(file.expect("a file").path()).unwrap_or_default();
                assert!(!bytes.windows(signature.len()).any(|window| window == signature.as_bytes()));
            }
        }
    }

    async fn a_revoked_token_is_in_the_feed_and_gone_from_the_list(home: &Home) {
        let server = home.serve().await;
        let ada = server.signed_in("ada@example.com").await;
        let token = make(&ada, "one", &["profile:read"]).await;
        let kept = make(&ada, "other", &["profile:read"]).await;
        let id = claims(&token)["jti"].as_str().expect("jti").to_owned();
        ada.post("/account/tokens", &[("revoke", &id)]).await.leads_to("/account/tokens?revoked=one");
        ada.get("/account/tokens?revoked=one").await.says("The token is revoked.").hides(&id);
        let told = server.services().feed.page(None).await.expect("the feed");
        let entry = |token: &str| {
            let jti = claims(token)["jti"].as_str().expect("jti").to_owned();
            latchkey_verify::revocation::Entry::of_token(&server.url, &jti)
        };
        assert!(told.items.iter().any(|item| item.id == entry(&token)));
        assert!(told.items.iter().all(|item| item.id != entry(&kept)));
        let expires = claims(&token)["exp"].as_i64().expect("exp");
        assert!(told.items[0].exp >= expires, "told until nobody would take it any more");
        ada.post("/account/tokens", &[("revoke", &id)]).await.is(404).is_a_page().says("isn't there any more");
    }

    async fn nobody_revokes_somebody_elses_token(home: &Home) {
        let server = home.serve().await;
        let ada = server.signed_in("ada@example.com").await;
        let grace = server.signed_in("grace@example.com").await;
        let token = make(&ada, "one", &["profile:read"]).await;
        let id = claims(&token)["jti"].as_str().expect("jti").to_owned();
        let before = home.rows().await;
        grace.post("/account/tokens", &[("revoke", &id)]).await.is(404);
        assert_eq!(home.rows().await, before);
        server.browser().post("/account/tokens", &[("revoke", &id)]).await.is(303);
        assert_eq!(home.rows().await, before);
    }

    async fn revoking_all_asks_first(home: &Home) {
        let server = home.serve().await;
        let ada = server.signed_in("ada@example.com").await;
        let grace = server.signed_in("grace@example.com").await;
        for name in ["one", "two"] {
            make(&ada, name, &["profile:read"]).await;
        }
        make(&grace, "theirs", &["profile:read"]).await;
        ada.get("/account/tokens").await.says("/account/tokens/revoke-all");
        ada.get("/account/tokens/revoke-all").await.is(200).is_a_page().says("your 2 tokens");
        ada.post("/account/tokens/revoke-all", &[]).await.leads_to("/account/tokens?revoked=all");
        ada.get("/account/tokens/revoke-all").await.leads_to("/account/tokens");
        ada.get("/account/tokens").await.says("You have no tokens yet");
        grace.get("/account/tokens").await.says("theirs");
        assert_eq!(server.services().feed.page(None).await.expect("the feed").items.len(), 2);
    }

    async fn a_token_is_made_only_by_who_proved_who_they_are_a_moment_ago(home: &Home) {
        let server = home.serve().await;
        let ada = server.signed_in("ada@example.com").await;
        home.clock.advance(Duration::from_mins(16));
        ada.get("/account/tokens").await.is(200).says("confirm that it's you").says("/account/confirm?next=");
        let before = home.rows().await;
        let answer = ada.post("/account/tokens", &wish("one", &["profile:read"])).await;
        answer.leads_to("/account/confirm?next=/account/tokens");
        assert_eq!(home.rows().await, before);
        ada.post("/account/confirm", &[("password", PASSWORD), ("next", "/account/tokens")]).await.leads_to("/account/tokens");
        make(&ada, "one", &["profile:read"]).await;
        server.browser().post("/account/tokens", &wish("one", &["profile:read"])).await.is(303);
    }

    async fn what_is_wrong_with_a_wish_stands_beside_its_field(home: &Home) {
        let server = home.serve().await;
        let ada = server.signed_in("ada@example.com").await;
        let before = home.rows().await;
        let post = async |fields: &[(&str, &str)]| ada.post("/account/tokens", fields).await;
        let answer = post(&[("token_name", ""), ("expires", "")]).await;
        answer.is(422).is_a_page().says("Enter a name for the token.").says("Choose at least one thing").says("Choose when the token expires.");
        let long = "x".repeat(101);
        post(&wish(&long, &["profile:read"])).await.is(422).says("100");
        post(&wish("a\u{202e}b", &["profile:read"])).await.is(422);
        post(&wish("one", &["admin:read"])).await.is(422).says("isn't yours to give").says("value=\"one\"");
        post(&wish("one", &["no:such"])).await.is(422);
        for (date, says) in [
            ("2001-01-01", "That day is over"),
            ("2999-01-01", "365 days at most"),
            ("31.1.2027", "such as 2027-01-31"),
            ("", "Enter the last day"),
        ] {
            let fields = [("token_name", "one"), ("scope", "profile:read"), ("expires", "date"), ("expires_on", date)];
            post(&fields).await.is(422).says(says);
        }
        post(&[("token_name", "one"), ("scope", "profile:read"), ("expires", "366")]).await.is(422);
        post(&[("token_name", "one"), ("token_name", "two")]).await.is(400);
        post(&[("nonsense", "1")]).await.is(400);
        assert_eq!(home.rows().await, before);
    }

    async fn administrators_give_their_scopes_for_a_week_at_most(home: &Home) {
        let server = home.serve().await;
        server.administrator("ada@example.com", PASSWORD).await;
        let ada = server.another_browser_of("ada@example.com").await;
        ada.get("/account/tokens").await.says("admin:write");
        let wish = |expires| [("token_name", "one"), ("scope", "admin:read"), ("expires", expires)];
        ada.post("/account/tokens", &wish("30")).await.is(422).says("7 days at most").says("checked");
        let token = shown(ada.post("/account/tokens", &wish("7")).await.is(200));
        let claims = claims(&token);
        assert_eq!(claims["exp"].as_i64().expect("exp") - claims["iat"].as_i64().expect("iat"), 7 * 86_400);
        let grace = server.signed_in("grace@example.com").await;
        grace.get("/account/tokens").await.hides("admin:write");
    }

    async fn a_hundred_tokens_are_the_most(home: &Home) {
        let server = home.serve().await;
        let ada = server.signed_in("ada@example.com").await;
        let token = make(&ada, "first", &["profile:read"]).await;
        let mut raw = home.raw().await;
        for number in 0..99 {
            raw.run(&format!(
                "INSERT INTO api_tokens (id, grant_id, account, name, scope, audience, kid, epoch, created_at, expires_at)
                 SELECT 'id{number}', 'grant{number}', account, 'n', 'profile:read', 'x', kid, 0, created_at, expires_at
                 FROM api_tokens WHERE name = 'first'"
            )).await;
        }
        let answer = ada.post("/account/tokens", &wish("one more", &["profile:read"])).await;
        answer.is(409).is_a_page().says("100 tokens");
        let id = claims(&token)["jti"].as_str().expect("jti").to_owned();
        ada.post("/account/tokens", &[("revoke", &id)]).await.is(303);
        make(&ada, "one more", &["profile:read"]).await;
    }

    async fn whatever_ends_an_account_cuts_off_its_tokens(home: &Home) {
        let server = home.serve().await;
        let accounts = &server.services().accounts;
        for (email, ends) in [("ada@example.com", "disabled"), ("grace@example.com", "deleted"), ("emmy@example.com", "reset")] {
            let browser = server.signed_in(email).await;
            let token = make(&browser, "one", &["profile:read"]).await;
            let from = server.services().feed.page(None).await.expect("the feed").seq;
            match ends {
                "disabled" => drop(accounts.disable(email).await.expect("disabled")),
                "deleted" => drop(browser.post("/account/delete", &[("email", email)]).await.leads_to("/login?leaving")),
                _ => {
                    home.clock.advance(Duration::from_secs(1));
                    server.browser().post("/forgot-password", &[("email", email)]).await.is(303);
                    let link = server.confirmation_link(email).await;
                    let page = browser.get(&link).await;
                    page.says("name=\"revoke_tokens\"");
                    let token = crate::support::browser::token_of(&link);
                    let fields = [("token", token), ("new_password", "ferry lantern 47 quietly moss"), ("revoke_tokens", "on")];
                    browser.post("/reset-password", &fields).await.leads_to("/login?reset");
                }
            }
            let told = server.services().feed.page(Some(from)).await.expect("the feed");
            let claims = claims(&token);
            let text = |name: &str| claims[name].as_str().expect("text").to_owned();
            let entries = [
                latchkey_verify::revocation::Entry::of_account(&server.url, &text("sub"), 0),
                latchkey_verify::revocation::Entry::of_token(&server.url, &text("jti")),
            ];
            assert!(told.items.iter().any(|item| entries.contains(&item.id)), "{ends}: {told:?}");
            assert!(told.items.iter().any(|item| item.exp >= claims["exp"].as_i64().expect("exp")), "{ends}");
            let left = home.raw().await.number("SELECT COUNT(*) FROM api_tokens").await;
            assert_eq!(left, 0, "{ends}");
        }
    }

    async fn owners_are_told_a_week_before_a_token_ends_and_once(home: &Home) {
        let server = home.serve().await;
        let ada = server.signed_in("ada@example.com").await;
        make(&ada, "Backup", &["profile:read"]).await;
        let short = [("token_name", "short"), ("scope", "profile:read"), ("expires", "7")];
        ada.post("/account/tokens", &short).await.is(200);
        let tokens = &server.services().tokens;
        home.clock.advance(DAY * 22 + Duration::from_secs(86_399));
        assert_eq!(tokens.warn_of_expiry().await.expect("told"), 0);
        home.clock.advance(Duration::from_secs(1));
        assert_eq!(tokens.warn_of_expiry().await.expect("told"), 1);
        assert_eq!(tokens.warn_of_expiry().await.expect("told"), 0);
        assert_eq!(server.subjects_to("ada@example.com").await[0], "One of your API tokens ends soon");
    }

    async fn the_viewer_says_what_a_token_says_and_whether_it_counts(home: &Home) {
        let server = home.serve().await;
        let ada = server.signed_in("ada@example.com").await;
        let token = make(&ada, "one", &["data:read"]).await;
        ada.get("/account/tokens/view").await.is(200).is_a_page();
        let look = async |token: &str| ada.post("/account/tokens/view", &[("token", token)]).await;
        let before = home.rows().await;
        let seen = look(&token).await;
        seen.is(200).is_a_page().says("It is genuine, and it works now.").says("latchkey-tokens").says("EdDSA").says("in 30 days");
        assert_eq!(home.rows().await, before, "nothing is kept");
        look(&format!("  {token}\n")).await.says("It is genuine");
        look(&format!("Bearer {token}")).await.says("It is genuine");
        let broken = format!("{}A", &token[..token.len() - 2]);
        look(&broken).await.is(200).hides("It is genuine");
        let unsigned = format!("{}.{}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"at+jwt"}"#), token.split('.').nth(1).expect("claims"));
        look(&unsigned).await.is(200).says("algorithm").says("latchkey-tokens");
        for nonsense in ["x", "a.b.c", "....", "\u{2603}"] {
            look(nonsense).await.is(200).says("It isn't a whole token");
        }
        look("").await.is(422).says("Paste a token.");
        let id = claims(&token)["jti"].as_str().expect("jti").to_owned();
        ada.post("/account/tokens", &[("revoke", &id)]).await.is(303);
        look(&token).await.says("It was revoked.");
        server.browser().post("/account/tokens/view", &[("token", &token)]).await.is(303);
    }
}

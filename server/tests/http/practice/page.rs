//! The page of people, the same at both providers.

use std::time::Duration;

use super::{Application, GITHUB, GOOGLE, request_of};
use crate::support::{home::Home, on_both};

const PEOPLE: [&str; 5] = [
    "Continue as Ada Lovelace",
    "Continue as Grace Hopper",
    "Continue as Charles Babbage",
    "Continue as Emmy Noether",
    "Continue with this address",
];
const FAILURES: [&str; 4] = [
    "Deny access",
    "Answer too slowly",
    "Answer with an error",
    "Send a wrong state",
];
const OF_ID_TOKENS: [&str; 4] = [
    "Send a wrong nonce",
    "Send a wrong audience",
    "Send an expired ID token",
    "Rotate the key",
];

on_both! {
    async fn the_page_offers_everybody_and_says_that_nobody_is_real(home: &Home) {
        let server = home.serve().await;
        for (page, heading) in [(GITHUB, "Practice GitHub: nobody here is real"), (GOOGLE, "Practice Google: nobody here is real")] {
            let application = Application::new(&server, page);
            let shown = application.browser.get(&application.asks(&[])).await;
            shown.is(200).is_a_page().hides("Sign out").hides(" style=").hides("leptos-island");
            assert_eq!(shown.heading(), heading);
            assert_eq!(shown.header("x-robots-tag"), "noindex");
            assert_eq!(shown.header("cache-control"), "no-store");
            let first = shown.body.find("<button").expect("a button");
            for button in PEOPLE.iter().chain(&FAILURES) {
                shown.says(&format!(">{button}</button>"));
            }
            assert!(shown.body[first..].split("</button>").next().expect("its words").ends_with(PEOPLE[0]));
            for button in OF_ID_TOKENS {
                assert_eq!(shown.body.contains(button), page == GOOGLE, "{button}");
            }
        }
    }

    async fn the_page_speaks_german_too(home: &Home) {
        let server = home.serve().await;
        for page in [GITHUB, GOOGLE] {
            let application = Application::new(&server, page);
            let shown = application.browser.asks("GET", &application.asks(&[])).with("accept-language", "de").send().await;
            shown.is(200).says("Weiter als Ada Lovelace").says("Niemand hier ist echt").hides("Continue");
        }
    }

    async fn whoever_is_signed_in_here_is_nobody_there(home: &Home) {
        let server = home.serve().await;
        let ada = server.signed_in("ada@example.com").await;
        let path = Application::new(&server, GITHUB).asks(&[]);
        ada.get(&path).await.is(200).hides("Sign out");
        assert!(ada.is_signed_in().await);
    }

    async fn a_fresh_proof_is_spoken_of(home: &Home) {
        let server = home.serve().await;
        let said = "prove anew who you are";
        for page in [GITHUB, GOOGLE] {
            let application = Application::new(&server, page);
            application.browser.get(&application.asks(&[])).await.is(200).hides(said);
            application.browser.get(&application.asks(&[("prompt", "login")])).await.is(200).says(said);
        }
        let google = Application::new(&server, GOOGLE);
        google.browser.get(&google.asks(&[("max_age", "0")])).await.is(200).says(said);
    }

    async fn what_was_asked_comes_back_as_it_was(home: &Home) {
        let server = home.serve().await;
        for page in [GITHUB, GOOGLE] {
            let application = Application::new(&server, page);
            let back = application.brings_back("ada").await;
            assert_eq!(back["state"], "our state & more");
            let issuer = format!("{}/dev/providers/google", server.url);
            assert_eq!(back.get("iss"), (page == GOOGLE).then_some(&issuer));
            let none = application.press(&application.asks(&[("state", "")]), "ada", "").await;
            assert!(!application.returns(&none).contains_key("state"));
        }
    }

    async fn access_can_be_denied(home: &Home) {
        let server = home.serve().await;
        for page in [GITHUB, GOOGLE] {
            let back = Application::new(&server, page).brings_back("deny").await;
            assert_eq!((back["error"].as_str(), back["state"].as_str()), ("access_denied", "our state & more"));
            assert!(!back.contains_key("code"));
            assert_eq!(back.contains_key("error_description"), page == GITHUB);
        }
    }

    async fn a_wrong_state_can_be_sent(home: &Home) {
        let server = home.serve().await;
        for page in [GITHUB, GOOGLE] {
            let back = Application::new(&server, page).brings_back("state").await;
            assert!(!back["code"].is_empty() && !back["state"].is_empty());
            assert_ne!(back["state"], "our state & more");
        }
    }

    async fn an_address_is_checked_and_typed_again(home: &Home) {
        let server = home.serve().await;
        for page in [GITHUB, GOOGLE] {
            let application = Application::new(&server, page);
            let path = application.asks(&[]);
            let wrong = application.press(&path, "address", "no address").await;
            wrong.is(422).is_a_page().says("value=\"no address\"").says("Type an email address like");
            let request = request_of(&wrong);
            let fields = [("request", request.as_str()), ("as", "address"), ("email", "Ada@example.com")];
            let back = application.returns(&application.browser.post(&path, &fields).await);
            assert!(!back["code"].is_empty());
        }
    }

    async fn a_page_that_was_changed_or_is_old_leads_nowhere(home: &Home) {
        let server = home.serve().await;
        let (github, google) = (Application::new(&server, GITHUB), Application::new(&server, GOOGLE));
        for (application, other) in [(&github, &google), (&google, &github)] {
            let path = application.asks(&[]);
            let request = request_of(&application.browser.get(&path).await);
            let (rest, last) = request.split_at(request.len() - 1);
            let changed = format!("{rest}{}", if last == "A" { "Q" } else { "A" });
            let foreign = request_of(&other.browser.get(&other.asks(&[])).await);
            let code = application.code("ada").await;
            for sent in ["", "x", &changed, &foreign, &code] {
                let fields = [("request", sent), ("as", "ada")];
                application.browser.post(&path, &fields).await.is(400).is_a_page().says("older than ten minutes");
            }
            for act in ["", "x", "Ada"] {
                application.browser.post(&path, &[("request", &request), ("as", act)]).await.is(400).is_a_page();
            }
            home.clock.advance(Duration::from_mins(10));
            application.browser.post(&path, &[("request", &request), ("as", "ada")]).await.is(400).is_a_page();
        }
        let request = request_of(&github.browser.get(&github.asks(&[])).await);
        github.browser.post(GITHUB, &[("request", &request), ("as", "nonce")]).await.is(400);
    }

    async fn the_rules_for_forms_hold_here_too(home: &Home) {
        let server = home.serve().await;
        for page in [GITHUB, GOOGLE] {
            let application = Application::new(&server, page);
            let path = application.asks(&[]);
            let request = request_of(&application.browser.get(&path).await);
            let pressed = application.browser.posts(&path, &[("request", &request), ("as", "ada")]);
            pressed.with("sec-fetch-site", "cross-site").send().await.is(403);
            application.browser.asks("GET", &path).with("host", "evil.example").send().await.is(421);
            application.browser.get(&format!("{path}&state=twice")).await.is(400).is_a_page();
        }
    }
}

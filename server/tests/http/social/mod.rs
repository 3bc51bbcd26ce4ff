//! `/auth/{provider}` and its callback, over the practice providers: the program's own provider code
//! asks them over real HTTP and doesn't know that it is practising.

mod arriving;
mod bad_input;
mod connections;
mod log;
mod recovery;

use url::Url;

use crate::support::{answer::Answer, browser::TestBrowser};

const GITHUB: &str = "/auth/github";
const GOOGLE: &str = "/auth/google";

/// A browser that stands before the practice provider's choice.
pub(crate) struct Away<'a> {
    browser: &'a TestBrowser,
    /// Path and query of the page.
    page: String,
}

/// Presses a provider's button.
pub(crate) async fn leave<'a>(
    browser: &'a TestBrowser,
    door: &str,
    fields: &[(&str, &str)],
) -> Away<'a> {
    let answer = browser.post(door, fields).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    Away {
        browser,
        page: path_of(answer.location()),
    }
}

impl Away<'_> {
    /// Chooses who to be, and gives the way back.
    async fn choose(&self, act: &str, email: &str) -> String {
        let page = self.browser.get(&self.page).await;
        page.is(200).is_a_page();
        let (_, rest) = page
            .body
            .split_once("name=\"request\" value=\"")
            .expect("the form's own field");
        let (request, _) = rest.split_once('"').expect("its end");
        let request = request.replace("&amp;", "&");
        let fields = [("request", request.as_str()), ("as", act), ("email", email)];
        let answer = self.browser.post(&self.page, &fields).await;
        assert_eq!(answer.status, 303, "{answer:?}");
        path_of(answer.location())
    }

    /// Chooses who to be, and comes back.
    pub(crate) async fn comes_back_as(&self, act: &str, email: &str) -> Answer {
        let back = self.choose(act, email).await;
        self.browser.get(&back).await
    }
}

/// There and back again as the person of this address, whom the provider vouches for.
async fn by(browser: &TestBrowser, door: &str, intent: &str, email: &str) -> Answer {
    leave(browser, door, &[("intent", intent)])
        .await
        .comes_back_as("address", email)
        .await
}

/// An account that came from a provider and has no password.
async fn born_elsewhere(browser: &TestBrowser, door: &str, email: &str) {
    let answer = by(browser, door, "sign_up", email).await;
    let arrival = arrival_of(&answer);
    let fields = [
        ("arrival", arrival.as_str()),
        ("email", email),
        ("name", "Ada"),
    ];
    browser
        .post("/signup/finish", &fields)
        .await
        .leads_to("/account");
}

/// What waits, from the way to the page about it.
#[track_caller]
pub(crate) fn arrival_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{answer:?}");
    let (path, arrival) = answer.location().split_once('=').expect("an arrival");
    assert!(
        ["/signup/finish?arrival", "/login?connect"].contains(&path),
        "{path}"
    );
    arrival.to_owned()
}

/// The ids of what is connected, from the page that lists it.
async fn connected(browser: &TestBrowser) -> Vec<String> {
    let page = browser.get("/account/connections").await;
    page.is(200).is_a_page();
    let mut ids: Vec<_> = page
        .body
        .split("name=\"id\" value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap_or_default().to_owned())
        .collect();
    ids.dedup();
    ids
}

fn path_of(location: &str) -> String {
    let url = Url::parse(location).expect("a whole address");
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}

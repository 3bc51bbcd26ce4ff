//! Signing in with a password.

#![expect(
    missing_docs,
    reason = "`#[server]` makes a public struct of the arguments"
)]

use async_trait::async_trait;
use domain::{
    accounts::{AccountId, EmailAddress, EmailProblem},
    credentials::{Password, PasswordProblem, SignInAttempt, SignInOutcome},
    local_path::LocalPath,
    social::{ConnectOutcome, ProviderId, Waiting},
};
use leptos::prelude::*;

use crate::{
    actions::{Done, Field, FieldProblem, FormProblem, FormState, PageForm, Problems},
    context::{PageContext, PageTitle, PageView, broken},
    pages::login::login_page,
    paths,
    text::Text,
};

/// Signs in. `stay` is the ticked box, `next` the page to come back to.
#[server(SignIn, prefix = "", endpoint = "login")]
pub async fn sign_in(
    email: String,
    password: String,
    #[server(default)] stay: Option<String>,
    #[server(default)] next: String,
    #[server(default)] arrival: Option<String>,
) -> Result<(), Problems> {
    super::page_form::answer(SignIn {
        email,
        password,
        stay,
        next,
        arrival,
    })
    .await
}

#[async_trait]
impl PageForm for SignIn {
    const FIELDS: &'static [&'static str] = &["email", "password", "stay", "next", "arrival"];
    const KEPT: &'static [&'static str] = &["email", "stay", "next"];

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        let next = if self.next.is_empty() {
            paths::ACCOUNT
        } else {
            &self.next
        };
        let next =
            LocalPath::parse(next).map_err(|_| Problems::form(FormProblem::PointsElsewhere))?;
        let email = EmailAddress::parse(&self.email);
        let password = Password::parse(&self.password);
        let (email, password) = match (email, password) {
            (Ok(email), Ok(password)) => (email, password),
            (email, password) => return Err(unreadable(email.err(), password.err())),
        };
        let attempt = SignInAttempt {
            email: &email,
            password,
            stay: self.stay.is_some(),
            client: &page.client,
        };
        match page
            .services
            .credentials
            .sign_in(attempt)
            .await
            .map_err(broken)?
        {
            SignInOutcome::SignedIn { session, kept } => {
                let account = session.account;
                if page.sign_in(session).await? {
                    if let Some(arrival) = self.arrival.filter(|arrival| !arrival.is_empty()) {
                        return connect(page, &arrival, account).await.map(Done::go);
                    }
                    let kept = kept && next.as_str() == paths::ACCOUNT;
                    Ok(if kept {
                        Done::go(format!("{}?kept", paths::ACCOUNT))
                    } else {
                        Done::go(next.as_str())
                    })
                } else {
                    Err(Problems::form(FormProblem::WrongCredentials))
                }
            }
            SignInOutcome::WrongCredentials => Err(Problems::form(FormProblem::WrongCredentials)),
            SignInOutcome::Held(held) => Err(held.into()),
            SignInOutcome::Busy {
                retry_after_seconds,
            } => Err(Problems::busy(retry_after_seconds)),
        }
    }

    async fn page(&self, page: &PageContext, state: FormState) -> (PageTitle, PageView) {
        if state.problems.form == Some(FormProblem::PointsElsewhere) {
            return crate::pages::message::points_elsewhere();
        }
        let waiting = waiting(page, self.arrival.as_deref()).await;
        let view = login_page(page, state, self.next.clone(), None, waiting);
        (PageTitle::error(Text::LoginTitle), view)
    }
}

/// What waits for this browser to sign in, if it is there still.
pub async fn waiting(page: &PageContext, arrival: Option<&str>) -> Option<Waiting> {
    let social = &page.services.social;
    let waiting = social.waiting(arrival?, &page.client).await;
    // The person can sign in all the same.
    waiting.map_err(broken).ok().flatten()
}

/// Connects what waited to the account that has just signed in, and says where to go.
///
/// # Errors
/// [`Problems`] when the database fails.
pub async fn connect(
    page: &PageContext,
    arrival: &str,
    account: AccountId,
) -> Result<String, Problems> {
    let social = &page.services.social;
    let connected = social.connect_waiting(arrival, account, &page.client).await;
    let (word, provider) = match connected.map_err(broken)? {
        ConnectOutcome::Connected { provider } => ("connected", Some(provider)),
        ConnectOutcome::OtherAccount { provider } => ("not-connected", Some(provider)),
        ConnectOutcome::Gone => ("too-late", None),
    };
    Ok(notice_path(word, provider.as_ref()))
}

/// The page of connections, with what was just done.
pub fn notice_path(word: &str, provider: Option<&ProviderId>) -> String {
    let provider = provider.map(ProviderId::as_str).unwrap_or_default();
    format!("{}?{word}={provider}", paths::CONNECTIONS)
}

fn unreadable(email: Option<EmailProblem>, password: Option<PasswordProblem>) -> Problems {
    let mut problems = Problems::default();
    if let Some(email) = email {
        problems.fields.push((Field::Email, email.into()));
    }
    match password {
        Some(PasswordProblem::Missing) => {
            problems
                .fields
                .push((Field::Password, FieldProblem::Missing));
        }
        Some(PasswordProblem::TooLong { max }) => {
            problems
                .fields
                .push((Field::Password, FieldProblem::TooLong { max }));
        }
        // What new passwords must be says nothing about a sign-in.
        Some(
            PasswordProblem::TooShort { .. }
            | PasswordProblem::Common
            | PasswordProblem::MadeOfContext
            | PasswordProblem::TooGuessable,
        )
        | None => {}
    }
    problems
}

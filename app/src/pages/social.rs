//! What people see when nothing comes of a sign-in at a provider: what happened, and what to do next.

use std::time::Duration;

use domain::social::{Intent, ProviderProblem, Refusal, Stopped};
use leptos::prelude::*;

use super::message;
use crate::{
    components::{Icon, Shape},
    context::{PageTitle, PageView},
    paths,
    text::{Text, t, t_with, time::span},
};

const AGAIN: (&str, Text) = (paths::LOGIN, Text::SocialAgain);
const CONNECTIONS: (&str, Text) = (paths::CONNECTIONS, Text::GoConnections);

/// The page for a refusal, with its HTTP status.
pub fn refused_page(why: Refusal, provider: &str) -> (u16, PageTitle, PageView) {
    let (status, title, body, link) = match why {
        Refusal::SignUpClosed => return page(403, message::sign_up_closed()),
        Refusal::ByInvitation => return page(403, message::sign_up_by_invitation()),
        Refusal::LinkedElsewhere => (
            409,
            Text::LinkedElsewhereTitle,
            Text::LinkedElsewhereBody,
            CONNECTIONS,
        ),
        Refusal::Disabled => (
            403,
            Text::SocialDisabledTitle,
            Text::SocialDisabledBody,
            AGAIN,
        ),
        Refusal::SignedOut => (
            403,
            Text::SocialSignedOutTitle,
            Text::SocialSignedOutBody,
            (paths::LOGIN, Text::SignIn),
        ),
        Refusal::OtherAccount => (
            403,
            Text::SocialOtherTitle,
            Text::SocialOtherBody,
            CONNECTIONS,
        ),
        Refusal::ConnectInstead => (
            409,
            Text::ConnectInsteadTitle,
            Text::ConnectInsteadBody,
            CONNECTIONS,
        ),
        Refusal::NotConnected => (
            403,
            Text::NotConnectedTitle,
            Text::NotConnectedBody,
            (paths::CONFIRM, Text::SocialAgain),
        ),
    };
    said(status, (title, body), link, provider)
}

/// The page for a provider that doesn't play along, with its HTTP status.
pub fn stopped_page(stopped: &Stopped) -> (u16, PageTitle, PageView) {
    let (status, title, body) = match stopped.problem {
        ProviderProblem::OutOfReach(_) => (503, Text::ProviderAwayTitle, Text::ProviderAwayBody),
        ProviderProblem::Nonsense(_) => {
            (502, Text::ProviderNonsenseTitle, Text::ProviderNonsenseBody)
        }
        ProviderProblem::Private | ProviderProblem::ClientRefused(_) => {
            (502, Text::ProviderSetUpTitle, Text::ProviderSetUpBody)
        }
        ProviderProblem::CodeRefused => (400, Text::ProviderCodeTitle, Text::ProviderCodeBody),
        ProviderProblem::NotTrusted(_) => (403, Text::ProviderLiesTitle, Text::ProviderLiesBody),
    };
    let link = match stopped.intent {
        Intent::SignIn => AGAIN,
        Intent::SignUp => (paths::SIGN_UP, Text::SocialAgain),
        Intent::Connect => CONNECTIONS,
        Intent::Confirm => (paths::CONFIRM, Text::SocialAgain),
    };
    said(status, (title, body), link, &stopped.provider)
}

/// 410: no flow of this browser. Who is signed in has most likely pressed "reload".
pub fn flow_gone(signed_in: bool) -> (u16, PageTitle, PageView) {
    if signed_in {
        return page(410, message::signed_in_already());
    }
    said(410, (Text::FlowGoneTitle, Text::FlowGoneBody), AGAIN, "")
}

/// 410: the identity was disconnected, or its account disabled, while somebody was coming back.
pub fn overtaken() -> (u16, PageTitle, PageView) {
    let link = (paths::LOGIN, Text::SignIn);
    said(410, (Text::OvertakenTitle, Text::OvertakenBody), link, "")
}

/// 410: nothing waits for this browser, or it was finished already.
pub fn arrival_gone(signed_in: bool) -> (u16, PageTitle, PageView) {
    if signed_in {
        return page(410, message::signed_in_already());
    }
    let link = (paths::SIGN_UP, Text::SocialAgain);
    said(410, (Text::FinishGoneTitle, Text::FinishGoneBody), link, "")
}

/// Too many went to a provider from one network.
pub fn too_many_starts(retry_after_seconds: u32) -> (PageTitle, PageView) {
    let wait = span(Duration::from_secs(retry_after_seconds.into()));
    let view = PageView::new(move || {
        let body = t_with(Text::TooManyStartsBody, &[("wait", &wait)]);
        card(t(Text::TooManyStartsTitle).to_owned(), body, AGAIN)
    });
    (PageTitle::error(Text::SocialTitle), view)
}

fn page(status: u16, (title, view): (PageTitle, PageView)) -> (u16, PageTitle, PageView) {
    (status, title, view)
}

fn said(
    status: u16,
    (title, body): (Text, Text),
    link: (&'static str, Text),
    provider: &str,
) -> (u16, PageTitle, PageView) {
    let provider = provider.to_owned();
    let view = PageView::new(move || {
        let say = |key| t_with(key, &[("provider", &provider)]);
        card(say(title), say(body), link)
    });
    (status, PageTitle::error(Text::SocialTitle), view)
}

fn card(title: String, body: String, link: (&'static str, Text)) -> impl IntoView {
    view! {
        <main id="content" class="door" tabindex="-1">
            <div class="card message">
                <Icon shape=Shape::Info/>
                <h1>{title}</h1>
                <p>{body}</p>
                <div class="actions">
                    <a class="button button--primary" href=link.0>{t(link.1)}</a>
                </div>
            </div>
        </main>
    }
}

//! The page on which somebody chooses who to be, and the way back from it.

use app::{
    actions::{Field, FormState, Problems},
    context::PageTitle,
    pages::{
        message::message_page,
        practice::{PracticePage, practice_page},
    },
    paths,
    text::Text,
};
use axum::{
    extract::{Request, State},
    response::{IntoResponse, Response},
    routing::{MethodRouter, get},
};
use domain::{accounts::EmailAddress, keys::SealError, random::random_bytes};
use http::{HeaderValue, StatusCode, header::LOCATION, request::Parts};
use url::Url;

use super::{
    Practice,
    act::Act,
    github, google,
    house::House,
    params::Params,
    sealed::{Asked, Code, open, seal},
};
use crate::http::{Shown, show};

/// GET asks, POST answers.
pub(super) fn route(house: House) -> MethodRouter<Practice> {
    get(async move |State(practice), request| ask(practice, house, request).await)
        .post(async move |State(practice), request| answer(practice, house, request).await)
}

/// What becomes of a request for authorization.
pub(super) enum Verdict {
    /// Somebody is asked.
    Ask(Asked),
    /// The application hears what is wrong.
    Back(&'static str),
    /// Only the person hears what is wrong: nobody knows who asks (RFC 6749 section 4.1.2.1).
    Stay(Text),
}

/// `GET`: who do you want to be?
async fn ask(practice: Practice, house: House, request: Request) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let Some(params) = Params::parse(query.as_bytes()) else {
        return stay(practice, request, Text::PracticeMalformed).await;
    };
    let redirect_uri = house.redirect_uri(&practice.app.site.public_url);
    let verdict = match house {
        House::GitHub => github::judge(&params, &redirect_uri),
        House::Google => google::judge(&params, &redirect_uri),
    };
    match verdict {
        Verdict::Ask(asked) => page(practice, house, request, asked, FormState::default()).await,
        Verdict::Back(error) => {
            let state = params.get("state");
            let answer = back(&practice, house, &[("error", error)], state);
            answer.unwrap_or_else(broken)
        }
        Verdict::Stay(reason) => stay(practice, request, reason).await,
    }
}

/// `POST`: a button was pressed.
async fn answer(practice: Practice, house: House, request: Request) -> Response {
    let (parts, params) = Params::of_form(&practice, request).await;
    let again = |parts: Parts| Request::from_parts(parts, axum::body::Body::empty());
    let foundation = &practice.app.services.foundation;
    let pressed = params.as_ref().and_then(|params| {
        let asked = open::<Asked>(foundation, house, params.get("request")?)?;
        let act = Act::find(house, params.get("as")?)?;
        Some((asked, act, params.owned("email").unwrap_or_default()))
    });
    let Some((asked, act, typed)) = pressed else {
        return stay(practice, again(parts), Text::PracticeStale).await;
    };
    let address = match (act, EmailAddress::parse(&typed)) {
        (Act::Address, Err(problem)) => {
            let state = FormState {
                kept: vec![(Field::Email.name().to_owned(), typed)],
                problems: Problems::field(Field::Email, problem.into()),
            };
            return page(practice, house, again(parts), asked, state).await;
        }
        // As it was typed: real providers don't write addresses as we do.
        (Act::Address, Ok(_)) => Some(typed.trim().to_owned()),
        _ => None,
    };
    decide(&practice, house, asked, act, address).unwrap_or_else(|_| broken())
}

/// Leads back to who asked.
fn decide(
    practice: &Practice,
    house: House,
    asked: Asked,
    act: Act,
    address: Option<String>,
) -> Result<Response, SealError> {
    let foundation = &practice.app.services.foundation;
    if act == Act::Deny {
        let mut said = vec![("error", "access_denied")];
        if house == House::GitHub {
            said.push(("error_description", github::DENIED));
        }
        let answer = back(practice, house, &said, asked.state.as_deref());
        return Ok(answer.unwrap_or_else(broken));
    }
    let state = if act == Act::State {
        let other = random_bytes::<16>(foundation.random.as_ref());
        Some(u128::from_be_bytes(other).to_string())
    } else {
        asked.state
    };
    let code = Code {
        act,
        address,
        nonce: asked.nonce,
        challenge: asked.challenge,
        scope: asked.scope,
        at: foundation.now(),
    };
    let code = seal(foundation, house, code)?;
    let answer = back(practice, house, &[("code", &code)], state.as_deref());
    Ok(answer.unwrap_or_else(broken))
}

/// 303 to the registered address. Google says whose answer it is (RFC 9207).
fn back(
    practice: &Practice,
    house: House,
    said: &[(&str, &str)],
    state: Option<&str>,
) -> Option<Response> {
    let public_url = &practice.app.site.public_url;
    let mut to = Url::parse(&house.redirect_uri(public_url)).ok()?;
    let issuer = (house == House::Google).then(|| house.address(public_url));
    to.query_pairs_mut()
        .extend_pairs(said)
        .extend_pairs(state.map(|state| ("state", state)))
        .extend_pairs(issuer.map(|issuer| ("iss", issuer)));
    let mut response = StatusCode::SEE_OTHER.into_response();
    let location = HeaderValue::from_str(to.as_str()).ok()?;
    response.headers_mut().insert(LOCATION, location);
    Some(response)
}

fn broken() -> Response {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

async fn page(
    practice: Practice,
    house: House,
    request: Request,
    asked: Asked,
    state: FormState,
) -> Response {
    let fresh = asked.fresh;
    let sealed = seal(&practice.app.services.foundation, house, asked);
    let Ok(sealed) = sealed else {
        return broken();
    };
    let status = if state.problems.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    show(practice.app, request, async |_| {
        let title = state.title(house.title());
        let view = practice_page(PracticePage {
            title: house.title(),
            fresh,
            request: sealed,
            people: Act::PEOPLE.map(Act::shown).into(),
            address: Act::Address.shown(),
            failures: Act::failures(house).iter().map(|act| act.shown()).collect(),
            state,
        });
        Ok(Shown::Page(status, title, view))
    })
    .await
}

/// A page instead of a way back.
async fn stay(practice: Practice, request: Request, reason: Text) -> Response {
    show(practice.app, request, async |_| {
        let link = (paths::LOGIN, Text::SignIn);
        let shape = app::components::Shape::Alert;
        let (_, view) = message_page(shape, Text::PracticeRefusedTitle, reason, link);
        let title = PageTitle::error(Text::PracticeRefusedTitle);
        Ok(Shown::Page(StatusCode::BAD_REQUEST, title, view))
    })
    .await
}

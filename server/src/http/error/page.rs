//! Refusals as pages for people, or as the forms' JSON for our own scripts.

use app::{
    actions::{COME_BACK, FormProblem, Problems},
    context::{PageTitle, PageView},
    pages::message,
    text::with_language,
};
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use domain::store::StorageError;
use http::{
    HeaderMap, StatusCode,
    header::{ACCEPT, RETRY_AFTER},
};

use crate::http::{
    forms::FormRefused,
    page_context::{asked_language, context},
    pages::{in_words, render},
    state::AppState,
};

/// What a person did that can't be answered otherwise.
#[derive(Clone, Copy, Debug)]
pub(in crate::http) enum Refusal {
    NotFound,
    WrongMethod,
    CrossSite,
    /// The client: its body didn't come.
    BodyTooSlow,
    /// The server.
    TooSlow,
    Unavailable,
    Broken,
    Form(FormRefused),
}

impl From<&StorageError> for Refusal {
    fn from(error: &StorageError) -> Self {
        match error {
            StorageError::Unavailable(_) => Self::Unavailable,
            _ => Self::Broken,
        }
    }
}

impl Refusal {
    pub(in crate::http) const fn status(self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::CrossSite => StatusCode::FORBIDDEN,
            Self::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::TooSlow | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Form(FormRefused::MediaType) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Form(FormRefused::TooLarge) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Form(FormRefused::Malformed) => StatusCode::BAD_REQUEST,
        }
    }

    fn page(self) -> (PageTitle, PageView) {
        match self {
            Self::NotFound => message::not_found(),
            Self::WrongMethod => message::wrong_method(),
            Self::CrossSite => message::cross_site(),
            Self::BodyTooSlow | Self::TooSlow => message::too_slow(),
            Self::Unavailable => message::unavailable(),
            Self::Broken => message::broken(),
            Self::Form(FormRefused::TooLarge) => message::too_large(),
            Self::Form(_) => message::bad_request(),
        }
    }
}

/// Whether the caller is one of our own scripts rather than a person's navigation.
pub(in crate::http) fn wants_json(headers: &HeaderMap) -> bool {
    let accepts = |what| {
        headers
            .get_all(ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .any(|value| value.contains(what))
    };
    accepts("application/json") && !accepts("text/html")
}

/// Answers a request that is refused.
pub(in crate::http) async fn refuse(
    state: &AppState,
    request: axum::extract::Request,
    refusal: Refusal,
) -> Response {
    let mut response = if wants_json(request.headers()) {
        let problem = match refusal {
            Refusal::Broken => FormProblem::Broken,
            Refusal::BodyTooSlow | Refusal::TooSlow => FormProblem::TooSlow,
            Refusal::Unavailable => FormProblem::Unavailable,
            _ => FormProblem::BadRequest,
        };
        let (parts, _) = request.into_parts();
        let language = match context(state, &parts).await {
            Ok(page) => page.language(),
            Err(_) => asked_language(&parts.headers),
        };
        let said = with_language(language, || Json(Problems::form(problem)).into_response());
        in_words((refusal.status(), said).into_response(), language)
    } else {
        let (title, view) = refusal.page();
        render(state, request, refusal.status(), title, view).await
    };
    if refusal.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, COME_BACK.into());
    }
    response
}

//! Refusals for OAuth clients (RFC 6749 section 5.2).

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use domain::{
    oauth_grants::{Denied, ErrorCode},
    store::StorageError,
};
use http::{
    HeaderValue, StatusCode,
    header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
};
use serde::Serialize;

use crate::http::forms::FormRefused;

/// When to come back, in seconds.
const COME_BACK: HeaderValue = HeaderValue::from_static("10");

/// Why a client doesn't get what it asks for.
pub(in crate::http) struct OAuthProblem {
    denied: Denied,
    status: StatusCode,
}

#[derive(Serialize)]
struct Said {
    error: &'static str,
    error_description: &'static str,
}

impl OAuthProblem {
    pub(in crate::http) const fn new(code: ErrorCode, description: &'static str) -> Self {
        Self {
            denied: Denied { code, description },
            status: match code {
                ErrorCode::InvalidClient => StatusCode::UNAUTHORIZED,
                ErrorCode::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
                ErrorCode::TemporarilyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::BAD_REQUEST,
            },
        }
    }

    /// The client isn't who it says, or there is nobody of that name.
    pub(in crate::http) const fn client() -> Self {
        Self::new(ErrorCode::InvalidClient, "The client is not accepted.")
    }

    /// The same with another status.
    pub(in crate::http) const fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }
}

impl From<Denied> for OAuthProblem {
    fn from(denied: Denied) -> Self {
        Self::new(denied.code, denied.description)
    }
}

impl From<StorageError> for OAuthProblem {
    fn from(error: StorageError) -> Self {
        tracing::error!(%error, "a client could not be answered");
        match error {
            StorageError::Unavailable(_) => Self::new(
                ErrorCode::TemporarilyUnavailable,
                "The database is unavailable. Try again in a moment.",
            ),
            _ => Self::new(ErrorCode::ServerError, "Something broke on our side."),
        }
    }
}

impl From<FormRefused> for OAuthProblem {
    fn from(refused: FormRefused) -> Self {
        let (status, description) = match refused {
            FormRefused::MediaType => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "The body has to be application/x-www-form-urlencoded.",
            ),
            FormRefused::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "The body is too large."),
            FormRefused::Malformed => (StatusCode::BAD_REQUEST, "The body can't be read."),
        };
        Self::new(ErrorCode::InvalidRequest, description).with_status(status)
    }
}

impl IntoResponse for OAuthProblem {
    fn into_response(self) -> Response {
        let said = Said {
            error: self.denied.code.as_str(),
            error_description: self.denied.description,
        };
        let body = serde_json::to_vec(&said).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, COME_BACK);
        }
        // RFC 9110 section 15.5.2, and RFC 6749 section 5.2 for whoever tried the header.
        if self.status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Basic realm=\"latchkey\", charset=\"UTF-8\"");
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

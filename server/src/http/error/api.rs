//! Refusals for programs: `application/problem+json` (RFC 9457).

use std::borrow::Cow;

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use domain::store::StorageError;
use http::{
    HeaderValue, StatusCode,
    header::{CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::forms::FormRefused;

/// When to come back, in seconds, where nobody knows how long it takes.
const COME_BACK: u32 = 10;
/// What stands before a kind's name in `type`. A name that never moves: whoever serves it, programs
/// compare it as it is.
pub(in crate::http) const TYPE: &str = "urn:latchkey:problem:";

/// What went wrong, as programs tell it apart: the end of `type`, `title` and the status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum Kind {
    InvalidRequest,
    InvalidGrant,
    MissingToken,
    InvalidToken,
    WrongCredentials,
    InsufficientScope,
    SignUpClosed,
    NotFound,
    WrongMethod,
    Conflict,
    BodyTooSlow,
    TooLarge,
    MediaType,
    WrongHost,
    InvalidFields,
    TooManyCalls,
    TooManyFailures,
    TooManySignUps,
    Broken,
    Unavailable,
    Busy,
    TooSlow,
}

impl Kind {
    /// Every kind, by status.
    pub(in crate::http) const ALL: [Self; 22] = [
        Self::InvalidRequest,
        Self::InvalidGrant,
        Self::MissingToken,
        Self::InvalidToken,
        Self::WrongCredentials,
        Self::InsufficientScope,
        Self::SignUpClosed,
        Self::NotFound,
        Self::WrongMethod,
        Self::BodyTooSlow,
        Self::Conflict,
        Self::TooLarge,
        Self::MediaType,
        Self::WrongHost,
        Self::InvalidFields,
        Self::TooManyCalls,
        Self::TooManyFailures,
        Self::TooManySignUps,
        Self::Broken,
        Self::Unavailable,
        Self::Busy,
        Self::TooSlow,
    ];

    /// The end of `type`: stable.
    pub(in crate::http) const fn name(self) -> &'static str {
        self.told().0
    }

    /// `title`
    pub(in crate::http) const fn title(self) -> &'static str {
        self.told().1
    }

    /// The HTTP status (RFC 9110 section 15).
    pub(in crate::http) const fn status(self) -> StatusCode {
        self.told().2
    }

    const fn told(self) -> (&'static str, &'static str, StatusCode) {
        use StatusCode as S;
        match self {
            Self::InvalidRequest => ("invalid-request", "Malformed request", S::BAD_REQUEST),
            Self::InvalidGrant => (
                "invalid-grant",
                "Refresh token not accepted",
                S::BAD_REQUEST,
            ),
            Self::MissingToken => ("missing-token", "No access token", S::UNAUTHORIZED),
            Self::InvalidToken => (
                "invalid-token",
                "Access token not accepted",
                S::UNAUTHORIZED,
            ),
            Self::WrongCredentials => ("wrong-credentials", "Wrong credentials", S::UNAUTHORIZED),
            Self::InsufficientScope => ("insufficient-scope", "Scope missing", S::FORBIDDEN),
            Self::SignUpClosed => ("sign-up-closed", "Sign-up not open", S::FORBIDDEN),
            Self::NotFound => ("not-found", "Not found", S::NOT_FOUND),
            Self::WrongMethod => ("wrong-method", "Method not allowed", S::METHOD_NOT_ALLOWED),
            Self::Conflict => ("conflict", "Not possible as it stands", S::CONFLICT),
            Self::BodyTooSlow => ("body-too-slow", "Body did not come", S::REQUEST_TIMEOUT),
            Self::TooLarge => ("too-large", "Body too large", S::PAYLOAD_TOO_LARGE),
            Self::MediaType => ("media-type", "Not JSON", S::UNSUPPORTED_MEDIA_TYPE),
            Self::WrongHost => ("wrong-host", "Not this host", S::MISDIRECTED_REQUEST),
            Self::InvalidFields => ("invalid-fields", "Invalid fields", S::UNPROCESSABLE_ENTITY),
            Self::TooManyCalls => ("too-many-calls", "Too many calls", S::TOO_MANY_REQUESTS),
            Self::TooManyFailures => (
                "too-many-failures",
                "Too many failures",
                S::TOO_MANY_REQUESTS,
            ),
            Self::TooManySignUps => (
                "too-many-sign-ups",
                "Too many sign-ups",
                S::TOO_MANY_REQUESTS,
            ),
            Self::Broken => ("broken", "Server error", S::INTERNAL_SERVER_ERROR),
            Self::Unavailable => (
                "unavailable",
                "Storage out of reach",
                S::SERVICE_UNAVAILABLE,
            ),
            Self::Busy => ("busy", "Too busy", S::SERVICE_UNAVAILABLE),
            Self::TooSlow => ("too-slow", "Took too long", S::SERVICE_UNAVAILABLE),
        }
    }

    /// What a reader of the documentation is told about it.
    pub(in crate::http) const fn explained(self) -> &'static str {
        match self {
            Self::InvalidRequest => {
                "The request isn't one: two Authorization headers, JSON that can't be read, a cursor \
                 or a number that isn't ours. Sending it again won't help."
            }
            Self::InvalidGrant => {
                "The refresh token isn't one, is over, or was presented before. Sign in again."
            }
            Self::MissingToken => "The call needs a token in the Authorization header.",
            Self::InvalidToken => {
                "The token is malformed, expired, revoked, or not for this server. Which, isn't said."
            }
            Self::WrongCredentials => {
                "Unknown address, wrong password or disabled account. Which, isn't said."
            }
            Self::InsufficientScope => {
                "The token is fine but wasn't given the scope that this call asks for, or its owner \
                 hasn't got the role for it any longer."
            }
            Self::SignUpClosed => "This server takes no sign-ups, or only those who were invited.",
            Self::NotFound => "There is nothing here, or nothing of yours.",
            Self::WrongMethod => "The Allow header lists the methods that are.",
            Self::Conflict => {
                "It can't be done as things stand: to oneself, or to the last administrator."
            }
            Self::BodyTooSlow => "The body of the request didn't come in time.",
            Self::TooLarge => "The body of the request is larger than any that is taken here.",
            Self::MediaType => "Bodies are JSON, and say so: Content-Type: application/json.",
            Self::WrongHost => "The Host header names another server.",
            Self::InvalidFields => {
                "Fields of the body won't do. Each entry of errors has a pointer to one (RFC 6901) \
                 and says what is wrong with it."
            }
            Self::TooManyCalls => {
                "More calls than a minute has room for. Retry-After says in how many seconds the \
                 next one is answered."
            }
            Self::TooManyFailures => {
                "Too many wrong passwords; nothing was checked. Retry-After says when to try again; \
                 without it, only a reset or a browser that the account knows helps."
            }
            Self::TooManySignUps => "Too many sign-ups came from this network within the hour.",
            Self::Broken => "A defect of the server. It has been noted there.",
            Self::Unavailable => "The database can't be reached at the moment.",
            Self::Busy => "Too much is being done at once; nothing was done. Try again.",
            Self::TooSlow => "The server didn't finish in time.",
        }
    }
}

/// What is wrong with one field.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct FieldError {
    /// Which one (RFC 6901).
    #[schema(value_type = String, example = "/name")]
    pub(in crate::http) pointer: Cow<'static, str>,
    /// What is wrong with it.
    #[schema(value_type = String)]
    pub(in crate::http) detail: Cow<'static, str>,
}

/// A refusal. One is only made when a call fails, so it is small to carry.
#[derive(Debug)]
pub(in crate::http) struct Problem(Box<Told>);

#[derive(Debug)]
struct Told {
    kind: Kind,
    detail: Cow<'static, str>,
    errors: Vec<FieldError>,
    retry_after: Option<u32>,
    challenge: Option<HeaderValue>,
}

/// Why a call wasn't done (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(in crate::http) struct Document<'a> {
    /// The kind of problem: stable, and the same on every server.
    #[schema(example = "urn:latchkey:problem:invalid-fields")]
    r#type: String,
    /// The kind in words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What is to be said about this call.
    detail: &'a str,
    /// `invalid_grant` where a refresh token wasn't accepted (RFC 6749 section 5.2).
    #[schema(nullable = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
    /// The fields that won't do.
    #[schema(required = false)]
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
}

impl Problem {
    /// A refusal of this kind, with what is to be said about this very request.
    pub(in crate::http) fn new(kind: Kind, detail: impl Into<Cow<'static, str>>) -> Self {
        let comes_back = kind.status() == StatusCode::SERVICE_UNAVAILABLE;
        Self(Box::new(Told {
            kind,
            detail: detail.into(),
            errors: Vec::new(),
            retry_after: comes_back.then_some(COME_BACK),
            challenge: None,
        }))
    }

    /// Fields that won't do.
    pub(in crate::http) fn fields(errors: Vec<FieldError>) -> Self {
        let mut problem = Self::new(Kind::InvalidFields, "Look at the fields under errors.");
        problem.0.errors = errors;
        problem
    }

    /// Points at one more field.
    pub(in crate::http) fn and(mut self, field: &'static str, detail: &'static str) -> Self {
        self.0.errors.push(FieldError {
            pointer: format!("/{field}").into(),
            detail: detail.into(),
        });
        self
    }

    #[cfg(test)]
    pub(in crate::http) fn pointers(&self) -> Vec<&str> {
        self.0.errors.iter().map(|error| &*error.pointer).collect()
    }

    /// There is nothing here.
    pub(in crate::http) fn not_found() -> Self {
        Self::new(Kind::NotFound, "There is nothing here.")
    }

    /// Says after how many seconds to try again.
    pub(in crate::http) fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// Says how to authenticate.
    pub(in crate::http) fn challenging(mut self, challenge: HeaderValue) -> Self {
        self.0.challenge = Some(challenge);
        self
    }
}

impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        tracing::error!(%error, "a call could not be answered");
        match error {
            StorageError::Unavailable(_) => Self::new(
                Kind::Unavailable,
                "The database is out of reach. Try again later.",
            ),
            _ => Self::new(Kind::Broken, "Something broke on our side."),
        }
    }
}

impl From<FormRefused> for Problem {
    fn from(refused: FormRefused) -> Self {
        match refused {
            FormRefused::MediaType => Self::new(
                Kind::MediaType,
                "Send JSON, with Content-Type: application/json.",
            ),
            FormRefused::TooLarge => Self::new(Kind::TooLarge, "The body is too large."),
            FormRefused::Malformed => Self::new(Kind::InvalidRequest, "The body can't be read."),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let told = *self.0;
        let status = told.kind.status();
        let document = Document {
            r#type: format!("{TYPE}{}", told.kind.name()),
            title: told.kind.title(),
            status: status.as_u16(),
            detail: &told.detail,
            error: matches!(told.kind, Kind::InvalidGrant).then_some("invalid_grant"),
            errors: &told.errors,
        };
        // Made of text alone: it can't fail.
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        let problem_json = HeaderValue::from_static("application/problem+json");
        headers.insert(CONTENT_TYPE, problem_json);
        if let Some(seconds) = told.retry_after {
            headers.insert(RETRY_AFTER, seconds.into());
        }
        if let Some(challenge) = told.challenge {
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        if told.kind == Kind::BodyTooSlow {
            // What still comes is nobody's (RFC 9110 section 15.5.9).
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

/// The answer to an unknown path.
pub(in crate::http) async fn not_found() -> Problem {
    Problem::not_found()
}

/// The answer to a method that a path doesn't have; the router adds `Allow`.
pub(in crate::http) async fn wrong_method() -> Problem {
    Problem::new(Kind::WrongMethod, "This path has no such method.")
}

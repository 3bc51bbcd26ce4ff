//! A provider on this machine that answers whatever a test wants.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinHandle};
use url::Url;

/// What is answered to a path.
#[derive(Clone)]
pub(super) enum Answer {
    Json(Value),
    Status(u16, Value),
    Typed(&'static str, String),
    Redirect(&'static str),
    /// Nothing, ever.
    Silence,
    /// JSON without end.
    Endless,
    /// A beginning, and then nothing.
    Stuck,
}

/// What was asked.
#[derive(Clone)]
pub(super) struct Question {
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

#[derive(Default)]
struct Script {
    answers: HashMap<String, Answer>,
    asked: Vec<Question>,
}

/// Runs until it is dropped.
pub(super) struct Liar {
    pub(super) address: String,
    script: Arc<Mutex<Script>>,
    serving: JoinHandle<()>,
}

impl Liar {
    pub(super) async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let script = Arc::new(Mutex::new(Script::default()));
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&script));
        let serving = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("it serves");
        });
        Self {
            address,
            script,
            serving,
        }
    }

    /// The address of a path.
    pub(super) fn url(&self, path: &str) -> Url {
        format!("{}{path}", self.address)
            .parse()
            .expect("an address")
    }

    /// From now on, `path` gets this answer.
    pub(super) fn answers(&self, path: &str, answer: Answer) {
        lock(&self.script).answers.insert(path.to_owned(), answer);
    }

    /// What `path` was asked, in order.
    pub(super) fn asked(&self, path: &str) -> Vec<Question> {
        let script = lock(&self.script);
        let asked = script.asked.iter().filter(|question| question.path == path);
        asked.cloned().collect()
    }
}

impl Drop for Liar {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn lock(script: &Mutex<Script>) -> std::sync::MutexGuard<'_, Script> {
    script.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn answer(
    State(script): State<Arc<Mutex<Script>>>,
    uri: Uri,
    headers: HeaderMap,
    body: String,
) -> Response {
    let path = uri.path().to_owned();
    let answer = {
        let mut script = lock(&script);
        let answer = script.answers.get(&path).cloned();
        script.asked.push(Question {
            path,
            headers,
            body,
        });
        answer
    };
    let json = [("content-type", "application/json")];
    match answer {
        None => StatusCode::NOT_FOUND.into_response(),
        Some(Answer::Json(value)) => axum::Json(value).into_response(),
        Some(Answer::Status(status, value)) => {
            let status = StatusCode::from_u16(status).expect("a status");
            (status, axum::Json(value)).into_response()
        }
        Some(Answer::Typed(kind, text)) => ([("content-type", kind)], text).into_response(),
        Some(Answer::Redirect(to)) => (StatusCode::FOUND, [("location", to)]).into_response(),
        Some(Answer::Silence) => std::future::pending().await,
        Some(Answer::Endless) => {
            let piece = Bytes::from_static(&[b' '; 16 * 1024]);
            let pieces = futures_util::stream::repeat(Ok::<_, std::convert::Infallible>(piece));
            (json, Body::from_stream(pieces)).into_response()
        }
        Some(Answer::Stuck) => {
            use futures_util::StreamExt;

            let piece = Ok::<_, std::convert::Infallible>(Bytes::from_static(b"{"));
            let pieces = futures_util::stream::iter([piece]).chain(futures_util::stream::pending());
            (json, Body::from_stream(pieces)).into_response()
        }
    }
}

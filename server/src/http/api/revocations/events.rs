//! The feed as server-sent events (HTML standard, section 9.2).

use std::convert::Infallible;

use axum::{body::Bytes, response::Response};
use domain::{store::StorageError, tokens::Caller};
use futures_util::stream::unfold;
use tokio::sync::watch;

use crate::http::{
    error::api::{Kind, Problem},
    event_stream::{self, BREATH, SILENCE},
    places::Place,
    state::AppState,
};

/// Somebody who listens.
struct Listener {
    state: AppState,
    caller: Option<Caller>,
    news: watch::Receiver<i64>,
    ending: watch::Receiver<()>,
    since: Option<i64>,
    greeted: bool,
    _place: Place,
}

/// Begins a stream: at once what is new since `since`, or everything, then each change.
pub(super) fn stream(
    state: AppState,
    network: Vec<u8>,
    caller: Option<Caller>,
    since: Option<i64>,
) -> Result<Response, Problem> {
    let place = state.streams.take(network).ok_or_else(|| {
        let full = "Too many follow the events already. Ask for JSON instead.";
        Problem::new(Kind::Busy, full)
    })?;
    let listener = Listener {
        news: state.services.feed.follow(),
        ending: state.api.ending.clone(),
        state,
        caller,
        since,
        greeted: false,
        _place: place,
    };
    let events = unfold(listener, async |mut listener| {
        let event = listener.next().await?;
        Some((Ok::<_, Infallible>(event), listener))
    });
    Ok(event_stream::answer(events))
}

impl Listener {
    /// What is to be said next; nothing when it is over.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if !self.greeted {
                self.greeted = true;
                return self.event(true).await;
            }
            let silent = tokio::select! {
                biased;
                _ = self.ending.changed() => return None,
                more = self.news.changed() => {
                    more.ok()?;
                    false
                }
                () = tokio::time::sleep(BREATH) => true,
            };
            if !self.may_listen().await {
                return None;
            }
            if silent {
                return Some(SILENCE);
            }
            let event = self.event(false).await?;
            if !event.is_empty() {
                return Some(event);
            }
        }
    }

    /// Whether the token that was asked for counts still.
    async fn may_listen(&self) -> bool {
        match &self.caller {
            None => true,
            Some(caller) => self.state.services.callers.look_again(caller).await.is_ok(),
        }
    }

    /// What is new; empty where nothing is, unless it is the `first`. When it can't be read the
    /// stream ends, and whoever listens comes again.
    async fn event(&mut self, first: bool) -> Option<Bytes> {
        let page = self
            .state
            .services
            .feed
            .page(self.since)
            .await
            .map_err(noted)
            .ok()?;
        if !first && self.since == Some(page.seq) {
            return Some(Bytes::new());
        }
        self.since = Some(page.seq);
        let data = serde_json::to_string(&page).ok()?;
        Some(format!("event: revoked\nid: {}\ndata: {data}\n\n", page.seq).into())
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the function of map_err")]
fn noted(error: StorageError) {
    tracing::warn!(%error, "a stream of revocations ended");
}

//! `/admin/sessions/events`: that sessions of anybody began or ended, as server-sent events (HTML
//! standard, section 9.2). A page that listens asks for itself anew.
//!
//! It stands beside the pages and not among them, since following is no use of a session: a tab that
//! nobody looks at must not keep an administrator signed in.

use std::{convert::Infallible, time::Duration};

use app::paths;
use axum::{
    body::Bytes,
    extract::{Request, State},
    response::Response,
};
use domain::{
    admin::Desk, audit::note_denied, client::Client, sessions::SessionKeyHash, store::StorageError,
};
use futures_util::stream::unfold;
use http::{StatusCode, request::Parts};
use tokio::{
    sync::watch,
    time::{Instant, Interval, MissedTickBehavior, interval},
};

use super::{
    cookies,
    error::plain,
    event_stream::{self, BREATH, SILENCE},
    page_context::{address_of, client},
    places::Place,
    state::AppState,
};

/// How often it is looked for what other processes did as well.
const LOOK: Duration = Duration::from_secs(1);

/// A page that follows.
struct Follower {
    state: AppState,
    key: SessionKeyHash,
    client: Client,
    ending: watch::Receiver<()>,
    looks: Interval,
    newest: Option<String>,
    said: Option<Instant>,
    _place: Place,
}

/// Begins a stream for whoever has a role, as long as they have it.
pub(super) async fn follow(State(state): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    match begin(state, &parts).await {
        Ok(response) => response,
        Err(error) => {
            tracing::warn!(%error, "nobody can be told of sessions now");
            plain(StatusCode::SERVICE_UNAVAILABLE, "Try again later.\n")
        }
    }
}

async fn begin(state: AppState, parts: &Parts) -> Result<Response, StorageError> {
    let Some(key) = cookies::session_key(&parts.headers, state.door.https) else {
        return Ok(plain(StatusCode::UNAUTHORIZED, "Sign in first.\n"));
    };
    let client = client(&state, parts, None);
    let Some(session) = state.services.sessions.peek(&key).await? else {
        return Ok(plain(StatusCode::UNAUTHORIZED, "Sign in first.\n"));
    };
    let Some(desk) = state.services.admin.desk(&session, &client) else {
        let foundation = &state.services.foundation;
        note_denied(
            foundation,
            session.account,
            paths::ADMIN_SESSIONS_EVENTS,
            &client,
        )
        .await?;
        return Ok(plain(StatusCode::NOT_FOUND, "There is nothing here.\n"));
    };
    let address = address_of(state.door.proxy_hops, &parts.headers, &parts.extensions);
    let Some(place) = state.streams.take(address.network()) else {
        let full = "Too many follow the events already.\n";
        return Ok(plain(StatusCode::SERVICE_UNAVAILABLE, full));
    };
    let newest = desk.newest_change_of_sessions().await?;
    let mut looks = interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let follower = Follower {
        ending: state.api.ending.clone(),
        state,
        key,
        client,
        looks,
        newest,
        said: None,
        _place: place,
    };
    let events = unfold(follower, async |mut follower| {
        let event = follower.next().await?;
        Some((Ok::<_, Infallible>(event), follower))
    });
    Ok(event_stream::answer(events))
}

impl Follower {
    /// What is to be said next; nothing when it is over. A page whose stream ends comes again, and
    /// hears then why.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            tokio::select! {
                biased;
                _ = self.ending.changed() => return None,
                _ = self.looks.tick() => {}
            }
            let desk = self.desk().await.ok()??;
            let newest = desk.newest_change_of_sessions().await.ok()?;
            let changed = newest != self.newest;
            self.newest = newest;
            if changed {
                self.said = Some(Instant::now());
                return Some(Bytes::from_static(b"event: changed\ndata:\n\n"));
            }
            if self.said.is_none_or(|said| said.elapsed() >= BREATH) {
                self.said = Some(Instant::now());
                return Some(SILENCE);
            }
        }
    }

    /// The desk of whoever follows, if they are still signed in and have a role.
    async fn desk(&self) -> Result<Option<Desk>, StorageError> {
        let services = &self.state.services;
        let session = services.sessions.peek(&self.key).await?;
        Ok(session.and_then(|session| services.admin.desk(&session, &self.client)))
    }
}

//! The web: routes, what stands before them, and how errors look to whom.

mod accept_language;
mod account_pages;
mod admin_events;
mod admin_pages;
mod api;
mod assets;
mod audit_export;
mod client_pages;
mod cookies;
mod door_pages;
mod error;
mod event_stream;
mod extract;
mod forms;
mod front;
mod health;
mod metrics;
mod middleware;
mod oauth;
mod page_context;
mod pages;
mod places;
mod redirect;
mod router;
mod social;
mod state;
mod token_pages;

pub(crate) use forms::posted;
pub(crate) use front::Front;
pub(crate) use metrics::{Measured, metrics_router};
pub(crate) use pages::{Shown, show};
pub(crate) use redirect::redirect_router;
pub(crate) use router::router;
pub(crate) use state::AppState;

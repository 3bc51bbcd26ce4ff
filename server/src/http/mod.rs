//! The web: routes, what stands before them, and how errors look to whom.

mod accept_language;
mod account_pages;
mod assets;
mod cookies;
mod error;
mod forms;
mod health;
mod middleware;
mod page_context;
mod pages;
mod redirect;
mod router;
mod social;
mod state;

pub(crate) use forms::posted;
pub(crate) use pages::{Shown, show};
pub(crate) use redirect::redirect_router;
pub(crate) use router::router;
pub(crate) use state::AppState;

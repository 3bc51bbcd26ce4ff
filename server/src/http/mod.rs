//! The web: routes, what stands before them, and how errors look to whom.

mod accept_language;
mod assets;
mod cookies;
mod error;
mod forms;
mod health;
mod middleware;
mod page_context;
mod pages;
mod router;
mod state;

pub(crate) use router::router;

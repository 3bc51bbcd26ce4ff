//! What a person sees: pages, their texts and the forms on them.
//!
//! Compiled twice. With `ssr` it renders whole pages on the server; with `hydrate` only the islands
//! (`#[island]`) go to the browser, where they make every form answer without a reload.

// Views are deeply nested types.
#![recursion_limit = "256"]

pub mod components;

#[cfg(feature = "ssr")]
pub mod actions;
#[cfg(feature = "ssr")]
pub mod context;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod paths;
#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "ssr")]
pub mod text;

//! What a person sees: pages, their texts and the forms on them.
//!
//! Compiled twice. With `ssr` it renders whole pages on the server; with `hydrate` only the islands
//! (`#[island]`) go to the browser, where they make the same forms answer without a reload.

// Views are deeply nested types.
#![recursion_limit = "256"]

pub mod actions;
pub mod components;
pub mod paths;
pub mod text;

#[cfg(feature = "ssr")]
pub mod context;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod shell;

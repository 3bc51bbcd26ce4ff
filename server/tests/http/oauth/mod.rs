//! What apps that sign people in here can rely on, and what strangers get who only look like one.

mod authorize;
mod client_credentials;
mod clients;
mod codes;
mod consent;
mod discovery;
mod id_tokens;
mod inspection;
mod refresh;
mod registering;
mod support;
mod userinfo;

//! One file per page; folders follow the URL.

pub mod account;
pub mod admin;
pub mod api_docs;
pub mod clients;
pub mod finish_sign_up;
pub mod forgot_password;
pub mod invitation;
pub mod landing;
pub mod login;
pub mod message;
pub mod oauth;
pub mod outbox;
pub mod practice;
pub mod reset_password;
pub mod signup;
pub mod social;
pub mod undo_email_change;
pub mod verify_email;

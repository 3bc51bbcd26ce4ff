//! One file per page; folders follow the URL.

pub mod account;
pub mod landing;
pub mod login;
pub mod message;
pub mod outbox;
pub mod signup;
pub mod verify_email;

//! Parts of pages. They take data and callbacks and call no server function, apart from the forms,
//! which are islands around one.

pub mod error_summary;
pub mod form_field;
pub mod forms;
pub mod icon;

pub use error_summary::ErrorSummary;
pub use form_field::{PasswordField, TextField};
pub use forms::{SignInForm, SignUpForm, VerifyEmailForm};
pub use icon::{Icon, Shape};

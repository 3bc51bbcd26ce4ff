//! Parts of pages. They take data and callbacks and call no server function, apart from the forms,
//! which are islands around one.

mod error_summary;
mod form_field;
mod forms;
mod icon;

pub use error_summary::ErrorSummary;
pub use form_field::{PasswordField, TextField};
pub use forms::{SignInForm, SignUpForm, VerifyEmailForm};
pub use icon::{Icon, Shape};

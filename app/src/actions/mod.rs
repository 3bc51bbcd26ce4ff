//! What forms send and what they get back.
//!
//! A server function's URL is its page's own path (`prefix = ""`). By fetch it answers with JSON;
//! as a plain form the page's POST route calls the same [`PageForm::submit`] and renders the page
//! again, or redirects with 303. The browser calls it by that URL
//! ([`LiveForm`](crate::components::LiveForm)), so that nothing of this is in the bundle.

mod accept_invitation;
#[cfg(feature = "ssr")]
pub mod admin;
pub mod change_email;
pub mod change_password;
#[cfg(feature = "ssr")]
pub mod clients;
pub mod confirm_identity;
pub mod delete_account;
pub mod disconnect;
pub mod finish_sign_up;
pub mod forgot_password;
mod form_state;
#[cfg(feature = "ssr")]
pub mod oauth;
mod page_form;
mod problems;
pub mod profile;
pub mod reset_password;
pub mod sessions;
pub mod sign_in;
pub mod sign_out;
pub mod sign_up;
mod suggestion;
#[cfg(feature = "ssr")]
pub mod tokens;
pub mod undo_email_change;
pub mod verify_email;

pub use change_email::ChangeEmail;
pub use change_password::ChangePassword;
pub use confirm_identity::ConfirmIdentity;
pub use delete_account::DeleteAccount;
pub use disconnect::Disconnect;
pub use finish_sign_up::FinishSignUp;
pub use forgot_password::ForgotPassword;
pub use form_state::FormState;
#[cfg(feature = "ssr")]
pub use oauth::{Consent, RemoveApp};
pub use page_form::{Done, PageForm};
pub use problems::{COME_BACK, ClientFault, Field, FieldProblem, FormProblem, Problems};
pub use profile::SaveProfile;
pub use reset_password::ResetPassword;
pub use sessions::EndSessions;
pub use sign_in::SignIn;
pub use sign_out::SignOut;
pub use sign_up::SignUp;
pub use suggestion::Suggestion;
#[cfg(feature = "ssr")]
pub use tokens::{RevokeTokens, TokenForm, ViewToken};
pub use undo_email_change::UndoEmailChange;
pub use verify_email::VerifyEmail;

//! Parts of pages. They take data and call no verb.

pub mod copy_button;
pub mod error_summary;
pub mod live_form;
pub mod live_list;

#[cfg(feature = "ssr")]
pub mod day_chart;
#[cfg(feature = "ssr")]
pub mod form_field;
#[cfg(feature = "ssr")]
pub mod icon;
#[cfg(feature = "ssr")]
pub mod new_password;
#[cfg(feature = "ssr")]
pub mod provider_buttons;
#[cfg(feature = "ssr")]
pub mod select_field;

pub use copy_button::CopyButton;
pub use error_summary::ErrorSummary;
pub use live_form::{LiveForm, MeterWords, PasswordMeter, RevealPassword, Said, Suggested};
pub use live_list::LiveList;

#[cfg(feature = "ssr")]
pub use day_chart::{DayChart, day_chart};
#[cfg(feature = "ssr")]
pub use form_field::{Form, PasswordField, SubmitButton, TextField};
#[cfg(feature = "ssr")]
pub use icon::{Icon, Shape};
#[cfg(feature = "ssr")]
pub use new_password::{NewPasswordField, SuggestButton};
#[cfg(feature = "ssr")]
pub use provider_buttons::ProviderButtons;
#[cfg(feature = "ssr")]
pub use select_field::{Choice, SelectField};

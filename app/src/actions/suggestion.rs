//! A passphrase instead of a password that somebody would have to think of.

use std::fmt;

use super::{Field, Problems};
use crate::{context::PageContext, text::Text};

/// A passphrase for the field of a form. It is nobody's password until the form is sent with it, and
/// is kept nowhere before.
#[derive(Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The field that it is for.
    pub field: Field,
    /// The label of the button that sends the form with it.
    pub button: Text,
    /// What to fill in.
    pub passphrase: String,
}

impl Suggestion {
    /// Draws one, and answers the form with it instead of doing what the form is for.
    pub(super) fn answer(page: &PageContext, field: Field, button: Text) -> Problems {
        Problems {
            suggestion: Some(Self {
                field,
                button,
                passphrase: page.services.accounts.suggest_password(),
            }),
            ..Problems::default()
        }
    }
}

// It may become a password: no log ever shows it.
impl fmt::Debug for Suggestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Suggestion")
            .field("field", &self.field)
            .field("button", &self.button)
            .finish_non_exhaustive()
    }
}

//! What a page shows of a form that came back.

use super::Problems;
use crate::{context::PageTitle, text::Text};

/// A form as it was sent: what was typed (secrets aside) and what was wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormState {
    /// Names and values to be shown again.
    pub kept: Vec<(String, String)>,
    /// What was wrong.
    pub problems: Problems,
}

impl FormState {
    /// What was typed into a field, or nothing.
    pub fn value(&self, name: &str) -> String {
        let found = self.kept.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    /// The page's title, marked if something is wrong.
    pub const fn title(&self, text: Text) -> PageTitle {
        if self.problems.is_empty() {
            PageTitle::plain(text)
        } else {
            PageTitle::error(text)
        }
    }
}

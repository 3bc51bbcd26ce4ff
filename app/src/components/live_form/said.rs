//! What a person reads about a form's problems: all that the browser needs to know of them.

use serde::{Deserialize, Serialize};

/// A refused form, in the reader's language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Put before the page's title, so that it is read first.
    pub title: String,
    /// Over the summary.
    pub heading: String,
    /// About the form as a whole.
    pub form: Option<String>,
    /// Names of fields and what is wrong with them, in their order.
    pub fields: Vec<(String, String)>,
    /// Whether a page of its own says it better than this one with a message.
    pub elsewhere: bool,
}

impl Said {
    /// Whether nothing is wrong.
    pub const fn is_empty(&self) -> bool {
        self.form.is_none() && self.fields.is_empty()
    }

    /// What is wrong with one field.
    pub fn of(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(field, _)| field == name);
        found.map(|(_, message)| message.as_str())
    }
}

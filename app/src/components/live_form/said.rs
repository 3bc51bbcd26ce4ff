//! What a person reads about a form's problems: all that the browser needs to know of them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A form that wasn't done, in the reader's language.
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
    /// What to fill in, if that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<Suggested>,
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

/// A passphrase for a field.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggested {
    /// The field's name.
    pub field: String,
    /// What to fill in.
    pub passphrase: String,
    /// What to do with it.
    pub note: String,
}

// It may become a password: no log ever shows it.
impl fmt::Debug for Suggested {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Suggested")
            .field("field", &self.field)
            .finish_non_exhaustive()
    }
}

//! What goes along with a statement of SQLite's: each trip to a connection's thread costs a sign-in some
//! of its core.

use std::borrow::Cow;

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use crate::value::Value;

const SEPARATOR: &str = "; ";

/// Statements that were put off.
#[derive(Default)]
pub(crate) struct Later {
    texts: Vec<(&'static str, usize)>,
    statements: usize,
    values: Vec<Value>,
}

impl Later {
    /// Puts off a text of so many statements, whose parameters are counted from `$1`.
    pub(crate) fn add(&mut self, text: &'static str, statements: usize, values: Vec<Value>) {
        self.texts.push((text, self.values.len()));
        self.statements += statements;
        self.values.extend(values);
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }
}

/// What is to be said before a statement, in the same breath.
#[derive(Default)]
pub(crate) struct Before {
    /// What begins a transaction.
    pub(crate) begin: Option<Cow<'static, str>>,
    pub(crate) later: Later,
}

impl Before {
    /// All of it as one text with the statement, how many statements come before that one, and every
    /// parameter.
    pub(crate) fn and(
        self,
        sql: impl SqlSafeStr,
        mut values: Vec<Value>,
    ) -> (SqlStr, usize, Vec<Value>) {
        let sql = sql.into_sql_str();
        if self.begin.is_none() && self.later.is_empty() {
            return (sql, 0, values);
        }
        let mut text = self.text(values.len());
        text.push_str(sql.as_str());
        let before = self.later.statements + usize::from(self.begin.is_some());
        values.extend(self.later.values);
        // Safe as its parts are: parameters were given other numbers.
        (AssertSqlSafe(text).into_sql_str(), before, values)
    }

    /// The same without one that comes after.
    pub(crate) fn alone(self) -> (SqlStr, usize, Vec<Value>) {
        let mut text = self.text(0);
        text.truncate(text.trim_end_matches(SEPARATOR).len());
        let text = AssertSqlSafe(text).into_sql_str();
        let statements = self.later.statements + usize::from(self.begin.is_some());
        (text, statements, self.later.values)
    }

    /// With parameters that are counted from behind the first `taken`.
    fn text(&self, taken: usize) -> String {
        let mut text = self.begin.as_deref().unwrap_or_default().to_owned();
        for (later, before) in &self.later.texts {
            push_shifted(&mut text, later, taken + before);
            text.push_str(SEPARATOR);
        }
        text
    }
}

/// Appends a text whose parameters count from `by` on. No text here holds a `$` that isn't one.
fn push_shifted(to: &mut String, text: &str, by: usize) {
    let mut parts = text.split('$');
    to.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_digit());
        let (digits, rest) = part.split_at(end.unwrap_or(part.len()));
        let number = digits.parse::<usize>().unwrap_or_default() + by;
        to.push('$');
        to.push_str(&number.to_string());
        to.push_str(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::values;

    #[test]
    fn what_goes_along_comes_first_and_has_parameters_of_its_own() {
        let mut later = Later::default();
        later.add("A ($1, $2)", 1, values!["a", 1_i64]);
        later.add("B ($2, $11); C ($1)", 2, values!["b"]);
        let before = Before {
            begin: Some("BEGIN; ".into()),
            later,
        };
        let (text, statements, values) = before.and("D ($1, $2)", values!["d", true]);
        assert_eq!(
            text.as_str(),
            "BEGIN; A ($3, $4); B ($6, $15); C ($5); D ($1, $2)"
        );
        assert_eq!((statements, values.len()), (4, 5));
    }

    #[test]
    fn a_statement_by_itself_stays_as_it_is() {
        let (text, statements, values) = Before::default().and("D ($1)", values!["d"]);
        assert_eq!(text.as_str(), "D ($1)");
        assert_eq!((statements, values.len()), (0, 1));
    }

    #[test]
    fn what_was_put_off_can_stand_alone() {
        let mut later = Later::default();
        later.add("A ($1)", 1, values!["a"]);
        let before = Before { begin: None, later };
        let (text, statements, values) = before.alone();
        assert_eq!(text.as_str(), "A ($1)");
        assert_eq!((statements, values.len()), (1, 1));
    }
}

//! A question whose parts depend on what is asked. Every piece is text of this program; what comes
//! from outside is a value.

use domain::store::StorageError;
use sqlx::AssertSqlSafe;

use crate::{
    unit_of_work::{Row, UnitOfWork},
    value::Value,
};

/// SQL in the making, with its values.
#[derive(Default)]
pub(crate) struct Question {
    sql: String,
    values: Vec<Value>,
}

impl Question {
    /// Begins with `sql`.
    pub(crate) fn new(sql: &'static str) -> Self {
        Self::default().then(sql)
    }

    /// Appends a piece of SQL.
    pub(crate) fn then(mut self, sql: &'static str) -> Self {
        self.sql.push_str(sql);
        self
    }

    /// Appends a place for a value.
    pub(crate) fn value(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self.sql.push('$');
        self.sql.push_str(&self.values.len().to_string());
        self
    }

    /// Appends another question, whose places are counted on from here.
    pub(crate) fn append(mut self, other: Self) -> Self {
        let mut pieces = other.sql.split('$');
        self.sql.push_str(pieces.next().unwrap_or_default());
        let before = self.values.len();
        for piece in pieces {
            let digits = piece.bytes().take_while(u8::is_ascii_digit).count();
            let (number, rest) = piece.split_at(digits);
            let number = number.parse::<usize>().unwrap_or(0) + before;
            self.sql.push('$');
            self.sql.push_str(&number.to_string());
            self.sql.push_str(rest);
        }
        self.values.extend(other.values);
        self
    }

    /// Appends ` AND `, a piece and a value, if there is one.
    pub(crate) fn and(self, sql: &'static str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.then(" AND ").then(sql).value(value),
            None => self,
        }
    }

    /// Reads every row.
    pub(crate) async fn all<R: Row>(self, work: &mut UnitOfWork) -> Result<Vec<R>, StorageError> {
        // Safe by construction: pieces are `'static`, values are bound.
        work.fetch_all(AssertSqlSafe(self.sql), self.values).await
    }
}

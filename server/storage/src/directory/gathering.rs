//! Which way to search: walk the order of the list and look at each row, or gather what the rarest
//! filter finds and put that in order.
//!
//! A text that a fifth of all people have fills a page within a few steps of a walk, and gathering
//! would read hundreds of thousands of rows; one that ten people have is the other way round. Neither
//! planner knows which is which, so it is counted, up to a bound that costs little.

use domain::{admin::SearchText, store::StorageError};
use sqlx::FromRow;

use crate::{question::Question, unit_of_work::UnitOfWork};

/// How many rows a first walk looks at before anything is counted.
pub(super) const STEPS: i64 = 1000;
/// Up to how many people whose text matches are gathered when they are listed themselves.
pub(super) const PEOPLE: i64 = 1000;
/// Up to how many people are gathered when what belongs to them is listed.
pub(super) const OWNERS: i64 = 2000;
/// Up to how many people a walk knows beforehand: of each row it looks whether its owner is one of them,
/// which takes a quarter of a look at their text.
pub(super) const KNOWN: i64 = 8000;
/// Up to how many sessions of a network or a span are gathered.
pub(super) const SESSIONS: i64 = 20_000;

#[derive(FromRow)]
struct Count {
    count: i64,
}

/// How many rows `what` finds, counted up to one more than `bound`.
pub(super) async fn count(
    work: &mut UnitOfWork,
    what: Question,
    bound: i64,
) -> Result<i64, StorageError> {
    let question = Question::new("SELECT COUNT(*) AS count FROM (")
        .append(what)
        .then(" LIMIT ")
        .value(bound + 1)
        .then(") found");
    let rows: Vec<Count> = question.all(work).await?;
    Ok(rows.first().map_or(0, |row| row.count))
}

/// The accounts whose text has this in it, by the index. It may find others, which don't.
pub(super) fn people_with(text: &SearchText) -> Question {
    let phrase = format!("\"{}\"", text.as_str().replace('"', "\"\""));
    Question::new("SELECT account FROM search_index(")
        .value(phrase)
        .then(")")
}

/// The condition that an account is one of those that the index finds, looked up once. Wrapped, or PostgreSQL
/// makes a join of it. `account` is the column that names the account.
pub(super) fn is_one_of(question: Question, account: &'static str, text: &SearchText) -> Question {
    question
        .then(" AND (")
        .then(account)
        .then(" IN (")
        .append(people_with(text))
        .then(")) IS TRUE")
}

/// The condition that an account's text has this in it, letter by letter: it goes away when it is
/// taken out. `account` is the column that names the account, after `t.account = `.
pub(super) fn has_text(question: Question, account: &'static str, text: &SearchText) -> Question {
    question
        .then(" AND EXISTS (SELECT 1 FROM search_texts t WHERE t.account = ")
        .then(account)
        .then(" AND t.text <> replace(t.text, ")
        .value(text.as_str())
        .then(", ''))")
}

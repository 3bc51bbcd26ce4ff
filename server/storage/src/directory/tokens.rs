//! API tokens of everyone.

use domain::{
    accounts::Subject,
    admin::{TokenFilter, TokenListing},
    clock::Timestamp,
    store::StorageError,
};
use sqlx::FromRow;

use super::gathering::{OWNERS, count, has_text, people_with};
use crate::{accounts::account_id, grants::words, question::Question, unit_of_work::UnitOfWork};

const LISTING: &str =
    "SELECT t.id, t.account, a.subject, a.name AS owner, e.address AS email, t.name, t.scope,
     t.created_at, t.expires_at, t.last_used_at FROM ";
// An epoch that is over cut its tokens off.
const LIVING: &str = " JOIN accounts a ON a.id = t.account
     JOIN emails e ON e.account = a.id AND e.is_primary
     WHERE a.disabled_at IS NULL AND t.epoch = a.epoch AND t.expires_at > ";

#[derive(FromRow)]
struct Listed {
    id: String,
    account: String,
    subject: String,
    owner: String,
    email: String,
    name: String,
    scope: String,
    created_at: i64,
    expires_at: i64,
    last_used_at: Option<i64>,
}

impl TryFrom<Listed> for TokenListing {
    type Error = StorageError;

    fn try_from(row: Listed) -> Result<Self, StorageError> {
        Ok(Self {
            account: account_id(&row.account, "api_tokens")?,
            id: row.id,
            subject: Subject::from_stored(row.subject),
            owner: row.owner,
            email: row.email,
            name: row.name,
            scopes: words(&row.scope),
            created_at: Timestamp::from_micros(row.created_at),
            expires_at: Timestamp::from_micros(row.expires_at),
            last_used_at: row.last_used_at.map(Timestamp::from_micros),
        })
    }
}

pub(super) async fn search(
    work: &mut UnitOfWork,
    filter: &TokenFilter,
    now: Timestamp,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<TokenListing>, StorageError> {
    let few = match &filter.text {
        Some(text) if count(work, people_with(text), OWNERS).await? <= OWNERS => {
            Some(people_with(text))
        }
        _ => None,
    };
    let gathers = few.is_some();
    let source = match few {
        None => Question::new(LISTING).then("api_tokens t"),
        Some(people) => Question::new("WITH found AS MATERIALIZED (")
            .append(people)
            .then(") ")
            .then(LISTING)
            .then("found f CROSS JOIN api_tokens t"),
    };
    let mut question = source
        .then(LIVING)
        .value(now)
        .and("t.id < ", after)
        .and("t.account = ", filter.account.map(|id| id.to_string()))
        .and(
            "COALESCE(t.last_used_at, t.created_at) < ",
            filter.unused_since,
        );
    if let Some(scope) = &filter.scope {
        // As a whole word: what goes away when it is taken out.
        question = question
            .then(" AND ' ' || t.scope || ' ' <> replace(' ' || t.scope || ' ', ")
            .value(format!(" {scope} "))
            .then(", '')");
    }
    if let Some(text) = &filter.text {
        question = has_text(question, "a.id", text);
    }
    if gathers {
        question = question.then(" AND t.account = f.account");
    }
    let question = question
        .then(if gathers {
            // Wrapped, so that the order doesn't tempt to walk it.
            " ORDER BY COALESCE(t.id, '') DESC LIMIT "
        } else {
            " ORDER BY t.id DESC LIMIT "
        })
        .value(limit.max(0));
    let rows: Vec<Listed> = question.all(work).await?;
    rows.into_iter().map(TokenListing::try_from).collect()
}

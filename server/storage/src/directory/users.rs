//! People.

use domain::{
    accounts::{AccountId, Role, Subject},
    admin::{
        AccountState, UserConnection, UserDetails, UserEmail, UserFilter, UserListing, UserName,
    },
    clock::Timestamp,
    store::StorageError,
};
use sqlx::FromRow;

use super::gathering::{KNOWN, PEOPLE, STEPS, count, has_text, is_one_of, people_with};
use crate::{accounts::account_id, question::Question, unit_of_work::UnitOfWork, value::values};

/// What a list shows, of the accounts of `p`.
const LISTING: &str = "SELECT a.id, a.subject, a.name, e.address, a.created_at, a.disabled_at, a.delete_at,
     (SELECT string_agg(r.role, ' ' ORDER BY r.role) FROM role_grants r WHERE r.account = a.id) AS roles,
     (SELECT COUNT(*) FROM sessions s WHERE s.account = a.id
      AND s.idle_until > n.now AND s.absolute_until > n.now) AS sessions,
     (SELECT MAX(s.last_seen_at) FROM sessions s WHERE s.account = a.id) AS last_seen_at";
const FROM: &str = " FROM accounts a JOIN emails e ON e.account = a.id AND e.is_primary";

#[derive(FromRow)]
struct Listed {
    id: String,
    subject: String,
    name: String,
    address: String,
    created_at: i64,
    disabled_at: Option<i64>,
    delete_at: Option<i64>,
    roles: Option<String>,
    sessions: i64,
    last_seen_at: Option<i64>,
}

impl TryFrom<Listed> for UserListing {
    type Error = StorageError;

    fn try_from(row: Listed) -> Result<Self, StorageError> {
        let words = row.roles.unwrap_or_default();
        Ok(Self {
            id: account_id(&row.id, "accounts")?,
            subject: Subject::from_stored(row.subject),
            name: row.name,
            email: row.address,
            // A newer version may know others.
            roles: words.split(' ').filter_map(Role::parse).collect(),
            created_at: Timestamp::from_micros(row.created_at),
            disabled_at: row.disabled_at.map(Timestamp::from_micros),
            delete_at: row.delete_at.map(Timestamp::from_micros),
            sessions: row.sessions,
            last_seen_at: row.last_seen_at.map(Timestamp::from_micros),
        })
    }
}

#[derive(FromRow)]
struct Mailbox {
    address: String,
    is_primary: bool,
    verified_at: Option<i64>,
    held_until: Option<i64>,
}

#[derive(FromRow)]
struct Connection {
    provider: String,
    label: String,
    created_at: i64,
    last_used_at: Option<i64>,
}

#[derive(FromRow)]
struct Counts {
    passwords: i64,
    tokens: i64,
}

fn listing(now: Timestamp) -> Question {
    Question::new(LISTING)
        .then(FROM)
        .then(" CROSS JOIN (SELECT CAST(")
        .value(now)
        .then(" AS BIGINT) AS now) n WHERE ")
}

/// Where the accounts of a list come from, as `a`.
#[derive(Clone, Copy)]
enum Source {
    /// The last born, so many at most.
    Steps,
    /// Everyone, the last born first.
    All,
    /// Everyone, the last born first, of whom it is known beforehand whether their text matches.
    Known,
    /// Those whose text matches.
    Text,
}

/// The accounts that match, by id, one page of them.
fn page(filter: &UserFilter, source: Source, after: Option<AccountId>, limit: i64) -> Question {
    let after = after.map(|id| id.to_string());
    let columns = "SELECT a.id FROM ";
    let question = match (source, &filter.text) {
        (Source::Steps, _) => Question::new(columns)
            .then("(SELECT id, disabled_at, delete_at FROM accounts WHERE TRUE")
            .and("id < ", after.clone())
            .then(" ORDER BY id DESC LIMIT ")
            .value(STEPS)
            .then(") a"),
        (Source::Text, Some(text)) => Question::new("WITH found AS MATERIALIZED (")
            .append(people_with(text))
            .then(") ")
            .then(columns)
            .then("found f CROSS JOIN accounts a"),
        _ => Question::new(columns).then("accounts a"),
    };
    let question = question
        .then(match source {
            Source::Text => " WHERE a.id = f.account",
            _ => " WHERE TRUE",
        })
        .and("a.id < ", after)
        .then(match filter.state {
            None => "",
            Some(AccountState::Active) => {
                " AND a.disabled_at IS NULL AND COALESCE(a.delete_at, 0) = 0"
            }
            // The few that are, by their index.
            Some(AccountState::Disabled) => {
                " AND a.id IN (SELECT d.id FROM accounts d WHERE d.disabled_at IS NOT NULL)"
            }
            Some(AccountState::Leaving) => {
                " AND a.disabled_at IS NULL
                  AND a.id IN (SELECT d.id FROM accounts d WHERE d.delete_at > 0)"
            }
        });
    let question = match filter.role {
        None => question,
        Some(role) => question
            .then(" AND a.id IN (SELECT r.account FROM role_grants r WHERE r.role = ")
            .value(role.as_str())
            .then(")"),
    };
    let question = match &filter.text {
        None => question,
        Some(text) => {
            let question = match source {
                Source::Known => is_one_of(question, "a.id", text),
                _ => question,
            };
            has_text(question, "a.id", text)
        }
    };
    question.then(" ORDER BY a.id DESC LIMIT ").value(limit)
}

async fn listed(
    work: &mut UnitOfWork,
    page: Question,
    now: Timestamp,
) -> Result<Vec<UserListing>, StorageError> {
    let question = Question::new(LISTING)
        .then(" FROM (")
        .append(page)
        .then(
            ") p JOIN accounts a ON a.id = p.id JOIN emails e ON e.account = a.id AND e.is_primary",
        )
        .then(" CROSS JOIN (SELECT CAST(")
        .value(now)
        .then(" AS BIGINT) AS now) n ORDER BY a.id DESC");
    let rows: Vec<Listed> = question.all(work).await?;
    rows.into_iter().map(UserListing::try_from).collect()
}

pub(super) async fn search(
    work: &mut UnitOfWork,
    filter: &UserFilter,
    now: Timestamp,
    after: Option<AccountId>,
    limit: i64,
) -> Result<Vec<UserListing>, StorageError> {
    let limit = limit.max(0);
    // The few who are disabled, leave or have a role are looked at one by one.
    let is_among_few =
        filter.role.is_some() || !matches!(filter.state, None | Some(AccountState::Active));
    let Some(text) = filter.text.as_ref().filter(|_| !is_among_few) else {
        return listed(work, page(filter, Source::All, after, limit), now).await;
    };
    let found = listed(work, page(filter, Source::Steps, after, limit), now).await?;
    if i64::try_from(found.len()).unwrap_or(i64::MAX) >= limit {
        return Ok(found);
    }
    let people = count(work, people_with(text), KNOWN).await?;
    let source = if people <= PEOPLE {
        Source::Text
    } else if people <= KNOWN {
        Source::Known
    } else {
        Source::All
    };
    listed(work, page(filter, source, after, limit), now).await
}

pub(super) async fn find(
    work: &mut UnitOfWork,
    name: UserName<'_>,
    now: Timestamp,
) -> Result<Option<UserDetails>, StorageError> {
    let question = match name {
        UserName::Id(id) => listing(now).then("a.id = ").value(id.to_string()),
        UserName::Subject(subject) => listing(now).then("a.subject = ").value(subject),
    };
    let rows: Vec<Listed> = question.all(work).await?;
    let Some(row) = rows.into_iter().next() else {
        return Ok(None);
    };
    let id = row.id.clone();
    let emails: Vec<Mailbox> = work
        .fetch_all(
            "SELECT address, is_primary, verified_at, held_until FROM emails
             WHERE account = $1 ORDER BY is_primary DESC, created_at DESC, id DESC",
            values![&*id],
        )
        .await?;
    let connections: Vec<Connection> = work
        .fetch_all(
            "SELECT provider, label, created_at, last_used_at FROM identities
             WHERE account = $1 ORDER BY id",
            values![&*id],
        )
        .await?;
    let counts: Option<Counts> = work
        .fetch_optional(
            "SELECT (SELECT COUNT(*) FROM passwords p WHERE p.account = $1) AS passwords,
                 (SELECT COUNT(*) FROM api_tokens t JOIN accounts a ON a.id = t.account
                  WHERE t.account = $1 AND t.expires_at > $2 AND t.epoch = a.epoch
                      AND a.disabled_at IS NULL) AS tokens",
            values![id, now],
        )
        .await?;
    Ok(Some(UserDetails {
        listing: row.try_into()?,
        emails: emails
            .into_iter()
            .map(|row| UserEmail {
                address: row.address,
                primary: row.is_primary,
                verified_at: row.verified_at.map(Timestamp::from_micros),
                held_until: row.held_until.map(Timestamp::from_micros),
            })
            .collect(),
        has_password: counts.as_ref().is_some_and(|counts| counts.passwords > 0),
        connections: connections
            .into_iter()
            .map(|row| UserConnection {
                provider: row.provider,
                label: row.label,
                created_at: Timestamp::from_micros(row.created_at),
                last_used_at: row.last_used_at.map(Timestamp::from_micros),
            })
            .collect(),
        tokens: counts.map_or(0, |counts| counts.tokens),
    }))
}

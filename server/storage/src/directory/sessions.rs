//! Sessions of everyone.

use std::time::Duration;

use domain::{
    accounts::Subject,
    admin::{MatchingSession, SessionCursor, SessionFilter, SessionListing, SessionOrder},
    client::ClientAddress,
    clock::Timestamp,
    random::first_id_of,
    store::StorageError,
};
use sqlx::FromRow;

use super::gathering::{self, KNOWN, OWNERS, SESSIONS, STEPS, has_text, is_one_of, people_with};
use crate::{accounts::account_id, question::Question, unit_of_work::UnitOfWork};

const LISTING: &str =
    "SELECT s.id, s.public_id, s.account, a.subject, a.name, e.address AS email, s.address,
     s.user_agent, s.amr, s.persistent, s.created_at, s.last_seen_at,
     (SELECT COUNT(*) FROM grants g WHERE g.session = s.public_id) AS grants";
#[derive(FromRow)]
struct Listed {
    id: String,
    public_id: String,
    account: String,
    subject: String,
    name: String,
    email: String,
    address: Vec<u8>,
    user_agent: String,
    amr: String,
    persistent: bool,
    created_at: i64,
    last_seen_at: i64,
    grants: i64,
}

impl TryFrom<Listed> for SessionListing {
    type Error = StorageError;

    fn try_from(row: Listed) -> Result<Self, StorageError> {
        Ok(Self {
            account: account_id(&row.account, "sessions")?,
            address: ClientAddress::from_bytes(&row.address).ok_or(StorageError::Inconsistent {
                table: "sessions",
                column: "address",
            })?,
            id: row.id,
            public_id: row.public_id,
            subject: Subject::from_stored(row.subject),
            name: row.name,
            email: row.email,
            user_agent: row.user_agent,
            amr: row.amr,
            persistent: row.persistent,
            created_at: Timestamp::from_micros(row.created_at),
            last_seen_at: Timestamp::from_micros(row.last_seen_at),
            grants: row.grants,
        })
    }
}

#[derive(FromRow)]
struct Count {
    count: i64,
}

#[derive(FromRow)]
struct Matching {
    account: String,
    public_id: String,
}

/// Where the sessions of a list come from, as `s`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    /// The first in the order of the list, so many at most.
    Steps,
    /// All, in the order of the list.
    All,
    /// All, in the order of the list, of whose owners it is known beforehand whether their text matches.
    Known,
    /// Those of one account.
    Account,
    /// Those of the people whose text matches.
    Text,
    /// Those of a network.
    Network,
    /// Those that began within a span.
    Created,
    /// Those that were seen within a span.
    Seen,
    /// Those that began in a way.
    Method,
}

/// What is asked, besides where it is looked for.
#[derive(Clone, Copy)]
struct Asked<'a> {
    filter: &'a SessionFilter,
    /// `None`: any will do.
    order: Option<SessionOrder>,
    now: Timestamp,
    after: Option<&'a SessionCursor>,
    /// The lists of methods with the word that is looked for in them, `pwd` alone aside.
    methods: &'a [String],
}

#[derive(FromRow)]
struct Method {
    amr: String,
}

/// The lists of methods that have the `wanted` one in them, `pwd` alone aside: one look into the index for each
/// list that there is.
async fn methods(
    work: &mut UnitOfWork,
    filter: &SessionFilter,
) -> Result<Vec<String>, StorageError> {
    let Some(wanted) = &filter.method else {
        return Ok(Vec::new());
    };
    let found: Vec<Method> = work
        .fetch_all(
            "WITH RECURSIVE m (amr) AS (
                 SELECT MIN(s.amr) FROM sessions s WHERE s.amr <> 'pwd'
                 UNION ALL
                 SELECT (SELECT MIN(s.amr) FROM sessions s WHERE s.amr <> 'pwd' AND s.amr > m.amr)
                 FROM m WHERE m.amr IS NOT NULL)
             SELECT m.amr FROM m WHERE m.amr IS NOT NULL",
            Vec::new(),
        )
        .await?;
    Ok(found
        .into_iter()
        .map(|row| row.amr)
        .filter(|list| list.split(' ').any(|known| known == wanted))
        .collect())
}

const BY_USE: &str = " ORDER BY s.last_seen_at DESC, s.id DESC LIMIT ";
const BY_BIRTH: &str = " ORDER BY s.id DESC LIMIT ";
const BY_AGE: &str = " ORDER BY s.id LIMIT ";

impl Asked<'_> {
    /// Behind the cursor and within the spans that the order itself knows.
    fn within(&self, question: Question) -> Question {
        match self.order {
            None => question,
            Some(SessionOrder::LastSeen) => {
                let question = match self.after {
                    None => question,
                    Some(after) => question
                        .then(" AND (s.last_seen_at, s.id) < (")
                        .value(after.at)
                        .then(", ")
                        .value(&*after.id)
                        .then(")"),
                };
                // Nothing is seen before it began.
                question.and(
                    "s.last_seen_at >= ",
                    self.filter.seen_since.max(self.filter.created_since),
                )
            }
            Some(SessionOrder::Newest | SessionOrder::Oldest) => self.born(question),
        }
    }

    /// One bound on each side, the narrower of the cursor's and the span's: SQLite goes by one of two. The
    /// cursor's own row is left out by [`Self::conditions`].
    fn born(&self, question: Question) -> Question {
        let after = self.after.map(|after| after.id.clone());
        let (later_than, earlier_than) = match self.order {
            Some(SessionOrder::Oldest) => (after, None),
            Some(SessionOrder::Newest) => (None, after),
            _ => (None, None),
        };
        let since = self.filter.created_since.map(first_id_of);
        // A millisecond more: ids of the same one may be of either side.
        let before = self.filter.created_before;
        let before = before.map(|at| first_id_of(at.plus(Duration::from_millis(1))));
        let earliest = [earlier_than, before].into_iter().flatten().min();
        question
            .and("s.id >= ", since.max(later_than))
            .and("s.id < ", earliest)
    }

    fn network(&self, question: Question) -> Question {
        match &self.filter.network {
            None => question,
            Some(network) => question
                .and("s.address >= ", Some(&network.first()[..]))
                .and("s.address <= ", Some(&network.last()[..])),
        }
    }

    fn ordered(&self, question: Question, limit: i64) -> Question {
        question
            .then(match self.order {
                Some(SessionOrder::LastSeen) => BY_USE,
                Some(SessionOrder::Newest) => BY_BIRTH,
                Some(SessionOrder::Oldest) => BY_AGE,
                None => " LIMIT ",
            })
            .value(limit)
    }

    /// The sessions of a source that an index knows.
    fn gathered(&self, question: Question, source: Source) -> Question {
        let question = question.then(" FROM sessions s WHERE TRUE");
        match source {
            Source::Network => self.network(question),
            Source::Created => self.born(question),
            Source::Method => {
                let mut question = question.then(" AND s.amr <> 'pwd' AND s.amr IN (''");
                for amr in self.methods {
                    question = question.then(", ").value(amr.as_str());
                }
                question.then(")")
            }
            _ => question.and("s.last_seen_at >= ", self.filter.seen_since),
        }
    }

    /// `columns` of the sessions that match, from one source, at most `limit`.
    fn matching(&self, columns: &'static str, source: Source, limit: i64) -> Question {
        let filter = self.filter;
        let is_walk = matches!(source, Source::Steps | Source::All | Source::Known);
        let question = match source {
            Source::Steps => {
                let steps = Question::new(columns).then(
                    " FROM (SELECT s.id, s.public_id, s.account, s.amr, s.created_at, s.last_seen_at,
                         s.idle_until, s.absolute_until, s.address FROM sessions s WHERE TRUE",
                );
                self.ordered(self.within(steps), STEPS)
                    .then(") s WHERE TRUE")
            }
            Source::All | Source::Known => {
                let all = self.within(Question::new(columns).then(" FROM sessions s WHERE TRUE"));
                match &filter.text {
                    Some(text) if source == Source::Known => is_one_of(all, "s.account", text),
                    _ => all,
                }
            }
            Source::Account => Question::new(columns)
                .then(" FROM sessions s WHERE TRUE")
                .and("s.account = ", filter.account.map(|id| id.to_string())),
            Source::Text => {
                let people = filter.text.as_ref().map(people_with).unwrap_or_default();
                Question::new("WITH found AS MATERIALIZED (")
                    .append(people)
                    .then(") ")
                    .then(columns)
                    .then(" FROM found f CROSS JOIN sessions s WHERE s.account = f.account")
            }
            Source::Network | Source::Created | Source::Seen | Source::Method => {
                self.gathered(Question::new(columns), source)
            }
        };
        let question = self.conditions(question);
        if is_walk {
            self.ordered(question, limit)
        } else {
            // Wrapped, so that no index of the order tempts to walk it.
            question
                .then(match self.order {
                    Some(SessionOrder::LastSeen) => {
                        " ORDER BY COALESCE(s.last_seen_at, 0) DESC, s.id DESC LIMIT "
                    }
                    Some(SessionOrder::Newest) => " ORDER BY COALESCE(s.id, '') DESC LIMIT ",
                    Some(SessionOrder::Oldest) => " ORDER BY COALESCE(s.id, '') LIMIT ",
                    None => " LIMIT ",
                })
                .value(limit)
        }
    }

    /// What every session holds to, wherever it comes from. No index is to be used for it: that is
    /// the source's affair, so the columns are wrapped.
    fn conditions(&self, question: Question) -> Question {
        let filter = self.filter;
        let mut question = question
            // Few are, and an ended session can't come back: no look at each account.
            .then(
                " AND s.account NOT IN
                     (SELECT d.id FROM accounts d WHERE d.disabled_at IS NOT NULL)",
            )
            .and("COALESCE(s.idle_until, 0) > ", Some(self.now))
            .and("COALESCE(s.absolute_until, 0) > ", Some(self.now))
            .and(
                "COALESCE(s.account, '') = ",
                filter.account.map(|id| id.to_string()),
            )
            .and("s.created_at >= ", filter.created_since)
            .and("s.created_at < ", filter.created_before)
            .and("COALESCE(s.last_seen_at, 0) >= ", filter.seen_since);
        question = match (self.order, self.after) {
            (Some(SessionOrder::LastSeen), Some(after)) => question
                .then(" AND (COALESCE(s.last_seen_at, 0), s.id) < (")
                .value(after.at)
                .then(", ")
                .value(&*after.id)
                .then(")"),
            (Some(SessionOrder::Newest), Some(after)) => {
                question.and("COALESCE(s.id, '') < ", Some(&*after.id))
            }
            (Some(SessionOrder::Oldest), Some(after)) => {
                question.and("COALESCE(s.id, '') > ", Some(&*after.id))
            }
            _ => question,
        };
        if let Some(network) = &filter.network {
            question = question
                .and(
                    "COALESCE(s.address, s.address) >= ",
                    Some(&network.first()[..]),
                )
                .and(
                    "COALESCE(s.address, s.address) <= ",
                    Some(&network.last()[..]),
                );
        }
        if let Some(method) = &filter.method {
            // As a whole word: what goes away when it is taken out.
            question = question
                .then(" AND ' ' || s.amr || ' ' <> replace(' ' || s.amr || ' ', ")
                .value(format!(" {method} "))
                .then(", '')");
        }
        match &filter.text {
            None => question,
            Some(text) => has_text(question, "s.account", text),
        }
    }

    /// The source to be searched when a first walk didn't fill a page.
    async fn source(&self, work: &mut UnitOfWork) -> Result<Source, StorageError> {
        let filter = self.filter;
        if filter.account.is_some() {
            return Ok(Source::Account);
        }
        let mut walk = Source::All;
        if let Some(text) = &filter.text {
            let people = gathering::count(work, people_with(text), KNOWN).await?;
            // Without an order the first that are gathered will do.
            if people <= OWNERS || (people <= KNOWN && self.order.is_none()) {
                return Ok(Source::Text);
            }
            if people <= KNOWN {
                walk = Source::Known;
            }
        }
        let by_use = self.order == Some(SessionOrder::LastSeen);
        let spans = [
            (Source::Network, filter.network.is_some()),
            (
                Source::Method,
                filter.method.as_ref().is_some_and(|word| word != "pwd"),
            ),
            (
                Source::Created,
                (by_use || self.order.is_none())
                    && (filter.created_since.is_some() || filter.created_before.is_some()),
            ),
            (Source::Seen, !by_use && filter.seen_since.is_some()),
        ];
        for (source, is_asked) in spans {
            if is_asked {
                let found = self.gathered(Question::new("SELECT s.id"), source);
                if gathering::count(work, found, SESSIONS).await? <= SESSIONS {
                    return Ok(source);
                }
            }
        }
        Ok(walk)
    }

    async fn listed(
        &self,
        work: &mut UnitOfWork,
        source: Source,
        limit: i64,
    ) -> Result<Vec<SessionListing>, StorageError> {
        let question = Question::new(LISTING)
            .then(" FROM (")
            .append(self.matching("SELECT s.id", source, limit))
            .then(
                ") p JOIN sessions s ON s.id = p.id JOIN accounts a ON a.id = s.account
                 JOIN emails e ON e.account = a.id AND e.is_primary",
            );
        let rows: Vec<Listed> = self.ordered(question, limit).all(work).await?;
        rows.into_iter().map(SessionListing::try_from).collect()
    }
}

/// Whether every session is asked for, or so many that a walk finds them at once.
fn is_plain(filter: &SessionFilter) -> bool {
    let spans = SessionFilter {
        seen_since: filter.seen_since,
        ..SessionFilter::default()
    };
    *filter == spans
}

pub(super) async fn search(
    work: &mut UnitOfWork,
    filter: &SessionFilter,
    order: SessionOrder,
    now: Timestamp,
    after: Option<&SessionCursor>,
    limit: i64,
) -> Result<Vec<SessionListing>, StorageError> {
    let limit = limit.max(0);
    let methods = methods(work, filter).await?;
    let asked = Asked {
        filter,
        order: Some(order),
        now,
        after,
        methods: &methods,
    };
    if order == SessionOrder::LastSeen && is_plain(filter) {
        return asked.listed(work, Source::All, limit).await;
    }
    if filter.account.is_none() {
        let found = asked.listed(work, Source::Steps, limit).await?;
        if i64::try_from(found.len()).unwrap_or(i64::MAX) >= limit {
            return Ok(found);
        }
    }
    let source = asked.source(work).await?;
    asked.listed(work, source, limit).await
}

pub(super) async fn count(
    work: &mut UnitOfWork,
    filter: &SessionFilter,
    now: Timestamp,
    most: i64,
) -> Result<i64, StorageError> {
    let methods = methods(work, filter).await?;
    let asked = Asked {
        filter,
        order: None,
        now,
        after: None,
        methods: &methods,
    };
    let source = asked.source(work).await?;
    let question = Question::new("SELECT COUNT(*) AS count FROM (")
        .append(asked.matching("SELECT s.id", source, most.max(0)))
        .then(") found");
    let rows: Vec<Count> = question.all(work).await?;
    Ok(rows.first().map_or(0, |row| row.count))
}

pub(super) async fn matching(
    work: &mut UnitOfWork,
    filter: &SessionFilter,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<MatchingSession>, StorageError> {
    let methods = methods(work, filter).await?;
    let asked = Asked {
        filter,
        order: None,
        now,
        after: None,
        methods: &methods,
    };
    let source = asked.source(work).await?;
    let question = asked.matching("SELECT s.account, s.public_id", source, limit.max(0));
    let rows: Vec<Matching> = question.all(work).await?;
    rows.into_iter()
        .map(|row| {
            Ok(MatchingSession {
                account: account_id(&row.account, "sessions")?,
                public_id: row.public_id,
            })
        })
        .collect()
}

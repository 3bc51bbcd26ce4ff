//! How long each search of the administrators takes: `search_figures URL` on a seeded database. Prints
//! the median of five askings, in milliseconds, as rows of a table.

use std::{error::Error, future::Future, str::FromStr as _, time::Instant};

use domain::{
    accounts::Role,
    admin::{
        AccountState, Network, SearchText, SessionCursor, SessionFilter, SessionOrder, TokenFilter,
        UserFilter,
    },
    clock::Timestamp,
    store::{StorageError, Store},
};
use storage::{Database, DatabaseUrl, PoolSizes};

const PAGE: i64 = 50;
const DAY: i64 = 24 * 3600 * 1_000_000;

async fn timed<T, F>(what: &str, ask: impl Fn() -> F) -> Result<T, StorageError>
where
    F: Future<Output = Result<(usize, T), StorageError>>,
{
    let (mut found, mut last) = ask().await?;
    let mut spans = Vec::new();
    for _ in 0..5 {
        let began = Instant::now();
        (found, last) = ask().await?;
        spans.push(began.elapsed());
    }
    spans.sort();
    println!(
        "| {what} | {found} | {:.1} |",
        spans[2].as_secs_f64() * 1000.0
    );
    Ok(last)
}

fn text(typed: &str) -> Option<SearchText> {
    SearchText::parse(typed)
}

async fn users(store: &Database, now: Timestamp) -> Result<(), Box<dyn Error>> {
    let all = UserFilter::default;
    let middle = {
        let mut work = store.read().await?;
        let filter = UserFilter {
            text: text("seed.example"),
            ..all()
        };
        let first = work.search_users(&filter, now, None, 1).await?;
        let born = first.first().map_or(now, |row| row.created_at);
        let half = Timestamp::from_micros(i64::midpoint(born.as_micros(), now.as_micros()));
        domain::accounts::AccountId::generate(half, &Zero)
    };
    let mut filters = vec![
        ("everyone".to_owned(), all()),
        (
            "disabled".to_owned(),
            UserFilter {
                state: Some(AccountState::Disabled),
                ..all()
            },
        ),
        (
            "leaving".to_owned(),
            UserFilter {
                state: Some(AccountState::Leaving),
                ..all()
            },
        ),
        (
            "active".to_owned(),
            UserFilter {
                state: Some(AccountState::Active),
                ..all()
            },
        ),
        (
            "administrators".to_owned(),
            UserFilter {
                role: Some(Role::Admin),
                ..all()
            },
        ),
        (
            "`ann`, disabled".to_owned(),
            UserFilter {
                text: text("ann"),
                state: Some(AccountState::Disabled),
                ..all()
            },
        ),
    ];
    for typed in [
        "an",
        "x",
        "ann",
        "@example",
        "@bakery",
        "lovelace",
        "анна",
        "王秀英",
        "anna.lovelace",
        "lovelace1234",
        "admin@seed",
        "former77",
        "zzz",
    ] {
        filters.push((
            format!("`{typed}`"),
            UserFilter {
                text: text(typed),
                ..all()
            },
        ));
    }
    for (what, filter) in &filters {
        for (page, after) in [("", None), (", half-way", Some(middle))] {
            timed(&format!("people: {what}{page}"), || async {
                let rows = store
                    .read()
                    .await?
                    .search_users(filter, now, after, PAGE)
                    .await?;
                Ok((rows.len(), ()))
            })
            .await?;
        }
    }
    Ok(())
}

#[expect(clippy::too_many_lines, reason = "a list of what is measured")]
async fn sessions(store: &Database, now: Timestamp) -> Result<(), Box<dyn Error>> {
    let all = SessionFilter::default;
    let ago = |micros: i64| Some(Timestamp::from_micros(now.as_micros() - micros));
    let one = store
        .read()
        .await?
        .search_sessions(&all(), SessionOrder::LastSeen, now, None, 1)
        .await?;
    let account = one.first().map(|row| row.account);
    let address = one
        .first()
        .map(|row| row.address.to_string())
        .unwrap_or_default();
    let mut filters = vec![
        ("all".to_owned(), all()),
        ("one person".to_owned(), SessionFilter { account, ..all() }),
        (
            "one address".to_owned(),
            SessionFilter {
                network: Network::parse(&address),
                ..all()
            },
        ),
        (
            "10.0.0.0/8".to_owned(),
            SessionFilter {
                network: Network::parse("10.0.0.0/8"),
                ..all()
            },
        ),
        (
            "10.3.0.0/16".to_owned(),
            SessionFilter {
                network: Network::parse("10.3.0.0/16"),
                ..all()
            },
        ),
        (
            "10.3.7.0/24".to_owned(),
            SessionFilter {
                network: Network::parse("10.3.7.0/24"),
                ..all()
            },
        ),
        (
            "2001:db8::/32".to_owned(),
            SessionFilter {
                network: Network::parse("2001:db8::/32"),
                ..all()
            },
        ),
        (
            "192.0.2.0/24 (none)".to_owned(),
            SessionFilter {
                network: Network::parse("192.0.2.0/24"),
                ..all()
            },
        ),
        (
            "method pwd".to_owned(),
            SessionFilter {
                method: Some("pwd".to_owned()),
                ..all()
            },
        ),
        (
            "method otp".to_owned(),
            SessionFilter {
                method: Some("otp".to_owned()),
                ..all()
            },
        ),
        (
            "method hwk (0.2 %)".to_owned(),
            SessionFilter {
                method: Some("hwk".to_owned()),
                ..all()
            },
        ),
        (
            "method sms (none)".to_owned(),
            SessionFilter {
                method: Some("sms".to_owned()),
                ..all()
            },
        ),
        (
            "created in the last hour".to_owned(),
            SessionFilter {
                created_since: ago(DAY / 24),
                ..all()
            },
        ),
        (
            "created before 80 days".to_owned(),
            SessionFilter {
                created_before: ago(80 * DAY),
                ..all()
            },
        ),
        (
            "created on one day".to_owned(),
            SessionFilter {
                created_since: ago(41 * DAY),
                created_before: ago(40 * DAY),
                ..all()
            },
        ),
        (
            "seen in the last minute".to_owned(),
            SessionFilter {
                seen_since: ago(60_000_000),
                ..all()
            },
        ),
        (
            "seen in the last day".to_owned(),
            SessionFilter {
                seen_since: ago(DAY),
                ..all()
            },
        ),
        (
            "`@example`, 10.0.0.0/8".to_owned(),
            SessionFilter {
                text: text("@example"),
                network: Network::parse("10.0.0.0/8"),
                ..all()
            },
        ),
        (
            "`lovelace`, otp, last week".to_owned(),
            SessionFilter {
                text: text("lovelace"),
                method: Some("otp".to_owned()),
                seen_since: ago(7 * DAY),
                ..all()
            },
        ),
        (
            "`lovelace1234`, pwd".to_owned(),
            SessionFilter {
                text: text("lovelace1234"),
                method: Some("pwd".to_owned()),
                ..all()
            },
        ),
    ];
    for typed in [
        "an",
        "ann",
        "@example",
        "@bakery",
        "lovelace",
        "анна",
        "王秀英",
        "anna.lovelace",
        "lovelace1234",
        "zzz",
    ] {
        filters.push((
            format!("`{typed}`"),
            SessionFilter {
                text: text(typed),
                ..all()
            },
        ));
    }
    for (what, filter) in &filters {
        for order in [
            SessionOrder::LastSeen,
            SessionOrder::Newest,
            SessionOrder::Oldest,
        ] {
            let deep = SessionCursor {
                at: Timestamp::from_micros(now.as_micros() - 45 * DAY),
                id: half(now),
            };
            for (page, after) in [("", None), (", half-way", Some(&deep))] {
                timed(&format!("sessions, {order:?}: {what}{page}"), || async {
                    let rows = store
                        .read()
                        .await?
                        .search_sessions(filter, order, now, after, PAGE)
                        .await?;
                    Ok((rows.len(), ()))
                })
                .await?;
            }
        }
        timed(&format!("sessions, count to 1000: {what}"), || async {
            let count = store
                .read()
                .await?
                .count_sessions(filter, now, 1000)
                .await?;
            Ok((usize::try_from(count).unwrap_or(0), ()))
        })
        .await?;
    }
    Ok(())
}

async fn tokens(store: &Database, now: Timestamp) -> Result<(), Box<dyn Error>> {
    let all = TokenFilter::default;
    let since = Some(Timestamp::from_micros(now.as_micros() - 200 * DAY));
    for (what, filter) in [
        ("all", all()),
        (
            "`ann`",
            TokenFilter {
                text: text("ann"),
                ..all()
            },
        ),
        (
            "`lovelace1234`",
            TokenFilter {
                text: text("lovelace1234"),
                ..all()
            },
        ),
        (
            "`zzz`",
            TokenFilter {
                text: text("zzz"),
                ..all()
            },
        ),
        (
            "profile:read",
            TokenFilter {
                scope: Some("profile:read".to_owned()),
                ..all()
            },
        ),
        (
            "sessions:end (0.2 %)",
            TokenFilter {
                scope: Some("sessions:end".to_owned()),
                ..all()
            },
        ),
        (
            "admin:write (none)",
            TokenFilter {
                scope: Some("admin:write".to_owned()),
                ..all()
            },
        ),
        (
            "unused for 200 days",
            TokenFilter {
                unused_since: since,
                ..all()
            },
        ),
    ] {
        timed(&format!("tokens: {what}"), || async {
            let rows = store
                .read()
                .await?
                .search_tokens(&filter, now, None, PAGE)
                .await?;
            Ok((rows.len(), ()))
        })
        .await?;
    }
    Ok(())
}

/// The id of a session that began half-way.
fn half(now: Timestamp) -> String {
    let at = Timestamp::from_micros(now.as_micros() - 45 * DAY);
    domain::random::time_ordered_id(at, &Zero).to_string()
}

struct Zero;
impl domain::random::Random for Zero {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args().nth(1).ok_or("usage: search_figures URL")?;
    let sizes = PoolSizes {
        readers: 2,
        writers: 1,
    };
    let store = Database::open(&DatabaseUrl::from_str(&url)?, sizes).await?;
    let newest = store
        .read()
        .await?
        .search_sessions(
            &SessionFilter::default(),
            SessionOrder::LastSeen,
            Timestamp::from_micros(0),
            None,
            1,
        )
        .await?;
    let now = newest.first().ok_or("no sessions")?.last_seen_at;
    users(&store, now).await?;
    sessions(&store, now).await?;
    tokens(&store, now).await?;
    store.close().await;
    Ok(())
}

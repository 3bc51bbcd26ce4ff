//! Tokens that people make for themselves.

use std::{sync::Arc, time::Duration};

use latchkey_verify::ACCESS_TOKEN_TYPE;
use time::{Date, Month};

use super::{
    Api, ApiTokenRow, Apis, Chosen, OWN_CLIENT, TokenOwner,
    apis::is_for_admins,
    callers::COUNTED_DAYS,
    calls::day_of,
    claims::Statement,
    cut_off::{revoke_api_token, revoke_api_tokens},
};
use crate::{
    accounts::{AccountId, DisplayName, NameProblem, fresh_since, own_event},
    audit::{By, EventKind},
    client::{Client, ClientAddress},
    clock::Timestamp,
    foundation::Foundation,
    keys::signing::{KeyPurpose, KeysError, KeysService},
    language::Language,
    mail::{self, Circumstances, Message},
    random::time_ordered_id,
    sessions::LoadedSession,
    store::StorageError,
    watching::IssuedToken,
};

/// Most tokens of one account that are alive.
pub const MOST_TOKENS: i64 = 100;
/// The longest life, in days.
pub const LONGEST_DAYS: u32 = 365;
/// The longest life of a token with an administrator's scope, in days.
const LONGEST_ADMIN_DAYS: u32 = 7;
/// The lives to choose from, in days.
pub const DAYS: [u32; 4] = [7, 30, 90, LONGEST_DAYS];
/// How long before it ends its owner is told.
const WARNED_AHEAD: Duration = Duration::from_hours(7 * 24);
/// Tokens that don't live longer than this need no warning: they were just made.
const SHORT: Duration = Duration::from_hours(8 * 24);
/// How often a token is signed again whose key was dropped meanwhile.
const ATTEMPTS: usize = 3;
/// How many owners are told in one go.
const BATCH: i64 = 100;

const DAY: Duration = Duration::from_hours(24);

/// When a token is to expire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// So many days from now.
    Days(u32),
    /// At the end of this day, UTC.
    On(Date),
}

/// Why an expiry won't do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpiryProblem {
    /// Nothing was chosen, or no date.
    Missing,
    /// Not a date, or not a number of days.
    Malformed,
    /// It is over already.
    Past,
    /// So many days is the most.
    TooLate {
        /// The most.
        days: u32,
    },
}

impl Expiry {
    /// Reads a choice: a number of days, or `date` with a date beside it (`2027-01-31`).
    ///
    /// # Errors
    /// [`ExpiryProblem`] for the message beside the field.
    pub fn parse(choice: &str, date: &str) -> Result<Self, ExpiryProblem> {
        match choice {
            "" => Err(ExpiryProblem::Missing),
            "date" => parse_date(date.trim()).map(Self::On),
            days => match days.parse() {
                Ok(0) => Err(ExpiryProblem::Past),
                Ok(days) => Ok(Self::Days(days)),
                Err(_) => Err(ExpiryProblem::Malformed),
            },
        }
    }

    /// The moment, for a token that is made at `now` and may live for `most` days.
    fn moment(self, now: Timestamp, most: u32) -> Result<Timestamp, ExpiryProblem> {
        let limit = now.plus(DAY * most);
        let end = match self {
            Self::Days(days) => now.plus(DAY.saturating_mul(days)),
            // The last day that is allowed ends a little early.
            Self::On(date) => {
                let end = end_of(date);
                let is_last_day = end > limit && end.minus(DAY) <= limit;
                if is_last_day { limit } else { end }
            }
        };
        if end <= now {
            Err(ExpiryProblem::Past)
        } else if end > limit {
            Err(ExpiryProblem::TooLate { days: most })
        } else {
            Ok(end)
        }
    }
}

fn parse_date(text: &str) -> Result<Date, ExpiryProblem> {
    if text.is_empty() {
        return Err(ExpiryProblem::Missing);
    }
    let parts: Vec<_> = text.split('-').collect();
    let &[year, month, day] = parts.as_slice() else {
        return Err(ExpiryProblem::Malformed);
    };
    let digits = |text: &str, many| {
        let all = text.len() == many && text.bytes().all(|byte| byte.is_ascii_digit());
        all.then(|| text.parse::<u16>().ok()).flatten()
    };
    let parsed = || {
        let year = i32::from(digits(year, 4)?);
        let month = Month::try_from(u8::try_from(digits(month, 2)?).ok()?).ok()?;
        let day = u8::try_from(digits(day, 2)?).ok()?;
        Date::from_calendar_date(year, month, day).ok()
    };
    parsed().ok_or(ExpiryProblem::Malformed)
}

/// Midnight after a day, UTC.
fn end_of(date: Date) -> Timestamp {
    let start = date.midnight().assume_utc().unix_timestamp();
    Timestamp::from_micros(start.saturating_mul(1_000_000)).plus(DAY)
}

/// What somebody wants.
#[derive(Clone, Copy, Debug)]
pub struct NewToken<'a> {
    /// What they call it.
    pub name: &'a str,
    /// What it is to be able to do.
    pub scopes: &'a [&'a str],
    /// When it is to end.
    pub expiry: Result<Expiry, ExpiryProblem>,
}

/// Why scopes won't do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScopesProblem {
    /// None was ticked.
    Missing,
    /// These aren't offered to this person.
    NotOffered(Vec<String>),
}

/// What is wrong with a wish, field by field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenProblems {
    /// The name.
    pub name: Option<NameProblem>,
    /// The scopes.
    pub scopes: Option<ScopesProblem>,
    /// The end.
    pub expiry: Option<ExpiryProblem>,
}

/// A token that was made. The only time that anybody sees it.
#[derive(Clone)]
pub struct Created {
    /// The token.
    pub token: String,
    /// What stays of it.
    pub row: ApiTokenRow,
}

impl std::fmt::Debug for Created {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Created")
            .field("row", &self.row)
            .finish_non_exhaustive()
    }
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum CreateTokenOutcome {
    /// Here it is.
    Created(Box<Created>),
    /// Something about it won't do.
    Refused(TokenProblems),
    /// The person has [`MOST_TOKENS`] already.
    TooMany,
    /// The session has ended, or its owner proved too long ago who they are.
    NotFresh,
}

/// A token, as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiTokenListing {
    /// What is known of it.
    pub row: ApiTokenRow,
    /// Where it was last used.
    pub last_used_address: Option<ClientAddress>,
    /// Calls of our own API by day, oldest first, today last.
    pub calls: Vec<i64>,
}

/// Everything that is done with people's own tokens.
pub struct PersonalTokens {
    pub(super) foundation: Foundation,
    pub(super) keys: KeysService,
    apis: Arc<Apis>,
}

impl PersonalTokens {
    /// Tokens for `apis`, signed by `keys`.
    pub fn new(foundation: Foundation, keys: KeysService, apis: Arc<Apis>) -> Self {
        Self {
            foundation,
            keys,
            apis,
        }
    }

    /// The APIs.
    pub fn apis(&self) -> &Apis {
        &self.apis
    }

    /// The APIs and scopes that a person may choose from.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn offered(&self, account: AccountId) -> Result<Vec<Api>, StorageError> {
        let owner = self.owner(account).await?;
        Ok(self.apis.offered(owner.is_some_and(|owner| owner.admin)))
    }

    async fn owner(&self, account: AccountId) -> Result<Option<TokenOwner>, StorageError> {
        let mut work = self.foundation.store.read().await?;
        work.find_token_owner(account).await
    }

    /// Makes a token for whoever is signed in and proved a moment ago who they are, and tells them by
    /// mail. It can be verified without asking us, and is shown once.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails or nothing can be signed; there is no token then.
    pub async fn create(
        &self,
        session: &LoadedSession,
        wish: NewToken<'_>,
        client: &Client,
    ) -> Result<CreateTokenOutcome, StorageError> {
        for _ in 0..ATTEMPTS {
            if let Some(outcome) = self.try_to_create(session, wish, client).await? {
                if matches!(outcome, CreateTokenOutcome::Created(..)) {
                    self.foundation.tally.token_issued(IssuedToken::Personal);
                }
                return Ok(outcome);
            }
            self.keys.refresh().await?;
        }
        Err(KeysError::NotReady.into())
    }

    async fn try_to_create(
        &self,
        session: &LoadedSession,
        wish: NewToken<'_>,
        client: &Client,
    ) -> Result<Option<CreateTokenOutcome>, StorageError> {
        let account = session.account;
        let now = self.foundation.now();
        let Some(owner) = self.owner(account).await? else {
            return Ok(Some(CreateTokenOutcome::NotFresh));
        };
        let (name, chosen, expires_at) = match self.judge(wish, owner.admin, now) {
            Ok(judged) => judged,
            Err(problems) => return Ok(Some(CreateTokenOutcome::Refused(problems))),
        };
        let random = self.foundation.random.as_ref();
        let id = time_ordered_id(now, random).to_string();
        let statement = Statement {
            issuer: &self.foundation.issuer,
            subject: &owner.subject,
            epoch: Some(owner.epoch),
            client_id: OWN_CLIENT,
            jti: &id,
            scopes: &chosen.scopes,
            audience: &chosen.audience,
            auth_time: Some(session.auth_time),
            sid: None,
            issued_at: now,
            expires_at,
        };
        // Before the unit: a key may have to be made.
        let claims = statement.claims();
        let signed = self
            .keys
            .sign(KeyPurpose::Access, ACCESS_TOKEN_TYPE, &claims)
            .await?;

        let mut work = self.foundation.store.begin().await?;
        // In the order in which everyone locks.
        work.hold_account(account).await?;
        if !work
            .hold_session(account, &session.public_id, fresh_since(now))
            .await?
        {
            return Ok(Some(CreateTokenOutcome::NotFresh));
        }
        let still = work.find_token_owner(account).await?;
        if still.is_none_or(|still| (still.epoch, still.admin) != (owner.epoch, owner.admin)) {
            return Ok(Some(CreateTokenOutcome::NotFresh));
        }
        if work.count_api_tokens(account, now).await? >= MOST_TOKENS {
            return Ok(Some(CreateTokenOutcome::TooMany));
        }
        if !work.hold_signing_key(&signed.kid).await? {
            // It was dropped while we signed: what it signed is worth nothing.
            return Ok(None);
        }
        let row = ApiTokenRow {
            grant_id: time_ordered_id(now, random).to_string(),
            id,
            account,
            name,
            scopes: chosen.scopes,
            audience: chosen.audience,
            kid: signed.kid,
            epoch: owner.epoch,
            created_at: now,
            expires_at,
            warned_at: None,
            last_used_at: None,
            last_used_address: None,
        };
        work.insert_api_token(&row).await?;
        let scope = row.scopes.join(" ");
        let details = [("token", row.id.as_str()), ("scope", scope.as_str())];
        let event = own_event(EventKind::ApiTokenCreated, account, &details, client);
        work.append_event(&event.row(&self.foundation)).await?;
        let message = Message::TokenCreated {
            name: owner.name,
            token: row.name.clone(),
            scopes: row.scopes.clone(),
            until: expires_at.as_micros(),
            done: Circumstances::of(client, now),
        };
        let language = owner.language.unwrap_or(client.language);
        let (foundation, to) = (&self.foundation, &owner.email);
        mail::queue_in(language, foundation, work.as_mut(), to, message).await?;
        work.commit().await?;
        let token = signed.token;
        let created = Created { token, row };
        Ok(Some(CreateTokenOutcome::Created(Box::new(created))))
    }

    fn judge(
        &self,
        wish: NewToken<'_>,
        admin: bool,
        now: Timestamp,
    ) -> Result<(String, Chosen, Timestamp), TokenProblems> {
        let name = DisplayName::parse(wish.name);
        let chosen = if wish.scopes.is_empty() {
            Err(ScopesProblem::Missing)
        } else {
            let chosen = self.apis.choose(wish.scopes, admin);
            chosen.map_err(ScopesProblem::NotOffered)
        };
        let most = if wish.scopes.iter().any(|scope| is_for_admins(scope)) {
            LONGEST_ADMIN_DAYS
        } else {
            LONGEST_DAYS
        };
        let expires_at = wish.expiry.and_then(|expiry| expiry.moment(now, most));
        match (name, chosen, expires_at) {
            (Ok(name), Ok(chosen), Ok(at)) => Ok((name.as_str().to_owned(), chosen, at)),
            (name, chosen, at) => Err(TokenProblems {
                name: name.err(),
                scopes: chosen.err(),
                expiry: at.err(),
            }),
        }
    }

    /// How many tokens of a person are alive.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn count(&self, account: AccountId) -> Result<i64, StorageError> {
        let mut work = self.foundation.store.read().await?;
        work.count_api_tokens(account, self.foundation.now()).await
    }

    /// A page of a person's tokens that are alive, newest first, with their calls of late.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn list(
        &self,
        account: AccountId,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<ApiTokenListing>, StorageError> {
        let now = self.foundation.now();
        let mut work = self.foundation.store.read().await?;
        let rows = work.list_api_tokens(account, now, after, limit).await?;
        let first = day_of(now) - COUNTED_DAYS + 1;
        let calls = work.list_token_calls(account, first).await?;
        let listed = rows.into_iter().map(|row| {
            let mut days = vec![0; usize::try_from(COUNTED_DAYS).unwrap_or_default()];
            for (_, day, many) in calls.iter().filter(|(token, ..)| *token == row.id) {
                let slot = usize::try_from(day - first).ok();
                if let Some(slot) = slot.and_then(|slot| days.get_mut(slot)) {
                    *slot = *many;
                }
            }
            let address = row.last_used_address.as_deref();
            ApiTokenListing {
                last_used_address: address.and_then(ClientAddress::from_bytes),
                calls: days,
                row,
            }
        });
        Ok(listed.collect())
    }

    /// Revokes one token of a person; `false` when they have none by that name.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; it stays then.
    pub async fn revoke(
        &self,
        account: AccountId,
        id: &str,
        client: &Client,
    ) -> Result<bool, StorageError> {
        let mut work = self.foundation.store.begin().await?;
        let by = By::owner(account, client);
        let whose = (account, id);
        if !revoke_api_token(work.as_mut(), &self.foundation, whose, by).await? {
            return Ok(false);
        }
        work.commit().await?;
        Ok(true)
    }

    /// Revokes every token of a person and says how many there were.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; they stay then.
    pub async fn revoke_all(
        &self,
        account: AccountId,
        client: &Client,
    ) -> Result<usize, StorageError> {
        let mut work = self.foundation.store.begin().await?;
        work.hold_account(account).await?;
        let by = By::owner(account, client);
        let gone = revoke_api_tokens(work.as_mut(), &self.foundation, account, by).await?;
        work.commit().await?;
        Ok(gone)
    }

    /// Tells owners whose tokens end within a week, once each, and says how many.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; who was told stays told.
    pub async fn warn_of_expiry(&self) -> Result<u64, StorageError> {
        let now = self.foundation.now();
        let before = now.plus(WARNED_AHEAD);
        let mut read = self.foundation.store.read().await?;
        let due = read.list_api_tokens_to_warn_of(now, before, BATCH).await?;
        drop(read);
        let mut told = 0;
        for row in due {
            let mut work = self.foundation.store.begin().await?;
            if !work.mark_api_token_warned(&row.id, now).await? {
                continue;
            }
            let short = row.expires_at.since(row.created_at) <= SHORT;
            if !short && let Some(owner) = work.find_token_owner(row.account).await? {
                let message = Message::TokenExpires {
                    name: owner.name,
                    token: row.name,
                    until: row.expires_at.as_micros(),
                };
                let language = owner.language.unwrap_or(Language::default());
                let (foundation, to) = (&self.foundation, &owner.email);
                mail::queue_in(language, foundation, work.as_mut(), to, message).await?;
                told += 1;
            }
            work.commit().await?;
        }
        Ok(told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-09-21T15:33:20Z
    const NOW: Timestamp = Timestamp::from_micros(1_790_000_000_000_000);

    fn end(choice: &str, date: &str) -> Result<Timestamp, ExpiryProblem> {
        Expiry::parse(choice, date).and_then(|expiry| expiry.moment(NOW, LONGEST_DAYS))
    }

    #[test]
    fn an_expiry_is_a_number_of_days_or_the_end_of_a_day() {
        assert_eq!(end("30", ""), Ok(NOW.plus(DAY * 30)));
        // 2026-09-22T00:00:00Z
        let midnight = Timestamp::from_micros(1_790_035_200_000_000);
        assert_eq!(end("date", "2026-09-21"), Ok(midnight));
        assert_eq!(end("date", "2026-09-22"), Ok(midnight.plus(DAY)));
    }

    #[test]
    fn a_date_in_the_past_is_refused() {
        assert_eq!(end("date", "2026-09-20"), Err(ExpiryProblem::Past));
        assert_eq!(end("date", "1999-12-31"), Err(ExpiryProblem::Past));
        assert_eq!(end("0", ""), Err(ExpiryProblem::Past));
    }

    #[test]
    fn a_token_lives_for_a_year_at_most() {
        assert_eq!(end("365", ""), Ok(NOW.plus(DAY * 365)));
        let too_late = Err(ExpiryProblem::TooLate { days: 365 });
        assert_eq!(end("366", ""), too_late);
        assert_eq!(end("4294967295", ""), too_late);
        // The last day that is allowed is cut short.
        assert_eq!(end("date", "2027-09-21"), Ok(NOW.plus(DAY * 365)));
        assert_eq!(end("date", "2027-09-22"), too_late);
        assert_eq!(end("date", "9999-12-31"), too_late);
    }

    #[test]
    fn nonsense_is_no_expiry() {
        assert_eq!(end("", ""), Err(ExpiryProblem::Missing));
        assert_eq!(end("date", " "), Err(ExpiryProblem::Missing));
        for date in [
            "2026-13-01",
            "2026-02-30",
            "21.9.2026",
            "2026-9-21",
            "x",
            "+026-09-21",
        ] {
            assert_eq!(end("date", date), Err(ExpiryProblem::Malformed), "{date}");
        }
        for days in ["-1", "x", "4294967296", "1.5"] {
            assert_eq!(end(days, ""), Err(ExpiryProblem::Malformed), "{days}");
        }
    }
}

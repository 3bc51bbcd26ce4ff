//! Asking before a password is checked, and telling how it went.

use std::time::Duration;

use super::{Throttle, ThrottleRules, seconds_until};
use crate::{
    accounts::{AccountId, SignInRecord},
    audit::{Actor, Event, EventKind},
    client::{BrowserHash, Client},
    clock::Timestamp,
    foundation::Foundation,
    keys::{Mac, Purpose},
    store::{StorageError, Work},
};

/// How long a count without a new failure is kept.
const KEPT: Duration = Duration::from_hours(24);
/// How long one is kept that has reached known browsers only.
const KEPT_LONG: Duration = Duration::from_hours(30 * 24);

/// Whose password is to be checked.
#[derive(Clone, Copy, Debug)]
pub enum Whom<'a> {
    /// That of the account behind an address, if there is one.
    Address {
        /// The address's lookup key.
        lookup_key: &'a str,
    },
    /// That of a sign-up, typed again to confirm its address.
    Registration {
        /// The registration's id.
        id: &'a str,
    },
}

/// Why nothing is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// It is too early.
    Wait {
        /// When to try again; at least 1.
        seconds: u32,
    },
    /// There were so many failures that only a reset mail, or a browser known to the account, helps.
    KnownBrowsersOnly,
}

/// A check that may go ahead. Tell how it went by [`PasswordChecks::failed`] or
/// [`PasswordChecks::succeeded`].
#[derive(Clone, Debug)]
pub struct Checked {
    account: Mac,
    browser: Option<Mac>,
    address: Mac,
    /// In the count that this check belongs to, itself among them until it turns out right. `None`
    /// where there were none before: then it is counted when it has failed.
    counted: Option<i64>,
}

/// What the counts say before a check. Only [`PasswordChecks::begin`] makes a [`Checked`] of it.
#[derive(Clone, Debug)]
pub struct Allowed {
    checked: Checked,
    failed_before: bool,
}

impl Checked {
    /// The count that decides: a known browser's, or else the account's.
    fn own(&self) -> &Mac {
        self.browser.as_ref().unwrap_or(&self.account)
    }
}

/// Which counts matter.
#[derive(Clone, Copy)]
struct Keys {
    account: Mac,
    browser: Option<Mac>,
    address: Mac,
}

impl Keys {
    fn all(&self) -> [&Mac; 3] {
        let own = self.browser.as_ref().unwrap_or(&self.account);
        [&self.account, own, &self.address]
    }
}

/// The rules of throttling, over the counts.
#[derive(Clone)]
pub struct PasswordChecks {
    foundation: Foundation,
    rules: ThrottleRules,
}

impl PasswordChecks {
    /// The rules over `foundation`.
    pub const fn new(foundation: Foundation, rules: ThrottleRules) -> Self {
        Self { foundation, rules }
    }

    /// Whether a password may be checked now. Where there was a failure before, each check is counted
    /// as one before it begins, until it turns out right, so that many at once are worth no more than
    /// one after another. Where there was none it costs no write.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn ask(
        &self,
        whom: Whom<'_>,
        client: &Client,
    ) -> Result<Result<Checked, Held>, StorageError> {
        let mut work = self.foundation.store.read().await?;
        let allowed = match self.look(work.as_mut(), whom, client).await? {
            Ok(allowed) => allowed,
            Err(held) => return Ok(Err(held)),
        };
        drop(work);
        self.begin(allowed).await
    }

    async fn look(
        &self,
        work: &mut dyn Work,
        whom: Whom<'_>,
        client: &Client,
    ) -> Result<Result<Allowed, Held>, StorageError> {
        let keys = self.keys(work, whom, client).await?;
        let now = self.foundation.now();
        let found = work.find_throttles(keys.all(), now).await?;
        Ok(self.judge(keys, found, now))
    }

    /// The first half of [`Self::ask`], and who signs in with an address: what the counts allow.
    /// Nothing may be checked before [`Self::begin`] agrees.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub(crate) async fn look_up(
        &self,
        work: &mut dyn Work,
        lookup_key: &str,
        client: &Client,
    ) -> Result<Result<(Allowed, Option<SignInRecord>), Held>, StorageError> {
        let whom = Whom::Address { lookup_key };
        let keys = self.keys(work, whom, client).await?;
        let now = self.foundation.now();
        let asked = work.find_throttles_and_sign_in((keys.all(), now), lookup_key);
        let (found, record) = asked.await?;
        let judged = self.judge(keys, found, now);
        Ok(judged.map(|allowed| (allowed, record)))
    }

    fn judge(
        &self,
        keys: Keys,
        [by_account, by_browser, by_address]: [Option<Throttle>; 3],
        now: Timestamp,
    ) -> Result<Allowed, Held> {
        let Keys {
            account,
            browser,
            address,
        } = keys;
        // The owner at home isn't kept out by a guest who guesses from the same network.
        let at_home = browser.is_some();
        if let Some(window) =
            by_address.filter(|found| !at_home && found.failures >= self.rules.address_failures)
        {
            return Err(wait(now, window.expires_at));
        }
        let failures_of = |throttle: Option<Throttle>| throttle.map_or(0, |found| found.failures);
        if failures_of(by_account) >= self.rules.known_browsers_only_from
            && (browser.is_none() || failures_of(by_browser) >= self.rules.known_browser_failures)
        {
            return Err(Held::KnownBrowsersOnly);
        }
        // A known browser has a count of its own, so that nobody else can make its owner wait.
        let found = if browser.is_some() {
            by_browser
        } else {
            by_account
        };
        if let Some(found) = found.filter(|found| found.blocked_until > now) {
            return Err(wait(now, found.blocked_until));
        }
        Ok(Allowed {
            checked: Checked {
                account,
                browser,
                address,
                counted: None,
            },
            failed_before: failures_of(found) > 0,
        })
    }

    /// The second half: counts the check where there were failures before.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn begin(&self, allowed: Allowed) -> Result<Result<Checked, Held>, StorageError> {
        let mut checked = allowed.checked;
        if !allowed.failed_before {
            return Ok(Ok(checked));
        }
        let now = self.foundation.now();
        let own = checked.own();
        let mut work = self.foundation.store.begin().await?;
        let counted = work.count_failure(own, now, now.plus(KEPT)).await?;
        // Another one was faster, in this moment. What isn't checked doesn't count, or a burst could
        // lock the owner out without a single guess: dropping the unit takes it back.
        if counted.blocked_until > now {
            return Ok(Err(wait(now, counted.blocked_until)));
        }
        self.hold(work.as_mut(), own, counted.failures, now).await?;
        work.commit().await?;
        checked.counted = Some(counted.failures);
        Ok(Ok(checked))
    }

    /// Notes a wrong password. The failure after which there are waits is an audit event, and then
    /// each that doubles the count: a flood must not fill the disk. The work is the same whether
    /// there is an account or not.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn failed(
        &self,
        checked: &Checked,
        account: Option<AccountId>,
        client: &Client,
    ) -> Result<(), StorageError> {
        let now = self.foundation.now();
        let mut work = self.foundation.store.begin().await?;
        // One order for everyone, so that two units never wait for each other.
        let window = now.plus(self.rules.address_window);
        work.count_failure(&checked.address, now, window).await?;
        let failures = if let Some(failures) = checked.counted {
            failures
        } else {
            let own = checked.own();
            let counted = work.count_failure(own, now, now.plus(KEPT)).await?;
            self.hold(work.as_mut(), own, counted.failures, now).await?;
            counted.failures
        };
        if checked.browser.is_some() {
            let of_account = work
                .count_failure(&checked.account, now, now.plus(KEPT))
                .await?;
            self.hold(work.as_mut(), &checked.account, of_account.failures, now)
                .await?;
        }
        let doubled = failures > self.rules.free_failures && failures & (failures - 1) == 0;
        if failures == self.rules.free_failures || doubled {
            let failures = failures.to_string();
            let event = Event {
                kind: EventKind::SignInFailed,
                actor: Actor::Anonymous,
                subject: account,
                details: &[("failures", failures.as_str())],
                client: Some(client),
                email: None,
            };
            work.append_event(&event.row(&self.foundation)).await?;
        }
        work.commit().await
    }

    async fn hold(
        &self,
        work: &mut dyn Work,
        key: &Mac,
        failures: i64,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let kept = if failures >= self.rules.known_browsers_only_from {
            KEPT_LONG
        } else {
            KEPT
        };
        let blocked_until = now.plus(self.rules.wait_after(failures));
        work.hold_throttle(key, blocked_until, now.plus(kept)).await
    }

    /// Takes back that a check was counted: there was no room for it.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn not_checked(&self, checked: &Checked) -> Result<(), StorageError> {
        if checked.counted.is_none() {
            return Ok(());
        }
        let mut work = self.foundation.store.begin().await?;
        work.uncount_failure(checked.own()).await?;
        work.commit().await
    }

    /// Forgets the failures before a right password: those of a known browser, or else those of the
    /// account. What strangers see of an account doesn't change when its owner signs in as usual.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn succeeded(&self, checked: &Checked) -> Result<(), StorageError> {
        if checked.counted.is_none() {
            return Ok(());
        }
        let mut work = self.foundation.store.begin().await?;
        work.forget_throttle(checked.own()).await?;
        work.commit().await
    }

    /// Forgets every failure of an account in this unit: a reset mail was used, from this browser.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn forgive(
        &self,
        work: &mut dyn Work,
        lookup_key: &str,
        client: &Client,
    ) -> Result<(), StorageError> {
        work.forget_throttle(&self.mac("account", lookup_key.as_bytes()))
            .await?;
        if let Some(browser) = &client.browser {
            work.forget_throttle(&self.browser_key(lookup_key, browser))
                .await?;
        }
        Ok(())
    }

    async fn keys(
        &self,
        work: &mut dyn Work,
        whom: Whom<'_>,
        client: &Client,
    ) -> Result<Keys, StorageError> {
        let address = self.mac("address", &client.address.network());
        Ok(match whom {
            Whom::Address { lookup_key } => {
                let browser = match &client.browser {
                    Some(browser)
                        if !client.browser_is_new
                            && work.is_known_browser(lookup_key, browser).await? =>
                    {
                        Some(self.browser_key(lookup_key, browser))
                    }
                    _ => None,
                };
                Keys {
                    account: self.mac("account", lookup_key.as_bytes()),
                    browser,
                    address,
                }
            }
            Whom::Registration { id } => Keys {
                account: self.mac("registration", id.as_bytes()),
                browser: None,
                address,
            },
        })
    }

    fn browser_key(&self, lookup_key: &str, browser: &BrowserHash) -> Mac {
        let whose = [browser.as_bytes(), lookup_key.as_bytes()].concat();
        self.mac("browser", &whose)
    }

    fn mac(&self, kind: &str, of: &[u8]) -> Mac {
        self.foundation.names.mac(Purpose::Throttle, kind, of)
    }
}

fn wait(now: Timestamp, until: Timestamp) -> Held {
    Held::Wait {
        seconds: seconds_until(until, now),
    }
}

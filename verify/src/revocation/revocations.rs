//! What a verifier knows of revocations.

use std::collections::HashMap;

use super::{Entry, Feed};
use crate::{claims::Claims, refused::Refused, rules::LONGEST_LEEWAY};

/// How old a copy may be before long-lived tokens are refused, in seconds.
const STALE_AFTER: u32 = 60;
/// The longest life of a token that is accepted whatever the age of the copy, in seconds.
const SHORT_LIFE: u32 = 600;

/// A copy of the feed: what was revoked, up to which number, and when that was true.
///
/// Nothing is ever taken back: what was revoked stays so until its time is over.
#[derive(Clone, Debug)]
pub struct Revocations {
    /// With the end of the last token that each is about.
    entries: HashMap<Entry, i64>,
    seq: i64,
    /// When the copy was true; `None` before the feed was heard.
    true_at: Option<i64>,
    stale_after: u32,
    short_life: u32,
}

/// Why a reading of the feed doesn't fit what is known. Nothing of it was taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Discontinuous {
    /// It is older than what is known: an old one was replayed, or the server lost data.
    #[error("the feed went back from {known} to {offered}")]
    WentBack {
        /// The number up to which everything was known.
        known: i64,
        /// The number that the feed offered.
        offered: i64,
    },
    /// It starts later than what is known ends. Asking for the whole feed cures it.
    #[error("the feed starts at {since}, but is known only up to {known}")]
    Gap {
        /// The number up to which everything is known.
        known: i64,
        /// The number after which the reading starts.
        since: i64,
    },
}

impl Default for Revocations {
    fn default() -> Self {
        Self::new()
    }
}

impl Revocations {
    /// Knows nothing yet, and is stale until it heard the feed. A copy is stale after 60 seconds;
    /// tokens that live up to 10 minutes pass all the same.
    pub fn new() -> Self {
        Self {
            entries: HashMap::new(),
            seq: 0,
            true_at: None,
            stale_after: STALE_AFTER,
            short_life: SHORT_LIFE,
        }
    }

    /// How old, in seconds, the copy may grow before it counts as stale.
    #[must_use]
    pub fn stale_after(mut self, seconds: u32) -> Self {
        self.stale_after = seconds;
        self
    }

    /// The longest life, in seconds, of tokens that pass a stale copy.
    #[must_use]
    pub fn short_life(mut self, seconds: u32) -> Self {
        self.short_life = seconds;
        self
    }

    /// Takes over a reading of the feed that was checked before.
    ///
    /// # Errors
    /// [`Discontinuous`] when its number goes back, or when something between is missing.
    pub fn apply(&mut self, feed: &Feed, now: i64) -> Result<(), Discontinuous> {
        if feed.seq < self.seq {
            return Err(Discontinuous::WentBack {
                known: self.seq,
                offered: feed.seq,
            });
        }
        if let Some(since) = feed.since
            && since > self.seq
        {
            return Err(Discontinuous::Gap {
                known: self.seq,
                since,
            });
        }
        for item in &feed.items {
            let exp = self.entries.entry(item.id).or_insert(item.exp);
            *exp = item.exp.max(*exp);
        }
        self.seq = feed.seq;
        self.true_at = Some(feed.made_at.unwrap_or(now).min(now));
        Ok(())
    }

    /// Drops what can't matter any more: entries whose time is over even for the verifier whose
    /// clock may differ most.
    pub fn forget(&mut self, now: i64) {
        let kept = i64::from(LONGEST_LEEWAY);
        self.entries.retain(|_, exp| exp.saturating_add(kept) > now);
    }

    /// Whether the token, its session, or its account's epoch is known to be revoked.
    pub fn is_revoked(&self, claims: &Claims) -> bool {
        if self.entries.is_empty() {
            return false;
        }
        let has = |entry| self.entries.contains_key(&entry);
        let issuer = &claims.iss;
        has(Entry::of_token(issuer, &claims.jti))
            || (claims.sid.as_deref()).is_some_and(|sid| has(Entry::of_session(issuer, sid)))
            || (claims.epoch)
                .is_some_and(|epoch| has(Entry::of_account(issuer, &claims.sub, epoch)))
    }

    /// Whether the copy is too old to be relied on, or there is none. A copy from the future is as
    /// unreliable as one from the past: the clock was set back meanwhile.
    pub fn is_stale(&self, now: i64) -> bool {
        self.true_at
            .is_none_or(|then| now.abs_diff(then) > self.stale_after.into())
    }

    /// Whether a token that passed the rules is still good.
    ///
    /// # Errors
    /// [`Refused::Revoked`], or [`Refused::Stale`] when the copy is stale and the token lives longer
    /// than that is bearable.
    pub fn check(&self, claims: &Claims, now: i64) -> Result<(), Refused> {
        if self.is_revoked(claims) {
            return Err(Refused::Revoked);
        }
        if claims.lifetime() > self.short_life.into() && self.is_stale(now) {
            return Err(Refused::Stale);
        }
        Ok(())
    }

    /// The number up to which everything is known; 0 before the feed was heard.
    pub fn seq(&self) -> i64 {
        self.seq
    }

    /// Whether the feed was ever heard.
    pub fn is_heard(&self) -> bool {
        self.true_at.is_some()
    }

    /// How many entries are kept.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether no entry is kept.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

//! How many calls a minute has room for, by token and by address.
//!
//! A bucket of calls that fills up evenly, kept as the one moment at which it is full again (the
//! generic cell rate algorithm). It counts in the memory of this node: see
//! docs/decisions/0021-api-limits-per-node.md.

use std::{
    collections::{HashMap, hash_map::RandomState},
    hash::{BuildHasher, Hash},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use domain::{client::ClientAddress, clock::Timestamp};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::Api;
use crate::http::error::api::{Kind, Problem};

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

const NANOS: i64 = 1_000_000_000;
/// What a quota is for.
const WINDOW: i64 = 60 * NANOS;
/// Most callers that are counted, about 1 MiB. Past it, those go whose bucket is full; if most
/// aren't, everybody begins anew: memory is bounded whatever comes.
const CAPACITY: usize = 32_768;

/// So many calls a minute.
pub(super) struct Quota {
    name: &'static str,
    policy: HeaderValue,
    /// What a call takes of the window, in nanoseconds.
    cost: i64,
    calls: u32,
    /// When the bucket of a caller is full again, in nanoseconds since 1970.
    full_at: Mutex<HashMap<u64, i64>>,
    hasher: RandomState,
}

/// How a caller stands after a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) struct Standing {
    /// How many more calls are answered at this moment.
    remaining: u32,
    /// In how many seconds the whole quota is there again.
    full_in: u32,
    /// In how many seconds a call is answered again; 0 for a call that was.
    wait: u32,
}

impl Quota {
    /// A quota under a name; `None` when there is to be none.
    pub(super) fn new(name: &'static str, calls: u32) -> Option<Self> {
        let cost = WINDOW.checked_div(calls.into())?;
        let policy = format!("\"{name}\";q={calls};w=60");
        Some(Self {
            name,
            policy: HeaderValue::try_from(policy).ok()?,
            cost,
            calls,
            full_at: Mutex::default(),
            hasher: RandomState::new(),
        })
    }

    /// Counts a call, unless it is one too many.
    pub(super) fn spend(&self, caller: impl Hash, now: Timestamp) -> Standing {
        let now = now.as_micros().saturating_mul(1000);
        // Keyed by chance: nobody can choose to collide.
        let caller = self.hasher.hash_one(caller);
        let mut all = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= CAPACITY && !all.contains_key(&caller) {
            make_room(&mut all, now);
        }
        let full_at = all.entry(caller).or_insert(now);
        // A clock that was put back must not lock anybody out.
        let before = (*full_at).clamp(now, now + WINDOW);
        let after = before + self.cost;
        let answered = after - now <= WINDOW;
        *full_at = if answered { after } else { before };
        let taken = *full_at - now;
        let left = u32::try_from((WINDOW - taken) / self.cost).unwrap_or(0);
        Standing {
            remaining: left.min(self.calls.saturating_sub(1)),
            full_in: seconds(taken),
            wait: if answered {
                0
            } else {
                seconds(after - now - WINDOW).max(1)
            },
        }
    }

    fn tell(&self, standing: Standing, headers: &mut HeaderMap) {
        headers.insert(RATE_LIMIT_POLICY, self.policy.clone());
        let Standing {
            remaining, full_in, ..
        } = standing;
        let told = format!("\"{}\";r={remaining};t={full_in}", self.name);
        if let Ok(told) = HeaderValue::try_from(told) {
            headers.insert(RATE_LIMIT, told);
        }
    }
}

fn make_room(all: &mut HashMap<u64, i64>, now: i64) {
    all.retain(|_, full_at| *full_at > now);
    if all.len() > CAPACITY / 2 {
        all.clear();
    }
}

/// Whole seconds, rounded up.
fn seconds(nanos: i64) -> u32 {
    let up = nanos.saturating_add(NANOS - 1) / NANOS;
    u32::try_from(up).unwrap_or(0)
}

impl Standing {
    /// The refusal of a call that was one too many.
    pub(in crate::http) fn refused(self) -> Option<Problem> {
        (self.wait > 0).then(|| {
            let problem = Problem::new(Kind::TooManyCalls, "A minute has no room for more calls.");
            problem.retry_after(self.wait)
        })
    }
}

/// How the token of a call stands, once it is known.
#[derive(Clone, Default)]
pub(in crate::http) struct TokenCount(Arc<AtomicU64>);

/// Set where a token was counted.
const COUNTED: u64 = 1 << 63;

impl TokenCount {
    /// Notes how it stands.
    pub(in crate::http) fn set(&self, standing: Standing) {
        let packed = COUNTED | u64::from(standing.remaining) << 16 | u64::from(standing.full_in);
        self.0.store(packed, Ordering::Relaxed);
    }

    fn get(&self) -> Option<Standing> {
        let packed = self.0.load(Ordering::Relaxed);
        (packed & COUNTED != 0).then(|| Standing {
            remaining: u32::try_from(packed >> 16 & u64::from(u32::MAX)).unwrap_or(0),
            full_in: u32::try_from(packed & 0xffff).unwrap_or(0),
            wait: 0,
        })
    }
}

/// What a call counts against.
pub(in crate::http) struct Meter {
    address: Option<Standing>,
    token: Option<TokenCount>,
}

impl Meter {
    /// Counts a call of an address, or refuses it; `None` where nothing is limited.
    pub(in crate::http) fn of_address(
        api: &Api,
        address: ClientAddress,
        now: Timestamp,
        request: &mut Request,
    ) -> Result<Option<Self>, Box<Response>> {
        let by_address = api.per_address.as_ref();
        let address = by_address.map(|quota| quota.spend(address.network(), now));
        if let (Some(quota), Some(standing)) = (by_address, address)
            && let Some(refused) = standing.refused()
        {
            let mut response = refused.into_response();
            quota.tell(standing, response.headers_mut());
            return Err(Box::new(response));
        }
        let token = api.per_token.as_ref().map(|_| {
            let count = TokenCount::default();
            request.extensions_mut().insert(count.clone());
            count
        });
        Ok((address.is_some() || token.is_some()).then_some(Self { address, token }))
    }

    /// Tells how the caller stands: the token if there was one, else the address.
    pub(in crate::http) fn tell(&self, api: &Api, headers: &mut HeaderMap) {
        let token = self.token.as_ref().and_then(TokenCount::get);
        if let (Some(quota), Some(standing)) = (&api.per_token, token) {
            quota.tell(standing, headers);
        } else if let (Some(quota), Some(standing)) = (&api.per_address, self.address) {
            quota.tell(standing, headers);
        }
    }
}

impl Api {
    /// Counts a call of a token, by what it hangs on.
    pub(in crate::http) fn count_token(&self, name: &str, now: Timestamp) -> Option<Standing> {
        Some(self.per_token.as_ref()?.spend(name, now))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_790_000_000_000_000);

    fn standing(remaining: u32, full_in: u32, wait: u32) -> Standing {
        Standing {
            remaining,
            full_in,
            wait,
        }
    }

    #[test]
    fn a_minute_has_room_for_the_quota_and_fills_up_evenly() {
        let quota = Quota::new("default", 3).unwrap();
        assert_eq!(quota.spend("a", NOW), standing(2, 20, 0));
        assert_eq!(quota.spend("a", NOW), standing(1, 40, 0));
        assert_eq!(quota.spend("a", NOW), standing(0, 60, 0));
        assert_eq!(quota.spend("a", NOW), standing(0, 60, 20));
        assert_eq!(quota.spend("b", NOW), standing(2, 20, 0));
        let later = NOW.plus(Duration::from_millis(19_500));
        assert_eq!(quota.spend("a", later), standing(0, 41, 1));
        let later = NOW.plus(Duration::from_secs(20));
        assert_eq!(quota.spend("a", later), standing(0, 60, 0));
        let full = later.plus(Duration::from_mins(1));
        assert_eq!(quota.spend("a", full), standing(2, 20, 0));
    }

    #[test]
    fn a_clock_that_is_put_back_locks_nobody_out() {
        let quota = Quota::new("default", 3).unwrap();
        quota.spend("a", NOW.plus(Duration::from_hours(24)));
        let refused = quota.spend("a", NOW);
        assert_eq!(refused, standing(0, 60, 20));
        assert_eq!(quota.spend("a", NOW.plus(Duration::from_mins(1))).wait, 0);
    }

    #[test]
    fn whoever_comes_memory_is_bounded() {
        let quota = Quota::new("address", 10).unwrap();
        for caller in 0..3 * CAPACITY {
            quota.spend(caller, NOW);
        }
        assert!(quota.full_at.lock().unwrap().len() <= CAPACITY);
    }

    #[test]
    fn the_headers_are_structured_fields() {
        let quota = Quota::new("default", 6000).unwrap();
        let mut headers = HeaderMap::new();
        quota.tell(quota.spend("a", NOW), &mut headers);
        assert_eq!(headers["ratelimit-policy"], "\"default\";q=6000;w=60");
        assert_eq!(headers["ratelimit"], "\"default\";r=5999;t=1");
        assert!(Quota::new("default", 0).is_none());
    }

    #[test]
    fn what_a_token_has_left_reads_back() {
        let count = TokenCount::default();
        assert_eq!(count.get(), None);
        let most = standing(9_999_999, 60, 0);
        count.set(most);
        assert_eq!(count.get(), Some(most));
    }
}

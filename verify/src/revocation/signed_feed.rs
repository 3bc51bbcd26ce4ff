//! The feed as a signed token.

use serde::Serialize;

use super::{Feed, Revoked};
use crate::{
    compact::{self, Expected},
    keys::KeySet,
    refused::Refused,
    rules::Rules,
};

/// The longest signed feed that is read, in bytes: room for about 250,000 entries.
pub const LONGEST_FEED: usize = 16 * 1024 * 1024;
/// The `typ` of the signed feed.
pub const FEED_TYPE: &str = "revocations+jwt";
/// How long a signed reading is good for, in seconds.
pub const FEED_LIFE: i64 = 60;

/// What is signed.
#[derive(Serialize)]
struct Payload<'a> {
    iss: &'a str,
    iat: i64,
    exp: i64,
    seq: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<i64>,
    items: &'a [Revoked],
}

impl Feed {
    /// What the server signs: this reading as the claims of a token, issued at `now` (seconds since
    /// 1970) and good for [`FEED_LIFE`]. Its header names [`FEED_TYPE`].
    pub fn to_claims<'a>(&'a self, issuer: &'a str, now: i64) -> impl Serialize + 'a {
        Payload {
            iss: issuer,
            iat: now,
            exp: now.saturating_add(FEED_LIFE),
            seq: self.seq,
            since: self.since,
            items: &self.items,
        }
    }
}

/// What a signed reading of the feed says, if it is genuine and still good at `now` (seconds since
/// 1970): `typ` is `revocations+jwt`, signed by a key of the set with an algorithm that the rules
/// allow, from the rules' issuer, with `iat` not ahead and `exp` ahead, and with a number. The rules'
/// audience plays no part: the feed is for everyone.
///
/// # Errors
/// [`Refused`]: the first reason that was met.
pub fn check_feed(rules: &Rules, jws: &str, keys: &KeySet, now: i64) -> Result<Feed, Refused> {
    let expected = Expected {
        kind: FEED_TYPE,
        algorithms: rules.allowed(),
        longest: LONGEST_FEED,
    };
    let mut members = compact::open(jws, &expected, keys)?;
    let issuer = members.required_text("iss")?;
    let iat = members.required_time("iat")?;
    let exp = members.required_time("exp")?;
    let seq = members.required_count("seq")?;
    let since = members.optional_count("since")?;
    let items = members
        .take("items")
        .ok_or(Refused::MissingClaim("items"))?;
    let items = serde_json::from_value(items).map_err(|_| Refused::MalformedClaim("items"))?;
    rules.check_issuer(&issuer)?;
    rules.check_times(iat, exp, now)?;
    if since.is_some_and(|since| since > seq) {
        return Err(Refused::MalformedClaim("since"));
    }
    Ok(Feed {
        seq,
        since,
        made_at: Some(iat),
        items,
    })
}

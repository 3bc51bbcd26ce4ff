//! What the feed says.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Entry;

/// One thing revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revoked {
    /// Its name.
    pub id: Entry,
    /// When the last token that it is about ends, in seconds since 1970. The feed and its followers
    /// keep it for [`LONGEST_LEEWAY`](crate::LONGEST_LEEWAY) more, for the sake of slow clocks.
    pub exp: i64,
}

/// One reading of the feed, whole or from a certain point on. In JSON it has the shape that
/// `/api/v1/revocations` answers with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Written", try_from = "Written")]
pub struct Feed {
    /// The number of the latest revocation. It rises with each one and never falls.
    pub seq: i64,
    /// Only what came after this number is here; `None` when everything is.
    pub since: Option<i64>,
    /// When this was true, in seconds since 1970: the `iat` of the signed form. Plain JSON doesn't
    /// say; it counts as true when it is read.
    pub made_at: Option<i64>,
    /// What was revoked.
    pub items: Vec<Revoked>,
}

/// The JSON form.
#[derive(Serialize, Deserialize)]
struct Written {
    items: Vec<Revoked>,
    /// Every list of the API says whether it goes on; this one never does.
    #[serde(default)]
    next: Option<Value>,
    seq: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<i64>,
}

/// A list of revocations that isn't whole, or counts backwards.
#[derive(Debug, thiserror::Error)]
#[error("not a whole list of revocations")]
struct NotWhole;

impl From<Feed> for Written {
    fn from(feed: Feed) -> Self {
        Self {
            items: feed.items,
            next: None,
            seq: feed.seq,
            since: feed.since,
        }
    }
}

impl TryFrom<Written> for Feed {
    type Error = NotWhole;

    fn try_from(written: Written) -> Result<Self, NotWhole> {
        let since = written.since.unwrap_or(0);
        if written.next.is_some() || since < 0 || written.seq < since {
            return Err(NotWhole);
        }
        Ok(Self {
            seq: written.seq,
            since: written.since,
            made_at: None,
            items: written.items,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_form_is_the_promised_one() {
        let mut feed = Feed {
            seq: 7,
            since: None,
            made_at: None,
            items: vec![Revoked {
                id: Entry::from_bytes([0; 16]),
                exp: 1_790_000_000,
            }],
        };
        let text =
            r#"{"items":[{"id":"AAAAAAAAAAAAAAAAAAAAAA","exp":1790000000}],"next":null,"seq":7}"#;
        assert_eq!(serde_json::to_string(&feed).unwrap(), text);
        assert_eq!(serde_json::from_str::<Feed>(text).unwrap(), feed);
        feed.since = Some(5);
        let text = text.replace("\"seq\":7", "\"seq\":7,\"since\":5");
        assert_eq!(serde_json::to_string(&feed).unwrap(), text);
        assert_eq!(serde_json::from_str::<Feed>(&text).unwrap(), feed);
    }

    #[test]
    fn a_list_that_goes_on_elsewhere_or_counts_backwards_is_refused() {
        for text in [
            r#"{"items":[],"next":"abc","seq":7}"#,
            r#"{"items":[],"seq":-1}"#,
            r#"{"items":[],"seq":5,"since":6}"#,
            r#"{"items":[],"seq":5,"since":-6}"#,
            r#"{"items":[]}"#,
            r#"{"seq":1}"#,
            r#"{"items":[{"id":"AAAAAAAAAAAAAAAAAAAAAA"}],"seq":1}"#,
        ] {
            assert!(serde_json::from_str::<Feed>(text).is_err(), "{text}");
        }
        assert!(serde_json::from_str::<Feed>(r#"{"items":[],"seq":0}"#).is_ok());
    }
}

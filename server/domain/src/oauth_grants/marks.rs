//! What is found out about a request on somebody's way to its answer: it stands in addresses and forms,
//! where anybody can write, so that only what was sealed for this request and this browser counts.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq;

use super::{OAuthService, Params};
use crate::{client::Client, clock::Timestamp, keys::Purpose};

/// The parameter that carries [`Mark::Since`].
pub const SINCE: &str = "latchkey_since";
/// The parameter that carries [`Mark::Chosen`].
pub const CHOSEN: &str = "latchkey_chosen";
/// How long somebody may be on their way.
const ON_THE_WAY: Duration = Duration::from_hours(1);

/// Something that was found out.
#[derive(Clone, Copy, Debug)]
pub enum Mark<'a> {
    /// They were sent to sign in, or to prove who they are, at this time: what they proved since then
    /// counts.
    Since(Timestamp),
    /// They want to be whoever has this session.
    Chosen(&'a str),
    /// Whoever has this session was shown what they are asked.
    Shown(&'a str),
}

impl OAuthService {
    /// Has a mark count for a request in a browser.
    pub fn seal(&self, mark: Mark<'_>, request: &Params, client: &Client) -> String {
        let seal = URL_SAFE_NO_PAD.encode(self.mac_of(mark, request, client));
        match mark {
            Mark::Since(at) => format!("{}.{seal}", at.as_micros()),
            Mark::Chosen(_) | Mark::Shown(_) => seal,
        }
    }

    /// Whether a mark was sealed.
    pub fn is_sealed(
        &self,
        mark: Mark<'_>,
        sealed: &str,
        request: &Params,
        client: &Client,
    ) -> bool {
        let expected = self.seal(mark, request, client);
        expected.as_bytes().ct_eq(sealed.as_bytes()).into()
    }

    /// When somebody was sent to sign in or to prove who they are, if that was for this request, in this
    /// browser, and not long ago.
    pub fn since(&self, request: &Params, client: &Client) -> Option<Timestamp> {
        let sealed = request.one(SINCE).ok().flatten()?;
        let (at, _) = sealed.split_once('.')?;
        let at = Timestamp::from_micros(at.parse().ok()?);
        let now = self.foundation.now();
        let fresh = at <= now && now <= at.plus(ON_THE_WAY);
        (fresh && self.is_sealed(Mark::Since(at), sealed, request, client)).then_some(at)
    }

    fn mac_of(&self, mark: Mark<'_>, request: &Params, client: &Client) -> [u8; 32] {
        let (kind, what) = match mark {
            Mark::Since(at) => ("request since", at.as_micros().to_string()),
            Mark::Chosen(session) => ("request chosen", session.to_owned()),
            Mark::Shown(session) => ("request shown", session.to_owned()),
        };
        let browser = client.browser.as_ref();
        let browser = browser.map(|browser| URL_SAFE_NO_PAD.encode(browser.as_bytes()));
        let browser = browser.unwrap_or_default();
        // Neither of the first two holds a line break.
        let of = format!("{what}\n{browser}\n{}", request.as_sent().to_query());
        let macs = &self.foundation.names;
        *macs.mac(Purpose::Flow, kind, of.as_bytes()).as_bytes()
    }
}

impl Params {
    /// Without what was found out on the way.
    #[must_use]
    pub fn as_sent(&self) -> Self {
        let mut sent = self.clone();
        for ours in [CHOSEN, SINCE] {
            sent.remove(ours);
        }
        sent
    }
}

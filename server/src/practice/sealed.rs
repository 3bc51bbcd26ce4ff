//! What the practice providers hand out, sealed: nothing has to be remembered.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    clock::Timestamp,
    foundation::Foundation,
    keys::{Purpose, SealError},
    store::StorageError,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{act::Act, house::House};

/// Something that is handed out and comes back.
pub(super) trait Handed: Serialize + DeserializeOwned {
    /// What it is; another kind isn't taken for it.
    const KIND: &'static str;
    /// How long it works.
    const LIFETIME: Duration;
}

/// What an application asked for, between the page and its button.
#[derive(Serialize, Deserialize)]
pub(super) struct Asked {
    pub(super) state: Option<String>,
    pub(super) nonce: Option<String>,
    /// Of PKCE, always S256.
    pub(super) challenge: Option<String>,
    pub(super) scope: String,
    /// Whether a fresh proof was asked for.
    pub(super) fresh: bool,
}

impl Handed for Asked {
    const KIND: &'static str = "request";
    const LIFETIME: Duration = Duration::from_mins(10);
}

/// An authorization code.
#[derive(Serialize, Deserialize)]
pub(super) struct Code {
    pub(super) act: Act,
    /// What was typed for [`Act::Address`].
    pub(super) address: Option<String>,
    pub(super) nonce: Option<String>,
    pub(super) challenge: Option<String>,
    pub(super) scope: String,
    /// When the button was pressed.
    pub(super) at: Timestamp,
}

impl Handed for Code {
    const KIND: &'static str = "code";
    const LIFETIME: Duration = Duration::from_mins(1);
}

/// An access token.
#[derive(Serialize, Deserialize)]
pub(super) struct Access {
    pub(super) act: Act,
    pub(super) address: Option<String>,
    pub(super) scope: String,
}

impl Access {
    /// Whether one of these was asked for.
    pub(super) fn may(&self, scopes: &[&str]) -> bool {
        let mut asked = self.scope.split([' ', ',']);
        asked.any(|asked| scopes.contains(&asked))
    }
}

impl Handed for Access {
    const KIND: &'static str = "access token";
    const LIFETIME: Duration = Duration::from_hours(1);
}

#[derive(Serialize, Deserialize)]
struct Until<T> {
    until: Timestamp,
    what: T,
}

/// Seals it for the address bar.
pub(super) fn seal<T: Handed>(
    foundation: &Foundation,
    house: House,
    what: T,
) -> Result<String, SealError> {
    let until = foundation.now().plus(T::LIFETIME);
    let plain = serde_json::to_vec(&Until { until, what }).map_err(|_| SealError::Broken)?;
    let sealed = foundation.keys.seal(
        Purpose::Practice,
        &owner::<T>(house),
        &plain,
        foundation.random.as_ref(),
    )?;
    Ok(URL_SAFE_NO_PAD.encode(sealed))
}

/// Opens what is of this kind and provider, and not over.
pub(super) fn open<T: Handed>(foundation: &Foundation, house: House, text: &str) -> Option<T> {
    let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
    let plain = foundation
        .keys
        .open(Purpose::Practice, &owner::<T>(house), &sealed)
        .ok()?;
    let opened: Until<T> = serde_json::from_slice(&plain).ok()?;
    (foundation.now() < opened.until).then_some(opened.what)
}

/// Opens a code, once: whoever comes second gets nothing.
pub(super) async fn redeem(
    foundation: &Foundation,
    house: House,
    text: &str,
) -> Result<Option<Code>, StorageError> {
    let Some(code) = open::<Code>(foundation, house, text) else {
        return Ok(None);
    };
    // No two texts open to the same code: the encoding has one form for the same bytes.
    let used = foundation
        .names
        .mac(Purpose::Practice, "used code", text.as_bytes());
    let now = foundation.now();
    let mut work = foundation.store.begin().await?;
    let count = work
        .count_failure(&used, now, now.plus(Code::LIFETIME))
        .await?;
    work.commit().await?;
    Ok((count.failures == 1).then_some(code))
}

fn owner<T: Handed>(house: House) -> String {
    format!("{} {}", house.id(), T::KIND)
}

//! Rows to write. Every call gives new random values; names and times are given.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use domain::{
    accounts::{Account, AccountId, NewAccount, Registration, Subject, WebauthnUserHandle},
    audit::{EventKind, EventRow},
    client::BrowserHash,
    clock::Timestamp,
    credentials::PasswordHash,
    installation::Installation,
    links::{LinkHash, LinkPurpose, LinkToken, OneTimeLink},
    mail::QueuedMail,
    random::{Random, random_bytes, time_ordered_id},
    sessions::{SessionKeyHash, SessionRow},
};

/// 2026-01-01T12:00:00Z.
const NOON: Timestamp = Timestamp::from_micros(1_767_268_800_000_000);

/// Never gives the same bytes twice within a process (splitmix64 over a counter).
pub(crate) struct Sequence;

impl Random for Sequence {
    fn fill(&self, bytes: &mut [u8]) {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        for chunk in bytes.chunks_mut(8) {
            let mut x = COUNT
                .fetch_add(1, Ordering::Relaxed)
                .wrapping_mul(0x9e37_79b9_7f4a_7c15);
            x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(x ^ (x >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }
}

/// Always gives the same bytes.
pub(crate) struct Repeated(pub(crate) u8);

impl Random for Repeated {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}

/// A number below `end`.
pub(crate) fn below(end: u64) -> u64 {
    u64::from_le_bytes(random_bytes(&Sequence)) % end
}

/// Noon and some seconds.
pub(crate) fn at(seconds: u64) -> Timestamp {
    NOON.plus(Duration::from_secs(seconds))
}

/// A microsecond earlier.
pub(crate) fn just_before(time: Timestamp) -> Timestamp {
    Timestamp::from_micros(time.as_micros() - 1)
}

/// A new `UUIDv7` as text.
pub(crate) fn new_id() -> String {
    time_ordered_id(at(0), &Sequence).to_string()
}

/// The id of an account that isn't there.
pub(crate) fn nobody() -> AccountId {
    AccountId::generate(at(0), &Sequence)
}

/// A well-formed hash of nobody's password; letters tell hashes apart.
pub(crate) fn password(letter: char) -> PasswordHash {
    let tag: String = std::iter::repeat_n(letter, 42).collect();
    PasswordHash::parse(&format!(
        "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0${tag}A"
    ))
    .expect("a well-formed hash")
}

/// An account that was born at noon.
pub(crate) fn account(email: &str) -> NewAccount {
    NewAccount {
        id: AccountId::generate(at(0), &Sequence),
        subject: Subject::generate(&Sequence),
        webauthn_user_handle: WebauthnUserHandle::generate(&Sequence),
        name: format!("Owner of {email}"),
        email: email.to_owned(),
        lookup_key: email.to_lowercase(),
        password: Some(password('a')),
        created_at: at(0),
    }
}

/// How pages see that account.
pub(crate) fn as_shown(account: &NewAccount) -> Account {
    Account {
        id: account.id,
        subject: account.subject.clone(),
        name: account.name.clone(),
        email: account.email.clone(),
        language: None,
        created_at: account.created_at,
    }
}

/// A sign-up at noon that waits for an hour.
pub(crate) fn registration(email: &str) -> Registration {
    Registration {
        id: new_id(),
        email: email.to_owned(),
        lookup_key: email.to_lowercase(),
        name: format!("Owner of {email}"),
        password: Some(password('r')),
        identity: None,
        next: Some("/account/tokens".to_owned()),
        browser: Some(BrowserHash::of("browser")),
        created_at: at(0),
        expires_at: at(3600),
    }
}

/// The key of the session by that name.
pub(crate) fn key(name: &str) -> SessionKeyHash {
    SessionKeyHash::of(name.as_bytes())
}

/// A session that began at noon and ends an hour later, or two minutes after its last use.
pub(crate) fn session(account: AccountId, name: &str) -> SessionRow {
    SessionRow {
        id: new_id(),
        public_id: name.to_owned(),
        key_hash: key(name),
        account,
        amr: "pwd".to_owned(),
        auth_time: at(0),
        persistent: false,
        created_at: at(0),
        last_seen_at: at(0),
        idle_until: at(120),
        absolute_until: at(3600),
        address: (0..16).collect(),
        user_agent: "Mozilla/5.0".to_owned(),
        browser: Some(BrowserHash::of("browser").as_bytes().to_vec()),
    }
}

/// A fresh hash of a link's token.
pub(crate) fn link_hash() -> LinkHash {
    LinkToken::generate(&Sequence).hash()
}

/// A link to `target`, from noon for an hour.
pub(crate) fn link(target: &str) -> OneTimeLink {
    OneTimeLink {
        purpose: LinkPurpose::ConfirmRegistration,
        hash: link_hash(),
        target: target.to_owned(),
        created_at: at(0),
        expires_at: at(3600),
        used_at: None,
    }
}

/// A mail by that id, queued then, kept for an hour.
pub(crate) fn mail(id: &str, created_at: Timestamp) -> QueuedMail {
    QueuedMail {
        id: id.to_owned(),
        sealed: (0..=255).collect(),
        created_at,
        expires_at: created_at.plus(Duration::from_hours(1)),
    }
}

/// What was decided at noon.
pub(crate) fn installation(issuer: &str) -> Installation {
    Installation {
        issuer: issuer.to_owned(),
        rp_id: "example.org".to_owned(),
        pairwise_salt: "salt".to_owned(),
        created_at: at(0),
    }
}

/// An event without a side row.
pub(crate) fn event(kind: EventKind) -> EventRow {
    EventRow {
        id: new_id(),
        at: at(0),
        kind,
        actor: "anonymous".to_owned(),
        subject: None,
        details: "{}".to_owned(),
        side_digest: None,
        side: None,
    }
}

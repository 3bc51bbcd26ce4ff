//! Looking at the queue.

use super::{Draft, MailError, StoredMail, Trouble, sealing};
use crate::{
    clock::Timestamp,
    foundation::Foundation,
    keys::KeyRing,
    store::{StorageError, Work},
};

/// A mail of the queue, as people look at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedMail {
    /// Its id.
    pub id: String,
    /// What it holds.
    pub content: Content,
    /// When it was queued.
    pub created_at: Timestamp,
    /// When it is forgotten.
    pub expires_at: Timestamp,
    /// How often sending it was begun.
    pub attempts: i64,
    /// What becomes of it.
    pub state: MailState,
}

/// What a mail holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// It waits to be sent.
    Whole {
        /// The recipient's address.
        to: String,
        /// What it says.
        draft: Draft,
    },
    /// It was given up and holds no message any more.
    Emptied {
        /// The recipient's address.
        to: String,
    },
    /// It can't be opened: another master key sealed it, or it is a newer version's message.
    Unreadable,
}

impl Content {
    /// The recipient's address.
    pub fn to(&self) -> Option<&str> {
        match self {
            Self::Whole { to, .. } | Self::Emptied { to } => Some(to),
            Self::Unreadable => None,
        }
    }

    /// What it says, and in which language.
    pub const fn message(&self) -> Option<&Draft> {
        match self {
            Self::Whole { draft, .. } => Some(draft),
            Self::Emptied { .. } | Self::Unreadable => None,
        }
    }
}

/// What becomes of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailState {
    /// It is due.
    Waiting,
    /// Somebody sends it at this moment.
    Sending,
    /// It is tried again.
    Retry {
        /// When.
        at: Timestamp,
        /// Why it wasn't delivered yet.
        why: Trouble,
    },
    /// It was given up.
    Failed {
        /// When.
        at: Timestamp,
        /// Why.
        why: Trouble,
    },
}

impl MailState {
    fn of(row: &StoredMail, now: Timestamp) -> Self {
        let why = row.last_error.as_deref().map(Trouble::parse);
        match (row.failed_at, why) {
            (Some(at), why) => Self::Failed {
                at,
                why: why.unwrap_or_else(|| Trouble::parse("")),
            },
            _ if row.claimed_until.is_some_and(|until| until > now) => Self::Sending,
            (None, Some(why)) if row.next_attempt_at > now => Self::Retry {
                at: row.next_attempt_at,
                why,
            },
            _ => Self::Waiting,
        }
    }
}

/// The newest mails; at most `limit`. One that can't be opened is among them, as such.
///
/// # Errors
/// [`MailError`] when the database fails.
pub async fn list(foundation: &Foundation, limit: i64) -> Result<Vec<ListedMail>, MailError> {
    let rows = foundation.store.read().await?.list_mail(limit).await?;
    Ok(rows.iter().map(|row| look(foundation, row)).collect())
}

/// One mail.
///
/// # Errors
/// [`MailError`] when the database fails.
pub async fn find(foundation: &Foundation, id: &str) -> Result<Option<ListedMail>, MailError> {
    let row = foundation.store.read().await?.find_mail(id).await?;
    Ok(row.map(|row| look(foundation, &row)))
}

/// How many of the newest mails a key ring is tried on.
const TRIED: i64 = 100;

/// What a key ring could do with the newest mails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sealed {
    /// Mails that it opens.
    pub opened: usize,
    /// Mails that were sealed by another one, or changed since.
    pub locked: usize,
}

/// Tries `keys` on the newest mails, and forgets what they hold.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn try_keys(work: &mut dyn Work, keys: &KeyRing) -> Result<Sealed, StorageError> {
    let mut sealed = Sealed::default();
    for row in work.list_mail(TRIED).await? {
        match sealing::open(keys, &row.mail) {
            Err(MailError::Sealed(_)) => sealed.locked += 1,
            Ok(_) | Err(_) => sealed.opened += 1,
        }
    }
    Ok(sealed)
}

fn look(foundation: &Foundation, row: &StoredMail) -> ListedMail {
    let content = match sealing::open(&foundation.keys, &row.mail) {
        Ok(letter) => match letter.parts() {
            (to, Some(draft)) => Content::Whole { to, draft },
            (to, None) => Content::Emptied { to },
        },
        Err(_) => Content::Unreadable,
    };
    ListedMail {
        id: row.mail.id.clone(),
        content,
        created_at: row.mail.created_at,
        expires_at: row.mail.expires_at,
        attempts: row.attempts,
        state: MailState::of(row, foundation.now()),
    }
}

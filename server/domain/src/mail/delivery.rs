//! Delivering: one node at a time has a mail, and tries until it is taken, refused or expired.

use std::time::Duration;

use super::{Draft, MailClaim, MailError, StoredMail, Trouble, sealing, sealing::Letter};
use crate::{
    clock::Timestamp,
    foundation::Foundation,
    random::{Random, random_bytes, time_ordered_id},
};

/// The wait after the first attempt; it doubles with each further one.
const FIRST_WAIT: Duration = Duration::from_mins(1);
/// The longest wait between attempts.
const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// A mail that is ours to send until the claim runs out.
#[derive(Debug)]
pub struct ClaimedMail {
    /// Its id.
    pub id: String,
    /// When it was queued.
    pub created_at: Timestamp,
    /// Which attempt this is, from 1.
    pub attempt: i64,
    letter: Result<(String, Option<Draft>), MailError>,
    expires_at: Timestamp,
    by: String,
}

impl ClaimedMail {
    /// Recipient and message; `None` when it can't be opened.
    pub fn content(&self) -> Option<(&str, &Draft)> {
        let (to, draft) = self.letter.as_ref().ok()?;
        Some((to, draft.as_ref()?))
    }
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// The mail server has it.
    Delivered,
    /// It has not.
    Failed(Trouble),
    /// We stopped before it could have it.
    BrokenOff,
}

/// What became of a mail after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It is delivered and forgotten.
    Delivered,
    /// It is tried again then.
    Retry(Timestamp),
    /// It is given up, and its text is gone.
    GivenUp,
    /// It waits for whoever is next.
    Released,
    /// Our claim had run out: what happens to it is for another to say.
    Overtaken,
}

/// Claims the mail that is due the longest; for `lease` nobody else gets it.
///
/// # Errors
/// [`MailError`] when the database fails.
pub async fn claim(
    foundation: &Foundation,
    lease: Duration,
) -> Result<Option<ClaimedMail>, MailError> {
    loop {
        let now = foundation.now();
        // Asked as a reader, so that an idle server writes nothing.
        if !foundation.store.read().await?.is_mail_due(now).await? {
            return Ok(None);
        }
        let by = time_ordered_id(now, foundation.random.as_ref()).to_string();
        let claim = MailClaim {
            by: &by,
            now,
            until: now.plus(lease),
        };
        let mut work = foundation.store.begin().await?;
        let row = work.claim_mail(claim).await?;
        work.commit().await?;
        // Another node may have been quicker with this one, and others be due.
        if let Some(row) = row {
            return Ok(Some(claimed(foundation, row, by)));
        }
    }
}

fn claimed(foundation: &Foundation, row: StoredMail, by: String) -> ClaimedMail {
    ClaimedMail {
        letter: sealing::open(&foundation.keys, &row.mail).map(Letter::parts),
        id: row.mail.id,
        created_at: row.mail.created_at,
        expires_at: row.mail.expires_at,
        attempt: row.attempts,
        by,
    }
}

/// Writes down how an attempt ended.
///
/// # Errors
/// [`MailError`] when the database fails; the claim stands then, and this can be tried again.
pub async fn settle(
    foundation: &Foundation,
    mail: &ClaimedMail,
    attempt: Attempt,
) -> Result<Settled, MailError> {
    let now = foundation.now();
    let (id, by) = (mail.id.as_str(), mail.by.as_str());
    let mut work = foundation.store.begin().await?;
    let (held, settled) = match attempt {
        Attempt::Delivered => (work.delete_claimed_mail(id, by).await?, Settled::Delivered),
        Attempt::BrokenOff => (work.release_mail(id, by).await?, Settled::Released),
        Attempt::Failed(trouble) => {
            let code = trouble.code();
            let next = now.plus(wait(mail.attempt, foundation.random.as_ref()));
            if trouble.is_final() || next >= mail.expires_at {
                let sealed = emptied(foundation, mail)?;
                let held = work.fail_mail(id, by, now, &code, &sealed).await?;
                (held, Settled::GivenUp)
            } else {
                (
                    work.defer_mail(id, by, next, &code).await?,
                    Settled::Retry(next),
                )
            }
        }
    };
    work.commit().await?;
    Ok(if held { settled } else { Settled::Overtaken })
}

/// What is kept of a mail that nobody tries any more.
fn emptied(foundation: &Foundation, mail: &ClaimedMail) -> Result<Vec<u8>, MailError> {
    let Ok((to, _)) = &mail.letter else {
        return Ok(Vec::new());
    };
    let rest = Letter {
        to: to.clone(),
        message: None,
        language: None,
    };
    sealing::seal(foundation, &mail.id, &rest)
}

/// Up to a quarter less than the doubled time, so that mails that failed together spread out.
fn wait(attempt: i64, random: &dyn Random) -> Duration {
    let doublings = u32::try_from(attempt.saturating_sub(1).clamp(0, 16)).unwrap_or(0);
    let whole = FIRST_WAIT.saturating_mul(1 << doublings).min(LONGEST_WAIT);
    let share = u32::from(u16::from_le_bytes(random_bytes(random)));
    whole.saturating_sub(whole / 4 * share / u32::from(u16::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Same(u8);

    impl Random for Same {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn the_wait_doubles_from_a_minute_to_an_hour() {
        let minutes: Vec<u64> = (1..=9)
            .map(|attempt| wait(attempt, &Same(0)).as_secs() / 60)
            .collect();
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(wait(i64::MAX, &Same(0)), LONGEST_WAIT);
        assert_eq!(wait(0, &Same(0)), FIRST_WAIT);
    }

    #[test]
    fn chance_takes_up_to_a_quarter_away() {
        assert_eq!(wait(1, &Same(255)), Duration::from_secs(45));
        assert_eq!(wait(40, &Same(255)), Duration::from_mins(45));
        let some = wait(1, &Same(77));
        assert!(
            some > Duration::from_secs(45) && some < FIRST_WAIT,
            "{some:?}"
        );
    }
}

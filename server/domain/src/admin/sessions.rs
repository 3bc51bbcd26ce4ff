//! Sessions of everyone.

use super::people::is_name;
use super::{
    MatchingSession, SessionCursor, SessionFilter, SessionListing, SessionOrder, SupportDesk,
};
use crate::{
    accounts::manage,
    audit::EventKind,
    store::{StorageError, Work},
    tokens::end_with_session,
};

/// How many sessions are ended in one unit.
const BATCH: i64 = 500;
/// The most that one act ends: it is repeated for more, so that nobody waits for the writer long.
const MOST: usize = 10_000;
/// Why, in the audit trail.
pub(super) const REASON: &str = "by an administrator";

/// What ending many came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndedMany {
    /// So many have ended.
    pub ended: usize,
    /// Whether there are more.
    pub more: bool,
}

impl SupportDesk {
    /// Live sessions that a filter finds, after a place in the order.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn sessions(
        &self,
        filter: &SessionFilter,
        order: SessionOrder,
        after: Option<&SessionCursor>,
        limit: i64,
    ) -> Result<Vec<SessionListing>, StorageError> {
        let mut work = self.shared.foundation.store.read().await?;
        let now = self.shared.foundation.now();
        work.search_sessions(filter, order, now, after, limit).await
    }

    /// A mark that changes whenever a session of anybody began or ended; `None` while none ever did.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn newest_change_of_sessions(&self) -> Result<Option<String>, StorageError> {
        let mut work = self.shared.foundation.store.read().await?;
        let kinds = [EventKind::SessionStarted, EventKind::SessionEnded];
        work.newest_of_either(kinds).await
    }

    /// A live session by its public id.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn session(&self, public_id: &str) -> Result<Option<SessionListing>, StorageError> {
        let mut work = self.shared.foundation.store.read().await?;
        let now = self.shared.foundation.now();
        if !is_name(public_id) {
            return Ok(None);
        }
        let Some(account) = work.owner_of_session(public_id).await? else {
            return Ok(None);
        };
        let filter = SessionFilter {
            account: Some(account),
            ..SessionFilter::default()
        };
        let order = SessionOrder::Newest;
        let mut after = None;
        loop {
            let page = work.search_sessions(&filter, order, now, after.as_ref(), BATCH);
            let page = page.await?;
            let Some(last) = page.last() else {
                return Ok(None);
            };
            after = Some(last.cursor(order));
            let mut page = page.into_iter();
            if let Some(found) = page.find(|session| session.public_id == public_id) {
                return Ok(Some(found));
            }
        }
    }

    /// How many sessions a filter finds, counted up to `most`.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn count_sessions(
        &self,
        filter: &SessionFilter,
        most: i64,
    ) -> Result<i64, StorageError> {
        let mut work = self.shared.foundation.store.read().await?;
        let now = self.shared.foundation.now();
        work.count_sessions(filter, now, most).await
    }

    /// Ends sessions by their public ids, all or, when the database fails, none; and says how many
    /// there still were.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn end_sessions(&self, public_ids: &[&str]) -> Result<usize, StorageError> {
        let mut work = self.shared.foundation.store.begin().await?;
        let mut of = Vec::new();
        for id in public_ids.iter().filter(|id| is_name(id)) {
            if let Some(account) = work.owner_of_session(id).await? {
                let public_id = (*id).to_owned();
                of.push(MatchingSession { account, public_id });
            }
        }
        let ended = self.end_in(work.as_mut(), &of).await?;
        work.commit().await?;
        Ok(ended)
    }

    /// Ends every session that a filter finds, at most ten thousand at a time. What has ended stays
    /// ended when the database fails on the way.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn end_matching(&self, filter: &SessionFilter) -> Result<EndedMany, StorageError> {
        let now = self.shared.foundation.now();
        let mut ended = 0;
        while ended < MOST {
            let mut work = self.shared.foundation.store.begin().await?;
            let found = work.list_matching_session_ids(filter, now, BATCH).await?;
            if found.is_empty() {
                return Ok(EndedMany { ended, more: false });
            }
            ended += self.end_in(work.as_mut(), &found).await?;
            work.commit().await?;
        }
        let more = self.count_sessions(filter, 1).await? > 0;
        Ok(EndedMany { ended, more })
    }

    async fn end_in(
        &self,
        work: &mut dyn Work,
        sessions: &[MatchingSession],
    ) -> Result<usize, StorageError> {
        // Whoever ends several locks them in one order.
        let mut sessions: Vec<_> = sessions.iter().collect();
        sessions.sort_by_key(|session| (session.account.to_string(), &session.public_id));
        let mut ended = Vec::new();
        for session in sessions {
            if work
                .delete_session(session.account, &session.public_id)
                .await?
            {
                ended.push(session);
            }
        }
        let foundation = &self.shared.foundation;
        for session in &ended {
            let which = (session.account, &*session.public_id);
            manage::note_ended(work, foundation, which, REASON, self.by()).await?;
        }
        // Revocations come last: whoever writes one has all others wait from there on.
        for session in &ended {
            end_with_session(work, foundation, &session.public_id).await?;
        }
        Ok(ended.len())
    }
}

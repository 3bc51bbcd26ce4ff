//! What administrators search: everyone's accounts, sessions and tokens.

mod gathering;
mod sessions;
mod surroundings;
mod tokens;
mod users;

use async_trait::async_trait;
use domain::{
    accounts::AccountId,
    admin::{
        Directory, MatchingSession, SessionCursor, SessionFilter, SessionListing, SessionOrder,
        SessionSpan, Surroundings, TokenFilter, TokenListing, UserDetails, UserFilter, UserListing,
        UserName,
    },
    clock::Timestamp,
    store::StorageError,
};

use crate::unit_of_work::UnitOfWork;

#[async_trait]
impl Directory for UnitOfWork {
    async fn search_users(
        &mut self,
        filter: &UserFilter,
        now: Timestamp,
        after: Option<AccountId>,
        limit: i64,
    ) -> Result<Vec<UserListing>, StorageError> {
        users::search(self, filter, now, after, limit).await
    }

    async fn find_user(
        &mut self,
        name: UserName<'_>,
        now: Timestamp,
    ) -> Result<Option<UserDetails>, StorageError> {
        users::find(self, name, now).await
    }

    async fn search_sessions(
        &mut self,
        filter: &SessionFilter,
        order: SessionOrder,
        now: Timestamp,
        after: Option<&SessionCursor>,
        limit: i64,
    ) -> Result<Vec<SessionListing>, StorageError> {
        sessions::search(self, filter, order, now, after, limit).await
    }

    async fn surroundings(
        &mut self,
        spans: &[SessionSpan],
        most: i64,
    ) -> Result<Vec<Surroundings>, StorageError> {
        surroundings::surroundings(self, spans, most).await
    }

    async fn count_sessions(
        &mut self,
        filter: &SessionFilter,
        now: Timestamp,
        most: i64,
    ) -> Result<i64, StorageError> {
        sessions::count(self, filter, now, most).await
    }

    async fn list_matching_session_ids(
        &mut self,
        filter: &SessionFilter,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<MatchingSession>, StorageError> {
        sessions::matching(self, filter, now, limit).await
    }

    async fn search_tokens(
        &mut self,
        filter: &TokenFilter,
        now: Timestamp,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<TokenListing>, StorageError> {
        tokens::search(self, filter, now, after, limit).await
    }
}

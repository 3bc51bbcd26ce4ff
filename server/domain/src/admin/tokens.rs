//! Tokens of everyone.

use super::people::is_name;
use super::{AdminDesk, SupportDesk, TokenFilter, TokenListing};
use crate::{
    store::StorageError,
    tokens::{MOST_TOKENS, revoke_api_token},
};

impl SupportDesk {
    /// Tokens that people made for themselves and that a filter finds, newest first, after the one by
    /// this id.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn tokens(
        &self,
        filter: &TokenFilter,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<TokenListing>, StorageError> {
        let mut work = self.shared.foundation.store.read().await?;
        let now = self.shared.foundation.now();
        work.search_tokens(filter, now, after, limit).await
    }

    /// A living token by its id.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn token(&self, id: &str) -> Result<Option<TokenListing>, StorageError> {
        let mut work = self.shared.foundation.store.read().await?;
        let now = self.shared.foundation.now();
        if !is_name(id) {
            return Ok(None);
        }
        let Some(account) = work.owner_of_api_token(id).await? else {
            return Ok(None);
        };
        let filter = TokenFilter {
            account: Some(account),
            ..TokenFilter::default()
        };
        let all = work.search_tokens(&filter, now, None, MOST_TOKENS).await?;
        Ok(all.into_iter().find(|token| token.id == id))
    }
}

impl AdminDesk {
    /// Revokes a token by its id; `false` when there is none.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is revoked then.
    pub async fn revoke_token(&self, id: &str) -> Result<bool, StorageError> {
        if !is_name(id) {
            return Ok(false);
        }
        let mut work = self.shared.foundation.store.begin().await?;
        let Some(account) = work.owner_of_api_token(id).await? else {
            return Ok(false);
        };
        let (foundation, by) = (&self.shared.foundation, self.by());
        if !revoke_api_token(work.as_mut(), foundation, (account, id), by).await? {
            return Ok(false);
        }
        work.commit().await?;
        Ok(true)
    }
}

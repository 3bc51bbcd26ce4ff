//! Presenting refresh tokens: each gives a successor and is used up, and one that is presented by two
//! ends its family (RFC 9700 section 4.14), save where an answer may have been lost.

use std::time::Duration;

use super::{GrantsService, RefreshOutcome, service::Fresh};
use crate::{
    accounts::own_event,
    audit::EventKind,
    client::Client,
    foundation::Foundation,
    mail::{self, Circumstances, Message},
    store::{StorageError, Work},
    tokens::{API_CLIENT, GrantRow, TokenOwner},
    watching::IssuedToken,
};

/// How long after its issue a superseded token may still be presented: two answers may have crossed.
const CROSSED: Duration = Duration::from_mins(1);

/// What comes of a refresh token that may be presented.
pub(crate) struct Renewal {
    pub(crate) grant: GrantRow,
    pub(crate) owner: TokenOwner,
    /// Its successor.
    pub(crate) fresh: Fresh,
}

impl GrantsService {
    /// Takes a refresh token and gives the next ones.
    ///
    /// An unused token becomes used and has a successor. A used one whose successors are all unused
    /// has a further successor, which supersedes the earlier ones: the answer was lost. A superseded
    /// one is treated likewise within 60 seconds of its issue while no sibling was used: answers
    /// crossed. Anything else ends the family and the session that it belongs to, and tells the owner.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails or nothing can be signed; the token can be presented
    /// again then.
    pub async fn refresh(
        &self,
        presented: &str,
        client: &Client,
    ) -> Result<RefreshOutcome, StorageError> {
        let found = self.present(presented, API_CLIENT, client).await?;
        let Some((mut work, renewal)) = found else {
            return Ok(RefreshOutcome::Invalid);
        };
        let (grant, now) = (&renewal.grant, self.foundation.now());
        if let Some(session) = &grant.session {
            let persistent = now.plus(self.lifetimes.persistent.idle);
            let short = now.plus(self.lifetimes.short.idle);
            work.touch_session(session, now, persistent, short).await?;
        }
        work.commit().await?;
        let tokens = self.token_set(grant, &renewal.owner, renewal.fresh).await?;
        self.foundation.tally.token_issued(IssuedToken::Refresh);
        Ok(RefreshOutcome::Refreshed(tokens))
    }

    /// Takes a refresh token of one client and writes its successor, in a unit that is yet to be
    /// committed. `None`: it isn't one, it is over, another client's, or somebody else presented it.
    pub(crate) async fn present(
        &self,
        presented: &str,
        holder: &str,
        client: &Client,
    ) -> Result<Option<(Box<dyn Work>, Renewal)>, StorageError> {
        let Some(hash) = Fresh::hash_of(presented) else {
            return Ok(None);
        };
        let now = self.foundation.now();
        let mut work = self.foundation.store.begin().await?;
        let grant = work.hold_grant_of(&hash, now).await?;
        let Some(grant) = grant.filter(|grant| grant.client_id == holder) else {
            return Ok(None);
        };
        let since = now.minus(CROSSED);
        match work.use_refresh_token(&hash, now, since).await? {
            None => return Ok(None),
            Some(false) => {
                self.end_family(work, &grant, client).await?;
                return Ok(None);
            }
            Some(true) => {}
        }
        let Some(owner) = work.find_token_owner(grant.account).await? else {
            return Ok(None);
        };
        work.supersede_beside(&hash).await?;
        let parent = Some(hash);
        let fresh = self
            .add_refresh_token(work.as_mut(), &grant, parent)
            .await?;
        let details = [("grant", grant.id.as_str())];
        let event = own_event(EventKind::TokensRefreshed, grant.account, &details, client);
        work.append_event(&event.row(&self.foundation)).await?;
        let renewal = Renewal {
            grant,
            owner,
            fresh,
        };
        Ok(Some((work, renewal)))
    }

    /// Somebody presented what somebody else had presented: nobody knows which of them is the owner.
    async fn end_family(
        &self,
        mut work: Box<dyn Work>,
        grant: &GrantRow,
        client: &Client,
    ) -> Result<(), StorageError> {
        let foundation: &Foundation = &self.foundation;
        let details = [("grant", grant.id.as_str()), ("client", &grant.client_id)];
        let event = own_event(
            EventKind::RefreshTokenReused,
            grant.account,
            &details,
            client,
        );
        work.append_event(&event.row(foundation)).await?;
        let reason = "refresh token used twice";
        self.end_grant(work.as_mut(), grant, reason, client).await?;
        if let Some(owner) = work.find_token_owner(grant.account).await? {
            let message = Message::TokensUsedTwice {
                name: owner.name,
                done: Circumstances::of(client, foundation.now()),
            };
            let language = owner.language.unwrap_or(client.language);
            mail::queue_in(language, foundation, work.as_mut(), &owner.email, message).await?;
        }
        tracing::warn!(account.id = %grant.account, "a refresh token was used twice: its session ended");
        work.commit().await
    }
}

//! Tokens for clients that act for themselves (RFC 6749 section 4.4).

use super::{
    AccessTokenRow, Denied, ErrorCode, OAuthService, Refused,
    exchange::{Reach, not_registered},
    is_openid_scope,
};
use crate::{
    client::Client,
    clients::{GrantType, RegisteredClient},
    random::time_ordered_id,
    store::StorageError,
    tokens::{ACCESS_TOKEN_LIFETIME, OWN_SCOPES},
    watching::IssuedToken,
};

/// What a client that acts for itself is given.
#[derive(Clone)]
pub struct CredentialsOutcome {
    /// `access_token`.
    pub access_token: String,
    /// `expires_in`, in seconds.
    pub expires_in: u64,
    /// `scope`.
    pub scope: String,
}

impl OAuthService {
    /// Gives a token for the client itself. The scopes of our own API and of OpenID Connect are about
    /// people, so that no client has them by itself.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails or nothing can be signed.
    pub async fn for_itself(
        &self,
        client: &RegisteredClient,
        scope: Option<&str>,
        resources: &[&str],
        who: &Client,
    ) -> Result<Result<CredentialsOutcome, Refused>, StorageError> {
        if !client.may_use(GrantType::ClientCredentials) || client.owner.is_some() {
            return Ok(Err(not_registered()));
        }
        let reach = match self.of_itself(client, scope, resources) {
            Ok(reach) => reach,
            Err(refused) => return Ok(Err(refused)),
        };
        let now = self.foundation.now();
        let row = AccessTokenRow {
            id: time_ordered_id(now, self.foundation.random.as_ref()).to_string(),
            grant_id: None,
            client: client.id.clone(),
            expires_at: now.plus(ACCESS_TOKEN_LIFETIME),
        };
        let jti = row.id.clone();
        // The name and the secret were right a moment ago.
        if !self.together.keep(row, who).await? {
            return Ok(Err(gone()));
        }
        self.foundation
            .tally
            .token_issued(IssuedToken::ClientCredentials);
        let signed =
            self.grants
                .sign_for_client(&client.id, (&reach.scopes, &reach.audience), (&jti, now));
        Ok(Ok(CredentialsOutcome {
            access_token: signed.await?,
            expires_in: ACCESS_TOKEN_LIFETIME.as_secs(),
            scope: reach.scopes.join(" "),
        }))
    }

    fn of_itself(
        &self,
        client: &RegisteredClient,
        scope: Option<&str>,
        resources: &[&str],
    ) -> Result<Reach, Refused> {
        let own = |name: &&str| !is_openid_scope(name) && !OWN_SCOPES.contains(name);
        let registered = client.scopes.iter().map(String::as_str).filter(own);
        let registered: Vec<&str> = registered.collect();
        let asked: Vec<&str> = match scope {
            Some(scope) => scope.split(' ').filter(|name| !name.is_empty()).collect(),
            None => registered.clone(),
        };
        let invalid = |description| Denied {
            code: ErrorCode::InvalidScope,
            description,
        };
        if asked.is_empty() {
            return Err(invalid("The client has no scope of its own."));
        }
        if !asked.iter().all(|name| registered.contains(name)) {
            return Err(invalid("The client may not ask for one of the scopes."));
        }
        let chosen = self.apis.choose(&asked, true);
        let chosen = chosen.map_err(|_| invalid("One of the scopes is not offered."))?;
        self.narrowed((&chosen.scopes, &chosen.audience), None, resources)
    }
}

/// The client was removed meanwhile.
const fn gone() -> Denied {
    Denied {
        code: ErrorCode::InvalidClient,
        description: "The client is not accepted.",
    }
}

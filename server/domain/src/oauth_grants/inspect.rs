//! Asking about a token (RFC 7662), and giving one up (RFC 7009).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use latchkey_verify::{Algorithm, Claims, Rules};
use serde::Serialize;
use serde_json::Value;

use super::{AccessTokenRow, Denied, ErrorCode, OAuthService, ending::end_grant};
use crate::{
    audit::{Actor, By, EventKind},
    client::Client,
    clients::RegisteredClient,
    clock::Timestamp,
    store::StorageError,
    tokens::{hash_of_refresh_token, is_alive, revoke_access_tokens, seconds},
};

/// The longest token that is looked at, in bytes.
const LONGEST: usize = 8 * 1024;

/// What is said of a token (RFC 7662 section 2.2). Of one that doesn't count, or isn't the client's
/// business, only that.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Inspected {
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<String>,
}

/// What came of giving a token up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevocationOutcome {
    /// It counts no longer, or never did (RFC 7009 section 2.2).
    Over,
    /// It is another client's.
    Refused(Denied),
}

impl OAuthService {
    /// What there is to be said of a token to a client: of its own, and of those for an API whose
    /// scopes it is registered for.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn inspect(
        &self,
        client: &RegisteredClient,
        token: &str,
    ) -> Result<Inspected, StorageError> {
        if token.len() > LONGEST {
            return Ok(Inspected::default());
        }
        let now = self.foundation.now();
        if let Some(hash) = hash_of_refresh_token(token) {
            return self.inspect_refresh_token(client, &hash, now).await;
        }
        let Some(claims) = self.genuine(token, now) else {
            return Ok(Inspected::default());
        };
        let concerned = claims.client_id == client.id || self.serves(client, &claims.aud);
        if !concerned || !is_alive(&self.foundation, &claims, now).await? {
            return Ok(Inspected::default());
        }
        let scope: Vec<&str> = claims.scopes.iter().collect();
        Ok(Inspected {
            active: true,
            scope: Some(scope.join(" ")),
            client_id: Some(claims.client_id),
            token_type: Some("Bearer"),
            exp: Some(claims.exp),
            iat: Some(claims.iat),
            auth_time: claims.auth_time,
            sub: Some(claims.sub),
            aud: Some(claims.aud),
            iss: Some(claims.iss),
            jti: Some(claims.jti),
        })
    }

    /// Whether a client has to do with one of these APIs: administrators say so, by registering it for their
    /// scopes.
    fn serves(&self, client: &RegisteredClient, audience: &[String]) -> bool {
        client.owner.is_none()
            && audience.iter().any(|audience| {
                let api = self.apis.of_audience(audience);
                // Everybody's tokens name ours.
                let api = api.filter(|_| audience != self.apis.own_audience());
                api.is_some_and(|api| {
                    let named = |name: &String| client.scopes.contains(name);
                    api.scopes.iter().any(|scope| named(&scope.name))
                })
            })
    }

    async fn inspect_refresh_token(
        &self,
        client: &RegisteredClient,
        hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Inspected, StorageError> {
        let mut work = self.foundation.store.read().await?;
        let found = work.find_grant_of_refresh_token(hash, now).await?;
        let Some((grant, true, idle_until)) = found else {
            return Ok(Inspected::default());
        };
        let owner = work.find_token_owner(grant.account).await?;
        let Some(owner) = owner.filter(|_| grant.client_id == client.id) else {
            return Ok(Inspected::default());
        };
        let subject = super::subject::subject_for(work.as_mut(), client, &owner.subject).await?;
        Ok(Inspected {
            active: true,
            scope: Some(grant.scopes.join(" ")),
            client_id: Some(grant.client_id),
            exp: Some(seconds(idle_until)),
            sub: Some(subject),
            iss: Some(self.foundation.issuer.to_string()),
            ..Inspected::default()
        })
    }

    /// What an access token says, if it is ours and its time isn't over, whichever API it is for.
    fn genuine(&self, token: &str, now: Timestamp) -> Option<Claims> {
        let audience = first_audience(token)?;
        let rules = Rules::new(&*self.foundation.issuer, audience)
            .algorithms(&Algorithm::ALL)
            .leeway(0);
        let judged = self
            .keys
            .with_key_set(|keys| rules.check(token, keys, seconds(now)));
        judged.ok()
    }

    /// Ends a token of a client: a refresh token with all that hangs on its grant, an access token alone.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is ended then.
    pub async fn revoke(
        &self,
        client: &RegisteredClient,
        token: &str,
        who: &Client,
    ) -> Result<RevocationOutcome, StorageError> {
        let over = Ok(RevocationOutcome::Over);
        if token.len() > LONGEST {
            return over;
        }
        let others = Ok(RevocationOutcome::Refused(Denied {
            code: ErrorCode::UnauthorizedClient,
            description: "The token is another client's.",
        }));
        let now = self.foundation.now();
        if let Some(hash) = hash_of_refresh_token(token) {
            let mut work = self.foundation.store.begin().await?;
            let found = work.find_grant_of_refresh_token(&hash, now).await?;
            let Some((grant, _, _)) = found else {
                return over;
            };
            if grant.client_id != client.id {
                return others;
            }
            if end_grant(work.as_mut(), &self.foundation, &grant.id).await? {
                let details = [("grant", grant.id.as_str()), ("client", &client.id)];
                let what = (EventKind::TokensRevoked, Some(grant.account));
                by(who)
                    .note(work.as_mut(), &self.foundation, what, &details)
                    .await?;
                work.commit().await?;
            }
            return over;
        }
        let Some(claims) = self.genuine(token, now) else {
            return over;
        };
        if claims.client_id != client.id {
            return others;
        }
        let mut work = self.foundation.store.begin().await?;
        let account = work.find_access_token(&claims.jti).await?;
        let account = account
            .and_then(|found| found.grant)
            .map(|grant| grant.account);
        if !work.delete_access_token(&claims.jti).await? {
            return over;
        }
        let row = AccessTokenRow {
            id: claims.jti,
            grant_id: None,
            client: client.id.clone(),
            expires_at: Timestamp::from_micros(claims.exp.saturating_mul(1_000_000)),
        };
        let details = [("token", row.id.as_str()), ("client", &client.id)];
        let what = (EventKind::TokensRevoked, account);
        by(who)
            .note(work.as_mut(), &self.foundation, what, &details)
            .await?;
        revoke_access_tokens(work.as_mut(), &self.foundation, std::slice::from_ref(&row)).await?;
        work.commit().await?;
        over
    }
}

/// A client gives up what it has: no person is there.
const fn by(who: &Client) -> By<'_> {
    By {
        actor: Actor::Anonymous,
        client: Some(who),
    }
}

/// For whom a token says that it is. Nothing is believed yet.
fn first_audience(token: &str) -> Option<String> {
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: Value = serde_json::from_slice(&payload).ok()?;
    match claims.get("aud")? {
        Value::String(one) => Some(one.clone()),
        Value::Array(all) => Some(all.first()?.as_str()?.to_owned()),
        _ => None,
    }
}

//! Tokens for codes and for refresh tokens (RFC 6749 sections 4.1.3, 5.1 and 6).

use super::{
    AccessTokenRow, CodeRow, Denied, ErrorCode, OAuthService, OFFLINE_ACCESS, OPENID, Redeemed,
    code::{hash_of, is_verifier_of},
    ending::end_grant,
    subject::subject_for,
};
use crate::{
    accounts::own_event,
    audit::EventKind,
    client::Client,
    clients::{GrantType, RegisteredClient},
    clock::Timestamp,
    random::time_ordered_id,
    store::{StorageError, Work},
    tokens::{ACCESS_TOKEN_LIFETIME, GRANT_LIFETIME, GrantRow, TokenOwner},
    watching::IssuedToken,
};

/// What a client presents a code with.
#[derive(Clone, Copy, Debug)]
pub struct CodeGrant<'a> {
    /// `code`.
    pub code: &'a str,
    /// `redirect_uri`, if it is sent.
    pub redirect_uri: Option<&'a str>,
    /// `code_verifier`, if it is sent.
    pub verifier: Option<&'a str>,
    /// `resource`: which of the APIs the access token is to be for.
    pub resources: &'a [&'a str],
}

/// What a client presents a refresh token with.
#[derive(Clone, Copy, Debug)]
pub struct RefreshGrant<'a> {
    /// `refresh_token`.
    pub token: &'a str,
    /// `scope`: less than was granted, for this access token.
    pub scope: Option<&'a str>,
    /// `resource`: which of the APIs the access token is to be for.
    pub resources: &'a [&'a str],
}

/// What a client is given (RFC 6749 section 5.1).
#[derive(Clone)]
pub struct Granted {
    /// `access_token`.
    pub access_token: String,
    /// `expires_in`, in seconds.
    pub expires_in: u64,
    /// `refresh_token`, where the client may use one.
    pub refresh_token: Option<String>,
    /// `id_token`, where `openid` was granted.
    pub id_token: Option<String>,
    /// `scope` of the access token.
    pub scope: String,
}

/// Why it is given nothing.
pub type Refused = Denied;

/// What tokens are made of, once the unit is done.
pub(super) struct Ready {
    pub(super) grant: GrantRow,
    pub(super) owner: TokenOwner,
    pub(super) subject: String,
    pub(super) sid: Option<String>,
    pub(super) pairwise: bool,
    pub(super) jti: String,
    pub(super) reach: Reach,
    pub(super) refresh_token: Option<String>,
    pub(super) nonce: Option<String>,
}

/// How far an access token reaches.
pub(super) struct Reach {
    pub(super) scopes: Vec<String>,
    pub(super) audience: Vec<String>,
    /// Whether an ID token comes with it.
    pub(super) openid: bool,
}

const fn invalid_grant(description: &'static str) -> Refused {
    Denied {
        code: ErrorCode::InvalidGrant,
        description,
    }
}

const CODE: Refused = invalid_grant("The code is not accepted.");
const REFRESH: Refused = invalid_grant("The refresh token is not accepted.");

impl OAuthService {
    /// Gives tokens for a code, once. A second use ends what the first one gave (RFC 6749 section 4.1.2).
    ///
    /// # Errors
    /// [`StorageError`] when the database fails or nothing can be signed.
    pub async fn redeem(
        &self,
        client: &RegisteredClient,
        presented: CodeGrant<'_>,
        who: &Client,
    ) -> Result<Result<Granted, Refused>, StorageError> {
        if !client.may_use(GrantType::AuthorizationCode) {
            return Ok(Err(not_registered()));
        }
        let Some(hash) = hash_of(presented.code) else {
            return Ok(Err(CODE));
        };
        let now = self.foundation.now();
        let mut work = self.foundation.store.begin().await?;
        let row = work.find_code(&hash).await?;
        let Some(row) = row.filter(|row| row.client == client.id) else {
            return Ok(Err(CODE));
        };
        if let Err(refused) = check(&row, &presented) {
            return Ok(Err(refused));
        }
        let granted = (&*row.scopes, &*row.audience);
        let reach = match self.narrowed(granted, None, presented.resources) {
            Ok(reach) => reach,
            Err(refused) => return Ok(Err(refused)),
        };
        let random = self.foundation.random.as_ref();
        let grant = grant_of(&row, time_ordered_id(now, random).to_string(), now);
        // The session comes before what hangs on it, as everywhere.
        let beginning = Timestamp::from_micros(0);
        let alive = work
            .hold_session(row.account, &row.session, beginning)
            .await?;
        match work.redeem_code(&hash, &grant.id).await? {
            Redeemed::Unknown => return Ok(Err(CODE)),
            Redeemed::Before(earlier) => {
                self.used_twice(work, &earlier, &row, who).await?;
                return Ok(Err(CODE));
            }
            Redeemed::Now => {}
        }
        let owner = work.find_token_owner(row.account).await?;
        let Some(owner) = owner.filter(|_| row.expires_at > now && alive) else {
            return Ok(Err(CODE));
        };
        let refresh_token = if client.may_use(GrantType::RefreshToken) {
            Some(self.grants.add_family(work.as_mut(), &grant).await?.text)
        } else {
            work.insert_grant(&grant).await?;
            None
        };
        let jti = self.add_access_token(work.as_mut(), &grant, now).await?;
        let subject = subject_for(work.as_mut(), client, &owner.subject).await?;
        let details = [
            ("grant", grant.id.as_str()),
            ("client", client.id.as_str()),
            ("token", &jti),
        ];
        let event = own_event(EventKind::TokensIssued, row.account, &details, who);
        work.append_event(&event.row(&self.foundation)).await?;
        work.commit().await?;
        let ready = Ready {
            owner,
            subject,
            sid: self.session_for(client, &grant),
            pairwise: client.pairwise,
            jti,
            reach,
            refresh_token,
            nonce: row.nonce,
            grant,
        };
        self.foundation.tally.token_issued(IssuedToken::Code);
        Ok(Ok(self.granted(ready, now).await?))
    }

    /// Somebody presented a code that had been presented: nobody knows which of them it was meant for.
    async fn used_twice(
        &self,
        mut work: Box<dyn Work>,
        grant: &str,
        row: &CodeRow,
        who: &Client,
    ) -> Result<(), StorageError> {
        if !end_grant(work.as_mut(), &self.foundation, grant).await? {
            // It was ended when the second one came, or by its owner since.
            return Ok(());
        }
        let details = [("grant", grant), ("client", row.client.as_str())];
        let event = own_event(EventKind::CodeReused, row.account, &details, who);
        work.append_event(&event.row(&self.foundation)).await?;
        tracing::warn!(
            client.id = row.client,
            "an authorization code was used twice: its tokens ended"
        );
        work.commit().await
    }

    /// Writes down an access token that is about to be signed, and gives its `jti`.
    pub(super) async fn add_access_token(
        &self,
        work: &mut dyn Work,
        grant: &GrantRow,
        now: Timestamp,
    ) -> Result<String, StorageError> {
        let jti = time_ordered_id(now, self.foundation.random.as_ref()).to_string();
        let row = AccessTokenRow {
            id: jti.clone(),
            grant_id: Some(grant.id.clone()),
            client: grant.client_id.clone(),
            expires_at: now.plus(ACCESS_TOKEN_LIFETIME),
        };
        work.insert_access_tokens(&[&row]).await?;
        Ok(jti)
    }

    /// Signs what was written down.
    async fn granted(&self, ready: Ready, now: Timestamp) -> Result<Granted, StorageError> {
        // A name of the session that other clients are told too would say that two of them have the same
        // person (OpenID Connect Core section 17.3).
        let session = ready.grant.session.as_deref();
        let access_token = self.grants.sign_granted(
            (&ready.grant, session.filter(|_| !ready.pairwise)),
            (&ready.reach.scopes, &ready.reach.audience),
            (&ready.subject, ready.owner.epoch),
            (&ready.jti, now),
        );
        let access_token = access_token.await?;
        let nonce = ready.nonce.as_deref();
        let id_token = if ready.reach.openid {
            let about = (ready.subject.as_str(), ready.sid.as_deref(), nonce);
            let signed = self.id_token(&ready.grant, &ready.owner, about, &access_token, now);
            Some(signed.await?)
        } else {
            None
        };
        Ok(Granted {
            access_token,
            expires_in: ACCESS_TOKEN_LIFETIME.as_secs(),
            refresh_token: ready.refresh_token,
            id_token,
            scope: ready.reach.scopes.join(" "),
        })
    }

    /// Less than was granted, if that is asked for (RFC 6749 section 6, RFC 8707 section 2.2). What an
    /// access token is for follows from its scopes, and these from what it is for (RFC 9068 section 3).
    pub(super) fn narrowed(
        &self,
        (granted, audience): (&[String], &[String]),
        scope: Option<&str>,
        resources: &[&str],
    ) -> Result<Reach, Refused> {
        let mut scopes = granted.to_vec();
        if let Some(scope) = scope {
            let wanted: Vec<&str> = scope.split(' ').filter(|name| !name.is_empty()).collect();
            let granted = |name: &&str| scopes.iter().any(|known| known == name);
            if wanted.is_empty() || !wanted.iter().all(granted) {
                return Err(Denied {
                    code: ErrorCode::InvalidScope,
                    description: "More than was granted.",
                });
            }
            scopes.retain(|known| wanted.contains(&known.as_str()));
        }
        let target = |description| Denied {
            code: ErrorCode::InvalidTarget,
            description,
        };
        let mut reached = self.audience_of(&scopes);
        reached.retain(|known| audience.contains(known));
        let granted = |wanted: &&str| reached.iter().any(|known| known == wanted);
        if !resources.iter().all(granted) {
            return Err(target("Not a resource that was granted."));
        }
        if !resources.is_empty() {
            reached.retain(|known| resources.contains(&known.as_str()));
        }
        if reached.is_empty() {
            return Err(target("None of the scopes belongs to what was granted."));
        }
        let openid = scopes.iter().any(|scope| scope == OPENID);
        scopes.retain(|scope| self.belongs(scope, &reached));
        Ok(Reach {
            scopes,
            audience: reached,
            openid,
        })
    }

    /// Gives the next tokens for a refresh token.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails or nothing can be signed; the token can be presented
    /// again then.
    pub async fn refresh(
        &self,
        client: &RegisteredClient,
        presented: RefreshGrant<'_>,
        who: &Client,
    ) -> Result<Result<Granted, Refused>, StorageError> {
        if !client.may_use(GrantType::RefreshToken) {
            return Ok(Err(not_registered()));
        }
        let now = self.foundation.now();
        let found = self
            .grants
            .present(presented.token, &client.id, who)
            .await?;
        let Some((mut work, renewal)) = found else {
            return Ok(Err(REFRESH));
        };
        let grant = renewal.grant;
        let granted = (&*grant.scopes, &*grant.audience);
        let reach = match self.narrowed(granted, presented.scope, presented.resources) {
            Ok(reach) => reach,
            // The unit is dropped: the token can be presented again.
            Err(refused) => return Ok(Err(refused)),
        };
        let jti = self.add_access_token(work.as_mut(), &grant, now).await?;
        let subject = subject_for(work.as_mut(), client, &renewal.owner.subject).await?;
        work.commit().await?;
        self.foundation.tally.token_issued(IssuedToken::Refresh);
        let ready = Ready {
            sid: self.session_for(client, &grant),
            pairwise: client.pairwise,
            grant,
            owner: renewal.owner,
            subject,
            jti,
            reach,
            refresh_token: Some(renewal.fresh.text),
            nonce: None,
        };
        Ok(Ok(self.granted(ready, now).await?))
    }
}

pub(super) const fn not_registered() -> Refused {
    Denied {
        code: ErrorCode::UnauthorizedClient,
        description: "The client is not registered for this grant type.",
    }
}

/// What a code is redeemed for. Without `offline_access` it ends with its session.
fn grant_of(row: &CodeRow, id: String, now: Timestamp) -> GrantRow {
    let stays = row.scopes.iter().any(|scope| scope == OFFLINE_ACCESS);
    GrantRow {
        id,
        account: row.account,
        client_id: row.client.clone(),
        session: (!stays).then(|| row.session.clone()),
        scopes: row.scopes.clone(),
        audience: row.audience.clone(),
        amr: row.amr.clone(),
        claims: row.claims.clone(),
        given_in: Some(row.session.clone()),
        auth_time: row.auth_time,
        created_at: now,
        absolute_until: now.plus(GRANT_LIFETIME),
    }
}

/// Whether a code is presented as it was asked for.
fn check(row: &CodeRow, presented: &CodeGrant<'_>) -> Result<(), Refused> {
    let same = presented.redirect_uri == Some(row.redirect_uri.as_str());
    if !same && (row.redirect_uri_sent || presented.redirect_uri.is_some()) {
        return Err(invalid_grant("redirect_uri is not the one of the request."));
    }
    match (&row.challenge, presented.verifier) {
        (Some(challenge), Some(verifier)) if is_verifier_of(challenge, verifier) => Ok(()),
        (Some(_), Some(_)) => Err(invalid_grant(
            "code_verifier is not the one of the challenge.",
        )),
        (Some(_), None) => Err(invalid_grant("code_verifier is missing.")),
        // Somebody took the challenge out of the request (RFC 9700 section 4.8.2).
        (None, Some(_)) => Err(invalid_grant("The request had no code_challenge.")),
        (None, None) => Ok(()),
    }
}

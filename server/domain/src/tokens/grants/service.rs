//! Signing in and out through the JSON API.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use latchkey_verify::ACCESS_TOKEN_TYPE;
use sha2::{Digest, Sha256};

use super::super::{
    ACCESS_TOKEN_LIFETIME, API_CLIENT, Apis, Chosen, GrantRow, RefreshTokenRow, TokenOwner,
    claims::Statement, end_with_session,
};
use crate::{
    accounts::own_event,
    audit::EventKind,
    client::Client,
    clock::Timestamp,
    foundation::Foundation,
    keys::signing::{KeyPurpose, KeysService},
    oauth_grants::end_grant,
    random::{random_bytes, time_ordered_id},
    sessions::{Lifetimes, NewSession, SessionKeyHash, SessionsService},
    store::{StorageError, Work},
    watching::IssuedToken,
};

/// What every refresh token begins with, so that one is known when it is found where it shouldn't be.
const PREFIX: &str = "lkr_";
/// How long a refresh token waits to be presented.
pub(super) const IDLE: std::time::Duration = std::time::Duration::from_hours(30 * 24);
/// How long a family lives, whatever is presented.
pub(crate) const GRANT_LIFETIME: std::time::Duration = std::time::Duration::from_hours(90 * 24);

/// What a client is given (RFC 6749 section 5.1).
#[derive(Clone)]
pub struct TokenSet {
    /// The access token.
    pub access_token: String,
    /// How many seconds it lives.
    pub expires_in: u64,
    /// What gives the next ones.
    pub refresh_token: String,
    /// What the access token may do.
    pub scope: String,
}

impl std::fmt::Debug for TokenSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenSet")
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

/// What came of signing in.
#[derive(Debug)]
pub enum ApiSignIn {
    /// Here are the tokens.
    SignedIn(TokenSet),
    /// The account was disabled, or its password changed, meanwhile.
    Overtaken,
    /// These scopes aren't offered to this person.
    NotOffered(Vec<String>),
}

/// What came of presenting a refresh token.
#[derive(Debug)]
pub enum RefreshOutcome {
    /// Here are the next ones.
    Refreshed(TokenSet),
    /// It isn't one, it is over, or somebody else presented it: `invalid_grant` (RFC 6749 section 5.2).
    Invalid,
}

/// What came of signing out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoutOutcome {
    /// The session has ended.
    SignedOut,
    /// There was none.
    Unknown,
}

/// Everything that is done with grants.
pub struct GrantsService {
    pub(super) foundation: Foundation,
    pub(super) keys: KeysService,
    pub(super) apis: Arc<Apis>,
    pub(super) lifetimes: Lifetimes,
}

/// A refresh token before it is hashed.
pub(crate) struct Fresh {
    pub(crate) text: String,
    pub(super) hash: [u8; 32],
}

impl GrantsService {
    /// Grants for `apis`, their tokens signed by `keys`.
    pub fn new(
        foundation: Foundation,
        keys: KeysService,
        apis: Arc<Apis>,
        lifetimes: Lifetimes,
    ) -> Self {
        Self {
            foundation,
            keys,
            apis,
            lifetimes,
        }
    }

    /// Begins a session for whoever just proved who they are, with tokens that end with it. Without
    /// `scope`, they may do everything at our own API that a person may.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails or nothing can be signed.
    pub async fn sign_in(
        &self,
        sessions: &SessionsService,
        new: &NewSession,
        scope: Option<&str>,
        client: &Client,
    ) -> Result<ApiSignIn, StorageError> {
        let now = self.foundation.now();
        // Nobody is ever given the key of this session: it is ended by its name.
        let random = self.foundation.random.as_ref();
        let key = SessionKeyHash::of(&random_bytes::<32>(random));
        let mut work = self.foundation.store.begin().await?;
        let Some(started) = sessions.start_in(work.as_mut(), key, new, client).await? else {
            sessions.tell_end(new, false);
            return Ok(ApiSignIn::Overtaken);
        };
        let owner = match started.owner {
            Some(owner) => owner,
            // An account that was about to go is kept by now.
            None => match work.find_token_owner(new.account).await? {
                Some(owner) => owner,
                None => return Ok(ApiSignIn::Overtaken),
            },
        };
        let own = self.apis.own_scopes();
        let asked: Vec<&str> = match scope.filter(|scope| !scope.trim().is_empty()) {
            Some(scope) => scope.split(' ').filter(|name| !name.is_empty()).collect(),
            None => own.iter().map(String::as_str).collect(),
        };
        let chosen = match self.apis.choose(&asked, owner.admin) {
            Ok(chosen) => chosen,
            // Nothing of this unit is kept: no session begins.
            Err(unknown) => return Ok(ApiSignIn::NotOffered(unknown)),
        };
        let Chosen { scopes, audience } = chosen;
        let grant = GrantRow {
            id: time_ordered_id(now, random).to_string(),
            account: new.account,
            client_id: API_CLIENT.to_owned(),
            session: Some(started.public_id),
            scopes,
            audience,
            amr: new.method.amr().to_owned(),
            claims: Vec::new(),
            given_in: None,
            auth_time: new.auth_time,
            created_at: now,
            absolute_until: now.plus(GRANT_LIFETIME),
        };
        let fresh = self.add_family(work.as_mut(), &grant).await?;
        let details = [("grant", grant.id.as_str()), ("client", API_CLIENT)];
        let event = own_event(EventKind::TokensIssued, new.account, &details, client);
        work.append_event(&event.row(&self.foundation)).await?;
        work.commit().await?;
        sessions.tell_end(new, true);
        let tokens = self.token_set(&grant, &owner, fresh).await?;
        self.foundation.tally.token_issued(IssuedToken::SignIn);
        Ok(ApiSignIn::SignedIn(tokens))
    }

    /// Writes the next refresh token of a family.
    pub(super) async fn add_refresh_token(
        &self,
        work: &mut dyn Work,
        grant: &GrantRow,
        parent: Option<[u8; 32]>,
    ) -> Result<Fresh, StorageError> {
        let (fresh, row) = self.refresh_token(grant, parent);
        work.insert_refresh_token(&row).await?;
        Ok(fresh)
    }

    /// Writes a grant and its first refresh token.
    pub(crate) async fn add_family(
        &self,
        work: &mut dyn Work,
        grant: &GrantRow,
    ) -> Result<Fresh, StorageError> {
        let (fresh, row) = self.refresh_token(grant, None);
        work.insert_family(grant, &row).await?;
        Ok(fresh)
    }

    fn refresh_token(
        &self,
        grant: &GrantRow,
        parent: Option<[u8; 32]>,
    ) -> (Fresh, RefreshTokenRow) {
        let fresh = Fresh::generate(&self.foundation);
        let now = self.foundation.now();
        let row = RefreshTokenRow {
            hash: fresh.hash,
            grant_id: grant.id.clone(),
            parent,
            issued_at: now,
            idle_until: now.plus(IDLE).min(grant.absolute_until),
        };
        (fresh, row)
    }

    /// Signs the access token. After the unit: a key may have to be made, and a client that is not
    /// answered presents its refresh token again.
    pub(super) async fn token_set(
        &self,
        grant: &GrantRow,
        owner: &TokenOwner,
        fresh: Fresh,
    ) -> Result<TokenSet, StorageError> {
        let now = self.foundation.now();
        let random = self.foundation.random.as_ref();
        let jti = time_ordered_id(now, random).to_string();
        let token = self
            .sign_granted(
                (grant, grant.session.as_deref()),
                (&grant.scopes, &grant.audience),
                (&owner.subject, owner.epoch),
                (&jti, now),
            )
            .await?;
        Ok(TokenSet {
            access_token: token,
            expires_in: ACCESS_TOKEN_LIFETIME.as_secs(),
            refresh_token: fresh.text,
            scope: grant.scopes.join(" "),
        })
    }

    /// Signs an access token of a grant, by whichever name its client knows the owner, and the session if
    /// the client may know it.
    pub(crate) async fn sign_granted(
        &self,
        (grant, session): (&GrantRow, Option<&str>),
        (scopes, audience): (&[String], &[String]),
        (subject, epoch): (&str, i64),
        (jti, now): (&str, Timestamp),
    ) -> Result<String, StorageError> {
        self.sign(Statement {
            issuer: &self.foundation.issuer,
            subject,
            epoch: Some(epoch),
            client_id: &grant.client_id,
            jti,
            scopes,
            audience,
            auth_time: Some(grant.auth_time),
            sid: session,
            issued_at: now,
            expires_at: now.plus(ACCESS_TOKEN_LIFETIME),
        })
        .await
    }

    /// Signs an access token of a client that acts for itself (RFC 9068 section 2.2): no account stands
    /// behind it.
    pub(crate) async fn sign_for_client(
        &self,
        client_id: &str,
        (scopes, audience): (&[String], &[String]),
        (jti, now): (&str, Timestamp),
    ) -> Result<String, StorageError> {
        self.sign(Statement {
            issuer: &self.foundation.issuer,
            subject: client_id,
            epoch: None,
            client_id,
            jti,
            scopes,
            audience,
            auth_time: None,
            sid: None,
            issued_at: now,
            expires_at: now.plus(ACCESS_TOKEN_LIFETIME),
        })
        .await
    }

    async fn sign(&self, statement: Statement<'_>) -> Result<String, StorageError> {
        let claims = statement.claims();
        let signed = self
            .keys
            .sign(KeyPurpose::Access, ACCESS_TOKEN_TYPE, &claims);
        Ok(signed.await?.token)
    }

    /// Ends the session that a refresh token hangs on. Whether it was one is nobody's business.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is ended then.
    pub async fn sign_out(
        &self,
        refresh_token: &str,
        client: &Client,
    ) -> Result<LogoutOutcome, StorageError> {
        let Some(hash) = Fresh::hash_of(refresh_token) else {
            return Ok(LogoutOutcome::Unknown);
        };
        let now = self.foundation.now();
        let mut work = self.foundation.store.begin().await?;
        let Some(grant) = work.hold_grant_of(&hash, now).await? else {
            return Ok(LogoutOutcome::Unknown);
        };
        self.end_grant(work.as_mut(), &grant, "signed out", client)
            .await?;
        work.commit().await?;
        Ok(LogoutOutcome::SignedOut)
    }

    /// Ends a grant, and the session that it belongs to, as part of a unit.
    pub(super) async fn end_grant(
        &self,
        work: &mut dyn Work,
        grant: &GrantRow,
        reason: &'static str,
        client: &Client,
    ) -> Result<(), StorageError> {
        let account = grant.account;
        if grant.client_id != API_CLIENT {
            // The session is the person's own, whatever their apps do.
            end_grant(work, &self.foundation, &grant.id).await?;
            return Ok(());
        }
        if let Some(session) = &grant.session
            && work.delete_session(account, session).await?
        {
            let details = [("session", session.as_str()), ("reason", reason)];
            let event = own_event(EventKind::SessionEnded, account, &details, client);
            work.append_event(&event.row(&self.foundation)).await?;
            return end_with_session(work, &self.foundation, session).await;
        }
        work.delete_grant(&grant.id).await?;
        Ok(())
    }
}

/// What is kept of a refresh token, if a text looks like one.
pub(crate) fn hash_of_refresh_token(text: &str) -> Option<[u8; 32]> {
    Fresh::hash_of(text)
}

impl Fresh {
    fn generate(foundation: &Foundation) -> Self {
        let secret = random_bytes::<32>(foundation.random.as_ref());
        let text = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(secret));
        let hash = Sha256::digest(&text).into();
        Self { text, hash }
    }

    /// The hash of what somebody presents, if it looks like one.
    pub(super) fn hash_of(presented: &str) -> Option<[u8; 32]> {
        let secret = presented.strip_prefix(PREFIX)?;
        (secret.len() == 43).then(|| Sha256::digest(presented).into())
    }
}

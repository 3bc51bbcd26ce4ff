//! Removes what nobody can use any more.

use std::time::Duration;

use app::context::Services;
use domain::store::StorageError;

/// A session that fell idle may have been used on another node a moment ago.
const SESSION_GRACE: Duration = Duration::from_hours(1);
/// A link that expired or was used says so for a while, rather than "unknown".
const LINK_GRACE: Duration = Duration::from_hours(7 * 24);

/// A code that was redeemed is known for one when somebody else comes with it.
const CODE_GRACE: Duration = Duration::from_hours(24);

/// Removes accounts, sessions, sign-ups, invitations, links, sign-ins under way, mails, counts, grants,
/// codes, tokens and revocations past their time and says how many.
pub(super) async fn sweep(services: &Services) -> Result<u64, StorageError> {
    let foundation = &services.foundation;
    let accounts = services.accounts.delete_due_accounts().await?;
    let now = foundation.now();
    let before = |grace: Duration| now.minus(grace);
    let mut work = foundation.store.begin().await?;
    let mut removed = work.delete_expired_sessions(before(SESSION_GRACE)).await?;
    removed += work
        .delete_expired_registrations(before(LINK_GRACE))
        .await?;
    removed += work.delete_expired_email_changes(now).await?;
    removed += work.delete_expired_invitations(before(LINK_GRACE)).await?;
    removed += work.delete_expired_links(before(LINK_GRACE)).await?;
    removed += work.delete_expired_flows(now).await?;
    removed += work.delete_expired_mail(now).await?;
    removed += work.delete_expired_throttles(now).await?;
    removed += work.delete_expired_grants(now).await?;
    removed += work.delete_expired_api_tokens(now).await?;
    removed += work.delete_expired_revocations(now).await?;
    removed += work.delete_expired_codes(before(CODE_GRACE)).await?;
    removed += work.delete_expired_access_tokens(now).await?;
    removed += work.delete_expired_replays(now).await?;
    work.commit().await?;
    Ok(accounts + removed + services.callers.forget_old_calls().await?)
}

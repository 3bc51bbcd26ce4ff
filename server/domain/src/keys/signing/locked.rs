//! Keys whose private half nobody can open any more: the master key is lost.

use super::{KeysError, KeysService, plan::published_until};
use crate::{
    audit::{Actor, EventKind},
    keys::Purpose,
};

impl KeysService {
    /// Has keys that can't be opened sign no more, and makes others in their place. What they signed
    /// is good as long as it would have been.
    ///
    /// # Errors
    /// [`KeysError`] when the database fails or no key can be made.
    pub async fn retire_locked(&self, actor: Actor) -> Result<Vec<String>, KeysError> {
        let mut work = self.foundation.store.begin().await?;
        work.touch_signing_keys().await?;
        let now = self.foundation.now();
        let mut retired = Vec::new();
        for row in work.list_signing_keys().await? {
            let Some(sealed) = &row.sealed_private else {
                continue;
            };
            let ring = &self.foundation.keys;
            if ring.open(Purpose::SigningKey, &row.kid, sealed).is_ok() {
                continue;
            }
            // Its time ends now, so that another one is due.
            let until = row.signs_until.min(now);
            work.reschedule_signing_key(&row.kid, row.signs_from.min(until), until)
                .await?;
            let last = work.last_expiry_signed_by(&row.kid).await?;
            work.retire_signing_key(&row.kid, published_until(until, last))
                .await?;
            self.note(work.as_mut(), EventKind::SigningKeyRetired, &row.kid, actor)
                .await?;
            retired.push(row.kid);
        }
        if retired.is_empty() {
            return Ok(retired);
        }
        work.commit().await?;
        self.tend().await?;
        Ok(retired)
    }
}

//! Takes up what changes in the key file.

use std::{sync::Arc, time::Duration};

use app::context::Services;

use super::every;
use crate::secrets::KeyFile;

/// How often the file is looked at: a rotation gives us three seconds.
const LOOK: Duration = Duration::from_secs(1);

/// Follows the file.
pub(super) async fn follow(file: Arc<KeyFile>, services: Arc<Services>) {
    let mut looks = every(LOOK);
    loop {
        looks.tick().await;
        // What no key opened before may be opened now.
        if file.look()
            && let Err(error) = services.keys.reopen().await
        {
            tracing::warn!(%error, "the signing keys could not be read again");
        }
    }
}

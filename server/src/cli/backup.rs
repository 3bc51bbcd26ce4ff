//! `latchkey backup`

use std::path::Path;

use super::{Failure, database_url, say};
use crate::config::Config;

/// Copies the database, and says what a copy is worth without the master key.
pub(super) async fn backup(config: &Config, file: &Path) -> Result<(), Failure> {
    let url = database_url(config)?;
    storage::backup(&url, file).await.map_err(Failure::new)?;
    say(format_args!(
        "The database is copied to {}.",
        file.display()
    ));
    say(format_args!(
        "The master key isn't in it: without {} what is encrypted stays unreadable. Keep a copy of that \
         elsewhere.",
        if config.secrets.master_key.is_some() {
            "secrets.master_key".to_owned()
        } else {
            config.data.folder.join("master.key").display().to_string()
        }
    ));
    Ok(())
}

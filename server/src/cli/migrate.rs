//! `latchkey migrate`

use domain::installation;

use super::{Failure, machine, open, say};
use crate::{config::Config, secrets};

/// Opening migrates. With `accept_public_url` the installation is given its new address too.
pub(super) async fn migrate(
    config: &Config,
    accept_public_url: bool,
    new_master_key: bool,
) -> Result<(), Failure> {
    if new_master_key {
        let (_, random) = machine();
        secrets::make_key(&config.data.folder, random.as_ref()).map_err(Failure::new)?;
    }
    let core = open(config).await?;
    let url = &config.public_url;
    if accept_public_url {
        installation::accept_issuer(&core.services.foundation, url.issuer(), url.host())
            .await
            .map_err(Failure::new)?;
        say(format_args!("This installation is now {}.", url.issuer()));
    }
    say(format_args!("The database is up to date."));
    core.database.close().await;
    Ok(())
}

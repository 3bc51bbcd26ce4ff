//! `latchkey migrate`

use domain::installation;

use super::{Failure, open};
use crate::config::Config;

/// Opening migrates. With `accept_public_url` the installation is given its new address too.
pub(super) async fn migrate(config: &Config, accept_public_url: bool) -> Result<(), Failure> {
    let core = open(config).await?;
    let url = &config.public_url;
    if accept_public_url {
        installation::accept_issuer(&core.services.foundation, url.issuer(), url.host())
            .await
            .map_err(Failure::new)?;
        println!("This installation is now {}.", url.issuer());
    }
    println!("The database is up to date.");
    core.database.close().await;
    Ok(())
}

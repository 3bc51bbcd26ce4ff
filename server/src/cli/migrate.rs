//! `latchkey migrate`

use domain::{
    audit::Actor,
    installation::{self, Names},
};

use super::{Failure, machine, open, say};
use crate::{
    config::Config,
    secrets,
    startup::{self, Core},
};

/// Opening migrates. With `accept_public_url` the installation is given its new address too.
pub(super) async fn migrate(
    config: &Config,
    accept_public_url: bool,
    new_master_key: bool,
) -> Result<(), Failure> {
    let core = if new_master_key {
        give_up_lost(config).await?
    } else {
        open(config).await?
    };
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

/// Opens without what a lost master key sealed: other keys take its place. Where nothing is lost,
/// nothing is given up.
async fn give_up_lost(config: &Config) -> Result<Core, Failure> {
    let (clock, random) = machine();
    if config.secrets.master_key.is_none() {
        secrets::make_data_folder(&config.data.folder).map_err(Failure::new)?;
        secrets::make_key(&config.data.folder, random.as_ref()).map_err(Failure::new)?;
    }
    let core = startup::open_naming(config, clock, random, Names::Renew).await?;
    let retired = core.services.keys.retire_locked(Actor::CommandLine).await;
    for kid in retired.map_err(Failure::new)? {
        say(format_args!(
            "The signing key {kid} can't be opened and signs no more. What it signed stays good."
        ));
    }
    Ok(core)
}

//! `latchkey doctor`: looks at everything that serving rests on. It makes nothing, migrates nothing
//! and changes nothing; what isn't there yet is no fault.

mod audit;
mod certificate;
mod clock;
mod configuration;
mod data_folder;
mod database;
mod free_space;
mod hashing;
mod keys;
mod mail;
mod report;

use std::path::Path;

use storage::{DatabaseUrl, Inspection};

use super::{Failure, database_url, machine};
use crate::config::{Config, ConfigErrors};
use report::Report;

/// What every check looks at.
struct Patient<'a> {
    config: &'a Config,
    url: DatabaseUrl,
    /// The database, when there is one whose tables are this version's.
    database: Option<Inspection>,
    /// Whether there is a database at all, of whatever shape.
    begun: bool,
}

/// Says what is wrong with a configuration that can't be used; nothing else can be looked at then.
pub(super) fn of_mistakes(errors: &ConfigErrors, json: bool) -> Result<(), Failure> {
    let mut report = Report::default();
    configuration::mistakes(&mut report, errors);
    report.conclude(json)
}

/// Runs every check; that of the audit trail, which takes long, if it is asked for. `file` is the configuration file that was named.
pub(super) async fn doctor(
    config: &Config,
    file: Option<&Path>,
    audit: bool,
    json: bool,
) -> Result<(), Failure> {
    let (clock, random) = machine();
    let mut report = Report::default();
    configuration::check(&mut report, config, file);
    certificate::check(&mut report, config, clock.now());
    let url = match database_url(config) {
        Ok(url) => url,
        Err(failure) => {
            database::misnamed(&mut report, failure.sentence);
            return report.conclude(json);
        }
    };
    data_folder::check(&mut report, &config.data.folder, &url);
    free_space::check(&mut report, &config.data.folder);
    let (database, begun) = database::check(&mut report, &url).await;
    let mut patient = Patient {
        config,
        url,
        database,
        begun,
    };
    database::check_issuer(&mut report, &patient).await;
    keys::check(&mut report, &patient).await;
    clock::check(&mut report, &mut patient, clock.now()).await;
    mail::check_server(&mut report, config, std::sync::Arc::clone(&clock)).await;
    mail::check_queue(&mut report, &patient, clock.now()).await;
    hashing::check(&mut report, config, random.as_ref()).await;
    if audit {
        audit::check(&mut report, &patient, clock.now()).await;
    }
    if let Some(database) = patient.database {
        database.close().await;
    }
    report.conclude(json)
}

//! The master key: there, and the one that sealed what rests encrypted.

use domain::{keys::KeyRing, mail, store::StorageError};

use super::{Patient, report::Report};
use crate::{
    config::Secret,
    secrets::{self, SecretsError},
};

const NAME: &str = "master key";

/// Reads the key, and tries it on what is sealed.
pub(super) async fn check(report: &mut Report, patient: &Patient<'_>) {
    let configured = patient.config.secrets.master_key.as_ref();
    let folder = &patient.config.data.folder;
    let keys = match secrets::existing_key_ring(configured.map(Secret::reveal), folder) {
        Ok(keys) => keys,
        Err(SecretsError::Lost { .. }) if !used(patient).await => {
            return report.ok(NAME, "nothing here yet; `latchkey serve` makes it");
        }
        Err(error) => {
            return report.problem(
                NAME,
                error.to_string(),
                "put the right key back; `latchkey serve` refuses to start without it",
            );
        }
    };
    let place = match configured {
        Some(_) => "secrets.master_key".to_owned(),
        None => folder.join(secrets::FILE).display().to_string(),
    };
    if !patient.begun {
        return match configured {
            Some(_) => report.ok(NAME, format!("{place}; nothing is sealed yet")),
            None => report.warning(
                NAME,
                format!("{place} is there, but no database"),
                "if there was one, put it back or set database.url; `latchkey serve` would begin anew",
            ),
        };
    }
    match try_out(patient, &keys).await {
        Ok(found) => judge(report, &place, found),
        Err(error) => report.problem(NAME, error.to_string(), "mend the database first"),
    }
}

/// Whether something may be sealed by a key. A database that can't be read may hold anything.
async fn used(patient: &Patient<'_>) -> bool {
    let Some(database) = &patient.database else {
        return patient.begun;
    };
    match database.read().await {
        Ok(mut work) => !matches!(work.find_installation().await, Ok(None)),
        Err(_) => true,
    }
}

async fn try_out(patient: &Patient<'_>, keys: &KeyRing) -> Result<mail::Sealed, StorageError> {
    match &patient.database {
        Some(database) => mail::try_keys(database.read().await?.as_mut(), keys).await,
        None => Ok(mail::Sealed::default()),
    }
}

fn judge(report: &mut Report, place: &str, found: mail::Sealed) {
    match (found.opened, found.locked) {
        (0, 0) => report.ok(NAME, format!("{place}; nothing rests sealed to try it on")),
        (_, 0) => report.ok(NAME, format!("{place} opens what rests sealed")),
        (0, locked) => report.problem(
            NAME,
            format!("{place} opens none of the {locked} queued mails: another key sealed them"),
            "put that key back, on a line below this one if both are needed",
        ),
        (_, locked) => report.warning(
            NAME,
            format!("{place} opens what is new, but {locked} of the queued mails were sealed by another key"),
            "put that key back on a line below this one, or let those mails expire",
        ),
    }
}

//! The master key: there, and the one that sealed what rests encrypted.

use domain::{
    keys::{self, KeyRing},
    mail,
    store::StorageError,
};

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
        Ok(found) => judge(report, &place, &keys, &found),
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

/// What the ring could do with what rests sealed.
#[derive(Default)]
struct Found {
    mails: mail::Sealed,
    /// So many values another key than the first has sealed.
    otherwise: i64,
}

async fn try_out(patient: &Patient<'_>, ring: &KeyRing) -> Result<Found, StorageError> {
    let Some(database) = &patient.database else {
        return Ok(Found::default());
    };
    let mut work = database.read().await?;
    Ok(Found {
        mails: mail::try_keys(work.as_mut(), ring).await?,
        otherwise: keys::count_sealed_otherwise(work.as_mut(), ring).await?,
    })
}

fn judge(report: &mut Report, place: &str, ring: &KeyRing, found: &Found) {
    let has_others = ring.ids().len() > 1;
    match (found.mails.opened, found.mails.locked) {
        (_, 0) if found.otherwise > 0 && has_others => report.warning(
            NAME,
            format!(
                "{place} holds several keys, and another than the first sealed {}",
                what(found.otherwise)
            ),
            "run `latchkey secrets rotate`, which encrypts that again and lets the older keys go",
        ),
        (_, 0) if found.otherwise > 0 => report.problem(
            NAME,
            format!("{place} isn't the key that sealed {}", what(found.otherwise)),
            "put that key back, on a line below this one if both are needed; if it is lost, run `latchkey \
             migrate --new-master-key`",
        ),
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

fn what(number: i64) -> String {
    match number {
        1 => "1 value in the database".to_owned(),
        _ => format!("{number} values in the database"),
    }
}

//! The audit trail: whole, or where it isn't.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    audit::{self, AuditKey, Checked, Checkpoint},
    clock::Timestamp,
    keys::MacKey,
};

use super::{
    Patient,
    report::{Report, counted},
};
use crate::{checkpoints::Checkpoints, config::Secret, secrets};

const NAME: &str = "audit trail";
const STATEMENTS: &str = "audit checkpoints";
/// A running server makes the first statement within the hour.
const DUE: Duration = Duration::from_hours(2);
const LOOK: &str = "keep a copy of the database and of the checkpoints as they are, and find out who could change them";

/// Reads the whole chain, and compares it with the checkpoints.
pub(super) async fn check(report: &mut Report, patient: &Patient<'_>, now: Timestamp) {
    let Some(database) = &patient.database else {
        return report.ok(NAME, "nothing here yet");
    };
    let mut work = match database.read().await {
        Ok(work) => work,
        Err(error) => return report.problem(NAME, error.to_string(), "mend the database first"),
    };
    let key = match key(patient, work.as_mut()).await {
        Ok(key) => key,
        Err(why) => {
            return report.problem(
                NAME,
                format!("it can't be told what this installation signed: {why}"),
                "put the right master key back",
            );
        }
    };
    let age = match work.find_installation().await {
        Ok(row) => row.map_or(Duration::ZERO, |row| now.since(row.created_at)),
        Err(error) => return report.problem(NAME, error.to_string(), "mend the database first"),
    };
    let known = statements(report, patient, &key, age);
    match audit::check(work.as_mut(), &key, known, now).await {
        Ok(found) => judge(report, &found),
        Err(error) => report.problem(NAME, error.to_string(), "mend the database first"),
    }
}

/// The key follows from the key of names, which the master key opens.
async fn key(
    patient: &Patient<'_>,
    work: &mut dyn domain::store::Work,
) -> Result<AuditKey, String> {
    let configured = patient.config.secrets.master_key.as_ref();
    let folder = &patient.config.data.folder;
    let ring = secrets::existing_key_ring(configured.map(Secret::reveal), folder);
    let ring = ring.map_err(|error| error.to_string())?;
    let sealed = work.find_mac_key().await;
    let names = match sealed.map_err(|error| error.to_string())? {
        Some(sealed) => MacKey::open(&ring, &sealed).map_err(|error| error.to_string())?,
        None => MacKey::first(&ring),
    };
    AuditKey::of(&names).map_err(|error| error.to_string())
}

fn statements(
    report: &mut Report,
    patient: &Patient<'_>,
    key: &AuditKey,
    age: Duration,
) -> Vec<Checkpoint> {
    let Some(path) = patient.config.audit.checkpoints.clone() else {
        report.warning(
            STATEMENTS,
            "none are kept: nobody would see that the end of the audit trail was cut off",
            "set audit.checkpoints, or collect the log lines \"audit checkpoint\" elsewhere",
        );
        return Vec::new();
    };
    let file = Checkpoints::new(path);
    let shown = file.path().display();
    let read = match file.read(key) {
        Ok(read) => read,
        Err(error) => {
            report.problem(
                STATEMENTS,
                format!("{shown}: {error}"),
                "run this as the user that the server runs as",
            );
            return Vec::new();
        }
    };
    if !read.broken.is_empty() {
        let lines: Vec<_> = read.broken.iter().map(ToString::to_string).collect();
        let lines = lines.join(", ");
        report.problem(
            STATEMENTS,
            format!("{shown}: changed after they were written: line {lines}"),
            LOOK,
        );
    }
    if read.foreign > 0 {
        report.warning(
            STATEMENTS,
            format!("{shown}: another installation signed {} of its lines", read.foreign),
            "if the master key was lost since and made anew, that is why; else find out where they are from",
        );
    }
    match read.checkpoints.last() {
        // Long after the first one has to have been made.
        None if age > DUE => report.problem(
            STATEMENTS,
            format!("{shown} holds none, and there have to be some: nobody can tell whether the end was cut off"),
            "if the file was lost or moved, put it back; else compare with the log lines \"audit checkpoint\"",
        ),
        None => report.warning(
            STATEMENTS,
            format!("{shown} holds none yet: nobody would see that the end was cut off"),
            "a running server makes one every hour, and when it stops; if there were some, put them back",
        ),
        Some(last) => report.ok(
            STATEMENTS,
            format!(
                "{} in {shown}, the last at event {}; signed by the key {}",
                counted(read.checkpoints.len(), "statement"),
                last.head.seq,
                key.kid()
            ),
        ),
    }
    read.checkpoints
}

fn judge(report: &mut Report, found: &Checked) {
    for fault in &found.faults {
        let next = match fault {
            audit::Fault::CutOff { .. } | audit::Fault::Rewritten { .. } => {
                "if a backup was put back, that is why: move the file of checkpoints away and keep it; else keep \
                 everything as it is, and find out who could change it"
            }
            _ => LOOK,
        };
        report.problem(NAME, fault.to_string(), next);
    }
    if found.more > 0 {
        report.problem(NAME, format!("and {} more of these", found.more), LOOK);
    }
    if found.late > 0 {
        report.warning(
            NAME,
            format!(
                "events older than a minute that have no place in the chain yet: {}",
                found.late
            ),
            "start the server: it does that within seconds",
        );
    }
    if found.faults.is_empty() {
        let events = found.head.seq - found.from + 1;
        let hash = URL_SAFE_NO_PAD.encode(found.head.hash);
        let from = match found.from {
            1 => String::new(),
            from => format!(", from event {from} on (older ones were removed in good order)"),
        };
        report.ok(
            NAME,
            format!(
                "whole: {events} events{from}; the last is number {}, its hash {hash}; {} fitted",
                found.head.seq,
                counted(found.checkpoints, "checkpoint")
            ),
        );
    }
}

//! The clock: right, and not behind what was already written.

use std::time::Duration;

use app::text::time::moment;
use domain::{clock::Timestamp, store::StorageError};
use storage::Inspection;

use super::{Patient, report::Report};

const NAME: &str = "clock";
/// Servers that share a database differ by this much without harm.
const SLACK: Duration = Duration::from_secs(5);
/// 2026-01-01T00:00:00Z: no version is older, so no clock is right that says otherwise.
const EARLIEST: Timestamp = Timestamp::from_micros(1_767_225_600_000_000);
const NEXT: &str = "set the clock and have it kept right, for instance by systemd-timesyncd";

/// Compares the clock with whatever else tells the time.
pub(super) async fn check(report: &mut Report, patient: &mut Patient<'_>, now: Timestamp) {
    let shown = moment(now);
    if now < EARLIEST {
        return report.problem(NAME, format!("it says {shown}, which is long ago"), NEXT);
    }
    let (written, server) = match &mut patient.database {
        Some(database) => match ask(database).await {
            Ok(found) => found,
            Err(error) => {
                return report.problem(NAME, error.to_string(), "mend the database first");
            }
        },
        None => (None, None),
    };
    if let Some(written) = written.filter(|written| *written > now.plus(SLACK)) {
        return report.problem(
            NAME,
            format!(
                "it says {shown}, but the database holds what was written on {}: links and sessions last \
                 too long, and the trail of events gets out of order",
                moment(written)
            ),
            NEXT,
        );
    }
    let apart = server.map(|server| server.since(now).max(now.since(server)));
    match apart {
        Some(apart) if apart > SLACK => report.warning(
            NAME,
            format!(
                "it says {shown}, and the database server's differs by {} s",
                apart.as_secs()
            ),
            NEXT,
        ),
        Some(_) => report.ok(NAME, format!("{shown}, as on the database server")),
        None => report.ok(NAME, shown),
    }
}

/// The newest time that was written, and what time it is to the server.
async fn ask(
    database: &mut Inspection,
) -> Result<(Option<Timestamp>, Option<Timestamp>), StorageError> {
    let mut work = database.read().await?;
    let event = work.newest_event_at().await?;
    let begun = work.find_installation().await?.map(|row| row.created_at);
    drop(work);
    Ok((event.max(begun), database.now().await?))
}

#[cfg(test)]
mod tests {
    use storage::DatabaseUrl;

    use super::*;
    use crate::config::{Config, Sources};

    #[tokio::test]
    async fn a_clock_of_long_ago_is_told() {
        let config = Config::load(Sources::default()).unwrap();
        for (now, complaint) in [
            (EARLIEST.as_micros() - 1, true),
            (EARLIEST.as_micros(), false),
        ] {
            let mut report = Report::default();
            let mut patient = Patient {
                config: &config,
                url: DatabaseUrl::Sqlite("latchkey.db".into()),
                database: None,
                begun: false,
            };
            check(&mut report, &mut patient, Timestamp::from_micros(now)).await;
            assert_eq!(report.has_complaint(NAME), complaint);
        }
    }
}

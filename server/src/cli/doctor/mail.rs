//! Mail: whether it would leave, and what waits.

use std::sync::Arc;

use app::text::mail::trouble;
use domain::{
    clock::{Clock, Timestamp},
    mail::{MailCounts, TroubleKind},
    store::StorageError,
};

use super::{
    Patient,
    report::{Report, counted},
};
use crate::{config::Config, outbound::mail::Mailer};

const SERVER: &str = "mail server";
const QUEUE: &str = "mail queue";

/// Connects and signs in as for a mail, and sends none.
pub(super) async fn check_server(report: &mut Report, config: &Config, clock: Arc<dyn Clock>) {
    let Some(smtp) = &config.smtp else {
        return report.warning(
            SERVER,
            "none is named: mail is queued and doesn't leave",
            "set smtp.host, smtp.from and what the mail server asks for",
        );
    };
    let place = format!("{}:{}", smtp.host, smtp.port);
    let mailer = match Mailer::new(smtp, &config.public_url, clock) {
        Ok(mailer) => mailer,
        Err(error) => {
            return report.problem(
                SERVER,
                error.to_string(),
                "let smtp.ca_file name a PEM file with certificates, or leave it empty",
            );
        }
    };
    match mailer.try_out().await {
        Ok(()) if smtp.login.is_some() => {
            report.ok(SERVER, format!("{place} took our user name and password"));
        }
        Ok(()) => report.ok(SERVER, format!("{place} answers")),
        Err(none) => {
            let reason = none
                .reason
                .map_or_else(String::new, |reason| format!(" ({reason})"));
            report.problem(
                SERVER,
                format!("{place}: {}{reason}", trouble(&none.trouble)),
                next(none.trouble.kind),
            );
        }
    }
}

const fn next(kind: TroubleKind) -> &'static str {
    match kind {
        TroubleKind::Unreachable => {
            "see that smtp.host and smtp.port are right, and that no firewall is in between"
        }
        TroubleKind::Insecure => {
            "see that smtp.tls is what the mail server speaks on that port, that its certificate names \
             smtp.host, and that smtp.ca_file, if it is set, vouches for it"
        }
        TroubleKind::LoginRefused => "correct smtp.username and smtp.password",
        TroubleKind::NoAnswer | TroubleKind::ConnectionLost => {
            "see that smtp.tls is what the mail server speaks on that port"
        }
        _ => "ask whoever runs the mail server",
    }
}

/// Says what waits and what was given up.
pub(super) async fn check_queue(report: &mut Report, patient: &Patient<'_>, now: Timestamp) {
    let counts = match count(patient, now).await {
        Ok(Some(counts)) => counts,
        Ok(None) => return,
        Err(error) => return report.problem(QUEUE, error.to_string(), "mend the database first"),
    };
    let (waiting, failed) = (
        usize::try_from(counts.waiting).unwrap_or_default(),
        usize::try_from(counts.failed).unwrap_or_default(),
    );
    let found = format!("{} waiting, {failed} given up", counted(waiting, "mail"));
    if failed > 0 {
        report.warning(QUEUE, found, "`latchkey mail list` says why");
    } else if waiting > 0 && patient.config.smtp.is_none() {
        report.warning(
            QUEUE,
            found,
            "`latchkey mail list` shows them; they leave once smtp.host is set",
        );
    } else {
        report.ok(QUEUE, found);
    }
}

async fn count(patient: &Patient<'_>, now: Timestamp) -> Result<Option<MailCounts>, StorageError> {
    match &patient.database {
        Some(database) => Ok(Some(database.read().await?.count_mail(now).await?)),
        None => Ok(None),
    }
}

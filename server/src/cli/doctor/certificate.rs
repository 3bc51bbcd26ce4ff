//! The certificate that is shown, where the program speaks https itself.

use domain::clock::Timestamp;

use super::report::Report;
use crate::{config::Config, tls::Look};

const NAME: &str = "certificate";
const RENEW: &str = "renew it, and put certificate and key in place of the old ones";

/// Looks at the files as a start does.
pub(super) fn check(report: &mut Report, config: &Config, now: Timestamp) {
    let look = match Look::at(config, now) {
        Ok(Some(look)) => look,
        Ok(None) => return,
        Err(error) => {
            let next =
                "let tls.certificate and tls.private_key name PEM files that belong together";
            return report.problem(NAME, error.to_string(), next);
        }
    };
    let host = config.public_url.host();
    if !look.is_valid {
        report.problem(NAME, "it isn't valid at this moment", RENEW);
    } else if look.ends_soon {
        report.warning(NAME, format!("it ends in {} days", look.days_left), RENEW);
    }
    if !look.names_host {
        report.problem(
            NAME,
            format!("it isn't for {host}, so browsers won't trust it"),
            "get one for the host of public_url",
        );
    }
    if look.has_other_readers {
        report.warning(
            NAME,
            "everybody on this machine can read tls.private_key",
            "chmod 0640 the file, and give its group to the server's user",
        );
    }
    if !report.has_complaint(NAME) {
        report.ok(NAME, format!("for {host}, {} days left", look.days_left));
    }
}

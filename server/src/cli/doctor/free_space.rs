//! Room for more data.

use std::path::Path;

use super::report::Report;

const NAME: &str = "free space";
/// A database that can't grow refuses every sign-in; this many MiB are days of notice.
const LEAST_MIB: u64 = 200;

/// Asks the file system of the data folder, or of what it will be made in.
pub(super) fn check(report: &mut Report, folder: &Path) {
    let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let there = whole.ancestors().find(|ancestor| ancestor.exists());
    let there = there.unwrap_or(Path::new("/"));
    match rustix::fs::statvfs(there) {
        Ok(found) => judge(
            report,
            there,
            found.f_bavail.saturating_mul(found.f_frsize) >> 20,
        ),
        Err(error) => report.warning(
            NAME,
            format!("{} doesn't say how much there is: {error}", there.display()),
            "look with df",
        ),
    }
}

fn judge(report: &mut Report, there: &Path, mib: u64) {
    let found = format!("{mib} MiB at {}", there.display());
    if mib < LEAST_MIB {
        let next =
            format!("make room: nothing can be written without, and {LEAST_MIB} MiB are few");
        report.warning(NAME, found, next);
    } else {
        report.ok(NAME, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_room_is_told() {
        for (mib, complaint) in [(199, true), (200, false)] {
            let mut report = Report::default();
            judge(&mut report, Path::new("/"), mib);
            assert_eq!(report.has_complaint(NAME), complaint, "{mib}");
        }
    }
}

//! The data folder and the files that hold data: there, and their owner's alone.

use std::{
    fs::{self, Metadata},
    io::ErrorKind,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
};

use storage::DatabaseUrl;

use super::report::Report;
use crate::secrets;

const NAME: &str = "data folder";

/// Looks at the folder, and at each file in it that is there.
pub(super) fn check(report: &mut Report, folder: &Path, url: &DatabaseUrl) {
    let shown = folder.display();
    let found = match fs::metadata(folder) {
        Ok(found) if found.is_dir() => found,
        Ok(_) => {
            return report.problem(
                NAME,
                format!("{shown} is no folder"),
                "set data.folder to a folder",
            );
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return report.ok(
                NAME,
                format!("nothing here yet; `latchkey serve` makes {shown}"),
            );
        }
        Err(error) => {
            return report.problem(
                NAME,
                format!("{shown}: {error}"),
                "run this as the user that the server runs as, or give that user the folder",
            );
        }
    };
    check_owner(report, folder, &found);
    if found.permissions().mode() & 0o077 != 0 {
        report.warning(
            NAME,
            format!("others can look into {shown}"),
            format!("chmod 0700 {shown}"),
        );
    }
    for path in files(folder, url) {
        check_file(report, &path, &found);
    }
    if !report.has_complaint(NAME) {
        report.ok(NAME, format!("{shown} is its owner's alone"));
    }
}

/// The files that hold data.
fn files(folder: &Path, url: &DatabaseUrl) -> Vec<PathBuf> {
    let mut files = vec![folder.join(secrets::FILE)];
    if let DatabaseUrl::Sqlite(path) = url {
        for end in ["", "-wal", "-shm"] {
            let mut name = path.as_os_str().to_owned();
            name.push(end);
            files.push(name.into());
        }
    }
    files
}

/// Root can read everything, so to root the server's user is whoever owns the folder.
fn check_owner(report: &mut Report, folder: &Path, found: &Metadata) {
    let user = rustix::process::geteuid();
    if !user.is_root() && found.uid() != user.as_raw() {
        report.problem(
            NAME,
            format!(
                "{} belongs to user {}, and this is user {}",
                folder.display(),
                found.uid(),
                user.as_raw()
            ),
            "run every command as the user that the server runs as",
        );
    }
}

fn check_file(report: &mut Report, path: &Path, folder: &Metadata) {
    let shown = path.display();
    let found = match fs::metadata(path) {
        Ok(found) => found,
        // Nothing yet; the checks of what it holds say more.
        Err(error) if error.kind() == ErrorKind::NotFound => return,
        // Said once of the folder is enough.
        Err(error) if error.kind() == ErrorKind::PermissionDenied && report.has_complaint(NAME) => {
            return;
        }
        Err(error) => {
            return report.problem(
                NAME,
                format!("{shown}: {error}"),
                "run this as the user that the server runs as",
            );
        }
    };
    if found.uid() != folder.uid() {
        report.problem(
            NAME,
            format!(
                "{shown} belongs to user {}, its folder to user {}",
                found.uid(),
                folder.uid()
            ),
            format!("chown {} {shown}", folder.uid()),
        );
    }
    let mode = found.permissions().mode();
    if mode & 0o007 != 0 {
        report.problem(
            NAME,
            format!("everybody on this machine can use {shown}"),
            format!("chmod 0600 {shown}"),
        );
    } else if mode & 0o070 != 0 {
        report.warning(
            NAME,
            format!("its group can use {shown}"),
            format!("chmod 0600 {shown}"),
        );
    }
}

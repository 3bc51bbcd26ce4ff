//! The programs of a PostgreSQL server. The tests start a cluster of their own with them; a
//! running service is neither needed nor touched.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{debian_packages, versions};
use crate::call;
use crate::failure::{Failure, Outcome};

const DEBIAN_VERSIONS: &str = "/usr/lib/postgresql";
const CLUSTER_SETTINGS: &str = "/etc/postgresql-common/createcluster.conf";

/// The folder with `initdb` and `postgres`.
pub(crate) fn ensure() -> Outcome<PathBuf> {
    if let Some(found) = find() {
        return Ok(found);
    }
    if debian_packages::are_available() {
        install_without_a_service()?;
    }
    find().ok_or_else(|| {
        Failure::new(
            "install the PostgreSQL server, so that `pg_config --bindir` names its programs",
        )
    })
}

fn find() -> Option<PathBuf> {
    let entries = std::fs::read_dir(DEBIAN_VERSIONS)
        .into_iter()
        .flatten()
        .flatten();
    let versions = entries.map(|entry| entry.path()).collect();
    newest(versions)
        .into_iter()
        .chain(configured())
        .find(|folder| {
            ["initdb", "postgres"]
                .iter()
                .all(|program| call::is_program(&folder.join(program)))
        })
}

/// The `bin` folders of these versions, newest first.
fn newest(versions: Vec<PathBuf>) -> Vec<PathBuf> {
    let number = |path: &Path| {
        path.file_name()
            .and_then(|name| versions::major(name.to_str()?))
    };
    let mut numbered: Vec<(u32, PathBuf)> = versions
        .into_iter()
        .filter_map(|path| Some((number(&path)?, path)))
        .collect();
    numbered.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    numbered
        .into_iter()
        .map(|(_, path)| path.join("bin"))
        .collect()
}

fn configured() -> Option<PathBuf> {
    let folder = call::output_of(Command::new("pg_config").arg("--bindir")).ok()?;
    Some(PathBuf::from(folder.trim()))
}

/// Debian makes and starts a cluster when the server is installed; nobody asked for one here.
fn install_without_a_service() -> Outcome {
    debian_packages::install(&["postgresql-common"])?;
    let before = std::fs::read_to_string(CLUSTER_SETTINGS).unwrap_or_default();
    write_settings(&format!("{before}\ncreate_main_cluster = false\n"))?;
    let outcome = debian_packages::install(&["postgresql"]);
    write_settings(&before)?;
    outcome
}

fn write_settings(text: &str) -> Outcome {
    let Some(mut tee) = debian_packages::as_root("tee") else {
        return Ok(());
    };
    let status = call::status_with_input(tee.arg(CLUSTER_SETTINGS).stdout(Stdio::null()), text)?;
    call::verdict(&tee, status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_comes_first_and_other_folders_do_not_count() {
        let folders = ["/p/9.6", "/p/15", "/p/lost+found", "/p/17"]
            .map(PathBuf::from)
            .to_vec();
        let expected = ["/p/17/bin", "/p/15/bin", "/p/9.6/bin"]
            .map(PathBuf::from)
            .to_vec();
        assert_eq!(newest(folders), expected);
    }
}

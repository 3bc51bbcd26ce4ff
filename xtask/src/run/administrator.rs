//! The administrator that is there from the first run on.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::password;
use crate::checkout::Checkout;
use crate::failure::{Attempt as _, Outcome};
use crate::seed_account::{self, Seeded};

/// Who signs in first.
pub(super) const EMAIL: &str = "admin@latchkey.local";

const NAME: &str = "Administrator";
const FILE: &str = "administrator-password";

/// Makes sure of the account. Its password is kept beside the database, readable by its owner
/// only, so that the next run can show it again.
pub(super) fn ensure(server: &mut Command) -> Outcome {
    let root = server
        .get_current_dir()
        .map(Path::to_path_buf)
        .unwrap_or_default();
    let file = password_file(&root);
    let known = read(&file);
    let password = match &known {
        Some(password) => password.clone(),
        None => password::generate()?,
    };
    // Written before it is used: a password that nobody knows could not be had again.
    if known.is_none() {
        keep(&file, &password)?;
    }
    let seeded = seed_account::create(server, EMAIL, NAME, &password, true);
    let is_wrong = known.is_none() && !matches!(seeded, Ok(Seeded::Created));
    if is_wrong {
        let _ = std::fs::remove_file(&file);
    }
    seeded.map(drop)
}

/// The password, if it is one that we made.
pub(super) fn password_of(checkout: &Checkout) -> Option<String> {
    read(&password_file(checkout.root()))
}

fn password_file(root: &Path) -> PathBuf {
    let data = std::env::var_os("LATCHKEY_DATA__FOLDER").unwrap_or_else(|| "data".into());
    root.join(data).join(FILE)
}

fn read(file: &Path) -> Option<String> {
    let text = std::fs::read_to_string(file).ok()?;
    Some(text.trim().to_owned()).filter(|password| !password.is_empty())
}

fn keep(file: &Path, password: &str) -> Outcome {
    if let Some(folder) = file.parent() {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .attempt(format!("make {}", folder.display()))?;
    }
    // Made anew, so that the mode is ours and not that of a file that stood there.
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).attempt("replace the password");
        }
        _ => {}
    }
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .and_then(|mut file| writeln!(file, "{password}"))
        .attempt(format!("write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch_folder::ScratchFolder;
    use std::os::unix::fs::PermissionsExt as _;

    fn server(script: &str, folder: &Path) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script, "latchkey"]).current_dir(folder);
        command
    }

    #[test]
    fn the_password_is_kept_for_its_owner_and_used_again() {
        let scratch = ScratchFolder::make("administrator").unwrap();
        let folder = scratch.part("root").unwrap();
        ensure(&mut server("cat > first", &folder)).unwrap();
        let file = password_file(&folder);
        let password = read(&file).unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(read(&folder.join("first")).unwrap(), password);
        ensure(&mut server("cat > second; exit 3", &folder)).unwrap();
        assert_eq!(read(&folder.join("second")).unwrap(), password);
        assert_eq!(read(&file).unwrap(), password);
    }

    #[test]
    fn a_password_that_is_not_the_accounts_is_not_kept() {
        let scratch = ScratchFolder::make("other-administrator").unwrap();
        let folder = scratch.part("root").unwrap();
        ensure(&mut server("exit 3", &folder)).unwrap();
        assert_eq!(read(&password_file(&folder)), None);
        assert!(ensure(&mut server("exit 1", &folder)).is_err());
        assert_eq!(read(&password_file(&folder)), None);
    }
}

//! The key ring: from the configuration, or generated once into the data folder.

mod following;
mod key_file;
mod rotation;

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use domain::{
    keys::{KeyRing, KeyRingError, MasterKey},
    random::Random,
};

pub use following::KeyFile;
pub use rotation::{Progress, Rotated, RotationError, follow_configured, rotate};

/// Name of the key file in the data folder.
pub(crate) const FILE: &str = "master.key";

/// Why there is no key ring.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// The file or folder can't be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The key file is gone.
    #[error(
        "{path} is missing, and what this database holds encrypted (queued mail, signing keys) can't be read without it. Put \
         the file back. If it is lost: latchkey migrate --new-master-key"
    )]
    Lost {
        /// Where it should be.
        path: PathBuf,
    },
    /// The file holds no key ring.
    #[error("{path}: {source}")]
    KeyRing {
        /// Where it came from.
        path: String,
        /// What is wrong with it.
        source: KeyRingError,
    },
}

/// What to do when the key file isn't there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// Nothing is encrypted yet.
    Generate,
    /// The database was used before: what the lost key sealed would stay unreadable.
    Refuse,
}

/// Makes the data folder, readable by its owner only.
///
/// # Errors
/// [`SecretsError::File`] when it can't be made.
pub(crate) fn make_data_folder(folder: &Path) -> Result<(), SecretsError> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|source| SecretsError::File {
            path: folder.to_owned(),
            source,
        })
}

/// Makes an empty file that only its owner can read, unless it is there.
///
/// # Errors
/// [`SecretsError::File`] when it can't be made.
pub(crate) fn make_private_file(path: &Path) -> Result<(), SecretsError> {
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    match made {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(source) => Err(SecretsError::File {
            path: path.to_owned(),
            source,
        }),
    }
}

/// The key ring that `configured` holds, or the data folder's own.
///
/// # Errors
/// [`SecretsError`] when it can't be read or written.
pub(crate) fn key_ring(
    configured: Option<&str>,
    folder: &Path,
    missing: Missing,
    random: &dyn Random,
) -> Result<KeyRing, SecretsError> {
    match existing_key_ring(configured, folder) {
        Err(SecretsError::Lost { path }) if missing == Missing::Generate => {
            generate(folder, &path, random)
                .map_err(|source| SecretsError::File { path, source })?;
            existing_key_ring(configured, folder)
        }
        other => other,
    }
}

/// The key ring that `configured` holds, or the data folder's own if it is there.
///
/// # Errors
/// [`SecretsError::Lost`] when it isn't, others when it can't be read.
pub(crate) fn existing_key_ring(
    configured: Option<&str>,
    folder: &Path,
) -> Result<KeyRing, SecretsError> {
    if let Some(configured) = configured {
        return KeyRing::parse(configured).map_err(|source| SecretsError::KeyRing {
            path: "secrets.master_key".to_owned(),
            source,
        });
    }
    let path = folder.join(FILE);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(SecretsError::Lost { path });
        }
        Err(source) => return Err(SecretsError::File { path, source }),
    };
    KeyRing::parse(&text).map_err(|source| SecretsError::KeyRing {
        path: path.display().to_string(),
        source,
    })
}

/// Writes a whole key file or none: it is linked into place when it is on disk.
fn generate(folder: &Path, path: &Path, random: &dyn Random) -> io::Result<()> {
    let new = folder.join(format!("{FILE}.{}", std::process::id()));
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&new)?;
    let key = MasterKey::generate(random);
    writeln!(
        file,
        "# Latchkey's master key. Without it, what is encrypted in the database is lost."
    )?;
    writeln!(file, "{}", *key.to_line())?;
    file.sync_all()?;
    let linked = fs::hard_link(&new, path);
    fs::remove_file(&new)?;
    match linked {
        // Another process was first; its key counts.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        other => other?,
    }
    fs::File::open(folder)?.sync_all()
}

/// Gives the data folder a key of its own, unless it has one.
///
/// # Errors
/// [`SecretsError::File`] when it can't be written.
pub(crate) fn make_key(folder: &Path, random: &dyn Random) -> Result<(), SecretsError> {
    let path = folder.join(FILE);
    if path.exists() {
        return Ok(());
    }
    generate(folder, &path, random).map_err(|source| SecretsError::File { path, source })
}

/// Warns of secrets that others on this machine can read.
pub(crate) fn warn_of_lax_permissions(folder: &Path) {
    for name in [FILE, "latchkey.db"] {
        let path = folder.join(name);
        let lax = fs::metadata(&path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0);
        if lax {
            tracing::warn!(path = %path.display(), "others on this machine can read this file: chmod 600");
        }
    }
}

//! A copy of the embedded database while it is in use.

use std::{fs::OpenOptions, io, os::unix::fs::OpenOptionsExt, path::Path};

use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::connect::DatabaseUrl;

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// PostgreSQL has tools of its own.
    #[error("this copies the embedded database only: back PostgreSQL up with pg_dump")]
    Postgres,
    /// The database isn't there, or can't be read.
    #[error("the database can't be copied: {0}")]
    Database(#[source] sqlx::Error),
    /// The copy can't be written.
    #[error("the copy can't be written: {0}")]
    File(#[from] io::Error),
}

/// Writes one consistent copy to `to`, which must not exist, readable by its owner only. Writers go
/// on meanwhile. When it returns, the copy is on disk.
///
/// # Errors
/// [`BackupError`]; what was written of the copy is removed then.
pub async fn backup(url: &DatabaseUrl, to: &Path) -> Result<(), BackupError> {
    let DatabaseUrl::Sqlite(from) = url else {
        return Err(BackupError::Postgres);
    };
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(to)?;
    let copied = copy(from, to).await;
    let kept = match copied {
        Ok(()) => on_disk(&file, to).map_err(BackupError::File),
        Err(error) => Err(BackupError::Database(error)),
    };
    if kept.is_err() {
        // Half a copy would be taken for a whole one.
        let _ = std::fs::remove_file(to);
    }
    kept
}

async fn copy(from: &Path, to: &Path) -> Result<(), sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(from)
        .create_if_missing(false);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    sqlx::query("VACUUM INTO $1")
        .bind(to.display().to_string())
        .execute(&mut connection)
        .await?;
    connection.close().await
}

fn on_disk(file: &std::fs::File, to: &Path) -> io::Result<()> {
    file.sync_all()?;
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
    std::fs::File::open(folder.unwrap_or_else(|| Path::new(".")))?.sync_all()
}

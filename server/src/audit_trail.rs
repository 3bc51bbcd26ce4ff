//! Keeps the audit trail: chains what was written, states how far it has come, lets old events go.

use std::{
    io,
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use domain::{
    audit::{self, AuditKey, Head, Removed},
    foundation::Foundation,
    keys::signing::NoKey,
    store::StorageError,
};

use crate::{checkpoints::Checkpoints, config};

/// Why no checkpoint was made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoCheckpoint {
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// It could not be signed.
    #[error(transparent)]
    Key(#[from] NoKey),
    /// The file can't be written.
    #[error("the file of checkpoints: {0}")]
    File(#[from] io::Error),
}

/// The audit trail of a server.
pub(crate) struct AuditTrail {
    foundation: Foundation,
    key: AuditKey,
    file: Option<Checkpoints>,
    keep: Option<Duration>,
    /// The place of the last checkpoint of this process.
    stated: AtomicI64,
}

impl AuditTrail {
    /// The trail below `foundation`.
    ///
    /// # Errors
    /// [`NoKey`] when the cryptographic library refuses its key.
    pub(crate) fn new(foundation: Foundation, config: &config::Audit) -> Result<Self, NoKey> {
        Ok(Self {
            key: AuditKey::of(&foundation.names)?,
            file: config.checkpoints.clone().map(Checkpoints::new),
            keep: config.keep,
            stated: AtomicI64::new(0),
            foundation,
        })
    }

    /// Gives events their places that wait for one.
    pub(crate) async fn chain(&self) -> Result<u64, StorageError> {
        audit::chain_pending(&self.foundation).await
    }

    /// States how far the chain has come, unless nothing was added since the last time.
    pub(crate) async fn state(&self) -> Result<(), NoCheckpoint> {
        let head = audit::head(&self.foundation).await?;
        if head.seq <= self.stated.load(Ordering::Relaxed) {
            return Ok(());
        }
        let first = self.stated.load(Ordering::Relaxed) == 0;
        let statement = self.key.sign(&self.foundation, head)?;
        if let Some(file) = &self.file {
            if first {
                self.compare(file, head)?;
            }
            file.append(&self.key, head, &statement)?;
        }
        self.stated.store(head.seq, Ordering::Relaxed);
        // Whoever collects logs has a second copy, out of reach of whoever has this machine.
        tracing::info!(events = head.seq, statement, "audit checkpoint");
        Ok(())
    }

    /// Says loudly when the chain ends before what was stated of it: everything that is stated from now
    /// on would hide it from whoever reads the last line alone.
    fn compare(&self, file: &Checkpoints, head: Head) -> io::Result<()> {
        let known = file.read(&self.key)?.checkpoints;
        let last = known.iter().map(|one| one.head.seq).max();
        if let Some(last) = last.filter(|last| *last > head.seq) {
            tracing::error!(
                events = head.seq,
                stated = last,
                "the audit trail ends before its last checkpoint: events were removed, or a backup was put \
                 back; `latchkey doctor --audit` says more"
            );
        }
        Ok(())
    }

    /// Removes events that were kept for long enough.
    pub(crate) async fn forget(&self) -> Result<Removed, StorageError> {
        let Some(keep) = self.keep else {
            return Ok(Removed::default());
        };
        let before = self.foundation.now().minus(keep);
        audit::remove_before(&self.foundation, &self.key, before).await
    }

    /// Chains and states what came last.
    pub(crate) async fn finish(&self) {
        if let Err(error) = self.chain().await {
            tracing::warn!(%error, "the last audit events were not chained; the next start does it");
        }
        if let Err(error) = self.state().await {
            tracing::warn!(%error, "no last checkpoint of the audit trail was made");
        }
    }
}

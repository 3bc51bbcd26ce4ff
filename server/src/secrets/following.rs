//! Follows the key file while the program runs.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use domain::keys::KeyRing;
use zeroize::Zeroizing;

/// The data folder's key file, and the ring that follows it.
pub struct KeyFile {
    path: PathBuf,
    ring: Arc<KeyRing>,
    complained: AtomicBool,
}

impl KeyFile {
    /// A file that was read into `ring`.
    pub(crate) const fn new(path: PathBuf, ring: Arc<KeyRing>) -> Self {
        Self {
            path,
            ring,
            complained: AtomicBool::new(false),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Takes up what changed in the file, and says whether anything did. While it can't be read, what
    /// is known stays.
    pub fn look(&self) -> bool {
        let read = fs::read_to_string(&self.path).map(Zeroizing::new);
        let read = read.map_err(|error| error.to_string());
        let ring = read.and_then(|text| KeyRing::parse(&text).map_err(|error| error.to_string()));
        let path = self.path.display();
        match ring {
            Ok(ring) => {
                self.complained.store(false, Ordering::Relaxed);
                let is_new = self.ring.follow(&ring);
                if is_new {
                    tracing::info!(%path, keys = self.ring.ids().len(), "the master keys have changed");
                }
                is_new
            }
            Err(error) => {
                if !self.complained.swap(true, Ordering::Relaxed) {
                    tracing::error!(%path, error, "the key file can't be used: the keys that were read before stay");
                }
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_taken_up_and_what_cannot_be_read_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let line =
            |letter: char| -> String { std::iter::repeat_n(letter, 42).chain(['A']).collect() };
        let ring = Arc::new(KeyRing::parse(&line('B')).unwrap());
        let first = ring.ids();
        let file = KeyFile::new(path.clone(), Arc::clone(&ring));
        assert!(!file.look(), "it isn't there");
        fs::write(&path, line('B')).unwrap();
        assert!(!file.look());
        for nonsense in ["", "nonsense", &line('B')[..20]] {
            fs::write(&path, nonsense).unwrap();
            assert!(!file.look());
            assert_eq!(ring.ids(), first);
        }
        fs::write(&path, format!("{}\n{}", line('C'), line('B'))).unwrap();
        assert!(file.look());
        assert_eq!(ring.ids().len(), 2);
        assert!(!file.look());
    }
}

//! Folders for what a verb needs only while it runs.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use crate::failure::{Attempt as _, Outcome};

/// A folder that goes away, with everything in it, when its holder does.
#[derive(Debug)]
pub(crate) struct ScratchFolder(PathBuf);

impl ScratchFolder {
    /// Makes it in the system's folder for such things.
    pub(crate) fn make(purpose: &str) -> Outcome<Self> {
        let name = format!("latchkey-{purpose}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).attempt(format!("make {}", folder.display()))?;
        // PostgreSQL runs as somebody else and has to get through.
        let open = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&folder, open).attempt(format!("open {}", folder.display()))?;
        Ok(Self(folder))
    }

    /// Makes a folder inside.
    pub(crate) fn part(&self, name: &str) -> Outcome<PathBuf> {
        let folder = self.0.join(name);
        std::fs::create_dir_all(&folder).attempt(format!("make {}", folder.display()))?;
        Ok(folder)
    }
}

impl Drop for ScratchFolder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

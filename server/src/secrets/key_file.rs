//! The text of the key file, and how another one takes its place.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt, fchown},
    path::{Path, PathBuf},
};

use domain::keys::MasterKey;
use zeroize::Zeroizing;

const HEADER: &str = "# Latchkey's master keys: the first encrypts, all decrypt. Without them, what is encrypted in the \
                      database is lost.";
/// Stands above a key that is known and doesn't encrypt yet.
const NEXT: &str = "# next:";
/// Stands above the keys that are about to go.
const FORMER: &str = "# former:";
const HINT: &str = "`latchkey secrets rotate` is at work; if it was broken off, run it again";

/// How far a rotation has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// There is none.
    Settled,
    /// The second key is to encrypt.
    Announced,
    /// The first key encrypts, the others are about to go.
    Sealing,
}

/// The lines of a key file.
pub(super) struct KeyLines {
    keys: Vec<Zeroizing<String>>,
    pub(super) stage: Stage,
}

impl KeyLines {
    /// Reads a text that is a key ring.
    pub(super) fn read(text: &str) -> Self {
        let mut keys = Vec::new();
        let mut stage = Stage::Settled;
        for line in text.lines().map(str::trim) {
            // Elsewhere, somebody has moved lines about: then it is any ring.
            if keys.len() == 1 && line.starts_with(NEXT) {
                stage = Stage::Announced;
            } else if keys.len() == 1 && line.starts_with(FORMER) {
                stage = Stage::Sealing;
            } else if !line.is_empty() && !line.starts_with('#') {
                keys.push(Zeroizing::new(line.to_owned()));
            }
        }
        if keys.len() < 2 {
            stage = Stage::Settled;
        }
        Self { keys, stage }
    }

    /// How many keys there are.
    pub(super) const fn count(&self) -> usize {
        self.keys.len()
    }

    /// With another key, which opens.
    pub(super) fn announce(mut self, key: &MasterKey) -> Self {
        self.keys.insert(1, key.to_line());
        self.stage = Stage::Announced;
        self
    }

    /// With the announced key before the others: it seals.
    pub(super) fn promote(mut self) -> Self {
        let next = self.keys.remove(1);
        self.keys.insert(0, next);
        self.stage = Stage::Sealing;
        self
    }

    /// With the first key alone.
    pub(super) fn settle(mut self) -> Self {
        self.keys.truncate(1);
        self.stage = Stage::Settled;
        self
    }

    /// The text.
    pub(super) fn text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(format!("{HEADER}\n"));
        for (index, key) in self.keys.iter().enumerate() {
            let mark = match self.stage {
                Stage::Announced if index == 1 => Some(NEXT),
                Stage::Sealing if index == 1 => Some(FORMER),
                _ => None,
            };
            if let Some(mark) = mark {
                for part in [mark, " ", HINT, "\n"] {
                    text.push_str(part);
                }
            }
            text.push_str(key);
            text.push('\n');
        }
        text
    }
}

/// Puts a whole text in the place of a file's, or nothing: it is on disk before it is renamed.
pub(super) fn replace(path: &Path, text: &str) -> io::Result<()> {
    // Where the name is a link, the file behind it is meant.
    let path = fs::canonicalize(path)?;
    let new = beside(&path);
    match fs::remove_file(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&new)?;
    // Whoever could read it before must not lose it: root may be at work.
    let (old, ours) = (fs::metadata(&path)?, file.metadata()?);
    if (old.uid(), old.gid()) != (ours.uid(), ours.gid()) {
        fchown(&file, Some(old.uid()), Some(old.gid()))?;
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&new, &path)?;
    folder_of(&path)?.sync_all()
}

/// Where the new text stands until it is whole.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    PathBuf::from(name)
}

/// The folder of a file, opened.
pub(super) fn folder_of(path: &Path) -> io::Result<File> {
    let folder = path.parent().filter(|name| !name.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use domain::{keys::KeyRing, random::Random};

    use super::*;

    struct Byte(u8);
    impl Random for Byte {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    fn key(byte: u8) -> MasterKey {
        MasterKey::generate(&Byte(byte))
    }

    fn ids(text: &str) -> Vec<String> {
        let ring = KeyRing::parse(text).unwrap();
        ring.ids().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_stage_is_read_as_it_was_written() {
        let [one, two, three] = [1, 2, 3].map(|byte| key(byte).id().to_string());
        let text = format!(
            "{}\n# kept by hand\n{}\n",
            *key(1).to_line(),
            *key(3).to_line()
        );
        let lines = KeyLines::read(&text);
        assert_eq!(lines.stage, Stage::Settled);
        let text = lines.announce(&key(2)).text();
        assert_eq!(ids(&text), [one.as_str(), &two, &three]);
        let lines = KeyLines::read(&text);
        assert_eq!(lines.stage, Stage::Announced);
        let text = lines.promote().text();
        assert_eq!(ids(&text), [two.as_str(), &one, &three]);
        let lines = KeyLines::read(&text);
        assert_eq!(lines.stage, Stage::Sealing);
        let text = lines.settle().text();
        assert_eq!(ids(&text), [two]);
        assert_eq!(KeyLines::read(&text).stage, Stage::Settled);
    }

    #[test]
    fn marks_that_belong_to_no_key_say_nothing() {
        for text in [
            "# next: x\nA\nB\n",
            "A\nB\n# former: x\nC\n",
            "A\n# former: x\n",
        ] {
            assert_eq!(KeyLines::read(text).stage, Stage::Settled, "{text}");
        }
    }

    #[test]
    fn a_file_is_replaced_as_a_whole_and_stays_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        fs::write(&path, "old").unwrap();
        fs::write(beside(&path), "of a run that was killed").unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        replace(&link, "new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(!beside(&path).exists());
        assert!(replace(&folder.path().join("none"), "new").is_err());
    }
}

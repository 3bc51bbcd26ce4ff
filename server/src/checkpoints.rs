//! The file of checkpoints: one JSON document a line, only ever appended to.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufRead, BufReader, ErrorKind, Read as _, Seek, SeekFrom, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use domain::audit::{AuditKey, Checkpoint, Head, NotOurs};
use serde::Deserialize;
use serde_json::json;

/// Longer lines than ours aren't read.
const LONGEST_LINE: usize = 4096;

/// What the file holds.
#[derive(Debug, Default)]
pub(crate) struct Read {
    /// The statements of this installation.
    pub(crate) checkpoints: Vec<Checkpoint>,
    /// So many lines another key signed.
    pub(crate) foreign: u64,
    /// The numbers of lines that were changed, or are no statement; the first ten.
    pub(crate) broken: Vec<usize>,
}

#[derive(Deserialize)]
struct Line {
    jws: String,
}

/// The file.
pub(crate) struct Checkpoints(PathBuf);

impl Checkpoints {
    /// The file at `path`; it may be missing.
    pub(crate) const fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Adds a statement about `head`. When this returns, a power cut loses nothing of it.
    pub(crate) fn append(&self, key: &AuditKey, head: Head, statement: &str) -> io::Result<()> {
        let jwk: serde_json::Value = serde_json::from_str(key.public_jwk())?;
        let line = json!({ "seq": head.seq, "jws": statement, "jwk": jwk });
        let is_new = !self.0.try_exists()?;
        let mut options = OpenOptions::new();
        let mut file = options
            .append(true)
            .create(true)
            .mode(0o600)
            .open(&self.0)?;
        // A line that a power cut left half written keeps its place: this one begins after it.
        let torn = if is_torn(&self.0)? { "\n" } else { "" };
        // One write: others may append to a file that nodes share.
        file.write_all(format!("{torn}{line}\n").as_bytes())?;
        file.sync_all()?;
        match self.0.parent() {
            Some(folder) if is_new && folder != Path::new("") => File::open(folder)?.sync_all(),
            _ => Ok(()),
        }
    }

    /// Everything that it holds; nothing when there is no file.
    pub(crate) fn read(&self, key: &AuditKey) -> io::Result<Read> {
        let mut read = Read::default();
        let file = match File::open(&self.0) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(read),
            Err(error) => return Err(error),
        };
        for (index, line) in BufReader::new(file).split(b'\n').enumerate() {
            let line = line?;
            if line.trim_ascii().is_empty() {
                continue;
            }
            let statement = match serde_json::from_slice::<Line>(&line) {
                Ok(found) if line.len() <= LONGEST_LINE => key.read(&found.jws),
                _ => Err(NotOurs::Broken),
            };
            match statement {
                Ok(checkpoint) => read.checkpoints.push(checkpoint),
                Err(NotOurs::OtherKey) => read.foreign += 1,
                Err(NotOurs::Broken) if read.broken.len() < 10 => read.broken.push(index + 1),
                Err(NotOurs::Broken) => {}
            }
        }
        Ok(read)
    }
}

/// Whether the last line of a file has no end.
fn is_torn(path: &Path) -> io::Result<bool> {
    let mut file = File::open(path)?;
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

#[cfg(test)]
mod tests {
    use domain::keys::{KeyRing, MacKey, MasterKey};

    use super::*;
    use crate::OsRandom;

    #[test]
    fn a_torn_line_costs_itself_alone() {
        let folder = std::env::temp_dir().join(format!("latchkey-torn-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let file = Checkpoints::new(folder.join("audit-checkpoints.jsonl"));
        let ring = KeyRing::of(MasterKey::generate(&OsRandom));
        let key = AuditKey::of(&MacKey::first(&ring)).expect("a key");
        std::fs::write(file.path(), "{\"seq\":1,\"jw").expect("written");
        let head = Head {
            seq: 2,
            hash: [0; 32],
        };
        for _ in 0..2 {
            file.append(&key, head, "a statement").expect("appended");
        }
        let text = std::fs::read_to_string(file.path()).expect("read");
        assert_eq!(text.lines().count(), 3);
        assert!(
            text.lines()
                .skip(1)
                .all(|line| line.starts_with('{') && line.ends_with('}'))
        );
        std::fs::remove_dir_all(&folder).expect("removed");
    }
}

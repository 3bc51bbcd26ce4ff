//! `[audit]`: how long the audit trail is kept, and where its checkpoints are.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use super::{Key, data::Data, loading::Values};

const CHECKPOINTS: Key = Key::text(
    "audit.checkpoints",
    "audit-checkpoints.jsonl",
    "The file for signed checkpoints of the audit trail, by which `latchkey doctor --audit` sees that its \
     end was cut off or that it was written anew. A relative path starts at data.folder; best is a place \
     that nobody who can change the database can change too. Empty: none are written.",
);
const KEEP: Key = Key::whole(
    "audit.keep_days",
    400,
    0..=36_500,
    "The days for which audit events are kept. 0: for ever.",
);

pub(super) static KEYS: [Key; 2] = [CHECKPOINTS, KEEP];

/// How long the audit trail is kept, and where its checkpoints are.
#[derive(Clone, Debug)]
pub struct Audit {
    /// The file of checkpoints; `None`: there is none.
    pub checkpoints: Option<PathBuf>,
    /// How long events are kept; `None`: for ever.
    pub keep: Option<Duration>,
}

impl Audit {
    pub(super) fn read(values: &mut Values, data: Option<&Data>) -> Option<Self> {
        let text = values.text(&CHECKPOINTS);
        let days: Option<u64> = values.whole(&KEEP);
        let (text, days) = (text?, days?);
        if text.contains('\0') {
            return values.refuse(&CHECKPOINTS, "wanted the path of a file");
        }
        let folder = data.map_or(Path::new(""), |data| &data.folder);
        let text = text.trim();
        Some(Self {
            checkpoints: (!text.is_empty()).then(|| folder.join(text)),
            keep: (days > 0).then(|| Duration::from_hours(24 * days)),
        })
    }
}

//! `[database]`: which database, and how many connections to it.

use url::Url;

use super::{Data, Key, Secret, data, loading::Values};

const URL: Key = Key::secret(
    "database.url",
    "The database: sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE. \
     Empty means SQLite in latchkey.db in the data folder.",
);
const READERS: Key = Key::whole(
    "database.readers",
    4,
    1..=200,
    "The most connections to the database that only read.",
);
const WRITERS: Key = Key::whole(
    "database.writers",
    4,
    1..=200,
    "The most connections to the database that write; SQLite always has one.",
);

pub(super) static KEYS: [Key; 3] = [URL, READERS, WRITERS];

/// Name of the SQLite database in the data folder.
const FILE: &str = "latchkey.db";
const WANTED: &str = "wanted sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE";

/// Which database, and how many connections to it.
#[derive(Clone, Debug)]
pub struct Database {
    /// `sqlite:PATH`, `postgres://…` or `postgresql://…`; never empty.
    pub url: Secret,
    /// Most connections that only read.
    pub readers: u32,
    /// Most connections that write.
    pub writers: u32,
}

impl Database {
    pub(super) fn read(values: &mut Values, data: Option<&Data>) -> Option<Self> {
        let url = read_url(values, data);
        let readers = values.whole(&READERS);
        let writers = values.whole(&WRITERS);
        Some(Self {
            url: url?,
            readers: readers?,
            writers: writers?,
        })
    }
}

fn read_url(values: &mut Values, data: Option<&Data>) -> Option<Secret> {
    let given = values.secret(&URL)?;
    if given.reveal().is_empty() {
        let url = format!("sqlite:{}", data?.folder.join(FILE).display());
        if !is_valid(&url) {
            return values.refuse(&data::FOLDER, "wanted a path without a question mark");
        }
        values.resolve(&URL, url.as_str());
        return Some(Secret::new(url));
    }
    if !is_valid(given.reveal()) {
        return values.refuse(&URL, WANTED);
    }
    Some(given)
}

/// The shape only; `storage` judges the rest when it connects.
fn is_valid(url: &str) -> bool {
    match url.split_once(':') {
        Some(("postgres" | "postgresql", rest)) => {
            rest.starts_with("//") && Url::parse(url).is_ok()
        }
        Some(("sqlite", rest)) => {
            let path = rest.strip_prefix("//").unwrap_or(rest);
            !path.is_empty() && !path.contains('?') && !path.contains(":memory:")
        }
        _ => false,
    }
}

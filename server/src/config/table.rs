//! The one table of keys. A section that is added is added here.

use std::sync::LazyLock;

use super::{
    Key, accounts, data, database, hashing, http, links, listen, log, passwords, public_url,
    secrets, sessions, smtp, throttle, tls,
};

static SECTIONS: [&[Key]; 15] = [
    &public_url::KEYS,
    &listen::KEYS,
    &tls::KEYS,
    &data::KEYS,
    &database::KEYS,
    &smtp::KEYS,
    &accounts::KEYS,
    &passwords::KEYS,
    &hashing::KEYS,
    &sessions::KEYS,
    &links::KEYS,
    &throttle::KEYS,
    &http::KEYS,
    &log::KEYS,
    &secrets::KEYS,
];

/// Every key there is, section by section.
pub fn keys() -> impl Iterator<Item = &'static Key> {
    SECTIONS.iter().copied().flatten()
}

/// Every key there is, with the sentence that explains it.
pub fn docs() -> &'static [(&'static str, &'static str)] {
    static DOCS: LazyLock<Vec<(&str, &str)>> =
        LazyLock::new(|| keys().map(|key| (key.name(), key.doc())).collect());
    &DOCS
}

/// The key of this name.
pub(crate) fn find(name: &str) -> Option<&'static Key> {
    keys().find(|key| key.name() == name)
}

/// Whether keys stand under this name.
pub(crate) fn is_section(name: &str) -> bool {
    sections().any(|section| section == name)
}

/// The names under which keys stand. Repeats itself.
pub(crate) fn sections() -> impl Iterator<Item = &'static str> {
    keys().filter_map(|key| key.name().rsplit_once('.').map(|(section, _)| section))
}

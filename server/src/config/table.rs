//! The one table of keys. A section that is added is added here.

use std::sync::LazyLock;

use super::{
    Key, List, accounts, api, apis, audit, clients, data, database, hashing, http, keys as signing,
    links, listen, log, passwords, public_url, secrets, sessions, smtp, social, throttle, tls,
};

static SECTIONS: [&[Key]; 20] = [
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
    &social::KEYS,
    &signing::KEYS,
    &audit::KEYS,
    &api::KEYS,
    &clients::KEYS,
];

static LISTS: [&List; 2] = [&social::PROVIDERS, &apis::APIS];

/// Every key there is, section by section; those of lists aside.
pub fn keys() -> impl Iterator<Item = &'static Key> {
    SECTIONS.iter().copied().flatten()
}

/// Every list of tables there is.
pub fn lists() -> impl Iterator<Item = &'static List> {
    LISTS.iter().copied()
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

/// The list of this name.
pub(crate) fn find_list(name: &str) -> Option<&'static List> {
    lists().find(|list| list.name() == name)
}

/// Whether the key of this name, in a list or not, is a secret.
pub(crate) fn is_secret(name: &str) -> bool {
    find(name)
        .or_else(|| in_list(name))
        .is_some_and(Key::is_secret)
}

/// The key of a list's entries that has this name in one of them.
pub(crate) fn in_list(name: &str) -> Option<&'static Key> {
    lists().find_map(|list| list.find_at(name))
}

/// What was meant by a name that is none, where that is known better than by its letters.
pub(crate) fn meant(name: &str) -> Option<String> {
    social::meant(name)
}

/// Whether keys stand under this name.
pub(crate) fn is_section(name: &str) -> bool {
    sections().any(|section| section == name)
}

/// The names under which keys stand. Repeats itself.
pub(crate) fn sections() -> impl Iterator<Item = &'static str> {
    keys().filter_map(|key| key.name().rsplit_once('.').map(|(section, _)| section))
}

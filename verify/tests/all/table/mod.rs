//! The table of good and bad tokens in `tests/table/tokens.json`, which implementations in other
//! languages are held to as well. It is made here, of fixed keys, and always comes out the same.

mod feeds;
mod good;
mod headers;
mod keys;
mod row;
mod said;
mod shapes;

use std::{env, fs, path::PathBuf};

use latchkey_verify::{
    KeySet,
    revocation::{Entry, check_feed},
};
use serde_json::{Value, json};

use crate::support::{AUDIENCE, ISSUER, rules};
use row::Row;

fn rows() -> Vec<Row> {
    [
        good::rows(),
        headers::rows(),
        shapes::rows(),
        said::rows(),
        feeds::rows(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn entries() -> Value {
    json!([
        {"of": "token", "jti": "t1", "entry": Entry::of_token(ISSUER, "t1")},
        {"of": "session", "sid": "s1", "entry": Entry::of_session(ISSUER, "s1")},
        {"of": "account", "sub": "q1w2e3", "epoch": 12, "entry": Entry::of_account(ISSUER, "q1w2e3", 12)},
        {"of": "account", "sub": "grün", "epoch": 0, "entry": Entry::of_account(ISSUER, "grün", 0)},
    ])
}

fn written() -> String {
    let rows: Vec<Value> = rows().iter().map(Row::written).collect();
    let table = json!({
        "about": "Tokens that a verifier has to accept or refuse. Allowed: EdDSA alone, 30 seconds of leeway, 8 KiB for an access token.",
        "issuer": ISSUER,
        "audience": AUDIENCE,
        "key_set": keys::published(),
        "entries": entries(),
        "rows": rows,
    });
    format!("{}\n", serde_json::to_string_pretty(&table).expect("JSON"))
}

#[test]
fn the_table_is_fresh() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/table/tokens.json");
    let fresh = written();
    if env::var_os("WRITE_TABLE").is_some() {
        fs::write(&path, &fresh).expect("a place for it");
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        there == fresh,
        "WRITE_TABLE=1 cargo test -p latchkey-verify table makes it anew"
    );
}

#[test]
fn every_row_is_judged_as_expected() {
    let keys = KeySet::parse(&keys::published().to_string()).expect("a key set");
    for row in rows() {
        let judged = match row.typ {
            "at+jwt" => rules().check(&row.token, &keys, row.now).err(),
            _ => check_feed(&rules(), &row.token, &keys, row.now).err(),
        };
        assert_eq!(judged, row.expected, "{}", row.name);
    }
}

#[test]
fn every_row_has_a_name_of_its_own() {
    let rows = rows();
    let names: std::collections::BTreeSet<_> = rows.iter().map(|row| &row.name).collect();
    assert_eq!(names.len(), rows.len());
}

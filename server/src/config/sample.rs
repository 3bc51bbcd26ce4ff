//! The sample file, made from the table of keys.

use std::fmt::Write;

use super::{
    Key, keys, lists,
    table::{find, in_list},
};

/// Longest line of a comment, in characters.
const WIDTH: usize = 98;

const HEAD: &str = "Every key with its default. To set one, remove the # before it. A variable of the \
                    environment, named above each key, overrides the file. This sample is printed by \
                    `latchkey check-config --sample`.";

/// A complete `latchkey.toml`: every key at its default, commented out (`#key`), below the sentences
/// that explain it (`# sentence`). It sets nothing.
pub fn sample() -> String {
    let mut text = String::new();
    comment(&mut text, HEAD);
    let mut current = "";
    for key in keys() {
        let (section, name) = key.parts();
        if section != current {
            current = section;
            push(&mut text, format_args!("\n[{section}]"));
        }
        explain(&mut text, key, name);
    }
    for list in lists() {
        text.push('\n');
        comment(&mut text, list.doc());
        push(&mut text, format_args!("#[[{}]]", list.name()));
        for key in list.keys() {
            explain(&mut text, &list.at(0, key), key.name());
        }
    }
    text
}

fn explain(text: &mut String, key: &Key, name: &str) {
    text.push('\n');
    comment(text, key.doc());
    comment(text, &particulars(key));
    push(text, format_args!("#{name} = {}", key.default()));
}

fn particulars(key: &Key) -> String {
    let variable = key.variable();
    // Where the file of a secret is a key of its own, that one says so.
    let file = format!("{}_file", key.name());
    let has_key = find(&file).or_else(|| in_list(&file)).is_some();
    let variable = if key.is_secret() && !has_key {
        format!("{variable}, or {variable}_FILE with the path of a file that holds it")
    } else {
        variable
    };
    match key.bounds() {
        Some(bounds) => format!("{} to {}. {variable}", bounds.start(), bounds.end()),
        None => variable,
    }
}

/// Breaks a sentence into lines of a comment.
fn comment(text: &mut String, sentence: &str) {
    let mut line = String::from("#");
    for word in sentence.split(' ') {
        if line.len() > 1 && line.chars().count() + 1 + word.chars().count() > WIDTH {
            push(text, format_args!("{line}"));
            line.truncate(1);
        }
        line.push(' ');
        line.push_str(word);
    }
    push(text, format_args!("{line}"));
}

fn push(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string can't fail.
    let _ = writeln!(text, "{line}");
}

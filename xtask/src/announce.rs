//! What a person reads while a verb works.

use std::fmt::Display;
use std::io::{IsTerminal as _, stdout};

const BOLD: &str = "1";
const RED: &str = "31";
const GREEN: &str = "32";

fn painted(text: &str, colour: &str) -> String {
    let plain = !stdout().is_terminal() || std::env::var_os("NO_COLOR").is_some();
    if plain {
        text.to_owned()
    } else {
        format!("\u{1b}[{colour}m{text}\u{1b}[0m")
    }
}

/// Opens a part of the work.
pub(crate) fn headline(text: &str) {
    println!("\n{}", painted(&format!("── {text}"), BOLD));
}

/// One line about what happens now.
pub(crate) fn note(text: &str) {
    println!("   {text}");
}

/// Says before a long step how long it is and that it comes only once.
pub(crate) fn long_step(what: &str, duration: &str) {
    println!("   {what} takes about {duration}, once");
}

/// Closes a part that went well.
pub(crate) fn passed(text: &str) {
    println!("   {} {text}", painted("passed", GREEN));
}

/// Closes a part that did not.
pub(crate) fn failed(text: &str) {
    println!("   {} {text}", painted("FAILED", RED));
}

/// The last words of a verb that could not do its work.
pub(crate) fn error(reason: &impl Display) {
    eprintln!("{} {reason}", painted("error:", RED));
}

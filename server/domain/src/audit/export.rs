//! The trail as files: JSON Lines, and CSV (RFC 4180).

use std::fmt::Write as _;

use serde::Serialize;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::FoundEvent;
use crate::clock::Timestamp;

#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    seq: Option<i64>,
    at: String,
    kind: &'a str,
    outcome: &'a str,
    actor: &'a str,
    subject: Option<&'a str>,
    details: serde_json::Value,
    address: Option<&'a str>,
    email: Option<&'a str>,
    user_agent: Option<&'a str>,
}

impl<'a> Line<'a> {
    fn of(event: &'a FoundEvent) -> Self {
        let side = event.side.as_ref();
        Self {
            id: &event.id,
            seq: event.seq,
            at: written(event.at),
            kind: &event.kind,
            outcome: &event.outcome,
            actor: &event.actor,
            subject: event.subject.as_deref(),
            details: serde_json::from_str(&event.details).unwrap_or_default(),
            address: side.and_then(|side| side.address.as_deref()),
            email: side.and_then(|side| side.email.as_deref()),
            user_agent: side.and_then(|side| side.user_agent.as_deref()),
        }
    }
}

/// An event as one JSON document with its line feed. `at` is UTC (RFC 3339), what isn't known is `null`.
pub fn json_line(event: &FoundEvent) -> String {
    // Maps with text for keys always have a JSON form.
    let line = serde_json::to_string(&Line::of(event)).unwrap_or_default();
    let mut line = visible(&line);
    line.push('\n');
    line
}

/// The first line of a CSV file: what the columns are.
pub const fn csv_header() -> &'static str {
    "id,seq,at,kind,outcome,actor,subject,details,address,email,user_agent\r\n"
}

/// An event as a line of CSV, in the columns of [`csv_header`]. What a spreadsheet would take for a formula
/// has an apostrophe before it.
pub fn csv_line(event: &FoundEvent) -> String {
    let line = Line::of(event);
    let seq = line.seq.map(|seq| seq.to_string());
    let cells = [
        line.id,
        seq.as_deref().unwrap_or_default(),
        &line.at,
        line.kind,
        line.outcome,
        line.actor,
        line.subject.unwrap_or_default(),
        &event.details,
        line.address.unwrap_or_default(),
        line.email.unwrap_or_default(),
        line.user_agent.unwrap_or_default(),
    ];
    let mut text = cells.map(cell).join(",");
    text.push_str("\r\n");
    text
}

/// A cell: harmless in a spreadsheet, and between quotes where it must be. What is unseen can't hide the
/// beginning of a formula, nor can the wide forms that some spreadsheets read like the usual ones.
fn cell(text: &str) -> String {
    let text = visible(text);
    let first = text.trim_start().chars().next();
    let runs = text.starts_with(['\t', '\r'])
        || first.is_some_and(|first| {
            matches!(
                first,
                '=' | '+' | '-' | '@' | ';' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}'
            )
        });
    let guarded = if runs { format!("'{text}") } else { text };
    if guarded.contains([',', '"', '\r', '\n']) {
        return format!("\"{}\"", guarded.replace('"', "\"\""));
    }
    guarded
}

/// Marks that turn the direction of a text around, and what is unseen, written out as JSON does.
fn visible(text: &str) -> String {
    let mut seen = String::with_capacity(text.len());
    for letter in text.chars() {
        if is_unseen(letter) {
            let _ = write!(seen, "\\u{:04x}", u32::from(letter));
        } else {
            seen.push(letter);
        }
    }
    seen
}

const fn is_unseen(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

/// A time in UTC; one that no calendar has stays a number.
fn written(at: Timestamp) -> String {
    let nanos = i128::from(at.as_micros()) * 1000;
    OffsetDateTime::from_unix_timestamp_nanos(nanos)
        .ok()
        .and_then(|time| time.format(&Rfc3339).ok())
        .unwrap_or_else(|| at.as_micros().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Side;

    fn event(user_agent: &str) -> FoundEvent {
        FoundEvent {
            id: "0190".to_owned(),
            at: Timestamp::from_micros(1_767_268_800_500_000),
            kind: "session.started".to_owned(),
            actor: "account:1".to_owned(),
            subject: None,
            outcome: "success".to_owned(),
            details: r#"{"amr":"pwd"}"#.to_owned(),
            side: Some(Side {
                address: Some("192.0.2.1".to_owned()),
                email: None,
                user_agent: Some(user_agent.to_owned()),
            }),
            seq: Some(7),
        }
    }

    #[test]
    fn a_json_line_is_one_document() {
        assert_eq!(
            json_line(&event("a\nb")),
            concat!(
                r#"{"id":"0190","seq":7,"at":"2026-01-01T12:00:00.5Z","kind":"session.started","#,
                r#""outcome":"success","actor":"account:1","subject":null,"details":{"amr":"pwd"},"#,
                r#""address":"192.0.2.1","email":null,"user_agent":"a\nb"}"#,
                "\n"
            )
        );
    }

    #[test]
    fn a_csv_line_has_the_columns_of_the_header() {
        assert_eq!(
            csv_line(&event("Firefox")),
            "0190,7,2026-01-01T12:00:00.5Z,session.started,success,account:1,,\"{\"\"amr\"\":\"\"pwd\"\"}\",\
             192.0.2.1,,Firefox\r\n"
        );
        let columns = csv_header().trim_end().split(',').count();
        assert_eq!(columns, 11);
        let unwritten = FoundEvent {
            side: None,
            seq: None,
            details: "{}".to_owned(),
            ..event("")
        };
        assert_eq!(csv_line(&unwritten).split(',').count(), columns);
    }

    #[test]
    fn no_mark_turns_a_line_around() {
        let odd = event("a\u{202e}b\u{2066}c\u{200b}");
        let line = json_line(&odd);
        assert!(line.contains(r#""a\u202eb\u2066c\u200b""#), "{line}");
        let read: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(read["user_agent"], "a\u{202e}b\u{2066}c\u{200b}");
        assert!(csv_line(&odd).contains(r"a\u202eb\u2066c\u200b"));
    }

    #[test]
    fn no_spreadsheet_runs_a_cell() {
        for (text, shown) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@x", "'@x"),
            ("\tx", "'\tx"),
            ("\rx", "\"'\rx\""),
            ("=\"a\",b", "\"'=\"\"a\"\",b\""),
            ("a=1", "a=1"),
            ("two\nlines", "\"two\nlines\""),
            ("", ""),
            (" =1+1", "' =1+1"),
            (";=1+1", "';=1+1"),
            ("\u{ff1d}1+1", "'\u{ff1d}1+1"),
            ("\u{feff}=1", "\\ufeff=1"),
            ("\u{200b}=1", "\\u200b=1"),
        ] {
            assert_eq!(cell(text), shown);
        }
    }
}

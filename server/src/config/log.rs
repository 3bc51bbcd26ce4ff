//! `[log]`: how the server tells what it does.

use super::{Key, loading::Values};

const FORMAT: Key = Key::text(
    "log.format",
    "auto",
    "How log lines look: human, json, or auto (human with --dev, json without).",
);
const LEVEL: Key = Key::text(
    "log.level",
    "info",
    "The least important log lines that are written: error, warn, info, debug or trace.",
);

pub(super) static KEYS: [Key; 2] = [FORMAT, LEVEL];

/// How the server tells what it does.
#[derive(Clone, Debug)]
pub struct Log {
    /// How lines look.
    pub format: LogFormat,
    /// The least important lines that are written.
    pub level: LogLevel,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For eyes.
    Human,
    /// For programs: one JSON object a line.
    Json,
}

/// The least important log lines that are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogLevel {
    /// Only what failed.
    Error,
    /// And what is odd.
    Warn,
    /// And what happens.
    Info,
    /// And how.
    Debug,
    /// Everything.
    Trace,
}

impl LogLevel {
    /// The word of the configuration, which is also a directive of tracing's filter.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

impl Log {
    pub(super) fn read(values: &mut Values) -> Option<Self> {
        let format = read_format(values);
        let levels = [
            LogLevel::Error,
            LogLevel::Warn,
            LogLevel::Info,
            LogLevel::Debug,
            LogLevel::Trace,
        ];
        let level = values.choice(&LEVEL, &levels.map(|level| (level.as_str(), level)));
        Some(Self {
            format: format?,
            level: level?,
        })
    }
}

fn read_format(values: &mut Values) -> Option<LogFormat> {
    let (automatic, word) = if values.dev() {
        (LogFormat::Human, "human")
    } else {
        (LogFormat::Json, "json")
    };
    let words = [
        ("auto", None),
        ("human", Some(LogFormat::Human)),
        ("json", Some(LogFormat::Json)),
    ];
    let chosen = values.choice(&FORMAT, &words)?;
    if chosen.is_none() {
        values.resolve(&FORMAT, word);
    }
    Some(chosen.unwrap_or(automatic))
}

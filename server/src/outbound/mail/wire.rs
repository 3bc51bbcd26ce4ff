//! Lines to a mail server and answers from it (RFC 5321 section 4.2), with bounds on both.

use domain::mail::ReplyCode;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Longest line of an answer that is read. RFC 5321 section 4.5.3.1.5 allows 512.
const LONGEST_LINE: usize = 2048;
/// Most lines of one answer.
const MOST_LINES: usize = 128;

/// The connection broke, or what came was no SMTP.
#[derive(Debug)]
pub(super) struct Broken;

impl From<std::io::Error> for Broken {
    fn from(_: std::io::Error) -> Self {
        Self
    }
}

/// What a mail server said.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) code: ReplyCode,
    /// What follows the number, line by line. Never shown: servers repeat addresses.
    pub(super) lines: Vec<String>,
}

impl Answer {
    /// Whether it begins with this digit: 2 is done, 3 is go on, 4 is later, 5 is never.
    pub(super) const fn is(&self, digit: u16) -> bool {
        self.code.basic / 100 == digit
    }

    /// What a line that begins with this word goes on with.
    pub(super) fn capability(&self, word: &str) -> Option<&str> {
        self.lines.iter().skip(1).find_map(|line| {
            let (first, rest) = line.split_once([' ', '=']).unwrap_or((line, ""));
            first.eq_ignore_ascii_case(word).then_some(rest)
        })
    }
}

/// A connection, and what was read ahead from it.
pub(super) struct Wire<S> {
    stream: S,
    ahead: Vec<u8>,
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Wire<S> {
    pub(super) const fn new(stream: S) -> Self {
        Self {
            stream,
            ahead: Vec::new(),
        }
    }

    /// The connection alone; `None` when something came that nobody has asked for.
    pub(super) fn into_quiet(self) -> Option<S> {
        self.ahead.is_empty().then_some(self.stream)
    }

    /// Sends a command and reads the answer. `line` holds no line break.
    pub(super) async fn ask(&mut self, line: &str) -> Result<Answer, Broken> {
        if line.contains(['\r', '\n', '\0']) {
            return Err(Broken);
        }
        self.stream
            .write_all(format!("{line}\r\n").as_bytes())
            .await?;
        self.answer().await
    }

    /// Sends a mail's text, all but the line that ends it (RFC 5321 section 4.5.2).
    pub(super) async fn text(&mut self, text: &[u8]) -> Result<(), Broken> {
        let mut stuffed = Vec::with_capacity(text.len() + 64);
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            if line.starts_with(b".") {
                stuffed.push(b'.');
            }
            stuffed.extend_from_slice(line);
        }
        if !stuffed.ends_with(b"\r\n") {
            stuffed.extend_from_slice(b"\r\n");
        }
        self.stream.write_all(&stuffed).await?;
        self.stream.flush().await?;
        Ok(())
    }

    /// Reads an answer.
    pub(super) async fn answer(&mut self) -> Result<Answer, Broken> {
        self.stream.flush().await?;
        let mut lines = Vec::new();
        while lines.len() < MOST_LINES {
            let line = self.line().await?;
            let code = ReplyCode::parse(&line).ok_or(Broken)?;
            if !(200..600).contains(&code.basic) {
                return Err(Broken);
            }
            let more = match line.as_bytes().get(3) {
                Some(b'-') => true,
                Some(b' ') | None => false,
                Some(_) => return Err(Broken),
            };
            lines.push(line.get(4..).unwrap_or_default().to_owned());
            if !more {
                return Ok(Answer { code, lines });
            }
        }
        Err(Broken)
    }

    async fn line(&mut self) -> Result<String, Broken> {
        loop {
            if let Some(end) = self.ahead.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.ahead.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            if self.ahead.len() > LONGEST_LINE {
                return Err(Broken);
            }
            let mut some = [0; 1024];
            let count = self.stream.read(&mut some).await?;
            if count == 0 {
                return Err(Broken);
            }
            self.ahead.extend_from_slice(&some[..count]);
        }
    }
}

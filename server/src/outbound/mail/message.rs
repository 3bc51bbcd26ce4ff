//! From a queued mail to the text that travels (RFC 5322, RFC 2046).

use std::time::{Duration, UNIX_EPOCH};

use app::text::mail::write;
use domain::{
    accounts::EmailAddress,
    clock::Timestamp,
    language::Language,
    mail::{Draft, Trouble, TroubleKind},
};
use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart, MultiPartKind, SinglePart,
        header::{Header, HeaderName, HeaderValue},
    },
};

use super::html;

/// Who sends, and where links lead.
pub(super) struct Sender {
    pub(super) from: Mailbox,
    pub(super) public_url: String,
    /// The right half of every `Message-ID`.
    pub(super) host: String,
}

/// What the mail server is told and given.
pub(crate) struct Letter {
    /// The sender's address.
    pub(super) from: String,
    /// The recipient's, its domain in ASCII.
    pub(super) to: String,
    /// Header and body, lines ended by CRLF.
    pub(super) text: Vec<u8>,
}

impl Sender {
    /// Writes a mail out. The same mail gets the same `Message-ID` at each attempt, by which
    /// whoever got it twice can tell.
    pub(super) fn write(
        &self,
        id: &str,
        to: &str,
        draft: &Draft,
        now: Timestamp,
    ) -> Result<Letter, Trouble> {
        let unaddressable = Trouble::silent(TroubleKind::Unaddressable);
        let to = recipient(to).ok_or(unaddressable)?;
        let text = write(draft, &self.public_url);
        let plain = SinglePart::plain(text.plain());
        let rich = SinglePart::html(html::page(&text));
        // The boundary is ours, so that the same mail is the same text.
        let boundary = format!("latchkey-{id}");
        let body = MultiPart::builder()
            .kind(MultiPartKind::Alternative)
            .boundary(boundary)
            .singlepart(plain)
            .singlepart(rich);
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to.clone()))
            .subject(one_line(&text.subject))
            .date(UNIX_EPOCH + Duration::from_micros(u64::try_from(now.as_micros()).unwrap_or(0)))
            .message_id(Some(format!("<{id}@{}>", self.host)))
            .header(AutoSubmitted)
            .header(ContentLanguage(text.language))
            .multipart(body)
            .map_err(|_| unaddressable)?;
        Ok(Letter {
            from: self.from.email.to_string(),
            to: to.to_string(),
            text: message.formatted(),
        })
    }
}

/// Mail servers know domains in ASCII. Parsed again, since a line break in an address would be a
/// command to the mail server.
fn recipient(address: &str) -> Option<Address> {
    let parsed = EmailAddress::parse(address).ok()?;
    let (local, _) = parsed.as_str().rsplit_once('@')?;
    let (_, domain) = parsed.lookup_key().as_str().rsplit_once('@')?;
    Address::new(local, domain).ok()
}

/// No subject has a name in it so far; none ever gets a second line.
fn one_line(subject: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    subject.chars().map(plain).collect()
}

/// `Auto-Submitted: auto-generated` (RFC 3834): vacation notices stay away.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// `Content-Language` (RFC 3282).
#[derive(Clone)]
struct ContentLanguage(Language);

impl Header for ContentLanguage {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Language")
    }

    fn parse(tag: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(Language::parse(tag).ok_or("not a language of ours")?))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.tag().to_owned())
    }
}

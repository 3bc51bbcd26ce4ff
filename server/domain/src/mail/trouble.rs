//! Why a mail was not delivered: a code that names nobody.

/// Why an attempt failed. Holds nothing of what the mail server wrote but its numbers: servers like
/// to repeat the recipient's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Where it failed.
    pub kind: TroubleKind,
    /// What the mail server answered, if it did.
    pub reply: Option<ReplyCode>,
}

/// The numbers of a mail server's answer (RFC 5321 section 4.2, RFC 3463).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplyCode {
    /// Such as 550.
    pub basic: u16,
    /// Such as 5.1.1.
    pub enhanced: Option<(u16, u16, u16)>,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $word:literal,)*) => {
        /// Where an attempt failed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum TroubleKind {
            $($(#[$doc])* $kind,)*
        }

        impl TroubleKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            const fn word(self) -> &'static str {
                match self {
                    $(Self::$kind => $word,)*
                }
            }
        }
    };
}

kinds! {
    /// No connection came about.
    Unreachable "unreachable",
    /// The connection could not be made safe: no TLS, or a certificate that isn't right.
    Insecure "insecure",
    /// The mail server turned us away before anything was asked of it.
    TurnedAway "turned_away",
    /// It did not take our user name and password.
    LoginRefused "login",
    /// It did not take our sender.
    SenderRefused "sender",
    /// It did not take the recipient.
    RecipientRefused "recipient",
    /// It did not take the mail.
    ContentRefused "content",
    /// It did not answer in time.
    NoAnswer "no_answer",
    /// The connection broke, or what came was no SMTP.
    ConnectionLost "connection_lost",
    /// The queued mail can't be opened: another master key, or a newer version's message.
    Unreadable "unreadable",
    /// Nothing can be sent to that address through this mail server.
    Unaddressable "unaddressable",
    /// A code of another version.
    Unknown "unknown",
}

impl Trouble {
    /// Trouble without an answer.
    pub const fn silent(kind: TroubleKind) -> Self {
        Self { kind, reply: None }
    }

    /// Whether trying again is pointless. Only what is about this mail is: a refused login or
    /// sender is for the operator to mend, and the mails wait for it.
    pub const fn is_final(&self) -> bool {
        match (self.kind, self.reply) {
            (TroubleKind::Unaddressable, _) => true,
            (TroubleKind::RecipientRefused | TroubleKind::ContentRefused, Some(reply)) => {
                // RFC 4954 section 6: these ask for a login or a safer one.
                let about_us = matches!(reply.basic, 530 | 534 | 535 | 538);
                reply.basic >= 500 && !about_us
            }
            _ => false,
        }
    }

    /// The form in which it is stored.
    pub fn code(&self) -> String {
        match self.reply {
            None => self.kind.word().to_owned(),
            Some(reply) => format!("{} {reply}", self.kind.word()),
        }
    }

    /// What a stored code says.
    pub fn parse(code: &str) -> Self {
        let (word, reply) = code.split_once(' ').unwrap_or((code, ""));
        let known = TroubleKind::ALL.iter().find(|kind| kind.word() == word);
        Self {
            kind: known.copied().unwrap_or(TroubleKind::Unknown),
            reply: ReplyCode::parse(reply),
        }
    }
}

impl ReplyCode {
    /// Reads the beginning of an answer's line: `550 5.1.1 …`.
    pub fn parse(line: &str) -> Option<Self> {
        let basic = line.get(..3)?;
        let basic = basic
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| basic.parse());
        let word = line.get(4..).unwrap_or_default().split(' ').next();
        Some(Self {
            basic: basic?.ok()?,
            enhanced: word.and_then(enhanced),
        })
    }
}

fn enhanced(word: &str) -> Option<(u16, u16, u16)> {
    let mut parts = word.split('.').map(|part| {
        let digits =
            (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse().ok()).flatten()
    });
    let found = (parts.next()??, parts.next()??, parts.next()??);
    parts.next().is_none().then_some(found)
}

impl std::fmt::Display for ReplyCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.basic)?;
        match self.enhanced {
            Some((class, subject, detail)) => write!(f, " {class}.{subject}.{detail}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(kind: TroubleKind, line: &str) -> Trouble {
        Trouble {
            kind,
            reply: ReplyCode::parse(line),
        }
    }

    #[test]
    fn a_code_holds_numbers_and_nothing_of_what_the_server_wrote() {
        let line = "550 5.1.1 <ada@example.com>: no such user";
        let trouble = refused(TroubleKind::RecipientRefused, line);
        assert_eq!(trouble.code(), "recipient 550 5.1.1");
        let bare = refused(TroubleKind::ContentRefused, "554 5.7.x ada@example.com");
        assert_eq!(bare.code(), "content 554");
        for odd in ["", "55", "5x0 ", "+50 no", "ada@example.com", "äöü"] {
            assert_eq!(
                refused(TroubleKind::SenderRefused, odd).code(),
                "sender",
                "{odd}"
            );
        }
    }

    #[test]
    fn every_code_reads_back_as_it_was() {
        let replies = [
            None,
            ReplyCode::parse("451"),
            ReplyCode::parse("550 5.1.1 x"),
        ];
        for (kind, reply) in TroubleKind::ALL
            .iter()
            .flat_map(|kind| replies.map(|reply| (*kind, reply)))
        {
            let trouble = Trouble { kind, reply };
            assert_eq!(Trouble::parse(&trouble.code()), trouble);
        }
        assert_eq!(Trouble::parse("of tomorrow").kind, TroubleKind::Unknown);
        assert_eq!(Trouble::parse("").kind, TroubleKind::Unknown);
    }

    #[test]
    fn only_what_is_about_the_mail_itself_is_final() {
        for (kind, line, is_final) in [
            (TroubleKind::RecipientRefused, "550 5.1.1", true),
            (TroubleKind::RecipientRefused, "451", false),
            (TroubleKind::RecipientRefused, "530 5.7.0", false),
            (TroubleKind::RecipientRefused, "", false),
            (TroubleKind::ContentRefused, "554", true),
            (TroubleKind::ContentRefused, "452 4.2.2", false),
            (TroubleKind::SenderRefused, "550", false),
            (TroubleKind::LoginRefused, "535 5.7.8", false),
            (TroubleKind::TurnedAway, "554", false),
            (TroubleKind::NoAnswer, "", false),
            (TroubleKind::Unaddressable, "", true),
        ] {
            assert_eq!(refused(kind, line).is_final(), is_final, "{kind:?} {line}");
        }
    }
}

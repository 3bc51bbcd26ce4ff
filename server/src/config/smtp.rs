//! `[smtp]`: the mail server that takes what is sent.

use std::{
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
    time::Duration,
};

use lettre::message::Mailbox;
use url::Host;

use super::{Key, PublicUrl, Secret, loading::Values};

const HOST: Key = Key::text(
    "smtp.host",
    "",
    "The mail server that mail is handed to: a host name or an IP address. Empty means that mail \
     stays queued.",
);
const PORT: Key = Key::whole(
    "smtp.port",
    0,
    0..=65_535,
    "The mail server's port; 0 means the usual one: 587 with smtp.tls = starttls, 465 with tls, \
     25 with none.",
);
const TLS: Key = Key::text(
    "smtp.tls",
    "starttls",
    "How the connection is encrypted: starttls (after a plain greeting, and never without), tls \
     (from the first byte) or none (not at all; for a mail server on this machine).",
);
const PLAINTEXT_HOST: Key = Key::text(
    "smtp.plaintext_host",
    "",
    "The one mail server elsewhere that smtp.tls = none is accepted for: smtp.host once more. \
     Whoever listens on the way can then use the links in mails.",
);
const CA_FILE: Key = Key::text(
    "smtp.ca_file",
    "",
    "A PEM file of the authorities that may vouch for the mail server. Empty means the public \
     ones, which are built in.",
);
const USERNAME: Key = Key::text(
    "smtp.username",
    "",
    "The user name at the mail server; empty where it asks for none.",
);
const PASSWORD: Key = Key::secret("smtp.password", "The password at the mail server.");
const FROM: Key = Key::text(
    "smtp.from",
    "",
    "The sender of every mail, such as \"Example <login@example.com>\". Needed with smtp.host.",
);
const HELO_NAME: Key = Key::text(
    "smtp.helo_name",
    "",
    "The name by which we greet the mail server. Empty means the host of public_url.",
);
const TIMEOUT: Key = Key::whole(
    "smtp.timeout_seconds",
    30,
    1..=300,
    "The seconds within which the mail server has to take a mail, and again to confirm it.",
);

pub(super) static KEYS: [Key; 10] = [
    HOST,
    PORT,
    TLS,
    PLAINTEXT_HOST,
    CA_FILE,
    USERNAME,
    PASSWORD,
    FROM,
    HELO_NAME,
    TIMEOUT,
];

/// The mail server that takes what is sent.
#[derive(Clone, Debug)]
pub struct Smtp {
    /// A host name or an IP address without brackets.
    pub host: String,
    /// Never 0.
    pub port: u16,
    /// How the connection is encrypted.
    pub tls: SmtpTls,
    /// The authorities that may vouch for it; `None`: the public ones.
    pub ca_file: Option<PathBuf>,
    /// User name and password, where it asks for them.
    pub login: Option<(String, Secret)>,
    /// The sender of every mail.
    pub from: Mailbox,
    /// How we introduce ourselves.
    pub helo_name: String,
    /// For taking a mail, and again for confirming it.
    pub timeout: Duration,
}

/// How the connection to the mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpTls {
    /// After a plain greeting; never without.
    StartTls,
    /// From the first byte.
    Tls,
    /// Not at all.
    None,
}

/// Something in the section won't do.
pub(super) struct Refused;

impl Smtp {
    /// `None`: no mail server is named.
    pub(super) fn read(
        values: &mut Values,
        public_url: Option<&PublicUrl>,
    ) -> Result<Option<Self>, Refused> {
        let host = values.text(&HOST).ok_or(Refused)?;
        let named = !host.is_empty();
        match Self::read_for(values, host, public_url) {
            Some(smtp) => Ok(Some(smtp)),
            None if named => Err(Refused),
            None => Ok(None),
        }
    }

    /// Without a host, only the types of the others are judged: one variable takes the mail server
    /// away and leaves the rest of the section as it is.
    fn read_for(values: &mut Values, host: String, public_url: Option<&PublicUrl>) -> Option<Self> {
        let port = values.whole::<u16>(&PORT);
        let words = [
            ("starttls", SmtpTls::StartTls),
            ("tls", SmtpTls::Tls),
            ("none", SmtpTls::None),
        ];
        let tls = values.choice(&TLS, &words);
        let plaintext_host = values.text(&PLAINTEXT_HOST);
        let ca_file = values.text(&CA_FILE);
        let username = values.text(&USERNAME);
        let password = values.secret(&PASSWORD);
        let from = values.text(&FROM);
        let helo_name = values.text(&HELO_NAME);
        let timeout = values.whole(&TIMEOUT);
        if host.is_empty() {
            return None;
        }
        let here = is_this_machine(&host);
        let host = read_host(values, host);
        let (tls, login) = read_safety(
            values,
            host.as_deref(),
            here,
            tls?,
            &plaintext_host?,
            (username?, password?),
        )?;
        let from = read_from(values, &from?);
        let helo_name = read_helo_name(values, helo_name?, public_url);
        let ca_file = ca_file?;
        Some(Self {
            host: host?,
            port: read_port(values, port?, tls),
            tls,
            ca_file: (!ca_file.is_empty()).then(|| ca_file.into()),
            login,
            from: from?,
            helo_name: helo_name?,
            timeout: Duration::from_secs(timeout?),
        })
    }
}

fn read_host(values: &mut Values, host: String) -> Option<String> {
    if host.parse::<IpAddr>().is_ok() || is_host_name(&host) {
        return Some(host);
    }
    values.mismatch(
        &HOST,
        "a host name or an IP address alone; the port is smtp.port",
    )
}

fn is_host_name(text: &str) -> bool {
    let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    text.len() <= 253 && text.chars().all(fine) && matches!(Host::parse(text), Ok(Host::Domain(_)))
}

fn is_this_machine(host: &str) -> bool {
    let name = host.to_ascii_lowercase();
    name == "localhost"
        || name
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

type Login = Option<(String, Secret)>;

/// What crosses the network readably is judged together: mails hold links that sign people in.
fn read_safety(
    values: &mut Values,
    host: Option<&str>,
    here: bool,
    tls: SmtpTls,
    plaintext_host: &str,
    (username, password): (String, Secret),
) -> Option<(SmtpTls, Login)> {
    let open = tls == SmtpTls::None && !here;
    if open && host.is_some_and(|host| host != plaintext_host) {
        return values.refuse(
            &TLS,
            "none is for a mail server on this machine; links in mails would cross the network \
             readably. Use starttls or tls, or name the host in smtp.plaintext_host as well",
        );
    }
    match (username.is_empty(), password.reveal().is_empty()) {
        (true, true) => Some((tls, None)),
        (false, true) => values.refuse(&PASSWORD, "smtp.username is set, and this isn't"),
        (true, false) => values.refuse(&USERNAME, "smtp.password is set, and this isn't"),
        (false, false) if open => values.refuse(
            &TLS,
            "none would send smtp.password readably: use starttls or tls",
        ),
        (false, false) => {
            // The login PLAIN parts its words by NUL, and each command is a line.
            if username.chars().any(char::is_control) {
                return values.refuse(&USERNAME, "must not hold control characters");
            }
            if password.reveal().chars().any(char::is_control) {
                return values.refuse(&PASSWORD, "must not hold control characters");
            }
            Some((tls, Some((username, password))))
        }
    }
}

fn read_port(values: &mut Values, given: u16, tls: SmtpTls) -> u16 {
    let usual = match tls {
        SmtpTls::StartTls => 587,
        SmtpTls::Tls => 465,
        SmtpTls::None => 25,
    };
    let port = if given == 0 { usual } else { given };
    values.resolve(&PORT, port.to_string());
    port
}

fn read_from(values: &mut Values, text: &str) -> Option<Mailbox> {
    let wanted = "an address, such as login@example.com or \"Example <login@example.com>\"";
    if text.is_empty() {
        return values.refuse(&FROM, format!("smtp.host is set; wanted {wanted}"));
    }
    match text.parse::<Mailbox>() {
        // A display name may be in any script; the address must pass every mail server.
        Ok(from) if from.email.to_string().is_ascii() && !text.chars().any(char::is_control) => {
            Some(from)
        }
        _ => values.mismatch(&FROM, wanted),
    }
}

fn read_helo_name(
    values: &mut Values,
    text: String,
    public_url: Option<&PublicUrl>,
) -> Option<String> {
    if text.is_empty() {
        let name = as_client_name(public_url?.host());
        values.resolve(&HELO_NAME, name.as_str());
        return Some(name);
    }
    if is_host_name(&text) {
        return Some(text);
    }
    values.mismatch(&HELO_NAME, "a host name")
}

/// RFC 5321 section 4.1.3: an address stands in brackets, and one of IPv6 says so.
fn as_client_name(host: &str) -> String {
    if let Some(address) = host.strip_prefix('[') {
        format!("[IPv6:{address}")
    } else if host.parse::<Ipv4Addr>().is_ok() {
        format!("[{host}]")
    } else {
        host.to_owned()
    }
}

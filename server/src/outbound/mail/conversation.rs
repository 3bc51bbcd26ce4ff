//! One conversation with the mail server, for one mail (RFC 5321, 3207, 4954, 6531).

use std::{sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::mail::{ReplyCode, Trouble, TroubleKind};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};

use super::{
    message::Letter,
    no_connection::NoConnection,
    tls::Encryption,
    wire::{Answer, Broken, Wire},
};
use crate::config::{Secret, Smtp};

/// How long a farewell may take; nothing depends on it.
const FAREWELL: Duration = Duration::from_secs(2);

/// Where mail goes, and how we introduce ourselves.
pub(super) struct Server {
    host: String,
    port: u16,
    encryption: Encryption,
    login: Option<(String, Secret)>,
    helo_name: String,
}

impl Server {
    pub(super) fn new(smtp: &Smtp, encryption: Encryption) -> Self {
        Self {
            host: smtp.host.clone(),
            port: smtp.port,
            encryption,
            login: smtp.login.clone(),
            helo_name: smtp.helo_name.clone(),
        }
    }
}

/// A connection of either kind.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

type AnyWire = Wire<Box<dyn Stream>>;

/// One attempt to deliver one mail.
///
/// The connection stays open when the attempt is over: the outcome is written down before time is
/// spent on a farewell.
pub(crate) struct Conversation {
    server: Arc<Server>,
    timeout: Duration,
    wire: Option<AnyWire>,
    handed_over: bool,
    /// The last thing that we said was answered, so a farewell makes sense.
    answered: bool,
}

impl Conversation {
    pub(super) const fn new(server: Arc<Server>, timeout: Duration) -> Self {
        Self {
            server,
            timeout,
            wire: None,
            handed_over: false,
            answered: false,
        }
    }

    /// Whether the mail server may have the mail, though it hasn't said so.
    pub(crate) const fn handed_over(&self) -> bool {
        self.handed_over
    }

    /// Delivers. `Ok` once the mail server took the mail over.
    pub(crate) async fn deliver(&mut self, letter: &Letter) -> Result<(), Trouble> {
        let outcome = self.attempt(letter).await;
        self.answered = match outcome {
            Ok(()) => true,
            Err(trouble) => trouble.reply.is_some(),
        };
        outcome
    }

    async fn attempt(&mut self, letter: &Letter) -> Result<(), Trouble> {
        let span = self.timeout;
        let no_answer = Trouble::silent(TroubleKind::NoAnswer);
        timeout(span, self.hand_over(letter))
            .await
            .map_err(|_| no_answer)??;
        // From here on, giving up early means that the mail is sent twice.
        timeout(span, self.confirmation())
            .await
            .map_err(|_| no_answer)?
    }

    /// Says goodbye, if there is somebody to say it to.
    pub(crate) async fn end(self) {
        if let Some(mut wire) = self.wire
            && self.answered
        {
            // Whether it is heard doesn't matter.
            let _ = timeout(FAREWELL, wire.ask("QUIT")).await;
        }
    }

    async fn hand_over(&mut self, letter: &Letter) -> Result<(), Trouble> {
        let server = Arc::clone(&self.server);
        let connected = server.connect().await;
        let (wire, hello) = connected.map_err(NoConnection::logged)?;
        let wire = self.wire.insert(wire);
        if let Some((name, password)) = &server.login {
            sign_in(wire, &hello, name, password).await?;
        }
        let options = options(letter, &hello)?;
        let from = format!("MAIL FROM:<{}>{options}", letter.from);
        expect(2, wire.ask(&from).await, TroubleKind::SenderRefused)?;
        let to = format!("RCPT TO:<{}>", letter.to);
        expect(2, wire.ask(&to).await, TroubleKind::RecipientRefused)?;
        expect(3, wire.ask("DATA").await, TroubleKind::ContentRefused)?;
        wire.text(&letter.text).await.map_err(lost)
    }

    async fn confirmation(&mut self) -> Result<(), Trouble> {
        let wire = self.wire.as_mut().ok_or(lost(Broken))?;
        self.handed_over = true;
        let answer = wire.ask(".").await;
        // A refusal is an answer too: the server doesn't have it then.
        self.handed_over = answer.is_err();
        expect(2, answer, TroubleKind::ContentRefused).map(drop)
    }
}

impl Server {
    /// A connection on which we were greeted, as safe as configured, and what the server offers.
    async fn connect(&self) -> Result<(AnyWire, Answer), NoConnection> {
        let insecure = Trouble::silent(TroubleKind::Insecure);
        let connection = TcpStream::connect((self.host.as_str(), self.port))
            .await
            .map_err(|error| {
                NoConnection::because(Trouble::silent(TroubleKind::Unreachable), error)
            })?;
        // Commands are short and wait for answers.
        let _ = connection.set_nodelay(true);
        match &self.encryption {
            Encryption::None => {
                let mut wire = Wire::new(Box::new(connection) as Box<dyn Stream>);
                greeting(&mut wire).await?;
                let hello = self.hello(&mut wire).await?;
                Ok((wire, hello))
            }
            Encryption::AtOnce(handshake) => {
                let safe = handshake.shake(connection).await?;
                let mut wire = Wire::new(Box::new(safe) as Box<dyn Stream>);
                greeting(&mut wire).await?;
                let hello = self.hello(&mut wire).await?;
                Ok((wire, hello))
            }
            Encryption::Later(handshake) => {
                let mut plain = Wire::new(connection);
                greeting(&mut plain).await?;
                let offers = self.hello(&mut plain).await?;
                if offers.capability("STARTTLS").is_none() {
                    return Err(insecure.into());
                }
                expect(2, plain.ask("STARTTLS").await, TroubleKind::Insecure)?;
                // RFC 3207 section 4.2: what was said in the clear counts for nothing. Answers that
                // somebody on the way has put in ahead of the handshake end the conversation.
                let connection = plain.into_quiet().ok_or(insecure)?;
                let safe = handshake.shake(connection).await?;
                let mut wire = Wire::new(Box::new(safe) as Box<dyn Stream>);
                let hello = self.hello(&mut wire).await?;
                Ok((wire, hello))
            }
        }
    }

    /// A conversation without a mail.
    pub(super) async fn introduce(&self) -> Result<(), NoConnection> {
        let (mut wire, hello) = self.connect().await?;
        if let Some((name, password)) = &self.login {
            sign_in(&mut wire, &hello, name, password).await?;
        }
        // Whether it is heard doesn't matter.
        let _ = timeout(FAREWELL, wire.ask("QUIT")).await;
        Ok(())
    }

    async fn hello<S: Stream>(&self, wire: &mut Wire<S>) -> Result<Answer, Trouble> {
        let hello = wire.ask(&format!("EHLO {}", self.helo_name)).await;
        expect(2, hello, TroubleKind::TurnedAway)
    }
}

async fn greeting<S: Stream>(wire: &mut Wire<S>) -> Result<(), Trouble> {
    expect(2, wire.answer().await, TroubleKind::TurnedAway).map(drop)
}

async fn sign_in(
    wire: &mut AnyWire,
    hello: &Answer,
    name: &str,
    password: &Secret,
) -> Result<(), Trouble> {
    let offered = hello.capability("AUTH").unwrap_or_default();
    let offers = |way: &str| {
        offered
            .split(' ')
            .any(|word| word.eq_ignore_ascii_case(way))
    };
    let refused = TroubleKind::LoginRefused;
    let password = password.reveal();
    if offers("PLAIN") {
        let words = STANDARD.encode(format!("\0{name}\0{password}"));
        expect(2, wire.ask(&format!("AUTH PLAIN {words}")).await, refused)?;
    } else if offers("LOGIN") {
        expect(3, wire.ask("AUTH LOGIN").await, refused)?;
        expect(3, wire.ask(&STANDARD.encode(name)).await, refused)?;
        expect(2, wire.ask(&STANDARD.encode(password)).await, refused)?;
    } else {
        return Err(Trouble::silent(refused));
    }
    Ok(())
}

/// What `MAIL FROM` needs besides the address.
fn options(letter: &Letter, hello: &Answer) -> Result<&'static str, Trouble> {
    let offers = |word| hello.capability(word).is_some();
    if letter.text.is_ascii() && letter.to.is_ascii() {
        Ok("")
    } else if offers("SMTPUTF8") && offers("8BITMIME") {
        Ok(" BODY=8BITMIME SMTPUTF8")
    } else {
        // Only an address can be other than ASCII: everything else is encoded.
        Err(Trouble::silent(TroubleKind::Unaddressable))
    }
}

/// The answer, if it is of this kind.
fn expect(
    digit: u16,
    answer: Result<Answer, Broken>,
    otherwise: TroubleKind,
) -> Result<Answer, Trouble> {
    let answer = answer.map_err(lost)?;
    if answer.is(digit) {
        return Ok(answer);
    }
    // RFC 5321 section 3.8: 421 closes the connection, whatever was asked.
    let kind = if answer.code.basic == 421 {
        TroubleKind::TurnedAway
    } else {
        otherwise
    };
    let reply: Option<ReplyCode> = Some(answer.code);
    Err(Trouble { kind, reply })
}

const fn lost(_: Broken) -> Trouble {
    Trouble::silent(TroubleKind::ConnectionLost)
}

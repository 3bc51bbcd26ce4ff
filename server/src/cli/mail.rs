//! `latchkey mail`

use app::text::{
    mail::{state, subject, trouble, write},
    time::ago,
};
use domain::{
    clock::Timestamp,
    mail::{self, Content, ListedMail, MailState},
};
use serde_json::{Value, json};

use super::{Failure, arguments::Mail, open_existing, say};
use crate::config::Config;

/// Most mails listed.
const LIMIT: i64 = 1000;

pub(super) async fn mail(config: &Config, command: Mail) -> Result<(), Failure> {
    let core = open_existing(config).await?;
    let foundation = &core.services.foundation;
    // Links belong to the installation, whatever this shell's configuration says.
    let installation = foundation
        .store
        .read()
        .await
        .map_err(Failure::new)?
        .find_installation()
        .await
        .map_err(Failure::new)?;
    let url = installation.map_or_else(|| config.public_url.issuer().to_owned(), |row| row.issuer);
    let url = url.as_str();
    let now = foundation.now();
    match command {
        Mail::List { json } => {
            let mails = mail::list(foundation, LIMIT).await.map_err(Failure::new)?;
            if json {
                let mails: Vec<_> = mails.iter().map(|mail| describe(mail, url)).collect();
                say(json!({ "items": mails }));
            } else if mails.is_empty() {
                say(format_args!("No mail waits."));
            } else {
                for mail in mails {
                    say(line(&mail, url, now));
                }
            }
        }
        Mail::Show { id, json } => {
            let found = mail::find(foundation, &id).await.map_err(Failure::new)?;
            let Some(mail) = found else {
                return Err(Failure::new(
                    "there is no mail by that id; `latchkey mail list` shows them",
                ));
            };
            if json {
                say(describe(&mail, url));
            } else {
                show(&mail, url, now);
            }
        }
    }
    core.database.close().await;
    Ok(())
}

fn line(mail: &ListedMail, url: &str, now: Timestamp) -> String {
    let to = mail.content.to().unwrap_or("-");
    let when = ago(now, mail.created_at);
    let (subject, state) = (subject(&mail.content, url), state(&mail.state, now));
    let attempts = match mail.attempts {
        1 => "1 attempt".to_owned(),
        count => format!("{count} attempts"),
    };
    format!(
        "{}  {when}  {to}  {subject}  [{state}; {attempts}]",
        mail.id
    )
}

fn show(mail: &ListedMail, url: &str, now: Timestamp) {
    if let Some(to) = mail.content.to() {
        say(format_args!("To: {to}"));
    }
    say(format_args!(
        "Subject: {}\nState: {}\nAttempts: {}",
        subject(&mail.content, url),
        state(&mail.state, now),
        mail.attempts
    ));
    if let Some(message) = mail.content.message() {
        say(format_args!("\n{}", write(message, url).plain()));
    }
}

/// `text` and `link` are there while the mail can still be sent, `to` as long as it can be opened.
fn describe(mail: &ListedMail, url: &str) -> Value {
    let mut described = json!({
        "id": mail.id,
        "subject": null,
        "queued_at": mail.created_at.as_micros(),
        "expires_at": mail.expires_at.as_micros(),
        "attempts": mail.attempts,
        "readable": mail.content != Content::Unreadable,
    });
    if let Some(to) = mail.content.to() {
        described["to"] = to.into();
    }
    if let Some(message) = mail.content.message() {
        let text = write(message, url);
        described["subject"] = text.subject.as_str().into();
        described["text"] = text.plain().into();
        described["link"] = text.link.into();
    }
    let (word, at, why) = match &mail.state {
        MailState::Waiting => ("waiting", None, None),
        MailState::Sending => ("sending", None, None),
        MailState::Retry { at, why } => ("retry", Some(("retry_at", at)), Some(why)),
        MailState::Failed { at, why } => ("failed", Some(("failed_at", at)), Some(why)),
    };
    described["state"] = word.into();
    if let Some((name, at)) = at {
        described[name] = at.as_micros().into();
    }
    if let Some(why) = why {
        described["error"] = why.code().into();
        described["reason"] = trouble(why).into();
    }
    described
}

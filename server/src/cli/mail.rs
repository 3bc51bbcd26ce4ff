//! `latchkey mail`

use app::text::{mail::write, time::ago};
use domain::mail::{self, OpenedMail};
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
                    let subject = write(&mail.message, url).subject;
                    let when = ago(foundation.now(), mail.created_at);
                    say(format_args!(
                        "{}  {}  {}  {}",
                        mail.id, when, mail.to, subject
                    ));
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
                let text = write(&mail.message, url);
                say(format_args!(
                    "To: {}\nSubject: {}\n\n{}",
                    mail.to,
                    text.subject,
                    text.plain()
                ));
            }
        }
    }
    core.database.close().await;
    Ok(())
}

fn describe(mail: &OpenedMail, url: &str) -> Value {
    let text = write(&mail.message, url);
    json!({
        "id": mail.id,
        "to": mail.to,
        "subject": text.subject,
        "text": text.plain(),
        "link": text.link,
        "queued_at": mail.created_at.as_micros(),
    })
}

//! `latchkey mail`

use app::text::{mail::write, time::ago};
use domain::mail::{self, OpenedMail};
use serde_json::{Value, json};

use super::{Failure, arguments::Mail, open};
use crate::config::Config;

/// Most mails listed.
const LIMIT: i64 = 1000;

pub(super) async fn mail(config: &Config, command: Mail) -> Result<(), Failure> {
    let core = open(config).await?;
    let foundation = &core.services.foundation;
    let url = config.public_url.issuer();
    match command {
        Mail::List { json } => {
            let mails = mail::list(foundation, LIMIT).await.map_err(Failure::new)?;
            if json {
                let mails: Vec<_> = mails.iter().map(|mail| describe(mail, url)).collect();
                println!("{}", json!({ "items": mails }));
            } else if mails.is_empty() {
                println!("No mail waits.");
            } else {
                for mail in mails {
                    let subject = write(&mail.message, url).subject;
                    let when = ago(foundation.now(), mail.created_at);
                    println!("{}  {}  {}  {}", mail.id, when, mail.to, subject);
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
                println!("{}", describe(&mail, url));
            } else {
                let text = write(&mail.message, url);
                println!(
                    "To: {}\nSubject: {}\n\n{}",
                    mail.to,
                    text.subject,
                    text.plain()
                );
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

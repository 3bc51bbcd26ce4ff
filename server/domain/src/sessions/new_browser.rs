//! Telling people of browsers that sign in to their account for the first time.

use std::time::Duration;

use crate::{
    accounts::AccountId,
    client::Client,
    foundation::Foundation,
    keys::Purpose,
    mail::{self, Circumstances, Message},
    store::{StorageError, Work},
};

/// The most mails in a [`WINDOW`]: a browser that keeps no cookies is new at each sign-in, and a
/// script may sign in all day.
const MOST: i64 = 5;
const WINDOW: Duration = Duration::from_hours(1);

/// Tells the owner of an account, as part of `work`.
pub(super) async fn tell(
    work: &mut dyn Work,
    foundation: &Foundation,
    id: AccountId,
    client: &Client,
) -> Result<(), StorageError> {
    let now = foundation.now();
    let of = format!("new browser of {id}");
    let key = foundation
        .names
        .mac(Purpose::Throttle, "mail", of.as_bytes());
    let told = work.count_failure(&key, now, now.plus(WINDOW)).await?;
    if told.failures > MOST {
        return Ok(());
    }
    let Some(account) = work.find_account(id).await? else {
        return Ok(());
    };
    let language = account.language_of_mail(client);
    let message = Message::NewBrowser {
        name: account.name,
        done: Circumstances::of(client, now),
    };
    mail::queue_in(language, foundation, work, &account.email, message).await?;
    Ok(())
}

//! `/dev/outbox`: mail that would have been sent. Development only.

use domain::{
    accounts::EmailAddress,
    clock::Timestamp,
    mail::{self, ListedMail},
};
use leptos::prelude::*;

use crate::{
    components::{Icon, Shape},
    context::{PageContext, PageView},
    text::{
        Text,
        mail::{MailText, state, subject, write},
        t,
        time::ago,
    },
};

/// Most mails shown.
const LIMIT: usize = 50;
/// Most mails looked through for those to one address.
const LOOKED_THROUGH: i64 = 10_000;

/// The newest mails; with `to`, only those to that address, however it was written.
///
/// # Errors
/// [`mail::MailError`] when the queue can't be read.
pub async fn outbox_page(
    page: &PageContext,
    to: Option<&str>,
) -> Result<PageView, mail::MailError> {
    let looked_through = match to {
        Some(_) => LOOKED_THROUGH,
        None => i64::try_from(LIMIT).unwrap_or(i64::MAX),
    };
    let mut mails = mail::list(&page.services.foundation, looked_through).await?;
    if let Some(to) = to {
        let key = |typed: &str| {
            EmailAddress::parse(typed)
                .ok()
                .map(|to| to.lookup_key().clone())
        };
        let wanted = key(to);
        mails.retain(|mail| wanted.is_some() && mail.content.to().and_then(key) == wanted);
    }
    mails.truncate(LIMIT);
    let (now, public_url) = (page.now, page.site.public_url.clone());
    Ok(PageView::new(move || outbox(now, &public_url, mails)))
}

fn outbox(now: Timestamp, public_url: &str, mails: Vec<ListedMail>) -> impl IntoView + use<> {
    let empty = mails.is_empty();
    let items: Vec<_> = mails
        .into_iter()
        .map(|mail| {
            let (subject, state) = (subject(&mail.content, public_url), state(&mail.state, now));
            let to = mail.content.to().map(str::to_owned);
            let text = mail.content.message().map(|message| body(write(message, public_url)));
            view! {
                <li>
                    <article class="mail">
                        <header>
                            <dl class="facts facts--inline">
                                {to
                                    .map(|to| {
                                        view! { <div><dt>{t(Text::OutboxTo)}</dt><dd>{to}</dd></div> }
                                    })}
                                <div>
                                    <dt>{t(Text::OutboxSubject)}</dt>
                                    <dd><strong>{subject}</strong></dd>
                                </div>
                                <div>
                                    <dt>{t(Text::OutboxWhen)}</dt>
                                    <dd>{ago(now, mail.created_at)}</dd>
                                </div>
                                <div>
                                    <dt>{t(Text::OutboxState)}</dt>
                                    <dd>{state}</dd>
                                </div>
                            </dl>
                        </header>
                        {text}
                    </article>
                </li>
            }
        })
        .collect();
    view! {
        <main id="content" class="page" tabindex="-1">
            <h1>{t(Text::OutboxTitle)}</h1>
            <p class="lede">{t(Text::OutboxLede)}</p>
            {empty
                .then(|| {
                    view! {
                        <div class="empty">
                            <Icon shape=Shape::Mail/>
                            <p>{t(Text::OutboxEmpty)}</p>
                        </div>
                    }
                })}
            {(!empty).then(|| view! { <ol class="mails" role="list">{items.collect_view()}</ol> })}
        </main>
    }
}

fn body(text: MailText) -> impl IntoView {
    let paragraphs = |texts: Vec<String>| {
        texts
            .into_iter()
            .map(|text| view! { <p>{text}</p> })
            .collect_view()
    };
    view! {
        <div class="mail__body" lang=text.language.tag()>
            {paragraphs(text.before)}
            <p>
                <a class="button button--primary" href=text.link.clone()>
                    {text.link_label}
                </a>
            </p>
            <p class="meta">{text.link}</p>
            {paragraphs(text.after)}
            <p class="meta">{text.footer}</p>
        </div>
    }
}

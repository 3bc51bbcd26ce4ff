//! One app, and what is shown of it once.

use domain::{
    clients::{Authentication, ClientSecretRow, CreatedClient, MOST_SECRETS, RegisteredClient},
    clock::Timestamp,
};
use leptos::prelude::*;

use super::{Area, grant_text, kind, notice};
use crate::{
    actions::FormState,
    components::{CopyButton, ErrorSummary, Icon, Shape},
    context::{PageContext, PageView},
    text::{Clients, Text, t, t_with, time::ago},
};

/// One app, with what can be done to it.
pub fn client_page(
    page: &PageContext,
    area: Area,
    (client, secrets): (RegisteredClient, Vec<ClientSecretRow>),
    may_change: bool,
    done: Option<Clients>,
    state: &FormState,
) -> PageView {
    let now = page.now;
    let said = state.problems.said();
    let discovery = format!("{}/.well-known/openid-configuration", page.site.public_url);
    PageView::new(move || {
        let said = Signal::stored(said);
        let path = area.one(&client.id);
        let lines: Vec<_> = client
            .scopes
            .iter()
            .map(|scope| {
                view! { <li><code class="badge">{scope.clone()}</code></li> }
            })
            .collect();
        let grants: Vec<_> = client
            .grants
            .iter()
            .map(|grant| view! { <li>{t(grant_text(*grant))}</li> })
            .collect();
        let uris: Vec<_> = client
            .redirect_uris
            .iter()
            .map(|uri| view! { <li><code>{uri.clone()}</code></li> })
            .collect();
        let secrets = (client.authentication == Authentication::Secret)
            .then(|| secrets_of(now, path.clone(), secrets, may_change));
        let delete = format!("{path}/delete");
        let content = view! {
            <p><a href=area.list()>{t(area.title())}</a></p>
            <h1><bdi>{client.name.clone()}</bdi></h1>
            <ErrorSummary said/>
            {done.map(notice)}
            <section class="card">
                <dl class="facts">
                    {fact(Clients::ClientId, view! { <code>{client.id.clone()}</code> })}
                    {fact(Clients::Endpoint, view! { <code class="token-text">{discovery}</code> })}
                    {fact(Clients::Kind, t(kind(&client)))}
                    {fact(
                        Clients::RedirectUris,
                        view! { <ul class="consent__what token-text" role="list">{uris}</ul> },
                    )}
                    {fact(
                        Clients::Grants,
                        view! { <ul class="consent__what" role="list">{grants}</ul> },
                    )}
                    {fact(Clients::Scopes, view! { <ul class="scopes" role="list">{lines}</ul> })}
                    {fact(Clients::Created, ago(now, client.created_at))}
                </dl>
            </section>
            {secrets}
            {may_change
                .then(|| {
                    view! {
                        <p>
                            <a class="button button--danger" href=delete>{t(Text::Clients(Clients::Delete))}</a>
                        </p>
                    }
                })}
        };
        area.around(content)
    })
}

fn fact(label: Clients, says: impl IntoView + 'static) -> AnyView {
    view! {
        <div>
            <dt>{t(Text::Clients(label))}</dt>
            <dd>{says}</dd>
        </div>
    }
    .into_any()
}

fn secrets_of(
    now: Timestamp,
    path: String,
    secrets: Vec<ClientSecretRow>,
    may_change: bool,
) -> impl IntoView {
    let several = secrets.len() > 1;
    let room = secrets.len() < MOST_SECRETS;
    let action = path.clone();
    let items: Vec<_> = secrets
        .into_iter()
        .map(|secret| {
            let made = t_with(
                Text::Clients(Clients::SecretMade),
                &[("since", &ago(now, secret.created_at))],
            );
            let action = action.clone();
            view! {
                <li class="session">
                    <Icon shape=Shape::Key class="device"/>
                    <div class="session__what"><p>{made}</p></div>
                    {(several && may_change)
                        .then(|| {
                            view! {
                                <form class="session__end" method="post" action=action>
                                    <input type="hidden" name="secret" value=secret.id/>
                                    <button class="button button--quiet" name="act" value="withdraw">
                                        {t(Text::Clients(Clients::TakeAway))}
                                    </button>
                                </form>
                            }
                        })}
                </li>
            }
        })
        .collect();
    let action = path;
    view! {
        <h2>{t(Text::Clients(Clients::Secrets))}</h2>
        <ul class="sessions" role="list">{items}</ul>
        {(room && may_change)
            .then(|| {
                view! {
                    <form method="post" action=action>
                        <p class="hint">{t(Text::Clients(Clients::AnotherHint))}</p>
                        <button class="button" name="act" value="secret">
                            {t(Text::Clients(Clients::AnotherSecret))}
                        </button>
                    </form>
                }
            })}
    }
}

/// Asks before an app is deleted.
pub fn delete_client_page(area: Area, client: &RegisteredClient) -> PageView {
    let (name, path) = (client.name.clone(), area.one(&client.id));
    PageView::new(move || {
        let action = format!("{path}/delete");
        let content = view! {
            <h1>{t(Text::Clients(Clients::DeleteTitle))}</h1>
            <p class="lede">{t_with(Text::Clients(Clients::DeleteLede), &[("name", &name)])}</p>
            <form class="stack" method="post" action=action>
                <div class="actions">
                    <button class="button button--danger">{t(Text::Clients(Clients::Delete))}</button>
                    <a class="button button--quiet" href=path>{t(Text::Clients(Clients::Keep))}</a>
                </div>
            </form>
        };
        area.around(content)
    })
}

/// What an app is to be told, this once.
pub fn registered_page(page: &PageContext, area: Area, created: CreatedClient) -> PageView {
    let CreatedClient { client, secret } = created;
    let title = Clients::Registered;
    told_page(page, area, (&client.id, &client.name), secret, title)
}

/// Another secret, this once.
pub fn secret_page(
    page: &PageContext,
    area: Area,
    client: (&str, &str),
    secret: String,
) -> PageView {
    told_page(page, area, client, Some(secret), Clients::AnotherMade)
}

fn told_page(
    page: &PageContext,
    area: Area,
    (id, name): (&str, &str),
    secret: Option<String>,
    title: Clients,
) -> PageView {
    let (id, name) = (id.to_owned(), name.to_owned());
    let discovery = format!("{}/.well-known/openid-configuration", page.site.public_url);
    PageView::with_islands(move || {
        let once = secret.is_some();
        let secret = secret.map(|secret| shown("client-secret", Clients::Secret, secret));
        let back = area.one(&id);
        let content = view! {
            <h1>{t(Text::Clients(title))}</h1>
            <div class="notice notice--success" role="status">
                <Icon shape=Shape::Check/>
                <p>{t_with(Text::Clients(Clients::RegisteredBody), &[("name", &name)])}</p>
            </div>
            <section class="card stack">
                {shown("client-id", Clients::ClientId, id)}
                {secret}
                {once.then(|| view! { <p class="hint">{t(Text::Clients(Clients::SecretOnce))}</p> })}
                {shown("discovery", Clients::Endpoint, discovery)}
                <p>
                    <a class="button button--primary" href=back>{t(Text::Clients(Clients::Kept))}</a>
                </p>
            </section>
        };
        area.around(content)
    })
}

fn shown(id: &'static str, label: Clients, value: String) -> impl IntoView {
    let words = (t(Text::Copy).to_owned(), t(Text::Copied).to_owned());
    view! {
        <h2>{t(Text::Clients(label))}</h2>
        <pre class="terminal token-text" tabindex="0" aria-label=t(Text::Clients(label))>
            <code id=id>{value}</code>
        </pre>
        <CopyButton of=id.to_owned() copy=words.0 copied=words.1/>
    }
}

//! `/account/connections`

use domain::{
    clock::Timestamp,
    social::{Connection, Connections, Intent},
    store::StorageError,
};
use leptos::prelude::*;

use super::{said_notice, with_sidebar};
use crate::{
    actions::FormState,
    components::{ErrorSummary, Form, Icon, ProviderButtons, Said, Shape},
    context::{PageContext, PageView},
    paths,
    text::{Text, t, t_with, time::ago},
};

/// What is connected, and what can be. `done` says what was just done. `None` when nobody is signed
/// in.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn connections_page(
    page: &PageContext,
    state: &FormState,
    done: Option<String>,
) -> Result<Option<PageView>, StorageError> {
    let Some(session) = &page.session else {
        return Ok(None);
    };
    let connections = page.services.social.connections(session.account).await?;
    let (now, said) = (page.now, state.problems.said());
    // Once the last way in was refused, the refusal says what the hint would.
    let hint = state.problems.is_empty();
    Ok(Some(PageView::new(move || {
        with_sidebar(
            paths::CONNECTIONS,
            content(now, connections, said, hint, done),
        )
    })))
}

fn content(
    now: Timestamp,
    connections: Connections,
    said: Said,
    hint: bool,
    done: Option<String>,
) -> impl IntoView {
    let none = connections.connected.is_empty();
    let last_way_in = hint && !none && !connections.one_may_go();
    let nobody = none && connections.offered.is_empty();
    let has_password = connections.has_password;
    let items: Vec<_> = connections
        .connected
        .into_iter()
        .map(|(connection, provider)| item(now, connection, provider, last_way_in).into_any())
        .collect();
    let offered = connections.offered;
    let said = Signal::stored(said);
    view! {
        <h1>{t(Text::ConnectionsTitle)}</h1>
        <p class="lede">{t(Text::ConnectionsLede)}</p>
        <ErrorSummary said/>
        {done.map(said_notice)}
        {none.then(|| view! { <p class="hint">{t(Text::ConnectionsNone)}</p> })}
        {(!none).then(|| view! { <ul class="sessions" role="list">{items}</ul> })}
        {last_way_in
            .then(|| view! { <p class="hint" id="last-way-in">{t(Text::LastWayIn)}</p> })}
        {(!has_password)
            .then(|| {
                view! {
                    <p><a href=paths::SECURITY>{t(Text::SetPasswordFirst)}</a></p>
                }
            })}
        {nobody.then(|| view! { <p class="hint">{t(Text::ConnectionsNobody)}</p> })}
        <form method="post" action=paths::CONNECTIONS>
            <ProviderButtons
                providers=offered
                label=Text::ConnectWith
                intent=Intent::Connect
            />
        </form>
    }
}

fn item(
    now: Timestamp,
    connection: Connection,
    provider: String,
    last_way_in: bool,
) -> impl IntoView {
    let since = ago(now, connection.created_at);
    let since = t_with(Text::ConnectionSince, &[("since", &since)]);
    let used = match connection.last_used_at {
        Some(at) => t_with(Text::ConnectionUsed, &[("used", &ago(now, at))]),
        None => t(Text::ConnectionUnused).to_owned(),
    };
    let label = connection.identity.label;
    let disconnect = t_with(Text::DisconnectFrom, &[("provider", &provider)]);
    view! {
        <li class="session">
            <Icon shape=Shape::Key class="device"/>
            <div class="session__what">
                <strong>{provider}</strong>
                " "
                <span class="meta">{label}</span>
                <p class="meta">{since} " · " {used}</p>
            </div>
            <form class="session__end" method="get" action=paths::DISCONNECT>
                <input type="hidden" name="id" value=connection.id/>
                <button
                    class="button button--quiet"
                    aria-describedby=last_way_in.then_some("last-way-in")
                >
                    {disconnect}
                </button>
            </form>
        </li>
    }
}

/// Asks before a connection goes.
pub fn disconnect_page(connection: &Connection, provider: &str, state: FormState) -> PageView {
    let (id, label) = (connection.id.clone(), connection.identity.label.clone());
    let provider = provider.to_owned();
    PageView::with_islands(move || {
        let title = t_with(Text::DisconnectTitle, &[("provider", &provider)]);
        let lede = t_with(
            Text::DisconnectLede,
            &[("provider", &provider), ("label", &label)],
        );
        let button = t_with(Text::DisconnectFrom, &[("provider", &provider)]);
        view! {
            <main id="content" class="door" tabindex="-1">
                <div class="card">
                    <h1>{title}</h1>
                    <p>{lede}</p>
                    <Form action=paths::DISCONNECT state>
                        <input type="hidden" name="id" value=id/>
                        <div class="actions">
                            <button
                                type="submit"
                                class="button button--primary button--danger"
                                data-working=t(Text::DisconnectingNow)
                            >
                                {button}
                            </button>
                            <a class="button" href=paths::CONNECTIONS>{t(Text::KeepIt)}</a>
                        </div>
                    </Form>
                </div>
            </main>
        }
    })
}

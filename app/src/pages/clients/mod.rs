//! `/account/clients` and `/admin/clients`: the apps that somebody, or anybody, registered.

mod form;
mod one;

use domain::{
    clients::{Authentication, GrantType, RegisteredClient},
    clock::Timestamp,
};
use leptos::prelude::*;

pub use one::{client_page, delete_client_page, registered_page, secret_page};

use super::{account::with_sidebar as of_account, admin::with_sidebar as of_admin};
use crate::{
    actions::FormState,
    components::{ErrorSummary, Icon, Shape},
    context::{PageContext, PageView},
    paths,
    text::{Admin, Clients, Text, t, t_with, time::ago},
};

/// Whose apps a page is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// Those of whoever is signed in.
    Own,
    /// Everybody's.
    Everyone,
}

impl Area {
    /// What a path is about.
    pub fn of(path: &str) -> Self {
        if path.starts_with(paths::ADMIN_CLIENTS) {
            Self::Everyone
        } else {
            Self::Own
        }
    }

    /// Where the list is.
    pub const fn list(self) -> &'static str {
        match self {
            Self::Own => paths::CLIENTS,
            Self::Everyone => paths::ADMIN_CLIENTS,
        }
    }

    /// Where an app is.
    pub fn one(self, id: &str) -> String {
        format!("{}/{id}", self.list())
    }

    const fn title(self) -> Text {
        Text::Clients(match self {
            Self::Own => Clients::Title,
            Self::Everyone => Clients::AdminTitle,
        })
    }

    fn around(self, content: impl IntoView + 'static) -> AnyView {
        match self {
            Self::Own => of_account(paths::CLIENTS, content).into_any(),
            Self::Everyone => of_admin(paths::ADMIN_CLIENTS, content).into_any(),
        }
    }
}

/// What a list of apps shows.
pub struct Listing {
    /// Whose apps.
    pub area: Area,
    /// The apps.
    pub clients: Vec<RegisteredClient>,
    /// The id after which more follow.
    pub more: Option<String>,
    /// Whether an app may be registered here.
    pub may_register: bool,
    /// What was just done.
    pub done: Option<Clients>,
}

/// The apps, and a form for another one.
pub fn clients_page(page: &PageContext, listing: Listing, state: FormState) -> PageView {
    let now = page.now;
    let apis = page.services.oauth.apis().clone();
    let confirm = page.fresh_session(listing.area.list()).err();
    PageView::new(move || {
        let area = listing.area;
        let said = Signal::stored(state.problems.said());
        let items: Vec<_> = listing
            .clients
            .iter()
            .map(|client| item(now, area, client).into_any())
            .collect();
        let none = items.is_empty();
        let form = match (listing.may_register, confirm) {
            (false, _) => {
                view! { <p class="hint">{t(Text::Clients(Clients::NotAllowed))}</p> }.into_any()
            }
            (true, Some(confirm)) => confirm_first(confirm),
            (true, None) => form::form(area, &apis, &state),
        };
        let more = listing
            .more
            .map(|after| format!("{}?after={after}", area.list()));
        let content = view! {
            <h1>{t(area.title())}</h1>
            <p class="lede">{t(Text::Clients(Clients::Lede))}</p>
            <ErrorSummary said/>
            {listing.done.map(notice)}
            {none
                .then(|| {
                    view! {
                        <p class="hint">
                            {t(Text::Clients(Clients::None))} " "
                            {listing.may_register.then(|| t(Text::Clients(Clients::NoneHint)))}
                        </p>
                    }
                })}
            {(!none).then(|| view! { <ul class="sessions" role="list">{items}</ul> })}
            {more
                .map(|path| {
                    view! {
                        <p><a class="button button--quiet" rel="next" href=path>{t(Text::Admin(Admin::Next))}</a></p>
                    }
                })}
            {form}
        };
        area.around(content)
    })
}

fn notice(done: Clients) -> impl IntoView {
    view! {
        <div class="notice notice--success" role="status">
            <Icon shape=Shape::Check/>
            <p>{t(Text::Clients(done))}</p>
        </div>
    }
}

fn confirm_first(confirm: String) -> AnyView {
    view! {
        <section class="card" id="create">
            <h2>{t(Text::Clients(Clients::Register))}</h2>
            <p>{t(Text::TokenConfirmFirst)}</p>
            <p><a class="button button--primary" href=confirm>{t(Text::TokenConfirmGo)}</a></p>
        </section>
    }
    .into_any()
}

const fn kind(client: &RegisteredClient) -> Text {
    Text::Clients(match client.authentication {
        Authentication::None => Clients::Public,
        Authentication::Secret => Clients::Confidential,
        Authentication::PrivateKeyJwt => Clients::Signing,
    })
}

fn item(now: Timestamp, area: Area, client: &RegisteredClient) -> impl IntoView {
    let made = t_with(
        Text::Clients(Clients::SecretMade),
        &[("since", &ago(now, client.created_at))],
    );
    view! {
        <li class="session">
            <Icon shape=Shape::Key class="device"/>
            <div class="session__what">
                <strong><a href=area.one(&client.id)><bdi>{client.name.clone()}</bdi></a></strong>
                <p class="meta">{t(kind(client))} " · " {made}</p>
                <p class="meta"><code>{client.id.clone()}</code></p>
            </div>
        </li>
    }
}

const fn grant_text(grant: GrantType) -> Text {
    Text::Clients(match grant {
        GrantType::AuthorizationCode => Clients::GrantCode,
        GrantType::RefreshToken => Clients::GrantRefresh,
        GrantType::ClientCredentials => Clients::GrantCredentials,
    })
}

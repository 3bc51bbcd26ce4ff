//! The HTML document around a page.

use std::sync::Arc;

use leptos::{nonce::use_nonce, prelude::*};

use crate::{
    components::{Icon, Shape},
    context::{PageContext, PageTitle, PageView},
    paths,
    text::{Text, t},
};

/// What the bundle wants in `<head>`, with a placeholder where the nonce goes. Empty without a bundle.
#[derive(Clone, Debug, Default)]
pub struct BundleHead {
    /// Icon and style sheets: for every page.
    pub looks: Arc<str>,
    /// The style sheet of what only signed-in people see.
    pub inside: Arc<str>,
    /// Scripts and the module: for pages with islands, so that plain pages cost none.
    pub scripts: Arc<str>,
}

impl BundleHead {
    /// Splits the head that Trunk wrote; `frontend/index.html` names the scripts last.
    pub fn of(head: &str) -> Self {
        let scripts_at = head.find("<script").unwrap_or(head.len());
        let (looks, scripts) = head.split_at(scripts_at);
        let is_inside = |link: &&str| link.contains("/inside-");
        let links = || looks.split_inclusive('>');
        let inside: String = links().filter(is_inside).collect();
        let looks: String = links().filter(|link| !is_inside(link)).collect();
        Self {
            looks: looks.into(),
            inside: inside.into(),
            scripts: scripts.into(),
        }
    }
}

/// Stands in the bundle's head where each request's nonce goes.
pub const NONCE_PLACEHOLDER: &str = "{{__NONCE__}}";

/// Wraps a page into the document.
pub fn document(
    page: &PageContext,
    bundle: &BundleHead,
    title: PageTitle,
    content: PageView,
) -> impl IntoView + use<> {
    // Islands are woken by a script of our own; nothing else on the page hydrates.
    if let Some(shared) = Owner::current_shared_context() {
        shared.set_is_hydrating(false);
    }
    provide_context(page.language());
    let nonce = use_nonce()
        .map(|nonce| nonce.to_string())
        .unwrap_or_default();
    let scripts = if content.has_islands() {
        &*bundle.scripts
    } else {
        ""
    };
    let inside = if page.session.is_some() {
        &*bundle.inside
    } else {
        ""
    };
    let bundle_head = format!("{}{inside}{scripts}", bundle.looks);
    let content = content.build();
    let head = format!(
        "<meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title>{}",
        bundle_head.replace(NONCE_PLACEHOLDER, &nonce),
    );
    view! {
        <!DOCTYPE html>
        <html lang=page.language().tag()>
            <head inner_html=head></head>
            <body>
                <a class="skip-link" href="#content">{t(Text::SkipLink)}</a>
                {banner(page)}
                {header(page)}
                {content}
                <footer class="site-footer"><p>{t(Text::FooterLine)}</p></footer>
            </body>
        </html>
    }
}

fn banner(page: &PageContext) -> Option<impl IntoView + use<>> {
    page.site.dev.then(|| {
        view! {
            <aside class="banner" aria-label=t(Text::DevelopmentLabel)>
                <p>
                    {t(Text::DevelopmentMode)} " "
                    <a href=paths::OUTBOX>{t(Text::DevelopmentOutbox)}</a>
                </p>
            </aside>
        }
    })
}

fn header(page: &PageContext) -> impl IntoView + use<> {
    let navigation = page.session.as_ref().map(|session| {
        let staff = session.role.map(|_| {
            view! { <a class="who" href=paths::ADMIN>{t(Text::Administration)}</a> }
        });
        view! {
            {staff}
            <a class="who" href=paths::ACCOUNT>{session.name.clone()}</a>
            <form method="post" action=paths::LOGOUT>
                <button class="link-button">{t(Text::SignOut)}</button>
            </form>
        }
    });
    view! {
        <header class="site-header">
            <a class="brand" href=paths::LANDING>
                <Icon shape=Shape::Key class="mark"/>
                {t(Text::Product)}
            </a>
            {navigation.map(|items| {
                view! { <nav class="site-nav" aria-label=t(Text::SiteNavigation)>{items}</nav> }
            })}
        </header>
    }
}

//! `/`: what this is.

use std::time::Duration;

use domain::{
    clock::Timestamp,
    sessions::{Device, FormFactor},
};
use leptos::prelude::*;

use crate::{
    components::{Icon, Shape},
    context::{PageContext, PageView},
    paths,
    text::{Text, device_name, t, time::ago},
};

const POINTS: [(Shape, Text, Text); 6] = [
    (Shape::Package, Text::PointSmallHeading, Text::PointSmall),
    (
        Shape::Desktop,
        Text::PointSessionsHeading,
        Text::PointSessions,
    ),
    (Shape::Code, Text::PointPlainHeading, Text::PointPlain),
    (Shape::Shield, Text::PointSafeHeading, Text::PointSafe),
    (Shape::Check, Text::PointDurableHeading, Text::PointDurable),
    (Shape::Eye, Text::PointQuietHeading, Text::PointQuiet),
];

/// The landing page.
pub fn landing_page(page: &PageContext) -> PageView {
    let open = page.site.sign_up_open;
    PageView::new(move || landing(open))
}

fn landing(open: bool) -> impl IntoView {
    let points = POINTS.map(|(shape, heading, body)| {
        view! {
            <article class="point">
                <Icon shape/>
                <h2>{t(heading)}</h2>
                <p>{t(body)}</p>
            </article>
        }
    });
    view! {
        <main id="content" class="landing" tabindex="-1">
            <section class="hero">
                <div class="hero__text">
                    <h1>{t(Text::LandingHeading)}</h1>
                    <p class="lede">{t(Text::LandingLede)}</p>
                    <div class="actions">
                        {open
                            .then(|| {
                                view! {
                                    <a class="button button--primary" href=paths::SIGN_UP>
                                        {t(Text::LandingStart)}
                                    </a>
                                }
                            })}
                        <a class="button" class:button--primary=!open href=paths::LOGIN>
                            {t(Text::SignIn)}
                        </a>
                    </div>
                </div>
                {specimen()}
            </section>
            <section class="points">{points.collect_view()}</section>
        </main>
    }
}

/// A drawing of the sessions page; decoration, so hidden from screen readers.
fn specimen() -> AnyView {
    let row = |shape, (browser, system), hours, current: bool| {
        let name = device_name(Device {
            browser: Some(browser),
            system: Some(system),
            form: FormFactor::Desktop,
        });
        let then = Timestamp::from_micros(0);
        let when = ago(then.plus(Duration::from_hours(hours)), then);
        let when = format!("{} {when}", t(Text::LastActive));
        view! {
            <li class="session" class:session--current=current>
                <Icon shape class="device"/>
                <div class="session__what">
                    <strong>{name}</strong>
                    " "
                    {current.then(|| view! { <span class="badge">{t(Text::ThisBrowser)}</span> })}
                    <p class="meta">{when}</p>
                </div>
                {(!current)
                    .then(|| {
                        view! {
                            <span class="session__end">
                                <span class="button button--quiet">{t(Text::EndSession)}</span>
                            </span>
                        }
                    })}
            </li>
        }
        .into_any()
    };
    view! {
        <figure class="specimen" aria-hidden="true">
            <figcaption>{t(Text::SessionsTitle)}</figcaption>
            <ul class="sessions">
                {row(Shape::Desktop, ("Firefox", "Linux"), 0, true)}
                {row(Shape::Phone, ("Safari", "iPhone"), 14, false)}
                {row(Shape::Tablet, ("Chrome", "Android"), 6 * 24, false)}
            </ul>
        </figure>
    }
    .into_any()
}

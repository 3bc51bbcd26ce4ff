//! `/account/tokens/view`: what a token says, and whether it counts.

use domain::{
    clock::Timestamp,
    tokens::{Seen, Verdict},
};
use leptos::prelude::*;

use super::super::with_sidebar;
use crate::{
    actions::{Field, FormState},
    components::{ErrorSummary, Icon, Shape},
    context::{PageContext, PageView},
    paths,
    text::{
        Text, refused, t,
        time::{ago, ahead, moment},
    },
};

/// The page; `seen` is the token that was just pasted.
pub fn viewer_page(page: &PageContext, state: FormState, seen: Option<Seen>) -> PageView {
    let now = page.now;
    PageView::new(move || {
        let said = state.problems.said();
        let problem = said.of(Field::Token.name()).map(str::to_owned);
        let wrong = problem.is_some();
        let said = Signal::stored(said);
        let view = view! {
            <h1>{t(Text::ViewerTitle)}</h1>
            <p class="lede">{t(Text::ViewerLede)}</p>
            <ErrorSummary said/>
            {seen.map(|seen| shown(now, seen))}
            <form class="stack" method="post" action=paths::VIEW_TOKEN novalidate>
                <div class="field" class:field--error=wrong>
                    <label for="token">{t(Text::TheToken)}</label>
                    <p class="hint" id="token-hint">{t(Text::ViewerHint)}</p>
                    <div class="control">
                        <textarea
                            id="token"
                            name="token"
                            rows="6"
                            autocomplete="off"
                            autocapitalize="none"
                            spellcheck="false"
                            required
                            aria-invalid=wrong.then_some("true")
                            aria-describedby="token-hint token-error"
                        ></textarea>
                    </div>
                    <p class="error" id="token-error" hidden=!wrong>
                        <Icon shape=Shape::Alert/>
                        <span>{problem}</span>
                    </p>
                </div>
                <button class="button button--primary">{t(Text::ViewerButton)}</button>
            </form>
        };
        with_sidebar(paths::TOKENS, view)
    })
}

fn shown(now: Timestamp, seen: Seen) -> impl IntoView {
    let (class, shape, verdict) = match seen.verdict {
        Verdict::Valid => (
            "notice notice--success",
            Shape::Check,
            t(Text::TokenValid).to_owned(),
        ),
        Verdict::Invalid(why) => ("notice notice--warning", Shape::Alert, refused(why)),
    };
    let times: Vec<_> = seen
        .times
        .into_iter()
        .map(|(name, at)| {
            let label = match name {
                "iat" => Text::TimeIssued,
                "nbf" => Text::TimeNotBefore,
                "exp" => Text::TimeExpires,
                _ => Text::TimeAuthenticated,
            };
            let near = if at > now {
                ahead(now, at)
            } else {
                ago(now, at)
            };
            view! {
                <div>
                    <dt>{t(label)} " " <code>{name}</code></dt>
                    <dd>{moment(at)} " (" {near} ")"</dd>
                </div>
            }
        })
        .collect();
    let part = |label: Text, json: Option<String>| {
        json.map(|json| {
            view! {
                <h2>{t(label)}</h2>
                <pre class="terminal" tabindex="0" aria-label=t(label)>
                    <code>{json}</code>
                </pre>
            }
        })
    };
    view! {
        <section class="stack" aria-label=t(Text::ViewerSays)>
            <div class=class role="status">
                <Icon shape/>
                <p>{verdict}</p>
            </div>
            {(!times.is_empty()).then(|| view! { <dl class="facts">{times}</dl> })}
            {part(Text::ViewerHeader, seen.header)}
            {part(Text::ViewerClaims, seen.claims)}
        </section>
    }
}

//! The form that makes a token, and the one page that shows it.

use std::time::Duration;

use domain::{
    clock::Timestamp,
    tokens::{Api, Created, DAYS, LONGEST_DAYS},
};
use leptos::prelude::*;

use super::super::with_sidebar;
use crate::{
    actions::{Field, FormState},
    components::{CopyButton, Icon, Shape},
    context::{PageContext, PageView},
    paths,
    text::{
        Text, scope_description, t, t_with,
        time::{day, moment, span},
    },
};

const DAY: Duration = Duration::from_hours(24);
/// What is chosen already.
const USUAL_DAYS: u32 = 30;

/// The form, or a way to it: `confirm` leads to where people prove again who they are.
pub(super) fn form(
    now: Timestamp,
    offered: Vec<Api>,
    state: &FormState,
    confirm: Option<String>,
) -> AnyView {
    if let Some(confirm) = confirm {
        return view! {
            <section class="card" id="create">
                <h2>{t(Text::CreateToken)}</h2>
                <p>{t(Text::TokenConfirmFirst)}</p>
                <p>
                    <a class="button button--primary" href=confirm>{t(Text::TokenConfirmGo)}</a>
                </p>
            </section>
        }
        .into_any();
    }
    let ticked = state.value(Field::Scope.name());
    let ticked: Vec<String> = ticked.split_ascii_whitespace().map(str::to_owned).collect();
    let groups: Vec<_> = offered
        .into_iter()
        .map(|api| group(api, &ticked).into_any())
        .collect();
    let said = state.problems.said();
    let problem = |field: Field| said.of(field.name()).map(str::to_owned);
    let name_problem = problem(Field::TokenName);
    let scope_problem = problem(Field::Scope);
    let (name_wrong, scope_wrong) = (name_problem.is_some(), scope_problem.is_some());
    let name = state.value(Field::TokenName.name());
    view! {
        <section class="card" id="create">
            <h2>{t(Text::CreateToken)}</h2>
            <form class="stack" method="post" action=paths::TOKENS novalidate>
                <div class="field" class:field--error=name_wrong>
                    <label for="token_name">{t(Text::TokenName)}</label>
                    <p class="hint" id="token_name-hint">{t(Text::TokenNameHint)}</p>
                    <div class="control">
                        <input
                            id="token_name"
                            name="token_name"
                            type="text"
                            autocomplete="off"
                            maxlength="100"
                            value=name
                            required
                            aria-invalid=name_wrong.then_some("true")
                            aria-describedby="token_name-hint token_name-error"
                        />
                    </div>
                    {error("token_name", name_problem)}
                </div>
                <div class="stack" class:field--error=scope_wrong id="scope" tabindex="-1">
                    {groups}
                    {error("scope", scope_problem)}
                </div>
                {expiry(now, state, problem(Field::Expires), problem(Field::ExpiresOn))}
                <button class="button button--primary">{t(Text::CreateToken)}</button>
            </form>
        </section>
    }
    .into_any()
}

fn error(name: &str, problem: Option<String>) -> impl IntoView {
    let hidden = problem.is_none();
    view! {
        <p class="error" id=format!("{name}-error") hidden=hidden>
            <Icon shape=Shape::Alert/>
            <span>{problem}</span>
        </p>
    }
}

/// The scopes of one API.
fn group(api: Api, ticked: &[String]) -> impl IntoView {
    let boxes: Vec<_> = api
        .scopes
        .into_iter()
        .map(|scope| {
            let checked = ticked.contains(&scope.name);
            let id = format!("scope-{}", scope.name);
            let (hint, label_for) = (format!("{id}-name"), id.clone());
            let (hint_id, name) = (hint.clone(), scope.name.clone());
            let says = scope_description(&scope);
            view! {
                <li>
                    <label class="check" for=label_for>
                        <input
                            type="checkbox"
                            id=id
                            name="scope"
                            value=name
                            checked=checked
                            aria-describedby=hint
                        />
                        <span>{says}</span>
                    </label>
                    <code class="hint" id=hint_id>{scope.name}</code>
                </li>
            }
        })
        .collect();
    view! {
        <fieldset class="choices">
            <legend>{api.name}</legend>
            <ul class="scope-list" role="list">{boxes}</ul>
        </fieldset>
    }
}

fn expiry(
    now: Timestamp,
    state: &FormState,
    problem: Option<String>,
    date_problem: Option<String>,
) -> impl IntoView {
    let chosen = state.value(Field::Expires.name());
    let chosen = if chosen.is_empty() {
        USUAL_DAYS.to_string()
    } else {
        chosen
    };
    let choices: Vec<_> = DAYS
        .into_iter()
        .map(|days| {
            let says = t_with(Text::ExpiresIn, &[("span", &span(DAY * days))]);
            let selected = chosen == days.to_string();
            view! { <option value=days.to_string() selected=selected>{says}</option> }
        })
        .collect();
    let date = state.value(Field::ExpiresOn.name());
    let (wrong, date_wrong) = (problem.is_some(), date_problem.is_some());
    view! {
        <div class="field" class:field--error=wrong>
            <label for="expires">{t(Text::Expires)}</label>
            <div class="control">
                <select
                    id="expires"
                    name="expires"
                    aria-invalid=wrong.then_some("true")
                    aria-describedby="expires-error"
                >
                    {choices}
                    <option value="date" selected=chosen == "date">{t(Text::ExpiresOnDate)}</option>
                </select>
            </div>
            {error("expires", problem)}
        </div>
        <div class="field field--date" class:field--error=date_wrong>
            <label for="expires_on">{t(Text::ExpiresOn)}</label>
            <p class="hint" id="expires_on-hint">{t(Text::ExpiresOnHint)}</p>
            <div class="control">
                <input
                    id="expires_on"
                    name="expires_on"
                    type="date"
                    min=day(now)
                    max=day(now.plus(DAY * LONGEST_DAYS))
                    value=date
                    aria-invalid=date_wrong.then_some("true")
                    aria-describedby="expires_on-hint expires_on-error"
                />
            </div>
            {error("expires_on", date_problem)}
        </div>
    }
}

/// A fresh token, this once.
pub fn created_page(page: &PageContext, created: Created) -> PageView {
    let own = format!("{}/api", page.site.public_url);
    let call = match created.row.audience.as_slice() {
        audience if audience.contains(&own) => format!("{}/api/v1/me", page.site.public_url),
        [first, ..] if first.starts_with("http") => first.clone(),
        _ => "https://your-api.example/".to_owned(),
    };
    let Created { token, row } = created;
    let curl = format!("curl -H \"Authorization: Bearer {token}\" {call}");
    let until = moment(row.expires_at);
    PageView::with_islands(move || {
        let words = || (t(Text::Copy).to_owned(), t(Text::Copied).to_owned());
        let ((copy, copied), (copy_too, copied_too)) = (words(), words());
        let view = view! {
            <h1>{t(Text::TokenCreatedTitle)}</h1>
            <div class="notice notice--success" role="status">
                <Icon shape=Shape::Check/>
                <p>{t_with(Text::TokenCreatedBody, &[("name", &row.name)])}</p>
            </div>
            <section class="card stack">
                <h2>{row.name.clone()}</h2>
                <pre class="terminal token-text" tabindex="0" aria-label=t(Text::TheToken)>
                    <code id="token-text">{token.clone()}</code>
                </pre>
                <CopyButton of="token-text".to_owned() copy copied/>
                <h3>{t(Text::TryIt)}</h3>
                <pre class="terminal token-text" tabindex="0" aria-label=t(Text::TryIt)>
                    <code id="token-curl">{curl}</code>
                </pre>
                <CopyButton of="token-curl".to_owned() copy=copy_too copied=copied_too/>
                <p class="hint">{t_with(Text::TokenUntil, &[("until", &until)])}</p>
                <p>
                    <a class="button button--primary" href=paths::TOKENS>{t(Text::TokenKept)}</a>
                </p>
            </section>
        };
        with_sidebar(paths::TOKENS, view)
    })
}

//! The form that registers an app.

use domain::{
    clients::{Authentication, GrantType},
    oauth_grants::{OFFLINE_ACCESS, OPENID_SCOPES, is_openid_scope},
    tokens::Apis,
};
use leptos::prelude::*;

use super::{Area, grant_text};
use crate::{
    actions::{Field, FormState},
    components::{Icon, Shape},
    pages::oauth::told,
    text::{Clients, Text, t},
};

/// What a field of the form was sent with, and what is wrong with it.
struct Sent<'a> {
    state: &'a FormState,
    fresh: bool,
}

impl Sent<'_> {
    fn value(&self, field: Field) -> String {
        self.state.value(field.name())
    }

    fn has(&self, name: &str, word: &str, usual: bool) -> bool {
        if self.fresh {
            return usual;
        }
        let sent = self.state.value(name);
        sent.split_ascii_whitespace().any(|one| one == word)
    }

    fn problem(&self, field: Field) -> Option<String> {
        let said = self.state.problems.said();
        said.of(field.name()).map(str::to_owned)
    }
}

fn error(field: Field, problem: Option<String>) -> impl IntoView {
    let hidden = problem.is_none();
    view! {
        <p class="error" id=format!("{}-error", field.name()) hidden=hidden>
            <Icon shape=Shape::Alert/>
            <span>{problem}</span>
        </p>
    }
}

fn line(
    sent: &Sent<'_>,
    field: Field,
    label: Clients,
    hint: Clients,
    kind: &'static str,
) -> AnyView {
    let name = field.name();
    let problem = sent.problem(field);
    let wrong = problem.is_some();
    let value = sent.value(field);
    view! {
        <div class="field" class:field--error=wrong>
            <label for=name>{t(Text::Clients(label))}</label>
            <p class="hint" id=format!("{name}-hint")>{t(Text::Clients(hint))}</p>
            <div class="control">
                <input
                    id=name
                    name=name
                    type=kind
                    value=value
                    autocomplete="off"
                    aria-invalid=wrong.then_some("true")
                    aria-describedby=format!("{name}-hint {name}-error")
                />
            </div>
            {error(field, problem)}
        </div>
    }
    .into_any()
}

fn area_field(sent: &Sent<'_>, field: Field, label: Clients, hint: Clients) -> AnyView {
    let name = field.name();
    let problem = sent.problem(field);
    let wrong = problem.is_some();
    let value = sent.value(field);
    view! {
        <div class="field" class:field--error=wrong class:field--keys=field == Field::Keys>
            <label for=name>{t(Text::Clients(label))}</label>
            <p class="hint" id=format!("{name}-hint")>{t(Text::Clients(hint))}</p>
            <div class="control">
                <textarea
                    id=name
                    name=name
                    rows="3"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    aria-invalid=wrong.then_some("true")
                    aria-describedby=format!("{name}-hint {name}-error")
                >
                    {value}
                </textarea>
            </div>
            {error(field, problem)}
        </div>
    }
    .into_any()
}

fn tick(name: &'static str, value: &str, checked: bool, says: String, code: bool) -> AnyView {
    let id = format!("{name}-{value}");
    let of = id.clone();
    let hint = code.then(|| view! { <code class="hint">{value.to_owned()}</code> });
    view! {
        <li>
            <label class="check" for=of>
                <input type="checkbox" id=id name=name value=value.to_owned() checked=checked/>
                <span>{says}</span>
            </label>
            {hint}
        </li>
    }
    .into_any()
}

fn choices(legend: Text, field: Option<(Field, Option<String>)>, boxes: Vec<AnyView>) -> AnyView {
    let id = field.as_ref().map(|(field, _)| field.name());
    let wrong = field.as_ref().is_some_and(|(_, problem)| problem.is_some());
    view! {
        <fieldset class="choices" class:field--error=wrong id=id tabindex=id.map(|_| "-1")>
            <legend>{t(legend)}</legend>
            <ul class="scope-list" role="list">{boxes}</ul>
            {field.map(|(field, problem)| error(field, problem))}
        </fieldset>
    }
    .into_any()
}

fn scope_boxes(sent: &Sent<'_>, apis: &Apis, admin: bool) -> Vec<AnyView> {
    let ours = OPENID_SCOPES.into_iter().map(str::to_owned);
    let of_apis = apis.offered(admin).into_iter().flat_map(|api| api.scopes);
    let all = ours.chain(of_apis.map(|scope| scope.name));
    all.map(|scope| {
        let usual = is_openid_scope(&scope) && scope != OFFLINE_ACCESS;
        let checked = sent.has("scope", &scope, usual);
        let says = told(&scope, apis, ("", false));
        tick("scope", &scope, checked, says, true)
    })
    .collect()
}

fn kinds(sent: &Sent<'_>) -> AnyView {
    let chosen = sent.value(Field::Kind);
    let kinds: Vec<_> = [
        (Authentication::Secret, Clients::KindSecret),
        (Authentication::None, Clients::KindPublic),
        (Authentication::PrivateKeyJwt, Clients::KindKeys),
    ]
    .into_iter()
    .map(|(kind, says)| {
        let selected = kind.as_str() == chosen;
        view! {
            <option value=kind.as_str() selected=selected>{t(Text::Clients(says))}</option>
        }
    })
    .collect();
    let kind_problem = sent.problem(Field::Kind);
    let kind_wrong = kind_problem.is_some();
    view! {
        <div class="field" class:field--error=kind_wrong>
            <label for="kind">{t(Text::Clients(Clients::Kind))}</label>
            <div class="control"><select id="kind" name="kind">{kinds}</select></div>
            {error(Field::Kind, kind_problem)}
        </div>
    }
    .into_any()
}

/// A form for another app.
pub(super) fn form(area: Area, apis: &Apis, state: &FormState) -> AnyView {
    let fresh = state.kept.is_empty();
    let sent = Sent { state, fresh };
    let admin = area == Area::Everyone;
    let kinds = kinds(&sent);
    let grants: Vec<_> = GrantType::ALL
        .iter()
        .filter(|grant| admin || **grant != GrantType::ClientCredentials)
        .map(|grant| {
            let usual = *grant == GrantType::AuthorizationCode;
            let checked = sent.has("grant", grant.as_str(), usual);
            let says = t(grant_text(*grant)).to_owned();
            tick("grant", grant.as_str(), checked, says, false)
        })
        .collect();
    let scopes = scope_boxes(&sent, apis, admin);
    let mut options = vec![("pairwise", Clients::Pairwise)];
    if admin {
        options.push(("first_party", Clients::FirstParty));
        options.push(("without_pkce", Clients::WithoutPkce));
    }
    let options: Vec<_> = options
        .into_iter()
        .map(|(name, says)| {
            let checked = sent.has(name, "on", false);
            tick(
                name,
                "on",
                checked,
                t(Text::Clients(says)).to_owned(),
                false,
            )
        })
        .collect();
    let name = line(
        &sent,
        Field::ClientName,
        Clients::Name,
        Clients::NameHint,
        "text",
    );
    let uris = area_field(
        &sent,
        Field::RedirectUris,
        Clients::RedirectUris,
        Clients::RedirectHint,
    );
    let keys = area_field(&sent, Field::Keys, Clients::Keys, Clients::KeysHint);
    let home = line(
        &sent,
        Field::HomeUri,
        Clients::HomeUri,
        Clients::LinkHint,
        "url",
    );
    let policy = line(
        &sent,
        Field::PolicyUri,
        Clients::PolicyUri,
        Clients::LinkHint,
        "url",
    );
    let grants = choices(
        Text::Clients(Clients::Grants),
        Some((Field::Grant, sent.problem(Field::Grant))),
        grants,
    );
    let scopes = choices(
        Text::Clients(Clients::Scopes),
        Some((Field::Scope, sent.problem(Field::Scope))),
        scopes,
    );
    let options = choices(Text::Clients(Clients::Options), None, options);
    view! {
        <section class="card" id="create">
            <h2>{t(Text::Clients(Clients::Register))}</h2>
            <form class="stack" method="post" action=area.list() novalidate>
                {name}
                {uris}
                {kinds}
                {keys}
                {grants}
                {scopes}
                {options}
                {home}
                {policy}
                <button class="button button--primary">{t(Text::Clients(Clients::Register))}</button>
            </form>
        </section>
    }
    .into_any()
}

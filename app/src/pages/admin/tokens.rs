//! `/admin/tokens`

use std::time::Duration;

use domain::{
    admin::{Desk, SearchText, TokenFilter, TokenListing},
    clock::Timestamp,
    place::place_in,
    random::read_id,
    store::StorageError,
};
use leptos::prelude::*;

use super::{
    ASKED, Column, PageQuery, chosen, cut, done, filter, kept_person, left_out, lost_place,
    nothing, pages, sessions::person_of, table, typed, users::user_path, with_sidebar,
};
use crate::{
    actions::FormState,
    components::{ErrorSummary, Shape},
    context::{PageContext, PageView},
    paths,
    text::{
        Admin, Text, t,
        time::{ago, ahead},
    },
};

const DAY: Duration = Duration::from_hours(24);
const KEPT: [&str; 4] = ["q", "person", "scope", "unused"];
const UNUSED: [(&str, Text); 3] = [
    ("", Text::Admin(Admin::Any)),
    ("30", Text::Admin(Admin::UnusedMonth)),
    ("90", Text::Admin(Admin::UnusedQuarter)),
];

/// The address of a list, without its place and what was just done.
pub fn list_path(query: &PageQuery, more: &[(&str, &str)]) -> String {
    query.path(paths::ADMIN_TOKENS, &KEPT, more)
}

/// The tokens that a filter finds.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn tokens_page(
    page: &PageContext,
    desk: &Desk,
    state: &FormState,
) -> Result<PageView, StorageError> {
    let query = PageQuery::of(&page.path_and_query);
    let now = page.now;
    let mut bad = Vec::new();
    let mut wanted = TokenFilter {
        text: query.get("q").and_then(SearchText::parse),
        scope: query.get("scope").map(str::to_owned),
        ..TokenFilter::default()
    };
    bad.extend(query.unread(&[
        ("q", Text::Admin(Admin::Search)),
        ("person", Text::Admin(Admin::Person)),
        ("scope", Text::Admin(Admin::Scope)),
        ("unused", Text::Admin(Admin::Unused)),
    ]));
    match query.get("unused") {
        None => {}
        Some("30") => wanted.unused_since = Some(now.minus(30 * DAY)),
        Some("90") => wanted.unused_since = Some(now.minus(90 * DAY)),
        Some(_) => bad.push(Text::Admin(Admin::Unused)),
    }
    match person_of(&query, desk).await? {
        Ok(account) => wanted.account = account,
        Err(unknown) => bad.push(unknown),
    }
    let list = list_path(&query, &[]);
    let (after, gone) = query.place(&list, read_id);
    let mut listings = desk.tokens(&wanted, after.as_deref(), ASKED).await?;
    let more = cut(&mut listings);
    let admin = desk.admin().is_some();
    let said = state.problems.said();
    Ok(PageView::new(move || {
        let next = listings
            .last()
            .filter(|_| more)
            .map(|last| list_path(&query, &[("after", &place_in(&list, &last.id))]));
        let first = after.map(|_| list_path(&query, &[]));
        let filtered = KEPT.iter().any(|name| query.get(name).is_some());
        let mut fields = vec![
            typed(
                &query,
                "q",
                Text::Admin(Admin::Search),
                Text::Admin(Admin::SearchHint),
            ),
            scope(&query),
            chosen(&query, "unused", Text::Admin(Admin::Unused), &UNUSED),
        ];
        fields.extend(kept_person(&query));
        let list = if listings.is_empty() {
            nothing(
                Shape::Key,
                Text::Admin(Admin::TokensNone),
                Text::Admin(Admin::TokensNoneHint),
            )
        } else {
            everyone(now, &query, listings, admin)
        };
        let said = Signal::stored(said);
        let view = view! {
            <h1>{t(Text::Admin(Admin::TokensTitle))}</h1>
            <p class="lede">{t(Text::Admin(Admin::TokensLede))}</p>
            <ErrorSummary said/>
            {done(&query)}
            {left_out(&bad)}
            {lost_place(gone)}
            {filter(paths::ADMIN_TOKENS, filtered, fields)}
            {list}
            {pages(first, next)}
        };
        with_sidebar(paths::ADMIN_TOKENS, view)
    }))
}

fn scope(query: &PageQuery) -> AnyView {
    view! {
        <div class="field">
            <label for="scope">{t(Text::Admin(Admin::Scope))}</label>
            <div class="control">
                <input
                    id="scope"
                    name="scope"
                    type="search"
                    value=query.value("scope")
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                />
            </div>
        </div>
    }
    .into_any()
}

fn everyone(
    now: Timestamp,
    query: &PageQuery,
    listings: Vec<TokenListing>,
    admin: bool,
) -> AnyView {
    let action = list_path(query, &[]);
    let rows: Vec<_> = listings
        .into_iter()
        .map(|token| row(now, token, admin))
        .collect();
    let mut columns = vec![
        Column::Named(Text::Admin(Admin::Token)),
        Column::Named(Text::Admin(Admin::Person)),
        Column::Named(Text::TokenScopes),
        Column::Named(Text::Admin(Admin::LastUsed)),
        Column::Named(Text::Admin(Admin::Created)),
        Column::Named(Text::Admin(Admin::Expires)),
    ];
    columns.extend(admin.then_some(Column::Unseen(Text::Revoke)));
    view! {
        <form method="post" action=action>
            {table(&columns, rows)}
        </form>
    }
    .into_any()
}

fn row(now: Timestamp, token: TokenListing, admin: bool) -> AnyView {
    let id = format!("token-{}", token.id);
    let used = token.last_used_at.map(|at| ago(now, at));
    let scopes: Vec<_> = token
        .scopes
        .into_iter()
        .map(|scope| view! { <li><code class="badge">{scope}</code></li> })
        .collect();
    view! {
        <tr>
            <th scope="row" id=id.clone() data-label=t(Text::Admin(Admin::Token))><bdi>{token.name}</bdi></th>
            <td data-label=t(Text::Admin(Admin::Person))>
                <a href=user_path(token.subject.as_str())><bdi>{token.owner}</bdi></a>
                <span class="meta"><bdi>{token.email}</bdi></span>
            </td>
            <td data-label=t(Text::TokenScopes)><ul class="scopes" role="list">{scopes}</ul></td>
            <td data-label=t(Text::Admin(Admin::LastUsed))>
                {used.unwrap_or_else(|| t(Text::Admin(Admin::Never)).to_owned())}
            </td>
            <td data-label=t(Text::Admin(Admin::Created))>{ago(now, token.created_at)}</td>
            <td data-label=t(Text::Admin(Admin::Expires))>{ahead(now, token.expires_at)}</td>
            {admin
                .then(|| {
                    view! {
                        <td>
                            <button
                                class="button button--quiet"
                                name="revoke"
                                value=token.id
                                aria-describedby=id
                            >
                                {t(Text::Revoke)}
                            </button>
                        </td>
                    }
                })}
        </tr>
    }
    .into_any()
}

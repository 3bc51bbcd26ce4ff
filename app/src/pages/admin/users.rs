//! `/admin/users` and what is below it.

use domain::{
    accounts::{AccountId, Invitation, Role},
    admin::{AccountState, Desk, SearchText, UserDetails, UserFilter, UserListing},
    clock::Timestamp,
    place::place_in,
    store::StorageError,
};
use leptos::prelude::*;

use super::{
    ASKED, Column, PageQuery, chosen, cut, done, filter, left_out, lost_place, nothing, pages,
    question, table, typed, with_sidebar,
};
use crate::{
    actions::{Field, FormState},
    components::{ErrorSummary, Icon, Shape},
    context::{PageContext, PageView},
    paths,
    text::{
        Admin, Text, t, t_with,
        time::{ago, moment},
    },
};

const STATES: [(&str, Text); 4] = [
    ("", Text::Admin(Admin::Any)),
    ("active", Text::Admin(Admin::StateActive)),
    ("disabled", Text::Admin(Admin::StateDisabled)),
    ("leaving", Text::Admin(Admin::StateLeaving)),
];
const ROLES: [(&str, Text); 3] = [
    ("", Text::Admin(Admin::Any)),
    ("support", Text::Admin(Admin::RoleSupport)),
    ("admin", Text::Admin(Admin::RoleAdmin)),
];

/// The filter that an address says, and which parts of it can't be read.
fn read_filter(query: &PageQuery) -> (UserFilter, Vec<Text>) {
    let mut bad = Vec::new();
    let state = query.get("state").and_then(|word| {
        let state = match word {
            "active" => Some(AccountState::Active),
            "disabled" => Some(AccountState::Disabled),
            "leaving" => Some(AccountState::Leaving),
            _ => None,
        };
        bad.extend(state.is_none().then_some(Text::Admin(Admin::State)));
        state
    });
    let role = query.get("role").and_then(|word| {
        let role = Role::parse(word);
        bad.extend(role.is_none().then_some(Text::Admin(Admin::Role)));
        role
    });
    let text = query.get("q").and_then(SearchText::parse);
    bad.extend(query.unread(&[
        ("q", Text::Admin(Admin::Search)),
        ("state", Text::Admin(Admin::State)),
        ("role", Text::Admin(Admin::Role)),
    ]));
    (UserFilter { text, state, role }, bad)
}

/// The people whom a filter finds.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn users_page(page: &PageContext, desk: &Desk) -> Result<PageView, StorageError> {
    let query = PageQuery::of(&page.path_and_query);
    let (wanted, bad) = read_filter(&query);
    let kept = ["q", "state", "role"];
    let list = query.path(paths::ADMIN_USERS, &kept, &[]);
    let (after, gone) = query.place(&list, AccountId::parse);
    let mut listings = desk.users(&wanted, after, ASKED).await?;
    let more = cut(&mut listings);
    let now = page.now;
    let may_invite = desk.admin().is_some();
    Ok(PageView::new(move || {
        let next = listings.last().filter(|_| more).map(|last| {
            query.path(
                paths::ADMIN_USERS,
                &kept,
                &[("after", &place_in(&list, &last.id.to_string()))],
            )
        });
        let first = after.map(|_| query.path(paths::ADMIN_USERS, &kept, &[]));
        let filtered = wanted != UserFilter::default() || !bad.is_empty();
        let fields = vec![
            typed(
                &query,
                "q",
                Text::Admin(Admin::Search),
                Text::Admin(Admin::SearchHint),
            ),
            chosen(&query, "state", Text::Admin(Admin::State), &STATES),
            chosen(&query, "role", Text::Admin(Admin::Role), &ROLES),
        ];
        let found = if listings.is_empty() {
            nothing(
                Shape::Info,
                Text::Admin(Admin::Nobody),
                Text::Admin(Admin::NobodyHint),
            )
        } else {
            people(now, listings)
        };
        let view = view! {
            <h1>{t(Text::Admin(Admin::UsersTitle))}</h1>
            <p class="lede">{t(Text::Admin(Admin::UsersLede))}</p>
            {done(&query)}
            {left_out(&bad)}
            {lost_place(gone)}
            {may_invite
                .then(|| {
                    view! {
                        <p class="actions">
                            <a class="button" href=paths::ADMIN_INVITE>{t(Text::Admin(Admin::Invite))}</a>
                        </p>
                    }
                })}
            {filter(paths::ADMIN_USERS, filtered, fields)}
            {found}
            {pages(first, next)}
        };
        with_sidebar(paths::ADMIN_USERS, view)
    }))
}

/// The path of a person's page.
pub fn user_path(subject: &str) -> String {
    format!("{}/{subject}", paths::ADMIN_USERS)
}

fn people(now: Timestamp, listings: Vec<UserListing>) -> AnyView {
    let rows: Vec<_> = listings
        .into_iter()
        .map(|user| {
            let seen = user.last_seen_at.map(|at| ago(now, at));
            view! {
                <tr>
                    <th scope="row" data-label=t(Text::Admin(Admin::Person))>
                        <a href=user_path(user.subject.as_str())>
                            <bdi>{user.name.clone()}</bdi>
                        </a>
                        <span class="meta"><bdi>{user.email.clone()}</bdi></span>
                    </th>
                    <td data-label=t(Text::Admin(Admin::State))>{badges(&user)}</td>
                    <td data-label=t(Text::Admin(Admin::LiveSessions))>{user.sessions}</td>
                    <td data-label=t(Text::Admin(Admin::LastSeen))>
                        {seen.unwrap_or_else(|| t(Text::Admin(Admin::Never)).to_owned())}
                    </td>
                    <td data-label=t(Text::Admin(Admin::Created))>{ago(now, user.created_at)}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    table(
        &[
            Column::Named(Text::Admin(Admin::Person)),
            Column::Named(Text::Admin(Admin::State)),
            Column::Named(Text::Admin(Admin::LiveSessions)),
            Column::Named(Text::Admin(Admin::LastSeen)),
            Column::Named(Text::Admin(Admin::Created)),
        ],
        rows,
    )
}

const fn role_name(role: Role) -> Text {
    match role {
        Role::Support => Text::Admin(Admin::RoleSupport),
        Role::Admin => Text::Admin(Admin::RoleAdmin),
    }
}

fn badges(user: &UserListing) -> AnyView {
    let (class, state) = match user.state() {
        AccountState::Active => ("badge badge--success", Text::Admin(Admin::StateActive)),
        AccountState::Disabled => ("badge badge--danger", Text::Admin(Admin::StateDisabled)),
        AccountState::Leaving => ("badge badge--warning", Text::Admin(Admin::StateLeaving)),
    };
    let roles = user.roles.iter().max().map(|role| {
        let name = t(role_name(*role));
        view! { " " <span class="badge">{name}</span> }
    });
    view! { <span class=class>{t(state)}</span> {roles} }.into_any()
}

/// A person.
pub fn user_page(
    page: &PageContext,
    desk: &Desk,
    user: UserDetails,
    state: &FormState,
) -> PageView {
    let query = PageQuery::of(&page.path_and_query);
    let now = page.now;
    let said = state.problems.said();
    let own = desk.account() == user.listing.id;
    let admin = desk.admin().is_some();
    PageView::new(move || {
        let said = Signal::stored(said);
        let listing = user.listing.clone();
        let path = user_path(listing.subject.as_str());
        let sessions = format!(
            "{}?person={}",
            paths::ADMIN_SESSIONS,
            listing.subject.as_str()
        );
        let tokens = format!(
            "{}?person={}",
            paths::ADMIN_TOKENS,
            listing.subject.as_str()
        );
        let view = view! {
            <h1><bdi>{listing.name.clone()}</bdi></h1>
            <p class="lede"><bdi>{listing.email.clone()}</bdi> " " {badges(&listing)}</p>
            <ErrorSummary said/>
            {done(&query)}
            <section class="card">
                <h2>{t(Text::Admin(Admin::UserFacts))}</h2>
                {facts(now, &user)}
                <div class="actions">
                    <a class="button" href=sessions>{t(Text::Admin(Admin::SeeSessions))}</a>
                    <a class="button" href=tokens>{t(Text::Admin(Admin::SeeTokens))}</a>
                </div>
            </section>
            <section class="card">
                <h2>{t(Text::Admin(Admin::Actions))}</h2>
                {actions(&path, &user, (own, admin))}
            </section>
        };
        with_sidebar(paths::ADMIN_USERS, view)
    })
}

fn facts(now: Timestamp, user: &UserDetails) -> AnyView {
    let listing = &user.listing;
    let emails: Vec<_> = user
        .emails
        .iter()
        .map(|email| {
            let mark = if email.primary {
                Some(t(Text::Admin(Admin::EmailPrimary)).to_owned())
            } else {
                email.held_until.map(|until| {
                    t_with(
                        Text::Admin(Admin::EmailFormer),
                        &[("moment", &moment(until))],
                    )
                })
            };
            let mark = mark.map(|mark| view! { " " <span class="meta">"(" {mark} ")"</span> });
            view! { <li><bdi>{email.address.clone()}</bdi> {mark}</li> }.into_any()
        })
        .collect();
    let connections: Vec<_> = user
        .connections
        .iter()
        .map(|connection| {
            let said = format!("{} ({})", connection.provider, connection.label);
            view! { <li><bdi>{said}</bdi></li> }
        })
        .collect();
    let none = connections
        .is_empty()
        .then(|| t(Text::Admin(Admin::ConnectionsNone)));
    let password = if user.has_password {
        Text::Admin(Admin::PasswordSet)
    } else {
        Text::Admin(Admin::PasswordNone)
    };
    let disabled = listing.disabled_at.map(|at| {
        t_with(
            Text::Admin(Admin::DisabledSince),
            &[("when", &ago(now, at))],
        )
    });
    let leaves = listing
        .delete_at
        .map(|at| t_with(Text::Admin(Admin::LeavesOn), &[("moment", &moment(at))]));
    let seen = listing.last_seen_at.map(|at| ago(now, at));
    let stands = disabled.or(leaves).map(|said| {
        view! { <div><dt>{t(Text::Admin(Admin::State))}</dt><dd>{said}</dd></div> }
    });
    view! {
        <dl class="facts">
            {stands}
            <div><dt>{t(Text::Admin(Admin::Emails))}</dt><dd><ul role="list">{emails}</ul></dd></div>
            <div><dt>{t(Text::Admin(Admin::HasPassword))}</dt><dd>{t(password)}</dd></div>
            <div>
                <dt>{t(Text::Admin(Admin::Connections))}</dt>
                <dd>{none}<ul role="list">{connections}</ul></dd>
            </div>
            <div><dt>{t(Text::Admin(Admin::LiveSessions))}</dt><dd>{listing.sessions}</dd></div>
            <div><dt>{t(Text::Admin(Admin::Tokens))}</dt><dd>{user.tokens}</dd></div>
            <div>
                <dt>{t(Text::Admin(Admin::LastSeen))}</dt>
                <dd>{seen.unwrap_or_else(|| t(Text::Admin(Admin::Never)).to_owned())}</dd>
            </div>
            <div><dt>{t(Text::Admin(Admin::Created))}</dt><dd>{moment(listing.created_at)}</dd></div>
            <div>
                <dt>{t(Text::Admin(Admin::Subject))}</dt>
                <dd><code>{listing.subject.as_str().to_owned()}</code></dd>
            </div>
        </dl>
    }
    .into_any()
}

fn actions(path: &str, user: &UserDetails, (own, admin): (bool, bool)) -> AnyView {
    let disabled = user.listing.disabled_at.is_some();
    let link = |act: &str, label: Text| {
        let path = format!("{path}/{act}");
        view! { <a class="button button--quiet" href=path>{t(label)}</a> }.into_any()
    };
    let at_once = |act: &'static str, label: Text| {
        view! {
            <form method="post" action=path.to_owned()>
                <button class="button button--quiet" name="act" value=act>{t(label)}</button>
            </form>
        }
        .into_any()
    };
    let mut all = Vec::new();
    if user.listing.sessions > 0 {
        all.push(link("end-sessions", Text::Admin(Admin::EndAll)));
    }
    if admin && user.tokens > 0 {
        all.push(link("revoke-tokens", Text::Admin(Admin::RevokeAll)));
    }
    if admin && !disabled {
        all.push(at_once("send-reset", Text::Admin(Admin::SendReset)));
    }
    if admin && !own {
        if disabled {
            all.push(at_once("enable", Text::Admin(Admin::Enable)));
        } else {
            all.push(link("role", Text::Admin(Admin::ChangeRole)));
            all.push(link("disable", Text::Admin(Admin::Disable)));
        }
    }
    if all.is_empty() {
        return view! { <p class="hint">{t(Text::Admin(Admin::DoneNothing))}</p> }.into_any();
    }
    view! { <div class="actions">{all}</div> }.into_any()
}

/// What is asked about before it is done to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserAct {
    /// Ending every session.
    EndSessions,
    /// Revoking every token.
    RevokeTokens,
    /// Disabling the account.
    Disable,
    /// Giving another role.
    Role,
}

impl UserAct {
    /// From the last part of its path.
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "end-sessions" => Self::EndSessions,
            "revoke-tokens" => Self::RevokeTokens,
            "disable" => Self::Disable,
            "role" => Self::Role,
            _ => return None,
        })
    }

    const fn word(self) -> &'static str {
        match self {
            Self::EndSessions => "end-sessions",
            Self::RevokeTokens => "revoke-tokens",
            Self::Disable => "disable",
            Self::Role => "role",
        }
    }

    /// What the page is called.
    pub const fn title(self) -> Text {
        match self {
            Self::EndSessions => Text::Admin(Admin::EndAll),
            Self::RevokeTokens => Text::Admin(Admin::RevokeAll),
            Self::Disable => Text::Admin(Admin::Disable),
            Self::Role => Text::Admin(Admin::ChangeRole),
        }
    }
}

/// Asks before something is done to a person.
pub fn act_page(user: UserDetails, act: UserAct) -> PageView {
    PageView::new(move || {
        let name = format!("\u{2068}{}\u{2069}", user.listing.name);
        let lede = match act {
            UserAct::EndSessions => t_with(Text::Admin(Admin::EndAllLede), &[("name", &name)]),
            UserAct::RevokeTokens => t_with(
                Text::Admin(Admin::RevokeAllLede),
                &[("count", &user.tokens), ("name", &name)],
            ),
            UserAct::Disable => t_with(Text::Admin(Admin::DisableLede), &[("name", &name)]),
            UserAct::Role => t_with(Text::Admin(Admin::ChangeRoleLede), &[("name", &name)]),
        };
        let now = user.listing.roles.iter().max().copied();
        let roles = (act == UserAct::Role).then(|| roles(now));
        let back = user_path(user.listing.subject.as_str());
        let action = format!("{back}/{}", act.word());
        let title = act.title();
        question(
            paths::ADMIN_USERS,
            (title, lede),
            roles,
            (action, title, back),
        )
    })
}

fn roles(now: Option<Role>) -> AnyView {
    let choices = [
        (
            None,
            Text::Admin(Admin::RoleNone),
            Text::Admin(Admin::RoleNoneHint),
        ),
        (
            Some(Role::Support),
            Text::Admin(Admin::RoleSupport),
            Text::Admin(Admin::RoleSupportHint),
        ),
        (
            Some(Role::Admin),
            Text::Admin(Admin::RoleAdmin),
            Text::Admin(Admin::RoleAdminHint),
        ),
    ];
    let all: Vec<_> = choices
        .into_iter()
        .map(|(role, label, hint)| {
            let value = role.map_or("none", Role::as_str);
            let hint_id = format!("role-{value}-hint");
            view! {
                <li>
                    <label class="choice">
                        <input
                            type="radio"
                            name="role"
                            value=value
                            checked=role == now
                            aria-describedby=hint_id.clone()
                        />
                        <span>{t(label)}</span>
                    </label>
                    <p class="hint" id=hint_id>{t(hint)}</p>
                </li>
            }
        })
        .collect();
    view! {
        <fieldset class="choices">
            <legend>{t(Text::Admin(Admin::Role))}</legend>
            <ul role="list">{all}</ul>
        </fieldset>
    }
    .into_any()
}

/// Inviting somebody, and the invitations that wait.
pub fn invite_page(page: &PageContext, waiting: Vec<Invitation>, state: &FormState) -> PageView {
    let query = PageQuery::of(&page.path_and_query);
    let said = state.problems.said();
    let (email, name, role) = (
        state.value("email"),
        state.value("name"),
        state.value("role"),
    );
    PageView::new(move || {
        let problem = |field: Field| said.of(field.name()).map(str::to_owned);
        let (bad_email, bad_name) = (problem(Field::Email), problem(Field::Name));
        let said = Signal::stored(said.clone());
        let roles = [
            ("none", Text::Admin(Admin::RoleNone)),
            ("support", Text::Admin(Admin::RoleSupport)),
            ("admin", Text::Admin(Admin::RoleAdmin)),
        ];
        let options: Vec<_> = roles
            .into_iter()
            .map(|(value, says)| {
                let selected = value == role;
                view! { <option value=value selected=selected>{t(says)}</option> }
            })
            .collect();
        let view = view! {
            <h1>{t(Text::Admin(Admin::InviteTitle))}</h1>
            <p class="lede">{t(Text::Admin(Admin::InviteLede))}</p>
            <ErrorSummary said/>
            {done(&query)}
            <form class="stack" method="post" action=paths::ADMIN_INVITE novalidate>
                {input(("email", "email", Text::Email), email, bad_email)}
                {input(("name", "text", Text::Admin(Admin::InviteName)), name, bad_name)}
                <div class="field">
                    <label for="role">{t(Text::Admin(Admin::Role))}</label>
                    <div class="control"><select id="role" name="role">{options}</select></div>
                </div>
                <button class="button button--primary">{t(Text::Admin(Admin::InviteSend))}</button>
            </form>
            <section class="card">
                <h2>{t(Text::Admin(Admin::Invitations))}</h2>
                {invitations(waiting)}
            </section>
        };
        with_sidebar(paths::ADMIN_USERS, view)
    })
}

fn input(
    (name, kind, label): (&'static str, &'static str, Text),
    value: String,
    problem: Option<String>,
) -> AnyView {
    let wrong = problem.is_some();
    let error_id = format!("{name}-error");
    view! {
        <div class="field" class:field--error=wrong>
            <label for=name>{t(label)}</label>
            <div class="control">
                <input
                    id=name
                    name=name
                    type=kind
                    value=value
                    autocomplete="off"
                    aria-invalid=wrong.then_some("true")
                    aria-describedby=error_id.clone()
                />
            </div>
            <p class="error" id=error_id hidden=!wrong>
                <Icon shape=Shape::Alert/>
                <span>{problem}</span>
            </p>
        </div>
    }
    .into_any()
}

fn invitations(waiting: Vec<Invitation>) -> AnyView {
    if waiting.is_empty() {
        return view! { <p class="hint">{t(Text::Admin(Admin::InvitationsNone))}</p> }.into_any();
    }
    let items: Vec<_> = waiting
        .into_iter()
        .map(|invitation| {
            let until = t_with(
                Text::Admin(Admin::InviteUntil),
                &[("moment", &moment(invitation.expires_at))],
            );
            let id = format!("invitation-{}", invitation.id);
            view! {
                <li class="session">
                    <Icon shape=Shape::Mail class="device"/>
                    <div class="session__what">
                        <strong id=id.clone()><bdi>{invitation.address.clone()}</bdi></strong>
                        <p class="meta">{until}</p>
                    </div>
                    <form class="session__end" method="post" action=paths::ADMIN_INVITE>
                        <input type="hidden" name="withdraw" value=invitation.address/>
                        <button class="button button--quiet" aria-describedby=id>
                            {t(Text::Admin(Admin::Withdraw))}
                        </button>
                    </form>
                </li>
            }
            .into_any()
        })
        .collect();
    view! { <ul class="sessions" role="list">{items}</ul> }.into_any()
}

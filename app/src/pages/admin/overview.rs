//! `/admin`

use domain::{
    admin::{Desk, MOST_COUNTED, MethodCount, OverviewDay},
    clock::Timestamp,
    store::StorageError,
};
use leptos::prelude::*;

use super::{sessions::method_name, with_sidebar};
use crate::{
    components::{DayChart, day_chart},
    context::{PageContext, PageView},
    paths,
    text::{Admin, Text, t, t_with},
};

/// How a chart is called, what stands above its numbers, and how its sum is said, a day without any, and
/// what it doesn't tell.
struct Words {
    title: Admin,
    counted: Admin,
    total: Admin,
    none: Admin,
    hint: Admin,
}

const SIGN_INS: Words = Words {
    title: Admin::SignIns,
    counted: Admin::SignIns,
    total: Admin::SignInsTotal,
    none: Admin::SignInsNone,
    hint: Admin::SignInsHint,
};
const REFUSED: Words = Words {
    title: Admin::Refused,
    counted: Admin::RefusedCounted,
    total: Admin::RefusedTotal,
    none: Admin::RefusedNone,
    hint: Admin::RefusedHint,
};
const TOKENS: Words = Words {
    title: Admin::TokensIssued,
    counted: Admin::TokensIssued,
    total: Admin::TokensIssuedTotal,
    none: Admin::TokensIssuedNone,
    hint: Admin::TokensIssuedHint,
};

/// What goes on.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn overview_page(page: &PageContext, desk: &Desk) -> Result<PageView, StorageError> {
    let told = desk.overview().await?;
    let moment = page.now;
    Ok(PageView::new(move || {
        let said = |many: i64| {
            if many >= MOST_COUNTED {
                t_with(Text::Admin(Admin::AtLeast), &[("count", &many)])
            } else {
                many.to_string()
            }
        };
        let now = format!("{}?active=now", paths::ADMIN_SESSIONS);
        let chart = |words: Words, of: fn(&OverviewDay) -> i64| {
            let counts: Vec<_> = told.days.iter().map(of).collect();
            days_card(moment, &words, &counts)
        };
        let view = view! {
            <h1>{t(Text::Admin(Admin::Title))}</h1>
            <p class="lede">{t(Text::Admin(Admin::Lede))}</p>
            <section class="card">
                <h2>{t(Text::Admin(Admin::Sessions))}</h2>
                <dl class="facts">
                    <div>
                        <dt>{t(Text::Admin(Admin::CountSessions))}</dt>
                        <dd><a href=paths::ADMIN_SESSIONS>{said(told.sessions)}</a></dd>
                    </div>
                    <div>
                        <dt>{t(Text::Admin(Admin::CountActive))}</dt>
                        <dd><a href=now>{said(told.active_sessions)}</a></dd>
                    </div>
                </dl>
            </section>
            <h2>{t(Text::Admin(Admin::Lately))}</h2>
            <p class="hint">{t(Text::Admin(Admin::LatelyHint))}</p>
            {chart(SIGN_INS, |day| day.sign_ins)}
            {methods_card(&told.methods)}
            {chart(REFUSED, |day| day.failure_notes)}
            {chart(TOKENS, |day| day.tokens)}
        };
        with_sidebar(paths::ADMIN, view)
    }))
}

/// Something that was counted per day.
fn days_card(now: Timestamp, words: &Words, counts: &[i64]) -> AnyView {
    let total: i64 = counts.iter().sum();
    let most = counts.iter().copied().max().unwrap_or_default();
    let chart = DayChart {
        counts,
        said: t_with(
            Text::Admin(words.total),
            &[("count", &total), ("days", &counts.len())],
        ),
        counted: Text::Admin(words.counted),
        hint: t_with(Text::Admin(words.hint), &[("most", &most)]),
        full: true,
    };
    let none = Text::Admin(words.none);
    view! {
        <section class="card">
            <h3>{t(Text::Admin(words.title))}</h3>
            {day_chart(now, chart).unwrap_or_else(|| view! { <p>{t(none)}</p> }.into_any())}
        </section>
    }
    .into_any()
}

/// How people signed in; nothing where nobody did.
fn methods_card(methods: &[MethodCount]) -> Option<AnyView> {
    let total: i64 = methods.iter().map(|method| method.sign_ins).sum();
    if total == 0 {
        return None;
    }
    let shares: Vec<_> = methods
        .iter()
        .map(|method| {
            let percent = (method.sign_ins * 100 + total / 2) / total;
            // One among thousands is still seen.
            let width = percent.max(1);
            let said = format!("{} – {percent} %", method_name(&method.amr));
            view! {
                <li>
                    <span>{said}</span>
                    <svg
                        class="chart chart--full"
                        viewBox="0 0 100 2"
                        preserveAspectRatio="none"
                        aria-hidden="true"
                    >
                        <rect class="quiet" width="100" height="2"></rect>
                        <rect width=width height="2"></rect>
                    </svg>
                </li>
            }
        })
        .collect();
    let rows: Vec<_> = methods
        .iter()
        .map(|method| {
            view! {
                <tr>
                    <th scope="row">{method_name(&method.amr)}</th>
                    <td>{method.sign_ins}</td>
                </tr>
            }
        })
        .collect();
    Some(
        view! {
            <section class="card">
                <h3>{t(Text::Admin(Admin::MethodsTitle))}</h3>
                <ul class="shares" role="list">{shares}</ul>
                <details class="chart-table">
                    <summary>{t(Text::Admin(Admin::MethodsTable))}</summary>
                    <table class="table">
                        <thead>
                            <tr>
                                <th scope="col">{t(Text::Admin(Admin::Method))}</th>
                                <th scope="col">{t(Text::Admin(Admin::SignIns))}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </details>
            </section>
        }
        .into_any(),
    )
}

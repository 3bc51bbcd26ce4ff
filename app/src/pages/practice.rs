//! `/dev/providers/…`: who to be at a practice provider. Development only.

use leptos::prelude::*;

use crate::{
    actions::{Field, FormState},
    components::{ErrorSummary, Icon, Shape, TextField},
    context::PageView,
    text::{Text, t},
};

/// One button.
#[derive(Clone, Copy, Debug)]
pub struct PracticeAct {
    /// Its value in the form.
    pub name: &'static str,
    /// What it says.
    pub label: Text,
    /// What it does.
    pub hint: Text,
}

/// What the page shows.
pub struct PracticePage {
    /// The provider's heading.
    pub title: Text,
    /// Whether a fresh proof was asked for.
    pub fresh: bool,
    /// What was asked, sealed; every form sends it.
    pub request: String,
    /// Who can be chosen; the first is offered first.
    pub people: Vec<PracticeAct>,
    /// Somebody with an address that is typed.
    pub address: PracticeAct,
    /// What can go wrong.
    pub failures: Vec<PracticeAct>,
    /// The typed address, if it was wrong.
    pub state: FormState,
}

/// The page of a practice provider. Its forms go to its own address.
pub fn practice_page(page: PracticePage) -> PageView {
    PageView::new(move || chooser(page))
}

fn chooser(page: PracticePage) -> impl IntoView {
    let request = page.request;
    let hidden = || view! { <input type="hidden" name="request" value=request.clone()/> };
    let said = page.state.problems.said();
    provide_context(page.state);
    let mut first = true;
    let people = page.people.into_iter().map(|act| {
        let primary = std::mem::take(&mut first);
        button(act, primary)
    });
    view! {
        <main id="content" class="door" tabindex="-1">
            <div class="card">
                <ErrorSummary said/>
                <h1>{t(page.title)}</h1>
                <p>{t(Text::PracticeLede)}</p>
                {page
                    .fresh
                    .then(|| {
                        view! {
                            <div class="notice" role="status">
                                <Icon shape=Shape::Shield/>
                                <p>{t(Text::PracticeFresh)}</p>
                            </div>
                        }
                    })}
                <form method="post">{hidden()} {people.collect_view()}</form>
                <h2>{t(Text::PracticeAddressHeading)}</h2>
                <form method="post">
                    {hidden()}
                    <TextField
                        field=Field::Email
                        label=Text::Email
                        kind="email"
                        autocomplete="off"
                    />
                    {button(page.address, false)}
                </form>
                <h2>{t(Text::PracticeFailures)}</h2>
                <form method="post">
                    {hidden()}
                    {page.failures.into_iter().map(|act| button(act, false)).collect_view()}
                </form>
            </div>
        </main>
    }
}

fn button(act: PracticeAct, primary: bool) -> impl IntoView {
    let hint = format!("{}-hint", act.name);
    view! {
        <div>
            <button
                class="button"
                class:button--primary=primary
                name="as"
                value=act.name
                aria-describedby=hint.clone()
            >
                {t(act.label)}
            </button>
            <p class="hint" id=hint>{t(act.hint)}</p>
        </div>
    }
}

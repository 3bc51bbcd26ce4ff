//! `/signup/finish`: what is left after a provider said who somebody is.

use domain::social::Waiting;
use leptos::prelude::*;

use crate::{
    actions::{Field, FormState},
    components::{Form, SubmitButton, TextField},
    context::PageView,
    paths,
    text::{Text, t, t_with},
};

/// Name and address, filled in as far as the provider knows them.
pub fn finish_page(waiting: Waiting, mut state: FormState) -> PageView {
    let (provider, arrival) = (waiting.provider, waiting.arrival);
    for (field, known) in [("email", &arrival.email), ("name", &arrival.name)] {
        if !state.kept.iter().any(|(name, _)| name == field)
            && let Some(known) = known
        {
            state.kept.push((field.to_owned(), known.clone()));
        }
    }
    let label = arrival.identity.label;
    PageView::with_islands(move || {
        let hint = if arrival.vouched {
            t_with(Text::FinishEmailHint, &[("provider", &provider)])
        } else {
            t(Text::FinishClaimedHint).to_owned()
        };
        let lede = t_with(
            Text::FinishLede,
            &[("provider", &provider), ("label", &label)],
        );
        view! {
            <main id="content" class="door" tabindex="-1">
                <div class="card">
                    <h1>{t(Text::FinishTitle)}</h1>
                    <p class="lede">{lede}</p>
                    <Form action=paths::FINISH_SIGN_UP state>
                        <input type="hidden" name="arrival" value=arrival.id/>
                        <TextField
                            field=Field::Email
                            label=Text::Email
                            hint=hint
                            kind="email"
                            autocomplete="email"
                        />
                        <TextField
                            field=Field::Name
                            label=Text::Name
                            hint=t(Text::NameHint)
                            kind="text"
                            autocomplete="name"
                        />
                        <SubmitButton label=Text::SignUp working=Text::SigningUp/>
                    </Form>
                    <p class="aside">
                        {t(Text::SignUpHaveAccount)} " " <a href=paths::LOGIN>{t(Text::SignIn)}</a>
                    </p>
                </div>
            </main>
        }
    })
}

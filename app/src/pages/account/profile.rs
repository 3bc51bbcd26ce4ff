//! `/account/profile`

use domain::accounts::AUTOMATIC_LANGUAGE;
use leptos::prelude::*;

use super::with_sidebar;
use crate::{
    actions::{Field, FormState},
    components::{Choice, Form, Icon, SelectField, Shape, SubmitButton, TextField},
    context::{PageContext, PageView},
    paths,
    text::{Language, Text, t},
};

/// What a person tells of themselves. `saved` says that it just was changed. `None` when nobody is
/// signed in.
pub fn profile_page(page: &PageContext, mut state: FormState, saved: bool) -> Option<PageView> {
    let session = page.session.as_ref()?;
    if state.problems.is_empty() {
        let language = session.language.map_or(AUTOMATIC_LANGUAGE, Language::tag);
        state.kept = [(Field::Name, &*session.name), (Field::Language, language)]
            .map(|(field, value)| (field.name().to_owned(), value.to_owned()))
            .into();
    }
    let email = session.email.clone();
    Some(PageView::with_islands(move || {
        let view = view! {
            <h1>{t(Text::ProfileTitle)}</h1>
            {saved
                .then(|| {
                    view! {
                        <div class="notice notice--success" role="status">
                            <Icon shape=Shape::Check/>
                            <p>{t(Text::ProfileSaved)}</p>
                        </div>
                    }
                })}
            <dl class="facts">
                <div>
                    <dt>{t(Text::Email)}</dt>
                    <dd>
                        {email}
                        <p class="hint">{t(Text::ProfileEmailHint)}</p>
                    </dd>
                </div>
            </dl>
            <Form action=paths::PROFILE state>
                <TextField
                    field=Field::Name
                    label=Text::Name
                    hint=t(Text::NameHint)
                    kind="text"
                    autocomplete="name"
                />
                <SelectField
                    field=Field::Language
                    label=Text::LanguageLabel
                    choices=languages()
                    autocomplete="language"
                />
                <SubmitButton label=Text::SaveProfile working=Text::SavingProfile/>
            </Form>
        };
        with_sidebar(paths::PROFILE, view)
    }))
}

/// The browser's choice, and every language by its own name.
fn languages() -> Vec<Choice> {
    let automatic = Choice {
        value: AUTOMATIC_LANGUAGE,
        says: t(Text::LanguageAutomatic),
        language: None,
    };
    let named = Language::ALL.map(|language| Choice {
        value: language.tag(),
        says: Text::LanguageName.in_language(language),
        language: Some(language),
    });
    [automatic].into_iter().chain(named).collect()
}

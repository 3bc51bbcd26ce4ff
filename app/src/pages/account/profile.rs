//! `/account/profile`

use domain::{accounts::AUTOMATIC_LANGUAGE, store::StorageError};
use leptos::prelude::*;

use super::{done_notice, with_sidebar};
use crate::{
    actions::{Field, FormState},
    components::{Choice, Form, Icon, SelectField, Shape, SubmitButton, TextField},
    context::{PageContext, PageView},
    paths,
    text::{Language, Text, t},
};

/// What a person tells of themselves. `done` says what was just changed. `None` when nobody is
/// signed in.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn profile_page(
    page: &PageContext,
    mut state: FormState,
    done: Option<Text>,
) -> Result<Option<PageView>, StorageError> {
    let Some(session) = &page.session else {
        return Ok(None);
    };
    let accounts = &page.services.accounts;
    let waiting = accounts.waiting_email_change(session.account).await?;
    if state.problems.is_empty() {
        let language = session.language.map_or(AUTOMATIC_LANGUAGE, Language::tag);
        state.kept = [(Field::Name, &*session.name), (Field::Language, language)]
            .map(|(field, value)| (field.name().to_owned(), value.to_owned()))
            .into();
    }
    let email = session.email.clone();
    Ok(Some(PageView::with_islands(move || {
        let view = view! {
            <h1>{t(Text::ProfileTitle)}</h1>
            {done.map(done_notice)}
            <dl class="facts">
                <div>
                    <dt>{t(Text::Email)}</dt>
                    <dd>{email} " " <a href=paths::EMAIL>{t(Text::ChangeYourEmail)}</a></dd>
                </div>
            </dl>
            {waiting.map(|change| waiting_notice(change.address))}
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
            <section class="parting">
                <h2>{t(Text::DeleteYourAccount)}</h2>
                <p class="hint">{t(Text::DeleteHint)}</p>
                <a class="button button--quiet" href=paths::DELETE>{t(Text::DeleteYourAccount)}</a>
            </section>
        };
        with_sidebar(paths::PROFILE, view)
    })))
}

/// An address that is to be confirmed, and a button that drops it.
fn waiting_notice(address: String) -> impl IntoView {
    view! {
        <div class="notice">
            <Icon shape=Shape::Mail/>
            <p>{t(Text::EmailWaiting)} " " <strong>{address}</strong></p>
            <form method="post" action=paths::EMAIL>
                <input type="hidden" name="cancel" value="on"/>
                <button class="button button--quiet">{t(Text::CancelEmailChange)}</button>
            </form>
        </div>
    }
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

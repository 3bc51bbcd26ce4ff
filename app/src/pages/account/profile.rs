//! `/account/profile`

use leptos::prelude::*;

use super::with_sidebar;
use crate::{
    actions::{Field, FormState},
    components::{Form, Icon, Shape, SubmitButton, TextField},
    context::{PageContext, PageView},
    paths,
    text::{Text, t},
};

/// What a person tells of themselves. `saved` says that it just was changed. `None` when nobody is
/// signed in.
pub fn profile_page(page: &PageContext, mut state: FormState, saved: bool) -> Option<PageView> {
    let session = page.session.as_ref()?;
    if state.problems.is_empty() {
        state.kept = vec![(Field::Name.name().to_owned(), session.name.clone())];
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
                <SubmitButton label=Text::SaveProfile working=Text::SavingProfile/>
            </Form>
        };
        with_sidebar(paths::PROFILE, view)
    }))
}

//! `/signup?invitation=…`: GET shows a form, only POST consumes the link.

use domain::accounts::InvitationLink;
use leptos::prelude::*;

use crate::{
    actions::{Field, FormState},
    components::{Form, NewPasswordField, SubmitButton, SuggestButton, TextField},
    context::{PageContext, PageTitle, PageView},
    pages::message,
    paths,
    text::{Text, t},
};

/// The page for a link, with its HTTP status and title.
pub fn invitation_page(
    page: &PageContext,
    token: &str,
    link: InvitationLink,
    mut state: FormState,
) -> (u16, PageTitle, PageView) {
    let dead = |status, (title, view)| (status, title, view);
    let (email, name) = match link {
        InvitationLink::Ready { email, name } => (email, name),
        InvitationLink::Expired => return dead(410, message::invitation_expired()),
        InvitationLink::Used => {
            return dead(410, message::invitation_used(page.session.is_some()));
        }
        InvitationLink::Unknown => return dead(404, message::invitation_unknown()),
    };
    let title = state.title(Text::InvitationTitle);
    if state == FormState::default() {
        state.kept = vec![(Field::Name.name().to_owned(), name.unwrap_or_default())];
    }
    let min_length = page.services.accounts.rules().password.min_length;
    let token = token.to_owned();
    let view = PageView::with_islands(move || {
        let id = Field::Email.name();
        view! {
            <main id="content" class="door" tabindex="-1">
                <div class="card">
                    <h1>{t(Text::InvitationTitle)}</h1>
                    <p class="lede">{t(Text::InvitationLede)}</p>
                    <Form action=paths::SIGN_UP state>
                        <input type="hidden" name="invitation" value=token/>
                        // Without a name: it isn't sent, since it doesn't count.
                        <div class="field">
                            <label for=id>{t(Text::Email)}</label>
                            <div class="control">
                                <input id=id type="email" autocomplete="username" value=email readonly/>
                            </div>
                        </div>
                        <TextField
                            field=Field::Name
                            label=Text::Name
                            hint=t(Text::NameHint)
                            kind="text"
                            autocomplete="name"
                        />
                        <NewPasswordField
                            field=Field::Password
                            label=Text::Password
                            min_length
                        />
                        <SubmitButton label=Text::SignUp working=Text::SigningUp/>
                        <SuggestButton/>
                    </Form>
                </div>
            </main>
        }
    });
    (200, title, view)
}

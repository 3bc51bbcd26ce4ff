//! `/undo-email-change`: GET shows a button, only POST consumes the link.

use domain::accounts::UndoLink;
use leptos::prelude::*;

use crate::{
    actions::FormState,
    components::{Form, SubmitButton},
    context::{PageTitle, PageView},
    pages::message,
    paths,
    text::{Text, t},
};

/// The page for a link, with its HTTP status and title.
pub fn undo_page(token: &str, link: UndoLink, state: FormState) -> (u16, PageTitle, PageView) {
    let dead = |status, (title, view)| (status, title, view);
    match link {
        UndoLink::Ready => {}
        UndoLink::Expired => return dead(410, message::undo_expired()),
        UndoLink::Used => return dead(410, message::undo_used()),
        UndoLink::Unknown => return dead(404, message::undo_unknown()),
    }
    let title = if state.problems.is_empty() {
        PageTitle::plain(Text::UndoTitle)
    } else {
        PageTitle::error(Text::UndoTitle)
    };
    let token = token.to_owned();
    let view = PageView::with_islands(move || {
        view! {
            <main id="content" class="door" tabindex="-1">
                <div class="card">
                    <h1>{t(Text::UndoTitle)}</h1>
                    <p>{t(Text::UndoLede)}</p>
                    <Form action=paths::UNDO_EMAIL_CHANGE state>
                        <input type="hidden" name="token" value=token/>
                        <SubmitButton label=Text::UndoButton working=Text::UndoWorking/>
                    </Form>
                </div>
            </main>
        }
    });
    (200, title, view)
}

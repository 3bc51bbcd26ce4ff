//! Pages that say one thing and where to go next.

use leptos::prelude::*;

use crate::{
    components::{Icon, Shape},
    context::{PageTitle, PageView},
    paths,
    text::{Text, t},
};

/// A page that says one thing.
pub fn message_page(
    shape: Shape,
    title: Text,
    body: Text,
    link: (&'static str, Text),
) -> (PageTitle, PageView) {
    let view = PageView::new(move || {
        view! {
            <main id="content" class="door" tabindex="-1">
                <div class="card message">
                    <Icon shape/>
                    <h1>{t(title)}</h1>
                    <p>{t(body)}</p>
                    <div class="actions">
                        <a class="button button--primary" href=link.0>{t(link.1)}</a>
                    </div>
                </div>
            </main>
        }
    });
    (PageTitle::plain(title), view)
}

/// "Check your email": the same for known and unknown addresses.
fn sent_page(body: Text, nothing: Text, again: (&'static str, Text)) -> PageView {
    PageView::new(move || {
        view! {
            <main id="content" class="door" tabindex="-1">
                <div class="card message">
                    <Icon shape=Shape::Mail/>
                    <h1>{t(Text::SentTitle)}</h1>
                    <p>{t(body)}</p>
                    <p class="hint">{t(nothing)}</p>
                    <div class="actions">
                        <a class="button" href=again.0>{t(again.1)}</a>
                    </div>
                </div>
            </main>
        }
    })
}

/// After signing up.
pub fn sign_up_sent() -> PageView {
    sent_page(Text::SentBody, Text::SentNothing, SIGN_UP)
}

/// After asking for a link that sets a new password.
pub fn reset_sent() -> PageView {
    let again = (paths::FORGOT_PASSWORD, Text::ForgotAgain);
    sent_page(Text::ForgotSentBody, Text::ForgotSentNothing, again)
}

const HOME: (&str, Text) = (paths::LANDING, Text::GoHome);
const SIGN_UP: (&str, Text) = (paths::SIGN_UP, Text::SentAgain);
const SIGN_IN: (&str, Text) = (paths::LOGIN, Text::SignIn);
const FORGOT: (&str, Text) = (paths::FORGOT_PASSWORD, Text::ResetAgain);
const ACCOUNT: (&str, Text) = (paths::ACCOUNT, Text::GoAccount);

/// 410: the link did its work.
pub fn link_used(signed_in: bool) -> (PageTitle, PageView) {
    let (body, link) = if signed_in {
        (Text::LinkUsedSignedIn, ACCOUNT)
    } else {
        (Text::LinkUsedBody, SIGN_IN)
    };
    message_page(Shape::Check, Text::LinkUsedTitle, body, link)
}

/// 410: the invited address has its account.
pub fn invitation_used(signed_in: bool) -> (PageTitle, PageView) {
    let (body, link) = if signed_in {
        (Text::InvitationUsedSignedIn, ACCOUNT)
    } else {
        (Text::InvitationUsedBody, SIGN_IN)
    };
    message_page(Shape::Check, Text::LinkUsedTitle, body, link)
}

macro_rules! messages {
    ($($(#[$doc:meta])* $name:ident: $shape:ident, $title:ident, $body:ident, $link:expr;)*) => {
        $($(#[$doc])* pub fn $name() -> (PageTitle, PageView) {
            message_page(Shape::$shape, Text::$title, Text::$body, $link)
        })*
    };
}

messages! {
    /// 404.
    not_found: Info, NotFoundTitle, NotFoundBody, HOME;
    /// 400.
    bad_request: Alert, BadRequestTitle, BadRequestBody, HOME;
    /// 413.
    too_large: Alert, TooLargeTitle, TooLargeBody, HOME;
    /// 403: a form from another site.
    cross_site: Shield, CrossSiteTitle, CrossSiteBody, HOME;
    /// 405.
    wrong_method: Info, MethodTitle, MethodBody, HOME;
    /// 500.
    broken: Alert, BrokenTitle, BrokenBody, HOME;
    /// 503: the database is out of reach.
    unavailable: Alert, UnavailableTitle, UnavailableBody, HOME;
    /// 408 and 503: too slow.
    too_slow: Clock, TimeoutTitle, TimeoutBody, HOME;
    /// 403: no sign-ups.
    sign_up_closed: Info, SignUpClosedTitle, SignUpClosedBody, SIGN_IN;
    /// 403: sign-ups by invitation only.
    sign_up_by_invitation: Mail, SignUpByInvitationTitle, SignUpByInvitationBody, SIGN_IN;
    /// 410: the invitation's time is over.
    invitation_expired: Clock, LinkExpiredTitle, InvitationExpiredBody, HOME;
    /// 404: not an invitation of ours.
    invitation_unknown: Info, LinkUnknownTitle, InvitationUnknownBody, HOME;
    /// 410: the link's time is over.
    link_expired: Clock, LinkExpiredTitle, LinkExpiredBody, SIGN_UP;
    /// 410: the reset link's time is over.
    reset_expired: Clock, LinkExpiredTitle, ResetExpiredBody, FORGOT;
    /// 410: the reset link did its work.
    reset_used: Check, LinkUsedTitle, ResetUsedBody, FORGOT;
    /// 404: not a reset link of ours.
    reset_unknown: Info, LinkUnknownTitle, ResetUnknownBody, FORGOT;
    /// 410: the link that puts an address back is over.
    undo_expired: Clock, LinkExpiredTitle, UndoExpiredBody, FORGOT;
    /// 410: the link put an address back already.
    undo_used: Check, LinkUsedTitle, UndoUsedBody, FORGOT;
    /// 404: not a link that puts an address back.
    undo_unknown: Info, LinkUnknownTitle, UndoUnknownBody, FORGOT;
    /// 403: the link is for another account than the one that is signed in.
    other_account: Alert, OtherAccountTitle, OtherAccountBody, ACCOUNT;
    /// 403: only the browser that signed up can use the link.
    other_browser: Shield, OtherBrowserTitle, OtherBrowserBody, SIGN_UP;
    /// 410: what the page was for is over, and whoever asks is signed in.
    signed_in_already: Check, ConnectInsteadTitle, SignedInAlreadyBody, ACCOUNT;
    /// 409: the address belongs to another account by now.
    address_taken: Alert, AddressTakenTitle, AddressTakenBody, ACCOUNT;
    /// 409: the identity that a sign-up came with belongs to an account by now.
    identity_taken: Alert, IdentityTakenTitle, IdentityTakenBody, SIGN_IN;
    /// 404: not a link of ours.
    link_unknown: Info, LinkUnknownTitle, LinkUnknownBody, SIGN_UP;
    /// 400: `next` points to another site.
    points_elsewhere: Shield, LoginElsewhereTitle, LoginElsewhereBody, SIGN_IN;
}

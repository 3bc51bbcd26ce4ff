//! An ordinary stop sends nothing twice.

use domain::mail::{MailState, TroubleKind};

use crate::support::{PASSWORD, home::Home, on_both, post_office::PostOffice};

on_both! {
    async fn what_is_being_sent_is_finished(home: &Home) {
        let mut office = PostOffice::open().await;
        let mut server = home.serve_with(&office.settings(&[]).keys()).await;
        server.browser().sign_up("held@example.com", PASSWORD).await.is(303);
        office.event("held").await;
        server.ask_to_stop();
        office.release();
        server.stop().await;
        office.event("message").await;
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM mail_queue").await, 0);
    }

    async fn what_the_mail_server_cannot_have_is_given_back(home: &Home) {
        let mut office = PostOffice::open().await;
        let settings = office.settings(&[("http.shutdown_seconds", "0")]);
        let server = home.serve_with(&settings.keys()).await;
        server.browser().sign_up("silent@example.com", PASSWORD).await.is(303);
        office.event("silent").await;
        server.stop().await;
        let server = home.serve().await;
        let mail = server.mail_to("silent@example.com").await;
        assert_eq!((mail.state, mail.attempts), (MailState::Waiting, 0), "as if nobody had tried");
    }

    async fn what_the_mail_server_may_have_is_not_sent_again_at_once(home: &Home) {
        let mut office = PostOffice::open().await;
        let settings = office.settings(&[("http.shutdown_seconds", "0")]);
        let server = home.serve_with(&settings.keys()).await;
        server.browser().sign_up("held@example.com", PASSWORD).await.is(303);
        office.event("held").await;
        server.stop().await;
        let server = home.serve().await;
        let mail = server.mail_to("held@example.com").await;
        assert!(matches!(mail.state, MailState::Retry { why, .. } if why.kind == TroubleKind::NoAnswer), "{mail:?}");
    }
}

//! Several processes on one database share the work.

use std::collections::BTreeSet;

use crate::support::{
    PASSWORD,
    home::Home,
    on_both,
    post_office::PostOffice,
    program::{Program, free_port},
};

const MAILS: usize = 60;

on_both! {
    async fn two_processes_send_each_mail_once(home: &Home) {
        // Queued while there is no mail server, so that both find all of them at their start.
        let (port, other) = (free_port(), free_port());
        let program = Program::serve(home, port, &[("throttle.signups_per_address", "1000")]);
        for number in 0..MAILS {
            program.browser().sign_up(&format!("ada{number}@example.com"), PASSWORD).await.is(303);
        }
        program.stop();

        let mut office = PostOffice::open().await;
        let settings = office.settings(&[]);
        let url = format!("http://localhost:{port}");
        let mut keys = settings.keys();
        keys.push(("public_url", &url));
        let both = [Program::serve(home, port, &keys), Program::serve(home, other, &keys)];
        let mut recipients = BTreeSet::new();
        for _ in 0..MAILS {
            let mail = office.event("message").await;
            recipients.insert(mail["to"][0].as_str().expect("an address").to_owned());
        }
        assert_eq!(recipients.len(), MAILS, "each of them once");
        let mut delivered = 0;
        for program in both {
            let (well, lines) = program.stop();
            assert!(well);
            delivered += lines.iter().filter(|line| line.contains("a mail was delivered")).count();
            assert!(!lines.concat().contains("@example.com"), "{lines:#?}");
        }
        assert_eq!(delivered, MAILS);
        assert_eq!(office.count("message"), 0, "and nothing more");
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM mail_queue").await, 0);
    }
}

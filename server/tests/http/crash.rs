//! What was answered is on disk, even when the program is killed.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{sync::Semaphore, task::JoinSet};

use crate::support::{
    PASSWORD,
    home::Home,
    on_both,
    program::{Program, error_of, free_port, run, text_of},
};

const SIGN_UPS: usize = 200;
/// So many sign-ups are under way at once.
const AT_ONCE: usize = 50;
/// So many answers, and the program dies in the middle of the others.
const ENOUGH: usize = 60;

on_both! {
    async fn killing_the_program_amid_200_sign_ups_loses_nothing_that_was_answered(home: &Home) {
        let port = free_port();
        let program = Program::serve(home, port, &[("throttle.signups_per_address", "1000")]);
        let browsers: Vec<_> = (0..SIGN_UPS).map(|_| program.browser()).collect();
        let program = Arc::new(Mutex::new(Some(program)));
        let (answered, places) = (Arc::new(AtomicUsize::new(0)), Arc::new(Semaphore::new(AT_ONCE)));
        let mut people = JoinSet::new();
        for (number, browser) in browsers.into_iter().enumerate() {
            let (program, answered, places) = (Arc::clone(&program), Arc::clone(&answered), Arc::clone(&places));
            people.spawn(async move {
                let _place = places.acquire().await.expect("never closed");
                let email = format!("person{number}@example.com");
                let form = [("email", email.as_str()), ("name", "Ada"), ("password", PASSWORD)];
                // Turned away by a full queue, a person tries again.
                loop {
                    match browser.posts("/signup", &form).try_send().await {
                        Ok(answer) if answer.status == 303 => break,
                        Ok(answer) => assert_eq!(answer.status, 503, "{}", answer.body),
                        Err(_) => return None,
                    }
                }
                if answered.fetch_add(1, Ordering::SeqCst) + 1 == ENOUGH {
                    program.lock().expect("no panic inside").take().expect("it runs").kill();
                }
                Some(email)
            });
        }
        let acknowledged: Vec<String> = people.join_all().await.into_iter().flatten().collect();
        assert!(acknowledged.len() >= ENOUGH);
        assert!(acknowledged.len() <= ENOUGH + AT_ONCE, "the others found it dead");

        let url = format!("http://localhost:{port}");
        let output = run(home, &["mail", "list", "--json"], &[("LATCHKEY_PUBLIC_URL", &url)], "");
        assert!(output.status.success(), "{}", error_of(&output));
        let listed: serde_json::Value = serde_json::from_str(&text_of(&output)).expect("one JSON document");
        let mails = listed["items"].as_array().expect("a list");
        let link_to = |email: &str| {
            let mail = mails.iter().find(|mail| mail["to"] == email);
            mail.and_then(|mail| mail["link"].as_str()).map(str::to_owned)
        };

        let program = Program::serve(home, port, &[]);
        for email in &acknowledged {
            let link = link_to(email).unwrap_or_else(|| panic!("{email} was answered and has no mail"));
            let path = link.strip_prefix(&url).expect("a link to this server");
            program.browser().get(path).await.is(200).says(email);
        }
        let newcomer = program.browser();
        let path = link_to(&acknowledged[0]).expect("a link");
        newcomer.confirm_with(&path, PASSWORD).await.leads_to("/login?confirmed");
        newcomer.sign_in(&acknowledged[0], PASSWORD).await.leads_to("/account");
        let (well, _) = program.stop();
        assert!(well);

        // What wasn't answered is there as a whole or not at all.
        let mut raw = home.raw().await;
        let total = i64::try_from(mails.len()).expect("a count");
        for (what, count) in [
            ("registrations", total - 1),
            ("one_time_links WHERE used_at IS NULL", total - 1),
            ("mail_queue", total),
            ("audit_events WHERE kind = 'registration.created'", total),
        ] {
            assert_eq!(raw.number(&format!("SELECT COUNT(*) FROM {what}")).await, count, "{what}");
        }
    }
}

//! A program that is killed loses no mail.

use crate::support::{
    PASSWORD,
    home::Home,
    on_both,
    post_office::PostOffice,
    program::{Program, free_port},
};

on_both! {
    async fn killed_amid_a_delivery_the_program_delivers_after_its_restart(home: &Home) {
        let mut office = PostOffice::open().await;
        let (port, settings) = (free_port(), office.settings(&[]));
        let program = Program::serve(home, port, &settings.keys());
        program.browser().sign_up("held@example.com", PASSWORD).await.is(303);
        let first = office.event("held").await;
        program.kill();
        office.event("closed").await;

        let mut raw = home.raw().await;
        let claimed = "SELECT COUNT(*) FROM mail_queue WHERE claimed_by IS NOT NULL AND attempts = 1";
        assert_eq!(raw.number(claimed).await, 1, "the dead one still has it");
        let program = Program::serve(home, port, &settings.keys());
        // As if its claim had run out.
        assert_eq!(raw.run("UPDATE mail_queue SET claimed_until = 1").await, 1);
        let mail = office.event("message").await;
        assert_eq!(mail["to"][0], "held@example.com");
        assert_eq!(mail["messageId"], first["messageId"], "who got both can tell");
        program.says("a mail was delivered").await;
        let (well, _) = program.stop();
        assert!(well);
        assert_eq!(raw.number("SELECT COUNT(*) FROM mail_queue").await, 0);
    }
}

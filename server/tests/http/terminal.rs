//! A password that is typed at a terminal.

use std::{
    fs::File,
    io::{Read, Write},
    os::fd::OwnedFd,
    process::Child,
};

use rustix::{
    fs::{Mode, OFlags, open},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{LocalModes, tcgetattr},
};

use crate::support::{PASSWORD, home::Home, on_both, program::at_terminal};

/// Both ends of a terminal: ours, and the program's.
fn terminal() -> (File, OwnedFd) {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&ours).expect("granted");
    unlockpt(&ours).expect("unlocked");
    let name = ptsname(&ours, Vec::new()).expect("a name");
    let theirs = open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).expect("the other end");
    (File::from(ours), theirs)
}

fn is_shown(terminal: &OwnedFd) -> bool {
    let modes = tcgetattr(terminal).expect("a terminal").local_modes;
    modes.contains(LocalModes::ECHO)
}

/// Starts `users create` and waits until it asks for the password.
fn asked(home: &Home, theirs: &OwnedFd) -> (Child, File) {
    let arguments = [
        "users",
        "create",
        "--email",
        "ada@example.com",
        "--verified",
    ];
    let mut child = at_terminal(home, &arguments, theirs);
    let mut said = child.stderr.take().expect("piped");
    let mut text = Vec::new();
    while !text.ends_with(b"press Enter:\n") {
        let mut byte = [0];
        said.read_exact(&mut byte).expect("it asks");
        text.extend(byte);
    }
    (child, File::from(OwnedFd::from(said)))
}

on_both! {
    async fn a_password_is_not_shown_while_it_is_typed(home: &Home) {
        let (mut ours, theirs) = terminal();
        let (mut child, _said) = asked(home, &theirs);
        assert!(!is_shown(&theirs));
        ours.write_all(format!("{PASSWORD}\n").as_bytes()).expect("typed");
        assert!(child.wait().expect("it ends").success());
        assert!(is_shown(&theirs), "what is typed afterwards is shown again");
        drop(theirs);
        let mut shown = Vec::new();
        // Reading a terminal whose other end is gone ends with an error.
        let _ = ours.read_to_end(&mut shown);
        let shown = String::from_utf8_lossy(&shown).into_owned();
        assert!(!shown.contains("horse"), "{shown}");

        let server = home.serve().await;
        server.browser().sign_in("ada@example.com", PASSWORD).await.leads_to("/account");
    }

    async fn whoever_breaks_off_sees_again_what_they_type(home: &Home) {
        let (_ours, theirs) = terminal();
        let (mut child, _said) = asked(home, &theirs);
        let sent = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
        assert!(sent.expect("kill is there").success());
        assert_eq!(child.wait().expect("it ends").code(), Some(130));
        assert!(is_shown(&theirs));
    }
}

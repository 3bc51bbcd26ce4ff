//! What the log says of sign-ins at providers.

use super::{GITHUB, leave};
use crate::support::{
    home::Home,
    on_both,
    program::{Program, free_port},
};

const SIGN_IN: &[(&str, &str)] = &[("intent", "sign_in")];

on_both! {
    async fn an_error_that_came_back_is_named_if_it_is_known(home: &Home) {
        let program = Program::serve(home, free_port(), &[]);
        for (error, said) in [
            ("redirect_uri_mismatch", "redirect_uri_mismatch"),
            ("server_error", "server_error"),
            ("written%20by%20a%20stranger", "an error of its own"),
        ] {
            let browser = program.browser();
            let back = leave(&browser, GITHUB, SIGN_IN).await.choose("address", "ada@example.com").await;
            let back = back.replace("code=", &format!("error_description=stranger&error={error}&x="));
            browser.get(&back).await.is(502).is_a_page();
            program.says(&format!("makes no sense: {said}")).await;
        }
        let (_, lines) = program.stop();
        assert!(!lines.iter().any(|line| line.contains("stranger")), "{lines:?}");
    }
}

//! The verb `docs`: what is written about configuration keys, made anew from the server's own table.

use crate::announce;
use crate::call;
use crate::checkout::Checkout;
use crate::failure::Outcome;

/// Has the tests that compare the files write them instead.
pub(crate) fn make(checkout: &Checkout) -> Outcome {
    let mut test = checkout.cargo();
    test.args(["test", "--quiet", "-p", "server", "--lib"])
        .args(["--", "config::tests::reference::"])
        .env("LATCHKEY_TEST_RENEW_DOCS", "1");
    call::run(&mut test)?;
    announce::note("docs/latchkey.sample.toml and docs/guides/configuration.md are up to date");
    Ok(())
}

//! One file with everything in it.

use crate::announce;
use crate::bundle;
use crate::call;
use crate::checkout::Checkout;
use crate::failure::{Attempt as _, Outcome};
use crate::setup;

/// Builds target/dist/latchkey: the optimised server with the optimised bundle inside.
pub(crate) fn build(checkout: &Checkout) -> Outcome {
    announce::headline("Bundle");
    setup::crates(checkout)?;
    let tools = setup::browser_build(checkout, true)?;
    let sizes = bundle::build(checkout, &tools, true)?;
    announce::headline("Server");
    call::run(
        checkout
            .cargo()
            .args(["build", "--release", "--locked", "-p", "server"]),
    )?;
    let program = checkout.dist_server();
    if let Some(folder) = program.parent() {
        std::fs::create_dir_all(folder).attempt(format!("make {}", folder.display()))?;
    }
    let bytes = std::fs::copy(checkout.server(true), &program)
        .attempt(format!("write {}", program.display()))?;
    announce::headline("Sizes in bytes");
    println!(
        "   {:<44} {:>10} {:>10} {:>10}",
        "", "raw", "gzip", "brotli"
    );
    for file in sizes {
        println!(
            "   {:<44} {:>10} {:>10} {:>10}",
            file.name, file.raw, file.gzip, file.brotli
        );
    }
    println!("   {:<44} {bytes:>10}", "target/dist/latchkey");
    Ok(())
}

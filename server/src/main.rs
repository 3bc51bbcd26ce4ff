//! The program `latchkey`.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::cli::main()
}

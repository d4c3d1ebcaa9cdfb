//! The program: arguments in, an exit status out.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(dockerlab::cli::run().code())
}

//! Any text as the commands of a RUN.
#![no_main]

use dockerlab::dockerfile::{commands, parse, written_commands};

libfuzzer_sys::fuzz_target!(|text: &str| {
    for dockerfile in [
        format!("FROM a\nRUN {text}"),
        format!("FROM a\nRUN <<EOF\n{text}\nEOF\n"),
    ] {
        for run in &parse(&dockerfile).instructions {
            for command in commands(run).0.iter().chain(&written_commands(run)) {
                command.program();
                assert!(command.arguments().count() <= dockerfile.len());
            }
        }
    }
});

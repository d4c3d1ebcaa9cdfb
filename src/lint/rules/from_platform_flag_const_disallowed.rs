//! FROM fixes the platform.
//!
//! A fixed `--platform` builds one architecture for everyone, with slow emulation on other machines. Choose the platform
//! when you build, or use a variable.
//!
//! ```dockerfile bad
//! FROM --platform=linux/amd64 debian:12
//! ```
//!
//! ```dockerfile good
//! FROM --platform=$BUILDPLATFORM debian:12
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule =
    Rule::new("FromPlatformFlagConstDisallowed", Severity::Warning, check).twin_of(&["DL3029"]);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for (stage, step) in file.froms().enumerate() {
        // A stage may be named after its system or architecture; docker lets that pass.
        let name = file.alias(stage).unwrap_or_default().to_lowercase();
        let Some(platform) = step.instruction.flag("platform").map(unquoted) else {
            continue;
        };
        let is_named = names(platform).iter().any(|part| name.contains(part));
        if !platform.is_empty() && !platform.contains('$') && !is_named {
            report.within(step, step.place_of_flag("platform"), platform);
        }
    }
}

/// The system and the architecture of a platform, as docker spells them. A system alone has docker's own architecture,
/// amd64 for most; an architecture alone is Linux's.
fn names(platform: &str) -> [String; 2] {
    let platform = platform.to_lowercase();
    let mut parts = platform.split('/');
    let first = parts.next().unwrap_or_default();
    let is_system = ["linux", "windows", "darwin", "freebsd", "wasip1"].contains(&first);
    let (system, architecture) = match parts.next() {
        Some(second) => (first, second),
        None if is_system => (first, "amd64"),
        None => ("linux", first),
    };
    let architecture = match architecture {
        "aarch64" => "arm64",
        "x86_64" | "x86-64" => "amd64",
        "i386" => "386",
        "armhf" | "armel" => "arm",
        other => other,
    };
    [system.to_owned(), architecture.to_owned()]
}

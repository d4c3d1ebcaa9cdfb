//! Any text through every rule, and fixed: fixing what was fixed takes no more rounds than are allowed.
#![no_main]

use dockerlab::lint::{Config, Facts, fixed, lint};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let (config, facts) = (Config::default(), Facts::default());
    let lines = u32::try_from(text.lines().count()).unwrap_or(u32::MAX).max(1);
    let findings = lint(text, &config, &facts);
    for finding in &findings {
        assert!(1 <= finding.line && finding.line <= lines, "{finding:?}");
    }
    let (mended, _) = fixed(text, &findings);
    lint(&mended, &config, &facts);
});

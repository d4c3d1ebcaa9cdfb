//! GitLab's report of code quality: Code Climate's issues as an array, each with a fingerprint that stays when lines are
//! added above.

use std::{
    collections::BTreeMap,
    io::{Result, Write},
};

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{
    codeclimate::issue,
    format::Format,
    linted_file::{LintedFile, findings},
    one_line::one_line,
};
use crate::output::style::Style;

/// An array of issues.
pub(super) const FORMAT: Format = Format {
    name: "gitlab_codeclimate",
    marks: &[b"[]\n", b"\"check_name\":"],
    never_fails: false,
    has_zero_bytes: false,
    write,
};

fn write(out: &mut dyn Write, files: &[LintedFile], _style: Style) -> Result<()> {
    let mut seen = BTreeMap::<String, u32>::new();
    let issues: Vec<Value> = findings(files)
        .map(|(file, finding)| {
            let index = usize::try_from(finding.line).unwrap_or(usize::MAX).wrapping_sub(1);
            let line = file.source.lines().nth(index).unwrap_or_default();
            let key = format!("{}\n{}\n{}\n{line}", file.name, finding.code, finding.message);
            let count = seen.entry(key.clone()).or_default();
            *count += 1;
            let hash = Sha256::digest(format!("{key}\n{count}"));
            let mut issue = issue(file, finding);
            issue["fingerprint"] = Value::String(hex::encode(&hash[..20]));
            issue
        })
        .collect();
    one_line(out, &Value::Array(issues))
}

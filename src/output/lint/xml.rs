//! Formats that are XML.

use std::io::{Result, Write};

use super::Linted;
use crate::lint::Severity;

/// A text within an attribute or an element; what XML 1.0 cannot hold is left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push('\t'),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

/// Checkstyle's report.
pub(super) fn checkstyle(out: &mut dyn Write, files: &[Linted]) -> Result<()> {
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(out, r#"<checkstyle version="4.3">"#)?;
    for file in files {
        writeln!(out, r#"<file name="{}">"#, escaped(&file.name))?;
        for finding in &file.findings {
            let severity = match finding.severity {
                Severity::Style | Severity::Off => "info",
                severity => severity.name(),
            };
            writeln!(
                out,
                r#"<error line="{}" column="1" severity="{severity}" message="{}" source="{}"/>"#,
                finding.line,
                escaped(&finding.message),
                escaped(&finding.code),
            )?;
        }
        writeln!(out, "</file>")?;
    }
    writeln!(out, "</checkstyle>")
}

/// JUnit's report: a suite a file, a case a finding.
pub(super) fn junit(out: &mut dyn Write, files: &[Linted]) -> Result<()> {
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    let failures: usize = files.iter().map(|file| file.findings.len()).sum();
    writeln!(
        out,
        r#"<testsuites name="dockerlab lint" tests="{}" failures="{failures}">"#,
        files.iter().map(|file| file.findings.len().max(1)).sum::<usize>()
    )?;
    for file in files {
        let name = escaped(&file.name);
        let count = file.findings.len();
        writeln!(
            out,
            r#"<testsuite name="{name}" tests="{}" failures="{count}" errors="0">"#,
            count.max(1)
        )?;
        if file.findings.is_empty() {
            writeln!(out, r#"<testcase classname="{name}" name="lint"/>"#)?;
        }
        for finding in &file.findings {
            let code = escaped(&finding.code);
            let message = escaped(&finding.message);
            writeln!(
                out,
                r#"<testcase classname="{name}" name="{code} line {}"><failure type="{}" message="{message}">{name}:{} {code} {}: {message}</failure></testcase>"#,
                finding.line, finding.severity, finding.line, finding.severity,
            )?;
        }
        writeln!(out, "</testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_cannot_leave_their_place() {
        assert_eq!(
            escaped("a<b>&\"c'\n\u{1}\u{1b}[0m"),
            "a&lt;b&gt;&amp;&quot;c&apos;&#10;[0m"
        );
    }
}

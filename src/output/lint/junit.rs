//! JUnit's XML.

use std::io::{Result, Write};

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

use super::{
    format::Format,
    linted_file::LintedFile,
    xml::{attribute, text},
};
use crate::output::style::Style;

/// A suite a file, a case a finding; a file without findings is a case that passes.
pub(super) const FORMAT: Format = Format {
    name: "junit",
    marks: &[b"<testsuites name=\"dockerlab"],
    never_fails: false,
    has_zero_bytes: false,
    write,
};

fn write(out: &mut dyn Write, files: &[LintedFile], _style: Style) -> Result<()> {
    let tests = |file: &LintedFile| file.findings.len().max(1);
    let all: usize = files.iter().map(tests).sum();
    let failures: usize = files.iter().map(|file| file.findings.len()).sum();
    let mut xml = Writer::new_with_indent(out, b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("testsuites")
        .with_attribute(("name", "dockerlab lint"))
        .with_attribute(attribute("tests", &all.to_string()))
        .with_attribute(attribute("failures", &failures.to_string()))
        .write_inner_content(|xml| {
            for file in files {
                xml.create_element("testsuite")
                    .with_attribute(attribute("name", &file.name))
                    .with_attribute(attribute("tests", &tests(file).to_string()))
                    .with_attribute(attribute("failures", &file.findings.len().to_string()))
                    .with_attribute(("errors", "0"))
                    .write_inner_content(|xml| cases(xml, file))?;
            }
            Ok(())
        })?;
    writeln!(xml.get_mut())
}

fn cases(xml: &mut Writer<&mut dyn Write>, file: &LintedFile) -> Result<()> {
    if file.findings.is_empty() {
        xml.create_element("testcase")
            .with_attribute(attribute("classname", &file.name))
            .with_attribute(("name", "lint"))
            .write_empty()?;
    }
    for finding in &file.findings {
        let (code, line, severity, message) = (&finding.code, finding.line, finding.severity, &finding.message);
        xml.create_element("testcase")
            .with_attribute(attribute("classname", &file.name))
            .with_attribute(attribute("name", &format!("{code} line {line}")))
            .write_inner_content(|xml| {
                let told = text(&format!("{}:{line} {code} {severity}: {message}", file.name));
                xml.create_element("failure")
                    .with_attribute(("type", severity.name()))
                    .with_attribute(attribute("message", message))
                    .write_text_content(BytesText::new(&told))?;
                Ok(())
            })?;
    }
    Ok(())
}

//! Checkstyle's XML.

use std::io::{Result, Write};

use quick_xml::{
    Writer,
    events::{BytesDecl, Event},
};

use super::{format::Format, linted_file::LintedFile};
use crate::{
    lint::Severity,
    output::{style::Style, xml::attribute},
};

/// One `file` element a file, one `error` a finding.
pub(super) const FORMAT: Format = Format {
    name: "checkstyle",
    marks: &[b"<checkstyle "],
    never_fails: false,
    has_zero_bytes: false,
    write,
};

fn write(out: &mut dyn Write, files: &[LintedFile], _style: Style) -> Result<()> {
    let mut xml = Writer::new_with_indent(out, b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("checkstyle")
        .with_attribute(("version", "4.3"))
        .write_inner_content(|xml| {
            for file in files {
                xml.create_element("file")
                    .with_attribute(attribute("name", &file.name))
                    .write_inner_content(|xml| {
                        for finding in &file.findings {
                            let severity = match finding.severity {
                                Severity::Style | Severity::Off => "info",
                                severity => severity.name(),
                            };
                            xml.create_element("error")
                                .with_attribute(attribute("line", &finding.line.to_string()))
                                .with_attribute(("column", "1"))
                                .with_attribute(("severity", severity))
                                .with_attribute(attribute("message", &finding.message))
                                .with_attribute(attribute("source", &finding.code))
                                .write_empty()?;
                        }
                        Ok(())
                    })?;
            }
            Ok(())
        })?;
    writeln!(xml.get_mut())
}

//! JUnit's XML, as container-structure-test writes it.

use std::io::{Result, Write};

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

use super::{Row, StructureReport};
use crate::output::xml::{attribute, text};

/// Writes a run, in a suite of this name.
pub fn write(out: &mut dyn Write, report: &StructureReport, suite: &str) -> Result<()> {
    let rows = report.rows();
    let (passed, total) = report.counts();
    let seconds: f64 = rows.iter().map(Row::seconds).sum();
    let mut xml = Writer::new_with_indent(out, b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("testsuites")
        .with_attribute(attribute("failures", &(total - passed).to_string()))
        .with_attribute(attribute("tests", &total.to_string()))
        .with_attribute(attribute("time", &seconds.to_string()))
        .write_inner_content(|xml| {
            xml.create_element("testsuite")
                .with_attribute(attribute("name", suite))
                .write_inner_content(|xml| rows.iter().try_for_each(|row| case(xml, row)))?;
            Ok(())
        })?;
    writeln!(xml.get_mut())
}

fn case(xml: &mut Writer<&mut dyn Write>, row: &Row<'_>) -> Result<()> {
    let element = xml
        .create_element("testcase")
        .with_attribute(attribute("name", row.name()))
        .with_attribute(attribute("time", &row.seconds().to_string()));
    if row.errors.is_empty() {
        element.write_empty()?;
        return Ok(());
    }
    element.write_inner_content(|xml| {
        for error in &row.errors {
            xml.create_element("failure")
                .write_text_content(BytesText::new(&text(error)))?;
        }
        let output = row.outcome.map_or("", |outcome| &outcome.stdout);
        if !output.is_empty() {
            xml.create_element("system-out")
                .write_text_content(BytesText::new(&lines(output)))?;
        }
        let errors = row.outcome.map_or("", |outcome| &outcome.stderr);
        if !errors.is_empty() {
            xml.create_element("system-err")
                .write_text_content(BytesText::new(&lines(errors)))?;
        }
        Ok(())
    })?;
    Ok(())
}

/// A text of several lines without what XML 1.0 cannot hold.
fn lines(output: &str) -> String {
    output.lines().map(text).collect::<Vec<_>>().join("\n")
}

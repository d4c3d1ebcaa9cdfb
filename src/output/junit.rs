//! JUnit's XML, as CI systems read it: suites of cases (<https://github.com/testmoapp/junitxml> describes what they agree on).

use std::io::{Result, Write};

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

use crate::output::xml::{attribute, text};

/// Cases that belong together.
pub(super) struct Suite {
    pub(super) name: String,
    pub(super) cases: Vec<Case>,
}

/// Something that passes or not.
pub(super) struct Case {
    pub(super) class: String,
    pub(super) name: String,
    pub(super) outcome: CaseOutcome,
}

/// How a case came out.
pub(super) enum CaseOutcome {
    Passed,
    /// Its kind, a message, and all that there is to say.
    Failed(String, String, String),
    /// It could not be checked, for this reason.
    Error(String),
    /// It was not checked, for this reason.
    Skipped(String),
}

/// Writes suites as one document of this name.
pub(super) fn junit(out: &mut dyn Write, name: &str, suites: &[Suite]) -> Result<()> {
    let all: Vec<&Case> = suites.iter().flat_map(|suite| &suite.cases).collect();
    let mut xml = Writer::new_with_indent(out, b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("testsuites")
        .with_attribute(attribute("name", name))
        .with_attributes(counts(&all))
        .write_inner_content(|xml| {
            for suite in suites {
                let cases: Vec<&Case> = suite.cases.iter().collect();
                xml.create_element("testsuite")
                    .with_attribute(attribute("name", &suite.name))
                    .with_attributes(counts(&cases))
                    .write_inner_content(|xml| suite.cases.iter().try_for_each(|case| write_case(xml, case)))?;
            }
            Ok(())
        })?;
    writeln!(xml.get_mut())
}

/// How many cases there are, by how they came out.
fn counts(cases: &[&Case]) -> [(&'static str, std::borrow::Cow<'static, str>); 4] {
    let count = |is: fn(&CaseOutcome) -> bool| cases.iter().filter(|case| is(&case.outcome)).count().to_string().into();
    [
        ("tests", cases.len().to_string().into()),
        ("failures", count(|outcome| matches!(outcome, CaseOutcome::Failed(..)))),
        ("errors", count(|outcome| matches!(outcome, CaseOutcome::Error(_)))),
        ("skipped", count(|outcome| matches!(outcome, CaseOutcome::Skipped(_)))),
    ]
}

fn write_case(xml: &mut Writer<&mut dyn Write>, case: &Case) -> Result<()> {
    let element = xml
        .create_element("testcase")
        .with_attribute(attribute("classname", &case.class))
        .with_attribute(attribute("name", &case.name));
    match &case.outcome {
        CaseOutcome::Passed => element.write_empty()?,
        CaseOutcome::Failed(kind, message, all) => element.write_inner_content(|xml| {
            xml.create_element("failure")
                .with_attribute(attribute("type", kind))
                .with_attribute(attribute("message", message))
                .write_text_content(BytesText::new(&lines(all)))?;
            Ok(())
        })?,
        CaseOutcome::Error(message) => element.write_inner_content(|xml| {
            let error = xml.create_element("error");
            error.with_attribute(attribute("message", message)).write_empty()?;
            Ok(())
        })?,
        CaseOutcome::Skipped(message) => element.write_inner_content(|xml| {
            let skipped = xml.create_element("skipped");
            skipped.with_attribute(attribute("message", message)).write_empty()?;
            Ok(())
        })?,
    };
    Ok(())
}

/// Lines, each without what XML cannot hold.
fn lines(all: &str) -> String {
    all.lines().map(text).collect::<Vec<_>>().join("\n")
}

//! A check as JSON; `docs/check-json.md` is its schema.

use std::io::{Result, Write};

use serde::Serialize;

use crate::{check::Verdict, clean, output::check::CheckReport};

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Document<'a> {
    schema: &'static str,
    passed: bool,
    tasks: Vec<Task<'a>>,
    not_begun: &'a [&'a str],
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Task<'a> {
    task: &'a str,
    title: &'a str,
    image: &'a str,
    passed: bool,
    provisional: bool,
    without_engine: Option<&'a str>,
    engine: Option<String>,
    image_id: Option<&'a str>,
    image_size: Option<u64>,
    seconds: f64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unrecorded: Vec<String>,
    criteria: Vec<Criterion<'a>>,
    advice: Vec<Advice<'a>>,
}

#[derive(Serialize)]
struct Advice<'a> {
    code: &'a str,
    severity: &'static str,
    line: u32,
    message: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Criterion<'a> {
    id: &'a str,
    says: &'a str,
    hidden: bool,
    remark: bool,
    optional: bool,
    provisional: bool,
    #[serde(flatten)]
    outcome: &'a crate::check::Outcome,
    why: &'a str,
    next: &'a str,
}

/// Writes checks as one JSON document; `not_begun` are the tasks that were asked for and have no Dockerfile yet.
pub fn checks(out: &mut dyn Write, reports: &[CheckReport], not_begun: &[&str]) -> Result<()> {
    let document = Document {
        schema: "dockerlab/check/1",
        passed: !reports.is_empty() && not_begun.is_empty() && reports.iter().all(|report| report.verdicts.passed()),
        tasks: reports.iter().map(task).collect(),
        not_begun,
    };
    write!(out, "{}", clean::json(&serde_json::to_string_pretty(&document)?))?;
    writeln!(out)
}

fn task(report: &CheckReport) -> Task<'_> {
    let image = report.evidence.image.known();
    Task {
        task: &report.task,
        title: &report.title,
        image: &report.image,
        passed: report.verdicts.passed(),
        provisional: report.verdicts.0.iter().any(|verdict| verdict.provisional),
        without_engine: report.without_engine.as_deref(),
        engine: report
            .evidence
            .engine
            .as_ref()
            .map(|engine| format!("{} {}", engine.name, engine.version)),
        image_id: image.map(|image| image.id.as_str()),
        image_size: image.map(|image| image.size),
        seconds: report.seconds,
        unrecorded: report.unrecorded.iter().map(ToString::to_string).collect(),
        advice: report
            .advice
            .iter()
            .map(|finding| Advice {
                code: &finding.code,
                severity: finding.severity.name(),
                line: finding.line,
                message: &finding.message,
            })
            .collect(),
        criteria: report.verdicts.0.iter().map(criterion).collect(),
    }
}

fn criterion(verdict: &Verdict) -> Criterion<'_> {
    Criterion {
        id: &verdict.criterion,
        says: &verdict.says,
        hidden: verdict.hidden,
        remark: verdict.remark,
        optional: verdict.optional,
        provisional: verdict.provisional,
        outcome: &verdict.outcome,
        why: &verdict.why,
        next: &verdict.next,
    }
}

//! A check as SARIF: a rule a criterion, a result for each that is not met or could not be checked.

use std::io::{Result, Write};

use serde_json::{Value, json};

use crate::{
    check::{Outcome, Verdict},
    clean,
    output::{check::CheckReport, sarif::sarif, verdict_text::verdict_text},
};

/// Writes checks as one document.
pub fn checked_sarif(out: &mut dyn Write, reports: &[CheckReport]) -> Result<()> {
    let (mut rules, mut results) = (Vec::new(), Vec::new());
    for report in reports {
        for verdict in &report.verdicts.0 {
            if let Some(result) = result(report, verdict) {
                rules.push(rule(report, verdict));
                results.push(result);
            }
        }
    }
    let document = sarif(&rules, &results);
    writeln!(out, "{}", clean::json(&document.to_string()))
}

fn id(report: &CheckReport, verdict: &Verdict) -> String {
    format!("{}/{}", report.task, verdict.criterion)
}

fn rule(report: &CheckReport, verdict: &Verdict) -> Value {
    json!({
        "id": id(report, verdict),
        "shortDescription": {"text": verdict.name()},
        "fullDescription": {"text": verdict.why},
    })
}

fn result(report: &CheckReport, verdict: &Verdict) -> Option<Value> {
    let (kind, level) = match &verdict.outcome {
        Outcome::Fail(_) if verdict.optional => ("fail", "note"),
        Outcome::Fail(_) if verdict.remark => ("fail", "warning"),
        Outcome::Fail(_) => ("fail", "error"),
        // Not known: the standard then asks for no level.
        Outcome::CannotCheck { .. } if verdict.is_required() => ("open", "none"),
        _ => return None,
    };
    let place = match &verdict.outcome {
        Outcome::Fail(failure) => failure.place.as_ref(),
        _ => None,
    };
    let dockerfile = report.evidence.dockerfile.as_ref().map(|file| file.name.as_str());
    let (file, line) = place.map_or((dockerfile, 1), |place| (Some(place.file.as_str()), place.line));
    let location = file.map(|file| {
        json!({"physicalLocation": {
            "artifactLocation": {"uri": uri(file)},
            "region": {"startLine": line.max(1)},
        }})
    });
    Some(json!({
        "ruleId": id(report, verdict),
        "kind": kind,
        "level": level,
        "message": {"text": verdict_text(verdict, false)},
        "locations": location.into_iter().collect::<Vec<_>>(),
    }))
}

/// A relative path as the reference that it is in SARIF.
fn uri(path: &str) -> String {
    path.replace('%', "%25")
        .replace(' ', "%20")
        .replace('#', "%23")
        .replace('?', "%3F")
}

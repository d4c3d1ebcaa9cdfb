//! What the lint rules say to a task's Dockerfile: of what the task teaches, and beside the verdict.

use crate::{
    check::{
        case::lines_of_layers,
        evidence::{Evidence, ImageEvidence},
    },
    dockerfile::{self, Dockerfile, Ignore, final_image},
    lint::{self, Config, Facts, Finding, LeftBehind},
};

/// What is known of a Dockerfile beside its text, from the evidence of its last check.
pub fn facts(evidence: &Evidence) -> Facts {
    let text = evidence.dockerfile.as_ref().map_or("", |file| &file.text);
    let parsed = dockerfile::parse(text);
    Facts {
        ignore: evidence.context.ignore.as_ref().map(|file| Ignore::parse(&file.text).0),
        left: evidence.image.known().map(|image| left_behind(image, &parsed)),
    }
}

fn left_behind(image: &ImageEvidence, parsed: &Dockerfile) -> Vec<LeftBehind> {
    let Some(planned) = final_image(parsed, None) else {
        return Vec::new();
    };
    let lines = lines_of_layers(image, &planned);
    let mut left: Vec<LeftBehind> = Vec::new();
    for matches in image.paths.values().flat_map(|path| &path.in_layers) {
        let Some(line) = lines.get(matches.layer).copied().flatten() else {
            continue;
        };
        let Some(path) = matches.examples.first() else { continue };
        // Several probes may have asked for the same files.
        let path = format!("/{}", path.trim_start_matches('/'));
        if !left.iter().any(|one| one.line == line && one.path == path) {
            left.push(LeftBehind {
                line,
                path,
                bytes: matches.bytes,
            });
        }
    }
    left
}

/// The findings that a task teaches, of the Dockerfile that was judged.
pub fn advice(teaches: &[String], evidence: &Evidence) -> Vec<Finding> {
    let Some(file) = evidence.dockerfile.as_ref().filter(|_| !teaches.is_empty()) else {
        return Vec::new();
    };
    let mut findings = lint::lint(&file.text, &Config::default(), &facts(evidence));
    findings.retain(|finding| teaches.contains(&finding.code));
    findings
}

//! `check.absent`: nothing in the finished image lies at these paths.

use serde::Deserialize;

use super::{Judge, Paths, spelling::listed};
use crate::{
    check::{
        case::Case,
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    words::size,
};

/// Path patterns, none of which may match.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct Absent(Vec<Paths>);

impl Judge for Absent {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let image = match case.image() {
            Ok(image) => image,
            Err(outcome) => return outcome,
        };
        for pattern in &self.0 {
            let Some(found) = image.paths.get(pattern.as_str()) else {
                return Outcome::cannot_check("this evidence was gathered before the criterion asked for these paths");
            };
            if found.final_count > 0 {
                let examples: Vec<String> = found
                    .in_final
                    .iter()
                    .take(3)
                    .map(|path| format!("/{}", path.path))
                    .collect();
                let more = found.final_count.saturating_sub(examples.len() as u64);
                let more = if more > 0 {
                    format!(" and {more} more")
                } else {
                    String::new()
                };
                let line = found
                    .in_layers
                    .first()
                    .and_then(|layer| case.line_of_layer(layer.layer));
                return Outcome::Fail(
                    Failure::new(
                        format!("nothing at `/{}`", Paths::in_workdir(pattern.as_str(), &image.workdir)),
                        format!("{}{more} ({})", listed(&examples, "and"), size(found.final_bytes)),
                    )
                    .at(line),
                );
            }
        }
        Outcome::Pass
    }

    fn probes(&self) -> Vec<Probe> {
        self.0
            .iter()
            .map(|pattern| Probe::Paths(pattern.as_str().to_owned()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, found, is_refused};

    #[test]
    fn only_the_final_image_counts() {
        let absent = r#"absent = ["**/bin/sudo"]"#;
        let with = |paths: &[&str]| {
            let found = found(paths, &[(2, 5)]);
            Sample::of("FROM b\nRUN x\n").image(|image| {
                image.paths.insert("**/bin/sudo".to_owned(), found);
            })
        };
        with(&[]).passes(absent);
        with(&["usr/bin/sudo"]).fails(absent, "`/usr/bin/sudo`");
        Sample::of("FROM b\n").cannot_be_checked(absent);
        assert!(is_refused("absent = [1]"));
    }
}

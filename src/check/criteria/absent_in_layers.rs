//! `check.absent-in-layers`: no layer that the learner's Dockerfile made holds anything at these paths,
//! whether or not a later layer removes it.

use serde::Deserialize;

use super::{Judge, Paths};
use crate::{
    check::{
        case::Case,
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    words::size,
};

/// Path patterns, none of which may match in any layer.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct AbsentInLayers(Vec<Paths>);

impl Judge for AbsentInLayers {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let image = match case.image() {
            Ok(image) => image,
            Err(outcome) => return outcome,
        };
        for pattern in &self.0 {
            let Some(found) = image.paths.get(pattern.as_str()) else {
                return Outcome::cannot_check("this evidence was gathered before the criterion asked for these paths");
            };
            let own = match case.first_own_layer(image) {
                Ok(own) => own,
                Err(outcome) => return outcome,
            };
            let Some(worst) = found
                .in_layers
                .iter()
                .filter(|layer| layer.layer >= own)
                .max_by_key(|layer| layer.bytes)
            else {
                continue;
            };
            let files = if worst.count == 1 {
                "1 file".to_owned()
            } else {
                format!("{} files", worst.count)
            };
            let first = worst
                .examples
                .first()
                .map(|path| format!(", `/{path}` among them"))
                .unwrap_or_default();
            let hidden = if found.final_count == 0 {
                "; a later instruction removes them, but the layer keeps their bytes"
            } else {
                ""
            };
            return Outcome::Fail(
                Failure::new(
                    format!(
                        "no layer with anything at `/{}`",
                        Paths::in_workdir(pattern.as_str(), &image.workdir)
                    ),
                    format!("{files} of {} in one layer{first}{hidden}", size(worst.bytes)),
                )
                .at(case.line_of_layer(worst.layer)),
            );
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
    use crate::check::sample::{Sample, found, is_refused, layer};

    const LISTS: &str = r#"absent-in-layers = ["lists/*"]"#;

    #[test]
    fn a_later_layer_does_not_give_the_bytes_back() {
        let with = |in_final: &[&str], in_layers: &[(usize, u64)]| {
            let found = found(in_final, in_layers);
            Sample::of("FROM b\nRUN apt-get update\nRUN rm -rf lists\n").image(|image| {
                image.layers.push(layer("RUN apt-get update", false, 0));
                image.layers.push(layer("RUN rm -rf lists", false, 0));
                image.paths.insert("lists/*".to_owned(), found);
            })
        };
        with(&[], &[]).passes(LISTS);
        with(&[], &[(0, 9)]).passes(LISTS);
        with(&["lists/a"], &[(2, 43_000_000)]).fails_at(LISTS, "43.0 MB", 2);
        with(&[], &[(2, 5)]).fails_at(LISTS, "the layer keeps their bytes", 2);
        Sample::of("FROM b\n").cannot_be_checked(LISTS);
        assert!(is_refused("absent-in-layers = 3"));
    }
}

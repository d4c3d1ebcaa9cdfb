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
            let own = case.first_own_layer(image);
            let Some(worst) = found.in_layers.iter().filter(|layer| layer.layer >= own).max_by_key(|layer| layer.bytes)
            else {
                continue;
            };
            let files = if worst.count == 1 { "1 file".to_owned() } else { format!("{} files", worst.count) };
            let first = worst.examples.first().map(|path| format!(", `/{path}` among them")).unwrap_or_default();
            let hidden = if found.final_count == 0 {
                "; a later instruction removes them, but the layer keeps their bytes"
            } else {
                ""
            };
            return Outcome::Fail(
                Failure::new(
                    format!("no layer with anything at `/{}`", Paths::in_workdir(pattern.as_str(), &image.workdir)),
                    format!("{files} of {} in one layer{first}{hidden}", size(worst.bytes)),
                )
                .at(case.line_of_layer(worst.layer)),
            );
        }
        Outcome::Pass
    }

    fn probes(&self) -> Vec<Probe> {
        self.0.iter().map(|pattern| Probe::Paths(pattern.as_str().to_owned())).collect()
    }
}

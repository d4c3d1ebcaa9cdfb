//! `check.install-layers`: no more layers than this install packages.

use serde::Deserialize;

use super::{
    Judge,
    spelling::{Manager, installs},
};
use crate::{
    check::{
        case::Case,
        evidence::LayerEvidence,
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    dockerfile,
    image::instruction_of,
};

/// How many layers may install Debian packages or Python distributions.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct InstallLayers {
    at_most: usize,
}

impl Judge for InstallLayers {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let (count, line) = match case.evidence.image.known() {
            Some(image) => {
                let own = match case.first_own_layer(image) {
                    Ok(own) => own,
                    Err(outcome) => return outcome,
                };
                // What a COPY brings from another stage was installed there.
                let runs =
                    |layer: &LayerEvidence| instruction_of(&layer.created_by).keyword.eq_ignore_ascii_case("RUN");
                let installing: Vec<usize> = image
                    .layers
                    .iter()
                    .enumerate()
                    .skip(own)
                    .filter(|(_, layer)| runs(layer) && (layer.changes_apt || layer.adds_python > 0))
                    .map(|(index, _)| index)
                    .collect();
                let surplus = installing
                    .get(self.at_most)
                    .and_then(|layer| case.line_of_layer(*layer));
                (installing.len(), surplus)
            }
            None => {
                let planned = match case.planned() {
                    Ok(planned) => planned,
                    Err(outcome) => return outcome,
                };
                let lines: Vec<u32> = planned
                    .runs
                    .iter()
                    .filter(|run| {
                        let (commands, _) = dockerfile::commands(run);
                        commands.iter().any(|command| {
                            installs(command, Manager::Apt).is_some() || installs(command, Manager::Pip).is_some()
                        })
                    })
                    .map(|run| run.start_line)
                    .collect();
                (lines.len(), lines.get(self.at_most).and_then(|line| case.line(*line)))
            }
        };
        let layers = |count: usize| {
            if count == 1 {
                "1 layer".to_owned()
            } else {
                format!("{count} layers")
            }
        };
        Outcome::pass_if(count <= self.at_most, || {
            Failure::new(
                format!("{} that installs packages", layers(self.at_most)),
                layers(count),
            )
            .at(line)
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Image]
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, is_refused, layer};

    #[test]
    fn layers_are_counted_and_not_lines() {
        let one = "install-layers = { at-most = 1 }";
        let sample = Sample::of("FROM b\nRUN apt-get install a\nRUN pip install b\n");
        sample.fails_at(one, "2 layers", 3);
        let layers = |second: usize| {
            sample.clone().image(|image| {
                image.layers.push(layer("RUN apt-get install a", true, 0));
                image.layers.push(layer("RUN pip install b", false, second));
            })
        };
        layers(1).fails_at(one, "2 layers", 3);
        layers(0).passes(one);
        assert!(is_refused("install-layers = 1"));
    }
}

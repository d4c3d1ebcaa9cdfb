//! `check.install-layers`: no more layers than this install packages.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    judge::Judge,
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
    quantity,
};

/// How many layers may install Debian packages or Python distributions.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct InstallLayers {
    at_most: usize,
}

impl Judge for InstallLayers {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let (count, first, line) = match case.evidence.image.known() {
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
                let first = installing.first().and_then(|layer| case.line_of_layer(*layer));
                (installing.len(), first, surplus)
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
                let first = case.at(lines.first().copied());
                (lines.len(), first, case.at(lines.get(self.at_most).copied()))
            }
        };
        let layers = |count: usize| quantity::count(count, "layer");
        Outcome::pass_if(count <= self.at_most, || {
            let failure = Failure::new(say!("{} that installs packages", layers(self.at_most)), layers(count));
            match (&first, &line) {
                (Some(first), Some(place)) if first.line != place.line => {
                    let (first, second) = (first.line, place.line);
                    failure
                        .at(line)
                        .cause("several", say!("Join the RUN on line {second} with the one on line {first}, with `&&` between the commands."; second, first))
                }
                _ => failure.at(line).plain("several-unseen"),
            }
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Image]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_base_that_was_not_looked_at_and_copied_packages_are_nobodys_installs() {
        let one = "install-layers = { at-most = 1 }";
        let sample = Sample::of("FROM b\nRUN apt-get install a\nCOPY --from=c /v /v\n");
        let layers = ["ADD rootfs", "RUN apt-get install a", "COPY /v /v"];
        let built = sample.layers(&layers, |image| {
            image.layers[1].changes_apt = true;
            image.layers[2].adds_python = 3;
        });
        built.passes(one);
        built.image(|image| image.base = None).cannot_check(one);
    }

    use crate::check::{
        evidence::ImageEvidence,
        sample::{Sample, refused},
    };

    const ONE: &str = "install-layers = { at-most = 1 }";
    const TWO: &str = "FROM x\nRUN apt-get update\nRUN apt-get install -y a\nCOPY . .\nRUN pip install b\n";

    fn with(change: impl FnOnce(&mut ImageEvidence)) -> Sample {
        let history = [
            "ADD file:0 in /",
            "RUN /bin/sh -c apt-get update # buildkit",
            "/bin/sh -c apt-get install -y a",
            "COPY . . # buildkit",
            "RUN /bin/sh -c pip install b # buildkit",
        ];
        Sample::of(TWO).layers(&history, |image| {
            image.layers[0].changes_apt = true;
            change(image);
        })
    }

    #[test]
    fn layers_that_bring_packages_are_counted_and_the_first_too_many_is_shown() {
        with(|image| {
            image.layers[2].changes_apt = true;
            image.layers[4].adds_python = 3;
        })
        .fails_at(ONE, "2 layers", 5)
        .passes("install-layers = { at-most = 2 }");
    }

    #[test]
    fn fetching_lists_copying_and_the_base_are_no_installs() {
        with(|image| image.layers[2].changes_apt = true)
            .passes(ONE)
            .is_settled(ONE);
        with(|_| {}).passes("install-layers = { at-most = 0 }");
        with(|image| image.layers[4].adds_python = 1).fails_at("install-layers = { at-most = 0 }", "1 layer", 5);
    }

    #[test]
    fn without_an_engine_the_runs_that_install_are_counted() {
        Sample::of(TWO).fails_at(ONE, "2 layers", 5).is_provisional(ONE);
        Sample::of("FROM x\nRUN apt-get update\nRUN apt-get install -y a \\\n && python3 -m pip install b\n")
            .passes(ONE)
            .is_provisional(ONE);
        Sample::of("FROM x AS y\nRUN pip install a\nFROM x\nRUN pip install b\n").passes(ONE);
        Sample::of("FROM x AS y\nRUN pip install a\nFROM y\nRUN pip install b\n").fails_at(ONE, "2 layers", 4);
        Sample::of("").skips(ONE);
    }

    #[test]
    fn its_setting_is_a_number() {
        refused("install-layers = 1", "invalid type");
        refused("install-layers = { at-most = -1 }", "invalid value");
        refused(
            "install-layers = { at-most = 1, at-least = 1 }",
            "unknown field `at-least`",
        );
    }
}

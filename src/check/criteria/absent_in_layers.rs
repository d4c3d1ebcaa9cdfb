//! `check.absent-in-layers`: no layer that the learner's Dockerfile made holds anything at these paths,
//! whether or not a later layer removes it.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Paths,
    judge::{Judge, asks_for_something},
};
use crate::{
    check::{
        case::Case,
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    quantity::{self, size},
};

/// Path patterns, none of which may match in any layer.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
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
                return Outcome::cannot_check(say!(
                    "this evidence is older than the criterion and does not include these paths"
                ));
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
            let files = quantity::count(usize::try_from(worst.count).unwrap_or(usize::MAX), "file");
            let first = worst
                .examples
                .first()
                .map(|path| say!(", including `/{path}`"; path))
                .unwrap_or_default();
            let hidden = if found.final_count == 0 {
                say!("; a later instruction removes them, but the layer keeps their bytes")
            } else {
                ""
            };
            let place = case.line_of_layer(worst.layer);
            let line = place.as_ref().map_or(0, |place| place.line);
            let failure = Failure::new(
                say!(
                    "no files at `{}` in any layer",
                    pattern.shown(&image.config.working_dir)
                ),
                say!("{files} of {} in one layer{first}{hidden}", size(worst.bytes); files, first, hidden),
            )
            .at(place);
            return Outcome::Fail(if found.final_count == 0 && line > 0 {
                failure
                    .why(say!("A file that a later instruction removes is only hidden: the earlier layer still stores its bytes."))
                    .cause("removed-later", say!("Remove the files in the same instruction that creates them, on line {line}."; line))
            } else {
                failure.plain("kept")
            });
        }
        Outcome::Pass
    }

    fn probes(&self) -> Vec<Probe> {
        Paths::probes(&self.0)
    }

    fn mistakes(&self) -> Vec<String> {
        asks_for_something("absent-in-layers", &self.0)
    }
}

#[cfg(test)]
mod tests {
    use crate::check::{
        evidence::PathEvidence,
        sample::{Sample, found, in_layer, refused},
    };

    const CACHE: &str = r#"absent-in-layers = ["root/.cache/pip/**"]"#;

    fn with(matches: PathEvidence) -> Sample {
        let history = [
            "ADD file:0 in /",
            "RUN /bin/sh -c pip install fastapi # buildkit",
            "RUN /bin/sh -c rm -rf /root/.cache # buildkit",
        ];
        Sample::of("FROM x\nENV A=1\nRUN pip install fastapi\nRUN rm -rf /root/.cache\n").layers(&history, |image| {
            image.paths.insert("root/.cache/pip/**".to_owned(), matches);
        })
    }

    #[test]
    fn a_later_layer_does_not_give_the_bytes_back() {
        with(PathEvidence {
            in_layers: vec![in_layer(1, 12, 7_300_000, "root/.cache/pip/http/a")],
            ..PathEvidence::default()
        })
        .fails_at(
            CACHE,
            "12 files of 7.30 MB in one layer, including `/root/.cache/pip/http/a`; a later",
            3,
        );
    }

    #[test]
    fn the_largest_layer_is_told() {
        with(PathEvidence {
            in_layers: vec![in_layer(1, 1, 10, "a"), in_layer(2, 1, 20, "b")],
            ..found(&["b"], 20)
        })
        .fails_at(CACHE, "1 file of 20 B in one layer, including `/b`", 4);
    }

    #[test]
    fn what_was_never_written_or_is_the_bases_passes() {
        with(PathEvidence::default()).passes(CACHE).is_settled(CACHE);
        with(PathEvidence {
            in_layers: vec![in_layer(0, 1, 10, "root/.cache/pip/a")],
            ..found(&["root/.cache/pip/a"], 10)
        })
        .passes(CACHE);
    }

    #[test]
    fn without_an_image_it_cannot_be_checked() {
        Sample::of("FROM x\nRUN pip install fastapi\n").cannot_check(CACHE);
        Sample::of("FROM x\n").failed("exit code: 1").skips(CACHE);
        Sample::of("FROM x\n").image(|_| {}).cannot_check(CACHE);
    }

    #[test]
    fn its_setting_is_a_list_of_patterns() {
        refused(r#"absent-in-layers = { paths = ["a"] }"#, "invalid type");
        refused(r#"absent-in-layers = ["["]"#, "is not a valid path pattern");
    }
}

//! Evidence made up for tests, and what a check says of it.

use serde::Deserialize;

use crate::{
    check::{
        Case, Failure, Outcome,
        criteria::Kind,
        evidence::{
            Asked, BaseEvidence, BuildEvidence, BuildFailure, Builder, CommandEvidence, ContextEvidence,
            EVIDENCE_VERSION, Evidence, FoundPath, ImageEvidence, LayerEvidence, LayerMatches, PathEvidence,
            RunEvidence, ServerEvidence, Sighting, SourceFile,
        },
    },
    dockerfile,
};

/// Evidence on an answer, at first nothing but its Dockerfile.
#[derive(Debug, Clone)]
pub(crate) struct Sample(Evidence);

impl Sample {
    /// A Dockerfile that no engine has seen.
    pub(crate) fn of(text: &str) -> Self {
        Self(Evidence {
            version: EVIDENCE_VERSION,
            task: "1".to_owned(),
            dockerfile: Some(SourceFile {
                name: "Dockerfile".to_owned(),
                text: text.to_owned(),
            }),
            context: ContextEvidence::default(),
            build: Asked::unknown("no engine was asked"),
            image: Asked::unknown("no engine was asked"),
            run: Asked::unknown("no engine was asked"),
            sightings: Vec::new(),
            other_sizes: std::collections::BTreeMap::new(),
            engine: None,
        })
    }

    /// With an ignore file of this text.
    pub(crate) fn ignoring(mut self, text: &str) -> Self {
        self.0.context.ignore = Some(SourceFile {
            name: ".dockerignore".to_owned(),
            text: text.to_owned(),
        });
        self
    }

    /// With anything else changed.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Evidence)) -> Self {
        change(&mut self.0);
        self
    }

    /// Built: an image with two layers of its base, and whatever `change` makes of it.
    pub(crate) fn image(mut self, change: impl FnOnce(&mut ImageEvidence)) -> Self {
        let mut image = ImageEvidence {
            id: "sha256:1".to_owned(),
            size: 1000,
            workdir: "/".to_owned(),
            base: Some(BaseEvidence {
                reference: "ubuntu:20.04".to_owned(),
                layers: Some(2),
            }),
            layers: vec![LayerEvidence::default(), LayerEvidence::default()],
            ..ImageEvidence::default()
        };
        change(&mut image);
        self.0.image = Asked::Known(image);
        self.0.build = Asked::Known(build(None));
        self.0.run = Asked::Known(RunEvidence::default());
        self
    }

    /// Not built, for this reason.
    pub(crate) fn failed(mut self, failure: BuildFailure) -> Self {
        self.0.build = Asked::Known(build(Some(failure)));
        self.0.image = Asked::missing("the build failed");
        self.0.run = Asked::missing("the build failed");
        self
    }

    /// Built, and run as a server with this outcome.
    pub(crate) fn serving(self, server: ServerEvidence) -> Self {
        self.image(|_| {}).also_serving(server)
    }

    /// Run as a server with this outcome, the image as it is.
    pub(crate) fn also_serving(mut self, server: ServerEvidence) -> Self {
        if let Asked::Known(run) = &mut self.0.run {
            run.server = Some(Asked::Known(server));
        }
        self
    }

    /// Built, and a command run in it.
    pub(crate) fn running(mut self, line: &str, exit_code: i64, output: &str) -> Self {
        if self.0.image.known().is_none() {
            self = self.image(|_| {});
        }
        if let Asked::Known(run) = &mut self.0.run {
            let result = CommandEvidence {
                exit_code,
                output: output.to_owned(),
            };
            run.commands.insert(line.to_owned(), Asked::Known(result));
        }
        self
    }

    /// A container of the image `image`, made at `created`, with these paths changed.
    pub(crate) fn sighting(mut self, image: &str, created: i64, changed: &[&str]) -> Self {
        self.0.sightings.push(Sighting {
            container: format!("container-{created}"),
            image: image.to_owned(),
            created,
            changed: changed.iter().map(|path| (*path).to_owned()).collect(),
            running: false,
        });
        self.0.engine = Some(crate::check::evidence::EngineFacts::default());
        self
    }

    /// What `check.<check>` says of it.
    pub(crate) fn judged(&self, check: &str) -> Outcome {
        #[derive(Deserialize)]
        struct Written {
            check: Kind,
        }
        let written: Written = toml::from_str(&format!("check.{check}")).unwrap();
        let parsed = self.0.dockerfile.as_ref().map(|source| dockerfile::parse(&source.text));
        let planned = parsed.as_ref().and_then(|parsed| dockerfile::final_image(parsed, None));
        written.check.judge(&Case {
            evidence: &self.0,
            dockerfile: parsed.as_ref(),
            planned: planned.as_ref(),
        })
    }

    #[track_caller]
    pub(crate) fn passes(&self, check: &str) -> &Self {
        assert_eq!(self.judged(check), Outcome::Pass, "{check}");
        self
    }

    /// Fails, and says these words of what was found.
    #[track_caller]
    pub(crate) fn fails(&self, check: &str, words: &str) -> &Self {
        self.failure(check, words);
        self
    }

    /// Fails, says these words, and points at this line.
    #[track_caller]
    pub(crate) fn fails_at(&self, check: &str, words: &str, line: u32) -> &Self {
        let failure = self.failure(check, words);
        assert_eq!(failure.place.map(|place| place.line), Some(line), "{check}");
        self
    }

    #[track_caller]
    fn failure(&self, check: &str, words: &str) -> Failure {
        match self.judged(check) {
            Outcome::Fail(failure) => {
                assert!(failure.found.contains(words), "{check}: {}", failure.found);
                failure
            }
            other => panic!("{check}: {other:?}"),
        }
    }

    #[track_caller]
    pub(crate) fn cannot_be_checked(&self, check: &str) -> &Self {
        assert_eq!(self.judged(check).word(), "cannot-check", "{check}");
        self
    }

    #[track_caller]
    pub(crate) fn is_skipped(&self, check: &str) -> &Self {
        assert_eq!(self.judged(check).word(), "skipped", "{check}");
        self
    }
}

fn build(failure: Option<BuildFailure>) -> BuildEvidence {
    BuildEvidence {
        builder: Builder::BuildKit,
        tag: "image:test".to_owned(),
        image_id: failure.is_none().then(|| "sha256:1".to_owned()),
        steps: Vec::new(),
        failure,
        seconds: 1.0,
    }
}

/// A failure with its message and what the step printed.
pub(crate) fn failure(message: &str, step: Option<&str>, log: &[&str]) -> BuildFailure {
    BuildFailure {
        message: message.to_owned(),
        step: step.map(str::to_owned),
        line: None,
        exit_code: step.map(|_| 1),
        log: log.iter().map(|line| (*line).to_owned()).collect(),
    }
}

/// A layer made by an instruction.
pub(crate) fn layer(created_by: &str, changes_apt: bool, adds_python: usize) -> LayerEvidence {
    LayerEvidence {
        created_by: created_by.to_owned(),
        changes_apt,
        adds_python,
        ..LayerEvidence::default()
    }
}

/// What a pattern matched: so many files in the end, and so many bytes in each of these layers.
pub(crate) fn found(in_final: &[&str], in_layers: &[(usize, u64)]) -> PathEvidence {
    PathEvidence {
        in_final: in_final
            .iter()
            .map(|path| FoundPath {
                path: (*path).to_owned(),
                ..FoundPath::default()
            })
            .collect(),
        final_count: in_final.len() as u64,
        final_bytes: 7,
        in_layers: in_layers
            .iter()
            .map(|(layer, bytes)| LayerMatches {
                layer: *layer,
                count: 3,
                bytes: *bytes,
                examples: vec!["first".to_owned()],
            })
            .collect(),
    }
}

/// Whether a check is refused as an author's mistake.
pub(crate) fn is_refused(check: &str) -> bool {
    toml::from_str::<std::collections::BTreeMap<String, Kind>>(&format!("check.{check}")).is_err()
}

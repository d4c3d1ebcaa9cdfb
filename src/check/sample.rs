//! Answers made up for tests, and what a check says of them.
//!
//! A check is written as an author writes it behind `check.` in a `task.toml`, and read as a course reads it.

use std::fmt::Debug;

use crate::{
    check::{
        case::Case,
        criteria::Kind,
        criterion::Criterion,
        evidence::{
            BaseEvidence, BuildEvidence, BuildFailure, Builder, CommandEvidence, ContextEvidence, EVIDENCE_VERSION,
            EngineFacts, Evidence, FoundPath, ImageEvidence, LayerEvidence, LayerMatches, Mount, Observed,
            PathEvidence, PushEvidence, RunEvidence, Setup, Sighting, SourceFile,
        },
        judge::judge,
        verdict::{Outcome, Verdict},
    },
    image::Config,
};

/// A made-up answer.
pub(crate) struct Sample {
    evidence: Evidence,
}

impl Sample {
    /// An answer of which only the Dockerfile is known: no engine was asked.
    pub(crate) fn of(dockerfile: &str) -> Self {
        let source = SourceFile {
            name: "Dockerfile".to_owned(),
            text: dockerfile.to_owned(),
        };
        Self {
            evidence: Evidence {
                version: EVIDENCE_VERSION,
                task: "1".to_owned(),
                dockerfile: Some(source),
                context: ContextEvidence::default(),
                build: Observed::unknown("no engine was used"),
                image: Observed::unknown("no engine was used"),
                run: Observed::unknown("no engine was used"),
                sightings: Vec::new(),
                push: None,
                other_sizes: std::collections::BTreeMap::new(),
                engine: None,
            },
        }
    }

    /// With a `.dockerignore`.
    pub(crate) fn ignore(mut self, text: &str) -> Self {
        self.evidence.context.ignore = Some(SourceFile {
            name: ".dockerignore".to_owned(),
            text: text.to_owned(),
        });
        self
    }

    /// With files of the build context that are sent.
    pub(crate) fn sent(mut self, files: &[&str]) -> Self {
        self.evidence.context.sent = strings(files);
        self
    }

    /// With a file that only looks like a `.dockerignore`.
    pub(crate) fn misnamed_ignore(mut self, name: &str) -> Self {
        self.evidence.context.misnamed_ignore.push(name.to_owned());
        self
    }

    /// With an engine that was asked.
    pub(crate) fn engine(mut self) -> Self {
        self.evidence.engine = Some(EngineFacts::default());
        self
    }

    /// With a build that ran to its end, unless a failure is put in: then there is no image.
    pub(crate) fn built(mut self, change: impl FnOnce(&mut BuildEvidence)) -> Self {
        let mut build = BuildEvidence {
            builder: Builder::BuildKit,
            tag: "sample:test".to_owned(),
            image_id: Some("sha256:0".to_owned()),
            steps: Vec::new(),
            failure: None,
            seconds: 1.0,
        };
        change(&mut build);
        if build.failure.is_some() {
            build.image_id = None;
            self.evidence.image = Observed::missing("the build failed");
            self.evidence.run = Observed::missing("the build failed");
        }
        self.evidence.build = Observed::Known(build);
        self.engine()
    }

    /// With a build that failed with this message.
    pub(crate) fn failed(self, message: &str) -> Self {
        self.built(|build| build.failure = Some(failure(message)))
    }

    /// With an image.
    pub(crate) fn image(mut self, change: impl FnOnce(&mut ImageEvidence)) -> Self {
        let mut image = self.evidence.image.known().cloned().unwrap_or_else(|| ImageEvidence {
            id: "sha256:0".to_owned(),
            config: Config {
                working_dir: "/".to_owned(),
                ..Config::default()
            },
            ..ImageEvidence::default()
        });
        change(&mut image);
        self.evidence.image = Observed::Known(image);
        self.built(|_| {})
    }

    /// With an image of these layers, as a history tells what made them. The first one is the base's.
    pub(crate) fn layers(self, made_by: &[&str], change: impl FnOnce(&mut ImageEvidence)) -> Self {
        self.image(|image| {
            image.base = Some(BaseEvidence {
                reference: "ubuntu:20.04".to_owned(),
                layers: Some(1),
            });
            image.layers = made_by
                .iter()
                .map(|created_by| LayerEvidence {
                    created_by: (*created_by).to_owned(),
                    ..LayerEvidence::default()
                })
                .collect();
            change(image);
        })
    }

    /// With a container that was run.
    pub(crate) fn run(self, change: impl FnOnce(&mut RunEvidence)) -> Self {
        let mut sample = self.image(|_| {});
        let mut run = sample.evidence.run.known().cloned().unwrap_or_default();
        change(&mut run);
        sample.evidence.run = Observed::Known(run);
        sample
    }

    /// With a command that was run in the image.
    pub(crate) fn command(self, line: &str, exit_code: i64, output: &str) -> Self {
        self.run(|run| {
            let result = CommandEvidence {
                exit_code,
                output: output.to_owned(),
            };
            run.commands.insert(line.to_owned(), Observed::Known(result));
        })
    }

    /// With containers of the learner's that were seen. No engine need be there now.
    pub(crate) fn pushed(mut self, push: PushEvidence) -> Self {
        self.evidence.push = Some(push);
        self
    }

    /// With what was seen of containers.
    pub(crate) fn sightings(mut self, sightings: impl IntoIterator<Item = Sighting>) -> Self {
        self.evidence.sightings.extend(sightings);
        self
    }

    /// With another task's image on the same engine.
    pub(crate) fn beside(mut self, task: &str, bytes: u64) -> Self {
        self.evidence.other_sizes.insert(task.to_owned(), bytes);
        self
    }

    /// How a check comes out.
    #[track_caller]
    pub(crate) fn outcome(&self, check: &str) -> Outcome {
        Case::of(&self.evidence, |case| criterion(check).check.judge(case))
    }

    #[track_caller]
    fn verdict(&self, check: &str) -> Verdict {
        let Ok([verdict]) = <[Verdict; 1]>::try_from(judge(&[criterion(check)], &self.evidence).0) else {
            panic!("one criterion has one verdict");
        };
        verdict
    }

    /// The check passes.
    #[track_caller]
    pub(crate) fn passes(&self, check: &str) -> &Self {
        let outcome = self.outcome(check);
        assert_eq!(outcome, Outcome::Pass, "{check}{}", self.shown());
        self
    }

    /// The check passes or fails, and the image would have the last word.
    #[track_caller]
    pub(crate) fn is_provisional(&self, check: &str) -> &Self {
        assert!(self.verdict(check).provisional, "{check}{}", self.shown());
        self
    }

    /// What is known of the answer.
    pub(crate) fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// The check passes or fails, and no image would change that.
    #[track_caller]
    pub(crate) fn is_settled(&self, check: &str) -> &Self {
        let verdict = self.verdict(check);
        let is_judged = matches!(verdict.outcome, Outcome::Pass | Outcome::Fail(_));
        assert!(is_judged && !verdict.provisional, "{check}: {verdict:?}");
        self
    }

    /// The check fails, and tells these words as what was found.
    #[track_caller]
    pub(crate) fn fails(&self, check: &str, words: &str) -> &Self {
        match self.outcome(check) {
            Outcome::Fail(failure) if failure.found.contains(words) => self,
            other => unlike(&format!("a failure with `{words}`"), check, self, &other),
        }
    }

    /// The check fails, tells these words as what was found, and points at this line.
    #[track_caller]
    pub(crate) fn fails_at(&self, check: &str, words: &str, line: u32) -> &Self {
        match self.outcome(check) {
            Outcome::Fail(failure)
                if failure.found.contains(words) && failure.place.as_ref().is_some_and(|place| place.line == line) =>
            {
                self
            }
            other => unlike(&format!("a failure with `{words}` at line {line}"), check, self, &other),
        }
    }

    /// The check fails, by this cause.
    #[track_caller]
    pub(crate) fn fails_by(&self, check: &str, cause: &str) -> &Self {
        match self.outcome(check) {
            Outcome::Fail(failure) if failure.cause == cause => self,
            other => unlike(&format!("a failure by `{cause}`"), check, self, &other),
        }
    }

    /// The check is skipped, as what it needs is not there.
    #[track_caller]
    pub(crate) fn skips(&self, check: &str) -> &Self {
        match self.outcome(check) {
            Outcome::Skipped { .. } => self,
            other => unlike("skipped", check, self, &other),
        }
    }

    /// The check could not be judged, through no fault of the learner's.
    #[track_caller]
    pub(crate) fn cannot_check(&self, check: &str) -> &Self {
        match self.outcome(check) {
            Outcome::CannotCheck { .. } => self,
            other => unlike("cannot-check", check, self, &other),
        }
    }

    fn shown(&self) -> String {
        let text = self.evidence.dockerfile.as_ref().map_or("", |source| &source.text);
        format!(", for this Dockerfile:\n{text}")
    }
}

#[track_caller]
fn unlike(expected: &str, check: &str, sample: &Sample, found: &impl Debug) -> ! {
    panic!("{check}: expected {expected}, found {found:?}{}", sample.shown())
}

/// Reads a check as a course's loader does.
fn read(check: &str) -> Result<Criterion, toml::de::Error> {
    #[derive(serde::Deserialize)]
    struct Table {
        check: Kind,
    }
    toml::from_str(&format!("check.{check}\n")).map(|table: Table| Criterion {
        id: "a".to_owned(),
        step: None,
        says: "b".to_owned(),
        why: "c".to_owned(),
        next: "d".to_owned(),
        hidden: false,
        remark: false,
        optional: false,
        points: None,
        needs: Vec::new(),
        follows_from: Vec::new(),
        check: table.check,
        no_lone_proof: None,
        hints: Vec::new(),
    })
}

/// A criterion of this check.
#[track_caller]
pub(crate) fn criterion(check: &str) -> Criterion {
    match read(check) {
        Ok(criterion) => criterion,
        Err(error) => panic!("{error}"),
    }
}

/// The check is no check at all: a course with it is refused with these words.
#[track_caller]
pub(crate) fn refused(check: &str, words: &str) {
    match read(check) {
        Ok(criterion) => panic!("{check} was read as {:?}", criterion.check),
        Err(error) => assert!(error.message().contains(words), "{check}: {error}"),
    }
}

/// A build's failure with this message.
pub(crate) fn failure(message: &str) -> BuildFailure {
    BuildFailure {
        message: message.to_owned(),
        step: None,
        line: None,
        exit_code: None,
        log: Vec::new(),
        free: None,
        whole_log: None,
    }
}

/// What matches a pattern in the final file system.
pub(crate) fn found(paths: &[&str], bytes: u64) -> PathEvidence {
    PathEvidence {
        in_final: paths
            .iter()
            .map(|path| FoundPath {
                path: (*path).to_owned(),
                ..FoundPath::default()
            })
            .collect(),
        final_count: paths.len() as u64,
        final_bytes: bytes,
        in_layers: Vec::new(),
    }
}

/// What matches a pattern in one layer.
pub(crate) fn in_layer(layer: usize, count: u64, bytes: u64, example: &str) -> LayerMatches {
    LayerMatches {
        layer,
        count,
        bytes,
        examples: vec![example.to_owned()],
    }
}

/// A container of the learner's, with the files that it had added or changed.
pub(crate) fn sighting(container: &str, image: &str, created: i64, changed: &[&str]) -> Sighting {
    Sighting {
        container: container.to_owned(),
        image: image.to_owned(),
        created,
        changed: changed.iter().map(|path| (*path).to_owned()).collect(),
        running: false,
        setup: None,
    }
}

/// A container of the learner's that runs, with what is mounted in it.
pub(crate) fn mounted(container: &str, created: i64, mounts: Vec<Mount>) -> Sighting {
    Sighting {
        running: true,
        setup: Some(Setup {
            mounts,
            ..Setup::default()
        }),
        ..sighting(container, "i", created, &[])
    }
}

/// Words as a list of strings.
pub(crate) fn strings(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

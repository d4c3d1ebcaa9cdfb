//! A Dockerfile as the rules look at it.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    dockerfile::{Dockerfile, Keyword, Stage, written_commands},
    lint::{build_step::BuildStep, config::Config, facts::Facts, simple_command::SimpleCommand},
};

/// A Dockerfile with all that the rules ask about.
pub struct LintedDockerfile<'a> {
    /// Its text.
    pub source: &'a str,
    /// It, parsed.
    pub dockerfile: &'a Dockerfile,
    /// What was set.
    pub config: &'a Config,
    /// What is known besides.
    pub facts: &'a Facts,
    /// The instructions in order, each ONBUILD as the one behind it.
    pub steps: Vec<BuildStep<'a>>,
    /// The stages in order.
    pub stages: Vec<Stage>,
    /// By stage, the earlier one it is based on.
    parents: Vec<Option<usize>>,
    /// The bases of the stages, as written.
    bases: BTreeSet<String>,
}

impl<'a> LintedDockerfile<'a> {
    /// Looks at a Dockerfile.
    pub fn new(source: &'a str, dockerfile: &'a Dockerfile, config: &'a Config, facts: &'a Facts) -> Self {
        let mut stage: Option<usize> = None;
        let steps = dockerfile
            .instructions
            .iter()
            .map(|instruction| {
                if instruction.keyword == Keyword::From {
                    stage = Some(stage.map_or(0, |index| index + 1));
                }
                let inner = instruction.on_build.as_deref();
                let shown = inner.unwrap_or(instruction);
                BuildStep {
                    instruction: shown,
                    line: instruction.start_line,
                    stage,
                    on_build: inner.is_some(),
                    // A shell finds no end behind a backslash; what stands before it is not known to be what it seems.
                    commands: if shown.keyword == Keyword::Run && !shown.text.ends_with('\\') {
                        written_commands(shown).iter().filter_map(SimpleCommand::of).collect()
                    } else {
                        Vec::new()
                    },
                }
            })
            .collect();
        let stages = dockerfile.stages();
        let bases = stages.iter().map(|stage| stage.base.clone()).collect();
        let mut file = Self {
            source,
            dockerfile,
            config,
            facts,
            steps,
            stages,
            parents: Vec::new(),
            bases,
        };
        let mut named = BTreeMap::new();
        let mut parents = Vec::new();
        for (index, stage) in file.stages.iter().enumerate() {
            parents.push(named.get(stage.base.as_str()).copied());
            if let Some(name) = file.alias(index) {
                named.insert(name, index);
            }
        }
        file.parents = parents;
        file
    }

    /// The instructions with this keyword, ONBUILD's apart.
    pub fn all(&self, keyword: Keyword) -> impl Iterator<Item = &BuildStep<'a>> {
        self.steps
            .iter()
            .filter(move |step| !step.on_build && step.keyword() == keyword)
    }

    /// All but the first instruction of a kind in each stage.
    pub fn after_the_first<'f>(&'f self, keyword: Keyword) -> impl Iterator<Item = &'f BuildStep<'a>> {
        let mut last: Option<Option<usize>> = None;
        self.all(keyword)
            .filter(move |step| last.replace(step.stage) == Some(step.stage))
    }

    /// The RUNs, ONBUILD's among them.
    pub fn runs(&self) -> impl Iterator<Item = &BuildStep<'a>> {
        self.steps.iter().filter(|step| step.keyword() == Keyword::Run)
    }

    /// The commands of all RUNs, each with its RUN.
    pub fn commands(&self) -> impl Iterator<Item = (&BuildStep<'a>, &SimpleCommand)> {
        self.runs()
            .flat_map(|step| step.commands.iter().map(move |command| (step, command)))
    }

    /// The FROMs, by stage.
    pub fn froms(&self) -> impl Iterator<Item = &BuildStep<'a>> {
        self.all(Keyword::From)
    }

    /// The name of a stage as written.
    pub fn alias(&self, stage: usize) -> Option<&str> {
        let from = self.steps.get(self.stages.get(stage)?.instructions.start)?;
        let mut words = from.instruction.arguments().skip(1);
        let is_as = words.next()?.eq_ignore_ascii_case("as");
        words.next().filter(|_| is_as)
    }

    /// The earlier stage that a stage is based on, its name spelled the same.
    pub fn parent(&self, stage: usize) -> Option<usize> {
        self.parents.get(stage).copied().flatten()
    }

    /// Whether a stage's base is spelled as the name of this one.
    pub fn is_parent(&self, stage: usize) -> bool {
        self.alias(stage).is_some_and(|name| self.bases.contains(name))
    }

    /// Whether it is the stage that becomes the image.
    pub fn is_last(&self, stage: Option<usize>) -> bool {
        stage.is_none_or(|stage| stage + 1 == self.stages.len())
    }

    /// Whether what a stage leaves behind is in the image, or in a stage based on it.
    pub fn is_kept(&self, stage: Option<usize>) -> bool {
        self.is_last(stage) || stage.is_some_and(|stage| self.is_parent(stage))
    }

    /// Whether something is true of a stage or of one it is based on.
    pub fn in_lineage(&self, stage: usize, mut is_so: impl FnMut(usize) -> bool) -> bool {
        let mut next = Some(stage);
        while let Some(stage) = next {
            if is_so(stage) {
                return true;
            }
            next = self.parent(stage);
        }
        false
    }
}

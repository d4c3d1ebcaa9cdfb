//! An answer ready to be checked: the evidence, and its Dockerfile read once.

use crate::{
    check::{
        evidence::{Evidence, ImageEvidence, Observed, RunEvidence, ServerEvidence},
        origin::origins,
        verdict::{Failure, Outcome, Place},
    },
    dockerfile::{self, Command, Dockerfile, FinalImage, Keyword},
};

/// What a criterion looks at.
pub struct Case<'a> {
    /// Everything that was found out.
    pub evidence: &'a Evidence,
    /// The Dockerfile, when the task has one and it exists.
    pub dockerfile: Option<&'a Dockerfile>,
    /// What its final stage says the image will be.
    pub planned: Option<&'a FinalImage<'a>>,
}

impl Case<'_> {
    /// Reads an answer's Dockerfile, and asks about the answer.
    pub fn of<T>(evidence: &Evidence, ask: impl FnOnce(&Case<'_>) -> T) -> T {
        let source = evidence.dockerfile.as_ref();
        let dockerfile = source.map(|source| dockerfile::parse(&source.text));
        let planned = dockerfile.as_ref().and_then(|read| dockerfile::final_image(read, None));
        ask(&Case {
            evidence,
            dockerfile: dockerfile.as_ref(),
            planned: planned.as_ref(),
        })
    }
}

impl<'a> Case<'a> {
    /// The image, or the outcome of a criterion that cannot do without it.
    pub fn image(&self) -> Result<&'a ImageEvidence, Outcome> {
        known(&self.evidence.image)
    }

    /// What the container did, or the outcome of a criterion that cannot do without it.
    pub fn run(&self) -> Result<&'a RunEvidence, Outcome> {
        known(&self.evidence.run)
    }

    /// The container that should serve, or the outcome of a criterion that has to know it.
    pub fn server(&self) -> Result<&'a ServerEvidence, Outcome> {
        match &self.run()?.server {
            Some(asked) => known(asked),
            None => Err(Outcome::cannot_check(say!("no container was started"))),
        }
    }

    /// What the final stage says, or the outcome of a criterion that cannot do without it.
    pub fn planned(&self) -> Result<&'a FinalImage<'a>, Outcome> {
        self.planned
            .ok_or_else(|| Outcome::skipped(say!("the Dockerfile has no stage yet")))
    }

    /// The Dockerfile's line with this number.
    pub fn line(&self, line: u32) -> Option<Place> {
        let source = self.evidence.dockerfile.as_ref()?;
        place_in(&source.name, &source.text, line)
    }

    /// The line with this number, where there is one.
    pub fn at(&self, line: Option<u32>) -> Option<Place> {
        self.line(line?)
    }

    /// The commands of all RUNs of the final image.
    pub fn commands(&self) -> impl Iterator<Item = Command> + use<'a> {
        let runs = self.planned.map(|planned| planned.runs.as_slice()).unwrap_or_default();
        runs.iter().flat_map(|run| dockerfile::commands(run).0)
    }

    /// The line that ends in a `\` above an instruction of this name, which makes that part of the one before it: no
    /// such instruction is there then. The instruction's text has `holds` in it.
    pub fn swallowed(&self, name: &str, holds: &str) -> Option<u32> {
        let text = &self.evidence.dockerfile.as_ref()?.text;
        let begins = |line: &str| {
            let mut words = line.split_whitespace();
            words.next().is_some_and(|word| word.eq_ignore_ascii_case(name)) && line.contains(holds)
        };
        self.planned?.instructions.iter().find_map(|instruction| {
            let first = usize::try_from(instruction.start_line).ok()?;
            let last = usize::try_from(instruction.end_line).ok()?;
            let lines = text.lines().enumerate().skip(first).take(last.saturating_sub(first));
            let (index, _) = lines.into_iter().find(|(_, line)| begins(line))?;
            // The lines between are blank or comments.
            let above = text
                .lines()
                .take(index)
                .enumerate()
                .filter(|(_, line)| line.trim_end().ends_with('\\'))
                .last();
            u32::try_from(above?.0 + 1).ok()
        })
    }

    /// The line that made a layer of the image.
    pub fn line_of_layer(&self, layer: usize) -> Option<Place> {
        let image = self.evidence.image.known()?;
        let line = lines_of_layers(image, self.planned?).get(layer).copied()??;
        self.line(line)
    }

    /// The image and the first of its layers that the learner's Dockerfile made, or the outcome of a criterion that has to
    /// know both.
    pub fn own_layers(&self) -> Result<(&'a ImageEvidence, usize), Outcome> {
        let image = self.image()?;
        Ok((image, self.first_own_layer(image)?))
    }

    /// The line of the learner's Dockerfile that made the largest layer, and its bytes.
    pub fn largest_own_layer(&self, image: &ImageEvidence) -> Option<(Place, u64)> {
        let own = self.first_own_layer(image).unwrap_or_default();
        let layers = image.layers.iter().enumerate().skip(own);
        let (index, layer) = layers.max_by_key(|(_, layer)| layer.bytes)?;
        Some((self.line_of_layer(index)?, layer.bytes))
    }

    /// The last instruction with this keyword.
    pub fn last_line_of(&self, keyword: Keyword) -> Option<Place> {
        let instructions = &self.dockerfile?.instructions;
        let last = instructions
            .iter()
            .rfind(|instruction| instruction.keyword == keyword)?;
        self.line(last.start_line)
    }

    /// The first of the image's layers that the learner's Dockerfile made, or the outcome of a criterion that has to
    /// know it.
    pub fn first_own_layer(&self, image: &ImageEvidence) -> Result<usize, Outcome> {
        let from_nothing = self.planned.is_some_and(|planned| planned.base.value == "scratch");
        match &image.base {
            _ if from_nothing => Ok(0),
            Some(base) => base.layers.ok_or_else(|| {
                Outcome::cannot_check(say!("the image's first layers are not those of `{}`", base.reference))
            }),
            None => Err(Outcome::cannot_check(say!(
                "the base image could not be read, so your layers cannot be separated from its layers"
            ))),
        }
    }
}

/// The lines of the Dockerfile that made an image's layers.
pub(super) fn lines_of_layers(image: &ImageEvidence, planned: &FinalImage<'_>) -> Vec<Option<u32>> {
    let made_by: Vec<&str> = image.layers.iter().map(|layer| layer.created_by.as_str()).collect();
    origins(&made_by, image.base.as_ref().and_then(|base| base.layers), planned)
}

/// The answer, or the outcome of a criterion that cannot do without it.
pub(super) fn known<T>(observed: &Observed<T>) -> Result<&T, Outcome> {
    match observed {
        Observed::Known(value) => Ok(value),
        Observed::Missing { because } => Err(Outcome::skipped(because.clone())),
        Observed::Unknown { because } => Err(Outcome::cannot_check(because.clone())),
    }
}

/// Line `line` (from 1) of a text, shortened for the screen.
pub(super) fn place_in(file: &str, text: &str, line: u32) -> Option<Place> {
    let index = usize::try_from(line).ok()?.checked_sub(1)?;
    let found = text.lines().nth(index)?;
    Some(Place {
        file: file.to_owned(),
        line,
        text: found
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .take(200)
            .collect::<String>()
            .trim_end()
            .to_owned(),
    })
}

/// The failure where the instruction that is looked for is part of the one above it: `line`, as [`Case::swallowed`] finds
/// it, ends in a `\`. `failure` takes what was found, and the line.
pub(super) fn swallowed(line: u32, failure: impl FnOnce(String, Option<u32>) -> Failure) -> Failure {
    failure(
        say!("this line is part of the instruction above it").to_owned(),
        Some(line),
    )
    .why(say!(
        "A `\\` at the end of a line makes the next line part of the same instruction."
    ))
    .cause("swallowed", say!("Remove the `\\` at the end of line {line}."; line))
}

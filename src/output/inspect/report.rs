//! An image that was looked at, and what all formats say of it.

use crate::image::{Analysis, instruction_of};

/// An image that was looked at, tied to the Dockerfile that made it where that is known.
#[derive(Debug, Clone, Default)]
pub struct Inspected {
    /// What was asked for: "python:3.8.14-slim", "archive:image.tar".
    pub name: String,
    /// The image's id on the engine.
    pub id: Option<String>,
    /// Bytes as the engine counts them.
    pub engine_size: Option<u64>,
    /// Name of the Dockerfile.
    pub dockerfile: Option<String>,
    /// The Dockerfile's line that made each layer.
    pub lines: Vec<Option<u32>>,
    /// The instruction at that line as it is written there.
    pub written: Vec<Option<String>>,
    /// How many of its first layers are the base image's, where that is known.
    pub base: Option<usize>,
    /// Seconds that each layer's step took in the last build, and whether it was cached.
    pub steps: Vec<Option<(f64, bool)>>,
    /// What it is made of.
    pub analysis: Analysis,
}

impl Inspected {
    /// Whether a layer is the base image's.
    pub(super) fn is_base(&self, layer: usize) -> bool {
        self.base.is_some_and(|base| layer < base)
    }

    /// Where a layer comes from: "line 7", "the base image", "layer 3".
    pub fn origin(&self, layer: usize) -> String {
        match self.lines.get(layer).copied().flatten() {
            Some(line) => say!("line {line}"; line),
            None if self.is_base(layer) => say!("the base image").to_owned(),
            None => say!("layer {}", layer + 1),
        }
    }

    /// A layer's line as an editor takes it: "Dockerfile:7".
    pub fn place(&self, layer: usize) -> Option<String> {
        let line = self.lines.get(layer).copied().flatten()?;
        Some(format!("{}:{line}", clean(self.dockerfile.as_deref()?)))
    }

    /// The instruction that made a layer, on one line: as the Dockerfile has it, or else as the history tells.
    pub fn instruction(&self, layer: usize) -> String {
        if let Some(Some(written)) = self.written.get(layer) {
            return clean(written);
        }
        let made_by = self.analysis.layers.get(layer).map(|layer| &layer.created_by);
        let Some(made_by) = made_by.filter(|text| !text.is_empty()) else {
            return say!("(not recorded in the history)").to_owned();
        };
        let by = instruction_of(made_by);
        clean(&format!("{} {}", by.keyword, by.text))
    }
}

pub(super) use crate::output::flat::flat as clean;

/// A text cut to so many columns.
pub(super) fn cut(text: &str, columns: usize) -> String {
    console::truncate_str(text, columns.max(4), "...").into_owned()
}

/// A part of a whole in percent, "12 %".
pub(super) fn percent(part: u64, whole: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "two figures are shown")]
    let percent = if whole == 0 {
        0.0
    } else {
        part as f64 * 100.0 / whole as f64
    };
    if percent > 0.0 && percent < 0.1 {
        say!("under 0.1 %").to_owned()
    } else if percent > 0.0 && percent < 1.0 {
        crate::quantity::point(format!("{percent:.1} %"))
    } else {
        format!("{percent:.0} %")
    }
}

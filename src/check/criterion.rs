//! One statement about a learner's answer, as an author writes it in `task.toml`.

use serde::Deserialize;

use crate::check::criteria::Kind;

/// A statement that an answer meets or not.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Unique within its task; letters, digits and dashes.
    pub id: String,
    /// The lesson's numbered requirement that it belongs to, from 1.
    #[serde(default)]
    pub step: Option<usize>,
    /// What it asks, a clause that stands alone: "the image builds".
    pub says: String,
    /// Why it matters, in a sentence or two.
    pub why: String,
    /// What to do next when it fails, in a sentence.
    pub next: String,
    /// Whether its name is kept from the learner until it passes.
    #[serde(default)]
    pub hidden: bool,
    /// Whether a failure is only remarked on and holds nobody back.
    #[serde(default)]
    pub remark: bool,
    /// Whether it is counted apart and holds nobody back, for what not every learner can do.
    #[serde(default)]
    pub optional: bool,
    /// Ids of earlier criteria of the task without which this one is not judged.
    #[serde(default)]
    pub needs: Vec<String>,
    /// What is looked at, and what should be there.
    pub check: Kind,
    /// Why no wrong answer breaks this criterion and no other, where that is so.
    #[serde(default, rename = "no-lone-proof")]
    pub no_lone_proof: Option<String>,
    /// The ladder of hints, the gentlest first.
    #[serde(default)]
    pub hints: Vec<String>,
}

//! One statement about a learner's answer, as the courses' loader reads it from `task.toml` and
//! `criteria.toml`.

use crate::check::{criteria::Kind, verdict::name_of};

/// A statement that an answer meets or not.
#[derive(Debug, Clone)]
pub struct Criterion {
    /// Unique within its task; letters, digits and dashes.
    pub id: String,
    /// The lesson's numbered requirement that it belongs to, from 1.
    pub step: Option<usize>,
    /// What it asks, a clause that stands alone: "the image builds".
    pub says: String,
    /// Why it matters, in a sentence or two.
    pub why: String,
    /// What to do next when it fails, in a sentence.
    pub next: String,
    /// Whether its name is kept from the learner until it passes.
    pub hidden: bool,
    /// Whether a failure is only remarked on and holds nobody back.
    pub remark: bool,
    /// Whether it is counted apart and holds nobody back, for what not every learner can do.
    pub optional: bool,
    /// What it is worth when a class is graded; none leaves 1, and 0 for what holds nobody back.
    pub points: Option<f64>,
    /// Ids of earlier criteria of the task without which this one is not judged.
    pub needs: Vec<String>,
    /// Ids of earlier criteria whose failures explain one of this: it is judged all the same, but its failure is not
    /// told when one of these failed.
    pub follows_from: Vec<String>,
    /// What is looked at, and what should be there.
    pub check: Kind,
    /// Why no wrong answer breaks this criterion and no other, where that is so.
    pub no_lone_proof: Option<String>,
    /// The ladder of hints, the gentlest first.
    pub hints: Vec<String>,
}

impl Criterion {
    /// Whether it decides as another one does: only texts differ.
    pub fn judges_as(&self, other: &Self) -> bool {
        // A kind has no equality, and its debugging form has everything in it.
        let same = |of: &Self| (format!("{:?}", of.check), of.needs.clone(), of.remark, of.optional);
        same(self) == same(other)
    }

    /// What a learner who has not met it is told it is called.
    pub fn name(&self) -> &str {
        name_of(self.hidden, &self.says)
    }
}

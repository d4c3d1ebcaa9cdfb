//! What each kind of criterion brings.

use crate::check::{
    case::Case,
    probe::Probe,
    verdict::{Outcome, Place},
};

/// What each kind brings.
pub(super) trait Judge {
    /// Whether no image is needed to decide, so that the verdict is never provisional.
    const WITHOUT_IMAGE: bool = false;

    /// Judges an answer.
    fn judge(&self, case: &Case<'_>) -> Outcome;

    /// What has to be found out first.
    fn probes(&self) -> Vec<Probe>;

    /// The line by which it holds, where there is such a line: what a `not` around it points at.
    fn met_at(&self, _case: &Case<'_>) -> Option<Place> {
        None
    }
}

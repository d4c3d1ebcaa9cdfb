//! What each kind of criterion brings.

use crate::{
    check::{
        case::Case,
        probe::Probe,
        verdict::{Outcome, Place},
    },
    dockerfile::Keyword,
};

/// The mistake of a list that asks for nothing.
pub(super) fn asks_for_something<T>(key: &str, list: &[T]) -> Vec<String> {
    let empty = say!("`{key}` is empty, so nothing is checked"; key);
    if list.is_empty() { vec![empty] } else { Vec::new() }
}

/// The mistake of a text that is empty.
pub(super) fn says_something(key: &str, text: &str) -> Vec<String> {
    let empty = say!("`{key}` is empty"; key);
    if text.trim().is_empty() {
        vec![empty]
    } else {
        Vec::new()
    }
}

/// The mistake of a name that no instruction has.
pub(super) fn names_instruction(key: &str, name: &str) -> Vec<String> {
    if Keyword::of(name) == Keyword::Unknown {
        vec![say!("`{key}`: there is no instruction `{name}`"; key, name)]
    } else {
        Vec::new()
    }
}

/// The mistake of a port that nothing can listen on.
pub(super) fn is_a_port(port: u16) -> Vec<String> {
    if port == 0 {
        vec![say!("port 0 cannot be listened on").to_owned()]
    } else {
        Vec::new()
    }
}

/// The longest that a criterion may wait for a container to answer or become healthy, in seconds.
pub(super) const LONGEST_WAIT: u64 = 600;

/// The mistake of a time that nothing can keep, or that a course may not make a learner wait for.
pub(super) fn is_a_wait(key: &str, seconds: u64, longest: u64) -> Vec<String> {
    if (1..=longest).contains(&seconds) {
        Vec::new()
    } else {
        vec![say!("`{key}` must be from 1 to {longest} seconds"; key, longest)]
    }
}

/// What each kind brings.
pub(super) trait Judge {
    /// Whether no image is needed to decide, so that the verdict is never provisional.
    const WITHOUT_IMAGE: bool = false;

    /// Judges an answer.
    fn judge(&self, case: &Case<'_>) -> Outcome;

    /// What has to be found out first.
    fn probes(&self) -> Vec<Probe>;

    /// What its author wrote that can never be meant: lower-case fragments.
    fn mistakes(&self) -> Vec<String> {
        Vec::new()
    }

    /// The line by which it holds, where there is such a line: what a `not` around it points at.
    fn met_at(&self, _case: &Case<'_>) -> Option<Place> {
        None
    }
}

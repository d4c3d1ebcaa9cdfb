//! Why a build failed, as its builder's message and the log of the failing step tell.
//!
//! [`causes`] is the table: one entry a cause. Trouble with the network is told apart from an address that the learner
//! wrote wrong by where the address comes from ([`address`]).

mod address;
mod causes;
mod failed;
mod sign;

pub use failed::{Cause, Fault};
pub(super) use failed::{Failed, MOST_LINES};

use crate::{
    check::evidence::{BuildEvidence, BuildFailure},
    dockerfile::Dockerfile,
};

/// Finds out why a build failed; none where no cause is recognised.
pub fn cause(failure: &BuildFailure, dockerfile: &Dockerfile) -> Option<Cause> {
    causes::recognised(&Failed::new(failure, dockerfile))
}

/// How a failed build is worth trying once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// As it is: a server may answer now.
    AsItIs,
    /// Without earlier results: apt's package lists come from one, which may be old or empty.
    WithoutCache,
}

/// Whether, and how, a failed build is worth trying once more.
pub fn again(build: &BuildEvidence, dockerfile: &Dockerfile) -> Option<Again> {
    let failure = build.failure.as_ref()?;
    let cause = cause(failure, dockerfile)?;
    let has_old_lists = || {
        build
            .steps
            .iter()
            .any(|step| step.cached && step.name.starts_with("RUN ") && causes::updates(&step.name))
    };
    match (cause.fault, cause.name) {
        (Fault::Network, _) => Some(Again::AsItIs),
        (_, "unknown-apt-package" | "old-package-lists") if has_old_lists() => Some(Again::WithoutCache),
        _ => None,
    }
}

/// The path that a COPY or ADD did not find, in BuildKit's message: `"/x": not found`; `"/x" not found` up to 20.10.
pub(super) fn not_found_by_buildkit(message: &str) -> Option<&str> {
    let is_copy = message.contains("failed to calculate checksum") || message.contains("failed to compute cache key");
    let end = is_copy.then(|| message.rfind("\": not found").or_else(|| message.rfind("\" not found")))??;
    message[..end].rsplit_once('"').map(|(_, path)| path)
}

/// Whether a build failed for want of room on a disk.
pub fn is_about_room(failure: &BuildFailure) -> bool {
    let mut lines = std::iter::once(&failure.message).chain(&failure.log);
    lines.any(|line| line.to_lowercase().contains("no space left on device"))
}

/// The lines of a log that look like the report of an error, or its last lines.
pub fn reported(log: &[String]) -> Vec<String> {
    let signs = [
        "error",
        "fatal",
        "failed",
        "cannot",
        "could not",
        "not found",
        "no such",
        "denied",
        "invalid",
        "unknown",
        "e:",
        "traceback",
        "exception",
        "abort",
    ];
    let reports = |line: &str| {
        let line = line.trim_start().to_lowercase();
        signs.iter().any(|sign| match *sign {
            "e:" => line.starts_with("e: "),
            sign => line.contains(sign),
        })
    };
    let last = log.len().saturating_sub(5);
    let kept: Vec<usize> = (0..log.len())
        .filter(|index| *index >= last || reports(&log[*index]))
        .filter(|index| !log[*index].trim().is_empty())
        .collect();
    // A log without any such line is shown from its end.
    if kept.len() <= 5 {
        return log[log.len().saturating_sub(MOST_LINES)..].to_vec();
    }
    kept[kept.len().saturating_sub(MOST_LINES)..]
        .iter()
        .map(|index| log[*index].clone())
        .collect()
}

//! A file of a submission, read within what there is room for.

use std::io::Read;

use crate::grading::Submission;

/// Reads at most what there is room for.
pub(super) fn bounded(inner: impl Read, submission: &Submission) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    inner
        .take(submission.room() + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| error.to_string())?;
    if bytes.len() as u64 > submission.room() {
        return Err(Submission::too_large());
    }
    Ok(bytes)
}

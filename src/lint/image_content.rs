//! What instructions leave in the image.

use crate::{
    dockerfile::Keyword,
    lint::{
        build_step::BuildStep,
        linted_dockerfile::LintedDockerfile,
        names::{base_name, unquoted},
        reporter::Reporter,
    },
};

/// Whether a COPY or ADD brings what stands at an absolute path; with `below`, or something below it.
pub(super) fn brings(step: &BuildStep<'_>, path: &str, below: bool) -> bool {
    if !matches!(step.keyword(), Keyword::Copy | Keyword::Add) || !path.starts_with('/') {
        return false;
    }
    let words: Vec<&str> = step.instruction.arguments().map(unquoted).collect();
    let Some((target, sources)) = words.split_last() else {
        return false;
    };
    let path = path.trim_end_matches('/');
    let folder = target.trim_end_matches('/');
    if path.is_empty() || folder.is_empty() {
        return false;
    }
    let is_inside = |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
    path == folder
        || sources
            .iter()
            .any(|source| target.ends_with('/') && path == format!("{folder}/{}", base_name(source)))
        || (below && is_inside(folder, path))
}

/// Reports what the image's layers hold below these folders, by the line that made the layer.
pub(super) fn left_behind(file: &LintedDockerfile<'_>, folders: &[&str], report: &mut Reporter<'_>) {
    let left = file.facts.left.as_deref().unwrap_or_default();
    for step in &file.steps {
        let own = |line: u32| line >= step.line && line <= step.instruction.end_line;
        let mut paths: Vec<_> = left
            .iter()
            .filter(|one| own(one.line) && folders.iter().any(|folder| one.path.starts_with(folder)))
            .collect();
        paths.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.path.cmp(&b.path)));
        let bytes: u64 = paths.iter().map(|one| one.bytes).sum();
        // A few kilobytes are no waste worth a word.
        if let Some(worst) = paths.first().filter(|_| bytes >= 100_000) {
            let what = say!("{}, such as {}", crate::quantity::size(bytes), worst.path);
            report.within(step, (step.line, step.instruction.start_column), &what);
        }
    }
}

//! The `--mount`s of a RUN.

use crate::{dockerfile::Instruction, lint::build_step::BuildStep};

/// A value out of `--mount=type=cache,target=/x`.
pub(super) fn option<'m>(mount: &'m str, names: &[&str]) -> Option<&'m str> {
    mount
        .split(',')
        .filter_map(|part| part.split_once('='))
        .find(|(name, _)| names.contains(&name.trim()))
        .map(|(_, value)| value.trim())
}

/// The values of its `--mount`s.
pub(super) fn mounts(instruction: &Instruction) -> impl Iterator<Item = &str> {
    instruction
        .flags
        .iter()
        .filter(|flag| flag.name == "mount")
        .filter_map(|flag| flag.value.as_deref())
}

/// Whether a cache or a tmpfs, which leave nothing in the image, is mounted where `is_there` says, without a slash at
/// its end.
pub(super) fn keeps_out(step: &BuildStep<'_>, mut is_there: impl FnMut(&str) -> bool) -> bool {
    mounts(step.instruction)
        .filter(|mount| matches!(option(mount, &["type"]), Some("cache" | "tmpfs")))
        .filter_map(|mount| option(mount, &["target", "dst", "destination"]))
        .any(|target| is_there(target.trim_end_matches('/')))
}

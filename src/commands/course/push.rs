//! `dockerlab course push`: a course into a registry, for learners to add from there.

use std::{io::Write, path::PathBuf};

use crate::{
    commands::course::artifact::{self as reference, SCHEME},
    course::{artifact, built_in, load},
    disk::{course_from, mistaken, pack},
    error::Error,
    exit::ExitStatus,
    language::Language,
    quantity,
    registry::Purpose,
    settings::Settings,
    terminal,
};

/// Push a course to a registry, as an artifact that learners add by its name
#[derive(Debug, clap::Args)]
#[command(
    after_help = "The same course has the same digest whenever it is pushed. Its proofs stay here.\nLog in with `docker login HOST` first where the registry wants that.\n\nExamples:\n  dockerlab course push ./my-course oci://registry.example/team/my-course:v1\n  dockerlab course add oci://registry.example/team/my-course:v1"
)]
pub(super) struct Push {
    /// The course's folder
    dir: PathBuf,
    /// Where to: `oci://HOST/NAME:TAG`
    reference: String,
}

pub(super) fn run(settings: &Settings, args: &Push) -> Result<ExitStatus, Error> {
    let name = reference::name(&args.reference)?;
    let (Some(tag), None) = (&name.tag, &name.digest) else {
        return Err(Error::usage(say!("a course is pushed under a tag, not under a digest"))
            .help(say!("write it as `oci://HOST/NAME:TAG`")));
    };
    let files = course_from(&settings.folder.join(&args.dir))?;
    let course = load(&files, Language::current()).map_err(|mistakes| mistaken(&mistakes))?;
    if built_in::ids().contains(&course.id.as_str()) {
        return Err(built_in_name(&course.id));
    }
    let layer = pack(&files)?;
    let registry = reference::registry(&name, Purpose::Put, settings)?;
    registry.put_blob(artifact::EMPTY)?;
    registry.put_blob(&layer.compressed)?;
    let digest = registry.put_manifest(tag, artifact::MANIFEST_TYPE, &artifact::manifest(&course, &layer))?;
    let mut out = terminal::stdout();
    writeln!(
        out,
        "{}",
        say!(
            "Pushed the course {}, version {}: {}, {}",
            course.id,
            course.version,
            quantity::count(files.len(), "file"),
            quantity::size(layer.compressed.len() as u64)
        )
    )?;
    writeln!(out, "  dockerlab course add {SCHEME}{name}")?;
    let pinned = name.familiar();
    writeln!(out, "{}", say!("This version alone, whatever the tag means later:"))?;
    writeln!(out, "  dockerlab course add {SCHEME}{pinned}@{digest}")?;
    Ok(ExitStatus::Done)
}

/// The error for a course with the id of a built-in one.
pub(super) fn built_in_name(id: &str) -> Error {
    Error::usage(say!(
        "the course calls itself `{id}`, which is the name of a built-in course";
        id
    ))
    .help(say!("change `id` in its course.toml"))
}

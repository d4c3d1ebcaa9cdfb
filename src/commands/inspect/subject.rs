//! Where an image comes from: the engine, an archive, a layout; and what is known of it beside.

use std::{
    io::BufReader,
    path::{Path, PathBuf},
};

use crate::{
    check::{BuildRecord, coach, origins},
    disk::{self, Analyses, LayoutFolder, Workspace},
    dockerfile,
    engine::port::ImageFacts,
    error::Error,
    image::{self, Analysis, ArchiveError, Choice, Image, KeptFiles, Limits, Platform},
    judging::Lab,
    output::Inspected,
};

/// What is asked of an image.
#[derive(Clone, Copy)]
pub(super) struct InspectOptions<'a> {
    /// The Dockerfile that made it.
    pub(super) dockerfile: Option<&'a Path>,
    /// The platform.
    pub(super) platform: &'a Platform,
    /// Whether nothing is said while it is read.
    pub(super) quiet: bool,
    /// Whether its files are wanted, not only what they add up to.
    pub(super) whole: bool,
}

/// An image.
pub(super) struct Subject {
    pub(super) found: Inspected,
    /// Its files, where they were asked for.
    pub(super) image: Option<Image>,
}

/// Looks at what a person named.
pub(super) fn look(lab: &Lab, named: Option<&str>, asked: &InspectOptions<'_>) -> Result<Subject, Error> {
    match named.and_then(|named| named.split_once(':')) {
        Some(("archive" | "docker-archive" | "docker-tar" | "oci-archive", file)) => {
            in_file(lab, named.unwrap_or_default(), file, false, asked)
        }
        Some(("oci", path)) => in_file(lab, named.unwrap_or_default(), path, true, asked),
        _ => on_engine(lab, named, asked),
    }
}

/// A path as dive writes it, `//` before it or not.
fn path_of<'a>(lab: &Lab, text: &'a str) -> PathBuf {
    let text: &'a str = text.strip_prefix("//").unwrap_or(text);
    lab.settings.folder.join(text)
}

/// The file or folder that a text names, and which image in it: `FILE`, or `FILE:NAME` as skopeo writes it.
fn file_and_image<'a>(lab: &Lab, text: &'a str) -> (PathBuf, Option<&'a str>) {
    let whole = path_of(lab, text);
    if whole.exists() {
        return (whole, None);
    }
    let mut colons = text.match_indices(':').map(|(at, _)| at);
    match colons.find(|at| *at > 0 && path_of(lab, &text[..*at]).exists()) {
        Some(at) => (path_of(lab, &text[..at]), Some(&text[at + 1..])),
        None => (whole, None),
    }
}

/// Looks at an image in an archive, or with `is_layout` in an OCI layout, which may be a folder.
fn in_file(lab: &Lab, name: &str, text: &str, is_layout: bool, asked: &InspectOptions<'_>) -> Result<Subject, Error> {
    let (place, image) = file_and_image(lab, text);
    let choice = Choice {
        platform: asked.platform.clone(),
        name: image.map(str::to_owned),
        index_first: is_layout,
    };
    let (wanted, limits) = (KeptFiles::default(), Limits::default());
    let read = if is_layout && place.is_dir() {
        image::read_stored(&LayoutFolder::at(&place)?, &wanted, &limits, &choice)
    } else {
        let (opened, length) = disk::open_archive(&place)?;
        image::read_file(opened, length, &wanted, &limits, &choice)
    };
    stored(lab, name, read, asked)
}

fn stored(
    lab: &Lab,
    name: &str,
    read: Result<Image, ArchiveError>,
    asked: &InspectOptions<'_>,
) -> Result<Subject, Error> {
    let image = read.map_err(|error| refused(name, &error))?;
    let mut found = Inspected {
        name: name.to_owned(),
        analysis: Analysis::of(&image),
        ..Inspected::default()
    };
    if let Some(file) = asked.dockerfile {
        tie(&mut found, &named_dockerfile(lab, file)?, None);
    }
    Ok(Subject {
        found,
        image: asked.whole.then_some(image),
    })
}

fn refused(name: &str, error: &ArchiveError) -> Error {
    let told = Error::usage(say!("`{name}` cannot be read"; name)).cause(error);
    match error {
        ArchiveError::OtherPlatform(..) => told.help(say!("choose one with --platform")),
        ArchiveError::Several(names) | ArchiveError::NoImage(_, names) => {
            let base = match error {
                ArchiveError::NoImage(wanted, _) => name.strip_suffix(wanted).unwrap_or(name).trim_end_matches(':'),
                _ => name,
            };
            match names.first() {
                Some(first) => told.help(say!("choose one, for example `{base}:{first}`"; base, first)),
                None => told,
            }
        }
        ArchiveError::TooLarge(_) => told.help(say!("such an image is broken or malicious; nothing was unpacked")),
        ArchiveError::Missing(_) | ArchiveError::Read(_) => told.help(say!(
            "is it a complete archive from `docker save -o FILE IMAGE` or `skopeo copy`?"
        )),
    }
}

/// A Dockerfile's name as it is told, and its text.
struct Source {
    name: String,
    text: String,
}

fn named_dockerfile(lab: &Lab, file: &Path) -> Result<Source, Error> {
    let text = disk::read_named(&lab.settings.folder.join(file))?
        .ok_or_else(|| Error::usage(say!("`{}` does not exist", file.display())))?;
    Ok(Source {
        name: file.display().to_string(),
        text,
    })
}

/// Names the line that made each layer.
fn tie(found: &mut Inspected, source: &Source, base: Option<usize>) {
    let parsed = dockerfile::parse(&source.text);
    let Some(planned) = dockerfile::final_image(&parsed, None) else {
        return;
    };
    if let Some(base) = base {
        found.analysis.tell_history(base);
    }
    let layers = &found.analysis.layers;
    let made_by: Vec<&str> = layers.iter().map(|layer| layer.created_by.as_str()).collect();
    found.lines = origins(&made_by, base, &planned);
    found.written = found
        .lines
        .iter()
        .map(|line| {
            let instruction = parsed.instruction_at((*line)?)?;
            Some(format!("{} {}", instruction.name.to_uppercase(), instruction.text))
        })
        .collect();
    // Where every instruction has its layer, the rest is the base image's.
    let placed = found.lines.iter().flatten().count();
    let is_whole = placed > 0 && placed >= planned.instructions.iter().filter(|one| one.makes_layer()).count();
    found.base = base.or_else(|| found.lines.iter().position(Option::is_some).filter(|_| is_whole));
    found.dockerfile = Some(source.name.clone());
}

fn on_engine(lab: &Lab, named: Option<&str>, asked: &InspectOptions<'_>) -> Result<Subject, Error> {
    let workspace = lab.workspace().ok();
    let is_task = named.is_some_and(|name| lab.course.task(name).is_some());
    let (name, task, facts) = if named.is_none() || is_task {
        let workspace = lab.workspace()?;
        let progress = lab.progress(&workspace)?;
        let task = lab.task(named, &progress)?;
        (task.image.as_str(), Some(task), lab.needed(&workspace, task)?)
    } else {
        let name = named.unwrap_or_default();
        (name, None, image_named(lab, name)?)
    };
    let (analysis, image) = known_or_read(lab, &facts, asked)?;
    let mut found = Inspected {
        name: name.to_owned(),
        id: Some(facts.id.clone()),
        engine_size: Some(facts.size),
        analysis,
        ..Inspected::default()
    };
    let source = match (asked.dockerfile, task, &workspace) {
        (Some(file), _, _) => Some(named_dockerfile(lab, file)?),
        (None, Some(task), Some(workspace)) => dockerfile_of(workspace, task)?,
        _ => None,
    };
    if let Some(source) = source {
        let base = base_layers(lab, &source, &facts)?;
        tie(&mut found, &source, base);
        if let (Some(task), Some(workspace)) = (task, &workspace) {
            found.steps = steps(&found, &source, &workspace.builds(&task.id));
        }
    }
    Ok(Subject { found, image })
}

/// The image that the engine has under a name.
fn image_named(lab: &Lab, name: &str) -> Result<ImageFacts, Error> {
    if let Some(facts) = lab.engine()?.image(name)? {
        return Ok(facts);
    }
    let error = Error::usage(say!("the engine has no image `{name}`"; name));
    Err(if path_of(lab, name).is_dir() {
        error.help(say!("for a folder, write `oci:{name}`"; name))
    } else if path_of(lab, name).is_file() {
        error.help(say!("for a file, write `archive:{name}`"; name))
    } else {
        error.help(say!("pull it with `docker pull {name}`, or name a task: {}", lab.course.ids().join(", "); name))
    })
}

/// Seconds and cache of each layer's step, from the last build that made this very image of this very text.
fn steps(found: &Inspected, source: &Source, builds: &[BuildRecord]) -> Vec<Option<(f64, bool)>> {
    let made = |build: &&BuildRecord| build.image_id == found.id && build.dockerfile.text == source.text;
    let Some(build) = builds.iter().rev().find(made) else {
        return Vec::new();
    };
    let steps = coach(None, build).steps;
    let of = |line: &Option<u32>| {
        let step = steps.iter().find(|step| line.is_some() && step.line == *line)?;
        if step.because.is_some() {
            return Some((step.seconds, false));
        }
        // What came from the cache took its time when it was last run.
        let ran = builds
            .iter()
            .rev()
            .flat_map(|build| &build.steps)
            .find(|known| known.name == step.name && !known.cached && !known.failed);
        Some((ran.map_or(0.0, |ran| ran.seconds), true))
    };
    found.lines.iter().map(of).collect()
}

fn dockerfile_of(workspace: &Workspace, task: &crate::course::Task) -> Result<Option<Source>, Error> {
    let Some(name) = &task.dockerfile else {
        return Ok(None);
    };
    Ok(workspace.read(name)?.map(|source| Source {
        name: source.name,
        text: source.text,
    }))
}

/// How many of the image's first layers are those of the image that FROM names, where the engine has it.
fn base_layers(lab: &Lab, source: &Source, facts: &ImageFacts) -> Result<Option<usize>, Error> {
    let parsed = dockerfile::parse(&source.text);
    let base = dockerfile::final_image(&parsed, None).map(|planned| planned.base.value);
    let Some(name) = base.filter(|name| name != "scratch") else {
        return Ok(None);
    };
    let found = lab.engine()?.image(&name)?;
    Ok(found.and_then(|base| facts.layers_of(&base)))
}

/// What an image of the engine is made of: from an earlier look at it, or read now.
fn known_or_read(
    lab: &Lab,
    facts: &ImageFacts,
    asked: &InspectOptions<'_>,
) -> Result<(Analysis, Option<Image>), Error> {
    let known = Analyses::below(lab.settings.cache_dir.as_deref());
    let key = |what: &str| {
        Analyses::key(
            [env!("DOCKERLAB_CODE"), what, &facts.id]
                .into_iter()
                .chain(facts.config.diff_ids.iter().map(String::as_str)),
        )
    };
    if asked.whole {
        if let Some(image) = known.get::<Image>(&key("image")) {
            return Ok((Analysis::of(&image), Some(image)));
        }
    } else if let Some(analysis) = known.get::<Analysis>(&key("analysis")) {
        return Ok((analysis, None));
    }
    let view = lab.build_view(asked.quiet);
    let doing = view.doing(say!("reading the image's layers"));
    let mut read = None;
    let choice = Choice {
        platform: asked.platform.clone(),
        ..Choice::default()
    };
    lab.engine()?.export(&facts.id, &mut |archive| {
        let archive = BufReader::with_capacity(128 * 1024, archive);
        let image = image::read_for(archive, &KeptFiles::default(), &Limits::default(), &choice)
            .map_err(|error| Error::engine(say!("the image cannot be read")).cause(error))?;
        read = Some(image);
        Ok(())
    })?;
    drop(doing);
    let image = read.ok_or_else(|| Error::engine(say!("the engine sent no image")))?;
    let analysis = Analysis::of(&image);
    known.put(&key("analysis"), &analysis);
    if asked.whole {
        known.put(&key("image"), &image);
    }
    Ok((analysis, asked.whole.then_some(image)))
}

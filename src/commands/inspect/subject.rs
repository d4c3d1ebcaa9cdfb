//! Where an image comes from: the engine, an archive, a layout; and what is known of it beside.

use std::path::Path;

use crate::{
    check::{BuildRecord, coach, origins},
    disk::{self, Analyses, Workspace},
    dockerfile,
    engine::port::ImageFacts,
    error::Error,
    image::{Analysis, Image, KeptFiles, Platform},
    judging::{
        Lab,
        named_image::{self, StoredImage},
    },
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
    match named.and_then(|named| Some((named, StoredImage::named(lab, named)?))) {
        Some((name, image)) => stored(lab, &image, name, asked),
        None => on_engine(lab, named, asked),
    }
}

/// Looks at an image in an archive or an OCI layout.
fn stored(lab: &Lab, image: &StoredImage, name: &str, asked: &InspectOptions<'_>) -> Result<Subject, Error> {
    let image = image.read(asked.platform, &KeptFiles::default())?;
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
        (name, None, named_image::image_named(lab, name)?)
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
    let key = |what: &str| named_image::kept_name(what, facts);
    if asked.whole {
        if let Some(image) = known.get::<Image>(&key("image")) {
            return Ok((Analysis::of(&image), Some(image)));
        }
    } else if let Some(analysis) = known.get::<Analysis>(&key("analysis")) {
        return Ok((analysis, None));
    }
    let view = lab.build_view(asked.quiet);
    let doing = view.doing(say!("reading the image's layers"));
    let image = named_image::read_from_engine(lab, &facts.id, asked.platform, &KeptFiles::default());
    drop(doing);
    let image = image?;
    let analysis = Analysis::of(&image);
    known.put(&key("analysis"), &analysis);
    if asked.whole {
        known.put(&key("image"), &image);
    }
    Ok((analysis, asked.whole.then_some(image)))
}

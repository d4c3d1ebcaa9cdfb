//! Finding out everything that a task's criteria ask: the only slow part of a check, and the only one that can fail.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    check::{
        Coached, Probes, coach,
        criteria::Paths,
        evidence::{
            BaseEvidence, BuildEvidence, EVIDENCE_VERSION, Evidence, FoundPath, ImageEvidence, LayerEvidence,
            LayerMatches, Observed, PathEvidence, RunEvidence, SourceFile,
        },
    },
    commands::lab::{Lab, Labels},
    course::Task,
    disk::{Analyses, Context, Workspace},
    dockerfile::{self, Glob, ImageName, Walk},
    engine::port::{BuildOrder, CommandOrder, Engine, ImageFacts, ServeOrder},
    error::{Error, Kind},
    image,
    progress::Progress,
    terminal::BuildView,
};

/// How long a one-off command may take.
const COMMAND: Duration = Duration::from_mins(1);
/// How long pulling a base image may take, to compare its layers.
const PULL: Duration = Duration::from_mins(5);

/// Reads the task's Dockerfile, and refuses one that cannot be judged at all.
pub(super) fn dockerfile_of(workspace: &Workspace, task: &Task) -> Result<Option<SourceFile>, Error> {
    let Some(name) = &task.dockerfile else {
        return Ok(None);
    };
    let Some(source) = workspace.read(name)? else {
        let error = Error::usage(say!("there is no `{name}` here yet"; name));
        return Err(match &task.from {
            Some(from) => {
                error.help(say!("it appears when task {from} is passed; or copy that task's Dockerfile yourself"; from))
            }
            None => error.help(say!("`dockerlab start` lays its scaffold")),
        });
    };
    let parsed = dockerfile::parse(&source.text);
    if parsed.instructions.is_empty() {
        return Err(
            Error::not_begun(say!("`{name}` has no instruction yet, only blank lines and comments"; name))
                .help(say!("`dockerlab read {}` tells what goes in", task.id)),
        );
    }
    if let Some(problem) = parsed.problems.iter().find(|problem| problem.stops_build()) {
        let line = usize::try_from(problem.line)
            .ok()
            .and_then(|line| source.text.lines().nth(line.checked_sub(1)?));
        let shown: String = line
            .unwrap_or_default()
            .chars()
            .filter(|c| !c.is_control())
            .take(120)
            .collect();
        let mut error = Error::usage(format!("{name}:{}: {}", problem.line, problem.message));
        if !shown.trim().is_empty() {
            error = error.cause(format!("{:>3} | {shown}", problem.line));
        }
        return Err(match &problem.suggestion {
            Some(suggestion) => error.help(say!("did you mean {suggestion}?"; suggestion)),
            None => error.help(say!("mend the line; nothing was judged")),
        });
    }
    Ok(Some(source))
}

/// Builds a task's image.
pub(super) fn build(
    lab: &Lab,
    workspace: &Workspace,
    task: &Task,
    source: &SourceFile,
    no_cache: bool,
    view: &mut BuildView,
) -> Result<BuildEvidence, Error> {
    let engine = lab.engine()?;
    let builder = lab.builder().or(engine.facts()?.builder);
    let walk = match builder {
        Some(crate::check::evidence::Builder::BuildKit) => Walk::BuildKit,
        _ => Walk::Classic,
    };
    let context = Context::scan(workspace, Some(&source.name), walk)?;
    let order = BuildOrder {
        tag: &task.image,
        dockerfile_name: &source.name,
        dockerfile: source.text.as_bytes(),
        context: &context,
        builder,
        no_cache,
    };
    let built = engine.build(&order, &mut |event| view.event(event));
    view.end();
    let built = built?;
    // Without the record the next build cannot be held beside this one: less is told, and nothing is wrong.
    workspace
        .keep_build(&task.id, source, &context, &built, &lab.now())
        .ok();
    Ok(built)
}

/// What the cache did in the last build of a task.
pub(super) fn coached(workspace: &Workspace, task: &Task) -> Option<Coached> {
    let builds = workspace.builds(&task.id);
    let (now, earlier) = builds.split_last()?;
    Some(coach(earlier.last(), now))
}

/// Finds out what the task's criteria ask.
pub(super) fn gather(
    lab: &Lab,
    workspace: &Workspace,
    task: &Task,
    progress: &Progress,
    statically: bool,
    view: &mut BuildView,
) -> Result<(Evidence, Option<Error>), Error> {
    let source = dockerfile_of(workspace, task)?;
    let probes = task.probes();
    let context = Context::scan(
        workspace,
        source.as_ref().map(|source| source.name.as_str()),
        Walk::BuildKit,
    )?;
    let mut evidence = Evidence {
        version: EVIDENCE_VERSION,
        task: task.id.clone(),
        dockerfile: source,
        context: context.evidence(),
        build: Observed::unknown(say!("no engine was asked")),
        image: Observed::unknown(say!("no engine was asked")),
        run: Observed::unknown(say!("no engine was asked")),
        push: progress.tasks.get(&task.id).and_then(|task| task.push.clone()),
        sightings: progress
            .tasks
            .get(&task.id)
            .map(|task| task.sightings.clone())
            .unwrap_or_default(),
        other_sizes: BTreeMap::new(),
        engine: None,
    };
    if statically {
        return Ok((evidence, None));
    }
    let mut asking = Asking {
        lab,
        workspace,
        task,
        progress,
        probes: &probes,
        view,
    };
    match asking.ask(&mut evidence) {
        Ok(()) => Ok((evidence, None)),
        Err(error) if error.kind() == Kind::Engine => Ok((evidence, Some(error))),
        Err(error) => Err(error),
    }
}

struct Asking<'a> {
    lab: &'a Lab,
    workspace: &'a Workspace,
    task: &'a Task,
    progress: &'a Progress,
    probes: &'a Probes,
    view: &'a mut BuildView,
}

impl Asking<'_> {
    fn ask(&mut self, evidence: &mut Evidence) -> Result<(), Error> {
        let engine = self.lab.engine()?;
        evidence.engine = Some(engine.facts()?);
        let (_running, labels) = self.lab.begin_run(self.workspace, self.progress, &self.task.id)?;
        if self.probes.containers {
            self.containers(evidence)?;
        }
        let Some(source) = evidence.dockerfile.clone().filter(|_| self.probes.build) else {
            return Ok(());
        };
        if !self.view.is_quiet() {
            let found = super::doctor::before_the_first_build(self.lab, self.workspace)?;
            if !found.is_empty() {
                self.lab.say(say!("Before the first build, `dockerlab doctor` found:"));
                self.lab.say(&format!("{}\n", found.join("\n")));
            }
        }
        let built = match build(self.lab, self.workspace, self.task, &source, false, self.view) {
            Ok(built) => built,
            Err(error) => {
                if error.kind() == Kind::Engine {
                    let because = say!("the engine could not build it: {error}"; error);
                    evidence.build = Observed::unknown(because.clone());
                    evidence.image = Observed::unknown(because.clone());
                    evidence.run = Observed::unknown(because);
                }
                return Err(error);
            }
        };
        let image = built.image_id.clone();
        evidence.build = Observed::Known(built);
        let Some(id) = image else {
            evidence.image = Observed::missing(say!("the build failed"));
            evidence.run = Observed::missing(say!("the build failed"));
            return Ok(());
        };
        for other in &self.probes.sizes {
            if let Some(task) = self.lab.course.task(other)
                && let Some(image) = engine.image(&task.image)?
            {
                evidence.other_sizes.insert(other.clone(), image.size);
            }
        }
        if self.probes.image {
            evidence.image = unless_engine(self.image(&id, &source))?;
        }
        evidence.run = Observed::Known(self.run(&id, &labels)?);
        Ok(())
    }

    fn containers(&mut self, evidence: &mut Evidence) -> Result<(), Error> {
        let engine = self.lab.engine()?;
        let image = engine
            .image(&self.task.image)?
            .map(|image| image.id)
            .unwrap_or_default();
        for container in engine.containers_of(&image, &self.task.image)? {
            evidence.sightings.retain(|known| known.container != container.id);
            evidence.sightings.push(super::shell::sighting(container));
        }
        evidence.sightings.sort_by_key(|sighting| sighting.created);
        Ok(())
    }

    fn image(&mut self, id: &str, source: &SourceFile) -> Result<ImageEvidence, Error> {
        let engine = self.lab.engine()?;
        let facts = engine.image(id)?.ok_or_else(|| {
            Error::engine(say!("the image that was built is not there any more"))
                .help(say!("is something removing images?"))
        })?;
        let base = {
            let parsed = dockerfile::parse(&source.text);
            dockerfile::final_image(&parsed, None).map(|planned| planned.base.value)
        };
        let stands_on = self.stands_on(base.as_deref(), &facts)?;
        let base = match base {
            Some(name) if name != "scratch" => {
                let mut found = engine.image(&name)?;
                if found.is_none() {
                    let _doing = self
                        .view
                        .doing(&say!("fetching {name}, to tell your layers from its own"; name));
                    if engine.pull(&name, PULL)? {
                        found = engine.image(&name)?;
                    }
                }
                found.map(|base| BaseEvidence {
                    reference: name,
                    layers: facts.layers.starts_with(&base.layers).then_some(base.layers.len()),
                })
            }
            _ => None,
        };
        let own = base.as_ref().and_then(|base| base.layers).unwrap_or(0);
        // What the layers hold depends on these alone.
        let key = Analyses::key(
            [env!("DOCKERLAB_ANALYSIS"), &own.to_string(), &facts.setup.workdir]
                .into_iter()
                .chain(facts.layers.iter().map(String::as_str))
                .chain(self.probes.paths.iter().map(String::as_str)),
        );
        let known = Analyses::below(self.lab.settings.cache_dir.as_deref());
        let mut evidence = match known.get(&key) {
            Some(evidence) => evidence,
            None => {
                let evidence = self.read(&facts, own)?;
                known.put(&key, &evidence);
                evidence
            }
        };
        set_up(&mut evidence, &facts);
        evidence.base = base;
        evidence.stands_on = stands_on;
        Ok(evidence)
    }

    /// Reads what the image's layers hold.
    fn read(&self, facts: &ImageFacts, own: usize) -> Result<ImageEvidence, Error> {
        let engine = self.lab.engine()?;
        let _doing = self.view.doing(say!("reading the image's layers"));
        let mut read = None;
        engine.export(&facts.id, &mut |archive| {
            let wanted = image::Wanted {
                contents: ["var/lib/dpkg/status", "var/lib/apt/extended_states", "etc/passwd"]
                    .map(str::to_owned)
                    .into(),
            };
            let found = image::read(archive, &wanted, &image::Limits::default())
                .map_err(|error| Error::engine(say!("the image cannot be read")).cause(error))?;
            read = Some(found);
            Ok(())
        })?;
        let read = read.ok_or_else(|| Error::engine(say!("the engine sent no image")))?;
        Ok(image_evidence(facts, own, &read, self.probes))
    }

    /// Which of the wanted bases the image starts with, where its FROM calls it by none of their names: those that
    /// the engine has, or else the first that can be fetched.
    fn stands_on(&self, base: Option<&str>, facts: &ImageFacts) -> Result<BTreeMap<String, bool>, Error> {
        let engine = self.lab.engine()?;
        let mut compared = BTreeMap::new();
        let named = base.and_then(|base| ImageName::parse(base).ok());
        let is_named = |wanted: &&String| {
            let wanted = ImageName::parse(wanted).ok();
            wanted
                .zip(named.as_ref())
                .is_some_and(|(wanted, named)| wanted.same_image(named, false))
        };
        if self.probes.bases.iter().any(|wanted| is_named(&wanted)) {
            return Ok(compared);
        }
        for name in &self.probes.bases {
            if let Some(wanted) = engine.image(name)? {
                compared.insert(name.clone(), facts.layers.starts_with(&wanted.layers));
            }
        }
        if let (true, Some(name)) = (compared.is_empty(), self.probes.bases.first()) {
            let _doing = self
                .view
                .doing(&say!("fetching {name}, to compare its layers with yours"; name));
            if engine.pull(name, PULL)?
                && let Some(wanted) = engine.image(name)?
            {
                compared.insert(name.clone(), facts.layers.starts_with(&wanted.layers));
            }
        }
        Ok(compared)
    }

    fn run(&mut self, id: &str, labels: &Labels) -> Result<RunEvidence, Error> {
        let engine = self.lab.engine()?;
        let mut run = RunEvidence::default();
        if let Some((port, path, within)) = &self.probes.serve {
            let _doing = self.view.doing(say!("starting a container, and asking it"));
            let order = ServeOrder {
                image: id,
                port: *port,
                path,
                within: *within,
                labels,
            };
            run.server = Some(unless_engine(engine.serve(&order))?);
        }
        if !self.probes.commands.is_empty() {
            let _doing = self.view.doing(say!("running commands in the image"));
            for (line, words) in &self.probes.commands {
                let order = CommandOrder {
                    image: id,
                    words,
                    within: COMMAND,
                    labels,
                };
                run.commands
                    .insert(line.clone(), unless_engine(engine.command(&order))?);
            }
        }
        Ok(run)
    }
}

/// An engine's failure is an answer that could not be had; anything else ends the command.
fn unless_engine<T>(asked: Result<T, Error>) -> Result<Observed<T>, Error> {
    match asked {
        Ok(value) => Ok(Observed::Known(value)),
        Err(error) if error.kind() == Kind::Engine => Ok(Observed::unknown(error.to_string())),
        Err(error) => Err(error),
    }
}

/// What the engine itself says of the image.
fn set_up(evidence: &mut ImageEvidence, facts: &ImageFacts) {
    let setup = facts.setup.clone();
    evidence.id.clone_from(&facts.id);
    evidence.size = facts.size;
    evidence.env = setup
        .env
        .iter()
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (name.to_owned(), value.to_owned())
        })
        .collect();
    evidence.user = setup.user;
    evidence.workdir = setup.workdir;
    evidence.exposed = setup.exposed;
    evidence.entrypoint = setup.entrypoint;
    evidence.cmd = setup.cmd;
    evidence.labels = setup.labels;
}

/// What is kept of an image's layers; `own` is the first that its base has not.
fn image_evidence(facts: &ImageFacts, own: usize, read: &image::Image, probes: &Probes) -> ImageEvidence {
    let tree = image::Tree::merge(&read.layers);
    let kept = |path: &str, up_to: usize| -> Option<String> {
        let layer = read
            .layers
            .iter()
            .take(up_to)
            .rev()
            .find(|layer| layer.kept.contains_key(path))?;
        Some(String::from_utf8_lossy(layer.kept.get(path)?).into_owned())
    };
    let all = read.layers.len();
    let after = kept("var/lib/dpkg/status", all).map(|text| image::installed(&text));
    let before = kept("var/lib/dpkg/status", own)
        .map(|text| image::installed(&text))
        .unwrap_or_default();
    let auto = kept("var/lib/apt/extended_states", all)
        .map(|text| image::auto_installed(&text))
        .unwrap_or_default();
    let python = image::python_packages(&tree);
    let mut evidence = ImageEvidence {
        recommended: after.as_ref().map(|after| {
            image::recommended_only(&before, after, &auto)
                .into_iter()
                .map(|found| (found.name, found.by))
                .take(200)
                .collect()
        }),
        apt: after
            .into_iter()
            .flatten()
            .map(|package| (package.name, package.version))
            .collect(),
        users: kept("etc/passwd", all)
            .map(|text| {
                image::users(&text)
                    .into_iter()
                    .map(|user| (user.name, (user.uid, user.home)))
                    .collect()
            })
            .unwrap_or_default(),
        ..ImageEvidence::default()
    };
    for package in &python {
        let versions = evidence.python.entry(package.name.clone()).or_default();
        if !versions.contains(&package.version) {
            versions.push(package.version.clone());
        }
    }
    let mut status = None;
    for layer in &read.layers {
        let changes_apt = layer
            .kept
            .get("var/lib/dpkg/status")
            .is_some_and(|text| status.replace(text) != Some(text));
        let adds_python = layer
            .entries
            .iter()
            .filter(|entry| entry.path.ends_with(".dist-info/METADATA"))
            .count();
        evidence.layers.push(LayerEvidence {
            diff_id: layer.diff_id.clone(),
            bytes: layer.bytes,
            created_by: layer.created_by.chars().take(4000).collect(),
            changes_apt,
            adds_python,
        });
    }
    for pattern in &probes.paths {
        evidence
            .paths
            .insert(pattern.clone(), paths(pattern, &facts.setup.workdir, read, &tree, own));
    }
    evidence
}

fn paths(pattern: &str, workdir: &str, read: &image::Image, tree: &image::Tree, own: usize) -> PathEvidence {
    let mut found = PathEvidence::default();
    // The pattern was checked when the course was read.
    let Ok(glob) = Glob::new(&Paths::in_workdir(pattern, workdir)) else {
        return found;
    };
    for (path, node) in tree.iter().filter(|(path, _)| glob.matches(path)) {
        found.final_count += 1;
        found.final_bytes += node.size;
        if found.in_final.len() < 20 {
            found.in_final.push(FoundPath {
                path: path.to_owned(),
                mode: node.mode,
                uid: node.uid,
                gid: node.gid,
                directory: node.kind == image::EntryKind::Directory,
            });
        }
    }
    for (index, layer) in read.layers.iter().enumerate().skip(own) {
        let mut matches = LayerMatches {
            layer: index,
            ..LayerMatches::default()
        };
        for entry in layer
            .entries
            .iter()
            .filter(|entry| entry.kind == image::EntryKind::File && glob.matches(&entry.path))
        {
            matches.count += 1;
            matches.bytes += entry.size;
            if matches.examples.len() < 3 {
                matches.examples.push(entry.path.clone());
            }
        }
        if matches.count > 0 {
            found.in_layers.push(matches);
        }
    }
    found
}

//! Finding out everything that a task's criteria ask: the only slow part of a check, and the only one that can fail.

use std::{collections::BTreeMap, path::Path, time::Duration};

use crate::{
    check::{
        Coached, Probes, coach,
        evidence::{
            BaseEvidence, BuildEvidence, Builder, EVIDENCE_VERSION, Evidence, ImageEvidence, Observed, RunEvidence,
            SourceFile,
        },
        failed_build::{self, Again},
        image_evidence,
    },
    course::{Course, Task},
    disk::{Analyses, Context, Workspace},
    dockerfile::{self, ImageName, Walk},
    engine::port::{BuildEvent, BuildOrder, CommandProbe, Engine, ImageFacts, ServerProbe},
    error::{Error, Kind},
    image,
    judging::{
        own_image::{self, OwnImage},
        transcript::Transcript,
    },
    progress::Progress,
};

/// How long a one-off command may take.
const COMMAND: Duration = Duration::from_mins(1);
/// How long a container with other words in place of CMD may take: one that ignores them serves on and never ends.
const ARGUMENTS: Duration = Duration::from_secs(20);
/// How long pulling a base image may take, to compare its layers.
const PULL: Duration = Duration::from_mins(5);

/// What happens while something is found out.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The build goes on.
    Build(BuildEvent),
    /// The build is over.
    BuildEnded,
    /// Something that the person should know.
    Told(String),
    /// Something else is being done.
    Doing(String),
    /// That is done.
    Done,
}

/// Reads the task's Dockerfile, and refuses one that cannot be judged at all.
pub fn dockerfile_of(workspace: &Workspace, task: &Task) -> Result<Option<SourceFile>, Error> {
    let Some(name) = &task.dockerfile else {
        return Ok(None);
    };
    let Some(source) = workspace.read(name)? else {
        let error = Error::usage(say!("`{name}` does not exist yet"; name));
        return Err(match &task.from {
            Some(from) => {
                error.help(say!("it appears when you pass task {from}; or copy that task's Dockerfile yourself"; from))
            }
            None => error.help(say!("`dockerlab start` creates it")),
        });
    };
    let parsed = dockerfile::parse(&source.text);
    if parsed.instructions.is_empty() {
        return Err(
            Error::not_begun(say!("`{name}` has no instructions yet, only blank lines and comments"; name))
                .help(say!("`dockerlab read {}` explains what to write", task.id)),
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
            None => error.help(say!("fix this line; nothing was checked")),
        });
    }
    Ok(Some(source))
}

/// Builds a task's image from its Dockerfile.
///
/// # Errors
/// When the engine fails, or the person interrupts it.
pub fn build(
    about: &About<'_>,
    source: &SourceFile,
    no_cache: bool,
    events: &mut dyn FnMut(Event),
) -> Result<BuildEvidence, Error> {
    let About {
        engine,
        workspace,
        task,
        ..
    } = *about;
    let builder = about.builder.or(engine.facts()?.builder);
    let walk = match builder {
        Some(Builder::BuildKit) => Walk::BuildKit,
        _ => Walk::Classic,
    };
    let context = Context::scan(workspace, Some(&source.name), walk)?;
    for path in context.special() {
        events(Event::Told(say!(
            "`{path}` is a pipe, a socket or a device: it is not sent to the builder"; path
        )));
    }
    for path in context.emptied() {
        events(Event::Told(say!(
            "Docker sends `{path}` as an empty file: a pattern below its exception in .dockerignore matches its folder. Move the exception to the end"; path
        )));
    }
    let mut order = BuildOrder {
        tag: &task.image,
        dockerfile_name: &source.name,
        dockerfile: source.text.as_bytes(),
        context: &context,
        builder,
        no_cache,
    };
    if let Some(text) = own_image::about_to_lose_its_tag(engine, workspace, task)? {
        events(Event::Told(text));
    }
    let once = |order: &BuildOrder<'_>, events: &mut dyn FnMut(Event)| {
        let mut transcript = Transcript::default();
        let built = engine.build(order, &mut |event| {
            transcript.take(&event);
            events(Event::Build(event));
        });
        events(Event::BuildEnded);
        Ok::<_, Error>((built?, transcript))
    };
    let (mut built, mut transcript) = once(&order, events)?;
    if let Some(again) = failed_build::again(&built, &dockerfile::parse(&source.text)) {
        events(Event::Told(match again {
            Again::AsItIs => say!("the network failed, so the image is built again").to_owned(),
            Again::WithoutCache => {
                order.no_cache = true;
                say!("apt's package lists come from the cache, so the image is built again without the cache")
                    .to_owned()
            }
        }));
        (built, transcript) = once(&order, events)?;
    }
    if let Some(failure) = &mut built.failure {
        if failed_build::is_about_room(failure) {
            failure.free = engine.health().ok().and_then(|health| health.free);
        }
        // Without it less can be read, and nothing is wrong.
        let text = transcript.text(&failure.message);
        failure.whole_log = workspace.keep_log(&task.id, &text, about.at).ok();
    }
    // Without the record the next build cannot be compared with this one: less is said, and nothing is wrong.
    workspace.keep_build(&task.id, source, &context, &built, about.at).ok();
    Ok(built)
}

/// What the cache did in the last build of a task.
pub fn coached(workspace: &Workspace, task: &Task) -> Option<Coached> {
    let builds = workspace.builds(&task.id);
    let (now, earlier) = builds.split_last()?;
    Some(coach(earlier.last(), now))
}

/// What the files and the progress show, before any engine was asked.
///
/// # Errors
/// When there is no Dockerfile that can be judged.
pub fn from_files(workspace: &Workspace, task: &Task, progress: &Progress) -> Result<Evidence, Error> {
    let source = dockerfile_of(workspace, task)?;
    let context = Context::scan(
        workspace,
        source.as_ref().map(|source| source.name.as_str()),
        Walk::BuildKit,
    )?;
    let known = progress.tasks.get(&task.id);
    Ok(Evidence {
        version: EVIDENCE_VERSION,
        task: task.id.clone(),
        dockerfile: source,
        context: context.evidence(),
        build: Observed::unknown(say!("no engine was used")),
        image: Observed::unknown(say!("no engine was used")),
        run: Observed::unknown(say!("no engine was used")),
        push: known.and_then(|task| task.push.clone()),
        sightings: known.map(|task| task.sightings.clone()).unwrap_or_default(),
        other_sizes: BTreeMap::new(),
        engine: None,
    })
}

/// Asks the engine what the task's criteria need to know beyond the files, and writes it into the evidence. An engine's
/// failure leaves what was found out until then.
///
/// # Errors
/// When the engine fails, or the person interrupts it.
pub fn gather(about: &About<'_>, evidence: &mut Evidence, events: &mut dyn FnMut(Event)) -> Result<(), Error> {
    let probes = about.task.probes();
    Asking {
        about,
        probes: &probes,
        events,
    }
    .ask(evidence)
}

/// What is asked about, and how.
pub struct About<'a> {
    /// The engine that is asked.
    pub engine: &'a dyn Engine,
    /// The builder to use; none takes the engine's own.
    pub builder: Option<Builder>,
    /// Where the files are.
    pub workspace: &'a Workspace,
    /// The task.
    pub task: &'a Task,
    /// Its course, for the images of other tasks.
    pub course: &'a Course,
    /// Labels for containers.
    pub labels: &'a [(String, String)],
    /// The folder for caches.
    pub cache: Option<&'a Path>,
    /// The time, RFC 3339.
    pub at: &'a str,
}

struct Asking<'a> {
    about: &'a About<'a>,
    probes: &'a Probes,
    events: &'a mut dyn FnMut(Event),
}

impl Asking<'_> {
    fn ask(&mut self, evidence: &mut Evidence) -> Result<(), Error> {
        if self.probes.containers {
            self.containers(evidence)?;
        }
        let Some(source) = evidence.dockerfile.clone().filter(|_| self.probes.build) else {
            return Ok(());
        };
        let built = match build(self.about, &source, false, self.events) {
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
            if let Some(task) = self.about.course.task(other)
                && let Some(image) = self.own_image(task)?.image
            {
                evidence.other_sizes.insert(other.clone(), image.size);
            }
        }
        if self.probes.image {
            evidence.image = unless_engine(self.image(&id, &source))?;
        }
        evidence.run = Observed::Known(self.run(&id)?);
        Ok(())
    }

    /// Does something that takes a while, and says so.
    fn doing<T>(&mut self, text: impl Into<String>, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        (self.events)(Event::Doing(text.into()));
        let done = work();
        (self.events)(Event::Done);
        done
    }

    /// A task's image; what has to be known about it is told.
    fn own_image(&mut self, task: &Task) -> Result<OwnImage, Error> {
        let own = own_image::find(self.about.engine, self.about.workspace, task)?;
        if let Some(remark) = &own.remark {
            (self.events)(Event::Told(remark.clone()));
        }
        Ok(own)
    }

    fn containers(&mut self, evidence: &mut Evidence) -> Result<(), Error> {
        let About {
            engine,
            task,
            workspace,
            ..
        } = *self.about;
        let own = self.own_image(task)?;
        let found = engine.containers_of(&own.ids, &self.probes.container_files)?;
        for known in &mut evidence.sightings {
            if !found.iter().any(|container| container.id == known.container) {
                known.is_gone();
            }
        }
        let now = self.about.at.parse::<jiff::Timestamp>();
        let seen_ms = now.map_or(0, jiff::Timestamp::as_millisecond);
        for container in found {
            let mut seen = container.sighting();
            workspace.locate(&mut seen);
            if let Some(setup) = &mut seen.setup {
                setup.seen_ms = seen_ms;
            }
            match evidence
                .sightings
                .iter_mut()
                .find(|known| known.container == seen.container)
            {
                Some(known) => known.update(seen),
                None => evidence.sightings.push(seen),
            }
        }
        evidence.sightings.sort_by_key(|sighting| sighting.created);
        Ok(())
    }

    fn image(&mut self, id: &str, source: &SourceFile) -> Result<ImageEvidence, Error> {
        let About { engine, .. } = *self.about;
        let facts = engine.image(id)?.ok_or_else(|| {
            Error::engine(say!("the image that was built is gone")).help(say!("another program may be removing images"))
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
                    let text = say!("pulling {name}, to separate your layers from its layers"; name);
                    if self.doing(text, || engine.pull(&name, PULL))? {
                        found = engine.image(&name)?;
                    }
                }
                found.map(|base| BaseEvidence {
                    reference: name,
                    layers: facts.layers_of(&base),
                })
            }
            _ => None,
        };
        let own = base.as_ref().and_then(|base| base.layers).unwrap_or(0);
        // What the layers hold depends on these alone.
        let version = EVIDENCE_VERSION.to_string();
        let key = Analyses::key(
            [
                env!("DOCKERLAB_CODE"),
                &version,
                &own.to_string(),
                &facts.config.working_dir,
            ]
            .into_iter()
            .chain(facts.config.diff_ids.iter().map(String::as_str))
            .chain(self.probes.paths.iter().map(String::as_str)),
        );
        let known = Analyses::below(self.about.cache);
        let mut evidence = match known.get(&key) {
            Some(evidence) => evidence,
            None => {
                let evidence = self.read(&facts, own)?;
                known.put(&key, &evidence);
                evidence
            }
        };
        facts.set_up(&mut evidence);
        evidence.base = base;
        evidence.stands_on = stands_on;
        Ok(evidence)
    }

    /// Reads what the image's layers hold.
    fn read(&mut self, facts: &ImageFacts, own: usize) -> Result<ImageEvidence, Error> {
        let About { engine, .. } = *self.about;
        let mut read = None;
        self.doing(say!("reading the image's layers"), || {
            engine.export(&facts.id, &mut |archive| {
                let wanted = image::KeptFiles {
                    contents: [
                        "var/lib/dpkg/status",
                        "var/lib/apt/extended_states",
                        "var/log/apt/history.log",
                        "etc/passwd",
                    ]
                    .map(str::to_owned)
                    .into(),
                };
                let found = image::read(archive, &wanted, &image::Limits::default())
                    .map_err(|error| Error::engine(say!("the image cannot be read")).cause(error))?;
                read = Some(found);
                Ok(())
            })
        })?;
        let mut read = read.ok_or_else(|| Error::engine(say!("the engine sent no image")))?;
        read.tell_history(own);
        Ok(image_evidence(&facts.config.working_dir, own, &read, self.probes))
    }

    /// Which of the wanted bases the image starts with, where its FROM calls it by none of their names: those that
    /// the engine has, or else the first that can be fetched.
    fn stands_on(&mut self, base: Option<&str>, facts: &ImageFacts) -> Result<BTreeMap<String, bool>, Error> {
        let About { engine, .. } = *self.about;
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
        let probes = self.probes;
        for name in &probes.bases {
            if let Some(wanted) = engine.image(name)? {
                compared.insert(name.clone(), facts.layers_of(&wanted).is_some());
            }
        }
        if let (true, Some(name)) = (compared.is_empty(), probes.bases.first()) {
            let text = say!("pulling {name}, to compare its layers with yours"; name);
            if self.doing(text, || engine.pull(name, PULL))?
                && let Some(wanted) = engine.image(name)?
            {
                compared.insert(name.clone(), facts.layers_of(&wanted).is_some());
            }
        }
        Ok(compared)
    }

    fn run(&mut self, id: &str) -> Result<RunEvidence, Error> {
        let About { engine, labels, .. } = *self.about;
        let probes = self.probes;
        let mut run = RunEvidence::default();
        if let Some((port, path, within)) = &probes.serve {
            let order = ServerProbe {
                image: id,
                port: *port,
                path,
                within: *within,
                health: probes.health,
                frozen: probes.frozen,
                stop: probes.stop,
                labels,
            };
            let served = self.doing(say!("starting a container and sending a request"), || {
                engine.probe_server(&order)
            });
            run.server = Some(unless_engine(served)?);
        }
        if !probes.commands.is_empty() {
            run.commands = self.doing(say!("running commands in the image"), || {
                let mut commands = BTreeMap::new();
                for (line, words) in &probes.commands {
                    let order = CommandProbe {
                        image: id,
                        words,
                        keeps_entrypoint: false,
                        within: COMMAND,
                        labels,
                    };
                    commands.insert(line.clone(), unless_engine(engine.probe_command(&order))?);
                }
                Ok(commands)
            })?;
        }
        if !probes.arguments.is_empty() {
            run.arguments = self.doing(say!("replacing CMD, as `docker run IMAGE ARGS` does"), || {
                let mut arguments = BTreeMap::new();
                for (line, words) in &probes.arguments {
                    let order = CommandProbe {
                        image: id,
                        words,
                        keeps_entrypoint: true,
                        within: ARGUMENTS,
                        labels,
                    };
                    arguments.insert(line.clone(), unless_engine(engine.probe_command(&order))?);
                }
                Ok(arguments)
            })?;
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

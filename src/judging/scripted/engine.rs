//! An engine that answers as a test says, and remembers what it was asked.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    io::Read,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use crate::{
    check::evidence::{BuildEvidence, BuildFailure, BuildStep, Builder, CommandEvidence, EngineFacts, ServerEvidence},
    dockerfile::ImageName,
    engine::port::{
        BuildEvent, BuildOrder, CommandProbe, ContainerFacts, DetachedOrder, Engine, FilesOrder, Health, ImageFacts,
        PushEvent, PushOrder, Pushed, RunEvent, RunOrder, ServerProbe, ShellEnded, ShellIo, TrialsOrder,
    },
    error::Error,
    interrupt::Interrupt,
    judging::scripted::Picture,
    structure::{CommandSeen, FilesSeen},
};

/// What a build comes to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Built {
    /// Whether it hangs until it is interrupted.
    pub(crate) hangs: bool,
    /// What it says.
    pub(crate) events: Vec<BuildEvent>,
    /// The steps that it tells about.
    pub(crate) steps: Vec<BuildStep>,
    /// The image; none where it fails.
    pub(crate) image: Option<Picture>,
    /// The message of its failure.
    pub(crate) failure: Option<BuildFailure>,
}

impl Built {
    /// A build that makes this image.
    pub(crate) fn of(image: Picture) -> Self {
        Self {
            image: Some(image),
            ..Self::default()
        }
    }

    /// A build that fails.
    pub(crate) fn failed(message: &str) -> Self {
        Self {
            failure: Some(BuildFailure {
                message: message.to_owned(),
                step: None,
                line: None,
                exit_code: Some(1),
                log: vec![message.to_owned()],
                free: None,
                whole_log: None,
            }),
            ..Self::default()
        }
    }
}

/// What a scripted engine answers.
#[derive(Debug, Default)]
pub(crate) struct Script {
    pub(crate) facts: EngineFacts,
    pub(crate) health: Health,
    /// Images by name or id.
    pub(crate) images: BTreeMap<String, Picture>,
    /// What can be pulled.
    pub(crate) registry: BTreeMap<String, Picture>,
    /// Builds, by what their Dockerfile holds; the first that fits is taken.
    pub(crate) builds: Vec<(&'static str, Built)>,
    /// What the next builds come to, whatever their Dockerfile holds.
    pub(crate) next_builds: VecDeque<Built>,
    /// What a container that serves does.
    pub(crate) server: ServerEvidence,
    /// What commands print, by their words; `true` for others.
    pub(crate) commands: BTreeMap<String, CommandEvidence>,
    /// What files of images are.
    pub(crate) files: FilesSeen,
    /// All containers, those of an image among them.
    pub(crate) containers: Vec<ContainerFacts>,
    /// What a container in the foreground prints, and its exit code.
    pub(crate) run: (Vec<RunEvent>, Option<i64>),
    /// What a container changed in which the learner had a terminal, and the exit code.
    pub(crate) shell: (Vec<String>, i64),
    /// What a push says and comes to.
    pub(crate) push: (Vec<PushEvent>, Option<Pushed>),
    pub(crate) at_registry: Option<String>,
    /// Errors, by the call that fails with them, once each.
    pub(crate) failures: BTreeMap<&'static str, VecDeque<Error>>,
    /// What was asked, in order.
    pub(crate) asked: Vec<String>,
    /// Paths that were sent with the last build.
    pub(crate) sent: Vec<String>,
}

/// A scripted engine; clones are the same one.
#[derive(Debug, Clone)]
pub(crate) struct ScriptedEngine {
    script: Arc<Mutex<Script>>,
    interrupt: Interrupt,
}

impl ScriptedEngine {
    pub(crate) fn new() -> Self {
        let facts = EngineFacts {
            name: "Docker Engine".to_owned(),
            version: "28.5".to_owned(),
            api: "1.51".to_owned(),
            endpoint: "unix:///scripted.sock".to_owned(),
            platform: "linux/amd64".to_owned(),
            cpus: 2,
            memory: 8_000_000_000,
            builder: Some(Builder::BuildKit),
            ..EngineFacts::default()
        };
        let health = Health {
            free: Some(100_000_000_000),
            ahead: Some(0),
            ..Health::default()
        };
        Self {
            script: Arc::new(Mutex::new(Script {
                facts,
                health,
                ..Script::default()
            })),
            interrupt: Interrupt::default(),
        }
    }

    /// The same engine as it is opened for work that this interrupt ends.
    pub(crate) fn opened(&self, interrupt: Interrupt) -> Self {
        Self {
            script: Arc::clone(&self.script),
            interrupt,
        }
    }

    /// What it answers, to be read and changed.
    pub(crate) fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap()
    }

    /// Lets the next call of this name fail.
    pub(crate) fn fail(&self, call: &'static str, error: Error) {
        self.script().failures.entry(call).or_default().push_back(error);
    }

    /// What was asked by this call, in order.
    pub(crate) fn asked(&self, call: &str) -> Vec<String> {
        let prefix = format!("{call} ");
        let script = self.script();
        let told = script.asked.iter().filter_map(|one| one.strip_prefix(&prefix));
        told.map(str::to_owned).collect()
    }

    fn ask(&self, call: &'static str, about: &str) -> Result<MutexGuard<'_, Script>, Error> {
        let mut script = self.script();
        script.asked.push(format!("{call} {about}"));
        match script.failures.get_mut(call).and_then(VecDeque::pop_front) {
            Some(error) => Err(error),
            None => Ok(script),
        }
    }
}

impl Engine for ScriptedEngine {
    fn facts(&self) -> Result<EngineFacts, Error> {
        Ok(self.ask("facts", "")?.facts.clone())
    }

    fn health(&self) -> Result<Health, Error> {
        Ok(self.ask("health", "")?.health.clone())
    }

    fn build(&self, order: &BuildOrder<'_>, events: &mut dyn FnMut(BuildEvent)) -> Result<BuildEvidence, Error> {
        let how = if order.no_cache { " without the cache" } else { "" };
        let mut script = self.ask("build", &format!("{}{how}", order.tag))?;
        script.sent = order.context.entries().iter().map(|entry| entry.path.clone()).collect();
        let text = String::from_utf8_lossy(order.dockerfile).into_owned();
        let built = script.next_builds.pop_front().unwrap_or_else(|| {
            let built = script.builds.iter().find(|(part, _)| text.contains(part));
            built.map_or_else(|| Built::failed("no build is scripted"), |(_, built)| built.clone())
        });
        drop(script);
        for event in built.events {
            events(event);
        }
        if built.hangs {
            while !self.interrupt.is_asked() {
                std::thread::yield_now();
            }
            return Err(Error::interrupted());
        }
        let mut script = self.script();
        if let Some(image) = &built.image {
            script.images.insert(order.tag.to_owned(), image.clone());
            script.images.insert(image.facts.id.clone(), image.clone());
        }
        Ok(BuildEvidence {
            builder: order.builder.unwrap_or(Builder::BuildKit),
            tag: order.tag.to_owned(),
            image_id: built.image.map(|image| image.facts.id),
            steps: built.steps,
            failure: built.failure,
            seconds: 1.0,
        })
    }

    fn image(&self, name: &str) -> Result<Option<ImageFacts>, Error> {
        Ok(self
            .ask("image", name)?
            .images
            .get(name)
            .map(|image| image.facts.clone()))
    }

    fn pull(&self, name: &str, _: Duration) -> Result<bool, Error> {
        let mut script = self.ask("pull", name)?;
        let Some(image) = script.registry.get(name).cloned() else {
            return Ok(false);
        };
        script.images.insert(name.to_owned(), image);
        Ok(true)
    }

    fn export(
        &self,
        image: &str,
        read: &mut (dyn FnMut(&mut dyn Read) -> Result<(), Error> + Send),
    ) -> Result<(), Error> {
        let archive = self
            .ask("export", image)?
            .images
            .get(image)
            .map(|image| image.archive.clone());
        read(&mut archive.unwrap_or_default().as_slice())
    }

    fn probe_server(&self, order: &ServerProbe<'_>) -> Result<ServerEvidence, Error> {
        drop(self.ask("serve-labels", &format!("{:?}", order.labels))?);
        Ok(self.ask("serve", order.image)?.server.clone())
    }

    fn probe_command(&self, order: &CommandProbe<'_>) -> Result<CommandEvidence, Error> {
        let words = order.words.join(" ");
        Ok(self
            .ask("command", &words)?
            .commands
            .get(&words)
            .cloned()
            .unwrap_or_default())
    }

    fn run_trials(&self, order: &TrialsOrder<'_>) -> Result<BTreeMap<usize, CommandSeen>, Error> {
        let mut seen = BTreeMap::new();
        for trial in order.trials {
            let words = trial.words.join(" ");
            let script = self.ask("trial", &words)?;
            let said = script.commands.get(&words).cloned().unwrap_or_default();
            let command = CommandSeen {
                stdout: said.output,
                exit_code: said.exit_code,
                ..CommandSeen::default()
            };
            seen.insert(trial.test, command);
        }
        Ok(seen)
    }

    fn look_at_files(&self, order: &FilesOrder<'_>) -> Result<FilesSeen, Error> {
        Ok(self.ask("files", order.image)?.files.clone())
    }

    fn run_attached(&self, order: &RunOrder<'_>, events: &mut dyn FnMut(RunEvent)) -> Result<Option<i64>, Error> {
        let (said, ended) = self.ask("run", order.image)?.run.clone();
        said.into_iter().for_each(events);
        Ok(ended)
    }

    fn shell(&self, order: &RunOrder<'_>, mut io: ShellIo) -> Result<ShellEnded, Error> {
        let (changed, exit_code) = self.ask("shell", order.image)?.shell.clone();
        // What is typed is shown, as a terminal does.
        while let Ok(typed) = io.input.try_recv() {
            io.output.write_all(&typed)?;
        }
        Ok(ShellEnded {
            exit_code,
            container: ContainerFacts {
                id: "shell".to_owned(),
                image: order.image.to_owned(),
                created: 7,
                running: true,
                changed,
                ..ContainerFacts::default()
            },
        })
    }

    fn containers_of(&self, images: &[String], _files: &BTreeSet<String>) -> Result<Vec<ContainerFacts>, Error> {
        let script = self.ask("containers_of", &images.join(" "))?;
        let of_image = |container: &&ContainerFacts| images.contains(&container.image);
        Ok(script.containers.iter().filter(of_image).cloned().collect())
    }

    fn labelled(&self, label: &str, value: Option<&str>) -> Result<Vec<ContainerFacts>, Error> {
        let script = self.ask("labelled", label)?;
        let has_label = |container: &&ContainerFacts| {
            let mut labels = container.labels.iter();
            labels.any(|(name, has)| name == label && value.is_none_or(|value| has == value))
        };
        Ok(script.containers.iter().filter(has_label).cloned().collect())
    }

    fn start_detached(&self, order: &DetachedOrder<'_>) -> Result<String, Error> {
        drop(self.ask("start_detached", order.image)?);
        Ok("service".to_owned())
    }

    fn remove_container(&self, id: &str) -> Result<(), Error> {
        self.ask("remove_container", id)?
            .containers
            .retain(|container| container.id != id);
        Ok(())
    }

    fn tag(&self, image: &str, reference: &ImageName) -> Result<(), Error> {
        let reference = reference.to_string();
        let mut script = self.ask("tag", &reference)?;
        if let Some(found) = script.images.get(image).cloned() {
            script.images.insert(reference, found);
        }
        Ok(())
    }

    fn push(&self, order: &PushOrder<'_>, events: &mut dyn FnMut(PushEvent)) -> Result<Pushed, Error> {
        let (said, pushed) = self.ask("push", &order.reference.to_string())?.push.clone();
        said.into_iter().for_each(events);
        pushed.ok_or_else(|| Error::engine("no push is scripted"))
    }

    fn digest_at_registry(&self, order: &PushOrder<'_>) -> Result<Option<String>, Error> {
        Ok(self
            .ask("digest_at_registry", &order.reference.to_string())?
            .at_registry
            .clone())
    }

    fn remove_image(&self, name: &str) -> Result<bool, Error> {
        Ok(self.ask("remove_image", name)?.images.remove(name).is_some())
    }
}

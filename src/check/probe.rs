//! Questions that criteria ask of the world, each asked once however many criteria want it.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// One question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Probe {
    /// How does the build go?
    Build,
    /// What is the image's configuration, what are its layers and packages?
    Image,
    /// Is one of these the base image, whatever its FROM calls it?
    Base(Vec<String>),
    /// What is at these paths (a pattern as in `.dockerignore`, `{workdir}` standing for the image's WORKDIR)?
    Paths(String),
    /// What does the container answer?
    Serve {
        /// TCP port in the container.
        port: u16,
        /// Path to ask for.
        path: String,
        /// Seconds to wait for an answer.
        within: u64,
    },
    /// What does this command do in a container of its own, in place of ENTRYPOINT and CMD?
    Command(Vec<String>),
    /// What do these words do in place of CMD, behind the image's own ENTRYPOINT: `docker run IMAGE WORDS`?
    Arguments(Vec<String>),
    /// Does the container that serves report that it is healthy?
    Health {
        /// Seconds from its start.
        within: u64,
        /// Does it report that it is unhealthy, these seconds after its processes were frozen?
        frozen: Option<u64>,
    },
    /// Does the container that serves end when it is asked to stop?
    Stop {
        /// Seconds from the signal until it is killed.
        within: u64,
    },
    /// How large is another task's image?
    SizeOf(String),
    /// What do the learner's own containers of this image hold?
    Containers,
    /// When was this file written, as the learner's own containers see it?
    ContainerFile(String),
}

/// All questions of a task, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Probes {
    /// Whether to build.
    pub build: bool,
    /// Whether to look at the image.
    pub image: bool,
    /// Images that it may be based on.
    pub bases: Vec<String>,
    /// Path patterns to look for.
    pub paths: BTreeSet<String>,
    /// What to serve: port, path, and the longest wait that any criterion allows.
    pub serve: Option<(u16, String, Duration)>,
    /// Commands to run, by their words joined with blanks.
    pub commands: BTreeMap<String, Vec<String>>,
    /// Words to put in place of CMD, by the words joined with blanks.
    pub arguments: BTreeMap<String, Vec<String>>,
    /// How long to wait for the server to be healthy.
    pub health: Option<Duration>,
    /// How long to wait, once its processes are frozen, for it to be unhealthy.
    pub frozen: Option<Duration>,
    /// How long the server may take to end when it is asked to stop.
    pub stop: Option<Duration>,
    /// Tasks whose images' sizes are wanted.
    pub sizes: BTreeSet<String>,
    /// Whether to look at the learner's own containers.
    pub containers: bool,
    /// The files that are looked at in them, by their paths.
    pub container_files: BTreeSet<String>,
}

impl Probe {
    /// The task whose image's size is asked for.
    pub fn size_of(&self) -> Option<&str> {
        match self {
            Self::SizeOf(task) => Some(task),
            _ => None,
        }
    }
}

impl Probes {
    /// Adds a question, and what it builds on.
    pub fn add(&mut self, probe: Probe) {
        match probe {
            Probe::Build => self.build = true,
            Probe::Image => {
                self.build = true;
                self.image = true;
            }
            Probe::Base(names) => {
                let new = names.into_iter().filter(|name| !self.bases.contains(name));
                let new: Vec<String> = new.collect();
                self.bases.extend(new);
                self.add(Probe::Image);
            }
            Probe::Paths(pattern) => {
                self.paths.insert(pattern);
                self.add(Probe::Image);
            }
            Probe::Serve { port, path, within } => {
                let within = Duration::from_secs(within);
                self.serve = match self.serve.take() {
                    None => Some((port, path, within)),
                    Some((port, path, known)) => Some((port, path, known.max(within))),
                };
                self.add(Probe::Image);
            }
            Probe::Command(words) => {
                self.commands.insert(words.join(" "), words);
                self.add(Probe::Image);
            }
            Probe::Arguments(words) => {
                self.arguments.insert(words.join(" "), words);
                self.add(Probe::Image);
            }
            Probe::Health { within, frozen } => {
                self.health = self.health.max(Some(Duration::from_secs(within)));
                self.frozen = self.frozen.max(frozen.map(Duration::from_secs));
                self.add(Probe::Image);
            }
            Probe::Stop { within } => {
                self.stop = self.stop.max(Some(Duration::from_secs(within)));
                self.add(Probe::Image);
            }
            Probe::SizeOf(task) => {
                self.sizes.insert(task);
                self.add(Probe::Image);
            }
            Probe::Containers => self.containers = true,
            Probe::ContainerFile(path) => {
                self.containers = true;
                self.container_files.insert(path);
            }
        }
    }

    /// Whether anything here needs an engine.
    pub fn need_engine(&self) -> bool {
        self.build || self.containers
    }
}

impl FromIterator<Probe> for Probes {
    fn from_iter<I: IntoIterator<Item = Probe>>(probes: I) -> Self {
        let mut all = Self::default();
        for probe in probes {
            all.add(probe);
        }
        all
    }
}

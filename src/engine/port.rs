//! What the rest of the program may ask of an engine.
//!
//! Synchronous: the async runtime lives and dies inside this edge. Long work reports through a callback and looks at
//! the [`Interrupt`](crate::interrupt::Interrupt) that the engine was opened with; interrupted work cleans up what it
//! made and returns [`Error::interrupted`](crate::error::Error::interrupted).

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Read,
    time::Duration,
};

use crate::{
    build_context::BuildContext,
    check::evidence::{
        BuildEvidence, Builder, CommandEvidence, EngineFacts, ImageEvidence, ServerEvidence, Setup, Sighting,
    },
    dockerfile::ImageName,
    engine::Looked,
    error::Error,
    image::Config,
    structure::{CommandSeen, FileQuestions, FilesSeen, Mode, RunOptions, Trial},
};

/// The label that every container and image of ours carries; its value is the workspace's id.
pub const WORKSPACE_LABEL: &str = "dockerlab.workspace";
/// The label of a registry that was started for a workspace; its value is the workspace's id.
pub const REGISTRY_LABEL: &str = "dockerlab.registry";
/// The label with the task's id.
pub const TASK_LABEL: &str = "dockerlab.task";

/// The memory that a container in the foreground may use, in bytes.
pub const MEMORY: u64 = 2 * 1024 * 1024 * 1024;

/// Memory in bytes that a container gets when it is only judged.
pub const JUDGED_MEMORY: u64 = 512 * 1024 * 1024;

/// A build to be done.
pub struct BuildOrder<'a> {
    /// The tag for the image, "name:tag".
    pub tag: &'a str,
    /// Name of the Dockerfile as the learner calls it, relative to the context.
    pub dockerfile_name: &'a str,
    /// The Dockerfile's bytes: these are built, whatever is on disk by then.
    pub dockerfile: &'a [u8],
    /// What is sent with it.
    pub context: &'a dyn BuildContext,
    /// The builder to use; none takes BuildKit where the engine has it. The learner's image gets no label of ours:
    /// it must be the one that `docker build` makes.
    pub builder: Option<Builder>,
    /// Whether earlier results may not be used.
    pub no_cache: bool,
}

/// What a build says while it runs.
#[derive(Debug, Clone, PartialEq)]
pub enum BuildEvent {
    /// So many bytes of the context have been sent.
    Sent {
        /// Bytes so far.
        bytes: u64,
    },
    /// A step began. Steps run side by side in BuildKit; `id` tells them apart.
    StepStarted {
        /// Number of the step in the order in which they were first heard of, from 0.
        id: usize,
        /// "RUN apt-get update", or a builder's own work ("load metadata for …").
        name: String,
        /// Whether it is the builder's own work and no instruction.
        internal: bool,
    },
    /// A line that a step printed, stripped of control sequences.
    StepLog {
        /// The step.
        id: usize,
        /// The line, without its end.
        line: String,
    },
    /// A step ended.
    StepEnded {
        /// The step.
        id: usize,
        /// Seconds that it took.
        seconds: f64,
        /// Whether an earlier result was taken.
        cached: bool,
        /// Whether it failed.
        failed: bool,
    },
}

/// What is known of an image without reading its layers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ImageFacts {
    /// Its id, "sha256:…".
    pub id: String,
    /// Names it goes by.
    pub tags: Vec<String>,
    /// Digests of the manifests that it was pulled or pushed by, "sha256:…".
    pub digests: Vec<String>,
    /// Size in bytes as this engine counts it.
    pub size: u64,
    /// When it was made, RFC 3339.
    pub created: String,
    /// Its configuration; without a history.
    pub config: Config,
}

impl ImageFacts {
    /// How many layers a base has that this image starts with; none when it does not start with them all.
    pub fn layers_of(&self, base: &Self) -> Option<usize> {
        let layers = &base.config.diff_ids;
        self.config.diff_ids.starts_with(layers).then_some(layers.len())
    }

    /// Writes what the engine itself says of the image into its evidence.
    pub fn set_up(&self, evidence: &mut ImageEvidence) {
        evidence.id.clone_from(&self.id);
        evidence.size = self.size;
        evidence.config.clone_from(&self.config);
    }
}

/// A container to be started as `docker run` would, and watched until it answers.
#[derive(Debug, Clone)]
pub struct ServerProbe<'a> {
    /// Image id or name.
    pub image: &'a str,
    /// Port in the container that should answer, TCP.
    pub port: u16,
    /// Path to ask for.
    pub path: &'a str,
    /// How long to wait for an answer.
    pub within: Duration,
    /// How long after its start it may take to be healthy, where that is asked.
    pub health: Option<Duration>,
    /// How long it may take to be unhealthy once its processes are frozen, where that is asked.
    pub frozen: Option<Duration>,
    /// How long it may take to end once it is asked to stop, where that is asked; then it is killed.
    pub stop: Option<Duration>,
    /// Labels: [`WORKSPACE_LABEL`], [`TASK_LABEL`].
    pub labels: &'a [(String, String)],
}

/// A one-off command in a container of its own, as the image's user in its working directory.
#[derive(Debug, Clone)]
pub struct CommandProbe<'a> {
    /// Image id or name.
    pub image: &'a str,
    /// The words. The first is the program, unless the entry point is kept.
    pub words: &'a [String],
    /// Whether the image's ENTRYPOINT is kept, so that the words only replace CMD: `docker run IMAGE WORDS`.
    pub keeps_entrypoint: bool,
    /// How long it may take.
    pub within: Duration,
    /// Labels as in [`ServerProbe`].
    pub labels: &'a [(String, String)],
}

/// A container that runs in the foreground.
#[derive(Debug, Clone)]
pub struct RunOrder<'a> {
    /// Image id or name.
    pub image: &'a str,
    /// Words that replace CMD; none keeps it.
    pub cmd: Option<&'a [String]>,
    /// Port in the container to publish, and the port on 127.0.0.1 (0: the engine chooses).
    pub publish: Option<(u16, u16)>,
    /// Labels as in [`ServerProbe`].
    pub labels: &'a [(String, String)],
    /// Memory limit in bytes.
    pub memory: u64,
    /// Files that are looked at in it before it is removed.
    pub files: &'a BTreeSet<String>,
}

/// What a container in the foreground prints.
#[derive(Debug, Clone, PartialEq)]
pub enum RunEvent {
    /// It started; what it publishes is reached at this address, "127.0.0.1:8000".
    Started {
        /// Id of the container.
        container: String,
        /// Address on this machine, when a port is published.
        address: Option<String>,
    },
    /// It printed a line, stripped of control sequences.
    Line(String),
    /// It is being stopped, as the person asked.
    Stopping,
}

/// The other end of an interactive terminal.
pub struct ShellIo {
    /// Bytes that the person types; when the sender is dropped the container's input is closed.
    pub input: std::sync::mpsc::Receiver<Vec<u8>>,
    /// Where the container's bytes go, unchanged: it is the person's own terminal in raw mode.
    pub output: Box<dyn std::io::Write + Send>,
    /// New sizes of the terminal: columns, rows. The first is the size at the start.
    pub resized: std::sync::mpsc::Receiver<(u16, u16)>,
}

/// How a session in a container ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShellEnded {
    /// Exit code of the shell.
    pub exit_code: i64,
    /// The container, as [`ContainerFacts`] with its changes, looked at before it was removed.
    pub container: ContainerFacts,
}

/// A container as it was seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContainerFacts {
    /// Its id.
    pub id: String,
    /// Its name, without the leading slash.
    pub name: String,
    /// Id of its image.
    pub image: String,
    /// The name of the image it was made from, as the person gave it.
    pub image_name: String,
    /// When it was made, seconds since 1970.
    pub created: i64,
    /// Whether it runs.
    pub running: bool,
    /// Its labels that start with `dockerlab.`.
    pub labels: Vec<(String, String)>,
    /// Paths that it added or changed, at most 200 (newly made ones first).
    pub changed: Vec<String>,
    /// How it was made, where that was asked.
    pub setup: Option<Setup>,
}

impl ContainerFacts {
    /// What is remembered of it.
    pub fn sighting(self) -> Sighting {
        Sighting {
            container: self.id,
            image: self.image,
            created: self.created,
            changed: self.changed,
            running: self.running,
            setup: self.setup,
        }
    }
}

/// Commands that are run in an image, each as if its container had run nothing else.
#[derive(Debug, Clone)]
pub struct TrialsOrder<'a> {
    /// Image id or name.
    pub image: &'a str,
    /// The variables of the containers, `NAME=value`.
    pub env: &'a [String],
    /// How the containers are made.
    pub options: &'a RunOptions,
    /// Whether commands without a setup may run in the same container. Where they changed something in it, they are run
    /// again in containers of their own.
    pub may_share: bool,
    /// The runtime, instead of the engine's own.
    pub runtime: Option<&'a str>,
    /// How long a command may take that has no time of its own.
    pub within: Duration,
    /// Whether the containers stay.
    pub keeps: bool,
    /// The commands.
    pub trials: &'a [&'a Trial],
    /// Labels as in [`ServerProbe`].
    pub labels: &'a [(String, String)],
}

/// Files that are looked at in a container of an image that is never started.
#[derive(Debug, Clone)]
pub struct FilesOrder<'a> {
    /// Image id or name.
    pub image: &'a str,
    /// The paths; folders are not listed.
    pub questions: &'a FileQuestions,
    /// Strict mode follows a link at a path's end as container-structure-test does: one that is not absolute counts from
    /// the root.
    pub mode: Mode,
    /// Labels as in [`ServerProbe`].
    pub labels: &'a [(String, String)],
}

/// A container that stays in the background.
#[derive(Debug)]
pub struct DetachedOrder<'a> {
    /// Its image.
    pub image: &'a str,
    /// The port that it serves on.
    pub port: u16,
    /// The port of 127.0.0.1 that leads there.
    pub host_port: u16,
    /// Its labels, [`REGISTRY_LABEL`] among them.
    pub labels: &'a [(String, String)],
}

/// What to push.
#[derive(Debug)]
pub struct PushOrder<'a> {
    /// The full name that the image has on the engine.
    pub reference: &'a ImageName,
    /// What is known of the registry's login.
    pub looked: &'a Looked,
}

/// How far a layer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PushState {
    /// It waits for its turn.
    Waiting,
    /// It goes there, in bytes.
    Uploading {
        /// Bytes that went.
        done: u64,
        /// Bytes of all of it.
        of: u64,
    },
    /// It went there.
    Uploaded,
    /// The registry had it.
    There,
}

/// A layer that has come further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushEvent {
    /// The engine's short id of the layer.
    pub layer: String,
    /// How far it is.
    pub state: PushState,
}

/// What a push came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// The manifest's digest, as the engine says.
    pub digest: Option<String>,
    /// Layers that were sent.
    pub uploaded: usize,
    /// Layers that the registry had.
    pub there: usize,
}

/// What tells whether an engine can do what the course asks of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Health {
    /// Bytes free where it keeps its data; none where that is not on this machine.
    pub free: Option<u64>,
    /// Seconds that its clock is ahead of this machine's; none where it does not tell.
    pub ahead: Option<i64>,
    /// Whether it fetches images through a proxy.
    pub has_proxy: bool,
    /// Mirrors of Docker Hub that it asks first.
    pub mirrors: usize,
}

/// A Docker-compatible engine.
pub trait Engine: Send + Sync {
    /// Says what the engine is; fails when it does not answer.
    fn facts(&self) -> Result<EngineFacts, Error>;

    /// Looks the engine over.
    fn health(&self) -> Result<Health, Error>;

    /// Builds an image. A Dockerfile at fault is not an error but a [`BuildEvidence`] with its failure.
    fn build(&self, order: &BuildOrder<'_>, events: &mut dyn FnMut(BuildEvent)) -> Result<BuildEvidence, Error>;

    /// What is known of an image; none when the engine has none by that name.
    fn image(&self, name: &str) -> Result<Option<ImageFacts>, Error>;

    /// Pulls an image, so that it can be looked at. `Ok(false)`: the registry has none by that name or is not reached.
    fn pull(&self, name: &str, within: Duration) -> Result<bool, Error>;

    /// Streams the image's archive (`docker save`) through `read`. What `read` leaves unread is not fetched.
    fn export(
        &self,
        image: &str,
        read: &mut (dyn FnMut(&mut dyn Read) -> Result<(), Error> + Send),
    ) -> Result<(), Error>;

    /// Starts a container of the image, waits for an answer, looks at its first process, and removes it.
    fn probe_server(&self, order: &ServerProbe<'_>) -> Result<ServerEvidence, Error>;

    /// Runs a one-off command and removes its container.
    fn probe_command(&self, order: &CommandProbe<'_>) -> Result<CommandEvidence, Error>;

    /// Runs commands of structure tests; the answers are by the numbers of their tests.
    fn run_trials(&self, order: &TrialsOrder<'_>) -> Result<BTreeMap<usize, CommandSeen>, Error>;

    /// Looks at files of an image.
    fn look_at_files(&self, order: &FilesOrder<'_>) -> Result<FilesSeen, Error>;

    /// Runs a container in the foreground until it ends or is interrupted; returns its exit code
    /// (none when interrupted). The container is stopped and removed either way.
    fn run_attached(&self, order: &RunOrder<'_>, events: &mut dyn FnMut(RunEvent)) -> Result<Option<i64>, Error>;

    /// Gives the learner an interactive terminal in a container, then removes it.
    fn shell(&self, order: &RunOrder<'_>, io: ShellIo) -> Result<ShellEnded, Error>;

    /// The containers, running or not, that were made from one of these images (their ids), with their changes, how they
    /// were made, and when these files in them were written. Nothing is done to them.
    fn containers_of(&self, images: &[String], files: &BTreeSet<String>) -> Result<Vec<ContainerFacts>, Error>;

    /// Containers that carry this label (any value when `value` is none).
    fn labelled(&self, label: &str, value: Option<&str>) -> Result<Vec<ContainerFacts>, Error>;

    /// Starts a container in the background and leaves it running; returns its id.
    fn start_detached(&self, order: &DetachedOrder<'_>) -> Result<String, Error>;

    /// Removes a container that carries [`WORKSPACE_LABEL`] or [`REGISTRY_LABEL`]; refuses any other. Gone already is fine.
    fn remove_container(&self, id: &str) -> Result<(), Error>;

    /// Gives an image another name, as `docker tag` does.
    fn tag(&self, image: &str, reference: &ImageName) -> Result<(), Error>;

    /// Pushes an image under its full name.
    fn push(&self, order: &PushOrder<'_>, events: &mut dyn FnMut(PushEvent)) -> Result<Pushed, Error>;

    /// The digest that the registry has under a name, asked through the engine; none where it has none, or the engine
    /// does not ask (Podman).
    fn digest_at_registry(&self, order: &PushOrder<'_>) -> Result<Option<String>, Error>;

    /// Removes the tag `name` of an image (and the image, when it has no other name and nothing uses it).
    /// Gone already is `false`.
    fn remove_image(&self, name: &str) -> Result<bool, Error>;
}

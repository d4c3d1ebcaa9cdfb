//! What was found out about a learner's answer: plain data that can be kept and judged again.
//!
//! Nothing here asks anything: `commands::gather` fills it with the help of `engine` and `disk`.
//! Everything that came from a build, a container or an archive is already bounded and stripped of
//! control sequences when it gets here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use super::sighting::{Joined, Mount, SeenFile, Setup, Sighting};
use crate::image::Config;

/// The version of the format below; a stored evidence of another version is not judged again.
pub const EVIDENCE_VERSION: u32 = 2;

/// What was observed of one thing, or why it was not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Observed<T> {
    /// It was observed.
    Known(T),
    /// Not observed, because something it needs failed (without a build there is no image).
    Missing {
        /// A sentence's end: "the build failed".
        because: String,
    },
    /// Could not be observed, or there was no engine to ask: never counted against the learner.
    Unknown {
        /// A sentence's end: "no engine was used".
        because: String,
    },
}

impl<T> Observed<T> {
    /// The answer, if there is one.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Missing { .. } | Self::Unknown { .. } => None,
        }
    }

    /// An answer that could not be had.
    pub fn unknown(because: impl Into<String>) -> Self {
        Self::Unknown {
            because: because.into(),
        }
    }

    /// An answer that was not asked for, as what it builds on failed.
    pub fn missing(because: impl Into<String>) -> Self {
        Self::Missing {
            because: because.into(),
        }
    }
}

/// All that is known about one answer to one task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// [`EVIDENCE_VERSION`] when it was gathered.
    pub version: u32,
    /// The task's id, "3-2".
    pub task: String,
    /// The learner's Dockerfile; none for a task without one (task 4).
    pub dockerfile: Option<SourceFile>,
    /// What is sent to the engine and what is kept out.
    pub context: ContextEvidence,
    /// How the build went.
    pub build: Observed<BuildEvidence>,
    /// What the image is.
    pub image: Observed<ImageEvidence>,
    /// What the container did.
    pub run: Observed<RunEvidence>,
    /// What was seen of the learner's own containers, oldest first.
    pub sightings: Vec<Sighting>,
    /// Sizes of other tasks' images on the same engine, by task id, in bytes as the engine counts them.
    pub other_sizes: BTreeMap<String, u64>,
    /// The last push of the task's image.
    #[serde(default)]
    pub push: Option<PushEvidence>,
    /// The engine that was asked.
    pub engine: Option<EngineFacts>,
}

/// An image that was pushed, and what the registry said that it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushEvidence {
    /// The full name that it was pushed under.
    pub reference: String,
    /// The registry's host.
    pub registry: String,
    /// The digest of the manifest that was pushed, "sha256:…".
    pub digest: String,
    /// The digest that the registry had under that name afterwards; none where it had none.
    pub at_registry: Option<String>,
    /// The image's id on the engine.
    pub image: String,
    /// When, RFC 3339 in UTC.
    pub at: String,
}

/// A text file of the learner's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// Name as the learner sees it, relative to the workspace.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// What the build context holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContextEvidence {
    /// The ignore file that applies.
    pub ignore: Option<SourceFile>,
    /// Files that look like an ignore file and are not one (".Dockerignore").
    pub misnamed_ignore: Vec<String>,
    /// Paths of the files in the workspace that are sent, sorted, at most 2,000 of them.
    pub sent: Vec<String>,
    /// How many files are sent in all.
    pub sent_files: u64,
    /// How many bytes are sent in all.
    pub sent_bytes: u64,
    /// Paths at the workspace's top that are kept out, sorted, at most 500 of them.
    pub kept_out: Vec<String>,
}

/// Which builder made the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Builder {
    /// BuildKit, the default builder since Engine 23.
    BuildKit,
    /// The engine's older builder.
    Classic,
    /// Podman's.
    Buildah,
}

/// How a build went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BuildEvidence {
    /// The builder.
    pub builder: Builder,
    /// The tag that the image was given.
    pub tag: String,
    /// The image's id ("sha256:…") when the build succeeded.
    pub image_id: Option<String>,
    /// Each step, in the order in which it was first heard of.
    pub steps: Vec<BuildStep>,
    /// Why it failed, when it did.
    pub failure: Option<BuildFailure>,
    /// Seconds from the request to the image.
    pub seconds: f64,
}

/// One step of a build.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BuildStep {
    /// The instruction as the builder names it: "RUN apt-get update", "FROM docker.io/library/ubuntu:20.04".
    pub name: String,
    /// The stage's name or number when the builder tells it.
    pub stage: Option<String>,
    /// Seconds it took; 0 when cached.
    pub seconds: f64,
    /// Whether an earlier result was taken.
    pub cached: bool,
    /// Whether this step failed.
    pub failed: bool,
}

/// Why a build failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BuildFailure {
    /// The builder's message, one line.
    pub message: String,
    /// The step that failed, as it names it.
    pub step: Option<String>,
    /// Line of the Dockerfile, when the builder tells it.
    pub line: Option<u32>,
    /// The exit code of the command that failed.
    pub exit_code: Option<i64>,
    /// What the failing step printed: its first 100 lines, and its last 300.
    pub log: Vec<String>,
    /// Bytes that were free on the engine's disk after a failure for want of room; none where nothing is known of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free: Option<u64>,
    /// The file below the workspace with what all steps printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whole_log: Option<String>,
}

/// What an image is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ImageEvidence {
    /// Its id, "sha256:…".
    pub id: String,
    /// Size in bytes as this engine counts it.
    pub size: u64,
    /// Its configuration, without its history.
    #[serde(flatten)]
    pub config: Config,
    /// The name of the base image that its layers were compared with, and how many layers it has;
    /// none when the base image could not be looked at.
    pub base: Option<BaseEvidence>,
    /// For each asked image that could be looked at, whether this one starts with all of its layers.
    #[serde(default)]
    pub stands_on: BTreeMap<String, bool>,
    /// The layers, base first.
    pub layers: Vec<LayerEvidence>,
    /// For each asked path pattern, what matches it.
    pub paths: BTreeMap<String, PathEvidence>,
    /// Debian packages of the final image, name to version.
    pub apt: BTreeMap<String, String>,
    /// Python distributions of the final image, normalised name to versions found.
    pub python: BTreeMap<String, Vec<String>>,
    /// Packages that the learner's layers hold only since something recommends them, at most 200.
    /// None when the package database does not tell.
    pub recommended: Option<Vec<RecommendedPackage>>,
    /// Users by name: uid and home folder.
    pub users: BTreeMap<String, (u32, String)>,
}

/// A package that no package in the image depends on, and that nobody asked for by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecommendedPackage {
    /// Its name.
    pub name: String,
    /// The packages that recommend it.
    pub by: Vec<String>,
    /// The command that installed it, as apt's own record (`/var/log/apt/history.log`) tells; at most 500 characters.
    /// None if there is no record.
    pub installed_by: Option<String>,
}

/// What the base image is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaseEvidence {
    /// The reference that was asked for.
    pub reference: String,
    /// How many of the image's first layers are the base's; none when it does not start with them all.
    pub layers: Option<usize>,
}

/// One layer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerEvidence {
    /// Its diff id.
    pub diff_id: String,
    /// Sum of the sizes of the files in it, in bytes.
    pub bytes: u64,
    /// The instruction that made it, as the history tells it.
    pub created_by: String,
    /// How many Debian packages it installs or changes: whether its package database differs from the layer's below.
    pub changes_apt: bool,
    /// How many Python distributions it adds.
    pub adds_python: usize,
}

/// What matches a path pattern.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathEvidence {
    /// Matches in the final file system, at most 20, with who owns them.
    pub in_final: Vec<FoundPath>,
    /// How many match in the final file system.
    pub final_count: u64,
    /// Their bytes.
    pub final_bytes: u64,
    /// For each of the learner's layers that holds any: its index, how many, their bytes, and the first paths.
    pub in_layers: Vec<LayerMatches>,
}

/// A path in the final file system.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundPath {
    /// Path without a leading slash.
    pub path: String,
    /// Permission bits.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Whether it is a directory.
    pub directory: bool,
}

/// The files of a layer that match a path pattern.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerMatches {
    /// Index of the layer, base first, from 0.
    pub layer: usize,
    /// How many files match.
    pub count: u64,
    /// Their bytes.
    pub bytes: u64,
    /// The first few paths.
    pub examples: Vec<String>,
}

/// What a container of the image did.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RunEvidence {
    /// The container as `docker run` would start it, if that was asked.
    pub server: Option<Observed<ServerEvidence>>,
    /// One-off commands by their words joined with blanks.
    pub commands: BTreeMap<String, Observed<CommandEvidence>>,
    /// Containers with other words in place of CMD and the image's own ENTRYPOINT, by those words joined with blanks.
    #[serde(default)]
    pub arguments: BTreeMap<String, Observed<CommandEvidence>>,
}

/// A container that was started to serve.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ServerEvidence {
    /// Why it did not start at all (a missing program), in the engine's words.
    pub start_error: Option<String>,
    /// Whether it still ran at the end.
    pub running: bool,
    /// Exit code when it ended by itself.
    pub exit_code: Option<i64>,
    /// The answer of the HTTP server in it, when one answered.
    pub answer: Option<HttpAnswer>,
    /// Milliseconds from the start to the first answer.
    pub ready_after_ms: Option<u64>,
    /// Milliseconds that were waited at most.
    pub waited_ms: u64,
    /// Numeric user of its first process.
    pub uid: Option<u32>,
    /// Command line of its first process.
    pub process: Option<Vec<String>>,
    /// Command lines of all its processes, those of its children too; none where the engine does not tell.
    #[serde(default)]
    pub processes: Vec<Vec<String>>,
    /// Addresses that something in it listens on: "127.0.0.1:8000", "0.0.0.0:8000".
    pub listening: Vec<String>,
    /// The last lines that it printed, at most 40.
    pub log: Vec<String>,
    /// What its health check said, where that was asked and it ran.
    #[serde(default)]
    pub health: Option<HealthEvidence>,
    /// How it ended when it was asked to stop, where that was asked and it ran.
    #[serde(default)]
    pub stopped: Option<StopEvidence>,
}

/// What the engine says of a container's health.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthEvidence {
    /// "none" without a health check, "starting", "healthy" or "unhealthy".
    pub status: String,
    /// Milliseconds from the start until it was so.
    pub after_ms: u64,
    /// Exit code of the last check, once one has ended.
    pub exit_code: Option<i64>,
    /// The last lines of what that check printed, at most 10.
    pub output: Vec<String>,
    /// What the engine says once all processes are frozen, where that was asked and it was healthy.
    #[serde(default)]
    pub frozen: Option<FrozenEvidence>,
}

/// What the engine says of a container's health after its processes were frozen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenEvidence {
    /// "healthy", "unhealthy" or "starting".
    pub status: String,
    /// Milliseconds from then until it was so.
    pub after_ms: u64,
}

/// How a container ended that was asked to stop as `docker stop` does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StopEvidence {
    /// Its exit code; 137 where it had to be killed.
    pub exit_code: i64,
    /// Milliseconds from the signal to its end.
    pub after_ms: u64,
}

/// An HTTP answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpAnswer {
    /// Path that was asked for.
    pub path: String,
    /// Status code.
    pub status: u16,
    /// The first 64 KiB of the body.
    pub body: String,
}

/// A one-off command.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandEvidence {
    /// Exit code; 127 or 126 also when the program is missing.
    pub exit_code: i64,
    /// What it printed, both streams, at most 200 lines.
    pub output: String,
}

/// What an engine is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineFacts {
    /// "Docker Engine", "Podman Engine".
    pub name: String,
    /// Its version, "28.5.2".
    pub version: String,
    /// Newest API version that it speaks, "1.51".
    pub api: String,
    /// Where it was reached, "<unix:///var/run/docker.sock>".
    pub endpoint: String,
    /// "linux/amd64".
    pub platform: String,
    /// Storage driver ("overlay2", "overlayfs").
    pub storage: String,
    /// Whether images are kept in containerd's store.
    pub containerd_store: bool,
    /// Processors.
    pub cpus: u64,
    /// Memory in bytes.
    pub memory: u64,
    /// Where it keeps its data, on its own machine.
    pub root: String,
    /// The builder that a build uses unless told otherwise.
    pub builder: Option<Builder>,
}

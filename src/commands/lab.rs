//! What every command works with.

use std::{
    io::Write,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use crate::{
    check::evidence::Builder,
    course::{Course, Task, load},
    disk::{self, Lock, Opened, Running, Workspace},
    engine::{
        DockerEngine, LocateHints, Target, locate, open,
        port::{Engine, TASK_LABEL, WORKSPACE_LABEL},
    },
    error::Error,
    interrupt::Interrupt,
    language::Language,
    output::Style,
    progress::Progress,
    settings::Settings,
};

/// The label that tells which of our runs a container belongs to; its run's lock tells whether that still goes on.
const RUN_LABEL: &str = "dockerlab.run";

/// Settings, course and, once it was asked for, the engine.
#[expect(missing_debug_implementations, reason = "an engine has nothing to show")]
pub struct Lab {
    pub(super) settings: Settings,
    pub(super) interrupt: Interrupt,
    pub(super) course: Course,
    /// The folder that the course was read from; none for the built-in one.
    pub(super) course_folder: Option<PathBuf>,
    engine: OnceLock<DockerEngine>,
}

impl Lab {
    /// Reads the course: the built-in one, or one in a folder.
    ///
    /// # Errors
    /// When the course has mistakes.
    pub fn open(settings: Settings, interrupt: Interrupt, course: Option<&Path>) -> Result<Self, Error> {
        let read = match course {
            None => Course::embedded(Language::current()),
            Some(folder) => load(&disk::course_from(folder)?, Language::current()),
        }
        .map_err(|mistakes| disk::mistaken(&mistakes))?;
        let mut lab = Self::with(settings, interrupt, read);
        lab.course_folder = course.map(Path::to_path_buf);
        Ok(lab)
    }

    /// With a course that is read already.
    pub(super) fn with(settings: Settings, interrupt: Interrupt, course: Course) -> Self {
        Self {
            settings,
            interrupt,
            course,
            course_folder: None,
            engine: OnceLock::new(),
        }
    }

    /// How answers are dressed.
    pub(super) fn style(&self) -> Style {
        Style::new(self.settings.colour_out)
    }

    /// Says something beside the answer, on stderr.
    pub(super) fn say(&self, text: &str) {
        // A closed stderr is no reason to stop.
        writeln!(std::io::stderr(), "{text}").ok();
    }

    /// The time, RFC 3339 in UTC, to the second.
    pub(super) fn now(&self) -> String {
        let now = jiff::Timestamp::now();
        jiff::Timestamp::from_second(now.as_second()).unwrap_or(now).to_string()
    }

    /// The time as part of a file name.
    pub(super) fn stamp(&self) -> String {
        self.now()
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
            .collect()
    }

    /// The workspace that this is.
    pub(super) fn workspace(&self) -> Result<Workspace, Error> {
        Workspace::find(&self.settings.folder)
    }

    /// The progress in a workspace; a new one when there is none yet.
    pub(super) fn progress(&self, workspace: &Workspace) -> Result<Progress, Error> {
        Ok(match workspace.progress(&self.stamp())? {
            Opened::Read(progress) => progress,
            Opened::First => Progress::new(workspace_id(workspace)),
        })
    }

    /// Reads the progress, changes it and writes it back, alone.
    pub(super) fn change<T>(
        &self,
        workspace: &Workspace,
        change: impl FnOnce(&mut Progress) -> T,
    ) -> Result<(T, Progress), Error> {
        let lock: Lock = workspace.lock()?;
        let mut progress = self.progress(workspace)?;
        let done = change(&mut progress);
        workspace.save(&progress, &lock)?;
        Ok((done, progress))
    }

    /// The task that is meant: the one named, or the one that the learner is at.
    pub(super) fn task(&self, named: Option<&str>, progress: &Progress) -> Result<&Task, Error> {
        let ids = self.course.ids();
        let id = match named {
            Some(id) => id,
            None => progress.current(&ids).or(ids.last().copied()).unwrap_or_default(),
        };
        self.course.task(id).ok_or_else(|| {
            Error::usage(say!("there is no task `{id}`"; id)).help(say!("the tasks are {}", ids.join(", ")))
        })
    }

    /// Where the engine is.
    pub(super) fn target(&self) -> Result<Target, Error> {
        let settings = &self.settings;
        locate(&LocateHints {
            host: settings.host.clone(),
            docker_host: settings.docker_host.clone(),
            docker_context: settings.docker_context.clone(),
            config_dir: settings.docker_config.clone(),
            home: settings.home.clone(),
            runtime_dir: settings.runtime_dir.clone(),
            uid: None,
        })
    }

    /// The engine, which is known to answer.
    pub(super) fn engine(&self) -> Result<&DockerEngine, Error> {
        if let Some(engine) = self.engine.get() {
            return Ok(engine);
        }
        let engine = open(&self.target()?, self.interrupt.clone())?;
        engine.facts()?;
        Ok(self.engine.get_or_init(|| engine))
    }

    /// The builder that `DOCKER_BUILDKIT` asks for.
    pub(super) fn builder(&self) -> Option<Builder> {
        match self.settings.docker_buildkit.as_deref() {
            Some("0") => Some(Builder::Classic),
            Some("1") => Some(Builder::BuildKit),
            _ => None,
        }
    }

    /// Marks this run as going on, removes what runs that died left on the engine, and gives the labels for containers.
    pub(super) fn begin_run(
        &self,
        workspace: &Workspace,
        progress: &Progress,
        task: &str,
    ) -> Result<(Running, Labels), Error> {
        let running = workspace.begin_run()?;
        let engine = self.engine()?;
        for container in engine.labelled(WORKSPACE_LABEL, Some(&progress.workspace))? {
            let run = container
                .labels
                .iter()
                .find(|(name, _)| name == RUN_LABEL)
                .map_or("", |(_, run)| run);
            if !workspace.is_running(run) {
                engine.remove_container(&container.id)?;
                self.say(&say!(
                    "Removed the container {} that an interrupted run had left.",
                    short(&container.id)
                ));
            }
        }
        let labels = vec![
            (WORKSPACE_LABEL.to_owned(), progress.workspace.clone()),
            (TASK_LABEL.to_owned(), task.to_owned()),
            (RUN_LABEL.to_owned(), running.id().to_owned()),
        ];
        Ok((running, labels))
    }
}

/// Labels of a container.
pub(super) type Labels = Vec<(String, String)>;

/// A container's id as docker shows it.
pub(super) fn short(id: &str) -> &str {
    id.get(..12).unwrap_or(id)
}

/// A name for the workspace that others do not have: its path, hashed.
fn workspace_id(workspace: &Workspace) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    workspace.root().hash(&mut hasher);
    format!("{:016x}", hasher.finish())[..12].to_owned()
}

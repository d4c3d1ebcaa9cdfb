//! What every command works with.

use std::{
    collections::BTreeMap,
    io::Write,
    sync::{Arc, OnceLock},
    time::Duration,
};

use crate::{
    check::evidence::Builder,
    course::{Course, Task},
    disk::{BackedUp, CourseSource, Place, Reset, Running, Workspace},
    engine::{
        LocateHints, Target, locate, open,
        port::{Engine, ImageFacts},
    },
    error::{Error, Kind},
    interrupt::{Hold, Interrupt},
    judging::{
        courses,
        leftovers::{self, Fate, Labels},
        own_image,
    },
    output::Style,
    progress::Progress,
    settings::Settings,
    terminal,
    terminal::{BuildView, Stream, Terminal, Tty},
};

/// How the engine of a lab is opened.
pub type Open = dyn Fn(&Target, Interrupt) -> Result<Box<dyn Engine>, Error> + Send + Sync;

/// The time, and how it passes.
pub trait Clock: Send + Sync {
    /// The time.
    fn now(&self) -> jiff::Timestamp;

    /// Waits for so long.
    fn sleep(&self, pause: Duration);

    /// The time, RFC 3339 in UTC, to the second.
    fn text(&self) -> String {
        let now = self.now();
        jiff::Timestamp::from_second(now.as_second()).unwrap_or(now).to_string()
    }
}

/// This machine's clock.
struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::now()
    }

    fn sleep(&self, pause: Duration) {
        std::thread::sleep(pause);
    }
}

/// Everything outside the program that a command meets. Tests put scripted ones here.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "edges have nothing to show")]
pub struct Edges {
    /// Opens the engine; called once it is asked something.
    pub open: Arc<Open>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Where answers go.
    pub out: Stream,
    /// Where everything else is said.
    pub err: Stream,
    /// The person at the terminal.
    pub terminal: Arc<dyn Terminal>,
}

impl Edges {
    /// Those of this process.
    pub fn of_process() -> Self {
        Self {
            open: Arc::new(|target, interrupt| Ok(Box::new(open(target, interrupt)?))),
            clock: Arc::new(SystemClock),
            out: Stream::new(terminal::stdout()),
            err: Stream::new(terminal::stderr()),
            terminal: Arc::new(Tty),
        }
    }
}

/// Settings, course, edges and, once it was asked for, the engine.
#[expect(missing_debug_implementations, reason = "an engine has nothing to show")]
pub struct Lab {
    pub settings: Settings,
    pub interrupt: Interrupt,
    pub course: Course,
    /// Where the course comes from.
    pub source: CourseSource,
    /// Whether `--course` names it.
    pub is_named: bool,
    pub edges: Edges,
    engine: OnceLock<Box<dyn Engine>>,
    /// From the engine's first answer on there may be something to tidy up on it.
    hold: OnceLock<Hold>,
}

impl Lab {
    /// Reads the course from where it is; `is_named` where `--course` names it.
    ///
    /// # Errors
    /// When the course has mistakes.
    pub fn open(settings: Settings, interrupt: Interrupt, source: CourseSource, is_named: bool) -> Result<Self, Error> {
        let read = courses::open(&source, &settings)?;
        let mut lab = Self::with(settings, interrupt, read, Edges::of_process());
        lab.source = source;
        lab.is_named = is_named;
        Ok(lab)
    }

    /// With a course that is read already.
    pub fn with(settings: Settings, interrupt: Interrupt, course: Course, edges: Edges) -> Self {
        Self {
            settings,
            interrupt,
            source: CourseSource::BuiltIn(course.id.clone()),
            is_named: false,
            course,
            edges,
            engine: OnceLock::new(),
            hold: OnceLock::new(),
        }
    }

    /// Another one for a course from elsewhere.
    ///
    /// # Errors
    /// When the course cannot be read or has mistakes.
    pub fn with_course_from(&self, source: CourseSource) -> Result<Self, Error> {
        let mut other = self.another(self.interrupt.clone(), courses::open(&source, &self.settings)?);
        other.source = source;
        Ok(other)
    }

    /// Another one with the same settings and edges, which opens an engine of its own.
    #[must_use]
    pub fn another(&self, interrupt: Interrupt, course: Course) -> Self {
        Self::with(self.settings.clone(), interrupt, course, self.edges.clone())
    }

    /// How answers are dressed.
    pub fn style(&self) -> Style {
        Style::new(self.settings.colour_out)
    }

    /// Where the answer is written, stdout.
    pub fn out(&self) -> Stream {
        self.edges.out.clone()
    }

    /// Where everything else is said, stderr.
    pub fn err(&self) -> Stream {
        self.edges.err.clone()
    }

    /// A view of builds on stderr.
    pub fn build_view(&self, quiet: bool) -> BuildView {
        let settings = &self.settings;
        BuildView::new(
            self.err(),
            settings.can_redraw,
            quiet,
            settings.colour_err,
            settings.columns,
        )
    }

    /// Says something beside the answer, on stderr.
    pub fn say(&self, text: &str) {
        // A closed stderr is no reason to stop.
        writeln!(self.err(), "{text}").ok();
    }

    /// The time, RFC 3339 in UTC, to the second.
    pub fn now(&self) -> String {
        self.edges.clock.text()
    }

    /// The time as part of a file name.
    pub fn stamp(&self) -> String {
        self.now()
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
            .collect()
    }

    /// The workspace that this is.
    pub fn workspace(&self) -> Result<Workspace, Error> {
        let workspace = Workspace::find(&self.settings.folder).map_err(|error| {
            if self.is_clone() {
                error.help(say!(
                    "this folder is a copy of a workspace: open it with `dockerlab start .`"
                ))
            } else {
                error
            }
        })?;
        courses::accept(&workspace, &self.course)?;
        workspace.sweep();
        if workspace.is_resetting() {
            workspace.finish_reset(&workspace.lock(&self.interrupt)?)?;
        }
        Ok(workspace)
    }

    /// Whether this folder looks like a clone of a workspace: a task's Dockerfile is here, and `.dockerlab`, which no
    /// repository has, is not.
    pub fn is_clone(&self) -> bool {
        let folder = &self.settings.folder;
        let mut names = self.course.tasks.iter().filter_map(|task| task.dockerfile.as_ref());
        !Workspace::is_at(folder) && names.any(|name| folder.join(name).is_file())
    }

    /// The progress in a workspace; a new one when there is none yet.
    pub fn progress(&self, workspace: &Workspace) -> Result<Progress, Error> {
        Ok(workspace.progress(&self.stamp())?.progress)
    }

    /// The progress in a workspace whose id is kept, so that what is labelled with it is found again.
    ///
    /// # Errors
    /// When the progress cannot be read. Where it cannot be written the id is one for this time.
    pub fn identified(&self, workspace: &Workspace) -> Result<Progress, Error> {
        let opened = workspace.progress(&self.stamp())?;
        if opened.is_saved {
            return Ok(opened.progress);
        }
        match self.change(workspace, |_| {}) {
            Ok(((), progress)) => Ok(progress),
            Err(error) if error.kind() == Kind::Interrupted => Err(error),
            Err(_) => Ok(opened.progress),
        }
    }

    /// Where a workspace is.
    pub fn place(&self, workspace: &Workspace) -> Place {
        workspace.place(self.settings.cache_dir.as_deref())
    }

    /// Reads the progress, changes it and writes it back, alone.
    pub fn change<T>(
        &self,
        workspace: &Workspace,
        change: impl FnOnce(&mut Progress) -> T,
    ) -> Result<(T, Progress), Error> {
        let lock = workspace.lock(&self.interrupt)?;
        workspace.finish_reset(&lock)?;
        let mut progress = self.progress(workspace)?;
        let done = change(&mut progress);
        workspace.save(&progress, &lock)?;
        Ok((done, progress))
    }

    /// Forgets tasks and puts these texts in the place of files, all of it or nothing; what is replaced is backed up.
    ///
    /// # Errors
    /// When something cannot be backed up or written.
    pub fn reset(
        &self,
        workspace: &Workspace,
        forgotten: Vec<String>,
        files: BTreeMap<String, Option<String>>,
    ) -> Result<BackedUp, Error> {
        let lock = workspace.lock(&self.interrupt)?;
        workspace.finish_reset(&lock)?;
        workspace.reset(Reset::new(self.stamp(), forgotten, files), &lock)
    }

    /// The task that is meant: the one named, or the one that the learner is at.
    pub fn task(&self, named: Option<&str>, progress: &Progress) -> Result<&Task, Error> {
        let ids = self.course.ids();
        let id = match named {
            Some(id) => id,
            None => progress.current(&ids).or(ids.last().copied()).unwrap_or_default(),
        };
        self.course
            .task(id)
            .ok_or_else(|| Error::usage(say!("unknown task `{id}`"; id)).help(say!("the tasks are {}", ids.join(", "))))
    }

    /// Where the engine is.
    pub fn target(&self) -> Result<Target, Error> {
        let settings = &self.settings;
        locate(&LocateHints {
            host: settings.host.clone(),
            docker_host: settings.docker_host.clone(),
            docker_context: settings.docker_context.clone(),
            config_dir: settings.docker_config.clone(),
            tls_verify: settings.docker_tls_verify.clone(),
            tls: settings.docker_tls.clone(),
            cert_path: settings.docker_cert_path.clone(),
            home: settings.home.clone(),
            runtime_dir: settings.runtime_dir.clone(),
            uid: None,
        })
    }

    /// The engine, which is known to answer.
    pub fn engine(&self) -> Result<&dyn Engine, Error> {
        if let Some(engine) = self.engine.get() {
            return Ok(engine.as_ref());
        }
        let engine = (self.edges.open)(&self.target()?, self.interrupt.clone())?;
        engine.facts()?;
        self.hold.get_or_init(|| self.interrupt.hold());
        Ok(self.engine.get_or_init(|| engine).as_ref())
    }

    /// The image of a task, which has to be on the engine. Says so when the task's tag is another image.
    ///
    /// # Errors
    /// When the engine fails, or does not have the image.
    pub fn needed(&self, workspace: &Workspace, task: &Task) -> Result<ImageFacts, Error> {
        let own = own_image::find(self.engine()?, workspace, task)?;
        match (own.image, own.remark) {
            (Some(image), remark) => {
                if let Some(remark) = remark {
                    self.say(&remark);
                }
                Ok(image)
            }
            (None, remark) => {
                let id = own_image::builder(task);
                let missing = Error::usage(say!("the image `{}` does not exist yet", task.image));
                let missing = remark.map_or(missing, Error::usage);
                Err(missing.help(say!("build it with `dockerlab build {id}`"; id)))
            }
        }
    }

    /// The builder that `DOCKER_BUILDKIT` asks for.
    pub fn builder(&self) -> Option<Builder> {
        match self.settings.docker_buildkit.as_deref() {
            Some("0") => Some(Builder::Classic),
            Some("1") => Some(Builder::BuildKit),
            _ => None,
        }
    }

    /// Marks this run as going on, removes what runs that died left on the engine, and gives the labels for containers.
    /// A run that cannot be marked goes on all the same: its containers are nobody's to remove then.
    ///
    /// # Errors
    /// When the engine fails, or the progress cannot be read.
    pub fn begin_run(&self, workspace: &Workspace, task: &str) -> Result<(Option<Running>, Labels), Error> {
        let running = workspace.begin_run().ok();
        let progress = self.identified(workspace)?;
        let place = self.place(workspace);
        let engine = self.engine()?;
        for (container, fate) in leftovers::of_workspace(engine, workspace, &place, &progress)? {
            if fate == Fate::Dead {
                engine.remove_container(&container.id)?;
                self.say(&say!(
                    "Removed the container {}, left over from an interrupted run.",
                    short(&container.id)
                ));
            }
        }
        let run = running.as_ref().map(Running::id);
        let labels = leftovers::labels(&progress, &place, task, run);
        Ok((running, labels))
    }
}

/// A container's id as docker shows it.
pub fn short(id: &str) -> &str {
    id.get(..12).unwrap_or(id)
}

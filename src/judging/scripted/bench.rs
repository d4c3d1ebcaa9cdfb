//! A lab whose edges are scripted, in a workspace of its own.

use std::{
    io::{Result, Write},
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use crate::{
    course::Course,
    disk::Workspace,
    image::Config,
    interrupt::Interrupt,
    judging::{
        Clock, Edges, Lab,
        scripted::{
            Built, Layer, Picture, ScriptedEngine, picture,
            terminal::{Answers, Does, ScriptedTerminal},
        },
    },
    language::Language,
    progress::Progress,
    settings::Settings,
    terminal::{Key, Stream},
};

/// A Dockerfile that passes task 1 of the scripted course.
pub(crate) const RIGHT: &str = include_str!("course/1-first/solution.Dockerfile");

static COURSE: include_dir::Dir<'_> = include_dir::include_dir!("$CARGO_MANIFEST_DIR/src/judging/scripted/course");

/// Bytes that were written, to be read by the test.
#[derive(Debug, Clone, Default)]
struct Memory(Arc<Mutex<Vec<u8>>>);

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

impl Memory {
    fn taken(&self) -> String {
        String::from_utf8(std::mem::take(&mut *self.0.lock().unwrap())).unwrap()
    }
}

/// A clock of which a second passes with every look, and pauses take no time.
struct ScriptedClock(AtomicI64);

impl Clock for ScriptedClock {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::from_second(self.0.fetch_add(1, Ordering::SeqCst)).unwrap()
    }

    fn sleep(&self, pause: Duration) {
        self.0
            .fetch_add(i64::try_from(pause.as_secs()).unwrap(), Ordering::SeqCst);
        std::thread::yield_now();
    }
}

/// A lab, and what its edges are scripted by.
pub(crate) struct Bench {
    pub(crate) lab: Lab,
    pub(crate) engine: ScriptedEngine,
    pub(crate) workspace: Workspace,
    terminal: Arc<Mutex<Answers>>,
    out: Memory,
    err: Memory,
    folder: tempfile::TempDir,
}

impl Bench {
    /// A workspace with the right answer to task 1, and an engine that builds, serves and greets.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("work");
        let workspace = Workspace::make(&root).unwrap();
        let (out, err) = (Memory::default(), Memory::default());
        let engine = ScriptedEngine::new();
        let interrupt = Interrupt::default();
        let terminal = Arc::new(Mutex::new(Answers::default()));
        let opened = engine.clone();
        let edges = Edges {
            open: Arc::new(move |_, interrupt| Ok(Box::new(opened.opened(interrupt)))),
            clock: Arc::new(ScriptedClock(AtomicI64::new(1_800_000_000))),
            out: Stream::new(out.clone()),
            err: Stream::new(err.clone()),
            terminal: Arc::new(ScriptedTerminal {
                answers: Arc::clone(&terminal),
                out: Stream::new(out.clone()),
                interrupt: interrupt.clone(),
            }),
        };
        let settings = Settings {
            folder: root,
            colour_out: false,
            colour_err: false,
            can_ask: false,
            can_redraw: false,
            out_is_terminal: false,
            columns: 100,
            rows: 60,
            host: Some("unix:///scripted.sock".to_owned()),
            docker_host: None,
            docker_context: None,
            docker_config: None,
            docker_tls_verify: None,
            docker_tls: None,
            docker_cert_path: None,
            home: Some(folder.path().join("home")),
            cache_dir: Some(folder.path().join("cache")),
            config_dir: Some(folder.path().join("config")),
            data_dir: Some(folder.path().join("data")),
            runtime_dir: None,
            docker_buildkit: None,
            proxies: Vec::new(),
        };
        let course = Course::in_folder(&COURSE, Language::ENGLISH).unwrap();
        let bench = Self {
            lab: Lab::with(settings, interrupt, course, edges),
            engine,
            workspace,
            terminal,
            out,
            err,
            folder,
        };
        bench.write("Dockerfile-task-1", RIGHT);
        bench.write("app/main", "Hello");
        bench.write(".dockerignore", ".dockerlab\n");
        let mut script = bench.engine.script();
        let base = picture(Config::default(), &[base_layer()]);
        script.images.insert("base:1".to_owned(), base);
        script.builds = vec![("FROM base:1", Built::of(right_picture()))];
        script.server.running = true;
        script.server.answer = Some(crate::check::evidence::HttpAnswer {
            path: "/".to_owned(),
            status: 200,
            body: "Hello".to_owned(),
        });
        script.commands.insert(
            "greet".to_owned(),
            crate::check::evidence::CommandEvidence {
                exit_code: 0,
                output: "hi".to_owned(),
            },
        );
        drop(script);
        bench
    }

    /// The same with somebody at a terminal.
    pub(crate) fn at_terminal() -> Self {
        let mut bench = Self::new();
        let settings = &mut bench.lab.settings;
        settings.can_ask = true;
        settings.can_redraw = true;
        settings.out_is_terminal = true;
        bench
    }

    /// Writes a file into the workspace.
    pub(crate) fn write(&self, path: &str, text: &str) {
        self.put(&self.workspace.root().join(path), text);
    }

    /// Writes a file outside the workspace.
    pub(crate) fn write_outside(&self, path: &str, text: &str) {
        self.put(&self.folder.path().join(path), text);
    }

    /// Saves as an editor does: the file is the old one or the new one, at every moment.
    #[expect(clippy::disallowed_methods, reason = "an editor writes as it likes")]
    fn put(&self, path: &Path, text: &str) {
        let new = self.folder.path().join("new");
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&new, text).unwrap();
        std::fs::rename(&new, path).unwrap();
    }

    /// A folder outside the workspace.
    pub(crate) fn outside(&self) -> &Path {
        self.folder.path()
    }

    /// Lets a build of a Dockerfile with this text come to that.
    pub(crate) fn build(&self, text: &'static str, built: Built) {
        self.engine.script().builds.insert(0, (text, built));
    }

    /// The progress that is kept.
    pub(crate) fn progress(&self) -> Progress {
        self.lab.progress(&self.workspace).unwrap()
    }

    /// What was written to stdout since the last look.
    pub(crate) fn out(&self) -> String {
        self.out.taken()
    }

    /// What was written to stderr since the last look.
    pub(crate) fn err(&self) -> String {
        self.err.taken()
    }

    /// The person: what they answer, and what they were asked.
    pub(crate) fn person(&self) -> MutexGuard<'_, Answers> {
        self.terminal.lock().unwrap()
    }

    /// Waits on a page for a text, then presses a key.
    pub(crate) fn sees_and_presses(&self, text: &'static str, key: Key) {
        self.person().does.extend([Does::Sees(text), Does::Press(key)]);
    }

    /// Waits on a page for a text.
    pub(crate) fn sees(&self, text: &'static str) {
        self.person().does.push_back(Does::Sees(text));
    }
}

/// The layer of the base image, with a cache of its own that is nobody's fault.
pub(crate) fn base_layer() -> Layer {
    Layer::new(
        "/bin/sh -c #(nop) ADD file:1 in /",
        &[("etc/os-release", "base"), ("var/cache/base", "1234567")],
    )
}

/// The image that the right answer makes.
pub(crate) fn right_picture() -> Picture {
    let setup = Config {
        labels: [("title".to_owned(), "server".to_owned())].into(),
        cmd: vec!["serve".to_owned()],
        working_dir: "/".to_owned(),
        ..Config::default()
    };
    picture(
        setup,
        &[
            base_layer(),
            Layer::new("COPY app /app # buildkit", &[("app/main", "Hello")]),
        ],
    )
}

/// A command's arguments, as they are typed behind it.
pub(crate) fn args<A: clap::Args>(words: &[&str]) -> A {
    let command = A::augment_args(clap::Command::new("command").no_binary_name(true));
    A::from_arg_matches(&command.try_get_matches_from(words).unwrap()).unwrap()
}

//! A workspace of its own for each test, and the program run in it with nothing of this machine's environment.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// What a run of the program came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

impl Ran {
    /// Runs a command to its end.
    pub(crate) fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        Self {
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().unwrap_or(-1),
        }
    }

    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Whether the text is said, however it is wrapped.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            flat(&self.stdout).contains(&flat(text)) || flat(&self.stderr).contains(&flat(text)),
            "`{text}` is not said\nstdout:\n{}\nstderr:\n{}",
            self.stdout,
            self.stderr
        );
        self
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap()
    }
}

/// An engine and the builder to use on it. Tests share it, as learners do: their images have the same names.
pub(crate) struct Engine {
    pub(crate) host: String,
    pub(crate) classic: bool,
}

/// The engine that `scripts/test` names in this variable.
pub(crate) fn engine(variable: &str, classic: bool) -> Engine {
    let host = std::env::var(variable)
        .unwrap_or_else(|_| panic!("{variable} is not set: `scripts/test` brings engines up and sets it"));
    Engine { host, classic }
}

pub(crate) fn current() -> Engine {
    engine("DOCKERLAB_TEST_ENGINE", false)
}

/// Copies a folder with all that is in it.
pub(crate) fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copied(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// Docker's own client for builds: the one that `scripts/engine` installs, or the system's.
pub(crate) fn buildx() -> PathBuf {
    let cache = std::env::var_os("XDG_CACHE_HOME").map_or_else(
        || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache"),
        PathBuf::from,
    );
    let engines =
        std::env::var_os("DOCKERLAB_ENGINE_DIR").map_or_else(|| cache.join("dockerlab-engine"), PathBuf::from);
    let mut places = [
        engines.join("newer/usr/libexec/docker/cli-plugins/docker-buildx"),
        PathBuf::from("/usr/libexec/docker/cli-plugins/docker-buildx"),
        PathBuf::from("/usr/lib/docker/cli-plugins/docker-buildx"),
    ]
    .into_iter();
    let found = places.find(|path| path.is_file());
    found.expect("docker-buildx is missing: `scripts/engine up current` installs it")
}

/// Dockerfiles that others wrote, by name, as `scripts/public-dockerfiles` gathers them.
pub(crate) fn public_dockerfiles() -> Vec<(String, String)> {
    let folder = repository().join("target/public-dockerfiles/files");
    let entries = fs::read_dir(folder).expect("run scripts/public-dockerfiles first");
    let mut files: Vec<(String, String)> = entries
        .map(|entry| entry.unwrap())
        // Not all is UTF-8; docker reads bytes, and so do its peers, each in its own way.
        .filter_map(|entry| {
            Some((
                entry.file_name().into_string().ok()?,
                fs::read_to_string(entry.path()).ok()?,
            ))
        })
        .collect();
    files.sort();
    files
}

/// A folder that goes away with the test.
pub(crate) struct Place {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) engine: Option<Engine>,
}

pub(crate) fn place(engine: Option<Engine>) -> Place {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("home")).unwrap();
    Place { dir, engine }
}

impl Place {
    /// A place with a workspace in it.
    pub(crate) fn started(engine: Option<Engine>) -> Self {
        let place = place(engine);
        place.run_in(place.dir.path(), &["start", "ws"]).expect(0);
        place
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.dir.path().join("ws")
    }

    pub(crate) fn command(&self, folder: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dockerlab"));
        command
            .args(arguments)
            .current_dir(folder)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.dir.path().join("home"))
            .env("TERM", "xterm")
            .stdin(Stdio::null());
        match &self.engine {
            Some(engine) => {
                command.env("DOCKER_HOST", &engine.host);
                if engine.classic {
                    command.env("DOCKER_BUILDKIT", "0");
                }
            }
            None => {
                command.env("DOCKER_HOST", "unix:///nowhere/docker.sock");
            }
        }
        command
    }

    pub(crate) fn run_in(&self, folder: &Path, arguments: &[&str]) -> Ran {
        Ran::of(&mut self.command(folder, arguments))
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_in(&self.root(), arguments)
    }

    pub(crate) fn put(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.root().join(name), text).unwrap();
    }

    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.root().join(name)).unwrap()
    }

    /// Ids of the containers that carry the workspace's label, running or not.
    pub(crate) fn containers(&self) -> Vec<String> {
        let state: serde_json::Value = serde_json::from_str(&self.text(".dockerlab/state.json")).unwrap();
        let label = format!("label=dockerlab.workspace={}", state["workspace"].as_str().unwrap());
        let host = &self.engine.as_ref().unwrap().host;
        let listed = docker(host, &["ps", "-aq", "--filter", &label]);
        listed.lines().map(str::to_owned).collect()
    }

    /// The ignore file that the course's solution has.
    pub(crate) fn put_ignore(&self) {
        self.put(
            ".dockerignore",
            fs::read(repository().join("lessons/1-layers/solution.dockerignore")).unwrap(),
        );
    }
}

/// What the docker client prints, asked of an engine.
pub(crate) fn docker(host: &str, arguments: &[&str]) -> String {
    let output = Command::new("docker")
        .args(arguments)
        .env("DOCKER_HOST", host)
        .env("DOCKER_BUILDKIT", "0")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

pub(crate) fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Task ids with the folder of their lesson and the name of their Dockerfile.
pub(crate) const TASKS: &[(&str, &str, &str)] = &[
    ("1", "1-layers", "Dockerfile-task-1"),
    ("2", "2-caching", "Dockerfile-task-2"),
    ("3-1", "3-1-base-image", "Dockerfile-task-3-1"),
    ("3-2", "3-2-slim", "Dockerfile-task-3-2"),
    ("5", "5-non-root", "Dockerfile-nonroot"),
];

/// A program that `scripts/lint-peers` installs.
pub(crate) fn peer(name: &str) -> PathBuf {
    let path = repository().join("target/lint-peers/bin").join(name);
    assert!(path.exists(), "{name} is missing: `scripts/lint-peers` installs it");
    path
}

/// Chance that is the same every time (xorshift64*).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below another.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(number).unwrap() % limit
    }

    /// One of several.
    pub(crate) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// A number that can be chosen with a variable when the tests are run.
pub(crate) fn number_from_environment(variable: &str, instead: u64) -> u64 {
    std::env::var(variable).map_or(instead, |text| text.parse().unwrap())
}

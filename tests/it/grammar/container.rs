//! What an image and its container really do, asked of the engine by the docker program: no criterion has a word in it.

use std::{
    collections::BTreeMap,
    io::{Read as _, Write as _},
    net::TcpStream,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::grammar::Answer;

/// How long a container may take until it answers.
const START: Duration = Duration::from_mins(1);

/// An image on an engine.
pub(crate) struct Image<'a> {
    pub(crate) host: &'a str,
    pub(crate) id: &'a str,
}

/// What the exercise asks, and whether the image does it. What no image shows is not in it.
pub(crate) type Facts = BTreeMap<&'static str, bool>;

/// Whether an answer is what its label says, as the facts have it; otherwise what is strange.
pub(crate) fn strange(answer: &Answer, facts: &Facts) -> Option<String> {
    let (fails, may) = answer
        .broken
        .map_or((&[][..], &[][..]), |broken| (broken.fails, broken.may));
    let unexpected: Vec<&str> = facts
        .iter()
        .filter(|(id, met)| !**met && !fails.contains(*id) && !may.contains(*id))
        .map(|(id, _)| *id)
        .collect();
    if !unexpected.is_empty() {
        return Some(format!("not met though nothing breaks it: {}", unexpected.join(", ")));
    }
    let known: Vec<bool> = fails.iter().filter_map(|id| facts.get(id).copied()).collect();
    (!known.is_empty() && known.iter().all(|met| *met))
        .then(|| format!("met though it is broken: {}", fails.join(", ")))
}

impl Image<'_> {
    fn docker(&self, arguments: &[&str]) -> (bool, String) {
        docker(self.host, arguments)
    }

    /// What a shell in the image, as its user and in its folder, prints.
    fn shell(&self, script: &str) -> (bool, String) {
        self.docker(&["run", "--rm", "--entrypoint", "/bin/sh", self.id, "-c", script])
    }

    /// Finds out all of it.
    pub(crate) fn facts(&self, task: &str) -> Facts {
        let by_poetry = !matches!(task, "1" | "2");
        let (_, text) = self.docker(&["image", "inspect", self.id]);
        let inspected: Value = serde_json::from_str(&text).unwrap();
        let config = &inspected[0]["Config"];
        let variables: Vec<&str> = config["Env"]
            .as_array()
            .map_or(Vec::new(), |all| all.iter().filter_map(Value::as_str).collect());
        let mut facts = Facts::new();
        facts.insert("unbuffered", variables.contains(&"PYTHONUNBUFFERED=1"));
        facts.insert("exposes", config["ExposedPorts"].get("8000/tcp").is_some());
        facts.insert("base", self.is_based_on(task, &inspected[0]));
        // As a container has it: BuildKit keeps the configured path as it was written.
        let folder = self.shell("pwd -P").1;
        facts.insert(
            "workdir",
            if task == "5" {
                folder.trim() == "/home/runner/server"
            } else {
                matches!(folder.trim(), "/server" | "/app")
            },
        );
        facts.insert("copied", self.shell("test -f app/main.py && test -f pyproject.toml").0);
        let answers = self.answers();
        facts.insert("serves", answers);
        facts.insert("command", answers);
        let is_set = config["Entrypoint"].as_array().is_some_and(|words| !words.is_empty());
        facts.insert("entrypoint", is_set && self.replaces_cmd(by_poetry));
        self.packages(by_poetry, &mut facts);
        if by_poetry {
            if task == "5" {
                self.user(&variables, &mut facts);
            }
        } else {
            let in_env = variables.iter().any(|one| one.starts_with("DEBIAN_FRONTEND="));
            facts.insert("frontend-not-env", !in_env);
            // An ENV hides the ARG of the same name from the image's history.
            if !in_env {
                facts.insert("frontend-arg", self.is_built_with_frontend());
            }
            let python = self.shell("python3.8 --version").1;
            facts.insert("python", python.starts_with("Python 3.8."));
            facts.insert(
                "pip",
                self.shell("pip3 --version || python3 -m pip --version")
                    .1
                    .starts_with("pip "),
            );
        }
        if task != "1" {
            self.layers(task, &mut facts);
        }
        facts
    }

    fn is_based_on(&self, task: &str, inspected: &Value) -> bool {
        let base = match task {
            "1" | "2" => "ubuntu:20.04",
            "3-1" => "python:3.8.14",
            _ => "python:3.8.14-slim",
        };
        let (_, text) = self.docker(&["image", "inspect", base]);
        let other: Value = serde_json::from_str(&text).unwrap();
        let layers = |image: &Value| image["RootFS"]["Layers"].as_array().cloned().unwrap_or_default();
        layers(inspected).starts_with(&layers(&other[0]))
    }

    /// Whether a container of it greets on the port that is asked for.
    fn answers(&self) -> bool {
        let (started, text) = self.docker(&["run", "--detach", "--publish", "127.0.0.1::8000", self.id]);
        if !started {
            return false;
        }
        let container = text.trim().to_owned();
        let begun = Instant::now();
        let mut runs_since = None;
        let answers = loop {
            let (_, running) = self.docker(&["inspect", "--format", "{{.State.Running}}", &container]);
            if running.trim() != "true" || begun.elapsed() > START {
                break false;
            }
            let (_, port) = self.docker(&["port", &container, "8000/tcp"]);
            if greeting(port.trim()).is_some_and(|text| text.contains("Hello World")) {
                break true;
            }
            // In a mistaken answer a server may run that nobody reaches: it is waited for a while after it says that
            // it runs.
            let (_, log) = docker_all(self.host, &["logs", &container]);
            if log.contains("Uvicorn running on")
                && runs_since.get_or_insert_with(Instant::now).elapsed() > Duration::from_secs(8)
            {
                break false;
            }
            std::thread::sleep(Duration::from_millis(300));
        };
        self.docker(&["rm", "--force", "--volumes", &container]);
        answers
    }

    /// Whether words behind the image's name take CMD's place and are run as the task has it.
    fn replaces_cmd(&self, by_poetry: bool) -> bool {
        if by_poetry {
            let (_, text) = self.docker(&["run", "--rm", self.id, "/bin/bash", "-c", "echo $((6 * 7))"]);
            // poetry refuses a program that there is not in words of its own; a shell and Docker have others.
            let (_, refused) = docker_all(self.host, &["run", "--rm", self.id, "no-such-program"]);
            text.contains("42") && refused.contains("Command not found")
        } else {
            let (_, text) = self.docker(&["run", "--rm", self.id, "--version"]);
            text.contains("uvicorn 0.")
        }
    }

    fn packages(&self, by_poetry: bool, facts: &mut Facts) {
        let script = "import importlib.metadata as m, sys\n\
                      for name in 'fastapi sqlalchemy alembic uvicorn httptools uvloop websockets watchgod python-dotenv pyyaml pytest'.split():\n    \
                      try: print(name, m.version(name))\n    except Exception: pass\nprint('prefix', sys.prefix)";
        let found = |program: &str| {
            let (_, text) = self.shell(&format!("{program} -c \"{script}\""));
            text
        };
        let text = if by_poetry {
            let text = found("poetry run python");
            if text.contains("prefix") {
                text
            } else {
                found("python -m poetry run python")
            }
        } else {
            // The environment that the program itself is in.
            found("python3")
        };
        let has = |line: &str| text.lines().any(|one| one.trim() == line);
        let wanted = ["fastapi 0.78.0", "sqlalchemy 1.4.36", "alembic 1.7.7", "uvicorn 0.17.6"];
        facts.insert("packages", wanted.iter().all(|line| has(line)));
        let extras = [
            "httptools",
            "uvloop",
            "websockets",
            "watchgod",
            "python-dotenv",
            "pyyaml",
        ];
        let has_any_version = |name: &str| text.lines().any(|one| one.starts_with(&format!("{name} ")));
        facts.insert("uvicorn-extras", extras.iter().all(|name| has_any_version(name)));
        if by_poetry {
            facts.insert("by-poetry", has("fastapi 0.78.0"));
            facts.insert("no-dev", !has_any_version("pytest"));
            let outside = found("python");
            let is_shared = text.contains("prefix /usr");
            facts.insert("no-manual-installs", is_shared || !outside.contains("fastapi "));
        }
    }

    fn user(&self, variables: &[&str], facts: &mut Facts) {
        facts.insert("uid", self.shell("id -u").1.trim() == "10000");
        facts.insert("runner", self.shell("id -un").1.trim() == "runner");
        facts.insert("read-only-workdir", !self.shell("touch toto.py").0);
        facts.insert("read-only-app", !self.shell("touch app/main.py").0);
        facts.insert("no-sudo", !self.shell("command -v sudo").0);
        facts.insert("poetry", self.shell("ls /home/runner/.local/bin/poetry").0);
        let path = variables
            .iter()
            .find_map(|one| one.strip_prefix("PATH="))
            .unwrap_or_default();
        facts.insert(
            "path",
            path.split(':').any(|folder| folder == "/home/runner/.local/bin"),
        );
    }

    /// Whether apt ran with the variable, as the history has it.
    fn is_built_with_frontend(&self) -> bool {
        let (_, text) = self.docker(&["history", "--no-trunc", "--format", "{{json .CreatedBy}}", self.id]);
        let installs: Vec<&str> = text
            .lines()
            // The base image's own lines are above it.
            .take_while(|line| !line.contains("stand-in/archive"))
            .filter(|line| line.contains("python3-pip") && line.contains("install"))
            .collect();
        !installs.is_empty()
            && installs
                .iter()
                .all(|line| line.contains("DEBIAN_FRONTEND=noninteractive "))
    }

    fn layers(&self, task: &str, facts: &mut Facts) {
        let layers = self.files_by_layer();
        let none = |sign: &dyn Fn(&str) -> bool| !layers.iter().flatten().any(|path| sign(path));
        facts.insert(
            "no-pip-cache",
            none(&|path| path.contains("/.cache/pip/http") || path.contains("/.cache/pip/wheels/")),
        );
        if task != "2" {
            return;
        }
        facts.insert(
            "no-apt-lists",
            none(&|path| path.starts_with("var/lib/apt/lists/") && path.contains("_Packages")),
        );
        let installs = layers.iter().filter(|files| {
            files.iter().any(|path| {
                path.ends_with(".dist-info/METADATA")
                    || (path.starts_with("var/lib/dpkg/info/") && path.ends_with(".list"))
            })
        });
        // The base image's layers install too.
        let (_, text) = self.docker(&["image", "inspect", "--format", "{{len .RootFS.Layers}}", "ubuntu:20.04"]);
        let base: usize = text.trim().parse().unwrap();
        let of_base = layers.iter().take(base).filter(|files| {
            files
                .iter()
                .any(|path| path.starts_with("var/lib/dpkg/info/") && path.ends_with(".list"))
        });
        facts.insert("one-install-layer", installs.count() - of_base.count() <= 1);
        facts.insert(
            "no-recommended",
            !self.shell("test -e /usr/share/doc/build-essential").0,
        );
    }

    /// The files of each layer, from the lowest up.
    fn files_by_layer(&self) -> Vec<Vec<String>> {
        let script = "set -e; d=$(mktemp -d); trap 'rm -rf $d' EXIT; docker save \"$0\" | tar -x -C $d; cat $d/manifest.json; echo; \
                      for layer in $(sed 's/.*\"Layers\":\\[\\([^]]*\\)\\].*/\\1/; s/[\",]/ /g' $d/manifest.json); do echo \"== $layer\"; tar -t -f $d/$layer; done";
        let output = Command::new("bash")
            .args(["-c", script, self.id])
            .env("DOCKER_HOST", self.host)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let layers: Vec<Vec<String>> = text
            .split("\n== ")
            .skip(1)
            .map(|layer| layer.lines().skip(1).map(str::to_owned).collect())
            .collect();
        assert!(!layers.is_empty(), "{text}");
        layers
    }
}

/// Runs the docker program: whether it succeeded, and what it printed.
pub(crate) fn docker(host: &str, arguments: &[&str]) -> (bool, String) {
    let output = command(host, arguments).stderr(Stdio::null()).output().unwrap();
    (
        output.status.success(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
    )
}

fn docker_all(host: &str, arguments: &[&str]) -> (bool, String) {
    let output = command(host, arguments).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

fn command(host: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new("docker");
    command.args(arguments).env("DOCKER_HOST", host).stdin(Stdio::null());
    command
}

/// What an HTTP server at this address says.
fn greeting(address: &str) -> Option<String> {
    let mut stream = TcpStream::connect_timeout(&address.parse().ok()?, Duration::from_secs(2)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    stream.write_all(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n").ok()?;
    let mut text = Vec::new();
    stream.take(64 * 1024).read_to_end(&mut text).ok()?;
    Some(String::from_utf8_lossy(&text).into_owned())
}

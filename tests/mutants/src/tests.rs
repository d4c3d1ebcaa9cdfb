//! The project's own tests, built once and run for each mutation.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

pub enum Ended {
    Passed,
    /// By the first test that is named as failed.
    Failed(String),
    Endless,
}

/// Builds the tests: the library's binary and the other; or where the compiler finds errors (file below the project,
/// line).
pub fn build(root: &Path, target: &Path) -> Result<Vec<PathBuf>, Vec<(String, usize)>> {
    let output = Command::new("cargo")
        .args([
            "test",
            "--locked",
            "--no-run",
            "--lib",
            "--test",
            "it",
            "--message-format",
            "json",
        ])
        .current_dir(root)
        .env("CARGO_TARGET_DIR", target)
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    let (mut binaries, mut errors) = (Vec::new(), Vec::new());
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(message) = serde_json::from_str::<serde_json::Value>(line) else {
            continue;
        };
        if let Some(path) = message["executable"].as_str()
            && message["profile"]["test"] == true
        {
            binaries.push(PathBuf::from(path));
        }
        if message["message"]["level"] == "error" {
            errors.extend(
                message["message"]["spans"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter(|span| span["is_primary"] == true)
                    .filter_map(|span| {
                        let line = usize::try_from(span["line_start"].as_u64()?).ok()?;
                        Some((span["file_name"].as_str()?.to_owned(), line))
                    }),
            );
        }
    }
    if output.status.success() {
        Ok(binaries)
    } else {
        Err(errors)
    }
}

/// Whether a binary has the library's own tests.
pub fn is_library(path: &Path) -> bool {
    !path
        .file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with("it-"))
}

/// Tests of a binary.
pub struct Tests {
    binary: PathBuf,
    root: PathBuf,
    /// What their names begin with; all where there are none. `{module}` is the mutated file's.
    filters: &'static [&'static str],
    /// Those that fail without a mutation: they read the sources, and say nothing of a mutation.
    pub failing: Vec<String>,
    /// How long all of them take without a mutation.
    pub took: Duration,
}

impl Tests {
    /// Runs all of them as they are, without a bound.
    pub fn of(binary: &Path, root: &Path, filters: &'static [&'static str]) -> Self {
        let begun = Instant::now();
        let all: Vec<String> = filters.iter().map(|filter| filter.replace("{module}", "")).collect();
        let (_, text) = ended(binary, root, &all, None);
        Self {
            binary: binary.to_owned(),
            root: root.to_owned(),
            filters,
            failing: failed(&text),
            took: begun.elapsed(),
        }
    }

    /// Runs them but for those that fail anyway. On a busy machine they take longer than they did; a mutation that
    /// makes a loop endless does not end at all.
    pub fn run(&self, module: &str) -> Ended {
        let patience = self.took * 5 + Duration::from_secs(120);
        let mut arguments: Vec<String> = self
            .filters
            .iter()
            .map(|filter| filter.replace("{module}", module))
            .collect();
        for name in &self.failing {
            arguments.extend(["--skip".to_owned(), name.clone()]);
        }
        match ended(&self.binary, &self.root, &arguments, Some(patience)) {
            (None, _) => Ended::Endless,
            (Some(true), _) => Ended::Passed,
            (Some(false), text) => {
                Ended::Failed(failed(&text).first().cloned().unwrap_or_else(|| "a crash".to_owned()))
            }
        }
    }
}

fn failed(text: &str) -> Vec<String> {
    text.lines()
        .filter_map(|line| Some(line.strip_prefix("test ")?.strip_suffix(" ... FAILED")?.to_owned()))
        .collect()
}

/// Whether all passed, none where it did not end in time; and what was printed. With a bound, it is ended at the first
/// failure.
fn ended(binary: &Path, root: &Path, arguments: &[String], patience: Option<Duration>) -> (Option<bool>, String) {
    let all = patience.is_none();
    let patience = patience.unwrap_or(Duration::from_secs(36_000));
    let mut child = Command::new(binary)
        .args(["--test-threads", "2"])
        .args(arguments)
        .current_dir(root)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut out = child.stdout.take().unwrap();
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut chunk = [0; 4096];
        while let Ok(read) = out.read(&mut chunk) {
            if read == 0 || send.send(String::from_utf8_lossy(&chunk[..read]).into_owned()).is_err() {
                break;
            }
        }
    });
    let begun = Instant::now();
    let mut text = String::new();
    loop {
        match receive.recv_timeout(patience.saturating_sub(begun.elapsed())) {
            Ok(part) => text.push_str(&part),
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => {
                return (Some(child.wait().unwrap().success()), text);
            }
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {
                let _ = child.kill();
                let _ = child.wait();
                return (None, text);
            }
        }
        if !all && text.contains(" ... FAILED\n") {
            let _ = child.kill();
            let _ = child.wait();
            return (Some(false), text);
        }
    }
}

//! The project's own tests, built once and run for each mutation.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// No test run takes nearly so long; a mutation that makes a loop endless does.
const PATIENCE: Duration = Duration::from_secs(240);

pub enum Ended {
    Passed,
    /// By the first test that is named as failed.
    Failed(String),
    Endless,
}

/// Builds the tests: the library's binary, then the other; or where the compiler finds errors (file below the project,
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
        // The library's tests are the quickest.
        binaries.sort_by_key(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("it-"))
        });
        Ok(binaries)
    } else {
        Err(errors)
    }
}

/// The names of the tests that fail as they are.
pub fn failing(binaries: &[PathBuf], root: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for binary in binaries {
        let (_, text) = ended(binary, root, &[]);
        names.extend(failed(&text));
    }
    names
}

/// Runs a binary's tests but for those named.
pub fn run(binary: &Path, root: &Path, skipped: &[String]) -> Ended {
    match ended(binary, root, skipped) {
        (None, _) => Ended::Endless,
        (Some(true), _) => Ended::Passed,
        (Some(false), text) => Ended::Failed(failed(&text).first().cloned().unwrap_or_else(|| "a crash".to_owned())),
    }
}

fn failed(text: &str) -> Vec<String> {
    text.lines()
        .filter_map(|line| Some(line.strip_prefix("test ")?.strip_suffix(" ... FAILED")?.to_owned()))
        .collect()
}

/// Whether all passed, none where it did not end; and what was printed. It is ended at the first failure.
fn ended(binary: &Path, root: &Path, skipped: &[String]) -> (Option<bool>, String) {
    let all = skipped.is_empty();
    let mut child = Command::new(binary)
        .args(["--test-threads", "2"])
        .args(skipped.iter().flat_map(|name| ["--skip", name.as_str()]))
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
        match receive.recv_timeout(PATIENCE.saturating_sub(begun.elapsed())) {
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

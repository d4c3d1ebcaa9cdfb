//! The causes that are recognised, one entry each: the signs, who has to act, what happened, what to do.
//!
//! The first entry that fits decides, so what explains more stands further up: apt finds no package where it reached no
//! server, and pip no version where none fits this Python.

use super::{
    address,
    failed::{Cause, Failed, Fault, MOST_LINES},
    sign,
};
use crate::dockerfile::{Instruction, Keyword};

/// One cause.
struct Entry {
    name: &'static str,
    fault: Fault,
    /// What the builder or the step says; `{}` stands for what it is about.
    signs: &'static [&'static str],
    /// What has to be true beside a sign.
    holds: fn(&Failed<'_>) -> bool,
    /// What happened and what to do, of what the sign is about, at the failing step's line.
    says: fn(&Failed<'_>, &str) -> (String, String),
}

/// The cause of a failure; none where none is recognised.
pub(super) fn recognised(failed: &Failed<'_>) -> Option<Cause> {
    unreached(failed).or_else(|| ENTRIES.iter().find_map(|entry| by_sign(failed, entry)))
}

/// The message's line, for an entry that says where.
fn at(failed: &Failed<'_>) -> String {
    match failed.at {
        Some(line) => say!("on line {line}"; line),
        None => say!("in the Dockerfile").to_owned(),
    }
}

/// Whether the words of a RUN update apt's lists.
pub(super) fn updates(words: &str) -> bool {
    let words: Vec<&str> = words.split_whitespace().collect();
    words
        .iter()
        .any(|word| word.ends_with("apt-get") || word.ends_with("apt"))
        && words.contains(&"update")
}

fn is_true(_: &Failed<'_>) -> bool {
    true
}

/// Whether the failing step updates apt's lists itself.
fn updates_here(failed: &Failed<'_>) -> bool {
    failed.instruction().is_some_and(|instruction| {
        updates(&instruction.text) || instruction.heredocs.iter().any(|heredoc| updates(&heredoc.body))
    })
}

/// Whether any RUN updates apt's lists.
fn updates_anywhere(failed: &Failed<'_>) -> bool {
    failed
        .dockerfile
        .instructions
        .iter()
        .any(|instruction| updates(&instruction.text) || instruction.heredocs.iter().any(|one| updates(&one.body)))
}

/// A server that was not reached, told by where its name comes from.
fn unreached(failed: &Failed<'_>) -> Option<Cause> {
    let address::Unreached {
        server,
        written_at,
        lines,
    } = address::unreached(failed)?;
    let cause = |name, fault, found, next| Cause {
        name,
        fault,
        found,
        next,
        lines: last(lines.clone()),
        line: written_at,
    };
    Some(match written_at {
        Some(line) => cause(
            "wrong-address",
            Fault::Answer,
            say!("the server `{server}` on line {line} cannot be reached"; server, line),
            say!("Correct the address on line {line}. If it is right, check the network, then try again."; line),
        ),
        None if server.is_empty() => cause(
            "network",
            Fault::Network,
            say!("the build lost its connection while it downloaded packages").to_owned(),
            say!("Check this machine's network, then try again.").to_owned(),
        ),
        None => cause(
            "network",
            Fault::Network,
            say!("the build could not reach `{server}`"; server),
            say!("Check this machine's network, then try again.").to_owned(),
        ),
    })
}

fn by_sign(failed: &Failed<'_>, entry: &Entry) -> Option<Cause> {
    let subject_of = |line: &str| {
        entry
            .signs
            .iter()
            .find_map(|sign| sign::find(sign, line).map(str::to_owned))
    };
    let mut lines: Vec<String> = Vec::new();
    let mut subject = None;
    for line in failed.told() {
        if let Some(found) = subject_of(line) {
            subject.get_or_insert(found);
            if !lines.iter().any(|known| known == line) {
                lines.push(line.to_owned());
            }
        }
    }
    let subject = subject?;
    if !(entry.holds)(failed) {
        return None;
    }
    let (found, next) = (entry.says)(failed, &subject);
    Some(Cause {
        name: entry.name,
        fault: entry.fault,
        found,
        next,
        lines: last(lines),
        line: None,
    })
}

fn last(mut lines: Vec<String>) -> Vec<String> {
    let surplus = lines.len().saturating_sub(MOST_LINES);
    lines.drain(..surplus);
    lines
}

/// The last part of a shell's `sh: 1: NAME` and `bash: line 1: NAME`.
fn bare(subject: &str) -> &str {
    subject.rsplit(": ").next().unwrap_or(subject).trim()
}

/// Whether something was written into memory, or into a place that the RUN itself made small.
fn fills_its_own_place(failed: &Failed<'_>) -> bool {
    let is_full = |line: &str| line.to_lowercase().contains("no space left on device");
    let full: Vec<&str> = failed.told().filter(|line| is_full(line)).collect();
    let in_memory = full.iter().any(|line| line.contains("/dev/shm"));
    let in_mount = failed.instruction().is_some_and(|instruction| {
        let mounts = instruction.flags.iter().filter_map(|flag| flag.value.as_deref());
        mounts.filter(|value| value.contains("type=tmpfs")).any(|value| {
            let mut parts = value.split(',');
            let target = parts.find_map(|part| {
                ["target=", "dst=", "destination="]
                    .iter()
                    .find_map(|name| part.strip_prefix(name))
            });
            target.is_some_and(|target| full.iter().any(|line| line.contains(target)))
        })
    });
    // Much room afterwards: the step wanted more than there is on any engine for this course.
    in_memory || in_mount || failed.failure.free.is_some_and(|free| free > 4_000_000_000)
}

const DEADSNAKES: &[&str] = &["deadsnakes/ppa/ubuntu {}", "~deadsnakes"];

const ENTRIES: &[Entry] = &[
    Entry {
        name: "pull-limit",
        fault: Fault::Surroundings,
        signs: &["toomanyrequests", "pull rate limit", "429 Too Many Requests"],
        holds: |failed| failed.failure.exit_code.is_none(),
        says: |_, _| {
            (
                say!("the registry's pull limit is reached").to_owned(),
                say!("Wait an hour, or log in with `docker login`, then check again.").to_owned(),
            )
        },
    },
    Entry {
        name: "disk-of-the-step",
        fault: Fault::Answer,
        signs: &["No space left on device", "no space left on device"],
        holds: fills_its_own_place,
        says: |failed, _| {
            let at = at(failed);
            (
                say!("the step writes more data than its folder has space for").to_owned(),
                say!("Write less {at}, or write to another folder."; at),
            )
        },
    },
    Entry {
        name: "disk",
        fault: Fault::Surroundings,
        signs: &[
            "No space left on device",
            "no space left on device",
            "Disk quota exceeded",
        ],
        holds: is_true,
        says: |_, _| {
            (
                say!("the engine's disk is full").to_owned(),
                say!("`dockerlab doctor` shows how much is free; `docker system prune` removes what nothing uses.")
                    .to_owned(),
            )
        },
    },
    Entry {
        name: "memory",
        fault: Fault::Surroundings,
        signs: &[
            "Killed",
            "Killed signal",
            "signal: killed",
            "exit code: 137",
            "non-zero code: 137",
            "Cannot allocate memory",
        ],
        holds: |failed| {
            failed.failure.exit_code == Some(137)
                || failed.told_at_the_end().any(|line| {
                    line.contains("Killed signal")
                        || line.contains("signal: killed")
                        || line.contains("Cannot allocate memory")
                })
        },
        says: |_, _| out_of_memory(),
    },
    Entry {
        name: "clock",
        fault: Fault::Surroundings,
        // apt compares an index's date with the clock, TLS a certificate's.
        signs: &[
            "is not valid yet",
            "certificate is not yet valid",
            "certificate has expired or is not yet valid",
        ],
        holds: is_true,
        says: |_, _| {
            (
                say!("the engine's clock is wrong: a downloaded file is not valid yet").to_owned(),
                say!("`dockerlab doctor` compares the clocks. Set this machine's clock, or restart Docker Desktop.")
                    .to_owned(),
            )
        },
    },
    Entry {
        name: "damaged-download",
        // The archive is being updated, or a proxy keeps old files.
        fault: Fault::Network,
        signs: &[
            "Hash Sum mismatch",
            "Mirror sync in progress?",
            "File has unexpected size",
        ],
        holds: is_true,
        says: |_, _| {
            (
                say!("a file that apt downloaded does not match the hash in the archive's index").to_owned(),
                say!("Try again in a few minutes. If it fails again, a proxy between this machine and the archive may keep old files.")
                    .to_owned(),
            )
        },
    },
    Entry {
        name: "deadsnakes-retired",
        fault: Fault::Answer,
        signs: DEADSNAKES,
        holds: |failed| {
            failed
                .told()
                .any(|line| line.contains("404") || line.contains("Release file"))
        },
        says: |_, _| {
            (
                say!("the deadsnakes archive has no packages for this Ubuntu release: it drops releases that are no longer supported, like 20.04 since 2025").to_owned(),
                say!("Remove `add-apt-repository`: Ubuntu's own archive has python3.8 3.8.10.").to_owned(),
            )
        },
    },
    Entry {
        name: "archive-retired",
        fault: Fault::Answer,
        signs: &[
            "The repository '{}' does not have a Release file",
            "The repository '{}' no longer has a Release file",
            "Release file for {} is expired",
            "Failed to fetch {}/dists/",
        ],
        // An index that is gone, not one file of the archive.
        holds: |failed| {
            failed
                .told()
                .any(|line| line.contains("Release file") || line.contains("/dists/") && line.contains("404"))
        },
        says: |failed, archive| {
            let address = archive.split_whitespace().next().unwrap_or(archive);
            let host = address
                .split("://")
                .last()
                .unwrap_or(address)
                .split('/')
                .next()
                .unwrap_or(address);
            let found = say!("apt's archive `{address}` no longer has this release"; address);
            if let Some(line) = failed.written_at(host) {
                return (
                    found,
                    say!("Correct the archive's address or release on line {line}."; line),
                );
            }
            if failed.told().any(|line| line.contains("bullseye")) {
                return (
                    say!("{found}: the base image is Debian 11, whose support ended in August 2026"; found),
                    say!("Remove apt: the base image already has Python and pip.").to_owned(),
                );
            }
            (
                found,
                say!("Use a base image whose release is still supported, or do not use apt.").to_owned(),
            )
        },
    },
    Entry {
        name: "old-package-lists",
        fault: Fault::Answer,
        signs: &["Failed to fetch {}  404"],
        holds: is_true,
        says: |failed, _| {
            let at = at(failed);
            (
                say!("apt's package lists are older than the archive: it names files that are gone").to_owned(),
                say!("Run `apt-get update` in the same RUN as the install {at}."; at),
            )
        },
    },
    Entry {
        name: "unsigned-archive",
        fault: Fault::Answer,
        signs: &[
            "The repository '{}' is not signed",
            "NO_PUBKEY {}",
            "The following signatures were invalid: {}",
        ],
        holds: is_true,
        says: |_, _| {
            (
                say!("apt does not trust an archive: its signature's key is not in the image").to_owned(),
                say!("Remove the archive, or add its key before `apt-get update`.").to_owned(),
            )
        },
    },
    Entry {
        name: "apt-lock",
        fault: Fault::Answer,
        signs: &[
            "Could not open lock file {}",
            "Unable to lock directory {}",
            "are you root?",
            "Unable to acquire the dpkg",
        ],
        holds: |failed| {
            failed
                .told()
                .any(|line| line.contains("Permission denied") || line.contains("are you root"))
        },
        says: |failed, _| {
            let at = at(failed);
            (
                say!("apt must run as root, but another user runs it").to_owned(),
                say!("Move the RUN {at} above USER."; at),
            )
        },
    },
    Entry {
        name: "unknown-apt-version",
        fault: Fault::Answer,
        signs: &["Version '{}' for"],
        holds: is_true,
        says: |failed, version| {
            let at = at(failed);
            (
                say!("apt has no version `{version}` of the package"; version),
                say!("Remove the version {at}, or name one that `apt-cache policy PACKAGE` shows in the base image."; at),
            )
        },
    },
    Entry {
        name: "no-package-lists",
        fault: Fault::Answer,
        signs: &[
            "Unable to locate package {}",
            "Package '{}' has no installation candidate",
        ],
        holds: |failed| !updates_anywhere(failed),
        says: |failed, package| {
            let at = at(failed);
            (
                say!("apt does not find the package `{package}`: the image has no package lists, and no RUN downloads them"; package),
                say!("Add `apt-get update &&` before the install {at}."; at),
            )
        },
    },
    Entry {
        name: "unknown-apt-package",
        fault: Fault::Answer,
        signs: &[
            "Unable to locate package {}",
            "Package '{}' has no installation candidate",
            "Couldn't find any package by glob '{}'",
        ],
        holds: is_true,
        says: |failed, package| {
            let at = at(failed);
            if updates_here(failed) {
                return (
                    say!("apt does not know the package `{package}`"; package),
                    say!("Correct the package's name {at}."; at),
                );
            }
            (
                say!("apt does not find the package `{package}` in the lists that an earlier RUN downloaded"; package),
                say!("Correct the package's name {at}. If it is right, run `apt-get update` in the same RUN: the earlier one may come from the cache."; at),
            )
        },
    },
    Entry {
        name: "apt-conflict",
        fault: Fault::Answer,
        signs: &["held broken packages", "unmet dependencies"],
        holds: is_true,
        says: |failed, _| {
            let at = at(failed);
            (
                say!("apt cannot install these packages together").to_owned(),
                say!("Remove versions and packages {at} that you do not need, one by one."; at),
            )
        },
    },
    Entry {
        name: "apt-asks",
        fault: Fault::Answer,
        signs: &["Do you want to continue? [Y/n] Abort"],
        holds: is_true,
        says: |failed, _| {
            let at = at(failed);
            (
                say!("apt asks whether to continue, and nobody can answer during a build").to_owned(),
                say!("Add `-y` to `apt-get install` {at}."; at),
            )
        },
    },
    Entry {
        name: "apt-words",
        fault: Fault::Answer,
        signs: &[
            "Invalid operation {}",
            "Command line option {} is not",
            "Command line option '{}' [",
        ],
        holds: is_true,
        says: |failed, word| {
            let at = at(failed);
            (
                say!("apt does not know `{word}`"; word),
                say!("Correct the spelling of `{word}` {at}."; word, at),
            )
        },
    },
    Entry {
        name: "externally-managed",
        fault: Fault::Answer,
        signs: &["externally-managed-environment"],
        holds: is_true,
        says: |failed, _| {
            let at = at(failed);
            (
                say!("this Python belongs to the distribution, so pip refuses to install into it").to_owned(),
                say!("Install {at} into a virtual environment (`python3 -m venv`), or use an official python image."; at),
            )
        },
    },
    Entry {
        name: "python-version",
        fault: Fault::Answer,
        signs: &[
            "requires a different Python: {} not in",
            "Ignored the following versions that require a different python version",
            "is not supported by the project",
            "Python version ({}) is not allowed by the project",
        ],
        holds: |failed| {
            // pip also tells of versions that it left out where it installed another.
            failed.told_at_the_end().any(|line| {
                line.contains("requires a different Python")
                    || line.contains("(from versions:")
                    || line.contains("the project")
            })
        },
        says: |failed, _| {
            let at = at(failed);
            (
                say!("a package needs a different Python version than the image has").to_owned(),
                say!("Choose a version {at} that supports the image's Python, or another base image."; at),
            )
        },
    },
    Entry {
        name: "hash-mismatch",
        fault: Fault::Answer,
        signs: &["THESE PACKAGES DO NOT MATCH THE HASHES", "not found in known hashes"],
        holds: is_true,
        says: |_, _| {
            (
                say!("a downloaded package does not have the hash in the requirements or the lock file").to_owned(),
                say!("Correct the hash, or create the file again with the tool that wrote it (`poetry lock`).")
                    .to_owned(),
            )
        },
    },
    Entry {
        name: "version-conflict",
        fault: Fault::Answer,
        signs: &[
            "ResolutionImpossible",
            "have conflicting dependencies",
            "version solving failed",
        ],
        holds: is_true,
        says: |failed, _| {
            let at = at(failed);
            (
                say!("the requested versions conflict with each other").to_owned(),
                say!("Remove or change the versions {at} that the log names."; at),
            )
        },
    },
    Entry {
        name: "unknown-pip-package",
        fault: Fault::Answer,
        signs: &["satisfies the requirement {} (from versions: none)"],
        holds: is_true,
        says: |failed, wanted| {
            let at = at(failed);
            let is_of_name = |char: char| char.is_alphanumeric() || matches!(char, '-' | '_' | '.');
            let package = wanted.split(|char| !is_of_name(char)).next().unwrap_or(wanted);
            (
                say!("the package index has no `{package}`"; package),
                say!("Correct the package's name {at}."; at),
            )
        },
    },
    Entry {
        name: "unknown-pip-version",
        fault: Fault::Answer,
        signs: &["satisfies the requirement {} (from versions: "],
        holds: is_true,
        says: |failed, package| {
            let at = at(failed);
            (
                say!("the package index has no version that fits `{package}`"; package),
                say!("Correct the version {at}: the log lists the versions that exist."; at),
            )
        },
    },
    Entry {
        name: "pip-words",
        fault: Fault::Answer,
        signs: &[
            "no such option: {}",
            "ERROR: unknown command \"{}\"",
            "Invalid requirement: '{}'",
        ],
        holds: is_true,
        says: |failed, word| {
            let at = at(failed);
            (
                say!("pip does not know `{word}`"; word),
                say!("Correct `{word}` {at}: `pip install --help` lists the options."; word, at),
            )
        },
    },
    Entry {
        name: "lock-mismatch",
        fault: Fault::Answer,
        signs: &[
            "changed significantly since poetry.lock was last generated",
            "poetry.lock is not up to date with pyproject.toml",
        ],
        holds: is_true,
        says: |_, _| {
            (
                say!("`poetry.lock` does not match `pyproject.toml`: one of them changed").to_owned(),
                say!("Run `poetry lock` in their folder, or undo the change to `pyproject.toml`.").to_owned(),
            )
        },
    },
    Entry {
        name: "no-project",
        fault: Fault::Answer,
        signs: &["could not find a pyproject.toml file in {}"],
        holds: is_true,
        says: |failed, folder| {
            let at = at(failed);
            (
                say!("there is no `pyproject.toml` in `{folder}` yet"; folder),
                say!("Copy `pyproject.toml` and `poetry.lock` above the RUN {at}."; at),
            )
        },
    },
    Entry {
        name: "poetry-words",
        fault: Fault::Answer,
        signs: &[
            "The option \"{}\" does not exist",
            "The command \"{}\" is not defined",
            "The requested command {} does not exist",
            "The command \"{}\" does not exist",
        ],
        holds: is_true,
        says: |failed, word| {
            let at = at(failed);
            (
                say!("poetry does not know `{word}`"; word),
                say!("Correct the spelling of poetry's `{word}` {at}."; word, at),
            )
        },
    },
    Entry {
        name: "no-compiler",
        fault: Fault::Answer,
        signs: &[
            "command '{}' failed: No such file",
            "unable to execute '{}': No such file",
            "error: command '{}' failed",
            "Unknown compiler(s)",
            "No CMAKE_C_COMPILER could be found",
            "{} executable not found",
            "gcc: not found",
            "Failed building wheel for {}",
        ],
        holds: |failed| {
            let signs = [
                "gcc",
                "cc'",
                "g++",
                "clang",
                "ompiler",
                "_config executable",
                "rustc",
                "cargo",
            ];
            failed.told().any(|line| {
                signs.iter().any(|sign| line.contains(sign))
                    && [
                        "No such file",
                        "not found",
                        "could be found",
                        "unable to execute",
                        "Unknown compiler",
                    ]
                    .iter()
                    .any(|sign| line.contains(sign))
            })
        },
        says: |failed, _| {
            let at = at(failed);
            (
                say!("a package has to be compiled, and the image has no compiler or a library is missing").to_owned(),
                say!("Choose a version {at} that comes compiled (a wheel), or install the compiler in the same RUN and remove it afterwards."; at),
            )
        },
    },
    Entry {
        name: "bash-only",
        fault: Fault::Answer,
        signs: &["[[: not found", "source: not found", "pipefail"],
        holds: |failed| {
            let is_it = |line: &str| {
                line.ends_with("[[: not found")
                    || line.ends_with("source: not found")
                    || line.ends_with("Illegal option -o pipefail")
            };
            failed.told_at_the_end().any(is_it)
        },
        says: |failed, _| {
            let at = at(failed);
            (
                say!("the RUN uses bash syntax, but `sh` runs it").to_owned(),
                say!("Write it for `sh` {at}, or put `SHELL [\"/bin/bash\", \"-c\"]` above."; at),
            )
        },
    },
    Entry {
        name: "shell-syntax",
        fault: Fault::Answer,
        signs: &[
            "Syntax error: {}",
            "syntax error near unexpected token {}",
            "syntax error: unexpected end of file",
            "unexpected EOF while looking for",
            "Unterminated quoted string",
        ],
        holds: |failed| failed.failure.exit_code.is_some(),
        says: |failed, _| {
            let at = at(failed);
            (
                say!("the shell cannot read the command").to_owned(),
                say!("Look {at} for a quote, an operator or a keyword that is doubled or not closed."; at),
            )
        },
    },
    Entry {
        name: "no-module",
        fault: Fault::Answer,
        signs: &["ModuleNotFoundError: No module named {}", "No module named {}"],
        holds: |failed| failed.told_at_the_end().any(|line| line.contains("No module named")),
        says: |failed, module| {
            let at = at(failed);
            (
                say!("this Python has no module `{module}`"; module),
                say!("Correct the name {at}, or install its package above, with the same Python."; at),
            )
        },
    },
    Entry {
        name: "exec-format",
        fault: Fault::Answer,
        signs: &["exec format error", "Exec format error", "bad interpreter"],
        holds: is_true,
        says: |failed, _| {
            let at = at(failed);
            (
                say!("this system cannot run the file: it is a script without `#!/bin/sh` on its first line, or a program for another processor").to_owned(),
                say!("Start the script that is run {at} with `#!/bin/sh`, or run it as `sh SCRIPT`."; at),
            )
        },
    },
    Entry {
        name: "not-executable",
        fault: Fault::Answer,
        signs: &["{}: Permission denied", "exec: \"{}\": permission denied"],
        holds: |failed| {
            matches!(failed.failure.exit_code, Some(126))
                || failed
                    .told()
                    .any(|line| line.contains("exec: \"") && line.contains("permission denied"))
        },
        says: |_, file| {
            let file = bare(file);
            (
                say!("`{file}` is not executable"; file),
                say!("Run `chmod +x {file}` above, or copy it with `--chmod=755`."; file),
            )
        },
    },
    Entry {
        name: "permission",
        fault: Fault::Answer,
        signs: &[
            "Permission denied: '{}'",
            "cannot create directory '{}': Permission denied",
            "cannot create directory ‘{}’: Permission denied",
            "cannot create {}: Permission denied",
            "{}: Permission denied",
            "Permission denied",
        ],
        holds: |failed| failed.told_at_the_end().any(|line| line.contains("Permission denied")),
        says: |failed, path| {
            let at = at(failed);
            let path = bare(path);
            if path.is_empty() {
                return (
                    say!("the step's user does not have permission for this").to_owned(),
                    say!("Move the RUN {at} above USER, or write to that user's home folder."; at),
                );
            }
            (
                say!("the step's user has no permission to write to `{path}`"; path),
                say!("Move the RUN {at} above USER, or write to that user's home folder."; at),
            )
        },
    },
    Entry {
        name: "not-in-container",
        fault: Fault::Answer,
        signs: &[
            "Could not open requirements file: [Errno 2] No such file or directory: '{}'",
            "can't open file '{}'",
            "can't cd to {}",
            "cannot stat '{}': No such file",
            "cannot access '{}': No such file",
            "No such file or directory: '{}'",
            "{}: No such file or directory",
            "cannot open {}: No such file",
        ],
        holds: |failed| failed.failure.exit_code.is_some() && failed.failure.exit_code != Some(127),
        says: |failed, path| {
            let at = at(failed);
            let path = bare(path);
            (
                say!("`{path}` is not in the image at this step"; path),
                say!("Copy it above the RUN {at}, or correct the path: COPY puts files where WORKDIR points."; at),
            )
        },
    },
    Entry {
        name: "command-not-found",
        fault: Fault::Answer,
        signs: &[
            "exec: \"{}\": executable file not found",
            "exec: \"{}\": stat",
            "{}: command not found",
            "{}: not found",
            "env: '{}': No such file",
            "{}: No such file or directory",
        ],
        holds: |failed| {
            failed.failure.exit_code == Some(127)
                || failed.told().any(|line| {
                    line.contains("executable file not found")
                        || line.contains("exec: \"") && line.contains("no such file")
                })
        },
        says: |failed, program| {
            let at = at(failed);
            let program = bare(program);
            if program.contains('/') {
                return (
                    say!("`{program}` cannot be run: it, or the interpreter that its first line names, is not in the image"; program),
                    say!("Correct the path {at}, and save the script with LF line endings, not CRLF."; at),
                );
            }
            (
                say!("the image has no program `{program}` at this step"; program),
                say!("Correct its name {at}, or install it above."; at),
            )
        },
    },
    Entry {
        name: "user",
        fault: Fault::Answer,
        signs: &[
            "unable to find user {}: no matching",
            "UID {} is not unique",
            "user '{}' already exists",
            "invalid user: '{}'",
            "invalid user: ‘{}’",
            "invalid group: '{}'",
        ],
        holds: is_true,
        says: |failed, user| {
            let at = at(failed);
            if failed
                .told()
                .any(|line| line.contains("already exists") || line.contains("is not unique"))
            {
                return (
                    say!("the image already has a user `{user}`"; user),
                    say!("Create the user only once: remove one `useradd`, or choose another name or number {at}."; at),
                );
            }
            (
                say!("the image has no user `{user}` at this step"; user),
                say!("Create the user with `useradd` above the instruction {at}."; at),
            )
        },
    },
    Entry {
        name: "not-at-address",
        fault: Fault::Answer,
        signs: &[
            "The requested URL returned error: 4",
            "ERROR 404",
            "ERROR 403",
            "invalid response status 404",
            "invalid response status 403",
            "with status 404",
            "failed to GET {} with",
        ],
        holds: is_true,
        says: |failed, _| {
            let at = at(failed);
            (
                say!("the server has nothing at this address").to_owned(),
                say!("Correct the path in the address {at}."; at),
            )
        },
    },
    Entry {
        name: "needs-buildkit",
        fault: Fault::Answer,
        signs: &[
            "the --mount option requires BuildKit",
            "the --chmod option requires BuildKit",
            "the --{} option requires BuildKit",
            "Unknown flag: {}",
            "requires BuildKit",
        ],
        holds: |failed| {
            failed.told().any(|line| {
                line.contains("requires BuildKit")
                    || [
                        "mount",
                        "link",
                        "chmod",
                        "network",
                        "security",
                        "parents",
                        "exclude",
                        "checksum",
                        "keep-git-dir",
                    ]
                    .iter()
                    .any(|flag| line.ends_with(&format!("Unknown flag: {flag}")))
            })
        },
        says: |failed, _| {
            let at = at(failed);
            (
                say!("the builder does not know this option: it needs BuildKit, or a newer version of it").to_owned(),
                say!("Unset DOCKER_BUILDKIT, update the engine, or remove the option {at}."; at),
            )
        },
    },
    Entry {
        name: "heredoc-needs-buildkit",
        fault: Fault::Answer,
        signs: &["unknown instruction: {}"],
        holds: |failed| {
            failed
                .dockerfile
                .instructions
                .iter()
                .any(|instruction| !instruction.heredocs.is_empty() || runs(instruction, "<<"))
        },
        says: |_, _| {
            (
                say!("the engine's older builder does not know here-documents (`<<EOF`)").to_owned(),
                say!("Unset DOCKER_BUILDKIT, or join the commands with `&&`.").to_owned(),
            )
        },
    },
    Entry {
        name: "dockerfile",
        fault: Fault::Answer,
        signs: &[
            "dockerfile parse error",
            "Dockerfile parse error",
            "unknown flag: {}",
            "Unknown flag: {}",
            "unsupported mount type {}",
            "circular dependency detected",
            "failed to process {}:",
            "isn't allowed as an ONBUILD trigger",
            "Syntax error - ",
        ],
        holds: |failed| failed.failure.exit_code.is_none(),
        says: |failed, _| {
            let message = without_place(&failed.failure.message);
            let at = at(failed);
            (
                say!("the builder does not understand the Dockerfile: {message}"; message),
                say!("Correct the instruction {at}."; at),
            )
        },
    },
    Entry {
        name: "unknown-image",
        fault: Fault::Answer,
        signs: &[
            "pull access denied for {},",
            "failed to resolve source metadata for {}: ",
            "failed to create LLB definition: {}: not found",
            "manifest for {} not found",
            "manifest unknown",
            "repository name not known",
        ],
        holds: |failed| failed.failure.exit_code.is_none(),
        says: |failed, image| {
            let at = at(failed);
            let next = say!("Correct the image's name or tag {at}."; at);
            if image.is_empty() {
                return (say!("the registry does not have this image").to_owned(), next);
            }
            (say!("the registry has no image `{image}`"; image), next)
        },
    },
];

/// What is said of a step that was killed.
fn out_of_memory() -> (String, String) {
    (
        say!("the step was killed, most likely because the engine has too little memory").to_owned(),
        say!("Give the engine more memory (Docker Desktop: Settings, Resources), then check again.").to_owned(),
    )
}

/// A parser's message without the words that only say where.
fn without_place(message: &str) -> &str {
    let rest = message
        .split_once("parse error on line ")
        .or_else(|| message.split_once("parse error line "))
        .map_or(message, |(_, rest)| rest);
    match rest.split_once(": ") {
        Some((number, words)) if number.bytes().all(|byte| byte.is_ascii_digit()) => words,
        _ => message,
    }
}

/// Whether an instruction is a RUN whose words hold this.
fn runs(instruction: &Instruction, words: &str) -> bool {
    let heredocs = instruction.heredocs.iter().any(|heredoc| heredoc.body.contains(words));
    instruction.keyword == Keyword::Run && (instruction.text.contains(words) || heredocs)
}

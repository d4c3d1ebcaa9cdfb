//! `dockerlab lint` beside hadolint 2.15.1's own binary, in one run: one file, and 500 files in one call.
//!
//! `scripts/lint-peers` installs hadolint below target/; without it only our own figures are printed.
//! The files are put together from the forms of `tests/lint`. `cargo bench --bench lint`

#![expect(clippy::print_stdout, reason = "a benchmark prints, and makes its own files")]

use std::{
    ffi::OsString,
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

type Done<T> = Result<T, Box<dyn std::error::Error>>;

/// How many files the second case has.
const MANY: usize = 500;

fn main() -> Done<()> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = project.join("target/bench-dockerfiles");
    fs::create_dir_all(&folder)?;
    let ours = PathBuf::from(env!("CARGO_BIN_EXE_dockerlab"));
    let hadolint = Some(project.join("target/lint-peers/bin/hadolint")).filter(|path| path.exists());
    if hadolint.is_none() {
        println!("hadolint is not there: `scripts/lint-peers` installs it; ours alone is measured");
    }
    let one = folder.join("one");
    fs::create_dir_all(&one)?;
    let one = one.join("Dockerfile");
    write(&one, ONE)?;
    let many = made(project, &folder)?;
    let lines: usize = many.iter().map(|file| lines(file)).sum();
    for (name, files, rounds, goal) in [
        (format!("one file of {} lines", lines_of(ONE)), &[one][..], 40, 8.0),
        (format!("{MANY} files of {lines} lines"), &many[..], 5, 50.0),
    ] {
        println!("{name}");
        let mut mine = Command::new(&ours);
        mine.args([
            "lint",
            "--no-fail",
            "--no-shellcheck",
            "--rules",
            "hadolint",
            "--format",
            "json",
        ]);
        let mut all = Command::new(&ours);
        all.args(["lint", "--no-fail", "--no-shellcheck", "--format", "json"]);
        let found = folder.join("ours.json");
        let (best, median) = measured(&mut mine, files, &found, rounds)?;
        let ours_found = codes(&found)?;
        println!("  dockerlab, hadolint's rules  {best:>7.4} s (median {median:.4})  {ours_found} findings");
        let (every, every_median) = measured(&mut all, files, &found, rounds)?;
        println!("  dockerlab, every rule        {every:>7.4} s (median {every_median:.4})");
        let Some(hadolint) = &hadolint else { continue };
        let mut peer = Command::new(hadolint);
        peer.args(["--no-fail", "--format", "json"]);
        let found = folder.join("hadolint.json");
        let (theirs, theirs_median) = measured(&mut peer, files, &found, rounds.min(20).div_ceil(2))?;
        let theirs_found = codes(&found)?;
        println!("  hadolint                     {theirs:>7.4} s (median {theirs_median:.4})  {theirs_found} findings");
        println!(
            "  {:.1} times faster with the same rules (medians {:.1}), {:.1} times with every rule; goal {goal}: {}",
            theirs / best,
            theirs_median / median,
            theirs / every,
            if theirs / best >= goal { "met" } else { "NOT met" }
        );
    }
    println!("hadolint also runs ShellCheck's rules, which it carries; ours asks `shellcheck` where one is installed,");
    println!("which is left out here (--no-shellcheck)");
    Ok(())
}

/// A file as courses have it, with a few things to find.
const ONE: &str = "\
FROM python:3.8
LABEL org.opencontainers.image.title=\"app\"
ENV PYTHONUNBUFFERED=1
WORKDIR app
RUN apt-get update && apt-get install -y curl build-essential
COPY . .
RUN pip install -r requirements.txt
RUN cd /tmp && curl -sSL http://example.org/tool.tar.gz | tar xz
EXPOSE 8000
CMD uvicorn main:app --host 0.0.0.0 --port 8000
";

fn lines_of(text: &str) -> usize {
    text.lines().count()
}

fn lines(file: &Path) -> usize {
    fs::read_to_string(file).map_or(0, |text| lines_of(&text))
}

fn write(path: &Path, text: &str) -> Done<()> {
    Ok(File::create(path)?.write_all(text.as_bytes())?)
}

/// Forms that hadolint cannot read.
const UNREAD: [&str; 4] = ["ADD --from", "LABEL a", "EXPOSE 80-", "CMD"];

/// Files of two stages, each instruction being the next form in turn. Forms that hadolint cannot read are left out, and
/// short paths of WORKDIR, at which it crashes.
fn made(project: &Path, folder: &Path) -> Done<Vec<PathBuf>> {
    let forms = |name: &str| -> Done<Vec<String>> {
        let text = fs::read_to_string(project.join("tests/lint").join(name))?;
        let is_plain = |form: &&str| {
            let is_unread = form.starts_with(UNREAD[0]) || UNREAD.contains(form);
            let is_short = form.starts_with("WORKDIR") && form.len() < 12;
            !is_unread && !is_short && !form.contains(['\\', '`', '<', '(', '{', '#', '"', '\''])
        };
        Ok(text.lines().filter(is_plain).map(str::to_owned).collect())
    };
    let (runs, instructions) = (forms("run.txt")?, forms("instruction.txt")?);
    let mut next = 0;
    let mut files = Vec::new();
    for index in 0..MANY {
        let mut text = String::new();
        for stage in 0..2 {
            text.push_str(&format!("FROM debian:12 AS stage{stage}\n"));
            for _ in 0..6 {
                text.push_str(&format!("RUN {}\n", runs[(next * 7) % runs.len()]));
                text.push_str(&format!("{}\n", instructions[(next * 11) % instructions.len()]));
                next += 1;
            }
        }
        let file = folder.join(format!("Dockerfile.{index}"));
        write(&file, &text)?;
        files.push(file);
    }
    Ok(files)
}

/// Seconds of the best and of the middle round.
fn measured(command: &mut Command, files: &[PathBuf], output: &Path, rounds: usize) -> Done<(f64, f64)> {
    command.args(files.iter().map(OsString::from)).stderr(Stdio::null());
    let mut seconds = Vec::new();
    for _ in 0..rounds {
        command.stdout(File::create(output)?);
        let started = Instant::now();
        let status = command.status()?;
        seconds.push(started.elapsed().as_secs_f64());
        if !status.success() {
            return Err(format!("{} ended with {status}", command.get_program().display()).into());
        }
    }
    seconds.sort_by(f64::total_cmp);
    Ok((seconds[0], seconds[seconds.len() / 2]))
}

/// How many of the findings are of hadolint's own rules; DL1000 says that a file cannot be read.
fn codes(file: &Path) -> Done<usize> {
    let report: Vec<serde_json::Value> = serde_json::from_slice(&fs::read(file)?)?;
    let is_rule = |code: &str| code.starts_with("DL") && code != "DL1000";
    Ok(report
        .iter()
        .filter(|one| one["code"].as_str().is_some_and(is_rule))
        .count())
}

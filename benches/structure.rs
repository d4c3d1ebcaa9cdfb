//! `dockerlab test` beside container-structure-test 1.19.1's own binary, in one run: seconds and ratios.
//!
//! `scripts/structure-peer` installs it below target/; an engine is needed, with the image `ubuntu:20.04`.
//! `DOCKER_HOST=… cargo bench --bench structure`.

#![expect(clippy::print_stdout, reason = "a benchmark prints, and makes its own files")]
#![expect(clippy::disallowed_methods, reason = "a benchmark asks which engine")]

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

type Done<T> = Result<T, Box<dyn std::error::Error>>;

const IMAGE: &str = "ubuntu:20.04";
/// How often each is run; the best counts.
const ROUNDS: usize = 3;

fn main() -> Done<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("target/bench-structure");
    fs::create_dir_all(&folder)?;
    let ours = PathBuf::from(env!("CARGO_BIN_EXE_dockerlab"));
    let theirs = root.join("target/structure-peer/container_structure_test/bin/container-structure-test");
    let has_theirs = theirs.exists();
    if !has_theirs {
        println!("container-structure-test is not there: `scripts/structure-peer` installs it; ours alone is measured");
    }
    let archive = folder.join("image.tar");
    let saved = Command::new("docker")
        .args(["save", "-o"])
        .arg(&archive)
        .arg(IMAGE)
        .status()?;
    if !saved.success() {
        return Err(format!("the engine has no {IMAGE}").into());
    }
    let both = folder.join("both.yaml");
    fs::write(&both, format!("schemaVersion: 2.0.0\n{}{}", commands(10), files(10)))?;
    let ten = folder.join("files.yaml");
    fs::write(&ten, format!("schemaVersion: 2.0.0\n{}", files(10)))?;
    let many = folder.join("many.yaml");
    fs::write(&many, format!("schemaVersion: 2.0.0\n{}", files(200)))?;
    let cache = folder.join("cache");
    let run = |program: &Path, file: &Path, more: &[&str], rounds: usize, forgets: bool| -> Done<f64> {
        let mut best = f64::INFINITY;
        for _ in 0..rounds {
            if forgets {
                fs::remove_dir_all(&cache).ok();
            }
            let began = Instant::now();
            let status = Command::new(program)
                .args(["test", "--config"])
                .arg(file)
                .args(["--output", "json"])
                .args(more)
                .env("XDG_CACHE_HOME", &cache)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()?;
            if !status.success() {
                return Err(format!("{} {} failed", program.display(), file.display()).into());
            }
            best = best.min(began.elapsed().as_secs_f64());
        }
        Ok(best)
    };
    let engine = ["--image", IMAGE];
    let first = run(&ours, &both, &engine, ROUNDS, true)?;
    let again = run(&ours, &both, &engine, ROUNDS, false)?;
    println!("10 commands and 10 files on the engine");
    println!(
        "  dockerlab, nothing known of the image  {first:>7.3} s (goal 1.1: {})",
        met(first <= 1.1)
    );
    println!("  dockerlab, again                       {again:>7.3} s");
    if has_theirs {
        let peer = run(&theirs, &both, &engine, ROUNDS, false)?;
        println!("  container-structure-test               {peer:>7.3} s");
        println!(
            "  {:.1} times faster (goal 4: {}), {:.1} again",
            peer / first,
            met(peer / first >= 4.0),
            peer / again
        );
    }
    let path = archive.display().to_string();
    let tar = ["--driver", "tar", "--image", path.as_str()];
    let mine = run(&ours, &ten, &tar, ROUNDS, true)?;
    println!("10 files in an archive");
    println!("  dockerlab                              {mine:>7.3} s");
    if has_theirs {
        let peer = run(&theirs, &ten, &tar, 1, false)?;
        println!("  container-structure-test               {peer:>7.3} s");
        println!(
            "  {:.1} times faster (goal 20: {})",
            peer / mine,
            met(peer / mine >= 20.0)
        );
    }
    let unread = run(&ours, &many, &engine, 1, true)?;
    let read = run(&ours, &many, &engine, ROUNDS, false)?;
    println!("200 files on the engine");
    println!("  dockerlab, nothing known of the image  {unread:>7.3} s");
    println!(
        "  dockerlab, once indexed                {read:>7.3} s (goal 0.3: {})",
        met(read <= 0.3)
    );
    Ok(())
}

fn met(is_met: bool) -> &'static str {
    if is_met { "met" } else { "NOT met" }
}

fn commands(count: usize) -> String {
    (0..count).fold("commandTests:\n".to_owned(), |mut text, number| {
        writeln!(
            text,
            "- {{name: c{number}, command: echo, args: [hi{number}], expectedOutput: [hi{number}]}}"
        )
        .ok();
        text
    })
}

/// Tests of files that every Ubuntu has, half of them of what is in the file.
fn files(count: usize) -> String {
    let paths = [
        "/etc/passwd",
        "/etc/group",
        "/etc/os-release",
        "/etc/debian_version",
        "/etc/fstab",
    ];
    let mut existence = "fileExistenceTests:\n".to_owned();
    let mut content = "fileContentTests:\n".to_owned();
    for number in 0..count {
        let path = paths[number / 2 % paths.len()];
        if number % 2 == 0 {
            writeln!(existence, "- {{name: f{number}, path: {path}}}").ok();
        } else {
            writeln!(
                content,
                "- {{name: f{number}, path: {path}, excludedContents: [no-such-text-{number}]}}"
            )
            .ok();
        }
    }
    existence + &content
}

//! `dockerlab grade` beside a shell loop over `dockerlab check`, in one run on one engine with warm caches.
//!
//! `DOCKERLAB_TEST_ENGINE=unix:///… cargo bench --bench grade [LEARNERS]`

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark prints, and makes its own files"
)]

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

type Done<T> = Result<T, Box<dyn std::error::Error>>;

/// The task that is graded, its lesson, and the name of its Dockerfile.
const TASK: (&str, &str, &str) = ("5", "5-non-root", "Dockerfile-nonroot");
/// How many times faster than the loop two jobs are to be.
const GOAL: f64 = 4.0;

fn main() -> Done<()> {
    let host = std::env::var("DOCKERLAB_TEST_ENGINE").map_err(|_| "DOCKERLAB_TEST_ENGINE is not set")?;
    let count: usize = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(12);
    let place = tempfile::tempdir()?;
    let ours = Path::new(env!("CARGO_BIN_EXE_dockerlab"));
    let command = |folder: &Path| {
        let mut command = Command::new(ours);
        command
            .current_dir(folder)
            .env("DOCKER_HOST", &host)
            .env("HOME", place.path());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let lessons = Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons");
    let solution = fs::read_to_string(lessons.join(TASK.1).join("solution.Dockerfile"))?;
    let ignore = fs::read(lessons.join("1-layers/solution.dockerignore"))?;
    for number in 0..count {
        let folder = place.path().join(format!("class/learner-{number}"));
        command(place.path()).arg("start").arg(&folder).status()?;
        // Each learner's own words: the steps before are shared.
        let text = format!("{solution}LABEL learner=\"{number}\"\n");
        fs::write(folder.join(TASK.2), text)?;
        fs::write(folder.join(".dockerignore"), &ignore)?;
    }
    let looped = || -> Done<f64> {
        let begun = Instant::now();
        for number in 0..count {
            let folder = place.path().join(format!("class/learner-{number}"));
            command(&folder).args(["check", TASK.0, "--format", "json"]).status()?;
        }
        Ok(begun.elapsed().as_secs_f64())
    };
    let graded = |jobs: usize| -> Done<f64> {
        let begun = Instant::now();
        command(place.path())
            .args([
                "grade",
                "class",
                "--again",
                "--tasks",
                TASK.0,
                "--jobs",
                &jobs.to_string(),
            ])
            .status()?;
        Ok(begun.elapsed().as_secs_f64())
    };
    looped()?;
    graded(2)?;
    println!("{count} submissions of task {}, caches warm, two rounds each", TASK.0);
    let mut best = [f64::INFINITY; 4];
    for _ in 0..2 {
        let times = [looped()?, graded(1)?, graded(2)?, graded(4)?];
        for (best, time) in best.iter_mut().zip(times) {
            *best = best.min(time);
        }
    }
    let each = f64::from(u32::try_from(count)?);
    for (name, time) in [
        "a shell loop over `check`",
        "grade --jobs 1",
        "grade --jobs 2",
        "grade --jobs 4",
    ]
    .iter()
    .zip(best)
    {
        println!(
            "  {name:<26} {time:>7.1} s, {:>6.2} s each, {:>6.0} an hour, {:>4.1} times the loop",
            time / each,
            each * 3600.0 / time,
            best[0] / time
        );
    }
    let ratio = best[0] / best[2];
    println!(
        "  goal: {GOAL} times with 2 jobs: {}",
        if ratio >= GOAL { "met" } else { "NOT met" }
    );
    let begun = Instant::now();
    command(place.path())
        .args(["grade", "class", "--tasks", TASK.0])
        .status()?;
    println!(
        "  a second run, nothing changed: {:.1} s",
        begun.elapsed().as_secs_f64()
    );
    Ok(())
}

//! Puts mistakes (mutations) into a copy of the project and counts those that its tests notice without an engine.
//! `scripts/mutants [COUNT [SEED [PATH...]]]` runs it; docs in CONTRIBUTING.md.
//!
//! Why this exists beside cargo-mutants: that builds the program again for each mutation, which takes hours here. This
//! puts all of them into one build, each asleep, and wakes one after the other.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a tool for those who work on the project"
)]

mod copy;
mod find;
mod tests;

use std::path::{Path, PathBuf};

use copy::{Copy, Planted};
use find::Mutation;
use tests::Ended;

/// What is mutated where no path is given, below `src`: the central flow and what it uses.
const ROOMS: [&str; 5] = ["check", "judging", "course", "progress", "disk"];

fn main() {
    let mut words = std::env::args().skip(1);
    let count: usize = words
        .next()
        .map_or(160, |count| count.parse().expect("COUNT is a number"));
    let seed: u64 = words.next().map_or(1, |seed| seed.parse().expect("SEED is a number"));
    let project = std::env::current_dir().unwrap();
    let mut paths: Vec<PathBuf> = words.map(|path| project.join(path)).collect();
    if paths.is_empty() {
        paths = ROOMS.iter().map(|room| project.join("src").join(room)).collect();
    }
    let all = find::find(&paths);
    let of = all.len();
    let mut drawn = draw(all, count, seed);

    let copy = Copy::new(&project, project.join("target/mutants/copy"));
    let target = project.join("target/mutants/target");
    // A mutation that does not compile is none.
    let (planted, binaries) = loop {
        let planted = copy.plant(&project, &drawn);
        match tests::build(&copy.root, &target) {
            Ok(binaries) => break (planted, binaries),
            Err(errors) => {
                let refused: Vec<usize> = planted
                    .iter()
                    .filter(|one| errors.iter().any(|(file, line)| is_at(one, &project, file, *line)))
                    .map(|one| one.id)
                    .collect();
                assert!(!refused.is_empty(), "the copy does not compile: {errors:?}");
                println!("{} mutations do not compile and are left out", refused.len());
                drawn = planted
                    .into_iter()
                    .filter(|one| !refused.contains(&one.id))
                    .map(|one| one.mutation)
                    .collect();
                // What is left out has to be read again without it.
                restore(&project, &copy);
            }
        }
    };

    // What fails without a mutation (it reads the sources) says nothing of one.
    let skipped = tests::failing(&binaries, &copy.root);
    println!("not used, they fail without a mutation: {}", skipped.join(", "));
    println!("{} of {of} mutations, seed {seed}", planted.len());
    let (mut caught, mut survived) = (0, Vec::new());
    for one in &planted {
        copy.wake(one.id);
        let by = binaries
            .iter()
            .map(|binary| tests::run(binary, &copy.root, &skipped))
            .find(|ended| !matches!(ended, Ended::Passed));
        let place = format!(
            "{}:{}",
            one.mutation.file.strip_prefix(&project).unwrap().display(),
            one.mutation.line
        );
        match by {
            Some(Ended::Failed(test)) => println!("caught    {place}  {}  ({test})", one.mutation.what),
            Some(_) => println!("caught    {place}  {}  (it did not end)", one.mutation.what),
            None => {
                println!("SURVIVED  {place}  {}", one.mutation.what);
                survived.push(format!("{place}  {}", one.mutation.what));
                continue;
            }
        }
        caught += 1;
    }
    copy.wake(0);
    println!(
        "\n{caught} of {} caught, {:.1} %",
        planted.len(),
        100.0 * caught as f64 / planted.len().max(1) as f64
    );
    for one in survived {
        println!("survived  {one}");
    }
}

/// So many of them, none over another's bytes, drawn with a seed.
fn draw(mut all: Vec<Mutation>, count: usize, mut seed: u64) -> Vec<Mutation> {
    let mut drawn: Vec<Mutation> = Vec::new();
    while drawn.len() < count && !all.is_empty() {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let one = all.swap_remove(usize::try_from((seed >> 33) % all.len() as u64).unwrap());
        let is_free = drawn.iter().all(|other| {
            other.file != one.file || other.span.end <= one.span.start || one.span.end <= other.span.start
        });
        if is_free {
            drawn.push(one);
        }
    }
    drawn
}

fn is_at(one: &Planted, project: &Path, file: &str, line: usize) -> bool {
    one.mutation
        .file
        .strip_prefix(project)
        .is_ok_and(|name| name == Path::new(file))
        && one.lines.contains(&line)
}

/// Takes all mutations out of the copy's sources again.
fn restore(project: &Path, copy: &Copy) {
    for file in find::files(&[project.join("src")]) {
        let name = file.strip_prefix(project).unwrap();
        if name != Path::new("src/lib.rs") {
            std::fs::copy(&file, copy.root.join(name)).unwrap();
        }
    }
}

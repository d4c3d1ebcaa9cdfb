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
use tests::{Ended, Tests};

/// What is mutated where no path is given, below `src`: the central flow and what it uses.
const ROOMS: [&str; 5] = ["check", "judging", "course", "progress", "disk"];

/// A binary of tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Library,
    Program,
}

/// The tests of the mutated file itself.
const OWN: &str = "{module}";

/// Tests by the beginnings of their names, those first that notice most in the least time; the last two are all.
const STAGES: &[(Part, &[&str])] = &[
    (Part::Library, &[OWN]),
    (
        Part::Library,
        &[
            "commands::",
            "judging::",
            "check::",
            "course::",
            "disk::",
            "progress::",
            "proof::",
        ],
    ),
    (
        Part::Program,
        &[
            "proofs::the_course_is",
            "proofs::failures_read",
            "failed_builds::",
            "course::",
            "state::",
            "screens::",
            "wrong_use::",
        ],
    ),
    (Part::Library, &[]),
    (Part::Program, &[]),
];

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

    println!("{} of {of} mutations, seed {seed}", planted.len());
    // The quickest tests first, on all mutations; the others only look at what those let pass.
    let mut left: Vec<&Planted> = planted.iter().collect();
    for (part, filters) in STAGES {
        let Some(binary) = binaries
            .iter()
            .find(|path| tests::is_library(path) == (*part == Part::Library))
        else {
            continue;
        };
        let tests = Tests::of(binary, &copy.root, filters);
        let told = if filters.is_empty() {
            "all".to_owned()
        } else {
            filters.join(" ")
        };
        println!(
            "{part:?}: {told}, {} s; not used, they fail without a mutation: {}",
            tests.took.as_secs(),
            tests.failing.join(", ")
        );
        left.retain(|one| {
            copy.wake(one.id);
            let file = one.mutation.file.strip_prefix(&project).unwrap();
            let place = format!("{}:{}  {}", file.display(), one.mutation.line, one.mutation.what);
            let ended = tests.run(&module(file));
            match &ended {
                Ended::Passed => println!("let pass  {place}"),
                Ended::Failed(test) => println!("caught    {place}  ({test})"),
                Ended::Endless => println!("caught    {place}  (it did not end)"),
            }
            matches!(ended, Ended::Passed)
        });
        copy.wake(0);
        let caught = planted.len() - left.len();
        println!(
            "\n{caught} of {} caught, {:.1} %\n",
            planted.len(),
            100.0 * caught as f64 / planted.len().max(1) as f64
        );
    }
    copy.wake(0);
    for one in left {
        let file = one.mutation.file.strip_prefix(&project).unwrap().display();
        println!("survived  {file}:{}  {}", one.mutation.line, one.mutation.what);
    }
}

/// What the names of a file's own tests begin with.
fn module(file: &Path) -> String {
    let path = file.strip_prefix("src").unwrap_or(file).with_extension("");
    let names = path.iter().map(|name| name.to_string_lossy());
    let names: Vec<_> = names.filter(|name| name != "mod").collect();
    format!("{}::", names.join("::"))
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
            copy::put(&copy.root.join(name), &std::fs::read(&file).unwrap());
        }
    }
}

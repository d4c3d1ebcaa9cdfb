//! Answers that nobody typed, built and run: each is first held to its label by containers, then judged by the program.
//!
//! `DOCKERLAB_GRAMMAR_SEED`, `DOCKERLAB_GRAMMAR_COUNT` (answers a task) and `DOCKERLAB_GRAMMAR_TASK` choose others. With
//! `DOCKERLAB_GRAMMAR_NOTES=FILE`, each answer that is confirmed and judged as it should be is noted in the file, and
//! left out by the next run: a run that was stopped goes on.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde_json::Value;

use crate::{
    grammar::{
        Answer, Faults, TASKS, breaks_below, breaks_of, compose, compose_below,
        container::{Image, docker, strange},
    },
    support::{Dice, Place, Ran, TASKS as LESSONS, current, number_from_environment, place, repository},
};

/// A copy of the course whose images have names of this run's.
fn course(place: &Place, worker: usize) -> PathBuf {
    let folder = place.dir.path().join(format!("course-{worker}"));
    copied(&repository().join("lessons"), &folder);
    for (task, lesson, _) in LESSONS {
        let path = folder.join(lesson).join("task.toml");
        let text: String = fs::read_to_string(&path)
            .unwrap()
            .lines()
            .map(|line| {
                if line.starts_with("image = ") {
                    format!("image = \"{}\"\n", tag(worker, task))
                } else {
                    format!("{line}\n")
                }
            })
            .collect();
        fs::write(path, text).unwrap();
    }
    folder
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copied(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

fn tag(worker: usize, task: &str) -> String {
    format!("grammar-{}:{worker}-{task}", std::process::id())
}

/// A composed answer with the name under which it is noted.
struct Sample {
    name: String,
    answer: Answer,
}

/// A task's answers; those with the same layers follow one another.
fn answers(task: &'static str, count: u64, seed: u64) -> Vec<Sample> {
    let mut dice = Dice::new(seed ^ task.bytes().map(u64::from).sum::<u64>());
    // Each prefix costs the engine up to 1 GB of layers.
    let prefixes = 1 + count / 24;
    let mut answers: Vec<(u64, Sample)> = (0..count)
        .map(|index| {
            let broken = (index % 2 == 1).then(|| *dice.one(&breaks_of(task, true)));
            let prefix = seed * 1_000 + u64::try_from(dice.below(usize::try_from(prefixes).unwrap())).unwrap();
            let answer = compose(task, broken, prefix, seed * 1_000_000 + index, true);
            let name = format!("{task} {seed}/{index}");
            (prefix, Sample { name, answer })
        })
        .collect();
    answers.sort_by_key(|(prefix, _)| *prefix);
    answers.into_iter().map(|(_, sample)| sample).collect()
}

/// A task's answers below the installs of the course's solution, whose layers other tests of the engine build too.
fn answers_below_the_solution(task: &'static str, count: u64, seed: u64) -> Vec<Sample> {
    let (_, lesson, _) = LESSONS.iter().find(|(id, ..)| *id == task).unwrap();
    let solution = fs::read_to_string(repository().join("lessons").join(lesson).join("solution.Dockerfile")).unwrap();
    let mut dice = Dice::new(seed ^ task.bytes().map(u64::from).sum::<u64>());
    (0..count)
        .map(|index| {
            let broken = (index % 2 == 1).then(|| *dice.one(&breaks_below(task)));
            Sample {
                name: format!("{task} {seed}/solution/{index}"),
                answer: compose_below(task, broken, &solution, seed * 1_000_000 + index),
            }
        })
        .collect()
}

/// The file that `DOCKERLAB_GRAMMAR_NOTES` names, with what it has so far.
struct Notes {
    path: Option<PathBuf>,
    done: BTreeSet<String>,
}

impl Notes {
    fn open() -> Self {
        let path = std::env::var_os("DOCKERLAB_GRAMMAR_NOTES").map(PathBuf::from);
        let text = path.as_ref().and_then(|path| fs::read_to_string(path).ok());
        let done = text.unwrap_or_default().lines().map(str::to_owned).collect();
        Self { path, done }
    }

    fn add(&self, name: &str) {
        if let Some(path) = &self.path {
            let mut file = fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
            writeln!(file, "{name}").unwrap();
        }
    }
}

#[derive(Default)]
struct Found {
    faults: Faults,
    /// Answers that are not what their label says: the grammar's fault.
    mislabelled: Vec<String>,
    /// Answers that could not be judged to the end.
    hindered: Vec<String>,
    /// By task.
    confirmed: BTreeMap<&'static str, usize>,
}

impl Found {
    /// How many answers showed something to look at.
    fn faults(&self) -> usize {
        self.faults.len() + self.mislabelled.len() + self.hindered.len()
    }
}

struct Run<'a> {
    place: &'a Place,
    host: &'a str,
    notes: Notes,
    found: Mutex<Found>,
}

impl Run<'_> {
    fn one(&self, course: &Path, worker: usize, index: usize, sample: &Sample) {
        let Sample { name, answer } = sample;
        let folder = self.place.dir.path().join(format!("answer-{index}"));
        // What needs no BuildKit is built by the classic builder now and then.
        let classic = index % 4 >= 2 && !answer.buildkit;
        let named = |arguments: &[&str]| {
            let mut all = vec!["--course", course.to_str().unwrap()];
            all.extend(arguments);
            let within = if folder.exists() {
                &folder
            } else {
                self.place.dir.path()
            };
            let mut command = self.place.command(within, &all);
            if classic {
                command.env("DOCKER_BUILDKIT", "0");
            }
            Ran::of(&mut command)
        };
        named(&["start", folder.to_str().unwrap()]).expect(0);
        let (.., dockerfile) = LESSONS.iter().find(|(task, ..)| *task == answer.task).unwrap();
        fs::write(folder.join(dockerfile), &answer.dockerfile).unwrap();
        for (path, text) in &answer.files {
            fs::write(folder.join(path), text).unwrap();
        }
        // What its image is to be smaller than.
        let larger = match answer.task {
            "2" => Some("1"),
            "3-2" => Some("3-1"),
            _ => None,
        };
        if let Some(larger) = larger {
            docker(self.host, &["tag", &reference_tag(), &tag(worker, larger)]);
        }
        let ran = named(&["check", answer.task, "--format", "json"]);
        if ran.code > 1 {
            let told = format!(
                "exit code {}: {}\n{}\n{}",
                ran.code,
                answer.told(),
                ran.stdout,
                ran.stderr
            );
            println!("HINDERED {name} {told}");
            self.found.lock().unwrap().hindered.push(told);
            return;
        }
        let report = ran.json();
        let task = &report["tasks"][0];
        let told = format!(
            "{}{}",
            if classic { "  by the classic builder\n" } else { "" },
            said(task)
        );
        let with = |what: &str| -> BTreeSet<String> {
            task["criteria"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|one| one["outcome"] == what && one["remark"] == false && one["optional"] == false)
                .map(|one| one["id"].as_str().unwrap().to_owned())
                .collect()
        };
        let label = match task["image-id"].as_str() {
            Some(id) => strange(answer, &Image { host: self.host, id }.facts(answer.task)),
            None if answer.broken.is_some_and(|broken| broken.may.contains(&"builds")) => None,
            None => Some("it does not build".to_owned()),
        };
        if let Some(id) = task["image-id"].as_str() {
            docker(self.host, &["rmi", "--force", id]);
        }
        fs::remove_dir_all(&folder).unwrap();
        let mut found = self.found.lock().unwrap();
        if let Some(label) = label {
            println!("MISLABELLED {name} {label}: {}{told}", answer.told());
            found.mislabelled.push(format!("{label}: {}{told}\n", answer.told()));
            return;
        }
        *found.confirmed.entry(answer.task).or_default() += 1;
        let before = found.faults();
        let unclear = with("cannot-check");
        if !unclear.is_empty() {
            found
                .hindered
                .push(format!("{unclear:?} cannot be checked: {}{told}\n", answer.told()));
        }
        found
            .faults
            .compare(answer, &with("fail"), answer.broken.is_some(), &told);
        if answer.broken.is_none() && task["passed"] != true && with("fail").is_empty() {
            found
                .hindered
                .push(format!("it did not pass: {}{told}\n", answer.told()));
        }
        let remarked = |id: &str| {
            let all = task["criteria"].as_array().unwrap();
            all.iter()
                .find(|one| one["id"] == id)
                .map(|one| one["outcome"] == "fail")
        };
        if let Some(remarked) = remarked("no-ppa").filter(|told| *told != answer.ways.contains(&"with the PPA")) {
            let what = format!("remarked on the PPA: {remarked}");
            found.hindered.push(format!("{what}: {}{told}\n", answer.told()));
        }
        if found.faults() == before {
            self.notes.add(name);
        } else {
            println!("FAULT {name} {}{told}", answer.told());
        }
        println!("{name}: confirmed {:?}; {}", found.confirmed, found.faults.figures());
    }
}

/// What the program said of what is not met.
fn said(task: &Value) -> String {
    let criteria = task["criteria"].as_array().unwrap().iter();
    criteria
        .filter(|one| one["outcome"] != "pass" && one["optional"] == false)
        .map(|one| {
            let (found, because) = (&one["found"], &one["because"]);
            let line = &one["place"]["line"];
            format!(
                "  {} {}: {found} {because} at {line} {}\n",
                one["id"], one["outcome"], one["details"]
            )
        })
        .collect()
}

fn reference_tag() -> String {
    format!("grammar-{}:reference", std::process::id())
}

/// Judges `count` answers a task, composed by `answers` of a task, a number and a seed.
fn judged(count: u64, answers: fn(&'static str, u64, u64) -> Vec<Sample>) {
    let count = number_from_environment("DOCKERLAB_GRAMMAR_COUNT", count);
    let seed = number_from_environment("DOCKERLAB_GRAMMAR_SEED", 1);
    let only = std::env::var("DOCKERLAB_GRAMMAR_TASK").ok();
    let place = place(Some(current()));
    let host = place.engine.as_ref().unwrap().host.clone();
    let notes = Notes::open();
    let mut by_task: Vec<_> = TASKS
        .iter()
        .filter(|task| only.as_deref().is_none_or(|only| only == **task))
        .map(|task| answers(task, count, seed).into_iter())
        .collect();
    // One task after the other, over and over: a run that is stopped has some of each.
    let composed: Vec<Sample> = (0..count)
        .flat_map(|_| by_task.iter_mut().filter_map(Iterator::next).collect::<Vec<_>>())
        .filter(|sample| !notes.done.contains(&sample.name))
        .collect();
    let run = Run {
        place: &place,
        host: &host,
        notes,
        found: Mutex::default(),
    };
    // What images of tasks 2 and 3-2 are to be smaller than.
    docker(&host, &["tag", "python:3.8.14", &reference_tag()]);
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for worker in 0..2 {
            let (run, next, composed) = (&run, &next, &composed);
            scope.spawn(move || {
                let course = course(run.place, worker);
                while let index = next.fetch_add(1, Ordering::SeqCst)
                    && let Some(sample) = composed.get(index)
                {
                    run.one(&course, worker, index, sample);
                }
                for (task, ..) in LESSONS {
                    docker(run.host, &["rmi", "--force", &tag(worker, task)]);
                }
            });
        }
    });
    docker(&host, &["rmi", &reference_tag()]);
    let found = run.found.into_inner().unwrap();
    println!(
        "seed {seed}: {} answers composed, {:?} confirmed by containers, {} mislabelled, {} not judged to the end; {}",
        composed.len(),
        found.confirmed,
        found.mislabelled.len(),
        found.hindered.len(),
        found.faults.figures()
    );
    assert!(
        found.mislabelled.is_empty(),
        "the grammar is wrong:\n{}",
        found.mislabelled.concat()
    );
    found.faults.are_none();
    assert!(
        found.hindered.is_empty(),
        "not judged to the end:\n{}",
        found.hindered.concat()
    );
}

#[test]
#[ignore = "needs an engine: scripts/test"]
fn a_few_composed_answers_are_judged_as_their_containers_behave() {
    judged(2, answers_below_the_solution);
}

#[test]
#[ignore = "needs an engine, and about two hours"]
fn composed_answers_are_judged_as_their_containers_behave_at_length() {
    judged(60, answers);
}

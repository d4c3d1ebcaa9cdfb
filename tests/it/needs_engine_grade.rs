//! `dockerlab grade` on an engine: its verdicts are those of `check` alone, and a run that is killed and continued comes to the
//! same grades.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::{fs::symlink, process::ExitStatusExt},
    path::Path,
    process::{Command, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::support::{Dice, Place, current, docker, repository};

/// The tasks that are graded, with the folders of their lessons and the names of their Dockerfiles.
const GRADED: [(&str, &str, &str); 2] = [
    ("3-1", "3-1-base-image", "Dockerfile-task-3-1"),
    ("5", "5-non-root", "Dockerfile-nonroot"),
];

/// How long one submission may take in these tests.
const LIMIT: &str = "4m";

/// Each of these tests looks for what is left of any run on the engine: one at a time.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A place with a class in it, of so many learners of each kind that is judged.
fn class(each: usize) -> Place {
    let place = Place::started(Some(current()));
    let file = |folder: &str| fs::read_to_string(repository().join("lessons").join(folder)).unwrap();
    let solutions = GRADED.map(|(_, folder, name)| (name, file(&format!("{folder}/solution.Dockerfile"))));
    let put = |who: &str, name: &str, text: &str| {
        let path = place.dir.path().join("class").join(who).join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let right = |who: &str| {
        put(who, ".dockerignore", &file("1-layers/solution.dockerignore"));
        for (name, text) in &solutions {
            put(who, name, text);
        }
    };
    for number in 0..each {
        right(&format!("right-{number}"));
        let wrong = format!("wrong-port-{number}");
        right(&wrong);
        put(
            &wrong,
            GRADED[0].2,
            &solutions[0].1.replace("8000", &format!("80{:02}", number + 1)),
        );
        let wrong = format!("wrong-root-{number}");
        right(&wrong);
        put(
            &wrong,
            GRADED[1].2,
            &format!("{}USER root\nLABEL n={number}\n", solutions[1].1),
        );
        let wrong = format!("wrong-build-{number}");
        right(&wrong);
        put(
            &wrong,
            GRADED[0].2,
            &format!("{}RUN exit {}\n", solutions[0].1, number + 3),
        );
        let empty = format!("empty-{number}");
        put(&empty, "README.md", "nothing yet");
        put(&empty, GRADED[0].2, "# nothing\n");
    }
    right("changes-the-app");
    put("changes-the-app", "app/main.py", "raise SystemExit(3)\n");
    put("hostile", GRADED[0].2, &solutions[0].1);
    symlink("/etc/passwd", place.dir.path().join("class/hostile/app")).unwrap();
    put("huge", GRADED[0].2, &solutions[0].1);
    let huge = fs::File::create(place.dir.path().join("class/huge/data")).unwrap();
    huge.set_len(200_000_000).unwrap();
    place
}

/// Adds a learner whose build never ends.
fn add_hanging(place: &Place) {
    let folder = place.dir.path().join("class/hanging");
    fs::create_dir_all(&folder).unwrap();
    let build = "FROM python:3.8.14\nRUN sleep 3000\n";
    fs::write(folder.join(GRADED[0].2), build).unwrap();
}

fn command(place: &Place, out: &str, more: &[&str]) -> Command {
    let tasks = GRADED.map(|(id, ..)| id).join(",");
    command_for(place, &tasks, out, more)
}

fn command_for(place: &Place, tasks: &str, out: &str, more: &[&str]) -> Command {
    let mut words = vec!["grade", "class", "--tasks", tasks, "--out", out, "--format", "json"];
    words.extend(more);
    place.command(place.dir.path(), &words)
}

/// Grades to the end.
fn graded(place: &Place, out: &str, more: &[&str]) -> Value {
    let output = command(place, out, more).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}\n{told}"))
}

/// What grades say of each learner, without times.
fn said(grades: &Value) -> BTreeMap<String, Value> {
    let learners = grades["learners"].as_array().unwrap().iter();
    learners
        .map(|one| {
            let tasks: Vec<Value> = one["tasks"]
                .as_array()
                .unwrap()
                .iter()
                .map(|task| {
                    serde_json::json!([task["task"], task["state"], task["points"], outcomes(&task["criteria"])])
                })
                .collect();
            (
                one["id"].as_str().unwrap().to_owned(),
                serde_json::json!([one["state"], one["points"], tasks]),
            )
        })
        .collect()
}

/// Criteria with their outcomes.
fn outcomes(criteria: &Value) -> BTreeMap<String, Value> {
    let criteria = criteria.as_array().unwrap().iter();
    criteria
        .map(|one| (one["id"].as_str().unwrap().to_owned(), one["outcome"].clone()))
        .collect()
}

fn nothing_is_left(place: &Place, out: &str) {
    let host = &place.engine.as_ref().unwrap().host;
    let run = fs::read_dir(place.dir.path().join(out).join("at-work")).unwrap();
    assert_eq!(run.count(), 0);
    let images = docker(host, &["images", "-q", "dockerlab-grade"]);
    assert_eq!(images.trim(), "", "images are left");
}

/// Checks a submission as its learner does: in a workspace of its own, with `check`.
fn checked(submission: &Path, task: &str) -> Value {
    let own = Place::started(Some(current()));
    let copied = Command::new("cp")
        .args(["-r", "--"])
        .arg(submission.join("."))
        .arg(own.root())
        .status()
        .unwrap();
    assert!(copied.success());
    if submission.ends_with("changes-the-app") {
        // The app as the course has it.
        let fresh = Place::started(None);
        fs::copy(fresh.root().join("app/main.py"), own.root().join("app/main.py")).unwrap();
    }
    own.run(&["check", task, "--format", "json"]).json()
}

#[test]
#[ignore = "needs an engine: scripts/test"]
fn grades_are_the_verdicts_of_check_alone() {
    let _alone = alone();
    let place = class(1);
    add_hanging(&place);
    let grades = graded(&place, "grades", &["--limit", LIMIT]);
    let learner = |id: &str| {
        let mut learners = grades["learners"].as_array().unwrap().iter();
        learners.find(|one| one["id"] == id).unwrap().clone()
    };
    // One that hangs, one that is hostile and one that is huge have no grade, and cost nobody else theirs.
    for (id, why) in [
        ("hanging", "longer than"),
        ("hostile", "is a link"),
        ("huge", "larger than"),
    ] {
        let one = learner(id);
        assert_eq!((&one["state"], &one["points"]), (&"look".into(), &Value::Null), "{one}");
        assert!(one["look"][0].as_str().unwrap().contains(why), "{one}");
    }
    nothing_is_left(&place, "grades");
    // What has not changed is known.
    fs::remove_dir_all(place.dir.path().join("class/hanging")).unwrap();
    let grades = graded(&place, "grades", &["--limit", LIMIT]);
    let learner = |id: &str| {
        let mut learners = grades["learners"].as_array().unwrap().iter();
        learners.find(|one| one["id"] == id).unwrap().clone()
    };
    assert_eq!(learner("right-0")["points"], 100.0, "{}", learner("right-0"));
    assert_eq!(learner("changes-the-app")["points"], 100.0);
    assert_eq!(
        learner("changes-the-app")["put-back"],
        serde_json::json!(["app/main.py"])
    );
    assert_eq!(learner("empty-0")["points"], 0.0);
    for id in [
        "right-0",
        "wrong-port-0",
        "wrong-root-0",
        "wrong-build-0",
        "changes-the-app",
    ] {
        let one = learner(id);
        for (index, (task, ..)) in GRADED.iter().enumerate() {
            let alone = checked(&place.dir.path().join("class").join(id), task);
            let (mine, theirs) = (&one["tasks"][index], &alone["tasks"][0]);
            assert_eq!(
                outcomes(&mine["criteria"]),
                outcomes(&theirs["criteria"]),
                "{id}, task {task}"
            );
            assert_eq!(mine["state"] == "passed", theirs["passed"] == true, "{id}, task {task}");
        }
    }
    nothing_is_left(&place, "grades");
}

#[test]
#[ignore = "needs an engine and an hour: scripts/test long"]
fn a_run_that_is_killed_and_continued_comes_to_the_same_grades_at_length() {
    let _alone = alone();
    let (each, count) = (11, 10);
    let place = class(each);
    let begun = Instant::now();
    let whole = said(&graded(&place, "whole", &["--limit", LIMIT]));
    let lasts = begun.elapsed();
    let mut dice = Dice::new(18);
    let mut hits = 0;
    for _ in 0..count {
        let mut child = command(&place, "killed", &["--limit", LIMIT, "--jobs", "2"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_secs(1) + lasts * u32::try_from(dice.below(500)).unwrap() / 1000);
        child.kill().unwrap();
        hits += usize::from(child.wait().unwrap().signal() == Some(9));
        // What is there is whole.
        for entry in fs::read_dir(place.dir.path().join("killed/results"))
            .into_iter()
            .flatten()
        {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "json") {
                serde_json::from_slice::<Value>(&fs::read(path).unwrap()).unwrap();
            }
        }
    }
    assert!(hits > 0);
    let continued = said(&graded(&place, "killed", &["--limit", LIMIT]));
    assert_eq!(continued, whole);
    nothing_is_left(&place, "killed");
}

#[test]
#[ignore = "needs an engine: scripts/test"]
fn ctrl_c_leaves_nothing_and_loses_nothing() {
    let _alone = alone();
    let place = class(1);
    let mut child = command_for(&place, "5", "grades", &["--limit", LIMIT])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let results = place.dir.path().join("grades/results");
    let started = Instant::now();
    while fs::read_dir(&results).map_or(0, Iterator::count) < 2 && started.elapsed() < Duration::from_mins(4) {
        std::thread::sleep(Duration::from_millis(50));
    }
    let interrupted = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(interrupted.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    nothing_is_left(&place, "grades");
    let csv = fs::read_to_string(place.dir.path().join("grades/grades.csv")).unwrap();
    assert!(csv.contains(",waiting,"), "{csv}");
    let kept = fs::read_dir(&results).unwrap().count();
    let output = command_for(&place, "5", "grades", &["--limit", LIMIT])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    // What cannot be checked at all has a result too.
    let known = told.matches("(not changed)").count() + told.matches("(not checked)").count();
    assert!(known + 1 >= kept, "{known} of {kept}:\n{told}");
}

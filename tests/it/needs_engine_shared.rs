//! Several checks at the same time on one engine: each is judged as if it were alone.

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::support::{Engine, Place, TASKS, current, engine, place, repository};

/// Answers to task 1: the right one, and wrong ones that differ from it only below the installs, so that the engine
/// installs once. A proof's name tells the criterion it fails at.
const ANSWERS: [&str; 8] = [
    "solution",
    "exposes--left-out",
    "exposes--another-port",
    "exposes--udp",
    "entrypoint--all-in-cmd",
    "command--everything-in-entrypoint",
    "copied--one-folder-deeper",
    "workdir--one-folder-deeper",
];

fn answer(name: &str) -> String {
    let path = match name {
        "solution" => "lessons/1-layers/solution.Dockerfile".to_owned(),
        _ => format!("tests/proofs/1/wrong/{name}.Dockerfile"),
    };
    fs::read_to_string(repository().join(path)).unwrap()
}

/// The criteria that an answer fails at, by its name.
fn broken(name: &str) -> BTreeSet<String> {
    let criteria = name.split_once("--").map(|(criteria, _)| criteria);
    criteria
        .into_iter()
        .flat_map(|all| all.split('+'))
        .map(str::to_owned)
        .collect()
}

/// A workspace with the ignore file of the solution.
fn workspace(place: &Place, name: &str) -> PathBuf {
    place.run_in(place.dir.path(), &["start", name]).expect(0);
    let root = place.dir.path().join(name);
    let ignore = repository().join("lessons/1-layers/solution.dockerignore");
    fs::copy(ignore, root.join(".dockerignore")).unwrap();
    root
}

/// Checks side by side, a folder and a task each; the outcome of every criterion.
fn checks(place: &Place, checks: &[(&Path, &str)]) -> Vec<Vec<(String, String)>> {
    let running: Vec<_> = checks
        .iter()
        .map(|(folder, task)| {
            let mut command = place.command(folder, &["check", task, "--format", "json"]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    running
        .into_iter()
        .map(|child| {
            let output = child.wait_with_output().unwrap();
            let told = String::from_utf8_lossy(&output.stderr);
            let report: serde_json::Value =
                serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {told}"));
            let criteria = report["tasks"][0]["criteria"].as_array().unwrap();
            let criteria = criteria.iter().filter(|one| one["optional"] != true);
            let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
            let outcomes: Vec<_> = criteria.map(|one| (text(&one["id"]), text(&one["outcome"]))).collect();
            assert!(
                outcomes.iter().all(|(_, outcome)| outcome != "cannot-check"),
                "{told}\n{outcomes:?}"
            );
            outcomes
        })
        .collect()
}

/// Eight workspaces, whose answers go round.
fn in_eight_workspaces(engine: Engine, rounds: usize) {
    let place = place(Some(engine));
    let folders: Vec<PathBuf> = (0..8)
        .map(|number| workspace(&place, &format!("ws-{number}")))
        .collect();
    for round in 0..rounds {
        let name = |number: usize| ANSWERS[(number + round) % ANSWERS.len()];
        for (number, folder) in folders.iter().enumerate() {
            fs::write(folder.join("Dockerfile-task-1"), answer(name(number))).unwrap();
        }
        let all: Vec<_> = folders.iter().map(|folder| (folder.as_path(), "1")).collect();
        for (number, outcomes) in checks(&place, &all).into_iter().enumerate() {
            let failed = outcomes.iter().filter(|(_, outcome)| outcome == "fail");
            let failed: BTreeSet<String> = failed.map(|(id, _)| id.clone()).collect();
            assert_eq!(
                failed,
                broken(name(number)),
                "round {round}, {}: {outcomes:?}",
                name(number)
            );
        }
    }
}

/// Answers that are built in a second and break different criteria.
const QUICK: [&str; 5] = [
    "EXPOSE 8000\nCMD [\"true\"]\n",
    "ENV PYTHONUNBUFFERED=1\nCMD [\"true\"]\n",
    "WORKDIR /server\nENTRYPOINT [\"uvicorn\"]\n",
    "WORKDIR /app\nEXPOSE 8000\nENV PYTHONUNBUFFERED=1\nCMD [\"true\"]\n",
    "USER 1000\nENTRYPOINT [\"poetry\", \"run\"]\n",
];

/// Five checks in one workspace, a task each: together they come to what they come to alone.
fn in_one_workspace(engine: Engine, rounds: usize) {
    let place = place(Some(engine));
    let folder = workspace(&place, "ws");
    for ((_, _, file), rest) in TASKS.iter().zip(QUICK) {
        fs::write(folder.join(file), format!("FROM ubuntu:20.04\n{rest}")).unwrap();
    }
    let tasks: Vec<_> = TASKS.iter().map(|(task, ..)| (folder.as_path(), *task)).collect();
    let alone: Vec<_> = tasks
        .iter()
        .flat_map(|one| checks(&place, std::slice::from_ref(one)))
        .collect();
    let different: BTreeSet<_> = alone.iter().collect();
    assert_eq!(different.len(), alone.len(), "two answers come to the same");
    for round in 0..rounds {
        assert_eq!(checks(&place, &tasks), alone, "round {round}");
    }
}

#[test]
#[ignore = "needs an engine: scripts/test"]
fn workspaces_and_checks_side_by_side_with_buildkit() {
    in_eight_workspaces(current(), 1);
    in_one_workspace(current(), 1);
}

#[test]
#[ignore = "needs an engine and several minutes"]
fn workspaces_and_checks_side_by_side_with_the_classic_builder_at_length() {
    in_eight_workspaces(engine("DOCKERLAB_TEST_ENGINE", true), 1);
    in_one_workspace(engine("DOCKERLAB_TEST_ENGINE", true), 1);
}

#[test]
#[ignore = "needs engines and many minutes"]
fn ten_rounds_side_by_side_at_length() {
    for variable in ["DOCKERLAB_TEST_ENGINE", "DOCKERLAB_TEST_ENGINE_OLD"] {
        for classic in [false, true] {
            in_eight_workspaces(engine(variable, classic), 10);
            in_one_workspace(engine(variable, classic), 10);
        }
    }
}

#[test]
#[ignore = "needs an engine: scripts/test"]
fn a_copy_of_a_workspace_leaves_the_containers_of_the_other_alone() {
    let place = Place::started(Some(current()));
    place.put("Dockerfile-task-1", "FROM ubuntu:20.04\nCMD [\"sleep\", \"600\"]\n");
    place.run(&["build", "1"]).expect(0);
    let mut command = place.command(&place.root(), &["run", "1", "--port", "0"]);
    let mut runs = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut told = BufReader::new(runs.stderr.take().unwrap()).lines();
    assert!(
        told.any(|line| line.unwrap().contains("is running at http://")),
        "it never ran"
    );
    let copy = place.dir.path().join("copy");
    let copied = Command::new("cp")
        .arg("-r")
        .arg(place.root())
        .arg(&copy)
        .status()
        .unwrap();
    assert!(copied.success());
    fs::write(copy.join("Dockerfile-task-1"), "FROM ubuntu:20.04\nCMD [\"true\"]\n").unwrap();
    place.run_in(&copy, &["check", "1"]).expect(1);
    place.run_in(&copy, &["instructor", "reset", "1", "--yes"]).expect(0);
    assert_eq!(runs.try_wait().unwrap(), None, "its container was removed");
    let killed = Command::new("kill")
        .args(["-INT", &runs.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    assert_eq!(runs.wait().unwrap().code(), Some(130));
    assert!(told.any(|line| line.unwrap().contains("Stopped and removed")));
}

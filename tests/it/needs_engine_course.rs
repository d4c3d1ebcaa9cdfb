//! The whole course on a real engine: start, fail, hint, fix, check, for all six tasks.

use std::{fs, process::Stdio, time::Duration};

use rexpect::session::{PtySession, spawn_command};

use crate::support::{Engine, Place, TASKS, current, engine, repository};

fn terminal(place: &Place, arguments: &[&str], seconds: u64) -> PtySession {
    let mut command = place.command(&place.root(), arguments);
    command.env("PS1", "$ ").stdin(Stdio::inherit());
    spawn_command(command, Some(seconds * 1000)).unwrap()
}

/// A terminal in a container, in which these lines are typed.
fn in_shell(place: &Place, lines: &[&str]) {
    let mut shell = terminal(place, &["shell", "3-2"], 60);
    shell.exp_string("Leave it with").unwrap();
    for line in lines {
        std::thread::sleep(Duration::from_millis(700));
        shell.send(&format!("{line}; echo it-$((40+2))\r")).unwrap();
        shell.flush().unwrap();
        shell.exp_string("it-42").unwrap();
    }
    shell.send("exit\r").unwrap();
    shell.flush().unwrap();
    shell.exp_string("The container is gone").unwrap();
    shell.exp_eof().unwrap();
}

fn whole_course(engine: Engine) {
    let place = Place::started(Some(engine));
    // The ignore file is missing at first.
    for (id, folder, name) in TASKS {
        let solution =
            fs::read_to_string(repository().join("lessons").join(folder).join("solution.Dockerfile")).unwrap();
        if *id == "1" {
            place.put(name, &solution);
            place
                .run(&["check", id])
                .expect(1)
                .says("FAIL")
                .says("`.dockerignore` does not exist");
            place.run(&["hint"]).expect(0).says("hint 1 of");
            place.run(&["hint"]).expect(0).says("hint 2 of");
            place.put_ignore();
        } else {
            // What was scaffolded is the learner's own passed Dockerfile, which is not enough for the next task.
            assert!(place.text(name).contains("FROM"), "{name} was not scaffolded");
            place.run(&["check", id]).expect(1).says("FAIL");
            place.run(&["hint", id]).expect(0).says("hint 1 of");
            place.put(name, &solution);
        }
        let ran = place.run(&["check", id]);
        assert_eq!(ran.code, 0, "task {id}\n{}\n{}", ran.stdout, ran.stderr);
        assert!(ran.stdout.contains(&format!("Task {id} is passed.")), "{}", ran.stdout);
        place.run(&["solution", id]).expect(0).says("Your file is the same");
    }
    place
        .run(&["check", "4"])
        .expect(1)
        .says("no container of this image has been seen yet");
    in_shell(&place, &["pwd", "ls", "touch toto.py", "ls"]);
    place
        .run(&["check", "4"])
        .expect(1)
        .says("a second, later container")
        .says("which has exited");
    in_shell(&place, &["ls"]);
    place.run(&["check", "4"]).expect(0).says("Task 4 is passed.");
    let status = place.run(&["status", "--format", "json"]).expect(0).json();
    for task in status["tasks"].as_array().unwrap() {
        assert_eq!(task["standing"], "passed", "{status}");
    }
    place.run(&["status"]).expect(0).says("All 6 tasks are passed.");
    // What `clean` lists can belong to tests beside this one.
    let left = place.containers();
    assert!(left.is_empty(), "containers are left: {left:?}");
}

#[test]
#[ignore = "needs an engine: scripts/test"]
fn on_a_current_engine_with_buildkit() {
    whole_course(current());
}

#[test]
#[ignore = "needs an engine: scripts/test long"]
fn on_a_current_engine_with_the_classic_builder_at_length() {
    whole_course(engine("DOCKERLAB_TEST_ENGINE", true));
}

#[test]
#[ignore = "needs an engine: scripts/test long"]
fn on_an_old_engine_with_buildkit_at_length() {
    whole_course(engine("DOCKERLAB_TEST_ENGINE_OLD", false));
}

#[test]
#[ignore = "needs an engine: scripts/test"]
fn on_an_old_engine_with_the_classic_builder() {
    whole_course(engine("DOCKERLAB_TEST_ENGINE_OLD", true));
}

#[test]
#[ignore = "needs an engine: scripts/test long"]
fn on_a_containerd_store_at_length() {
    whole_course(engine("DOCKERLAB_TEST_ENGINE_CONTAINERD", false));
    whole_course(engine("DOCKERLAB_TEST_ENGINE_CONTAINERD", true));
}

#[test]
#[ignore = "needs an engine: scripts/test long"]
fn on_docker_26_at_length() {
    whole_course(engine("DOCKERLAB_TEST_ENGINE_26", false));
    whole_course(engine("DOCKERLAB_TEST_ENGINE_26", true));
}

#[test]
#[ignore = "needs an engine: scripts/test long"]
fn on_rootless_docker_at_length() {
    whole_course(engine("DOCKERLAB_TEST_ENGINE_ROOTLESS", false));
    whole_course(engine("DOCKERLAB_TEST_ENGINE_ROOTLESS", true));
}

#[test]
#[ignore = "needs an engine: scripts/test long"]
fn on_podman_at_length() {
    // It has one builder.
    whole_course(engine("DOCKERLAB_TEST_ENGINE_PODMAN", false));
}

#[test]
#[ignore = "needs an engine: scripts/test"]
fn start_is_driven_with_keys_and_judges_on_save() {
    let place = Place::started(Some(current()));
    place.put("Dockerfile-task-1", "FROM ubuntu:22.04\n");
    let mut lab = terminal(&place, &["start"], 240);
    let press = |lab: &mut PtySession, keys: &str| {
        std::thread::sleep(Duration::from_millis(300));
        lab.send(keys).unwrap();
        lab.flush().unwrap();
    };
    // The lesson of a task that was never tried comes by itself.
    lab.exp_string("It works on my machine").unwrap();
    press(&mut lab, "q");
    lab.exp_string("FAIL").unwrap();
    lab.exp_string("`ubuntu:22.04`").unwrap();
    press(&mut lab, "h");
    lab.exp_string("hint 1 of").unwrap();
    press(&mut lab, "d");
    lab.exp_string("What you changed").unwrap();
    press(&mut lab, "q");
    press(&mut lab, "t");
    lab.exp_string("Tasks: press Enter").unwrap();
    press(&mut lab, "q");
    // A save is judged, and when nothing fails in the files the build starts by itself.
    place.put_ignore();
    let solution = fs::read_to_string(repository().join("lessons/1-layers/solution.Dockerfile")).unwrap();
    place.put("Dockerfile-task-1", solution);
    lab.exp_string("Task 1 is passed.").unwrap();
    lab.exp_string("layers added").unwrap();
    press(&mut lab, "\r");
    lab.exp_string("Package managers are built").unwrap();
    press(&mut lab, "q");
    lab.exp_string("one layer installs all packages").unwrap();
    press(&mut lab, "q");
    lab.exp_string("1 of 6 tasks passed. Your work is saved").unwrap();
    lab.exp_eof().unwrap();
}

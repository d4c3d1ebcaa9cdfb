//! `run`, `shell`, `clean` and `instructor reset`: containers in the foreground, and those that are left.

use crate::{
    commands::{clean, instructor, run, shell},
    engine::port::{ContainerFacts, REGISTRY_LABEL, RunEvent, WORKSPACE_LABEL},
    exit::ExitStatus,
    judging::scripted::{Bench, args, right_picture},
};

/// A bench on whose engine the first task's image is.
fn built() -> Bench {
    let bench = Bench::at_terminal();
    let image = right_picture();
    bench.engine.script().images.insert("first:test".to_owned(), image);
    bench
}

#[test]
fn a_container_is_run_until_it_ends() {
    for (code, status) in [
        (Some(0), ExitStatus::Done),
        (Some(3), ExitStatus::NotPassed),
        (None, ExitStatus::Interrupted),
    ] {
        let bench = built();
        let started = RunEvent::Started {
            container: "c".to_owned(),
            address: Some("127.0.0.1:8001".to_owned()),
        };
        bench.engine.script().run = (vec![started, RunEvent::Line("ready".to_owned())], code);
        assert_eq!(run::run(&bench.lab, &args(&["1", "--port", "8001"])).unwrap(), status);
        assert_eq!(bench.out(), "ready\n");
        assert!(bench.err().contains("first:test is running at http://127.0.0.1:8001"));
        assert_eq!(bench.engine.asked("run"), [right_picture().facts.id]);
    }
}

#[test]
fn without_its_image_nothing_is_run() {
    let bench = Bench::at_terminal();
    let error = run::run(&bench.lab, &args(&["1"])).unwrap_err();
    assert_eq!(error.help_text(), Some("build it with `dockerlab build 1`"));
    // The third task looks at the image of the first.
    let error = shell::run(&bench.lab, &args(&["3"])).unwrap_err();
    assert_eq!(error.help_text(), Some("build it with `dockerlab build 1`"));
    assert!(bench.engine.asked("run").is_empty());
}

#[test]
fn what_a_shell_left_is_remembered_for_the_tasks_that_ask_for_it() {
    let bench = built();
    bench.engine.script().shell = (vec!["/note".to_owned()], 0);
    bench.person().typed = "touch note\n";
    assert_eq!(shell::run(&bench.lab, &args(&["1"])).unwrap(), ExitStatus::Done);
    assert_eq!(bench.out(), "touch note\n");
    let progress = bench.progress();
    let seen = &progress.tasks["3"].sightings;
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].changed, ["/note"]);
    assert!(!seen[0].running, "it is removed");
    assert!(!progress.tasks.contains_key("1"), "nothing of it asks for containers");
    bench.engine.script().shell.1 = 1;
    assert_eq!(shell::run(&bench.lab, &args(&["1"])).unwrap(), ExitStatus::NotPassed);
}

#[test]
fn a_shell_needs_a_terminal() {
    let mut bench = built();
    bench.lab.settings.can_ask = false;
    let error = shell::run(&bench.lab, &args(&["1"])).unwrap_err();
    assert_eq!(error.status(), ExitStatus::Usage);
    assert!(bench.engine.asked("shell").is_empty());
}

/// Puts three containers on the engine: one of another workspace, a registry, and one that is not ours.
fn containers(bench: &Bench) {
    let container = |id: &str, label: &str| ContainerFacts {
        id: id.to_owned(),
        labels: vec![(label.to_owned(), "w".to_owned())],
        ..ContainerFacts::default()
    };
    bench.engine.script().containers = vec![
        container("lab", WORKSPACE_LABEL),
        container("registry", REGISTRY_LABEL),
        container("foreign", "other"),
    ];
}

#[test]
fn clean_removes_what_is_ours_once_it_is_told_to() {
    let mut bench = built();
    containers(&bench);
    bench.person().answers = ["no"].into();
    assert_eq!(clean::run(&bench.lab, &args(&[])).unwrap(), ExitStatus::Done);
    assert_eq!(bench.person().questions, ["Remove 2 containers?"]);
    assert!(bench.engine.asked("remove_container").is_empty());
    bench.person().answers = ["yes"].into();
    clean::run(&bench.lab, &args(&[])).unwrap();
    assert_eq!(bench.engine.asked("remove_container"), ["lab", "registry"]);
    bench.out();
    clean::run(&bench.lab, &args(&[])).unwrap();
    assert!(bench.out().contains("The engine has no containers or images"));
    containers(&bench);
    bench.lab.settings.can_ask = false;
    assert!(clean::run(&bench.lab, &args(&[])).is_err(), "nobody can be asked");
    assert_eq!(clean::run(&bench.lab, &args(&["--yes"])).unwrap(), ExitStatus::Done);
    assert_eq!(bench.engine.script().containers.len(), 1);
}

#[test]
fn a_reset_backs_up_and_removes_the_workspaces_own_containers() {
    let bench = built();
    let (died, labels) = bench.lab.begin_run(&bench.workspace, "1").unwrap();
    drop(died);
    containers(&bench);
    bench.engine.script().containers[0].labels = labels;
    let task: instructor::Args = args(&["reset", "1"]);
    bench.person().answers = ["no"].into();
    instructor::run(&bench.lab, &task).unwrap();
    assert!(bench.workspace.read("Dockerfile-task-1").unwrap().is_some());
    assert!(bench.engine.asked("remove_container").is_empty());
    bench.person().answers = ["yes"].into();
    assert_eq!(instructor::run(&bench.lab, &task).unwrap(), ExitStatus::Done);
    assert_eq!(bench.engine.asked("remove_container"), ["lab"]);
    let out = bench.out();
    assert!(
        out.contains("Reset task 1.") && out.contains(".dockerlab/backup"),
        "{out}"
    );
}

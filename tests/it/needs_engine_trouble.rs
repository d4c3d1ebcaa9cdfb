//! What must hold when things go wrong, and the image that must be docker's own.

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::support::{Place, current, docker};

fn wait_for(what: &str, seconds: u64, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(seconds);
    while !holds() {
        assert!(Instant::now() < end, "{what} did not come about");
        std::thread::sleep(Duration::from_millis(100));
    }
}

const SILENT: &str = "FROM ubuntu:20.04\nCMD [\"sleep\", \"600\"]\n";

#[test]
#[ignore = "needs an engine: scripts/test"]
fn a_check_killed_leaves_a_readable_state_and_the_next_command_tidies_up() {
    let place = Place::started(Some(current()));
    place.put("Dockerfile-task-1", SILENT);
    let mut child = place
        .command(&place.root(), &["check", "1"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_for("a container", 60, || !place.containers().is_empty());
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(place.containers().len(), 1);
    place.run(&["status"]).expect(0);
    place.put("Dockerfile-task-1", "FROM ubuntu:20.04\nCMD [\"true\"]\n");
    place
        .run(&["check", "1"])
        .expect(1)
        .says("left over from an interrupted run");
    assert!(place.containers().is_empty());
}

#[test]
#[ignore = "needs an engine: scripts/test"]
fn an_interrupt_ends_a_check_and_a_run_with_130_and_nothing_stays() {
    let place = Place::started(Some(current()));
    place.put("Dockerfile-task-1", SILENT);
    place.run(&["build", "1"]).expect(0);
    for arguments in [["check", "1"].as_slice(), &["run", "1", "--port", "0"]] {
        let mut child = place
            .command(&place.root(), arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        wait_for("a container", 60, || !place.containers().is_empty());
        let killed = Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status()
            .unwrap();
        assert!(killed.success());
        assert_eq!(child.wait().unwrap().code(), Some(130), "{arguments:?}");
        assert!(place.containers().is_empty(), "{arguments:?}");
    }
}

#[test]
#[ignore = "needs an engine: scripts/test"]
fn the_image_is_the_one_that_docker_build_makes_file_for_file() {
    let place = Place::started(Some(current()));
    let host = place.engine.as_ref().unwrap().host.clone();
    place.put(
        ".dockerignore",
        "Dockerfile*\nMakefile\n.venv\n.dockerlab\n**/__pycache__\n",
    );
    place.put("Dockerfile-task-1", "FROM ubuntu:20.04\nWORKDIR /server\nCOPY . .\n");
    std::fs::create_dir(place.root().join(".venv")).unwrap();
    place.put(".venv/x", "x");
    std::os::unix::fs::symlink("app/main.py", place.root().join("link")).unwrap();
    place.run(&["build", "1", "--no-cache"]).expect(0);
    let root = place.root();
    let file = root.join("Dockerfile-task-1");
    docker(
        &host,
        &[
            "build",
            "-q",
            "--no-cache",
            "-t",
            "dockerlab-test/theirs",
            "-f",
            file.to_str().unwrap(),
            root.to_str().unwrap(),
        ],
    );
    let list = "cd /server && find . -mindepth 1 | sort | while read f; do stat -c '%n %a %u:%g %F %Y' \"$f\"; \
                [ -f \"$f\" ] && sha256sum < \"$f\"; [ -L \"$f\" ] && readlink \"$f\"; done; true";
    let listing = |image: &str| docker(&host, &["run", "--rm", "--network", "none", image, "sh", "-c", list]);
    let own = listing("base-image-fastapi-ubuntu-fat:test");
    let theirs = listing("dockerlab-test/theirs");
    docker(&host, &["rmi", "dockerlab-test/theirs"]);
    assert_eq!(own, theirs);
    assert!(own.contains("./app/main.py") && own.contains("./link"), "{own}");
    assert!(!own.contains("Dockerfile") && !own.contains(".venv"), "{own}");
}

#[test]
#[ignore = "needs an engine: scripts/test"]
fn failures_are_told_with_the_line_and_the_cause() {
    let place = Place::started(Some(current()));
    place.put_ignore();
    let ubuntu = "FROM ubuntu:20.04\nARG DEBIAN_FRONTEND=noninteractive\n";
    let cases: &[(String, &str)] = &[
        (format!("{ubuntu}RUN echo one && exit 7\n"), "exit code 7"),
        (format!("{ubuntu}RUN echo one && exit 7\n"), "Dockerfile-task-1:3"),
        (format!("{ubuntu}COPY nowhere /x\n"), "Dockerfile-task-1:3"),
        (
            format!(
                "{ubuntu}RUN echo \"E: The repository 'http://ppa.example/deadsnakes/ppa/ubuntu focal Release' does not have a Release file.\" && exit 100\n"
            ),
            "the deadsnakes archive has",
        ),
        (
            // The address is not in the Dockerfile.
            format!(
                "{ubuntu}RUN H=archive; echo \"E: The repository 'http://$H.example bullseye Release' does not have a Release file.\"; exit 100\n"
            ),
            "August 2026",
        ),
    ];
    for (text, expected) in cases {
        place.put("Dockerfile-task-1", text);
        place.run(&["check", "1"]).expect(1).says(expected);
    }
    place.put(
        "Dockerfile-task-1",
        format!("{ubuntu}RUN H=archive; echo \"W: Failed to fetch http://$H.example/x  Temporary failure resolving '$H.example'\"; exit 100\n"),
    );
    let report = place.run(&["check", "1", "--format", "json"]).json();
    let builds = report["tasks"][0]["criteria"]
        .as_array()
        .unwrap()
        .iter()
        .find(|found| found["id"] == "builds")
        .unwrap();
    assert_eq!(builds["outcome"], "cannot-check", "{builds}");
}

#[test]
#[ignore = "needs an engine: scripts/test"]
fn doctor_finds_everything_in_order() {
    Place::started(Some(current()))
        .run(&["doctor"])
        .expect(0)
        .says("Everything the course needs is ready.");
}

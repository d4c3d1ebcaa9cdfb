//! Bad input: a clear message, exit code 2 (3 where an engine is needed), and nothing lost. Needs no engine.

use std::{fs, os::unix::fs::PermissionsExt};

use crate::support::{Place, place};

#[test]
fn an_unknown_task_is_told_with_those_that_there_are() {
    Place::started(None)
        .run(&["check", "9"])
        .expect(2)
        .says("unknown task `9`")
        .says("1, 2, 3-1");
}

#[test]
fn outside_a_workspace_the_way_in_is_told() {
    let place = place(None);
    place
        .run_in(place.dir.path(), &["check", "1"])
        .expect(2)
        .says("this is not a dockerlab workspace")
        .says("dockerlab start");
}

#[test]
fn a_folder_that_cannot_be_written_to_is_told() {
    let place = place(None);
    // Root may write anywhere but into what is no folder.
    fs::write(place.dir.path().join("file"), "").unwrap();
    place
        .run_in(place.dir.path(), &["start", "file"])
        .expect(2)
        .says("cannot create a workspace");
    let locked = place.dir.path().join("locked");
    fs::create_dir(&locked).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).unwrap();
    let ran = place.run_in(place.dir.path(), &["start", "locked/ws"]);
    assert!(ran.code == 2 || ran.code == 0, "only root gets through: {ran:?}");
}

#[test]
fn dockerfiles_that_cannot_be_judged_are_told_by_name_and_line() {
    let place = Place::started(None);
    let name = "Dockerfile-task-1";
    let cases: &[(&str, Vec<u8>, &str)] = &[
        ("empty", vec![], "has no instructions yet"),
        ("only comments", b"# x\n\n".to_vec(), "has no instructions yet"),
        ("not UTF-8", b"FROM a\nRUN \xff\n".to_vec(), "line 2"),
        ("50 MB", vec![b'#'; 50_000_000], "larger than"),
        (
            "an unknown instruction",
            b"FROM ubuntu:20.04\nRUNN x\n".to_vec(),
            "Dockerfile-task-1:2",
        ),
        ("no FROM", b"RUN x\n".to_vec(), "FROM"),
        (
            "an endless here-document",
            b"FROM a\nRUN <<EOF\nx\n".to_vec(),
            "Dockerfile-task-1:2",
        ),
    ];
    for (what, bytes, expected) in cases {
        place.put(name, bytes);
        for arguments in [["check", "1", "--static"].as_slice(), &["check", "1"], &["build", "1"]] {
            let ran = place.run(arguments);
            assert_eq!(ran.code, 2, "{what} {arguments:?}: {ran:?}");
            assert!(ran.stderr.contains(expected), "{what} {arguments:?}: {ran:?}");
        }
        assert_eq!(
            fs::read(place.root().join(name)).unwrap(),
            *bytes,
            "{what}: it was changed"
        );
    }
    place.put(name, "FROM ubuntu:20.04\nRUNN x\n");
    place.run(&["check", "1"]).expect(2).says("did you mean RUN?");
    fs::remove_file(place.root().join(name)).unwrap();
    place
        .run(&["check", "1"])
        .expect(2)
        .says("`Dockerfile-task-1` does not exist yet");
}

#[test]
fn without_an_engine_the_rest_is_judged_and_the_exit_code_is_3_where_one_is_needed() {
    let place = Place::started(None);
    place.put_ignore();
    place.put(
        "Dockerfile-task-1",
        "FROM ubuntu:20.04\nARG DEBIAN_FRONTEND=noninteractive\nENTRYPOINT [\"uvicorn\"]\n",
    );
    place.run(&["build", "1"]).expect(3).says("cannot reach");
    place.run(&["run", "1"]).expect(3);
    place.run(&["doctor"]).expect(3).says("fix:");
    place.run(&["clean"]).expect(3);
    // EXPOSE is missing: that much is certain without an engine.
    place
        .run(&["check", "1"])
        .expect(1)
        .says("Checked without an engine")
        .says("PASS so far")
        .says("CANNOT CHECK");
    place.run(&["check", "1", "--static"]).expect(1).says("provisional");
    let report = place
        .run(&["check", "1", "--static", "--format", "json"])
        .expect(1)
        .json();
    assert_eq!(report["schema"], "dockerlab/check/1");
    assert_eq!(report["tasks"][0]["provisional"], true);
    // None of it is an attempt.
    let status = place.run(&["status", "--format", "json"]).expect(0).json();
    assert_eq!(status["tasks"][0]["attempts"], 0);
}

#[test]
fn nothing_asks_where_there_is_no_terminal() {
    let place = Place::started(None);
    place.run(&["instructor", "reset", "1"]).expect(2).says("--yes");
    place.run(&["shell", "1"]).expect(2).says("terminal");
}

#[test]
fn a_closed_pipe_is_no_error() {
    use std::{io::Read, process::Stdio};
    let place = Place::started(None);
    let mut child = place
        .command(&place.root(), &["read", "1"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{told}");
    assert_eq!(told, "");
}

#[test]
fn an_error_is_json_too_where_json_was_asked_for() {
    let place = Place::started(None);
    for (words, kind) in [
        (&["check", "9", "--format", "json"][..], "usage"),
        (&["status", "--format=json", "--nonsense"], "usage"),
        (&["check", "2", "--format", "json"], "usage"),
        (&["inspect", "no-such.tar", "--format", "json"], ""),
    ] {
        let ran = place.run(words);
        assert!(ran.code >= 2, "{words:?}: {}", ran.code);
        let document = ran.json();
        assert_eq!(document["schema"], "dockerlab/error/1", "{words:?}");
        let message = document["error"]["message"].as_str().unwrap();
        assert!(!message.is_empty() && !ran.stderr.is_empty(), "{words:?}");
        assert!(document["error"]["kind"].as_str().unwrap().contains(kind), "{words:?}");
    }
    let ran = place.run(&["check", "9"]);
    assert!(ran.stdout.is_empty(), "{}", ran.stdout);
}

//! Files that are none, files of another user, a full disk, another command at work, signals. Needs no engine.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, symlink},
    path::Path,
    process::{Command, Stdio},
};

use crate::support::{Place, Ran, place};

fn mkfifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Puts something else in a file's place; what it is, as it is told.
fn put_something_else(path: &Path, what: usize) -> &'static str {
    fs::remove_file(path).ok();
    match what {
        0 => {
            mkfifo(path);
            "a named pipe"
        }
        1 => {
            symlink("/dev/zero", path).unwrap();
            "a device"
        }
        2 => {
            drop(std::os::unix::net::UnixListener::bind(path).unwrap());
            "a socket"
        }
        _ => {
            fs::create_dir(path).unwrap();
            "a folder"
        }
    }
}

#[test]
fn what_is_no_file_is_refused_and_never_waited_for() {
    let cases: &[(&str, &[&str])] = &[
        ("Dockerfile-task-1", &["check", "1", "--static"]),
        ("Dockerfile-task-1", &["lint", "Dockerfile-task-1"]),
        ("Dockerfile-task-1", &["parse", "Dockerfile-task-1"]),
        (".dockerignore", &["check", "1", "--static"]),
        (".dockerlab/state.json", &["status"]),
        (".dockerlab/lock", &["solution", "1", "--give-up"]),
        (".dockerlab/settings.toml", &["config"]),
        (".hadolint.yaml", &["lint", "Dockerfile-task-1"]),
        ("course/course.toml", &["--course", "course", "status"]),
    ];
    for (file, arguments) in cases {
        for what in 0..4 {
            // An ignore file that is a link out of the context is none, as for docker's client.
            if *file == ".dockerignore" && what == 1 {
                continue;
            }
            let place = Place::started(None);
            place.put("Dockerfile-task-1", "FROM ubuntu:20.04\n");
            fs::create_dir(place.root().join("course")).unwrap();
            let told = put_something_else(&place.root().join(file), what);
            let ran = place.run(arguments).expect(2);
            // A folder among a course's files is a task, and one that is linted is looked through.
            if told != "a folder" || !(file.starts_with("course/") || arguments[0] == "lint") {
                // The state, the lock and a course's files are not read through a link at all.
                let unlinked = [".dockerlab/state.json", ".dockerlab/lock", "course/course.toml"];
                let is_linked = unlinked.contains(file) && told == "a device";
                ran.says(if is_linked { "a link" } else { told });
            }
            assert!(place.root().join(file).symlink_metadata().is_ok(), "{file} {told}");
        }
    }
}

#[test]
fn our_own_files_are_no_links_and_a_linked_dockerfile_is_read() {
    let place = Place::started(None);
    let target = place.dir.path().join("target");
    for file in [".dockerlab/state.json", ".dockerlab/lock"] {
        fs::write(&target, "theirs").unwrap();
        fs::remove_file(place.root().join(file)).ok();
        symlink(&target, place.root().join(file)).unwrap();
        place.run(&["solution", "1", "--give-up"]).expect(2).says("a link");
        assert_eq!(fs::read_to_string(&target).unwrap(), "theirs");
        fs::remove_file(place.root().join(file)).unwrap();
    }
    fs::write(&target, "FROM busybox\n").unwrap();
    fs::remove_file(place.root().join("Dockerfile-task-1")).unwrap();
    symlink(&target, place.root().join("Dockerfile-task-1")).unwrap();
    place.run(&["check", "1", "--static"]).expect(1).says("busybox");
}

#[test]
fn a_second_check_in_the_same_second_keeps_its_evidence() {
    // `regrade` reads what is kept: the names of two in one second differ, and are read in their order.
    let place = Place::started(None);
    let folder = place.root().join(".dockerlab/evidence");
    for name in ["1--20260101T000000Z.json", "1--20260101T000000Z.2.json"] {
        fs::write(folder.join(name), "{}").unwrap();
    }
    place.run(&["instructor", "regrade", "1"]).says("2");
}

/// Holds the workspace's lock while it lives.
fn locked(place: &Place) -> fs::File {
    let file = fs::File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(place.root().join(".dockerlab/lock"))
        .unwrap();
    file.lock().unwrap();
    file
}

#[test]
#[ignore = "waits for a lock: ten seconds"]
fn a_verdict_is_told_though_another_command_holds_the_lock() {
    let place = Place::started(None);
    place.put("Dockerfile-task-1", "FROM busybox\n");
    let _lock = locked(&place);
    place
        .run(&["check", "1", "--static"])
        .expect(1)
        .says("FAIL")
        .says("not all of it could be saved")
        .says("another dockerlab is working");
}

#[test]
fn a_signal_ends_every_wait_with_130() {
    let place = Place::started(None);
    let _lock = locked(&place);
    for signal in ["-INT", "-TERM", "-HUP"] {
        for (arguments, needs) in [
            (&["solution", "1", "--give-up"][..], "futex"),
            (&["lint", "-"], "pipe"),
            (&["parse", "-"], "pipe"),
            (&["watch", "1"], "watch"),
        ] {
            // Nothing is typed, and nothing ends it but the signal.
            let (typed, _open) = std::io::pipe().unwrap();
            let mut child = place
                .command(&place.root(), arguments)
                .stdin(typed)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            // The handler is there when the signal is caught: bit N-1 of SigCgt.
            let caught = || {
                let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
                let line = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
                let bits = u64::from_str_radix(line.unwrap_or("0").trim(), 16).unwrap_or(0);
                bits & 2 != 0 && bits & (1 << 14) != 0
            };
            while !caught() {
                std::thread::yield_now();
            }
            assert!(
                Command::new("kill")
                    .args([signal, &child.id().to_string()])
                    .status()
                    .unwrap()
                    .success()
            );
            assert_eq!(
                child.wait().unwrap().code(),
                Some(130),
                "{arguments:?} {signal} {needs}"
            );
        }
    }
}

/// The program run by a user of this number.
fn as_user(place: &Place, uid: u32, arguments: &[&str]) -> Ran {
    let command = place.command(&place.root(), arguments);
    // Others may not enter the folder with the program.
    let program = place.dir.path().join("program");
    if !program.exists() {
        fs::copy(command.get_program(), &program).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let mut other = Command::new("setpriv");
    other
        .args([
            format!("--reuid={uid}"),
            format!("--regid={uid}"),
            "--clear-groups".to_owned(),
        ])
        .arg(&program)
        .args(arguments)
        .current_dir(place.root())
        .env_clear()
        .envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .stdin(Stdio::null());
    let output = other.output().unwrap();
    Ran {
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().unwrap_or(-1),
    }
}

const LEARNER: u32 = 65534;

/// A workspace of an ordinary user's.
fn of_learner() -> Place {
    let whoami = Command::new("id").arg("-u").output().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&whoami.stdout).trim(),
        "0",
        "this test needs root, to be two users"
    );
    let place = place(None);
    for path in [
        place.dir.path().to_path_buf(),
        place.dir.path().join("home"),
        place.root(),
    ] {
        fs::create_dir_all(&path).unwrap();
        std::os::unix::fs::chown(&path, Some(LEARNER), Some(LEARNER)).unwrap();
    }
    as_user(&place, LEARNER, &["start"]).expect(0);
    place
}

/// Everything in the workspace that is not the learner's.
fn not_the_learners(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if entry.metadata().unwrap().uid() != LEARNER {
            found.push(entry.path().display().to_string());
        }
        if entry.file_type().unwrap().is_dir() {
            found.extend(not_the_learners(&entry.path()));
        }
    }
    found
}

#[test]
#[ignore = "needs root, to be two users"]
fn what_root_does_in_a_learners_workspace_stays_the_learners() {
    let place = of_learner();
    fs::set_permissions(
        place.root().join(".dockerlab/state.json"),
        fs::Permissions::from_mode(0o640),
    )
    .unwrap();
    place.put("Dockerfile-task-1", "FROM busybox\n");
    std::os::unix::fs::chown(place.root().join("Dockerfile-task-1"), Some(LEARNER), Some(LEARNER)).unwrap();
    for arguments in [
        &["check", "1", "--static"][..],
        &["solution", "1", "--give-up"],
        &["config", "push-to", "example"],
        &["lint", "--fix", "--yes", "Dockerfile-task-1"],
        &["instructor", "reset", "2", "--yes"],
        &["start"],
    ] {
        as_user(&place, 0, arguments);
        assert_eq!(not_the_learners(&place.root()), Vec::<String>::new(), "{arguments:?}");
    }
    let about = place.root().join(".dockerlab/state.json").metadata().unwrap();
    assert_eq!(about.mode() & 0o7777, 0o640);
    as_user(&place, LEARNER, &["status"]).expect(0);
    assert!(place.text(".dockerlab/state.json").contains("gave_up"));
    as_user(&place, LEARNER, &["solution", "2", "--give-up"]).expect(0);
}

#[test]
#[ignore = "needs root, to be two users"]
fn a_state_that_is_roots_is_left_as_it_is_and_the_way_back_is_told() {
    for file in [".dockerlab/state.json", ".dockerlab/lock", ".dockerlab"] {
        let place = of_learner();
        as_user(&place, LEARNER, &["solution", "1", "--give-up"]).expect(0);
        let path = place.root().join(file);
        let state = place.text(".dockerlab/state.json");
        std::os::unix::fs::chown(&path, Some(0), Some(0)).unwrap();
        fs::set_permissions(
            &path,
            fs::Permissions::from_mode(if path.is_dir() { 0o700 } else { 0o600 }),
        )
        .unwrap();
        as_user(&place, LEARNER, &["solution", "2", "--give-up"])
            .expect(2)
            .says("belongs to root")
            .says("sudo chown -R")
            .says("nothing was changed");
        assert_eq!(place.text(".dockerlab/state.json"), state, "{file}");
        let set_aside = fs::read_dir(place.root().join(".dockerlab"))
            .unwrap()
            .filter(|entry| {
                entry
                    .as_ref()
                    .unwrap()
                    .file_name()
                    .to_string_lossy()
                    .contains("damaged")
            })
            .count();
        assert_eq!(set_aside, 0, "{file}");
        // What is told helps.
        std::os::unix::fs::chown(&path, Some(LEARNER), Some(LEARNER)).unwrap();
        as_user(&place, LEARNER, &["solution", "2", "--give-up"]).expect(0);
    }
}

#[test]
#[ignore = "needs root, to mount a small file system"]
fn a_full_disk_keeps_the_state_and_does_not_hide_the_verdict() {
    let place = place(None);
    let root = place.root();
    fs::create_dir(&root).unwrap();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"])
        .arg(&root)
        .status()
        .unwrap();
    assert!(mounted.success(), "this test needs root, to mount a tmpfs");
    let done = std::panic::catch_unwind(|| full(&place));
    assert!(Command::new("umount").arg("-l").arg(&root).status().unwrap().success());
    if let Err(panic) = done {
        std::panic::resume_unwind(panic);
    }
}

fn full(place: &Place) {
    place.run(&["start"]).expect(0);
    place.run(&["solution", "1", "--give-up"]).expect(0);
    place.put("Dockerfile-task-1", "FROM busybox\n");
    let state = place.text(".dockerlab/state.json");
    // Filled to the last byte.
    let mut filler = fs::File::create(place.root().join("filler")).unwrap();
    for size in [65536, 4096, 512, 1] {
        while std::io::Write::write_all(&mut filler, &vec![b'x'; size]).is_ok() {}
    }
    place
        .run(&["check", "1", "--static"])
        .expect(1)
        .says("FAIL")
        .says("not all of it could be saved")
        .says("No space left");
    place
        .run(&["solution", "2", "--give-up"])
        .expect(2)
        .says("is the disk full");
    place.run(&["instructor", "reset", "--all", "--yes"]).expect(2);
    assert_eq!(place.text(".dockerlab/state.json"), state);
    assert_eq!(place.text("Dockerfile-task-1"), "FROM busybox\n");
    fs::remove_file(place.root().join("filler")).unwrap();
    place.run(&["status"]).expect(0);
    assert_eq!(place.text(".dockerlab/state.json"), state);
    crate::kills::nothing_left(place, "a full disk");
    // A backup is whole or absent.
    for entry in fs::read_dir(place.root().join(".dockerlab/backup")).unwrap() {
        for copy in fs::read_dir(entry.unwrap().path()).unwrap() {
            let text = fs::read_to_string(copy.unwrap().path()).unwrap();
            assert!(
                text == state || text == "FROM busybox\n" || text.starts_with("# Task"),
                "{text}"
            );
        }
    }
}

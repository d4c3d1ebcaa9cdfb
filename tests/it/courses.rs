//! Courses of other authors, from outside: what they bring into a workspace, and how a workspace knows its course.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::support::{Place, Ran, place};

const TASK: &str = r#"
title = "t"
summary = "s"
learned = "l"
image = "shop:test"
port = 3000
"#;

const CRITERION: &str = r#"
[[criterion]]
id = "base"
says = "it is based on node"
why = "w"
next = "n"
hints = ["h ____"]
check.base = { any-of = ["node"] }
"#;

/// A course of two tasks about an app in JavaScript, in a folder beside the workspace.
fn course(place: &Place, id: &str, version: &str) -> PathBuf {
    let folder = place.dir.path().join(format!("course of {id}"));
    let about =
        format!("id = \"{id}\"\nversion = \"{version}\"\ntitle = \"Shop\"\nwelcome = \"w\"\nfarewell = \"f\"\n");
    let second =
        format!("id = \"serve\"\ndockerfile = \"Dockerfile.serve\"{TASK}{CRITERION}").replace("shop:test", "shop:2");
    for (path, text) in [
        ("course.toml", about.as_str()),
        ("workspace/server.js", "require('http')\n"),
        ("workspace/run.sh", "#!/bin/sh\nnode server.js\n"),
        ("workspace/.gitignore", ".dockerlab/*\n!.dockerlab/course.json\n"),
        ("workspace/README.md", "Hello.\n"),
        ("workspace.fr/README.md", "Bonjour.\n"),
        (
            "1-pack/task.toml",
            &format!("id = \"pack\"\ndockerfile = \"Dockerfile\"{TASK}{CRITERION}"),
        ),
        ("1-pack/lesson.md", "# Pack\n"),
        ("1-pack/starter.Dockerfile", "# Pack the shop\n"),
        ("1-pack/solution.Dockerfile", "FROM node\n"),
        ("2-serve/task.toml", &second),
        ("2-serve/lesson.md", "# Serve\n"),
        ("2-serve/starter.Dockerfile", "# Serve the shop\n"),
        ("2-serve/solution.Dockerfile", "FROM node\n"),
        ("2-serve/workspace/public/index.html", "<h1>Shop</h1>\n"),
    ] {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    // What is no text is added as it is.
    fs::write(folder.join("workspace/logo.png"), [0x89, b'P', 0xff, 0]).unwrap();
    folder
}

#[test]
fn a_course_brings_its_own_app_and_its_workspace_remembers_it() {
    let place = place(None);
    let folder = course(&place, "shop", "1");
    let named = folder.to_str().unwrap();
    let ran = place.run_in(
        place.dir.path(),
        &["start", place.root().to_str().unwrap(), "--course", named],
    );
    ran.expect(0).says("Added 6 files").says("You are at task pack");
    assert_eq!(place.text("server.js"), "require('http')\n");
    assert_eq!(place.text("Dockerfile"), "# Pack the shop\n");
    assert_eq!(place.text("README.md"), "Hello.\n");
    assert_eq!(fs::read(place.root().join("logo.png")).unwrap(), [0x89, b'P', 0xff, 0]);
    assert!(!place.root().join("public").exists() && !place.root().join("Dockerfile.serve").exists());
    assert!(
        !place.root().join("pyproject.toml").exists(),
        "it did not ask for a FastAPI app"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |name: &str| fs::metadata(place.root().join(name)).unwrap().permissions().mode() & 0o111;
        assert_eq!((mode("run.sh") != 0, mode("server.js")), (true, 0));
    }

    // Each command knows the course by itself, from a folder inside as well.
    fs::create_dir(place.root().join("inside")).unwrap();
    place
        .run_in(&place.root().join("inside"), &["read"])
        .expect(0)
        .says("Pack");
    place.run(&["status"]).expect(0).says("pack");
    place.run(&[]).expect(0).says("Shop");
    place.run(&["diff", "pack"]).expect(0).says("They are the same.");
    place.run(&["read", "1"]).expect(2).says("the tasks are pack, serve");

    // What the learner has changed stays.
    place.put("server.js", "mine");
    place.put("Dockerfile", "FROM node\n");
    place.run(&["start"]).expect(0);
    assert_eq!(
        (place.text("server.js"), place.text("Dockerfile")),
        ("mine".into(), "FROM node\n".into())
    );
    place.run(&["instructor", "reset", "pack", "--yes"]).expect(0);
    assert_eq!(place.text("Dockerfile"), "# Pack the shop\n");
}

#[test]
fn another_course_in_the_same_folder_is_refused_and_a_newer_version_is_told() {
    let place = place(None);
    let shop = course(&place, "shop", "1");
    let other = course(&place, "other", "1");
    let root = place.root();
    let start = |course: &PathBuf| start(&place, course);
    start(&shop).expect(0);
    let before = fs::read_to_string(root.join(".dockerlab/course.json")).unwrap();
    start(&other)
        .expect(2)
        .says("this workspace is for the course `shop`, not for `other`");
    place
        .run(&["--course", "basics", "status"])
        .expect(2)
        .says("dockerlab start DIR --course basics");
    assert_eq!(fs::read_to_string(root.join(".dockerlab/course.json")).unwrap(), before);
    place
        .run(&["--course", "nowhere", "status"])
        .expect(2)
        .says("there is no course `nowhere`");

    course(&place, "shop", "2");
    place
        .run_in(place.dir.path(), &["start", root.to_str().unwrap()])
        .expect(0)
        .says("The course is now version 2; it was version 1.");

    // A workspace from before there were records is for the course that was the only one.
    let old = Place::started(None);
    old.run(&["check", "1", "--static"]);
    fs::remove_file(old.root().join(".dockerlab/course.json")).unwrap();
    old.run(&["start", "--course", shop.to_str().unwrap()])
        .expect(2)
        .says("this workspace is for the course `basics`");
    old.run(&["start"]).expect(0);
    assert!(old.text(".dockerlab/course.json").contains("basics"));

    // Moved: told, with the way out, which works.
    let moved = place.dir.path().join("moved");
    fs::rename(&shop, &moved).unwrap();
    place.run(&["status"]).expect(2).says("dockerlab start --course DIR");
    start(&moved).expect(0);
    place.run(&["status"]).expect(0);
}

#[test]
fn a_learner_who_speaks_french_gets_the_french_files() {
    let place = place(None);
    let folder = course(&place, "shop", "1");
    place
        .run_in(
            place.dir.path(),
            &[
                "--lang",
                "fr",
                "start",
                place.root().to_str().unwrap(),
                "--course",
                folder.to_str().unwrap(),
            ],
        )
        .expect(0);
    assert_eq!(
        (place.text("README.md"), place.text("server.js")),
        ("Bonjour.\n".into(), "require('http')\n".into())
    );
}

#[test]
fn what_a_course_may_not_add_is_refused_before_anything_is_written() {
    for (what, expected) in [
        ("workspace/.git/hooks/pre-commit", "a course cannot add files to `.git`"),
        (
            "workspace/.dockerlab/state.json",
            "a course cannot add files to `.dockerlab`",
        ),
        (
            "workspace/aux.txt",
            "`aux.txt` cannot be the name of a file on every system",
        ),
        ("workspace.fr/only.txt", "there is no English file `workspace/only.txt`"),
        (
            "2-serve/workspace/server.js",
            "`workspace/server.js` already adds this file",
        ),
        (
            "2-serve/workspace/Dockerfile",
            "it would be the Dockerfile of task pack",
        ),
    ] {
        let place = place(None);
        let folder = course(&place, "shop", "1");
        let path = folder.join(what);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "x").unwrap();
        start(&place, &folder).expect(2).says(what).says(expected);
        assert!(!place.root().exists(), "{what}");
    }
    #[cfg(unix)]
    {
        let place = place(None);
        let folder = course(&place, "shop", "1");
        fs::write(place.dir.path().join("secret"), "s").unwrap();
        std::os::unix::fs::symlink(place.dir.path().join("secret"), folder.join("workspace/link")).unwrap();
        start(&place, &folder)
            .expect(2)
            .says("`workspace/link` is a link, not a file");
    }
}

/// Starts the place's workspace with the course in a folder.
fn start(place: &Place, course: &Path) -> Ran {
    let root = place.root();
    place.run_in(
        place.dir.path(),
        &["start", root.to_str().unwrap(), "--course", course.to_str().unwrap()],
    )
}

fn git(folder: &Path, arguments: &[&str]) {
    let ran = Command::new("git")
        .args([
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@b",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(
        ran.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&ran.stderr)
    );
}

#[test]
fn a_course_is_added_from_a_repository_pinned_and_updated() {
    let place = place(None);
    let home = place.dir.path();
    let folder = course(&place, "shop", "1");
    let repository = home.join("repository");
    fs::create_dir(&repository).unwrap();
    git(&repository, &["init", "-q"]);
    let commit = |version: &str, change: &dyn Fn(&Path)| {
        course(&place, "shop", version);
        change(&folder);
        fs::remove_dir_all(repository.join("docker")).ok();
        assert!(
            Command::new("cp")
                .arg("-r")
                .arg(&folder)
                .arg(repository.join("docker"))
                .status()
                .unwrap()
                .success()
        );
        git(&repository, &["add", "-A"]);
        git(&repository, &["commit", "-qm", version]);
    };
    commit("1", &|_| {});
    git(&repository, &["tag", "v1"]);
    let url = format!("file://{}#:docker", repository.display());
    place
        .run_in(home, &["course", "add", &url])
        .expect(0)
        .says("Added the course shop, version 1");
    place
        .run_in(home, &["course", "list"])
        .expect(0)
        .says("basics")
        .says("shop")
        .says(&url);
    place
        .run_in(home, &["start", "ws", "--course", "shop"])
        .expect(0)
        .says("You are at task pack");
    place.run(&["status"]).expect(0).says("pack");

    // Nothing new, then a criterion that changes, a text that does, and a task that goes.
    place
        .run_in(home, &["course", "update"])
        .expect(0)
        .says("shop is up to date");
    commit("2", &|folder| {
        let task = folder.join("1-pack/task.toml");
        let text = fs::read_to_string(&task).unwrap();
        fs::write(&task, text.replace("[\"node\"]", "[\"node:24\"]")).unwrap();
        fs::write(folder.join("2-serve/lesson.md"), "# Serve it\n").unwrap();
    });
    place
        .run_in(home, &["course", "update", "shop"])
        .expect(0)
        .says("shop is now version 2; it was version 1.")
        .says("task pack: can change a verdict (base)")
        .says("task serve: the same checks");
    // The workspace goes on with its own until it is told otherwise.
    place.run(&["read", "serve"]).expect(0).says("# Serve\n");
    place.run(&["start"]).expect(0);
    place.run(&["read", "serve"]).expect(0).says("# Serve\n");
    place
        .run(&["start", "--course", "shop"])
        .expect(0)
        .says("The course is now version 2; it was version 1.");
    place.run(&["read", "serve"]).expect(0).says("# Serve it\n");

    // An older tag, by its name.
    let tagged = format!("file://{}#v1:docker", repository.display());
    place
        .run_in(home, &["course", "add", &tagged])
        .expect(0)
        .says("version 1");
    place.run_in(home, &["course", "remove", "shop"]).expect(0);
    place
        .run_in(home, &["course", "remove", "shop"])
        .expect(2)
        .says("no course `shop` was added");
}

#[test]
fn a_clone_of_a_workspace_knows_its_course_and_says_where_to_get_it() {
    let place = place(None);
    let home = place.dir.path();
    let folder = course(&place, "shop", "1");
    git(&folder, &["init", "-q"]);
    git(&folder, &["add", "-A"]);
    git(&folder, &["commit", "-qm", "1"]);
    let url = format!("file://{}", folder.display());
    place.run_in(home, &["course", "add", &url]).expect(0);
    place.run_in(home, &["start", "ws", "--course", "shop"]).expect(0);
    place.put("own.txt", "mine");
    git(&place.root(), &["init", "-q"]);
    git(&place.root(), &["add", "-A"]);
    git(&place.root(), &["commit", "-qm", "mine"]);
    git(home, &["clone", "-q", "ws", "clone"]);
    let clone = home.join("clone");
    assert!(clone.join("own.txt").is_file());
    let ours: Vec<_> = fs::read_dir(clone.join(".dockerlab"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(ours, ["course.json"]);
    place.run_in(&clone, &["status"]).expect(0).says("pack");

    // Another person's machine.
    let other = home.join("other");
    fs::create_dir(&other).unwrap();
    let run = |arguments: &[&str]| Ran::of(place.command(&clone, arguments).env("HOME", &other));
    for arguments in [["status"].as_slice(), &["check", "--static"], &["start", "."]] {
        run(arguments)
            .expect(2)
            .says("for version 1 of the course `shop`, which is not on this machine")
            .says(&format!("`dockerlab course add {url}`"));
    }
    run(&["course", "add", &url]).expect(0);
    run(&["start", "."]).expect(0).says("You are at task pack");
    run(&["status"]).expect(0).says("pack");
}

#[test]
fn what_cannot_be_added_is_refused_with_its_reason_and_nothing_is_kept() {
    let place = place(None);
    let home = place.dir.path();
    let folder = course(&place, "basics", "1");
    let add = |from: &str| place.run_in(home, &["course", "add", from]);
    add(folder.to_str().unwrap())
        .expect(2)
        .says("the name of a built-in course");
    add("nowhere")
        .expect(2)
        .says("neither a folder nor the address of a git repository");
    add("ext::sh -c touch% /tmp/owned").expect(2).says("neither a folder");
    add("https://host.invalid/x.git#--upload-pack=x")
        .expect(2)
        .says("is not a branch or a tag");
    let told = add("file:///me:secret@nowhere/x.git").expect(2);
    assert!(!told.stderr.is_empty());
    let told = add("ssh://me:secret@localhost:1/x.git").expect(2);
    assert!(!told.stderr.contains("secret"), "{}", told.stderr);

    // A repository whose folder leads out of it, or whose files are links.
    let repository = home.join("repository");
    fs::create_dir(&repository).unwrap();
    git(&repository, &["init", "-q"]);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/etc", repository.join("out")).unwrap();
        std::os::unix::fs::symlink("/etc/hostname", repository.join("course.toml")).unwrap();
    }
    git(&repository, &["add", "-A"]);
    git(&repository, &["commit", "-qm", "x"]);
    let url = format!("file://{}", repository.display());
    add(&format!("{url}#:out"))
        .expect(2)
        .says("the repository has no folder `out`");
    add(&format!("{url}#:../.."))
        .expect(2)
        .says("the repository has no folder");
    add(&url).expect(2).says("`course.toml` is a link, not a file");
    add(&format!("{url}#none")).expect(2).says("cannot get the course");
    place
        .run_in(home, &["course", "list", "--format", "json"])
        .expect(0)
        .says("\"added\": []");
    let ran = place.run_in(home, &["start", "ws", "--course", "shop"]);
    ran.expect(2).says("there is no course `shop`");
}

#[test]
fn a_course_that_was_changed_where_it_is_kept_is_not_used() {
    let place = place(None);
    let home = place.dir.path();
    let folder = course(&place, "shop", "1");
    place
        .run_in(home, &["course", "add", folder.to_str().unwrap()])
        .expect(0);
    place.run_in(home, &["start", "ws", "--course", "shop"]).expect(0);
    let kept = home.join("home/.local/share/dockerlab/courses");
    let kept = fs::read_dir(kept)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.is_dir())
        .unwrap();
    fs::write(kept.join("1-pack/lesson.md"), "# Changed\n").unwrap();
    place.run(&["read"]).expect(2).says("were changed after it was added");
}

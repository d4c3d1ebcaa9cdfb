//! Courses of other authors, from outside: what they bring into a workspace, and how a workspace knows its course.

use std::{fs, path::PathBuf};

use crate::support::{Place, place};

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
        ("workspace/.gitignore", ".dockerlab/\n"),
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
    let start = |course: &PathBuf| {
        place.run_in(
            place.dir.path(),
            &["start", root.to_str().unwrap(), "--course", course.to_str().unwrap()],
        )
    };
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
        place
            .run_in(
                place.dir.path(),
                &[
                    "start",
                    place.root().to_str().unwrap(),
                    "--course",
                    folder.to_str().unwrap(),
                ],
            )
            .expect(2)
            .says(what)
            .says(expected);
        assert!(!place.root().exists(), "{what}");
    }
    #[cfg(unix)]
    {
        let place = place(None);
        let folder = course(&place, "shop", "1");
        fs::write(place.dir.path().join("secret"), "s").unwrap();
        std::os::unix::fs::symlink(place.dir.path().join("secret"), folder.join("workspace/link")).unwrap();
        place
            .run_in(
                place.dir.path(),
                &[
                    "start",
                    place.root().to_str().unwrap(),
                    "--course",
                    folder.to_str().unwrap(),
                ],
            )
            .expect(2)
            .says("`workspace/link` is a link, not a file");
    }
}

//! A course as its author meets it: begun, checked, proved, and every mistake told once, where it is.

use std::{collections::BTreeSet, fs, path::Path};

use crate::support::{Place, place, repository};

/// A place with the course that `course new` begins.
fn begun() -> Place {
    let place = place(None);
    place
        .run_in(place.dir.path(), &["course", "new", "ws"])
        .expect(0)
        .says("dockerlab course prove");
    place
}

#[test]
fn a_new_course_has_no_mistakes_and_brings_its_schemas() {
    let place = begun();
    place
        .run(&["course", "check"])
        .expect(0)
        .says("1 task with 4 criteria, no mistakes");
    let told = place.run(&["course", "check", "--format", "json"]).expect(0).json();
    assert_eq!(told["course"]["id"], "ws");
    assert_eq!(told["mistakes"], serde_json::json!([]));
    for file in ["course", "task", "criteria"] {
        let printed = place.run(&["course", "schema", file]).expect(0).json();
        let brought: serde_json::Value = serde_json::from_str(&place.text(&format!(".schema/{file}.json"))).unwrap();
        assert_eq!(printed, brought);
        assert!(
            printed["properties"]
                .as_object()
                .unwrap()
                .values()
                .all(|key| key["description"].is_string()),
            "{file}"
        );
    }
    // It is begun in an empty folder alone.
    place
        .run_in(place.dir.path(), &["course", "new", "ws"])
        .expect(2)
        .says("is not empty");
    // What a learner sees.
    place
        .run(&["course", "preview"])
        .expect(0)
        .says("Base the image on")
        .says("hint 1:");
    place
        .run(&["course", "preview", "nothing"])
        .expect(2)
        .says("the tasks are serve");
}

#[test]
fn what_was_not_proved_is_not_said_to_be() {
    let place = begun();
    fs::remove_dir_all(place.root().join("proofs")).unwrap();
    place
        .run(&["course", "check"])
        .expect(0)
        .says("serve: base")
        .says("no-lone-proof");
    let ran = place.run(&["course", "prove", "--static"]);
    assert!(!ran.stdout.contains("Everything is proved"), "{}", ran.stdout);
    let none = place.run(&["course", "prove", "--static", "--only", "nothing of this name"]);
    none.expect(2).says("there is no answer");
}

/// One change to the new course: the file, what is replaced by what, and what is told, without the path before it.
const MISTAKES: &[(&str, &str, &str, &str)] = &[
    (
        "course.toml",
        "id = \"ws\"",
        "id = \"w s\"",
        "course.toml:5:6: `id`: `w s` may contain only",
    ),
    (
        "course.toml",
        "id = \"ws\"",
        "id = \"\"",
        "course.toml:5:6: `id`: `` may contain only",
    ),
    (
        "course.toml",
        "id = \"ws\"",
        "id = 7",
        "course.toml:5:6: `id` must be text in quotes, not a whole number",
    ),
    ("course.toml", "id = \"ws\"", "", "course.toml: `id` is missing"),
    (
        "course.toml",
        "version = \"1\"",
        "version = 1",
        "course.toml:7:11: `version` must be text in quotes",
    ),
    (
        "course.toml",
        "version = \"1\"",
        "verison = \"1\"",
        "course.toml:7:1: unknown key `verison`: did you mean `version`?",
    ),
    (
        "course.toml",
        "title = \"A web page in a container\"",
        "title = \"\"",
        "course.toml:9:9: `title` is empty",
    ),
    (
        "course.toml",
        "title = ",
        "titel = ",
        "course.toml:9:1: unknown key `titel`: did you mean `title`?",
    ),
    (
        "course.toml",
        "title = ",
        "colour = \"red\"\ntitle = ",
        "course.toml:9:1: unknown key `colour`: known are",
    ),
    (
        "course.toml",
        "title = ",
        "title = \"twice\"\ntitle = ",
        "course.toml:10:1: duplicate key",
    ),
    ("course.toml", "title = \"A web", "title = A web", "course.toml:9:9: "),
    (
        "course.toml",
        "title = ",
        "workspace = \"fastpai\"\ntitle = ",
        "course.toml:9:13: `workspace`: dockerlab brings no workspace called `fastpai`",
    ),
    (
        "1-serve/task.toml",
        "id = \"serve\"",
        "id = \"all\"",
        "1-serve/task.toml:5:6: `id`: `all` is a word of `dockerlab check`",
    ),
    (
        "1-serve/task.toml",
        "id = \"serve\"",
        "id = \"a/b\"",
        "1-serve/task.toml:5:6: `id`: `a/b` may contain only",
    ),
    (
        "1-serve/task.toml",
        "id = \"serve\"",
        "id = [\"serve\"]",
        "1-serve/task.toml:5:6: `id` must be text in quotes, not a list",
    ),
    (
        "1-serve/task.toml",
        "title = \"Serve a page\"\n",
        "",
        "1-serve/task.toml: `title` is missing",
    ),
    (
        "1-serve/task.toml",
        "summary = ",
        "sumary = ",
        "1-serve/task.toml:7:1: unknown key `sumary`: did you mean `summary`?",
    ),
    (
        "1-serve/task.toml",
        "port = 8000\n",
        "port = 0\n",
        "1-serve/task.toml:16:8: `port` is 0",
    ),
    (
        "1-serve/task.toml",
        "port = 8000\n",
        "port = 80000\n",
        "1-serve/task.toml:16:8: `port` must be from 0 to 65535",
    ),
    (
        "1-serve/task.toml",
        "port = 8000\n",
        "port = -1\n",
        "1-serve/task.toml:16:8: `port` must be from 0 to 65535",
    ),
    (
        "1-serve/task.toml",
        "port = 8000\n",
        "port = \"8000\"\n",
        "1-serve/task.toml:16:8: `port` must be a whole number",
    ),
    (
        "1-serve/task.toml",
        "dockerfile = \"Dockerfile\"",
        "dockerfile = \"../Dockerfile\"",
        "1-serve/task.toml:12:14: `dockerfile`: `../Dockerfile` is not a plain file name",
    ),
    (
        "1-serve/task.toml",
        "image = \"my-page:test\"",
        "image = \"My Page\"",
        "1-serve/task.toml:14:9: `image`: `My Page` is not a valid image name",
    ),
    (
        "1-serve/task.toml",
        "image = \"my-page:test\"",
        "image = \"python:mine\"",
        "1-serve/task.toml:14:9: `image`: `python:mine` would replace the base image",
    ),
    (
        "1-serve/task.toml",
        "image = \"my-page:test\"",
        "image-of = \"serve\"\nimage = \"my-page:test\"",
        "1-serve/task.toml:14:12: `image-of`: there is no earlier task `serve`",
    ),
    (
        "1-serve/task.toml",
        "image = \"my-page:test\"",
        "teaches = [\"DL9999\"]\nimage = \"my-page:test\"",
        "1-serve/task.toml:14:12: `teaches`: unknown rule `DL9999`",
    ),
    (
        "1-serve/task.toml",
        "id = \"base\"",
        "id = \"builds\"",
        "criterion `builds`: another criterion has this `id`",
    ),
    ("1-serve/task.toml", "id = \"base\"\n", "", "`id` is missing"),
    (
        "1-serve/task.toml",
        "step = 1\n",
        "step = 5\n",
        "criterion `base`: `step`: 5 is not one of the 4 numbered steps",
    ),
    (
        "1-serve/task.toml",
        "step = 1\n",
        "step = 0\n",
        "criterion `base`: `step`: 0 is not one of the 4 numbered steps",
    ),
    (
        "1-serve/task.toml",
        "step = 1\n",
        "step = -1\n",
        "`step` must be 0 or more",
    ),
    (
        "1-serve/task.toml",
        "says = \"the image is based on python 3.8.14-slim\"",
        "says = \" \"",
        "criterion `base`: `says` is empty",
    ),
    (
        "1-serve/task.toml",
        "says = \"the image is based on python 3.8.14-slim\"\n",
        "",
        "criterion `base`: `says` is missing",
    ),
    (
        "1-serve/task.toml",
        "why = \"The slim image has Python and little else.\"\n",
        "",
        "criterion `base`: `why` is missing",
    ),
    (
        "1-serve/task.toml",
        "step = 1\n",
        "step = 1\nhidden = \"yes\"\n",
        "`hidden` must be true or false, not text in quotes",
    ),
    (
        "1-serve/task.toml",
        "step = 1\n",
        "step = 1\nuse = \"shared\"\n",
        "`use`: criteria.toml has no criterion `shared`",
    ),
    (
        "1-serve/task.toml",
        "step = 1\n",
        "step = 1\nneeds = [\"serves\"]\n",
        "criterion `base`: `needs`: there is no earlier criterion `serves`",
    ),
    (
        "1-serve/task.toml",
        "step = 1\n",
        "step = 1\nfollows-from = [\"later\"]\n",
        "criterion `base`: `follows-from`: there is no earlier criterion `later`",
    ),
    (
        "1-serve/task.toml",
        "step = 1\n",
        "step = 1\nfollows_from = [\"later\"]\n",
        "unknown key `follows_from`: did you mean `follows-from`?",
    ),
    (
        "1-serve/task.toml",
        "    \"`FROM python:…`\",\n",
        "",
        "criterion `base`: `hints`: the last hint needs a gap",
    ),
    (
        "1-serve/task.toml",
        "    \"`FROM python:…`\",\n",
        "    \"\",\n    \"`FROM …`\",\n",
        "criterion `base`: `hints` is empty",
    ),
    (
        "1-serve/task.toml",
        "check.base = {",
        "check.bass = {",
        "unknown kind of check `bass`: did you mean `base`?",
    ),
    (
        "1-serve/task.toml",
        "check.base = { any-of = [\"python:3.8.14-slim\"] }",
        "",
        "criterion `base`: `check` is missing",
    ),
    (
        "1-serve/task.toml",
        "check.base = { any-of = [\"python:3.8.14-slim\"] }",
        "check.base = { any-of = [] }",
        "criterion `base`: `check.base`: `any-of` is empty",
    ),
    (
        "1-serve/task.toml",
        "check.base = { any-of = [\"python:3.8.14-slim\"] }",
        "check.base = { any_of = [\"python\"] }",
        "unknown key `any_of`: did you mean `any-of`?",
    ),
    (
        "1-serve/task.toml",
        "check.base = { any-of = [\"python:3.8.14-slim\"] }",
        "check.base = \"python\"",
        "`check.base` must be a table, not text in quotes",
    ),
    (
        "1-serve/task.toml",
        "check.base = { any-of = [\"python:3.8.14-slim\"] }",
        "check.any = []",
        "criterion `base`: `check.any`: `any` is empty",
    ),
    (
        "1-serve/task.toml",
        "check.base = { any-of = [\"python:3.8.14-slim\"] }",
        "check.all = []",
        "criterion `base`: `check.all`: `all` is empty",
    ),
    (
        "1-serve/task.toml",
        "check.base = { any-of = [\"python:3.8.14-slim\"] }",
        "check.instruction = { name = \"COPPY\" }",
        "criterion `base`: `check.instruction`: `name`: there is no instruction `COPPY`",
    ),
    (
        "1-serve/task.toml",
        "check.base = { any-of = [\"python:3.8.14-slim\"] }",
        "check.instruction = { name = \"RUN\", at-least = 3, at-most = 2 }",
        "`at-most` is 2, less than `at-least`, which is 3",
    ),
    (
        "1-serve/task.toml",
        "check.base = { any-of = [\"python:3.8.14-slim\"] }",
        "check.instruction = { name = \"RUN\", matches = \"(\" }",
        "is not a valid regular expression",
    ),
    (
        "1-serve/task.toml",
        "check.base = { any-of = [\"python:3.8.14-slim\"] }",
        "check.smaller-than = \"another\"",
        "criterion `base`: there is no other task `another`",
    ),
    (
        "1-serve/task.toml",
        "check.base = { any-of = [\"python:3.8.14-slim\"] }",
        "check.present = []",
        "criterion `base`: `check.present`: `present` is empty",
    ),
    (
        "1-serve/task.toml",
        "check.base = { any-of = [\"python:3.8.14-slim\"] }",
        "check.path-has = \"\"",
        "criterion `base`: `check.path-has`: `path-has` is empty",
    ),
    (
        "1-serve/task.toml",
        "check.base = { any-of = [\"python:3.8.14-slim\"] }",
        "check.layers = { at-most = 3, by = [\"RUNN\"] }",
        "`by`: there is no instruction `RUNN`",
    ),
    (
        "1-serve/task.toml",
        "check.base = { any-of = [\"python:3.8.14-slim\"] }",
        "check.not = { check = { user = { any-of = [] } }, expected = \"e\", found = \"f\" }",
        "criterion `base`: `check.not`: `any-of` is empty",
    ),
    (
        "1-serve/task.toml",
        "check.exposes = 8000",
        "check.exposes = 0",
        "criterion `port`: `check.exposes`: port 0 cannot be listened on",
    ),
    (
        "1-serve/task.toml",
        "check.exposes = 8000",
        "check.exposes = true",
        "`check.exposes` must be a whole number, not true or false",
    ),
    (
        "1-serve/task.toml",
        "within = 60",
        "within = 0",
        "criterion `serves`: `check.serves`: `within` must be from 1 to 600 seconds",
    ),
    (
        "1-serve/task.toml",
        "within = 60",
        "within = \"1m\"",
        "`within` must be a whole number, not text in quotes",
    ),
    (
        "1-serve/task.toml",
        "path = \"/\"",
        "path = \"index.html\"",
        "criterion `serves`: `check.serves`: `path`: `index.html` does not start with `/`",
    ),
    (
        "1-serve/task.toml",
        "check.serves = {",
        "check.exposes = 1\ncheck.serves = {",
        "a criterion has one `check`, and this one has 2: exposes, serves",
    ),
    (
        "1-serve/lesson.md",
        "4. Start",
        "Start",
        "criterion `serves`: `step`: 4 is not one of the 3 numbered steps",
    ),
    (
        "1-serve/lesson.md",
        "*",
        "",
        "1-serve/lesson.md: it is missing or empty",
    ),
    (
        "1-serve/solution.Dockerfile",
        "*",
        "-",
        "1-serve/solution.Dockerfile: the file is missing",
    ),
    ("1-serve/task.toml", "*", "-", "1-serve/task.toml: the file is missing"),
    ("course.toml", "*", "-", "course.toml: the file is missing"),
    (
        "1-serve/notes.txt",
        "",
        "x",
        "1-serve/notes.txt: no task uses a file with this name",
    ),
    (
        "1-serve/task.fr.toml",
        "",
        "titre = \"x\"\n",
        "1-serve/task.fr.toml:1:1: unknown key `titre`: did you mean `title`?",
    ),
    (
        "1-serve/task.fr.toml",
        "",
        "[criterion.bass]\nsays = \"x\"\n",
        "1-serve/task.fr.toml:1:",
    ),
    (
        "criteria.toml",
        "",
        "[[criterion]]\nid = \"x\"\nsays = \"s\"\n",
        "criteria.toml:1:1: criterion `x`: no task uses it",
    ),
    (
        "criteria.toml",
        "",
        "[[criteria]]\nid = \"x\"\n",
        "criteria.toml:1:3: unknown key `criteria`: did you mean `criterion`?",
    ),
    (
        "workspace/Dockerfile",
        "",
        "FROM x\n",
        "workspace/Dockerfile: it would be the Dockerfile of task serve",
    ),
    (
        "1-serve/workspace/index.html",
        "",
        "x",
        "1-serve/workspace/index.html: `workspace/index.html` already adds this file",
    ),
    (
        "workspace/.git/config",
        "",
        "x",
        "workspace/.git/config: a course cannot add files to `.git`",
    ),
    (
        "workspace.fr/other.html",
        "",
        "x",
        "workspace.fr/other.html: there is no English file `workspace/other.html`",
    ),
    (
        "2-more/lesson.md",
        "",
        "# More\n",
        "2-more/task.toml: the file is missing",
    ),
    (
        "proofs/serve/right/notes.txt",
        "",
        "x",
        "proofs/serve/right/notes.txt: expected a folder, or a file that ends in .Dockerfile",
    ),
    (
        "proofs/serve/wrong/unnamed.Dockerfile",
        "",
        "FROM x\n",
        "proofs/serve/wrong/unnamed.Dockerfile: a wrong answer is named after the criterion it breaks",
    ),
    (
        "proofs/serve/wrong/bass--x.Dockerfile",
        "",
        "FROM x\n",
        "proofs/serve/wrong/bass--x: the task has no criterion `bass`",
    ),
    (
        "proofs/later/right/x.Dockerfile",
        "",
        "FROM x\n",
        "proofs/later: the course has no task `later`",
    ),
    (
        "proofs/serve/good/x.Dockerfile",
        "",
        "FROM x\n",
        "proofs/serve/good/x.Dockerfile: `good` is neither `right` nor `wrong`",
    ),
];

/// Changes a file: `*` stands for all of it, `-` for removing it, and an empty text for a file that is new.
fn change(root: &Path, file: &str, from: &str, to: &str) {
    let path = root.join(file);
    let text = match (from, to) {
        (_, "-") => return fs::remove_file(path).unwrap(),
        ("*" | "", to) => to.to_owned(),
        (from, to) => {
            let before = fs::read_to_string(&path).unwrap();
            assert!(before.contains(from), "{file} lacks {from}");
            before.replacen(from, to, 1)
        }
    };
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn each_mistake_of_an_author_is_told_once_and_nothing_that_follows_from_it() {
    let mut faults = Vec::new();
    for (file, from, to, expected) in MISTAKES {
        let place = begun();
        change(&place.root(), file, from, to);
        let told = place.run(&["course", "check", "--format", "json"]).expect(1).json();
        let mistakes: Vec<String> = told["mistakes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|mistake| {
                let number = |key: &str| {
                    mistake[key]
                        .as_u64()
                        .map_or(String::new(), |number| format!(":{number}"))
                };
                let (file, message) = (mistake["file"].as_str().unwrap(), mistake["message"].as_str().unwrap());
                format!("{file}{}{}: {message}", number("line"), number("column"))
            })
            .collect();
        let is_placed = mistakes
            .iter()
            .all(|told| told.starts_with(file) || told.starts_with(file.split('/').next().unwrap()));
        if mistakes.len() != 1 || !mistakes[0].contains(expected) || !is_placed {
            faults.push(format!(
                "{file}: {from:?} -> {to:?}\n  expected {expected}\n  told {mistakes:#?}"
            ));
        }
    }
    assert!(
        faults.is_empty(),
        "{} of {}:\n{}",
        faults.len(),
        MISTAKES.len(),
        faults.join("\n")
    );
}

#[test]
fn the_example_has_no_mistakes_and_a_proof_for_each_criterion() {
    let place = place(None);
    let ran = place
        .run_in(&repository().join("examples/greeter"), &["course", "check"])
        .expect(0);
    assert_eq!(
        ran.stdout.trim(),
        "greeter, version 1: 2 tasks with 9 criteria, no mistakes."
    );
}

#[test]
fn several_mistakes_are_told_together() {
    let place = begun();
    for (file, from, to) in [
        ("course.toml", "title = ", "titel = "),
        ("1-serve/task.toml", "port = 8000\n", "port = \"x\"\n"),
        ("1-serve/task.toml", "check.base = {", "check.bass = {"),
        ("1-serve/task.toml", "check.exposes = 8000", "check.exposes = \"x\""),
        ("workspace/aux.txt", "", "x"),
    ] {
        change(&place.root(), file, from, to);
    }
    let ran = place.run(&["course", "check"]).expect(1);
    ran.says("The course has 5 mistakes.");
}

#[test]
fn the_page_for_authors_has_every_key_and_every_kind() {
    let page = fs::read_to_string(repository().join("docs/authors.md")).unwrap();
    let place = begun();
    let mut missing = BTreeSet::new();
    for file in ["course", "task"] {
        let schema = place.run(&["course", "schema", file]).expect(0).json();
        let mut tables = vec![schema["properties"].as_object().unwrap()];
        tables.extend(schema["$defs"]["Entry"]["properties"].as_object());
        for key in tables.iter().flat_map(|table| table.keys()) {
            if !page.contains(&format!("| `{key}` |")) {
                missing.insert(key.clone());
            }
        }
        for kind in schema["$defs"]["Kind"]["oneOf"].as_array().into_iter().flatten() {
            let name = kind["required"][0].as_str().unwrap();
            if !page.contains(&format!("`{name}`")) {
                missing.insert(format!("check.{name}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

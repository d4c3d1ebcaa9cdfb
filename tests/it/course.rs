//! The course as data, which needs no engine.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use dockerlab::{
    check::{
        Outcome, criteria,
        evidence::{ContextEvidence, EVIDENCE_VERSION, Evidence, Observed, Sighting, SourceFile},
        judge,
    },
    course::{Course, CourseFile, load, steps},
    language::Language,
};

use crate::{
    kept_evidence::all_tasks,
    support::{TASKS, place, repository},
};

fn evidence(task: &str, dockerfile: Option<&str>) -> Evidence {
    let ignore = fs::read_to_string(repository().join("lessons/1-layers/solution.dockerignore")).unwrap();
    Evidence {
        version: EVIDENCE_VERSION,
        task: task.to_owned(),
        dockerfile: dockerfile.map(|text| SourceFile {
            name: "Dockerfile".to_owned(),
            text: text.to_owned(),
        }),
        context: ContextEvidence {
            ignore: Some(SourceFile {
                name: ".dockerignore".to_owned(),
                text: ignore,
            }),
            ..ContextEvidence::default()
        },
        build: Observed::unknown("no engine"),
        image: Observed::unknown("no engine"),
        run: Observed::unknown("no engine"),
        push: None,
        sightings: Vec::new(),
        other_sizes: Default::default(),
        engine: None,
    }
}

#[test]
fn the_embedded_course_has_no_mistakes_and_six_tasks() {
    let course = Course::embedded(Language::ENGLISH).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
    assert_eq!(course.ids(), ["1", "2", "3-1", "3-2", "4", "5"]);
}

#[test]
fn no_hint_of_a_built_in_course_gives_a_line_of_the_solution_away() {
    for (_, task) in all_tasks() {
        for criterion in &task.criteria {
            let solution = task.solutions.first().map_or("", |(_, text)| text);
            for hint in &criterion.hints {
                assert!(
                    !solution.lines().any(|line| line.len() > 12 && hint.contains(line)),
                    "a hint of {} {} gives a line of the solution away: {hint}",
                    task.id,
                    criterion.id
                );
            }
        }
    }
}

#[test]
fn solutions_fail_at_nothing_even_without_an_engine_and_scaffolds_do_not_pass() {
    let course = Course::embedded(Language::ENGLISH).unwrap();
    for (id, folder, _) in TASKS {
        let task = course.task(id).unwrap();
        let solution =
            fs::read_to_string(repository().join("lessons").join(folder).join("solution.Dockerfile")).unwrap();
        let verdicts = judge(&task.criteria, &evidence(id, Some(&solution)));
        assert!(!verdicts.failed(), "{id}: {:?}", verdicts.first_failure());
        assert!(!verdicts.passed(), "{id} passes without an engine");
        assert!(!verdicts.is_attempt());
        let verdicts = judge(&task.criteria, &evidence(id, Some("FROM busybox\n")));
        assert_eq!(verdicts.first_failure().unwrap().criterion, "base", "{id}");
    }
}

#[test]
fn every_kind_has_a_page_with_an_example() {
    for (name, page) in criteria::PAGES {
        assert!(page.starts_with(&format!("# {name}\n")), "{name}");
        assert!(page.contains("```toml"), "{name}");
    }
}

#[test]
fn task_4_wants_two_containers_of_one_image() {
    let course = Course::embedded(Language::ENGLISH).unwrap();
    let task = course.task("4").unwrap();
    let seen = |container: &str, image: &str, created: i64, files: &[&str]| Sighting {
        container: container.to_owned(),
        image: image.to_owned(),
        created,
        changed: files.iter().map(|file| (*file).to_owned()).collect(),
        running: false,
        setup: None,
    };
    let with: &[&str] = &["/server", "/server/toto.py"];
    let cases: &[(&str, Vec<Sighting>, bool, bool)] = &[
        ("nothing", vec![], false, false),
        (
            "another file",
            vec![seen("a", "i", 1, &["/server/tata.py"])],
            false,
            false,
        ),
        ("the first alone", vec![seen("a", "i", 1, with)], true, false),
        (
            "both with it",
            vec![seen("a", "i", 1, with), seen("b", "i", 2, with)],
            true,
            false,
        ),
        (
            "an earlier one without",
            vec![seen("b", "i", 1, &[]), seen("a", "i", 2, with)],
            true,
            false,
        ),
        (
            "another image",
            vec![seen("a", "i", 1, with), seen("b", "j", 2, &[])],
            true,
            false,
        ),
        (
            "as it should be",
            vec![seen("a", "i", 1, with), seen("b", "i", 2, &["/root/.bash_history"])],
            true,
            true,
        ),
    ];
    for (what, sightings, made, gone) in cases {
        let mut evidence = evidence("4", None);
        evidence.engine = Some(Default::default());
        evidence.sightings.clone_from(sightings);
        let verdicts = judge(&task.criteria, &evidence);
        let passes = |index: usize| verdicts.0[index].outcome == Outcome::Pass;
        assert_eq!((passes(0), passes(1)), (*made, *gone), "{what}");
        assert_eq!(verdicts.passed(), *made && *gone, "{what}");
    }
}

/// A course of one task, and more files.
fn course_of(task: &str, more: &[(&str, &str)], language: Language) -> Result<Course, String> {
    let about = "id = \"c\"\ntitle = \"t\"\nwelcome = \"w\"\nfarewell = \"f\"\n";
    let files: Vec<CourseFile> = [
        ("course.toml", about),
        ("1-a/task.toml", task),
        ("1-a/lesson.md", "# a\n\n1. one\n2. two\n"),
        ("1-a/solution.Dockerfile", "FROM a"),
    ]
    .iter()
    .chain(more)
    .map(|(path, text)| CourseFile::new(*path, text.as_bytes().to_vec()))
    .collect();
    load(&files, language).map_err(|mistakes| mistakes.iter().map(|mistake| format!("{mistake}\n")).collect())
}

fn mistakes_in(task: &str) -> String {
    course_of(task, &[], Language::ENGLISH).err().unwrap_or_default()
}

const HEAD: &str =
    "id = \"1\"\ntitle = \"t\"\nsummary = \"s\"\nlearned = \"l\"\ndockerfile = \"D\"\nimage = \"x:b\"\nport = 1\n";

#[test]
fn tasks_share_criteria_and_change_what_they_name() {
    let shared = "[[criterion]]\nid = \"c\"\nstep = 1\nsays = \"s\"\nwhy = \"w\"\nnext = \"n\"\nhints = [\"h …\"]\n\
                  check.not = { check = { builds = {} }, expected = \"e\", found = \"f\" }\n";
    let french = "[criterion.c]\nsays = \"dit\"\nwhy = \"parce que\"\nwords = { e = \"attendu\" }\n";
    let files = [("criteria.toml", shared), ("criteria.fr.toml", french)];
    let task = format!("{HEAD}[[criterion]]\nuse = \"c\"\nstep = 2\nhidden = true\nwhy = \"own\"\n");
    let criterion = |language| course_of(&task, &files, language).unwrap().tasks[0].criteria[0].clone();
    let english = criterion(Language::ENGLISH);
    assert_eq!(
        (english.id.as_str(), english.step, english.hidden),
        ("c", Some(2), true)
    );
    assert_eq!((english.says.as_str(), english.why.as_str()), ("s", "own"));
    let other = criterion(Language::of("fr").unwrap());
    // The task's own `why` has no translation, and the shared one's does not answer it.
    assert_eq!((other.says.as_str(), other.why.as_str()), ("dit", "own"));
    let outcome = |language| format!("{:?}", criterion(language).check);
    assert!(
        outcome(Language::of("fr").unwrap()).contains("attendu") && !outcome(Language::ENGLISH).contains("attendu")
    );

    let told = |task: &str, criteria: &str, french: &str| {
        let files = [("criteria.toml", criteria), ("criteria.fr.toml", french)];
        course_of(&format!("{HEAD}{task}"), &files, Language::ENGLISH)
            .err()
            .unwrap_or_default()
    };
    let used = "[[criterion]]\nuse = \"c\"\n";
    assert_eq!(told(used, shared, french), "");
    let twice = format!("{shared}{shared}");
    let no_says = shared.replace("says", "step = 1 # ").replacen("step = 1\n", "", 1);
    for (task, criteria, french, expected) in [
        (
            "[[criterion]]\nuse = \"d\"\n",
            shared,
            "",
            "1-a/task.toml:8:1: criterion `d`: `use`: criteria.toml has no criterion `d`",
        ),
        (
            &format!("{used}id = \"x\"\nneeds = [\"c\"]\n"),
            shared,
            "",
            "1-a/task.toml:8:1: criterion `x`: `needs`: there is no earlier criterion `c`",
        ),
        (
            used,
            &twice,
            "",
            "criteria.toml:9:1: criterion `c`: another criterion has this `id`",
        ),
        (
            used,
            &no_says,
            "",
            "1-a/task.toml:8:1: criterion `c`: `says` is missing",
        ),
        (
            used,
            &shared.replace("\"w\"", "\" \""),
            "",
            "criteria.toml:1:1: criterion `c`: `why` is empty",
        ),
        (
            used,
            &shared.replace("builds", "bulids"),
            "",
            "criteria.toml:8:25: unknown kind of check `bulids`: did you mean `builds`?",
        ),
        (
            used,
            "[[criterion]]\nuse = \"c\"\n",
            "",
            "criteria.toml:1:1: criterion `c`: `id` is missing",
        ),
        (
            &used.replace("use = \"c\"", "id = \"a\"\nuse = \"c\""),
            &format!("{shared}{}", shared.replace("\"c\"", "\"d\"")),
            "",
            "criteria.toml:9:1: criterion `d`: no task uses it",
        ),
        (
            used,
            shared,
            "[criterion.d]\n",
            "criteria.fr.toml:1: criterion `d`: the English file does not have this criterion",
        ),
        (
            used,
            shared,
            "[criterion.c]\nhints = [\"a\", \"b …\"]\n",
            "criteria.fr.toml:1: criterion `c`: `hints` has 2, but the English file has 1",
        ),
    ] {
        let told = told(task, criteria, french);
        assert!(told.contains(expected), "expected {expected}, told:\n{told}");
    }
}

#[test]
fn an_authors_mistakes_are_told_by_file_line_and_key() {
    let head = HEAD;
    let criterion = "[[criterion]]\nid = \"c\"\nsays = \"s\"\nwhy = \"w\"\nnext = \"n\"\nhints = [\"h …\"]\n";
    assert_eq!(mistakes_in(&format!("{head}{criterion}check.builds = {{}}\n")), "");
    let cases = [
        (
            format!("{head}colour = \"red\"\n{criterion}check.builds = {{}}\n"),
            "1-a/task.toml:8:1: unknown key `colour`",
        ),
        (
            format!("{head}{criterion}check.bulids = {{}}\n"),
            "1-a/task.toml:14:7: unknown kind of check `bulids`: did you mean `builds`?",
        ),
        (
            format!("{head}{criterion}check.arg = {{ name = \"a\", anyof = [] }}\n"),
            "unknown key `anyof`: did you mean `any-of`?",
        ),
        (
            format!("{head}{criterion}check.absent = [\"[\"]\n"),
            "is not a valid path pattern",
        ),
        (
            format!("{head}{criterion}check.builds = {{}}\nneeds = [\"x\"]\n"),
            "there is no earlier criterion `x`",
        ),
        (
            format!("{head}from = \"0\"\n{criterion}check.builds = {{}}\n"),
            "1-a/task.toml:8:8: `from`: there is no earlier task `0`",
        ),
        (
            format!("{}{criterion}check.builds = {{}}\n", head.replace("\"x:b\"", "\"A B\"")),
            "`A B` is not a valid image name",
        ),
        (
            format!(
                "{}{criterion}check.builds = {{}}\n",
                head.replace("\"x:b\"", "\"python:3.8\"")
            ),
            "`python:3.8` would replace the base image `python`",
        ),
    ];
    for (text, expected) in cases {
        let told = mistakes_in(&text);
        assert!(told.contains(expected), "expected {expected}, told:\n{told}");
    }
}

#[test]
fn a_course_is_read_from_a_folder_too() {
    let place = place(None);
    let lessons = repository().join("lessons");
    let lessons = lessons.to_str().unwrap();
    place
        .run_in(place.dir.path(), &["--course", lessons, "read", "1"])
        .expect(0)
        .says("# ");
    let broken = place.dir.path().join("broken");
    fs::create_dir(&broken).unwrap();
    fs::write(broken.join("course.toml"), "title = 1\n").unwrap();
    place
        .run_in(place.dir.path(), &["--course", broken.to_str().unwrap(), "read", "1"])
        .expect(2)
        .says("course.toml:1");
}

#[test]
fn the_table_of_requirements_is_that_of_the_course() {
    let table = fs::read_to_string(repository().join("docs/exercise.md")).unwrap();
    let course = Course::embedded(Language::ENGLISH).unwrap();
    let mut rows: BTreeMap<(String, usize), BTreeSet<String>> = BTreeMap::new();
    for line in table
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| exercise"))
    {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let (task, step) = cells[1].split_once(": ").unwrap();
        let criteria = cells[2]
            .split(", ")
            .filter_map(|cell| cell.strip_prefix('`')?.split_once('`'))
            .filter(|(_, rest)| !rest.contains("asks") && !rest.contains("inspect"))
            .map(|(id, rest)| format!("{id}{rest}"));
        let row = rows.entry((task.to_owned(), step.parse().unwrap())).or_default();
        row.extend(criteria);
    }
    for task in &course.tasks {
        for step in 1..=steps(&task.lesson).len() {
            let criteria: BTreeSet<String> = task
                .criteria
                .iter()
                .filter(|criterion| criterion.step == Some(step))
                .map(|criterion| match (criterion.remark, criterion.optional) {
                    (true, _) => format!("{} (remark)", criterion.id),
                    (_, true) => format!("{} (optional)", criterion.id),
                    _ => criterion.id.clone(),
                })
                .collect();
            let row = rows.remove(&(task.id.clone(), step));
            assert_eq!(row, Some(criteria), "task {} step {step}", task.id);
        }
    }
    assert!(rows.is_empty(), "no such step: {:?}", rows.keys());
}

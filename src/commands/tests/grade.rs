//! `grade`: what is read, what is judged again, what stays when it is stopped, and what is written.

use std::{fs, io::Write as _, path::Path};

use serde_json::Value;

use crate::{
    check::evidence::Sighting,
    commands::grade::{Args, run},
    disk::Workspace,
    error::{Error, Kind},
    exit::ExitStatus,
    interrupt::Interrupt,
    judging::scripted::{Bench, Built, RIGHT, args, picture, right_picture},
    progress::Progress,
};

const TITLE_MISSING: &str = "FROM base:1\n# untitled\nCOPY app /app\nCMD [\"serve\"]\n";

/// A bench whose engine knows a wrong answer and one that hangs.
fn class() -> Bench {
    let bench = Bench::new();
    let mut untitled = right_picture();
    untitled.facts.config.labels.clear();
    untitled.facts.id = "sha256:untitled".to_owned();
    bench.build("# untitled", Built::of(untitled));
    bench.build("RUN fail", Built::failed("it fails"));
    bench.build(
        "RUN hang",
        Built {
            hangs: true,
            ..Built::default()
        },
    );
    bench
}

/// Hands in a Dockerfile for task 1.
fn hand_in(bench: &Bench, who: &str, dockerfile: &str) {
    bench.write_outside(&format!("class/{who}/Dockerfile-task-1"), dockerfile);
    bench.write_outside(&format!("class/{who}/app/main"), "Hello");
}

fn words(bench: &Bench, more: &[&str]) -> Vec<String> {
    let class = bench.outside().join("class");
    let out = bench.outside().join("grades");
    let mut words = vec![
        class.display().to_string(),
        "--out".to_owned(),
        out.display().to_string(),
    ];
    words.extend(["--format", "json", "--jobs", "1"].map(str::to_owned));
    words.extend(more.iter().map(|word| (*word).to_owned()));
    words
}

fn try_to_grade(bench: &Bench, more: &[&str]) -> Result<ExitStatus, Error> {
    let words = words(bench, more);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    run(&bench.lab, &args::<Args>(&words))
}

/// Grades task 1; the status and the grades.
fn grade(bench: &Bench, more: &[&str]) -> (ExitStatus, Value) {
    let mut all = vec!["--tasks", "1"];
    all.extend(more);
    let status = try_to_grade(bench, &all).unwrap();
    (status, serde_json::from_str(&bench.out()).unwrap())
}

fn learner<'a>(grades: &'a Value, id: &str) -> &'a Value {
    let mut learners = grades["learners"].as_array().unwrap().iter();
    learners
        .find(|one| one["id"] == id)
        .unwrap_or_else(|| panic!("{id}: {grades:#}"))
}

/// How many builds were asked for since the last look.
fn builds(bench: &Bench) -> usize {
    let count = bench.engine.asked("build").len();
    bench.engine.script().asked.clear();
    count
}

fn nothing_is_left(bench: &Bench) {
    let script = bench.engine.script();
    let images: Vec<&String> = script
        .images
        .keys()
        .filter(|name| name.starts_with("dockerlab-grade"))
        .collect();
    assert!(images.is_empty(), "{images:?}");
    drop(script);
    let left: Vec<_> = fs::read_dir(bench.outside().join("grades/at-work")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn each_submission_gets_its_points_and_nothing_stays_on_the_engine() {
    let bench = class();
    hand_in(&bench, "ann", RIGHT);
    hand_in(&bench, "bob", TITLE_MISSING);
    hand_in(&bench, "cy", "FROM base:1\nRUN fail\n");
    hand_in(&bench, "di", "# nothing\n");
    hand_in(&bench, "ed", "FORM base:1\n");
    bench.write_outside("class/flo/readme", "I did nothing");
    bench.write_outside("class/notes.txt", "not a submission");
    let (status, grades) = grade(&bench, &[]);
    assert_eq!(status, ExitStatus::Done, "{grades:#}");
    let points = |id: &str| {
        (
            learner(&grades, id)["state"].clone(),
            learner(&grades, id)["points"].clone(),
        )
    };
    let known = |points: f64| (Value::from("graded"), Value::from(points));
    assert_eq!(points("ann"), known(100.0));
    // One of five criteria fails, and none depends on it.
    assert_eq!(points("bob"), known(80.0));
    for nothing in ["cy", "di", "ed", "flo"] {
        let least = if nothing == "cy" {
            points("cy").1.as_f64().unwrap()
        } else {
            0.0
        };
        assert_eq!(points(nothing), known(least), "{nothing}");
    }
    let task = |id: &str| learner(&grades, id)["tasks"][0]["state"].clone();
    assert_eq!(
        ["ann", "bob", "di", "ed", "flo"].map(task),
        ["passed", "failed", "missing", "unreadable", "missing"]
    );
    assert!(learner(&grades, "cy")["points"].as_f64() < Some(50.0));
    nothing_is_left(&bench);
    assert!(bench.err().contains("1 file in"));
    // Every submission has tags of its own.
    let mut tags = bench.engine.asked("build");
    let all = tags.len();
    tags.sort();
    tags.dedup();
    assert_eq!((tags.len(), all), (3, 3), "{tags:?}");
}

#[test]
fn a_second_run_judges_only_what_is_new_or_changed() {
    let bench = class();
    hand_in(&bench, "ann", RIGHT);
    hand_in(&bench, "bob", TITLE_MISSING);
    let (_, first) = grade(&bench, &[]);
    assert_eq!(builds(&bench), 2);
    let (_, second) = grade(&bench, &[]);
    assert_eq!(builds(&bench), 0);
    assert_eq!(first["learners"], second["learners"]);
    hand_in(&bench, "bob", RIGHT);
    hand_in(&bench, "cy", RIGHT);
    let (_, third) = grade(&bench, &[]);
    assert_eq!(builds(&bench), 2);
    assert_eq!(learner(&third, "bob")["points"], 100.0);
    // A file of the build context counts as well.
    bench.write_outside("class/ann/app/more", "x");
    grade(&bench, &[]);
    assert_eq!(builds(&bench), 1);
    // Other criteria.
    let mut bench = bench;
    bench.lab.course.tasks[0].criteria.pop();
    grade(&bench, &[]);
    assert_eq!(builds(&bench), 3);
    grade(&bench, &["--again"]);
    assert_eq!(builds(&bench), 3);
    // A kept result that is damaged.
    bench.write_outside("grades/results/ann.json", "{");
    grade(&bench, &[]);
    assert_eq!(builds(&bench), 1);
}

#[test]
fn a_run_that_is_stopped_keeps_what_it_judged_and_the_next_one_continues() {
    let bench = class();
    for who in ["ann", "bob", "cy"] {
        hand_in(&bench, who, RIGHT);
    }
    hand_in(&bench, "bob", "FROM base:1\nRUN hang\n");
    // The first one is judged, and the person stops it in the second.
    let stopped = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !bench.outside().join("grades/results/ann.json").exists() {
                std::thread::yield_now();
            }
            bench.lab.interrupt.ask();
        });
        try_to_grade(&bench, &["--tasks", "1"])
    });
    assert_eq!(stopped.unwrap_err().kind(), Kind::Interrupted);
    nothing_is_left(&bench);
    let csv = fs::read_to_string(bench.outside().join("grades/grades.csv")).unwrap();
    assert!(
        csv.contains("ann,,,graded,100") && csv.contains("cy,,,waiting,,"),
        "{csv}"
    );
    assert!(bench.err().contains("the same command continues"));
    bench.lab.interrupt.answered();
    hand_in(&bench, "bob", RIGHT);
    builds(&bench);
    let (status, grades) = grade(&bench, &[]);
    assert_eq!((status, builds(&bench)), (ExitStatus::Done, 2));
    assert_eq!(learner(&grades, "cy")["points"], 100.0);
}

#[test]
fn one_that_hangs_costs_its_own_row_alone_and_is_no_zero() {
    let bench = class();
    hand_in(&bench, "ann", "FROM base:1\nRUN hang\n");
    hand_in(&bench, "bob", RIGHT);
    let (status, grades) = grade(&bench, &["--limit", "1s"]);
    assert_eq!(status, ExitStatus::NotPassed);
    let ann = learner(&grades, "ann");
    assert_eq!(
        (&ann["state"], &ann["points"], &ann["tasks"][0]["state"]),
        (&"look".into(), &Value::Null, &"cannot-check".into())
    );
    assert!(ann["look"][0].as_str().unwrap().contains("longer than 1 s"), "{ann}");
    assert_eq!(learner(&grades, "bob")["points"], 100.0);
    nothing_is_left(&bench);
}

#[test]
fn what_the_engine_could_not_do_is_looked_at_and_tried_again_by_the_next_run() {
    let bench = class();
    hand_in(&bench, "ann", RIGHT);
    for _ in 0..3 {
        bench.engine.fail("build", Error::engine("too many requests"));
    }
    let (status, grades) = grade(&bench, &[]);
    assert_eq!(status, ExitStatus::NotPassed);
    assert_eq!(learner(&grades, "ann")["points"], Value::Null);
    let (status, grades) = grade(&bench, &[]);
    assert_eq!(
        (status, &learner(&grades, "ann")["points"]),
        (ExitStatus::Done, &100.0.into())
    );
}

#[test]
fn a_task_about_containers_is_never_a_zero() {
    let bench = class();
    hand_in(&bench, "ann", RIGHT);
    bench.write_outside(
        "class/ann/.dockerlab/state.json",
        "{\"version\":2,\"workspace\":\"x\",\"tasks\":{}}",
    );
    let status = try_to_grade(&bench, &["--tasks", "1,3"]).unwrap();
    let grades: Value = serde_json::from_str(&bench.out()).unwrap();
    let ann = learner(&grades, "ann");
    assert_eq!(
        (status, &ann["points"], &ann["at-least"]),
        (ExitStatus::NotPassed, &Value::Null, &50.0.into())
    );
}

#[test]
fn images_that_others_are_compared_with_are_built_in_the_same_workspace() {
    let bench = class();
    hand_in(&bench, "ann", RIGHT);
    bench.write_outside("class/ann/Dockerfile-task-2", "FROM base:1\n# second\n");
    let mut small = right_picture();
    small.facts.size -= 1;
    bench.build("# second", Built::of(small));
    try_to_grade(&bench, &["--tasks", "2"]).unwrap();
    let grades: Value = serde_json::from_str(&bench.out()).unwrap();
    let task = &learner(&grades, "ann")["tasks"][0];
    assert_eq!(
        (&task["task"], &task["state"]),
        (&"2".into(), &"passed".into()),
        "{task:#}"
    );
    nothing_is_left(&bench);
}

#[test]
fn the_courses_files_are_laid_over_and_the_submission_stays_as_it_is() {
    let bench = class();
    hand_in(&bench, "ann", RIGHT);
    bench.write_outside("class/ann/app/main.py", "print('always right')");
    bench.write_outside("class/ann/.dockerignore", "secret\n");
    bench.write_outside("class/ann/secret", "x");
    let before = tree(&bench.outside().join("class"));
    let (_, grades) = grade(&bench, &[]);
    assert_eq!(learner(&grades, "ann")["put-back"], serde_json::json!(["app/main.py"]));
    let sent = bench.engine.script().sent.clone();
    assert!(
        sent.contains(&"app/models.py".to_owned()) && !sent.contains(&"secret".to_owned()),
        "{sent:?}"
    );
    assert_eq!(tree(&bench.outside().join("class")), before);
}

/// All paths below a folder, with sizes and times.
fn tree(folder: &Path) -> Vec<(String, u64, std::time::SystemTime)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let about = path.symlink_metadata().unwrap();
        found.push((path.display().to_string(), about.len(), about.modified().unwrap()));
        if about.is_dir() {
            found.extend(tree(&path));
        }
    }
    found.sort();
    found
}

#[test]
fn points_weights_and_being_late_follow_the_courses_rules() {
    let mut bench = class();
    hand_in(&bench, "ann", TITLE_MISSING);
    hand_in(&bench, "bob", RIGHT);
    bench.write_outside(
        "class/roster.csv",
        "id,path,submitted,due\nann,ann,2026-01-02T12:00:00Z,\nbob,bob,2026-01-02T12:00:00Z,2026-01-03T00:00:00Z\n",
    );
    let roster = bench.outside().join("class/roster.csv").display().to_string();
    let out = bench.outside().join("grades").display().to_string();
    let words = [
        "--out",
        &out,
        "--tasks",
        "1,2",
        "--format",
        "json",
        "--due",
        "2026-01-01T00:00:00Z",
    ];
    let words: Vec<&str> = [roster.as_str()].into_iter().chain(words).collect();
    let graded = |bench: &Bench| -> Value {
        run(&bench.lab, &args(&words)).unwrap();
        serde_json::from_str(&bench.out()).unwrap()
    };
    bench.lab.course.tasks[0].weight = 3.0;
    bench.lab.course.tasks[0].criteria[1].points = Some(4.0);
    bench.lab.course.grading.late_percent_per_day = 25.0;
    let grades = graded(&bench);
    // Four of eight points of a task that is three quarters of all, and two days late.
    let ann = learner(&grades, "ann");
    assert_eq!(
        (&ann["points"], &ann["days-late"], &ann["late-percent"]),
        (&18.75.into(), &2.into(), &50.0.into())
    );
    assert_eq!(ann["tasks"][0]["criteria"][1]["of"], 37.5);
    assert_eq!(
        (
            &learner(&grades, "bob")["points"],
            &learner(&grades, "bob")["days-late"]
        ),
        (&75.0.into(), &Value::Null)
    );
    // Other rules need no other look.
    builds(&bench);
    bench.lab.course.grading.partial_credit = false;
    bench.lab.course.tasks[0].criteria[0].points = Some(9.0);
    let grades = graded(&bench);
    assert_eq!(
        (learner(&grades, "ann")["points"].as_f64(), builds(&bench)),
        (Some(0.0), 0)
    );
}

#[test]
fn a_roster_names_learners_and_those_who_handed_in_nothing() {
    let bench = class();
    hand_in(&bench, "ann", RIGHT);
    bench.write_outside(
        "class/roster.csv",
        "id;name;email;path\n7;Ann;ann@x;ann\n8;=1+1;b@x;\n9;Cy;c@x;gone\n",
    );
    let roster = bench.outside().join("class/roster.csv");
    let out = bench.outside().join("grades");
    let words = [
        roster.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
        "--tasks",
        "1",
        "--format",
        "json",
    ];
    assert_eq!(run(&bench.lab, &args(&words)).unwrap(), ExitStatus::NotPassed);
    let grades: Value = serde_json::from_str(&bench.out()).unwrap();
    assert_eq!(
        (&learner(&grades, "7")["points"], &learner(&grades, "7")["email"]),
        (&100.0.into(), &"ann@x".into())
    );
    assert_eq!(
        (&learner(&grades, "8")["points"], &learner(&grades, "8")["state"]),
        (&0.0.into(), &"absent".into())
    );
    assert_eq!(learner(&grades, "9")["points"], Value::Null);
    // A spreadsheet computes nothing of what learners wrote.
    let mut read = csv::Reader::from_path(out.join("grades.csv")).unwrap();
    let headings = read.headers().unwrap().clone();
    let rows: Vec<_> = read.records().map(Result::unwrap).collect();
    assert_eq!(
        headings.iter().collect::<Vec<_>>(),
        [
            "id",
            "name",
            "email",
            "state",
            "points",
            "out-of",
            "at-least",
            "days-late",
            "late-percent",
            "task-1",
            "note"
        ]
    );
    assert_eq!(
        rows[0].iter().take(7).collect::<Vec<_>>(),
        ["7", "Ann", "ann@x", "graded", "100", "100", "100"]
    );
    assert_eq!(rows[1].get(1), Some("'=1+1"));
    let text = fs::read_to_string(out.join("grades.json")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), grades);
}

/// An archive of these entries: names, link targets or none, contents.
fn tar(entries: &[(&str, tar::EntryType, &str)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, kind, content) in entries {
        let mut header = tar::Header::new_ustar();
        // The crate's own setters refuse what these tests are about.
        header.as_mut_bytes()[..path.len()].copy_from_slice(path.as_bytes());
        header.set_entry_type(*kind);
        header.set_mode(0o644);
        let bytes = if kind.is_file() { content.as_bytes() } else { b"" };
        if !kind.is_file() {
            header.set_link_name(content).unwrap();
        }
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        builder.append(&header, bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

fn zip(entries: &[(&str, u32, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (path, mode, content) in entries {
        let options = zip::write::SimpleFileOptions::default().unix_permissions(*mode);
        if mode & 0o170_000 == 0o120_000 {
            writer
                .add_symlink(*path, String::from_utf8_lossy(content), options)
                .unwrap();
        } else {
            writer.start_file(*path, options).unwrap();
            writer.write_all(content).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn archives_are_submissions_and_hostile_ones_are_refused_with_the_reason() {
    use tar::EntryType as Kind;
    let bench = class();
    let file = |path| (path, Kind::Regular, "x");
    let right = ("Dockerfile-task-1", Kind::Regular, RIGHT);
    let gz = {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder
            .write_all(&tar(&[("work/Dockerfile-task-1", Kind::Regular, RIGHT)]))
            .unwrap();
        encoder.finish().unwrap()
    };
    let huge = {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        let mut header = tar::Header::new_ustar();
        header.set_path("zeros").unwrap();
        header.set_size(300_000_000);
        header.set_cksum();
        encoder.write_all(header.as_bytes()).unwrap();
        for _ in 0..300 {
            encoder.write_all(&vec![0; 1_000_000]).unwrap();
        }
        encoder.finish().unwrap()
    };
    let zip_bomb = {
        let zeros = vec![0; 101_000_000];
        zip(&[("zeros", 0o644, &zeros)])
    };
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("right.tar", tar(&[right]), ""),
        ("around.tgz", gz, ""),
        (
            "zipped.zip",
            zip(&[
                ("x/Dockerfile-task-1", 0o644, RIGHT.as_bytes()),
                ("__MACOSX/x/._D", 0o644, b"?"),
            ]),
            "",
        ),
        ("absolute.tar", tar(&[right, file("/etc/passwd")]), "not allowed"),
        ("upwards.tar", tar(&[right, file("a/../../b")]), "leads out"),
        (
            "link.tar",
            tar(&[right, ("a", Kind::Symlink, "/etc/passwd")]),
            "is a link",
        ),
        ("hard.tar", tar(&[right, ("a", Kind::Link, "b")]), "is a link"),
        ("device.tar", tar(&[right, ("a", Kind::Char, "x")]), "device"),
        ("pipe.tar", tar(&[right, ("a", Kind::Fifo, "x")]), "device"),
        ("twice.tar", tar(&[right, right]), "two files"),
        ("below.tar", tar(&[right, file("a"), file("a/b")]), "below a file"),
        (
            "two.tar",
            tar(&[
                ("a/Dockerfile-task-1", Kind::Regular, RIGHT),
                ("b/Dockerfile-task-1", Kind::Regular, RIGHT),
            ]),
            "both",
        ),
        ("huge.tar.gz", huge, "larger than"),
        ("bomb.zip", zip_bomb, "larger than"),
        ("zipped-up.zip", zip(&[("../b", 0o644, b"x")]), "leads out"),
        ("zipped-link.zip", zip(&[("a", 0o120_777, b"/etc/passwd")]), "is a link"),
        ("no-zip.zip", b"PK and no more".to_vec(), "cannot be read"),
        ("no.tar", b"nothing of the kind".repeat(100), "cannot be read"),
        ("empty.tar.gz", Vec::new(), "no archive"),
    ];
    fs::create_dir_all(bench.outside().join("class/linked")).unwrap();
    for (name, bytes, _) in &cases {
        let mut file = fs::File::create(bench.outside().join("class").join(name)).unwrap();
        file.write_all(bytes).unwrap();
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/passwd", bench.outside().join("class/linked/Dockerfile-task-1")).unwrap();
    let (status, grades) = grade(&bench, &[]);
    assert_eq!(status, ExitStatus::NotPassed);
    for (name, _, why) in &cases {
        let id = crate::disk::archive_stem(name).unwrap();
        let one = learner(&grades, id);
        if why.is_empty() {
            assert_eq!(one["points"], 100.0, "{name}: {one}");
        } else {
            assert_eq!(
                (&one["points"], &one["state"]),
                (&Value::Null, &"look".into()),
                "{name}: {one}"
            );
            assert!(one["look"][0].as_str().unwrap().contains(why), "{name}: {one}");
        }
    }
    assert!(
        learner(&grades, "linked")["look"][0]
            .as_str()
            .unwrap()
            .contains("is a link")
    );
    assert_eq!(builds(&bench), 3);
}

#[test]
fn what_a_killed_run_left_on_the_engine_is_removed_by_the_next() {
    let bench = class();
    hand_in(&bench, "ann", RIGHT);
    grade(&bench, &[]);
    bench.write_outside(
        "grades/at-work/bob.json",
        "{\"workspace\":\"w1\",\"images\":[\"dockerlab-grade:old\"]}",
    );
    let mut script = bench.engine.script();
    script.images.insert(
        "dockerlab-grade:old".to_owned(),
        picture(crate::image::Config::default(), &[]),
    );
    script.containers.push(crate::engine::port::ContainerFacts {
        id: "c1".to_owned(),
        labels: vec![(crate::engine::port::WORKSPACE_LABEL.to_owned(), "w1".to_owned())],
        ..Default::default()
    });
    drop(script);
    grade(&bench, &[]);
    assert!(bench.engine.script().containers.is_empty());
    nothing_is_left(&bench);
}

#[test]
fn several_at_once_come_to_the_same_grades() {
    let bench = class();
    for number in 0..12 {
        let text = if number % 3 == 0 { TITLE_MISSING } else { RIGHT };
        hand_in(&bench, &format!("learner-{number:02}"), text);
    }
    let (_, one) = grade(&bench, &["--again"]);
    let mut all = words(&bench, &["--again", "--tasks", "1"]);
    let jobs = all.iter().position(|word| word == "--jobs").unwrap() + 1;
    all[jobs] = "4".to_owned();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    run(&bench.lab, &args::<Args>(&all)).unwrap();
    let four: Value = serde_json::from_str(&bench.out()).unwrap();
    let points = |grades: &Value| -> Vec<Value> {
        let learners = grades["learners"].as_array().unwrap();
        learners.iter().map(|one| one["points"].clone()).collect()
    };
    assert_eq!(points(&one), points(&four));
    assert_eq!(points(&one).iter().filter(|points| **points == 80.0).count(), 4);
    nothing_is_left(&bench);
}

#[test]
fn wrong_uses_are_told() {
    let bench = class();
    let error = |words: &[&str]| try_to_grade(&bench, words).unwrap_err();
    assert_eq!(error(&["--tasks", "9"]).kind(), Kind::Usage);
    fs::create_dir_all(bench.outside().join("class")).unwrap();
    assert!(error(&[]).message().contains("no submissions"));
    hand_in(&bench, "ann", RIGHT);
    bench.write_outside("grades/mine.txt", "x");
    assert!(error(&[]).message().contains("no grades"));
}

/// Hands in a record that dockerlab wrote, of one container in which `note` was made.
fn hand_in_record(bench: &Bench, who: &str) {
    let workspace = Workspace::make(&bench.outside().join("class").join(who)).unwrap();
    let mut progress = Progress::new("w".to_owned());
    let seen = Sighting {
        container: "c".to_owned(),
        image: "sha256:own".to_owned(),
        created: 1,
        changed: vec!["/note".to_owned()],
        ..Sighting::default()
    };
    progress.sight("3", seen);
    let lock = workspace.lock(&Interrupt::default()).unwrap();
    workspace.save(&progress, &lock).unwrap();
}

#[test]
fn a_task_about_containers_is_graded_from_a_record_whose_seal_holds() {
    let bench = class();
    for who in ["ann", "bob", "cy"] {
        hand_in(&bench, who, RIGHT);
    }
    hand_in_record(&bench, "ann");
    hand_in_record(&bench, "cy");
    let record = bench.outside().join("class/cy/.dockerlab/state.json");
    let forged = fs::read_to_string(&record).unwrap().replace("/note", "/other");
    bench.write_outside("class/cy/.dockerlab/state.json", &forged);
    let graded = || -> Value {
        try_to_grade(&bench, &["--tasks", "3"]).unwrap();
        serde_json::from_str(&bench.out()).unwrap()
    };
    let grades = graded();
    let task = |grades: &Value, who: &str| learner(grades, who)["tasks"][0].clone();
    assert_eq!(task(&grades, "ann")["state"], "passed", "{grades:#}");
    assert_eq!(learner(&grades, "ann")["points"], 100.0, "{grades:#}");
    for (who, why) in [("bob", "no sealed record"), ("cy", "edited by hand")] {
        let told = task(&grades, who);
        assert_eq!(learner(&grades, who)["state"], "look", "{who}: {grades:#}");
        assert!(told["why"].as_str().unwrap().contains(why), "{told:#}");
    }
    assert_eq!(fs::read_to_string(&record).unwrap(), forged);

    // A record that was handed in since is looked at.
    hand_in_record(&bench, "bob");
    assert_eq!(learner(&graded(), "bob")["points"], 100.0);
}

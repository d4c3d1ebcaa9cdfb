//! What `grade` and `check` write for other programs, held to what those publish about their formats.

use std::{collections::BTreeSet, fs, process::Command};

use serde_json::Value;

use crate::{
    commands::{check, grade},
    exit::ExitStatus,
    judging::scripted::{Bench, Built, RIGHT, args, right_picture},
};

/// A class of one that is right, one that is wrong, one that nobody can check and one who handed in nothing.
fn class() -> Bench {
    let bench = Bench::new();
    let mut untitled = right_picture();
    untitled.facts.config.labels.clear();
    untitled.facts.id = "sha256:untitled".to_owned();
    untitled.facts.size = 40_000_000;
    bench.build("# <untitled> & \u{1b}[2J\u{8}", Built::of(untitled));
    let hand_in = |who: &str, text: &str| bench.write_outside(&format!("class/{who}/Dockerfile-task-1"), text);
    hand_in("ann", RIGHT);
    hand_in(
        "bob",
        "FROM base:1\n# <untitled> & \u{1b}[2J\u{8}\nCOPY app /app\nCMD [\"serve\"]\nLABEL a=b\n",
    );
    hand_in("a", RIGHT);
    hand_in("b", RIGHT);
    for who in ["ann", "bob", "a", "b"] {
        bench.write_outside(&format!("class/{who}/app/main"), "Hello");
    }
    bench.write_outside(
        "class/roster.csv",
        "id,name,email,path,submitted\n101,Ann <b>&,ann@x,ann,2026-01-01T00:00:00Z\n102,\"Bob, B.\",bob@x,bob,2026-01-03T00:00:00Z\n103,Cy,cy@x,gone,\n104,Di,di@x,,\n",
    );
    bench
}

fn run(bench: &Bench, more: &[&str]) -> ExitStatus {
    let roster = bench.outside().join("class/roster.csv").display().to_string();
    let out = bench.outside().join("grades").display().to_string();
    let mut words = vec![roster.as_str(), "--out", &out, "--tasks", "1", "--due", "2026-01-02"];
    words.extend(more);
    grade::run(&bench.lab, &args(&words)).unwrap()
}

fn written(bench: &Bench, path: &str) -> String {
    let path = bench.outside().join("grades").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn json(bench: &Bench, path: &str) -> Value {
    serde_json::from_str(&written(bench, path)).unwrap()
}

/// What Python's own libraries read: an answer of JSON.
fn python(script: &str, input: &str) -> Value {
    let output = Command::new("python3").args(["-c", script, input]).output().unwrap();
    assert!(
        output.status.success(),
        "{}\n{input}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

/// JUnit's suites, as an XML parser reads them: names, counts, and each case's outcome.
const JUNIT: &str = "
import sys, json, xml.etree.ElementTree as tree
root = tree.fromstring(sys.argv[1].encode())
assert root.tag == 'testsuites' and all(suite.tag == 'testsuite' for suite in root)
found = []
for suite in root:
    cases = [[case.get('classname'), case.get('name'), case[0].tag if len(case) else 'passed'] for case in suite]
    count = lambda word: sum(case[2] == word for case in cases)
    assert all(case.tag == 'testcase' and len(case) < 2 for case in suite)
    counted = [len(cases), count('failure'), count('error'), count('skipped')]
    assert counted == [int(suite.get(key)) for key in ('tests', 'failures', 'errors', 'skipped')], counted
    found.append([suite.get('name'), cases])
assert int(root.get('tests')) == sum(len(cases) for _, cases in found)
print(json.dumps(found))";

#[test]
fn junit_is_what_an_xml_parser_reads() {
    let bench = class();
    assert_eq!(run(&bench, &["--write", "junit"]), ExitStatus::NotPassed);
    let suites = python(JUNIT, &written(&bench, "junit.xml"));
    let words = |at: usize| -> Vec<String> {
        let cases = suites[at][1].as_array().unwrap();
        cases.iter().map(|case| case[2].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(suites.as_array().unwrap().len(), 4);
    assert_eq!(words(0), ["passed"; 5]);
    assert_eq!(words(1), ["passed", "failure", "passed", "passed", "passed"]);
    assert_eq!(
        (words(2), words(3)),
        (vec!["error".to_owned()], vec!["failure".to_owned()])
    );
    // A learner's own CI.
    bench.write(
        "Dockerfile-task-1",
        "FROM base:1\n# <untitled> & \u{1b}[2J\u{8}\nLABEL x=1\n",
    );
    bench.out();
    assert_eq!(
        check::run(&bench.lab, &args(&["all", "--format", "junit"])).unwrap(),
        ExitStatus::NotPassed
    );
    let suites = python(JUNIT, &bench.out());
    let all = suites.to_string();
    assert!(
        all.contains("it has its title") && all.contains("the Dockerfile exists"),
        "{all}"
    );
    // A hidden criterion keeps its name until it is met.
    bench.write("Dockerfile-task-1", RIGHT);
    bench.engine.script().commands.clear();
    check::run(&bench.lab, &args(&["1", "--format", "junit"])).unwrap();
    let suites = python(JUNIT, &bench.out()).to_string();
    assert!(
        suites.contains("a hidden criterion") && !suites.contains("also greets"),
        "{suites}"
    );
}

#[test]
fn sarif_has_what_the_standard_requires() {
    let bench = class();
    bench.write(
        "Dockerfile-task-1",
        "FROM base:1\n# <untitled> & \u{1b}[2J\u{8}\nLABEL x=1\n",
    );
    check::run(&bench.lab, &args(&["1", "--format", "sarif"])).unwrap();
    let log: Value = serde_json::from_str(&bench.out()).unwrap();
    // SARIF 2.1.0: 3.13 sarifLog, 3.14 run, 3.18 tool, 3.27 result.
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert!(run["tool"]["driver"]["name"].is_string());
    let rules: Vec<&str> = run["tool"]["driver"]["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| rule["id"].as_str().unwrap())
        .collect();
    let unique: BTreeSet<&&str> = rules.iter().collect();
    assert_eq!(unique.len(), rules.len(), "3.49.3: ids are unique");
    let results = run["results"].as_array().unwrap();
    assert!(!results.is_empty());
    for result in results {
        assert!(rules.contains(&result["ruleId"].as_str().unwrap()));
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let level = result["level"].as_str().unwrap();
        // 3.27.10: a kind other than `fail` has the level `none`.
        assert_eq!(result["kind"] == "fail", level != "none", "{result}");
        assert!(["none", "note", "warning", "error"].contains(&level));
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "Dockerfile-task-1");
        assert!(place["region"]["startLine"].as_u64().unwrap() > 0);
    }
    // Nothing is known where the engine fails.
    for _ in 0..3 {
        bench.engine.fail("build", crate::error::Error::engine("gone"));
    }
    check::run(&bench.lab, &args(&["1", "--format", "sarif"])).unwrap();
    let log: Value = serde_json::from_str(&bench.out()).unwrap();
    let open = log["runs"][0]["results"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|result| result["kind"] == "open")
        .count();
    assert!(open > 0, "{log:#}");
}

#[test]
fn gradescope_gets_a_score_or_no_file() {
    let bench = class();
    run(&bench, &["--write", "gradescope"]);
    let ann = json(&bench, "gradescope/101/results.json");
    assert_eq!(
        (&ann["score"], ann["tests"].as_array().unwrap().len()),
        (&100.0.into(), 5)
    );
    let bob = json(&bench, "gradescope/102/results.json");
    let known = [
        "score",
        "execution_time",
        "output",
        "output_format",
        "tests",
        "extra_data",
    ];
    assert!(
        bob.as_object().unwrap().keys().all(|key| known.contains(&key.as_str())),
        "{bob}"
    );
    for test in bob["tests"].as_array().unwrap() {
        let keys = [
            "score",
            "max_score",
            "status",
            "name",
            "number",
            "output",
            "output_format",
        ];
        assert!(
            test.as_object().unwrap().keys().all(|key| keys.contains(&key.as_str())),
            "{test}"
        );
        assert!(["passed", "failed"].contains(&test["status"].as_str().unwrap()));
        assert!(test["score"].as_f64() <= test["max_score"].as_f64(), "{test}");
    }
    let sum: f64 = bob["tests"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|test| test["score"].as_f64())
        .sum();
    assert!((sum - 80.0).abs() < 0.1 && bob["score"] == 80.0, "{bob}");
    assert_eq!(json(&bench, "gradescope/104/results.json")["score"], 0.0);
    // Without a file, Gradescope says that the autograder failed: no zero. One of an earlier run is gone.
    assert!(!bench.outside().join("grades/gradescope/103").exists());
    bench.write_outside("class/roster.csv", "id,path\n101,gone\n");
    run(&bench, &["--write", "gradescope"]);
    assert!(!bench.outside().join("grades/gradescope/101/results.json").exists());
}

#[test]
fn prairielearn_is_not_gradable_where_nobody_can_tell() {
    let bench = class();
    run(&bench, &["--write", "prairielearn"]);
    assert_eq!(json(&bench, "prairielearn/101/results.json")["score"], 1.0);
    let bob = json(&bench, "prairielearn/102/results.json");
    assert_eq!((&bob["gradable"], &bob["score"]), (&true.into(), &0.8.into()));
    for test in bob["tests"].as_array().unwrap() {
        assert!(test["name"].is_string() && test["points"].is_number() && test["max_points"].is_number());
    }
    let cy = json(&bench, "prairielearn/103/results.json");
    assert_eq!((&cy["gradable"], &cy["score"]), (&false.into(), &Value::Null));
    assert!(!cy["format_errors"].as_array().unwrap().is_empty());
}

#[test]
fn classroom_50_gets_whole_points_that_sum_up_or_no_file() {
    let bench = class();
    run(
        &bench,
        &[
            "--write",
            "classroom50",
            "--classroom",
            "c",
            "--assignment",
            "a",
            "--commit-url",
            "https://x/1",
        ],
    );
    let bob = json(&bench, "classroom50/102/result.json");
    let keys: BTreeSet<&str> = bob.as_object().unwrap().keys().map(String::as_str).collect();
    let required = [
        "schema",
        "classroom",
        "assignment",
        "submission",
        "commit",
        "release",
        "review",
        "datetime",
        "score",
        "max-score",
        "tests",
    ];
    assert!(required.iter().all(|key| keys.contains(key)), "{keys:?}");
    assert_eq!(
        (&bob["schema"], &bob["classroom"], &bob["review"]),
        (&"classroom50/result/v1".into(), &"c".into(), &"https://x/1".into())
    );
    let tests = bob["tests"].as_array().unwrap();
    let sum = |key: &str| tests.iter().map(|test| test[key].as_i64().unwrap()).sum::<i64>();
    assert_eq!(
        (Some(sum("score")), Some(sum("max-score"))),
        (bob["score"].as_i64(), bob["max-score"].as_i64())
    );
    assert_eq!((sum("score"), tests[1]["passed"].as_bool()), (8000, Some(false)));
    assert!(!bench.outside().join("grades/classroom50/103").exists());
}

#[test]
fn moodles_worksheet_is_filled_and_all_else_in_it_stays() {
    let bench = class();
    let head = "Identifier,\"Full name\",\"Email address\",Status,Grade,\"Maximum Grade\",\"Grade can be changed\",\"Last modified (submission)\",\"Last modified (grade)\",\"Feedback comments\"";
    let line = |id: &str, name: &str, grade: &str, feedback: &str| {
        format!(
            "\"Participant {id}\",\"{name}\",{id}@x,\"Submitted for grading\",{grade},\"100,00\",Yes,\"Friday, 2 January 2026, 1:00 AM\",-,{feedback}"
        )
    };
    let worksheet = format!(
        "\u{feff}{head}\n{}\n{}\n{}\n{}\n",
        line("101", "Ann \"\"A\"\"", "", ""),
        line("102", "Bob, B.", "", ""),
        line("103", "Cy", "", "old"),
        line("999", "Zoé", "\"12,50\"", "")
    );
    bench.write_outside("class/worksheet.csv", &worksheet);
    let path = bench.outside().join("class/worksheet.csv").display().to_string();
    run(&bench, &["--moodle", &path]);
    assert!(bench.err().contains("no line for 1 learner"));
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        worksheet,
        "the downloaded file stays as it is"
    );
    let filled = written(&bench, "moodle.csv");
    assert!(filled.starts_with('\u{feff}'));
    let read =
        "import sys, csv, io, json; print(json.dumps(list(csv.reader(io.StringIO(sys.argv[1].lstrip('\\ufeff'))))))";
    let (before, after) = (python(read, &worksheet), python(read, &filled));
    let cell = |table: &Value, row: usize, column: usize| table[row][column].as_str().unwrap().to_owned();
    assert_eq!([1, 2, 3, 4].map(|row| cell(&after, row, 4)), ["100", "80", "", "12,50"]);
    assert!(
        cell(&after, 2, 9).contains("it has its title: Add the label."),
        "{after}"
    );
    assert_eq!(cell(&after, 3, 9), "old");
    for row in 0..5 {
        for column in (0..10).filter(|column| ![4, 9].contains(column) || row == 0) {
            assert_eq!(cell(&before, row, column), cell(&after, row, column));
        }
    }
    bench.write_outside("class/worksheet.csv", "a,b\n1,2\n");
    let roster = bench.outside().join("class/roster.csv").display().to_string();
    let out = bench.outside().join("grades").display().to_string();
    let words = [roster.as_str(), "--out", &out, "--tasks", "1", "--moodle", &path];
    assert!(
        grade::run(&bench.lab, &args(&words))
            .unwrap_err()
            .message()
            .contains("not a grading worksheet")
    );
}

/// The elements and texts of a page, as an HTML parser reads them: nothing of a learner's is an element.
const HTML: &str = "
import sys, json
from html.parser import HTMLParser
class Reader(HTMLParser):
    def __init__(self):
        super().__init__(); self.tags, self.text, self.open = [], '', []
    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag not in ('meta', 'br', 'circle', 'line'): self.open.append(tag)
    def handle_endtag(self, tag):
        if tag not in ('circle', 'line'): assert self.open.pop() == tag, tag
    def handle_data(self, data): self.text += data
reader = Reader(); reader.feed(open(sys.argv[1]).read()); reader.close()
assert reader.open == [], reader.open
print(json.dumps([sorted(set(reader.tags)), reader.text]))";

#[test]
fn reports_say_what_to_do_next_and_nothing_of_a_learners_is_an_element() {
    let bench = class();
    run(&bench, &[]);
    let page = |path: &str| python(HTML, &bench.outside().join("grades").join(path).display().to_string());
    let bob = page("reports/102.html");
    let text = bob[1].as_str().unwrap();
    for said in [
        "Bob, B.",
        "80 of 100 points",
        "it has its title",
        "Add the label.",
        "The median of the class is",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let ann = page("reports/101.html");
    assert!(ann[1].as_str().unwrap().contains("Ann <b>&"), "{ann}");
    let tags = |page: &Value| {
        page[0]
            .as_array()
            .unwrap()
            .iter()
            .any(|tag| ["b", "script", "img", "link"].contains(&tag.as_str().unwrap()))
    };
    assert!(!tags(&ann) && !tags(&bob));
    let class = page("class.html");
    let text = class[1].as_str().unwrap();
    for said in [
        "4 submissions, 3 graded, 1 to look at.",
        "How many learners each criterion stopped first:",
        "it has its title",
        "Ann <b>&",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(!tags(&class));
    for path in ["class.html", "reports/102.html"] {
        let page = written(&bench, path);
        assert!(page.contains("default-src 'none'"));
        for elsewhere in ["http://", "https://", "src=", "url(", "@import", "\u{1b}"] {
            assert!(!page.contains(elsewhere), "{path}: {elsewhere}");
        }
    }
    let markdown = written(&bench, "reports/101.md");
    assert!(markdown.starts_with("# Ann \\<b\\>\\&: Scripted"), "{markdown}");
    assert!(written(&bench, "reports/102.md").contains("  - next: Add the label."));
    // A hidden criterion keeps its name in what learners get.
    bench.engine.script().commands.clear();
    run(&bench, &["--again", "--write", "gradescope,prairielearn"]);
    for path in [
        "reports/101.html",
        "reports/101.md",
        "gradescope/101/results.json",
        "prairielearn/101/results.json",
    ] {
        let text = written(&bench, path);
        assert!(
            text.contains("a hidden criterion") && !text.contains("also greets"),
            "{path}: {text}"
        );
    }
    assert!(written(&bench, "class.html").contains("also greets"));
}

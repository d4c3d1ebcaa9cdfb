//! Right answers in other spellings pass; wrong ones fail at the criterion that their name says, and at no other.

use std::fs;

use crate::support::{Place, TASKS, current, outcomes, repository};

fn prove(id: &str) {
    let (_, _, name) = TASKS.iter().find(|(task, _, _)| *task == id).unwrap();
    let place = Place::started(Some(current()));
    place.put_ignore();
    let folder = repository().join("tests/proofs").join(id);
    // The image that others are compared with has to be there.
    let before = match id {
        "2" => Some(("1", "1-layers", "Dockerfile-task-1")),
        "3-2" => Some(("3-1", "3-1-base-image", "Dockerfile-task-3-1")),
        _ => None,
    };
    if let Some((id, lesson, name)) = before {
        place.put(
            name,
            fs::read(repository().join("lessons").join(lesson).join("solution.Dockerfile")).unwrap(),
        );
        place.run(&["build", id]).expect(0);
    }
    let mut faults = Vec::new();
    let mut counts = [0, 0];
    for (index, kind) in ["right", "wrong"].iter().enumerate() {
        let mut files: Vec<_> = fs::read_dir(folder.join(kind))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        files.sort();
        for path in files {
            counts[index] += 1;
            let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
            place.put(name, fs::read(&path).unwrap());
            let ran = place.run(&["check", id, "--format", "json"]);
            let report = ran.json();
            let failed: Vec<String> = outcomes(&report)
                .into_iter()
                .filter(|(_, outcome, remark)| !remark && (outcome == "fail" || outcome == "cannot-check"))
                .map(|(id, outcome, _)| format!("{id} {outcome}"))
                .collect();
            let wanted: Vec<String> = match *kind {
                "right" => vec![],
                _ => vec![format!("{} fail", stem.split("--").next().unwrap())],
            };
            // ENV in place of ARG breaks two criteria at once, as it should.
            let same = failed == wanted
                || (stem.starts_with("frontend-arg--env") && failed == ["frontend-arg fail", "frontend-not-env fail"])
                || (stem.starts_with("uid--root") && failed.first() == wanted.first());
            if !same || (ran.code == 0) != (*kind == "right") {
                faults.push(format!(
                    "{kind}/{stem}: failed {failed:?}, wanted {wanted:?}, exit code {}",
                    ran.code
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(counts[0] >= 3 && counts[1] >= 3, "{counts:?}");
}

#[test]
fn of_task_1() {
    prove("1");
}

#[test]
fn of_task_2() {
    prove("2");
}

#[test]
fn of_task_3_1() {
    prove("3-1");
}

#[test]
fn of_task_3_2() {
    prove("3-2");
}

#[test]
fn of_task_5() {
    prove("5");
}

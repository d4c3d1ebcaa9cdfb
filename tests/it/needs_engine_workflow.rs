//! The workflow in a workspace, its steps run as a runner does. See `installation`.

use std::fs;

use dockerlab::language::Language;

use crate::{
    installation::{local_release, run_steps, workflow},
    support::{Place, current, repository},
};

#[test]
#[ignore = "needs an engine"]
fn the_workflow_passes_a_right_answer_and_annotates_a_wrong_one() {
    let place = Place::started(Some(current()));
    let release = local_release(place.dir.path());
    let workflow = workflow(Language::ENGLISH, Some(&release));
    let solution = fs::read_to_string(repository().join("lessons/1-layers/solution.Dockerfile")).unwrap();
    place.put_ignore();
    place.put("Dockerfile-task-1", &solution);
    // A clone has no state.
    fs::remove_dir_all(place.root().join(".dockerlab")).unwrap();
    let (out, code) = run_steps(&place, &workflow);
    assert_eq!(code, 0, "{out}");
    assert!(!out.contains("::error"), "{out}");
    let checks: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(place.dir.path().join("runner/dockerlab-checks.json")).unwrap())
            .unwrap();
    assert_eq!(checks["passed"], true, "{checks}");

    let line = solution.lines().position(|line| line.starts_with("EXPOSE")).unwrap() + 1;
    place.put("Dockerfile-task-1", solution.replace("EXPOSE 8000", "EXPOSE 80"));
    let (out, code) = run_steps(&place, &workflow);
    assert_eq!(code, 1, "{out}");
    let errors: Vec<&str> = out.lines().filter(|line| line.starts_with("::error")).collect();
    let file = format!("::error file=Dockerfile-task-1,line={line},title=");
    assert!(errors.len() == 1 && errors[0].starts_with(&file), "{errors:?}");
}

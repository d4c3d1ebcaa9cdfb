//! Lint with an image as evidence, and as advice beside a verdict.

use crate::support::{Place, current, repository};

#[test]
#[ignore = "needs an engine: scripts/test"]
fn what_the_image_proves_is_told_and_advice_fails_nothing() {
    let place = Place::started(Some(current()));
    let solution = std::fs::read_to_string(repository().join("lessons/1-layers/solution.Dockerfile")).unwrap();
    place.put_ignore();
    place.put("Dockerfile-task-1", solution);
    place.run(&["check", "1"]).expect(0);

    // The lists are fetched by one line and removed by a later one: the text looks clean, the image is not.
    let text = std::fs::read_to_string(
        repository().join("tests/proofs/2/wrong/no-apt-lists--removed-in-a-later-layer.Dockerfile"),
    )
    .unwrap();
    place.put("Dockerfile-task-2", &text);
    let proved = |place: &Place| {
        let found = place.run(&["lint", "--no-fail", "Dockerfile-task-2"]).expect(0).stdout;
        found.lines().find(|line| line.contains("LAB101")).map(str::to_owned)
    };
    assert_eq!(proved(&place), None, "nothing was built yet");
    let judged = place.run(&["check", "2", "--format", "json"]).expect(1).json();
    let line = proved(&place).expect("the image was looked at");
    let line: usize = line.split([':', ' ']).nth(1).unwrap().parse().unwrap();
    let written = text.lines().nth(line - 1).unwrap();
    assert!(written.starts_with("RUN apt-get -y update"), "{written}");
    // Advice stands beside the verdict and is none of its criteria.
    let task = &judged["tasks"][0];
    let codes = |key: &str, name: &str| -> Vec<String> {
        let all = task[key].as_array().unwrap().iter();
        all.map(|one| one[name].as_str().unwrap().to_owned()).collect()
    };
    assert!(codes("advice", "code").contains(&"LAB101".to_owned()), "{task:#}");
    assert!(!codes("criteria", "id").contains(&"LAB101".to_owned()), "{task:#}");
    place
        .run(&["check", "2"])
        .expect(1)
        .says("Advice, not part of the verdict");
    // The evidence is of that very text: of another one nothing is proved.
    place.put("Dockerfile-task-2", format!("# once more\n{text}"));
    assert_eq!(proved(&place), None);

    // What passes fails for no advice.
    let solution = std::fs::read_to_string(repository().join("lessons/2-caching/solution.Dockerfile")).unwrap();
    place.put("Dockerfile-task-2", solution);
    place.run(&["check", "2"]).expect(0);
}

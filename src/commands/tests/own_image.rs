//! The image that this workspace built, even if someone else moves its tag.

use crate::{
    commands::{build, check, inspect, push, run, shell},
    engine::port::{ContainerFacts, Pushed},
    exit::ExitStatus,
    image::Config,
    judging::scripted::{Bench, Built, Picture, args, base_layer, picture, right_picture},
};

/// A bench whose workspace built the first task's image.
fn built() -> Bench {
    let mut bench = Bench::new();
    // A shell needs somebody at a terminal.
    bench.lab.settings.can_ask = true;
    assert_eq!(build::run(&bench.lab, &args(&["1"])).unwrap(), ExitStatus::Done);
    assert_eq!(bench.err().matches("did not build").count(), 0);
    bench.out();
    bench
}

/// Another image: larger than any of the course's.
fn other() -> Picture {
    let mut other = picture(Config::default(), &[base_layer(), base_layer()]);
    other.facts.size = 1_000_000;
    other
}

/// Lets somebody else take the tag of the first task's image.
fn move_tag(bench: &Bench) {
    let mut script = bench.engine.script();
    script.images.insert("first:test".to_owned(), other());
    script.images.insert(other().facts.id, other());
}

#[test]
fn commands_take_the_image_that_was_built_and_say_that_the_tag_moved() {
    let bench = built();
    move_tag(&bench);
    let own = right_picture().facts.id;
    bench.engine.script().run = (Vec::new(), Some(0));
    bench.engine.script().push = (
        Vec::new(),
        Some(Pushed {
            digest: Some("sha256:1".to_owned()),
            uploaded: 1,
            there: 0,
        }),
    );
    let told = |bench: &Bench| {
        let err = bench.err();
        assert!(err.contains("`first:test` is another image now"), "{err}");
        assert!(err.contains("`dockerlab build 1` moves the tag back"), "{err}");
    };
    run::run(&bench.lab, &args(&["1"])).unwrap();
    told(&bench);
    assert_eq!(bench.engine.asked("run"), std::slice::from_ref(&own));
    shell::run(&bench.lab, &args(&["1"])).unwrap();
    told(&bench);
    assert_eq!(bench.engine.asked("shell"), std::slice::from_ref(&own));
    push::run(&bench.lab, &args(&["1", "--to", "example.test/me"])).unwrap();
    told(&bench);
    let pushed = bench.engine.script().images["example.test/me/first:test"]
        .facts
        .id
        .clone();
    assert_eq!(pushed, own);
    inspect::run(&bench.lab, &args(&["1", "--format", "json"])).unwrap();
    told(&bench);
    assert_eq!(bench.engine.asked("export"), [own]);
}

#[test]
fn a_tag_that_was_removed_is_told_and_the_image_is_used() {
    let bench = built();
    bench.engine.script().images.remove("first:test");
    run::run(&bench.lab, &args(&["1"])).unwrap();
    assert!(bench.err().contains("No image is tagged `first:test` any more"));
    assert_eq!(bench.engine.asked("run"), [right_picture().facts.id]);
}

#[test]
fn an_image_that_is_gone_is_told_and_no_other_is_taken() {
    let bench = built();
    move_tag(&bench);
    bench.engine.script().images.remove(&right_picture().facts.id);
    let error = run::run(&bench.lab, &args(&["1"])).unwrap_err();
    assert!(error.message().contains("no longer has the image"), "{error}");
    assert!(error.message().contains("`first:test` is another image"), "{error}");
    assert_eq!(error.help_text(), Some("build it with `dockerlab build 1`"));
    assert!(bench.engine.asked("run").is_empty());
}

#[test]
fn an_image_of_nobody_here_is_used_and_named() {
    let bench = Bench::at_terminal();
    move_tag(&bench);
    run::run(&bench.lab, &args(&["1"])).unwrap();
    assert!(bench.err().contains("has not built `first:test` yet"));
    assert_eq!(bench.engine.asked("run"), [other().facts.id]);
}

#[test]
fn a_build_names_the_image_that_loses_its_tag() {
    let bench = Bench::new();
    move_tag(&bench);
    build::run(&bench.lab, &args(&["1"])).unwrap();
    let err = bench.err();
    assert!(
        err.contains("`first:test` is an image that this workspace did not build"),
        "{err}"
    );
    build::run(&bench.lab, &args(&["1"])).unwrap();
    assert!(!bench.err().contains("did not build"), "it is this workspace's now");
}

#[test]
fn sizes_are_compared_with_the_image_that_was_built() {
    let bench = built();
    move_tag(&bench);
    bench.write("Dockerfile-task-2", "FROM base:1\n# same\n");
    let mut same = right_picture();
    same.facts.id = "sha256:same".to_owned();
    bench.build("# same", Built::of(same));
    assert_eq!(check::run(&bench.lab, &args(&["2"])).unwrap(), ExitStatus::NotPassed);
    assert!(bench.out().contains("smaller"), "the other image is a megabyte");
    assert!(bench.err().contains("`first:test` is another image now"));
}

#[test]
fn containers_of_another_image_under_the_tag_do_not_count() {
    let bench = built();
    move_tag(&bench);
    let container = |id: &str, image: Picture| ContainerFacts {
        id: id.to_owned(),
        image: image.facts.id,
        image_name: "first:test".to_owned(),
        changed: vec!["/note".to_owned()],
        ..ContainerFacts::default()
    };
    bench.engine.script().containers = vec![container("theirs", other())];
    assert_eq!(check::run(&bench.lab, &args(&["3"])).unwrap(), ExitStatus::NotPassed);
    assert!(bench.err().contains("`first:test` is another image now"));
    bench
        .engine
        .script()
        .containers
        .push(container("mine", right_picture()));
    assert_eq!(check::run(&bench.lab, &args(&["3"])).unwrap(), ExitStatus::Done);
}

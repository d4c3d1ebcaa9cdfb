//! What a workspace's workflow installs, what older versions left, and the table of dependencies.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use dockerlab::{course::Course, language::Language, release::Release};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::support::{Place, copied, place, repository};

#[derive(Deserialize)]
pub(crate) struct Workflow {
    jobs: BTreeMap<String, Job>,
}

#[derive(Deserialize)]
struct Job {
    #[serde(rename = "if")]
    condition: Option<String>,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    run: Option<String>,
    #[serde(default)]
    env: BTreeMap<String, String>,
}

/// The workflow that `start` adds, as a program of this release does, and as one built from source.
pub(crate) fn workflow(language: Language, release: Option<&Release>) -> Workflow {
    let files = Course::embedded(language).unwrap().workspace_files(release);
    let file = files
        .iter()
        .find(|file| file.path == ".github/workflows/dockerlab.yml")
        .unwrap();
    let text = std::str::from_utf8(&file.bytes).unwrap();
    assert!(!text.contains("{{") || text.contains("${{"), "{text}");
    for gap in [
        "{{install}}",
        "{{condition}}",
        "{{archive}}",
        "{{version}}",
        "{{sha256}}",
    ] {
        assert!(!text.contains(gap), "{text}");
    }
    serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// An archive with this program in it, as `scripts/release` makes them, at an address that curl reads without a network.
pub(crate) fn local_release(folder: &Path) -> Release {
    let name = "dockerlab-runner-x86_64-unknown-linux-gnu";
    let program = Path::new(env!("CARGO_BIN_EXE_dockerlab"));
    fs::create_dir_all(folder.join(name)).unwrap();
    fs::hard_link(program, folder.join(name).join("dockerlab"))
        .or_else(|_| fs::copy(program, folder.join(name).join("dockerlab")).map(drop))
        .unwrap();
    let archive = folder.join(format!("{name}.tar.gz"));
    let packed = Command::new("tar")
        .args(["--use-compress-program", "gzip -1", "-cf"])
        .arg(&archive)
        .arg("-C")
        .arg(folder)
        .arg(name)
        .status()
        .unwrap();
    assert!(packed.success());
    let sum = Sha256::digest(fs::read(&archive).unwrap());
    Release {
        version: "0.0.0".to_owned(),
        archive: format!("file://{}", archive.display()),
        sha256: sum.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}

/// Runs the workflow's steps in a clone of the workspace, as a runner does; what the last printed, and its exit status.
pub(crate) fn run_steps(place: &Place, workflow: &Workflow) -> (String, i32) {
    let temporary = place.dir.path().join("runner");
    fs::create_dir_all(&temporary).unwrap();
    let path_file = temporary.join("path");
    fs::write(&path_file, "").unwrap();
    let (mut out, mut code) = (String::new(), 0);
    let (_, job) = workflow.jobs.first_key_value().unwrap();
    for step in &job.steps {
        let Some(run) = &step.run else { continue };
        let added = fs::read_to_string(&path_file).unwrap().replace('\n', ":");
        let mut command = place.command(&place.root(), &[]);
        let mut bash = Command::new("bash");
        bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", run])
            .current_dir(command.get_current_dir().unwrap())
            .env_clear()
            .envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))))
            .env("PATH", format!("{added}{}", std::env::var("PATH").unwrap()))
            .env("RUNNER_TEMP", &temporary)
            .env("GITHUB_PATH", &path_file)
            .envs(&step.env);
        command = bash;
        let done = command.output().unwrap();
        out = String::from_utf8(done.stdout).unwrap() + &String::from_utf8(done.stderr).unwrap();
        code = done.status.code().unwrap_or(-1);
        if code != 0 {
            break;
        }
    }
    (out, code)
}

#[test]
fn the_workflow_downloads_this_release_and_compares_its_checksum() {
    for language in [Language::ENGLISH, Language::of("fr").unwrap()] {
        let place = Place::started(None);
        place.put("Dockerfile-task-1", "FROM ubuntu:20.04\nEXPOSE 80\n");
        let mut release = local_release(place.dir.path());
        let honest = workflow(language, Some(&release));
        assert!(honest.jobs.values().all(|job| job.condition.is_none()));
        // No engine: what the text shows is judged, and annotated.
        let (out, code) = run_steps(&place, &honest);
        assert_eq!(code, 1, "{out}");
        assert!(out.contains("::error file=Dockerfile-task-1,line=2,title="), "{out}");
        let checks = fs::read_to_string(place.dir.path().join("runner/dockerlab-checks.json")).unwrap();
        assert!(checks.contains("dockerlab/check/1"), "{checks}");

        // Another archive at that address.
        release.sha256 = release.sha256.replace(['0', '1', '2', '3'], "4");
        let (out, code) = run_steps(&place, &workflow(language, Some(&release)));
        assert_ne!(code, 0);
        assert!(out.contains("FAILED"), "{out}");
    }
}

#[test]
fn a_program_built_from_source_lays_a_workflow_that_waits_to_be_told_where_it_is_from() {
    for language in [Language::ENGLISH, Language::of("fr").unwrap()] {
        let workflow = workflow(language, None);
        let (_, job) = workflow.jobs.first_key_value().unwrap();
        let condition = job.condition.as_deref().unwrap();
        assert!(condition.contains("DOCKERLAB_SOURCE") && condition.contains("DOCKERLAB_COMMIT"));
        let runs: Vec<&str> = job.steps.iter().filter_map(|step| step.run.as_deref()).collect();
        assert!(runs[0].contains("--git \"$SOURCE\" --rev \"$COMMIT\""), "{runs:?}");
        // The name on the registry is not ours.
        assert!(
            runs.iter()
                .flat_map(|run| run.lines())
                .all(|line| !line.contains("cargo install") || line.contains("--git"))
        );
    }
}

#[test]
fn workspaces_of_every_earlier_version_open() {
    for version in fs::read_dir(repository().join("tests/workspaces")).unwrap() {
        let version = version.unwrap();
        let place = place(None);
        copied(&version.path(), &place.root());
        let before = place.text("Dockerfile-task-1");
        place.run(&["status"]).expect(0).says("1 of 6").says("789 MB");
        place.run(&[]).expect(0).says("task 2");
        place.run(&["start"]).expect(0);
        place.run(&["hint", "2"]);
        place.run(&["diff", "1"]).expect(0);
        place.run(&["check", "1", "--static"]).expect(0);
        place.run(&["instructor", "regrade"]).expect(0);
        let state: serde_json::Value = serde_json::from_str(&place.text(".dockerlab/state.json")).unwrap();
        assert_eq!(
            state["tasks"]["1"]["attempts"].as_array().unwrap().len(),
            2,
            "{version:?}"
        );
        assert_eq!(state["tasks"]["1"]["hints"]["frontend-arg"], 1, "{version:?}");
        assert_eq!(place.text("Dockerfile-task-1"), before);
    }
}

#[test]
fn without_a_command_it_says_where_one_is() {
    let place = Place::started(None);
    place
        .run(&[])
        .expect(0)
        .says("You are at task 1")
        .says("dockerlab check");
    place.run_in(place.dir.path(), &[]).expect(2).says("Usage: dockerlab");
    // A clone has no `.dockerlab`.
    fs::remove_dir_all(place.root().join(".dockerlab")).unwrap();
    place.run(&[]).expect(0).says("dockerlab start .");
    place.run(&["check"]).expect(2).says("dockerlab start .");
    place.run(&["start", "."]).expect(0);
    place.run(&[]).expect(0).says("You are at task 1");
}

#[test]
fn every_dependency_is_in_the_table() {
    #[derive(Deserialize)]
    struct Manifest {
        dependencies: BTreeMap<String, toml::Value>,
        target: BTreeMap<String, BTreeMap<String, BTreeMap<String, toml::Value>>>,
        #[serde(rename = "dev-dependencies")]
        dev: BTreeMap<String, toml::Value>,
    }
    let read = |name: &str| fs::read_to_string(repository().join(name)).unwrap();
    let manifest: Manifest = toml::from_str(&read("Cargo.toml")).unwrap();
    let page = read("docs/dependencies.md");
    let mut listed: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    listed.sort_unstable();
    listed.dedup();
    let targets = manifest.target.values().flat_map(|kinds| kinds.values());
    let mut named: Vec<&str> = manifest
        .dependencies
        .keys()
        .chain(targets.flat_map(BTreeMap::keys))
        .chain(manifest.dev.keys())
        .map(String::as_str)
        .collect();
    named.sort_unstable();
    named.dedup();
    assert_eq!(listed, named);
}

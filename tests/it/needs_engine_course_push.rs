//! Courses in the registry that everybody runs, beside skopeo, which reads and copies artifacts.

use std::{fs, process::Command};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    needs_engine_push::{PASSWORD, Registry},
    support::{Place, Ran, place, repository},
};

const COURSE: &str = "examples/greeter";

fn skopeo(arguments: &[&str]) -> String {
    let ran = Command::new("skopeo").args(arguments).output();
    let ran = ran.expect("skopeo, which scripts/registry-peer installs");
    assert!(
        ran.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&ran.stderr)
    );
    String::from_utf8(ran.stdout).unwrap()
}

fn course(place: &Place, arguments: &[&str]) -> Ran {
    place.run_in(&repository(), &[&["course"], arguments].concat())
}

#[test]
#[ignore = "needs an engine: scripts/test"]
fn an_artifact_is_what_skopeo_reads_and_survives_its_copy() {
    let registry = Registry::start(false);
    let place = place(None);
    let host = registry.host();
    course(&place, &["push", COURSE, &format!("oci://{host}/lab/greeter:v1")]).expect(0);
    let raw = skopeo(&[
        "inspect",
        "--raw",
        "--tls-verify=false",
        &format!("docker://{host}/lab/greeter:v1"),
    ]);
    let manifest: serde_json::Value = serde_json::from_str(&raw).unwrap();
    assert_eq!(manifest["artifactType"], "application/vnd.dockerlab.course.v1");
    assert_eq!(manifest["config"]["mediaType"], "application/vnd.oci.empty.v1+json");
    assert_eq!(manifest["layers"].as_array().unwrap().len(), 1);
    // As a folder on disk, which holds the archive as tar reads it, and back under another name.
    let layout = place.dir.path().join("layout");
    let oci = format!("oci:{}:v1", layout.display());
    skopeo(&[
        "copy",
        "-q",
        "--src-tls-verify=false",
        &format!("docker://{host}/lab/greeter:v1"),
        &oci,
    ]);
    let digest = manifest["layers"][0]["digest"]
        .as_str()
        .unwrap()
        .trim_start_matches("sha256:");
    let unpacked = place.dir.path().join("unpacked");
    fs::create_dir(&unpacked).unwrap();
    let tar = Command::new("tar")
        .arg("-xzf")
        .arg(layout.join("blobs/sha256").join(digest))
        .arg("-C")
        .arg(&unpacked)
        .status()
        .unwrap();
    assert!(tar.success());
    let differs = Command::new("diff")
        .args(["-r", "--exclude=proofs", "--exclude=.schema"])
        .arg(repository().join(COURSE))
        .arg(&unpacked)
        .output()
        .unwrap();
    assert!(differs.status.success(), "{}", String::from_utf8_lossy(&differs.stdout));
    skopeo(&[
        "copy",
        "-q",
        "--dest-tls-verify=false",
        &oci,
        &format!("docker://{host}/copied/greeter:v2"),
    ]);
    course(&place, &["add", &format!("oci://{host}/copied/greeter:v2")])
        .expect(0)
        .says("Added the course greeter");
}

#[test]
#[ignore = "needs an engine: scripts/test"]
fn a_registry_that_wants_a_login_gets_the_docker_clients() {
    let registry = Registry::start(true);
    let place = place(None);
    let name = format!("oci://{}/lab/greeter:v1", registry.host());
    course(&place, &["push", COURSE, &name])
        .expect(2)
        .says("docker login 127.0.0.1:");
    let auth = STANDARD.encode(format!("learner:{PASSWORD}"));
    let settings = serde_json::json!({ "auths": { registry.host(): { "auth": auth } } });
    fs::create_dir_all(place.dir.path().join("home/.docker")).unwrap();
    fs::write(place.dir.path().join("home/.docker/config.json"), settings.to_string()).unwrap();
    course(&place, &["push", COURSE, &name]).expect(0);
    course(&place, &["add", &name])
        .expect(0)
        .says("Added the course greeter");
}

//! `dockerlab test` on an engine: its own keys, containers that are shared and are not, and that nothing is left.

use std::{fs, process::Command};

use crate::support::{Place, current, docker, place};

/// An image that serves, which goes away with the test.
struct Served {
    place: Place,
    host: String,
    image: &'static str,
}

impl Served {
    fn new(image: &'static str) -> Self {
        let served = Self {
            place: place(Some(current())),
            host: current().host,
            image,
        };
        let context = served.place.dir.path().join("context");
        fs::create_dir(&context).unwrap();
        fs::write(
            context.join("Dockerfile"),
            "FROM python:3.8.14-slim\nWORKDIR /served\nRUN echo content > page && ln -s page link && chown daemon:daemon page\n\
             EXPOSE 8000\nSTOPSIGNAL SIGINT\nHEALTHCHECK CMD true\nCMD [\"python3\", \"-um\", \"http.server\", \"8000\"]\n",
        )
        .unwrap();
        docker(
            &served.host,
            &["build", "--quiet", "--tag", image, &context.display().to_string()],
        );
        served
    }

    fn containers(&self) -> String {
        docker(
            &self.host,
            &[
                "ps",
                "--all",
                "--quiet",
                "--filter",
                &format!("ancestor={}", self.image),
            ],
        )
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        Command::new("docker")
            .args(["image", "rm", "--force", self.image])
            .env("DOCKER_HOST", &self.host)
            .output()
            .ok();
    }
}

#[test]
#[ignore = "needs an engine"]
fn our_own_keys_are_tested_and_nothing_is_left() {
    let served = Served::new("structure-own-keys:latest");
    let put = |name: &str, text: &str| fs::write(served.place.dir.path().join(name), text).unwrap();
    put(
        "shared.yaml",
        "schemaVersion: 2.0.0\nvariables: {page: other}\nfileContentTests: [{name: included, path: '/served/{{page}}', expectedContents: [content]}]\n",
    );
    put(
        "own.yaml",
        "schemaVersion: 2.0.0\n\
         include: [shared.yaml]\n\
         variables: {page: page}\n\
         daemonTests:\n\
         - {name: serves, port: 8000, path: '/{{page}}', status: 200, expectedBody: [content], expectedLog: ['GET /page']}\n\
         commandTests:\n\
         - {name: slow, command: sleep, args: ['0.1'], timeout: 30s}\n\
         - {name: alone a, command: sh, args: [-c, 'test ! -e /tmp/left && touch /tmp/left']}\n\
         - {name: alone b, command: sh, args: [-c, 'test ! -e /tmp/left && touch /tmp/left']}\n\
         fileExistenceTests:\n\
         - {name: owner, path: /served/page, owner: daemon, group: daemon, minSize: 8, maxSize: 8}\n\
         - {name: digest, path: /served/page, sha256: 434728a410a78f56fc1b5899c3593436e61ab0c731e9072d95e96db290205e53}\n\
         - {name: link, path: /served/link, linkTarget: page}\n\
         - {name: may be missing, path: /nope, optional: true}\n\
         metadataTest: {stopSignal: SIGINT, healthcheck: [CMD-SHELL, 'true'], baseImage: 'python:3.8.14-slim'}\n",
    );
    let image = ["--image", served.image];
    let all = ["test", "--config", "own.yaml", "--output", "json"];
    let report = served
        .place
        .run_in(served.place.dir.path(), &[&all[..], &image].concat())
        .expect(0)
        .json();
    assert_eq!(report["Total"], 10, "{report}");
    // Each of these fails, and says what it found.
    put(
        "wrong.yaml",
        "schemaVersion: 2.0.0\n\
         daemonTests: [{name: closed, port: 8001, timeout: 3s}]\n\
         commandTests: [{name: too slow, command: sleep, args: ['60'], timeout: 1s}]\n\
         fileExistenceTests:\n\
         - {name: owner, path: /served/page, owner: root}\n\
         - {name: size, path: /served/page, maxSize: 7}\n\
         - {name: link, path: /served/link, linkTarget: /page}\n\
         - {name: digest, path: /served/page, sha256: 00}\n\
         metadataTest: {stopSignal: SIGTERM, shell: [sh], baseImage: 'no-such-image:1'}\n",
    );
    let wrong = ["test", "--config", "wrong.yaml", "--output", "json"];
    let report = served
        .place
        .run_in(served.place.dir.path(), &[&wrong[..], &image].concat())
        .expect(1)
        .json();
    assert_eq!((&report["Pass"], &report["Total"]), (&0.into(), &7.into()), "{report}");
    assert!(
        report.to_string().contains("it was still running, and was stopped"),
        "{report}"
    );
    assert_eq!(served.containers(), "");
}

#[test]
#[ignore = "needs an engine"]
fn tests_that_are_written_from_an_image_pass_on_it() {
    let served = Served::new("structure-written:latest");
    let folder = served.place.dir.path();
    let add = [
        "test",
        "add",
        served.image,
        "--path",
        "/served/page",
        "--path",
        "/nope",
        "--run",
        "python3 --version",
    ];
    let text = served.place.run_in(folder, &add).expect(0).stdout;
    fs::write(folder.join("written.yaml"), &text).unwrap();
    for more in [&[][..], &["--strict"]] {
        let run = [&["test", served.image, "--config", "written.yaml"][..], more].concat();
        served.place.run_in(folder, &run).expect(0).says("4 tests");
    }
    assert_eq!(served.containers(), "");
}

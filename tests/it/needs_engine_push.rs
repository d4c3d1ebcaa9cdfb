//! Pushing, against real registries on 127.0.0.1 with and without a login, and a scripted one that refuses.

use std::{
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::support::{Place, Ran, current};

/// The password of the registry that wants one: characters that the two base64 alphabets write otherwise.
pub(crate) const PASSWORD: &str = "?>~?>~ secret";
/// Its bcrypt hash.
const HASH: &str = "$2a$04$OigfPUw1EMZYZVe4kkFiAO1Bva3.Siv6dBCKWQbq9PLPjpkBBlQ4m";

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A registry, ended with the test.
pub(crate) struct Registry {
    child: Child,
    port: u16,
    _dir: tempfile::TempDir,
}

impl Registry {
    pub(crate) fn start(with_login: bool) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let port = free_port();
        let mut settings = serde_json::json!({
            "version": "0.1",
            "storage": { "filesystem": { "rootdirectory": dir.path().join("images") } },
            "http": { "addr": format!("127.0.0.1:{port}") },
        });
        if with_login {
            let file = dir.path().join("htpasswd");
            fs::write(&file, format!("learner:{HASH}\n")).unwrap();
            settings["auth"] = serde_json::json!({ "htpasswd": { "realm": "lab", "path": file } });
        }
        let file = dir.path().join("config.yml");
        fs::write(&file, settings.to_string()).unwrap();
        let child = Command::new("docker-registry")
            .arg("serve")
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("docker-registry, which scripts/engine installs");
        let end = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < end, "the registry did not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        Self { child, port, _dir: dir }
    }

    pub(crate) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// What the registry itself says that it has, asked without the engine.
    fn digest(&self, name: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        write!(
            stream,
            "HEAD /v2/{name}/manifests/test HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept: \
             application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let line = answer
            .lines()
            .find_map(|line| line.strip_prefix("Docker-Content-Digest: "));
        line.unwrap_or_else(|| panic!("{answer}")).trim().to_owned()
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

const NAME: &str = "lab/base-image-fastapi-ubuntu-fat";

/// A workspace with a small image of task 1 that no other test has.
fn built() -> Place {
    let place = Place::started(Some(current()));
    place.put("app/unique.txt", place.root().display().to_string());
    place.put(
        "Dockerfile-task-1",
        "FROM scratch\nCOPY app /app\nCOPY pyproject.toml /\n",
    );
    place.run(&["build", "1"]).expect(0);
    place
}

/// Runs the program with a folder of docker settings and one of programs.
fn run(place: &Place, config: &str, programs: Option<&PathBuf>, arguments: &[&str]) -> Ran {
    let folder = place.dir.path().join("docker");
    fs::create_dir_all(&folder).unwrap();
    if !config.is_empty() {
        fs::write(folder.join("config.json"), config).unwrap();
    }
    let mut command = place.command(&place.root(), arguments);
    command.env("DOCKER_CONFIG", &folder);
    if let Some(programs) = programs {
        let path = std::env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("{}:{path}", programs.display()));
    }
    let output = command.output().unwrap();
    Ran {
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().unwrap_or(-1),
    }
}

#[test]
#[ignore = "needs an engine: scripts/test"]
fn an_image_arrives_and_the_second_push_sends_nothing() {
    let registry = Registry::start(false);
    let place = built();
    let to = format!("{}/lab", registry.host());
    let pushed = place.run(&["push", "1", "--to", &to]).expect(0);
    let digest = registry.digest(NAME);
    assert!(pushed.stdout.contains(&format!("@{digest}")), "{}", pushed.stdout);
    assert!(
        pushed.stdout.contains("2 layers sent, 0 already there"),
        "{}",
        pushed.stdout
    );
    let again = place.run(&["push", "1", "--to", &to]).expect(0);
    assert!(
        again.stdout.contains("0 layers sent, 2 already there"),
        "{}",
        again.stdout
    );
    assert!(again.stdout.contains(&digest), "{}", again.stdout);
    // The criterion of task 1 goes by that, and by the image that was pushed.
    let outcome = |place: &Place| {
        let document = place.run(&["check", "1", "--format", "json"]).json();
        let criteria = document["tasks"][0]["criteria"].as_array().unwrap().clone();
        criteria.into_iter().find(|one| one["id"] == "pushed").unwrap()
    };
    let found = outcome(&place);
    assert_eq!(
        (&found["outcome"], &found["optional"]),
        (&"pass".into(), &true.into()),
        "{found}"
    );
    place.put("app/unique.txt", "another");
    let found = outcome(&place);
    assert_eq!(found["outcome"], "fail", "{found}");
    assert!(
        found["found"].as_str().unwrap().contains("built again after"),
        "{found}"
    );
}

#[test]
#[ignore = "needs an engine: scripts/test"]
fn logins_are_found_where_the_docker_client_keeps_them_and_never_shown() {
    let registry = Registry::start(true);
    let place = built();
    let host = registry.host();
    let to = format!("{host}/lab");
    let push = ["push", "1", "--to", to.as_str()];
    // None, a wrong one, the right one, and a helper's.
    run(&place, "", None, &push)
        .expect(3)
        .says(&format!("you are not logged in to {host}"))
        .says("config.json")
        .says(&format!("`docker login {host}`"));
    let auths = |password: &str| {
        serde_json::json!({ "auths": { &host: { "username": "learner", "password": password } } }).to_string()
    };
    run(&place, &auths("wrong"), None, &push)
        .expect(3)
        .says("rejected the login");
    let right = run(&place, &auths(PASSWORD), None, &push).expect(0);
    assert!(right.stdout.contains(&format!("{host} has it")), "{}", right.stdout);
    let programs = place.dir.path().join("programs");
    fs::create_dir_all(&programs).unwrap();
    let helper = programs.join("docker-credential-lab");
    let script = |answer: &str| format!("#!/bin/sh\nread server\n[ \"$server\" = {host} ] || exit 1\n{answer}\n");
    let put = |answer: &str| {
        fs::write(&helper, script(answer)).unwrap();
        fs::set_permissions(&helper, fs::Permissions::from_mode(0o755)).unwrap();
    };
    put(&format!(
        "echo '{{\"ServerURL\":\"x\",\"Username\":\"learner\",\"Secret\":\"{PASSWORD}\"}}'"
    ));
    let config = serde_json::json!({ "credHelpers": { &host: "lab" } }).to_string();
    run(&place, &config, Some(&programs), &push).expect(0);
    put("echo 'credentials not found in native keychain'; exit 1");
    run(&place, &config, Some(&programs), &push)
        .expect(3)
        .says("you are not logged in");
    put(&format!("echo '{PASSWORD}'; exit 7"));
    let failed = run(&place, &config, Some(&programs), &push)
        .expect(3)
        .says("docker-credential-lab");
    run(&place, &config, None, &push)
        .expect(3)
        .says("docker-credential-lab");
    // Nothing secret anywhere.
    let state = place.text(".dockerlab/state.json");
    for text in [&failed.stdout, &failed.stderr, &right.stdout, &right.stderr, &state] {
        assert!(!text.contains("secret"), "{text}");
    }
}

/// A registry that takes connections one by one and answers by path.
fn scripted(answer: impl Fn(&str) -> (u16, &'static str) + Copy + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            std::thread::spawn(move || {
                let mut head = Vec::new();
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") {
                    match stream.read(&mut byte) {
                        Ok(1) => head.push(byte[0]),
                        _ => return,
                    }
                    if head.first() == Some(&0x16) {
                        // A TLS greeting: this one speaks HTTP.
                        stream.write_all(b"HTTP/1.0 400 Bad Request\r\n\r\n").ok();
                        return;
                    }
                }
                let head = String::from_utf8_lossy(&head).into_owned();
                let (status, body) = answer(head.lines().next().unwrap_or_default());
                let length = body.len();
                write!(
                    stream,
                    "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nDocker-Distribution-Api-Version: \
                     registry/2.0\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
                )
                .ok();
                if !head.starts_with("HEAD") {
                    stream.write_all(body.as_bytes()).ok();
                }
            });
        }
    });
    port
}

/// What a registry answers to an upload, and what is said of it.
const REFUSALS: [(u16, &str, &[&str]); 5] = [
    (
        403,
        r#"{"errors":[{"code":"DENIED","message":"requested access to the resource is denied"}]}"#,
        &["you are not logged in"],
    ),
    (
        404,
        r#"{"errors":[{"code":"NAME_UNKNOWN","message":"Repository \"r\" not found"}]}"#,
        &["has no repository `p/r/"],
    ),
    (
        400,
        r#"{"errors":[{"code":"MANIFEST_INVALID","message":"cannot update tag. The repository has enabled tag immutability"}]}"#,
        &["does not allow tags to change"],
    ),
    (
        413,
        r#"{"errors":[{"code":"DENIED","message":"storage quota exceeded"}]}"#,
        &["has no space left for it"],
    ),
    // What the engine hands on of a registry whose disk is full is the status alone.
    (
        500,
        r#"{"errors":[{"code":"UNKNOWN","message":"no space left on device"}]}"#,
        &["reported an internal error", "is its disk full?"],
    ),
];

#[test]
#[ignore = "needs an engine: scripts/test"]
fn refusals_are_told_apart() {
    let place = built();
    // The engine tries an upload several times, with growing pauses: all at once they take as long as one.
    std::thread::scope(|scope| {
        for (status, refusal, said) in REFUSALS {
            let place = &place;
            scope.spawn(move || {
                let port = scripted(move |line| match line {
                    _ if line.starts_with("GET /v2/ ") => (200, "{}"),
                    _ if line.starts_with("HEAD") => (200, ""),
                    _ => (status, refusal),
                });
                let to = format!("127.0.0.1:{port}/p/r");
                let ran = place.run(&["push", "1", "--to", &to]).expect(3);
                said.iter().fold(ran, |ran, said| ran.says(said));
            });
        }
    });
    let closed = format!("127.0.0.1:{}/p/r", free_port());
    place
        .run(&["push", "1", "--to", &closed])
        .expect(3)
        .says("the engine could not reach");
    place
        .run(&["push", "1", "--to", "Not A Name"])
        .expect(2)
        .says("is not a valid image name");
    place.run(&["push", "1"]).expect(2).says("there is no place to push to");
}

#[test]
#[ignore = "needs an engine: scripts/test"]
fn a_registry_of_ones_own_is_started_and_stopped() {
    let place = built();
    let port = free_port().to_string();
    place
        .run(&["registry", "status"])
        .expect(0)
        .says("No registry is running.");
    place
        .run(&["registry", "up", "--port", &port])
        .expect(0)
        .says("A registry is running at");
    place.run(&["registry", "up"]).expect(0).says("already");
    place
        .run(&["config", "push-to", &format!("127.0.0.1:{port}/lab")])
        .expect(0);
    place.run(&["push", "1"]).expect(0).says("has it");
    place.run(&["registry", "down"]).expect(0).says("stopped");
    place
        .run(&["registry", "status"])
        .expect(0)
        .says("No registry is running.");
    assert!(TcpStream::connect(("127.0.0.1", port.parse().unwrap())).is_err());
    place
        .run(&["registry", "down"])
        .expect(0)
        .says("No registry is running.");
}

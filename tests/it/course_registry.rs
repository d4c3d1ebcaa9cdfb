//! Courses pushed to a registry and added from it: a scripted registry, which may ask who we are, and may lie.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use crate::support::{Place, Ran, copied, place, repository};

const USER: &str = "learner";
const PASSWORD: &str = "a secret: \u{e9}";
const TOKEN: &str = "the-token";

/// What a registry keeps and heard.
#[derive(Default)]
struct Kept {
    /// Blobs and manifests by the address that they are got at.
    got: BTreeMap<String, Vec<u8>>,
    /// Each request's line and authorization.
    heard: Vec<(String, Option<String>)>,
}

/// A registry on 127.0.0.1. How it behaves is in the first part of a repository's name: `plain`, `basic` and `token` ask for
/// nothing, a login, a token; `altered` changes a byte of what it gives, `endless` never ends, `elsewhere` keeps blobs at
/// another host.
#[derive(Clone)]
struct Registry {
    port: u16,
    kept: Arc<Mutex<Kept>>,
}

struct Asked {
    method: String,
    path: String,
    authorization: Option<String>,
    body: Vec<u8>,
}

fn asked(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let (mut authorization, mut length) = (None, 0);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(": ") else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "authorization" => authorization = Some(value.to_owned()),
            "content-length" => length = value.parse().ok()?,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Asked {
        method,
        path,
        authorization,
        body,
    })
}

impl Registry {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let registry = Self {
            port: listener.local_addr().unwrap().port(),
            kept: Arc::default(),
        };
        let answering = registry.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let answering = answering.clone();
                std::thread::spawn(move || answering.answer(stream));
            }
        });
        registry
    }

    fn name(&self, repository: &str) -> String {
        format!("oci://127.0.0.1:{}/{repository}", self.port)
    }

    fn answer(&self, stream: TcpStream) {
        let Some(asked) = asked(&stream) else { return };
        let line = format!("{} {}", asked.method, asked.path);
        self.kept
            .lock()
            .unwrap()
            .heard
            .push((line, asked.authorization.clone()));
        let (status, headers, body) = self.says(&asked);
        let mut stream = stream;
        let mut send = |bytes: &[u8]| stream.write_all(bytes).is_ok();
        let is_endless =
            asked.path.starts_with("/v2/endless/") && asked.path.contains("/manifests/") && asked.method == "GET";
        if is_endless {
            send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
            // Until nobody listens anymore, and not for good where somebody does.
            for _ in 0..200_000 {
                if !send(&[b' '; 1024]) {
                    return;
                }
            }
            return;
        }
        let length = body.len();
        send(format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n").as_bytes());
        if asked.method != "HEAD" {
            send(&body);
        }
    }

    fn says(&self, asked: &Asked) -> (&'static str, String, Vec<u8>) {
        let none = String::new;
        let login = format!("Basic {}", STANDARD.encode(format!("{USER}:{PASSWORD}")));
        let is_known = |wanted: &str| asked.authorization.as_deref() == Some(wanted);
        if asked.path.starts_with("/token?") {
            return if is_known(&login) && asked.path.contains("scope=repository%3Atoken%2F") {
                ("200 OK", none(), format!(r#"{{"token":"{TOKEN}"}}"#).into_bytes())
            } else {
                ("401 Unauthorized", none(), Vec::new())
            };
        }
        let kind = asked.path.split('/').nth(2).unwrap_or_default();
        let realm = format!("http://127.0.0.1:{}/token", self.port);
        let refusal = match kind {
            "basic" if !is_known(&login) => Some("Basic realm=\"lab\"".to_owned()),
            "token" if !is_known(&format!("Bearer {TOKEN}")) => {
                Some(format!("Bearer realm=\"{realm}\",service=\"lab, here\""))
            }
            "astray" => Some("Bearer realm=\"http://tokens.example/token\"".to_owned()),
            _ => None,
        };
        if let Some(challenge) = refusal {
            let told = r#"{"errors":[{"code":"UNAUTHORIZED","message":"log in\u001b[2J first"}]}"#;
            return (
                "401 Unauthorized",
                format!("WWW-Authenticate: {challenge}\r\n"),
                told.into(),
            );
        }
        let mut kept = self.kept.lock().unwrap();
        match asked.method.as_str() {
            "POST" => (
                "202 Accepted",
                format!("Location: {}next?state=1\r\n", asked.path),
                Vec::new(),
            ),
            "PUT" => {
                let at = match asked.path.split_once("uploads/next?state=1&digest=") {
                    Some((blobs, digest)) => format!("{blobs}{digest}"),
                    None => asked.path.clone(),
                };
                // A manifest is there under its digest, too.
                if let Some((manifests, _)) = at.split_once("/manifests/") {
                    let digest = hex::encode(Sha256::digest(&asked.body));
                    kept.got
                        .insert(format!("{manifests}/manifests/sha256:{digest}"), asked.body.clone());
                }
                kept.got.insert(at, asked.body.clone());
                ("201 Created", none(), Vec::new())
            }
            _ => match kept.got.get(&asked.path) {
                None => ("404 Not Found", none(), Vec::new()),
                Some(_) if kind == "elsewhere" && asked.path.contains("/blobs/") && asked.method == "GET" => {
                    let there = asked.path.replacen("elsewhere", "plain", 1);
                    let to = format!("Location: http://localhost:{}{there}\r\n", self.port);
                    ("307 Temporary Redirect", to, Vec::new())
                }
                Some(bytes) => {
                    let mut bytes = bytes.clone();
                    if kind == "altered" && asked.path.contains("/blobs/") {
                        let last = bytes.len() - 1;
                        bytes[last] ^= 1;
                    }
                    ("200 OK", none(), bytes)
                }
            },
        }
    }

    /// Lets a repository have what another one has.
    fn copy(&self, from: &str, to: &str) {
        let mut kept = self.kept.lock().unwrap();
        let copied: Vec<_> = kept
            .got
            .iter()
            .filter(|(path, _)| path.starts_with(&format!("/v2/{from}/")))
            .map(|(path, bytes)| (path.replacen(from, to, 1), bytes.clone()))
            .collect();
        kept.got.extend(copied);
    }

    fn put(&self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.kept
            .lock()
            .unwrap()
            .got
            .insert(format!("/v2/{path}"), bytes.into());
    }
}

/// A place with the example course in its folder `greeter`.
fn with_course() -> Place {
    let place = place(None);
    copied(
        &repository().join("examples/greeter"),
        &place.dir.path().join("greeter"),
    );
    place
}

fn course(place: &Place, arguments: &[&str]) -> Ran {
    place.run_in(place.dir.path(), &[&["course"], arguments].concat())
}

fn digest(ran: &Ran) -> String {
    let at = ran.stdout.find("@sha256:").unwrap_or_else(|| panic!("{ran:?}"));
    ran.stdout[at + 1..].split_whitespace().next().unwrap().to_owned()
}

fn login(place: &Place, registry: &Registry) {
    let auth = STANDARD.encode(format!("{USER}:{PASSWORD}"));
    let settings = serde_json::json!({ "auths": { format!("127.0.0.1:{}", registry.port): { "auth": auth } } });
    fs::create_dir_all(place.dir.path().join("home/.docker")).unwrap();
    fs::write(place.dir.path().join("home/.docker/config.json"), settings.to_string()).unwrap();
}

#[test]
fn a_course_is_pushed_added_and_updated() {
    let registry = Registry::start();
    let place = with_course();
    let name = registry.name("plain/greeter:v1");
    let pushed = course(&place, &["push", "greeter", &name])
        .expect(0)
        .says("Pushed the course greeter");
    let first = digest(&pushed);
    assert_eq!(first, digest(&course(&place, &["push", "greeter", &name]).expect(0)));
    let kept = registry.kept.lock().unwrap().got.clone();
    assert!(
        kept.values()
            .all(|bytes| !String::from_utf8_lossy(bytes).contains("proofs"))
    );
    course(&place, &["add", &name])
        .expect(0)
        .says("Added the course greeter");
    place
        .run_in(place.dir.path(), &["start", "mine", "--course", "greeter"])
        .expect(0);
    assert!(place.dir.path().join("mine/greeter.c").is_file());
    course(&place, &["update", "greeter"]).expect(0).says("up to date");
    let about = place.dir.path().join("greeter/course.toml");
    let text = fs::read_to_string(&about).unwrap();
    let version = text
        .lines()
        .find(|line| line.starts_with("version"))
        .unwrap()
        .to_owned();
    fs::write(&about, text.replace(&version, "version = \"77\"")).unwrap();
    let second = digest(&course(&place, &["push", "greeter", &name]).expect(0));
    assert_ne!(first, second);
    course(&place, &["update"])
        .expect(0)
        .says("greeter is now version 77")
        .says("the same checks");
    // The tag moved on; the digest means what it meant.
    let other = with_course();
    let pinned = format!("{}@{first}", registry.name("plain/greeter"));
    course(&other, &["add", &pinned]).expect(0);
    course(&other, &["update"]).expect(0).says("up to date");
    let listed = course(&other, &["list", "--format", "json"]).expect(0).stdout;
    assert!(listed.contains(&first) && !listed.contains("\"77\""), "{listed}");
}

#[test]
fn a_login_is_used_where_it_is_asked_for_and_shown_nowhere() {
    let registry = Registry::start();
    let place = with_course();
    for repository in ["basic/greeter:v1", "token/greeter:v1"] {
        let name = registry.name(repository);
        course(&place, &["push", "greeter", &name])
            .expect(2)
            .says("gives no access to")
            .says("docker login 127.0.0.1:");
    }
    login(&place, &registry);
    for repository in ["basic/greeter:v1", "token/greeter:v1"] {
        let name = registry.name(repository);
        let pushed = course(&place, &["push", "greeter", &name]).expect(0);
        let added = course(&place, &["add", &name]).expect(0);
        let both = format!("{pushed:?}{added:?}");
        assert!(!both.contains(PASSWORD) && !both.contains(TOKEN), "{both}");
    }
    let folder = place.dir.path().join("home");
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with(".docker/config.json") {
                let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
                assert!(!text.contains(PASSWORD) && !text.contains(TOKEN), "{}", path.display());
            }
        }
    }
}

#[test]
fn what_a_registry_is_known_by_goes_nowhere_else() {
    let registry = Registry::start();
    let place = with_course();
    login(&place, &registry);
    let name = registry.name("basic/greeter:v1");
    course(&place, &["push", "greeter", &name]).expect(0);
    registry.copy("basic/greeter", "elsewhere/greeter");
    registry.copy("basic/greeter", "plain/greeter");
    course(&place, &["add", &registry.name("elsewhere/greeter:v1")]).expect(0);
    let heard = std::mem::take(&mut registry.kept.lock().unwrap().heard);
    let there: Vec<_> = heard
        .iter()
        .filter(|(line, _)| line.starts_with("GET /v2/plain/"))
        .collect();
    assert_eq!(there.len(), 1, "{heard:?}");
    assert_eq!(there[0].1, None);
    course(&place, &["add", &registry.name("astray/greeter:v1")])
        .expect(2)
        .says("asks for a login at an address without TLS");
}

#[test]
fn what_is_no_course_or_was_changed_is_refused() {
    let registry = Registry::start();
    let place = with_course();
    let good = registry.name("plain/greeter:v1");
    course(&place, &["push", "greeter", &good]).expect(0);
    registry.copy("plain/greeter", "altered/greeter");
    let add = |repository: &str| course(&place, &["add", &registry.name(repository)]);
    add("altered/greeter:v1")
        .expect(2)
        .says("gave something else than sha256:");
    add("endless/greeter:v1").expect(2).says("larger than it may be");
    add("plain/nowhere:v1").expect(2).says("has no plain/nowhere@v1");
    registry.put("plain/text/manifests/v1", "{\x1b[2J");
    let told = add("plain/text:v1")
        .expect(2)
        .says("is not a course: its manifest is damaged");
    assert!(!told.stderr.contains('\u{1b}'));
    registry.put(
        "plain/image/manifests/v1",
        r#"{"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.image.config.v1+json"},"layers":[]}"#,
    );
    add("plain/image:v1")
        .expect(2)
        .says("it is of the kind `application/vnd.oci.image.config.v1+json`");
    // A digest that is not the manifest's.
    let manifest = registry.kept.lock().unwrap().got["/v2/plain/greeter/manifests/v1"].clone();
    let wrong = format!("sha256:{}", "0".repeat(64));
    registry.put(&format!("plain/greeter/manifests/{wrong}"), manifest);
    add(&format!("plain/greeter@{wrong}"))
        .expect(2)
        .says("gave something else");
    // Nothing of all this was kept.
    assert!(!course(&place, &["list"]).expect(0).stdout.contains("greeter"));
    course(&place, &["push", "greeter", "oci://greeter:v1"])
        .expect(2)
        .says("names no registry");
    course(
        &place,
        &[
            "push",
            "greeter",
            &format!("{}@{wrong}", registry.name("plain/greeter")),
        ],
    )
    .expect(2)
    .says("not under a digest");
    course(&place, &["push", "nowhere", &good]).expect(2);
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    course(&place, &["add", &format!("oci://127.0.0.1:{port}/x/y:v1")])
        .expect(2)
        .says("cannot reach the registry 127.0.0.1:");
}

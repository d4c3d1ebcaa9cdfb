//! Kinds of criteria whose result only a running container shows, each with right and wrong images on a real engine.

use std::fs;

use crate::support::{Place, current, place};

const SERVER: &str = "import http.server, signal, sys\n\
    if 'graceful' in sys.argv:\n    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\n\
    http.server.HTTPServer(('', 8000), http.server.SimpleHTTPRequestHandler).serve_forever()\n";

/// A course of one task with this check, and these Dockerfiles as proofs; what `course prove` prints.
fn proved(check: &str, right: &[&str], wrong: &[&str]) {
    let place: Place = place(Some(current()));
    let folder = place.dir.path().join("course");
    let task = format!(
        "id = \"t\"\ntitle = \"t\"\nsummary = \"s\"\nlearned = \"l\"\ndockerfile = \"Dockerfile\"\nimage = \"kinds:t\"\n\
         port = 8000\n[[criterion]]\nid = \"c\"\nsays = \"s\"\nwhy = \"w\"\nnext = \"n\"\nhints = [\"…\"]\n{check}\n"
    );
    let mut files = vec![
        (
            "course.toml".to_owned(),
            "id = \"kinds\"\ntitle = \"t\"\nwelcome = \"w\"\nfarewell = \"f\"\n".to_owned(),
        ),
        ("1-t/task.toml".to_owned(), task),
        ("1-t/lesson.md".to_owned(), "# T\n".to_owned()),
        ("1-t/starter.Dockerfile".to_owned(), "# nothing yet\n".to_owned()),
        ("1-t/solution.Dockerfile".to_owned(), right[0].to_owned()),
        ("workspace/server.py".to_owned(), SERVER.to_owned()),
    ];
    for (side, texts) in [("right/r", &right[1..]), ("wrong/c--", wrong)] {
        for (index, text) in texts.iter().enumerate() {
            files.push((format!("proofs/t/{side}{index}.Dockerfile"), (*text).to_owned()));
        }
    }
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    place
        .run_in(&folder, &["course", "prove"])
        .expect(0)
        .says("Everything is proved.");
}

const BASE: &str = "FROM python:3.8.14-slim\nCOPY server.py /\n";

#[test]
#[ignore = "needs an engine"]
fn a_container_ends_when_it_is_asked_to_or_has_to_be_killed() {
    proved(
        "check.stops = { port = 8000, within = 5 }",
        &[
            &format!("{BASE}CMD [\"python\", \"/server.py\", \"graceful\"]\n"),
            &format!("{BASE}CMD exec python /server.py graceful\n"),
            // What the first process does not handle, another signal may end.
            &format!("{BASE}STOPSIGNAL SIGINT\nCMD [\"python\", \"/server.py\"]\n"),
            &format!("{BASE}ENTRYPOINT [\"sh\", \"-c\", \"trap 'exit 0' TERM; python /server.py & wait\"]\n"),
        ],
        &[
            &format!("{BASE}CMD [\"python\", \"/server.py\"]\n"),
            &format!("{BASE}CMD python /server.py graceful; true\n"),
            &format!("{BASE}ENTRYPOINT [\"sh\", \"-c\", \"trap '' TERM; python /server.py & wait; wait\"]\n"),
        ],
    );
}

#[test]
#[ignore = "needs an engine"]
fn the_engine_says_whether_a_container_is_healthy() {
    let serve = "CMD [\"python\", \"/server.py\"]\n";
    let ask = "python -c \"import urllib.request as r; r.urlopen('http://localhost:8000/')\"";
    proved(
        "check.healthy = { port = 8000, within = 20 }",
        &[
            &format!("{BASE}HEALTHCHECK --interval=1s CMD {ask}\n{serve}"),
            &format!(
                "{BASE}HEALTHCHECK --interval=2s --retries=1 CMD [\"python\", \"-c\", \"import socket; socket.create_connection(('localhost', 8000))\"]\n{serve}"
            ),
        ],
        &[
            &format!("{BASE}{serve}"),
            &format!("{BASE}HEALTHCHECK NONE\n{serve}"),
            &format!("{BASE}HEALTHCHECK --interval=1s --retries=1 CMD curl -f http://localhost:8000/\n{serve}"),
            &format!(
                "{BASE}HEALTHCHECK --interval=1s CMD {}\n{serve}",
                ask.replace("8000", "8001")
            ),
            &format!("{BASE}HEALTHCHECK --interval=1h CMD {ask}\n{serve}"),
        ],
    );
}

#[test]
#[ignore = "needs an engine"]
fn an_image_is_as_large_as_the_engine_counts_it() {
    let fill = |megabytes: u32| {
        format!("FROM scratch AS none\nFROM python:3.8.14-slim\nRUN dd if=/dev/zero of=/fill bs=1M count={megabytes}\n")
    };
    let small = "FROM scratch\nCOPY server.py /\n".to_owned();
    proved("check.image-size = { at-most = \"1 MB\" }", &[&small], &[&fill(1)]);
}

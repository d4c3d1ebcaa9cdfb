//! What follows the installs: the project, the port, the process, and what changes nothing.

use crate::grammar::{Composer, poetry::workdir, poetry::workdir_of, start::start};

/// Everything below the installs.
pub(crate) fn rest(composer: &mut Composer) {
    if composer.is_named() && !composer.way(["", "a stage below it"]).is_empty() {
        composer.put("FROM", "final");
    }
    let slots = composer.shuffled(vec!["project", "port", "process", "nothing"]);
    for slot in slots {
        match slot {
            "project" => project(composer),
            "port" => port(composer),
            "process" => start(composer),
            _ => nothing(composer),
        }
    }
    if composer.breaks("uid: root again") {
        let root = composer.spelled(&["root", "0", "0:0"]);
        composer.put("USER", &root);
    }
    if composer.breaks("own-work: from another image") {
        let other = composer.spelled(&["python:3.8.14-slim", "python:3.8.14"]);
        let to = if composer.task == "5" {
            "/home/runner/taken"
        } else {
            "/opt/taken"
        };
        composer.put("COPY", &format!("--from={other} /usr/lib/os-release {to}"));
    }
    if composer.breaks("sudo: installed") {
        composer.put("USER", "root");
        composer.put(
            "RUN",
            "apt-get update && apt-get install -y --no-install-recommends sudo && rm -rf /var/lib/apt/lists/*",
        );
        composer.put("USER", "10000");
    }
}

/// The project in its folder.
fn project(composer: &mut Composer) {
    if composer.breaks("workdir: left out") {
        let to = composer.spelled(&[". /", ". ."]);
        return composer.put("COPY", &to);
    }
    // To copy into a folder by its name, it need not be the working directory yet.
    if !composer.in_workdir {
        if !composer.way(["", "", "", "", "copied before WORKDIR"]).is_empty() && !composer.breaks_any("copied") {
            let path = workdir_of(composer);
            composer.put("COPY", &format!(". {path}"));
            composer.put("WORKDIR", &path);
            composer.in_workdir = true;
            return;
        }
        workdir(composer);
    }
    match () {
        () if composer.breaks("copied: left out") => return,
        () if composer.breaks("copied: elsewhere") => return composer.put("COPY", ". /elsewhere/"),
        () if composer.breaks("copied: without its folder") => {
            composer.put("COPY", "pyproject.toml poetry.lock ./");
            return composer.put("COPY", "app .");
        }
        () if composer.breaks("copied: one folder deeper") => return composer.put("COPY", ". project"),
        () if composer.breaks("read-only: the app given away") => {
            let owner = composer.spelled(&["10000", "runner", "runner:runner", "10000:10000"]);
            return composer.put("COPY", &format!("--chown={owner} ./ ./"));
        }
        () if composer.breaks("read-only: the app writable for all") => {
            composer.buildkit = true;
            return composer.put("COPY", "--chmod=777 ./ ./");
        }
        () => {}
    }
    match composer.way([
        "",
        "",
        "",
        "ADD",
        "COPY in exec form",
        "an owner that changes nothing",
        "COPY with --link",
        "COPY piece by piece",
        "COPY from a stage of one's own",
        "COPY by a mount",
        "COPY twice",
    ]) {
        "ADD" => composer.put("ADD", ". ."),
        "COPY in exec form" => {
            let spelled = composer.spelled(&["[\".\", \".\"]", "[ \"./\",\"./\" ]"]);
            composer.put("COPY", &spelled);
        }
        "an owner that changes nothing" => {
            let owner = composer.spelled(&["root", "0", "root:root", "0:0"]);
            composer.put("COPY", &format!("--chown={owner} . ."));
        }
        "COPY with --link" => {
            composer.buildkit = true;
            composer.put("COPY", "--link . .");
        }
        "COPY piece by piece" => {
            let app = composer.spelled(&[
                "app ./app",
                "app app",
                "app/ app/",
                "./app/ ./app",
                "--chown=root app ./app/",
            ]);
            let rest = composer.spelled(&[
                "pyproject.toml poetry.lock ./",
                "*.toml *.lock ./",
                "poetry.lock pyproject.toml .",
            ]);
            let pieces = composer.shuffled(vec![app, rest]);
            for piece in pieces {
                composer.put("COPY", &piece);
            }
        }
        "COPY from a stage of one's own" => {
            let base = if matches!(composer.task, "1" | "2") {
                "ubuntu:20.04"
            } else {
                "python:3.8.14-slim"
            };
            composer.stage(&format!("FROM {base} AS sources\nCOPY . /sources\n"));
            let from = composer.spelled(&["sources", "0"]);
            composer.put("COPY", &format!("--from={from} /sources ."));
        }
        "COPY by a mount" if composer.task != "5" => {
            composer.buildkit = true;
            composer.put("RUN", "--mount=type=bind,target=/from cp -r /from/. .");
        }
        "COPY twice" => {
            composer.put("COPY", "app ./app");
            composer.put("COPY", ". .");
        }
        _ => {
            let spelled = composer.spelled(&[". .", "./ ./", ". ./", "./ ."]);
            composer.put("COPY", &spelled);
        }
    }
}

/// EXPOSE.
fn port(composer: &mut Composer) {
    let text = match () {
        () if composer.breaks("exposes: left out") => return,
        () if composer.breaks("exposes: 80") => "80",
        () if composer.breaks("exposes: 8080") => "8080",
        () if composer.breaks("exposes: udp") => "8000/udp",
        () => match composer.way([
            "",
            "",
            "port by ENV",
            "port by ARG",
            "port with its protocol",
            "port by default value",
        ]) {
            "port by ENV" => {
                composer.put("ENV", "PORT=8000");
                "${PORT}"
            }
            "port by ARG" => {
                composer.put("ARG", "EXPOSED=8000");
                "$EXPOSED"
            }
            "port with its protocol" => "8000/tcp",
            "port by default value" => "${EXPOSED_PORT:-8000}",
            _ => "8000",
        },
    };
    composer.put("EXPOSE", text);
}

/// What changes nothing that is asked.
fn nothing(composer: &mut Composer) {
    match composer.way(["", "", "", "LABEL", "STOPSIGNAL", "HEALTHCHECK", "no HEALTHCHECK", "one more ENV"]) {
        "LABEL" => composer.put("LABEL", "org.opencontainers.image.title=\"Hello Docker\" course=docker"),
        "STOPSIGNAL" => composer.put("STOPSIGNAL", "SIGINT"),
        "HEALTHCHECK" => composer.put(
            "HEALTHCHECK",
            "--interval=30s --timeout=3s CMD python3 -c \"import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health')\" || exit 1",
        ),
        "no HEALTHCHECK" => composer.put("HEALTHCHECK", "NONE"),
        "one more ENV" => composer.put("ENV", "PYTHONDONTWRITEBYTECODE=1"),
        _ => {}
    }
}

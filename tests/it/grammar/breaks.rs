//! What a wrong answer breaks: one requirement of the exercise, and what cannot be met without it.

/// A change that breaks one requirement.
#[derive(Debug)]
pub(crate) struct Break {
    /// What it does, as the slots look it up.
    pub(crate) name: &'static str,
    /// The tasks that ask for what it breaks.
    pub(crate) tasks: &'static [&'static str],
    /// The requirement that it breaks, by the criterion's id. Several where the exercise does not say which of them
    /// holds what is broken: then one of them is to fail.
    pub(crate) fails: &'static [&'static str],
    /// What may fail too, since it needs what is broken.
    pub(crate) may: &'static [&'static str],
    /// Whether the Dockerfile's text alone shows it, in spellings that hide nothing.
    pub(crate) certain: bool,
    /// Whether the image can be built with the base images at hand, or cannot be built by its nature.
    pub(crate) here: bool,
}

const ALL: &[&str] = &["1", "2", "3-1", "3-2", "5"];
const APT: &[&str] = &["1", "2"];
const POETRY: &[&str] = &["3-1", "3-2", "5"];
/// What fails where the packages are not what they should be.
const APP: &[&str] = &["uvicorn-extras", "by-poetry", "no-manual-installs", "command", "serves"];
const NOT_SERVED: &[&str] = &["serves"];

const fn certain(
    name: &'static str,
    tasks: &'static [&'static str],
    fails: &'static [&'static str],
    may: &'static [&'static str],
) -> Break {
    Break {
        name,
        tasks,
        fails,
        may,
        certain: true,
        here: true,
    }
}

const fn hidden(
    name: &'static str,
    tasks: &'static [&'static str],
    fails: &'static [&'static str],
    may: &'static [&'static str],
) -> Break {
    Break {
        certain: false,
        ..certain(name, tasks, fails, may)
    }
}

/// Seen in the text; with the base images at hand it cannot be built.
const fn text_only(
    name: &'static str,
    tasks: &'static [&'static str],
    fails: &'static [&'static str],
    may: &'static [&'static str],
) -> Break {
    Break {
        here: false,
        ..certain(name, tasks, fails, may)
    }
}

pub(crate) const BREAKS: &[Break] = &[
    text_only("base: another release", APT, &["base"], &["builds", "python", "pip"]),
    text_only("base: without a tag", ALL, &["base"], &["smaller", "python"]),
    certain("base: the other variant", POETRY, &["base"], &["smaller"]),
    certain("own-work: from another image", APT, &["own-work"], &[]),
    certain("frontend: left out", APT, &["frontend-arg"], &[]),
    certain("frontend: misspelled", APT, &["frontend-arg"], &[]),
    certain("frontend: below the installs", APT, &["frontend-arg"], &[]),
    certain("frontend: ENV too", APT, &["frontend-not-env"], &[]),
    certain(
        "frontend: ENV instead",
        APT,
        &["frontend-arg", "frontend-not-env"],
        &["frontend-arg", "frontend-not-env"],
    ),
    certain("unbuffered: left out", ALL, &["unbuffered"], &[]),
    certain("unbuffered: ARG", ALL, &["unbuffered"], &[]),
    certain("unbuffered: misspelled", ALL, &["unbuffered"], &[]),
    certain("unbuffered: in a RUN", ALL, &["unbuffered"], &[]),
    certain("unbuffered: emptied", ALL, &["unbuffered"], &[]),
    certain("packages: another version", APT, &["packages"], APP),
    certain("packages: one left out", APT, &["packages"], APP),
    certain("packages: without a pin", APT, &["packages"], APP),
    certain("packages: without the extra", APT, &["uvicorn-extras"], &[]),
    certain(
        "packages: none by poetry",
        POETRY,
        &["packages"],
        &["uvicorn-extras", "by-poetry", "command", "serves"],
    ),
    hidden("packages: another version later", POETRY, &["packages"], APP),
    hidden("packages: by pip too", POETRY, &["no-manual-installs"], &[]),
    hidden("packages: for development too", POETRY, &["no-dev"], &[]),
    hidden(
        "poetry: by root",
        &["5"],
        &["poetry"],
        &["packages", "by-poetry", "uvicorn-extras", "serves", "command"],
    ),
    hidden(
        "cache: pip's kept",
        &["2", "3-1", "3-2", "5"],
        &["no-pip-cache"],
        &["smaller"],
    ),
    hidden(
        "cache: pip's removed later",
        &["2", "3-1", "3-2", "5"],
        &["no-pip-cache"],
        &["smaller"],
    ),
    hidden("lists: kept", &["2"], &["no-apt-lists"], &[]),
    hidden("lists: removed later", &["2"], &["no-apt-lists"], &[]),
    hidden("recommended: installed", &["2"], &["no-recommended"], &[]),
    hidden("layers: pip apart", &["2"], &["one-install-layer"], &[]),
    hidden("layers: one package more", &["2"], &["one-install-layer"], &[]),
    certain("workdir: another", &["1", "2", "3-1", "3-2"], &["workdir"], &[]),
    certain("workdir: left out", APT, &["workdir"], &[]),
    certain("workdir: outside the home", &["5"], &["workdir"], &[]),
    certain("copied: left out", APT, &["copied"], &["serves", "command"]),
    hidden(
        "copied: elsewhere",
        ALL,
        &["copied"],
        &["serves", "command", "read-only-app"],
    ),
    hidden(
        "copied: without its folder",
        ALL,
        &["copied"],
        &["serves", "command", "read-only-app"],
    ),
    hidden(
        "copied: one folder deeper",
        ALL,
        &["copied"],
        &["serves", "command", "read-only-app"],
    ),
    certain("exposes: left out", ALL, &["exposes"], &[]),
    certain("exposes: 80", ALL, &["exposes"], &[]),
    certain("exposes: 8080", ALL, &["exposes"], &[]),
    certain("exposes: udp", ALL, &["exposes"], &[]),
    certain("start: all in CMD", ALL, &["entrypoint"], &["command"]),
    certain("start: poetry alone", POETRY, &["entrypoint"], &["command"]),
    certain(
        "start: all in ENTRYPOINT",
        POETRY,
        &["entrypoint", "command"],
        &["entrypoint", "command"],
    ),
    certain("start: only the container itself", ALL, &["command"], NOT_SERVED),
    certain("start: localhost", ALL, &["command"], NOT_SERVED),
    certain("start: no address", ALL, &["command"], NOT_SERVED),
    certain("start: port 80", ALL, &["command"], NOT_SERVED),
    certain("start: port 8001", ALL, &["command"], NOT_SERVED),
    certain("start: another module", ALL, &["command"], NOT_SERVED),
    certain("start: another name", ALL, &["command"], NOT_SERVED),
    certain("start: one word", ALL, &["command"], NOT_SERVED),
    certain("start: no CMD", ALL, &["command"], NOT_SERVED),
    certain("start: a variable in exec form", ALL, &["command"], NOT_SERVED),
    certain(
        "start: ENTRYPOINT in shell form",
        ALL,
        &["command", "entrypoint"],
        &["command", "entrypoint", "serves"],
    ),
    hidden(
        "start: a script that runs anything",
        POETRY,
        &["entrypoint"],
        &["command", "serves"],
    ),
    certain("start: CMD in shell form", APT, &["command"], NOT_SERVED),
    certain("ignored: Makefile", ALL, &["ignored"], &[]),
    certain("ignored: README", ALL, &["ignored"], &[]),
    certain("ignored: Dockerfiles", ALL, &["ignored"], &[]),
    certain("ignored: let in again", ALL, &["ignored"], &[]),
    certain("ignored: misnamed", ALL, &["ignored"], &[]),
    certain(
        "sent: the app kept out",
        ALL,
        &["sent"],
        &["builds", "copied", "serves", "command", "read-only-app"],
    ),
    hidden("serves: another greeting", ALL, &["serves"], &["command"]),
    hidden("serves: crashes", ALL, &["serves"], &["command"]),
    certain(
        "uid: left out",
        &["5"],
        &["uid"],
        &[
            "runner",
            "poetry",
            "read-only-workdir",
            "read-only-app",
            "by-poetry",
            "packages",
        ],
    ),
    certain(
        "uid: root again",
        &["5"],
        &["uid"],
        &[
            "runner",
            "read-only-workdir",
            "read-only-app",
            "by-poetry",
            "serves",
            "command",
        ],
    ),
    hidden("uid: another", &["5"], &["uid"], &["runner"]),
    hidden("runner: another name", &["5"], &["runner"], &[]),
    hidden(
        "read-only: the folder given away",
        &["5"],
        &["read-only-workdir"],
        &["read-only-app"],
    ),
    hidden(
        "read-only: WORKDIR below USER",
        &["5"],
        &["read-only-workdir"],
        &["read-only-app"],
    ),
    hidden("read-only: the app given away", &["5"], &["read-only-app"], &[]),
    hidden(
        "read-only: the app writable for all",
        &["5"],
        &["read-only-app"],
        &["read-only-workdir"],
    ),
    hidden("sudo: installed", &["5"], &["no-sudo"], &[]),
    certain("path: left out", &["5"], &["path"], &[]),
    certain("path: a tilde", &["5"], &["path"], &[]),
];

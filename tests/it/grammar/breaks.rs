//! What a wrong answer breaks: one requirement of the exercise, and what cannot be met without it.

/// A change that breaks one requirement.
#[derive(Debug)]
pub(crate) struct Break {
    /// What it does, as the slots look it up.
    pub(crate) name: &'static str,
    /// The tasks that ask for what it breaks.
    pub(crate) tasks: Names,
    /// The requirement that it breaks, by the criterion's id. Several where the exercise does not say which of them
    /// holds what is broken: then one of them is to fail.
    pub(crate) fails: Names,
    /// What may fail too, since it needs what is broken.
    pub(crate) may: Names,
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
/// Behind a script, a container that ends before its processes are read shows only that nothing answers.
const STARTED: &[&str] = &["command", "serves"];
const NOT_COPIED: &[&str] = &["serves", "command", "read-only-app"];
/// The tasks that keep no caches.
const SMALL: &[&str] = &["2", "3-1", "3-2", "5"];

type Names = &'static [&'static str];

/// A break that the text shows, of an image that can be built here.
const fn certain(name: &'static str, tasks: Names, fails: Names, may: Names) -> Break {
    Break {
        name,
        tasks,
        fails,
        may,
        certain: true,
        here: true,
    }
}

impl Break {
    /// Only the image shows it.
    const fn hidden(self) -> Self {
        Self { certain: false, ..self }
    }

    /// With the base images at hand it cannot be built.
    const fn text_only(self) -> Self {
        Self { here: false, ..self }
    }
}

pub(crate) const BREAKS: &[Break] = &[
    certain("base: another release", APT, &["base"], &["builds", "python", "pip"]).text_only(),
    certain("base: without a tag", ALL, &["base"], &["smaller", "python"]).text_only(),
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
    certain("packages: another version later", POETRY, &["packages"], APP).hidden(),
    certain("packages: by pip too", POETRY, &["no-manual-installs"], &[]).hidden(),
    certain("packages: for development too", POETRY, &["no-dev"], &[]).hidden(),
    certain(
        "poetry: by root",
        &["5"],
        &["poetry"],
        &["packages", "by-poetry", "uvicorn-extras", "serves", "command"],
    )
    .hidden(),
    certain("cache: pip's kept", SMALL, &["no-pip-cache"], &["smaller"]).hidden(),
    certain("cache: pip's removed later", SMALL, &["no-pip-cache"], &["smaller"]).hidden(),
    certain("lists: kept", &["2"], &["no-apt-lists"], &[]).hidden(),
    certain("lists: removed later", &["2"], &["no-apt-lists"], &[]).hidden(),
    certain("recommended: installed", &["2"], &["no-recommended"], &[]).hidden(),
    certain("layers: pip apart", &["2"], &["one-install-layer"], &[]).hidden(),
    certain("layers: one package more", &["2"], &["one-install-layer"], &[]).hidden(),
    certain("workdir: another", &["1", "2", "3-1", "3-2"], &["workdir"], &[]),
    certain("workdir: left out", APT, &["workdir"], &[]),
    certain("workdir: outside the home", &["5"], &["workdir"], &[]),
    certain("copied: left out", APT, &["copied"], &["serves", "command"]),
    certain("copied: elsewhere", ALL, &["copied"], NOT_COPIED).hidden(),
    certain("copied: without its folder", ALL, &["copied"], NOT_COPIED).hidden(),
    certain("copied: one folder deeper", ALL, &["copied"], NOT_COPIED).hidden(),
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
    certain("start: another module", ALL, STARTED, STARTED),
    certain("start: another name", ALL, STARTED, STARTED),
    certain("start: one word", ALL, STARTED, STARTED),
    certain("start: no CMD", ALL, STARTED, STARTED),
    certain("start: a variable in exec form", ALL, STARTED, STARTED),
    certain(
        "start: ENTRYPOINT in shell form",
        ALL,
        &["command", "entrypoint"],
        &["command", "entrypoint", "serves"],
    ),
    certain(
        "start: a script that runs anything",
        POETRY,
        &["entrypoint"],
        &["command", "serves"],
    )
    .hidden(),
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
    certain("serves: another greeting", ALL, &["serves"], &["command"]).hidden(),
    certain("serves: crashes", ALL, &["serves"], &["command"]).hidden(),
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
    certain("uid: another", &["5"], &["uid"], &["runner"]).hidden(),
    certain("runner: another name", &["5"], &["runner"], &[]).hidden(),
    certain(
        "read-only: the folder given away",
        &["5"],
        &["read-only-workdir"],
        &["read-only-app"],
    )
    .hidden(),
    certain(
        "read-only: WORKDIR below USER",
        &["5"],
        &["read-only-workdir"],
        &["read-only-app"],
    )
    .hidden(),
    certain("read-only: the app given away", &["5"], &["read-only-app"], &[]).hidden(),
    certain(
        "read-only: the app writable for all",
        &["5"],
        &["read-only-app"],
        &["read-only-workdir"],
    )
    .hidden(),
    certain("sudo: installed", &["5"], &["no-sudo"], &[]).hidden(),
    certain("path: left out", &["5"], &["path"], &[]),
    certain("path: a tilde", &["5"], &["path"], &[]),
];

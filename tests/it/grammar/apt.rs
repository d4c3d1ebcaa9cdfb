//! Tasks 1 and 2 up to the installs: Ubuntu, python by apt, the app's packages by pip.

use crate::grammar::{
    Composer,
    packages::{Wanted, wanted},
    texts::{from, frontend, unbuffered},
};

/// From FROM to the last install.
pub(crate) fn installs(composer: &mut Composer) {
    from(composer, "ubuntu", "20.04");
    if !composer.way(["", "", "", "", "", "bash by SHELL"]).is_empty() {
        let spelled = composer.spelled(&[
            "[\"/bin/bash\", \"-c\"]",
            "[\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]",
        ]);
        composer.put("SHELL", &spelled);
    }
    if composer.rarely(2) {
        frontend(composer);
        unbuffered(composer);
    } else {
        unbuffered(composer);
        frontend(composer);
    }
    composer.launcher = match composer.way(["", "", "", "", "tini", "dumb-init"]) {
        "" => None,
        launcher => Some(launcher),
    };
    composer.in_venv = !composer.way(["", "", "", "", "", "a venv"]).is_empty();
    if composer.in_venv {
        composer.put("ENV", "PATH=\"/opt/venv/bin:$PATH\"");
    }
    if composer.task == "1" {
        layered(composer);
    } else {
        in_one_layer(composer);
    }
    if composer.breaks("frontend: below the installs") {
        composer.put("ARG", "DEBIAN_FRONTEND=noninteractive");
    }
}

/// What apt is to install.
fn by_apt(composer: &Composer) -> Vec<&'static str> {
    let mut packages = vec!["python3.8", "python3-pip"];
    packages.extend(composer.launcher);
    if composer.in_venv {
        packages.push("python3-venv");
    }
    packages
}

fn apt(composer: &mut Composer) -> String {
    composer.spelled(&["apt-get", "apt-get", "apt-get", "apt", "/usr/bin/apt-get"])
}

fn update(composer: &mut Composer) -> String {
    let apt = apt(composer);
    let rest = composer.spelled(&[
        "update",
        "-y update",
        "update -y",
        "-qq update",
        "update --quiet",
        "-q=2 update",
    ]);
    format!("{apt} {rest}")
}

/// An install of packages, with these flags somewhere in it.
fn install(composer: &mut Composer, packages: &[&str], flags: &[&str]) -> String {
    let apt = apt(composer);
    let mut flags: Vec<String> = flags.iter().map(|flag| (*flag).to_owned()).collect();
    flags.push(composer.spelled(&[
        "-y",
        "-y",
        "--yes",
        "-yq",
        "-qqy",
        "--assume-yes",
        "-o APT::Get::Assume-Yes=true",
    ]));
    let (before, after): (Vec<String>, Vec<String>) = match composer.spelled(&["front", "middle", "end"]).as_str() {
        "front" => (flags, Vec::new()),
        "end" => (Vec::new(), flags),
        _ => {
            let packages = composer.shuffled(packages.to_vec());
            return format!("{apt} install {} {}", flags.join(" "), packages.join(" "));
        }
    };
    let packages = composer.shuffled(packages.to_vec());
    let words: Vec<String> = [apt]
        .into_iter()
        .chain(before)
        .chain(["install".to_owned()])
        .chain(packages.into_iter().map(str::to_owned))
        .chain(after)
        .collect();
    words.join(" ")
}

/// pip's commands for the app's packages, with flags somewhere in them.
fn pip(composer: &mut Composer, wanted: Wanted, flag: &str, prefix: &str) -> Vec<String> {
    let program = if composer.in_venv {
        composer.spelled(&["pip", "/opt/venv/bin/pip", "python -m pip"])
    } else {
        composer.spelled(&[
            "pip3",
            "pip3",
            "pip",
            "python3 -m pip",
            "python3.8 -m pip",
            "/usr/bin/pip3",
        ])
    };
    let extra = composer.spelled(&[
        "",
        "",
        "",
        "--quiet",
        "--upgrade",
        "--disable-pip-version-check",
        "--prefer-binary",
    ]);
    let flags = [flag, &extra].join(" ").trim().to_owned();
    let words = |what: &str, place: &str| {
        let words = match place {
            "front" => format!("{prefix} {program} {flags} install {what}"),
            "end" => format!("{prefix} {program} install {what} {flags}"),
            _ => format!("{prefix} {program} install {flags} {what}"),
        };
        words
            .split(' ')
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    };
    // `--upgrade` and `--prefer-binary` are options of `install` alone.
    let place = if extra.is_empty() || extra == "--quiet" {
        composer.spelled(&["front", "middle", "end"])
    } else {
        composer.spelled(&["middle", "end"])
    };
    let mut commands = wanted.before;
    if composer.in_venv {
        commands.push("python3 -m venv /opt/venv".to_owned());
    }
    if wanted.one_by_one {
        commands.push(format!(
            "for package in {}; do {} || exit 1; done",
            wanted.words,
            words("\"$package\"", &place)
        ));
    } else {
        commands.push(words(&wanted.words, &place));
    }
    commands
}

/// Task 1: layers of any number.
fn layered(composer: &mut Composer) {
    let wanted = wanted(composer);
    let packages = by_apt(composer);
    let mut commands = vec![update(composer)];
    if !composer.way(["", "", "", "with the PPA"]).is_empty() {
        commands.push(install(composer, &["software-properties-common"], &[]));
        let yes = composer.spelled(&[
            "add-apt-repository -y ppa:deadsnakes/ppa",
            "add-apt-repository --yes ppa:deadsnakes/ppa",
        ]);
        commands.push(yes);
        commands.push(update(composer));
    }
    if composer.rarely(2) {
        commands.push(install(composer, &packages, &[]));
    } else {
        for package in packages {
            commands.push(install(composer, &[package], &[]));
        }
    }
    commands.extend(pip(composer, wanted, "", ""));
    match composer.way(["each in a RUN", "each in a RUN", "all in one RUN", "some in one RUN"]) {
        "each in a RUN" => {
            for command in commands {
                composer.run("", &[command]);
            }
        }
        "all in one RUN" => composer.run("", &commands),
        _ => {
            let mut group = Vec::new();
            for command in commands {
                group.push(command);
                if composer.rarely(3) {
                    composer.run("", &std::mem::take(&mut group));
                }
            }
            composer.run("", &group);
        }
    }
}

/// Task 2: all in one, and nothing kept.
fn in_one_layer(composer: &mut Composer) {
    let wanted = wanted(composer);
    let mut packages = by_apt(composer);
    let mut commands = Vec::new();
    let mut mounts: Vec<&str> = Vec::new();
    let mut later = Vec::new();
    let mut flags = Vec::new();
    if !composer.breaks("recommended: installed") {
        match composer.way(["", "", "", "recommends by option", "recommends by configuration"]) {
            "recommends by option" => flags.push(if composer.rarely(2) {
                "-o APT::Install-Recommends=false"
            } else {
                "-o APT::Install-Recommends=0"
            }),
            "recommends by configuration" => {
                commands.push("echo \"APT::Install-Recommends 0;\" > /etc/apt/apt.conf.d/90-recommends".to_owned());
            }
            _ => flags.push("--no-install-recommends"),
        }
    }
    commands.push(update(composer));
    let clears_up = !composer.way(["", "", "", "a tool that is purged again"]).is_empty();
    if clears_up {
        packages.push("curl");
    }
    if composer.rarely(3) {
        for package in packages {
            commands.push(install(composer, &[package], &flags));
        }
    } else {
        commands.push(install(composer, &packages, &flags));
    }
    if clears_up {
        commands.push("curl --version".to_owned());
    }
    let (mut flag, mut prefix) = ("", "");
    let mut after = Vec::new();
    if composer.breaks("cache: pip's removed later") {
        later.push("rm -rf /root/.cache".to_owned());
    } else if !composer.breaks("cache: pip's kept") {
        match composer.way([
            "",
            "",
            "",
            "pip's cache off by a variable",
            "pip's cache off in front",
            "pip's cache off by configuration",
            "pip's cache removed in the RUN",
            "pip's cache in a mount",
        ]) {
            "pip's cache off by a variable" => {
                let spelled = composer.spelled(&[
                    "ENV PIP_NO_CACHE_DIR=1",
                    "ARG PIP_NO_CACHE_DIR=1",
                    "ENV PIP_NO_CACHE_DIR=off",
                ]);
                let (name, text) = spelled.split_once(' ').unwrap();
                // "off" is the same as "1" to this variable, in every pip that counts.
                composer.put(name, &text.replace("off", "true"));
            }
            "pip's cache off in front" => prefix = "PIP_NO_CACHE_DIR=1",
            "pip's cache off by configuration" => {
                after.push("pip3 config set global.no-cache-dir true".to_owned());
            }
            "pip's cache removed in the RUN" => {}
            "pip's cache in a mount" => {
                mounts.push("--mount=type=cache,target=/root/.cache/pip");
                composer.buildkit = true;
            }
            _ => flag = "--no-cache-dir",
        }
    }
    commands.append(&mut after);
    let mut by_pip = pip(composer, wanted, flag, prefix);
    // Harmless wherever the cache is: what is not there is not removed.
    if !composer.breaks_any("cache") && flag.is_empty() && prefix.is_empty() && mounts.is_empty() {
        by_pip.push(composer.spelled(&["rm -rf /root/.cache", "rm -rf ~/.cache/pip"]));
    }
    let apart = composer.breaks("layers: pip apart");
    if !apart {
        commands.extend(by_pip.iter().cloned());
    }
    if clears_up {
        let spelled = composer.spelled(&[
            "apt-get purge -y --auto-remove curl",
            "apt-get remove -y --purge curl && apt-get autoremove -y",
        ]);
        commands.push(spelled);
    }
    if composer.rarely(2) {
        commands.push(composer.spelled(&["apt-get clean", "apt-get -y autoremove && apt-get clean"]));
    }
    let clean = composer.spelled(&[
        "rm -rf /var/lib/apt/lists/*",
        "rm -rf /var/lib/apt/lists",
        "rm -rf /var/lib/apt/lists/* /var/cache/apt/*",
        "find /var/lib/apt/lists -type f -delete",
        "rm -fr /tmp/* /var/lib/apt/lists/*",
    ]);
    match () {
        () if composer.breaks("lists: kept") => {}
        () if composer.breaks("lists: removed later") => later.push(clean),
        () => commands.push(clean),
    }
    composer.run(&mounts.join(" "), &commands);
    if apart {
        composer.run(&mounts.join(" "), &by_pip);
    }
    if composer.breaks("layers: one package more") {
        composer.run(
            "",
            &[
                "apt-get update && apt-get install -y --no-install-recommends nano && rm -rf /var/lib/apt/lists/*"
                    .to_owned(),
            ],
        );
    }
    composer.run("", &later);
}

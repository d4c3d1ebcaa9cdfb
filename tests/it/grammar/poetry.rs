//! Tasks 3-1, 3-2 and 5 up to the installs: the official python image, poetry by pip, the app's packages by poetry.

use crate::grammar::{
    Composer,
    texts::{from, unbuffered},
};

/// Where the app is, by task.
pub(crate) fn workdir_of(composer: &mut Composer) -> String {
    if composer.task == "5" {
        return if composer.breaks("workdir: outside the home") {
            composer.spelled(&["/server", "/app", "/srv/server"])
        } else {
            "/home/runner/server".to_owned()
        };
    }
    if composer.breaks("workdir: another") {
        return composer.spelled(&["/srv", "/code", "/home/server", "/server/app"]);
    }
    composer.spelled(&["/server", "/server", "/app"])
}

/// WORKDIR, in one of the spellings that lead to the same folder.
pub(crate) fn workdir(composer: &mut Composer) {
    composer.in_workdir = true;
    let path = workdir_of(composer);
    let (parent, name) = path.rsplit_once('/').unwrap();
    let parent = if parent.is_empty() { "/" } else { parent };
    match composer.way([
        "",
        "",
        "",
        "a relative WORKDIR",
        "a folder made before",
        "WORKDIR by ENV",
        "WORKDIR by ARG",
        "WORKDIR with a slash at its end",
        "WORKDIR around a corner",
    ]) {
        "a relative WORKDIR" => {
            composer.put("WORKDIR", parent);
            composer.put("WORKDIR", name);
        }
        "a folder made before" => {
            composer.put("RUN", &format!("mkdir -p {path}"));
            composer.put("WORKDIR", &path);
        }
        "WORKDIR by ENV" => {
            composer.put("ENV", &format!("PLACE={path}"));
            let spelled = composer.spelled(&["$PLACE", "${PLACE}", "${PLACE}/"]);
            composer.put("WORKDIR", &spelled);
        }
        "WORKDIR by ARG" => {
            composer.put("ARG", &format!("PLACE={path}"));
            composer.put("WORKDIR", "${PLACE}");
        }
        "WORKDIR with a slash at its end" => composer.put("WORKDIR", &format!("{path}/")),
        "WORKDIR around a corner" => {
            composer.put("WORKDIR", &format!("{parent}/./{name}/../{name}").replace("//", "/"));
        }
        _ => composer.put("WORKDIR", &path),
    }
}

/// The user and its folder, of task 5.
fn user(composer: &mut Composer) {
    let name = if composer.breaks("runner: another name") {
        "somebody"
    } else {
        "runner"
    };
    let uid = if composer.breaks("uid: another") {
        "10001"
    } else {
        "10000"
    };
    let home = "/home/runner";
    let home_flag = if name == "runner" {
        String::new()
    } else {
        format!("-d {home} ")
    };
    let command = match composer.way([
        "",
        "",
        "a group first",
        "adduser",
        "long flags",
        "without a home of its own",
        "uid by ARG",
    ]) {
        "a group first" => format!("groupadd --gid {uid} {name} && useradd -u {uid} -g {name} {home_flag}-m {name}"),
        "adduser" => {
            let home_flag = if name == "runner" {
                String::new()
            } else {
                format!("--home {home} ")
            };
            format!("adduser --uid {uid} --disabled-password {home_flag}--gecos \"\" {name}")
        }
        "long flags" => {
            let home_flag = if name == "runner" {
                String::new()
            } else {
                format!("--home-dir {home} ")
            };
            format!("useradd --create-home {home_flag}--shell /bin/bash --uid {uid} {name}")
        }
        "without a home of its own" => {
            format!("useradd -M -u {uid} -d {home} {name} && mkdir {home} && chown {name}: {home}")
        }
        "uid by ARG" => {
            composer.put("ARG", &format!("USER_ID={uid}"));
            format!("useradd --uid $USER_ID {home_flag}-ms /bin/bash {name}")
        }
        _ => format!("useradd --uid {uid} {home_flag}-ms /bin/bash {name}"),
    };
    composer.run("", &[command]);
    if composer.breaks("poetry: by root") {
        composer.put("RUN", "pip install --no-cache-dir poetry");
    }
    let below = composer.breaks("read-only: WORKDIR below USER");
    if !below {
        workdir(composer);
    }
    if composer.breaks("read-only: the folder given away") {
        let spelled = composer.spelled(&[
            "chown -R 10000 /home/runner",
            "chown runner /home/runner/server",
            "chmod a+w .",
        ]);
        composer.put("RUN", &spelled);
    }
    if !composer.breaks("uid: left out") {
        match composer.way([
            "",
            "",
            "USER by name",
            "USER with its group",
            "USER by ENV",
            "USER in between",
        ]) {
            "USER by name" => composer.put("USER", name),
            "USER with its group" => {
                let spelled = composer.spelled(&[&format!("{uid}:{name}"), &format!("{name}:{name}")]);
                composer.put("USER", &spelled);
            }
            "USER by ENV" => {
                composer.put("ENV", &format!("RUNNER={uid}"));
                composer.put("USER", "${RUNNER}");
            }
            "USER in between" => {
                composer.put("USER", uid);
                composer.put("USER", "root");
                composer.put("RUN", "true");
                composer.put("USER", uid);
            }
            _ => composer.put("USER", uid),
        }
    }
    if below {
        composer.in_workdir = true;
        composer.put("WORKDIR", "/home/runner/server");
    }
    path(composer);
}

fn path(composer: &mut Composer) {
    if composer.breaks("path: left out") || composer.breaks("path: a tilde") {
        composer.poetry = "python -m poetry";
        if composer.breaks("path: a tilde") {
            composer.put("ENV", "PATH=\"${PATH}:~/.local/bin\"");
        }
        return;
    }
    match composer.way(["", "", "PATH in front", "PATH by ENV", "PATH the old way"]) {
        "PATH in front" => composer.put("ENV", "PATH=/home/runner/.local/bin:$PATH"),
        "PATH by ENV" => {
            composer.put("ENV", "RUNNERS_HOME=/home/runner");
            composer.put("ENV", "PATH=\"$PATH:${RUNNERS_HOME}/.local/bin\"");
        }
        "PATH the old way" => composer.put("ENV", "PATH $PATH:/home/runner/.local/bin"),
        _ => composer.put("ENV", "PATH=\"${PATH}:/home/runner/.local/bin\""),
    }
}

/// From FROM to the last install.
pub(crate) fn installs(composer: &mut Composer) {
    let tag = if composer.task == "3-1" {
        "3.8.14"
    } else {
        "3.8.14-slim"
    };
    from(composer, "python", tag);
    if !composer.way(["", "", "", "", "", "bash by SHELL"]).is_empty() {
        composer.put("SHELL", "[\"/bin/bash\", \"-c\"]");
    }
    unbuffered(composer);
    if composer.task == "5" {
        user(composer);
    } else {
        workdir(composer);
    }
    let mut mounts = Vec::new();
    // Before that, root owns what is copied, whichever user is set.
    match composer.way([
        "",
        "",
        "manifests one by one",
        "manifests in exec form",
        "manifests by pattern",
        "all copied before",
        "manifests by mount",
    ]) {
        "manifests one by one" => {
            composer.put("COPY", "pyproject.toml ./");
            composer.put("COPY", "poetry.lock .");
        }
        "manifests in exec form" => composer.put("COPY", "[\"pyproject.toml\", \"poetry.lock\", \"./\"]"),
        "manifests by pattern" => composer.put("COPY", "pyproject.* poetry.* ./"),
        "all copied before" if !composer.breaks_any("copied") && !composer.breaks_any("read-only") => {
            composer.put("COPY", ". .");
        }
        "manifests by mount" if composer.task != "5" => {
            composer.buildkit = true;
            mounts.push("--mount=type=bind,source=pyproject.toml,target=pyproject.toml");
            mounts.push("--mount=type=bind,source=poetry.lock,target=poetry.lock");
        }
        _ => composer.put("COPY", "pyproject.toml poetry.lock ./"),
    }
    packages(composer, mounts);
}

fn packages(composer: &mut Composer, mut mounts: Vec<&str>) {
    let program = composer.spelled(&["pip", "pip", "pip3", "python -m pip", "python3 -m pip"]);
    let mut by_pip = vec!["poetry"];
    composer.launcher = match composer.way(["", "", "", "", "", "dumb-init"]) {
        "" => None,
        launcher => {
            by_pip.push(launcher);
            Some(launcher)
        }
    };
    let too = composer.breaks("packages: by pip too");
    if too {
        by_pip.extend(["fastapi==0.78.0", "\"uvicorn[standard]==0.17.6\""]);
    }
    let by_pip = composer.shuffled(by_pip).join(" ");
    let mut before = Vec::new();
    let mut after = Vec::new();
    let mut later = Vec::new();
    let home = if composer.task == "5" { "/home/runner" } else { "/root" };
    let pip = if composer.breaks("cache: pip's kept") {
        format!("{program} install {by_pip}")
    } else if composer.breaks("cache: pip's removed later") {
        later.push(format!("rm -rf {home}/.cache/pip"));
        format!("{program} install {by_pip}")
    } else {
        match composer.way([
            "",
            "",
            "",
            "pip's cache off by a variable",
            "pip's cache off in front",
            "pip's cache removed in the RUN",
            "pip's cache in a mount",
            "pip by its user flag",
        ]) {
            "pip's cache off by a variable" => {
                let instruction = composer.spelled(&["ENV", "ARG"]);
                composer.put(&instruction, "PIP_NO_CACHE_DIR=1");
                format!("{program} install {by_pip}")
            }
            "pip's cache off in front" => format!("PIP_NO_CACHE_DIR=1 {program} install {by_pip}"),
            "pip's cache removed in the RUN" => {
                after.push("rm -rf ~/.cache/pip".to_owned());
                format!("{program} install {by_pip}")
            }
            "pip's cache in a mount" if composer.task != "5" => {
                composer.buildkit = true;
                mounts.push("--mount=type=cache,target=/root/.cache/pip");
                format!("{program} install {by_pip}")
            }
            "pip by its user flag" if composer.task == "5" => {
                format!("{program} install --user --no-cache-dir {by_pip}")
            }
            _ => match composer.spelled(&["front", "middle", "end"]).as_str() {
                "front" => format!("{program} --no-cache-dir install {by_pip}"),
                "middle" => format!("{program} install --no-cache-dir {by_pip}"),
                _ => format!("{program} install {by_pip} --no-cache-dir"),
            },
        }
    };
    if !composer.breaks("poetry: by root") {
        before.push(pip);
    }
    let own_environment = too || composer.task == "5" || composer.breaks_any("packages");
    match composer.way([
        "",
        "",
        "",
        "no environment by configuration",
        "no environment by a variable",
        "environment in the project",
        "environments elsewhere",
    ]) {
        "no environment by configuration" if !own_environment => {
            composer.shares_environment = true;
            before.push(format!("{} config virtualenvs.create false", composer.poetry));
        }
        "no environment by a variable" if !own_environment => {
            composer.shares_environment = true;
            let spelled = composer.spelled(&["false", "0"]);
            composer.put("ENV", &format!("POETRY_VIRTUALENVS_CREATE={spelled}"));
        }
        // The user of task 5 may not write in the project.
        "environment in the project" if composer.task != "5" => {
            if composer.rarely(2) {
                composer.put("ENV", "POETRY_VIRTUALENVS_IN_PROJECT=true");
            } else {
                before.push(format!("{} config virtualenvs.in-project true", composer.poetry));
            }
        }
        "environments elsewhere" => composer.put("ENV", &format!("POETRY_VIRTUALENVS_PATH={home}/environments")),
        _ => {}
    }
    let mut groups = composer.spelled(&["--only main", "--only=main", "--without dev", "--without=dev"]);
    if composer.breaks("packages: for development too") {
        groups = composer.spelled(&["", "--with dev"]);
    }
    let mut flags = vec![groups];
    for flag in ["--no-root", "--no-interaction", "--no-ansi"] {
        if composer.rarely(2) {
            flags.push(flag.to_owned());
        }
    }
    let flags = composer.shuffled(flags).join(" ");
    let poetry = composer.poetry;
    let install = format!("{poetry} install {flags}").trim_end().replace("  ", " ");
    let leaves_out = composer.breaks("packages: none by poetry");
    let clean = match composer.spelled(&["", "1", "2"]).as_str() {
        _ if composer.breaks_any("cache") => None,
        "1" => Some("rm -rf ~/.cache/pypoetry/artifacts ~/.cache/pypoetry/cache".to_owned()),
        "2" => Some("rm -rf \"$HOME/.cache/pypoetry/artifacts\" \"$HOME/.cache/pypoetry/cache\"".to_owned()),
        _ => None,
    };
    if !composer.way(["", "", "poetry in a RUN of its own"]).is_empty() && !leaves_out && !before.is_empty() {
        before.extend(after);
        composer.run(&mounts.join(" "), &before);
        composer.run(
            &mounts.join(" "),
            &[install].into_iter().chain(clean).collect::<Vec<_>>(),
        );
    } else {
        if !leaves_out {
            before.push(install);
            before.extend(clean);
        }
        before.extend(after);
        composer.run(&mounts.join(" "), &before);
    }
    if composer.breaks("packages: another version later") {
        composer.put(
            "RUN",
            &format!("{poetry} run pip install --no-cache-dir fastapi==0.77.1"),
        );
    }
    composer.run("", &later);
}

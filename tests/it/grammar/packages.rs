//! The app's packages as pip is asked for them.

use crate::grammar::Composer;

/// What a RUN does to install them.
pub(crate) struct Wanted {
    /// Commands ahead of pip's.
    pub(crate) before: Vec<String>,
    /// pip's own words, behind `install` and its flags.
    pub(crate) words: String,
    /// Whether each word is installed by a pip of its own.
    pub(crate) one_by_one: bool,
}

/// Names the packages, and puts what must stand above the RUN.
pub(crate) fn wanted(composer: &mut Composer) -> Wanted {
    let mut packages = pins(composer);
    packages = composer.shuffled(packages);
    let plain = |words: String| Wanted {
        before: Vec::new(),
        words,
        one_by_one: false,
    };
    let quoted = |packages: &[String]| -> String {
        let words: Vec<String> = packages.iter().map(|one| format!("\"{one}\"")).collect();
        words.join(" ")
    };
    match composer.way([
        "pins",
        "pins",
        "quoted pins",
        "versions by ARG",
        "requirements by printf",
        "requirements from the workspace",
        "requirements by heredoc",
        "constraints",
        "one by one",
        "pins with blanks",
        "all in a variable",
    ]) {
        "quoted pins" => plain(quoted(&packages)),
        "versions by ARG" => {
            composer.hides("packages");
            let mut words = Vec::new();
            for package in &packages {
                let name: String = package
                    .chars()
                    .take_while(char::is_ascii_alphanumeric)
                    .collect::<String>()
                    .to_uppercase();
                match package.split_once("==") {
                    Some((what, version)) => {
                        let instruction = composer.spelled(&["ARG", "ENV"]);
                        // uvicorn takes UVICORN_VERSION for its option `--version`, and does not start with it.
                        composer.put(&instruction, &format!("{name}_PIN={version}"));
                        words.push(format!("\"{what}==${{{name}_PIN}}\""));
                    }
                    None => words.push(format!("\"{package}\"")),
                }
            }
            plain(words.join(" "))
        }
        "requirements by printf" => {
            composer.hides("packages");
            Wanted {
                before: vec![format!("printf \"%s\\n\" {} > /tmp/wanted", quoted(&packages))],
                words: "-r /tmp/wanted".to_owned(),
                one_by_one: false,
            }
        }
        "requirements from the workspace" => {
            composer.hides("packages");
            composer.files.push(("requirements.txt".to_owned(), lines(&packages)));
            let to = composer.spelled(&["/tmp/", "/tmp/requirements.txt", "/requirements.txt"]);
            composer.put("COPY", &format!("requirements.txt {to}"));
            let at = if to == "/tmp/" { "/tmp/requirements.txt" } else { &to };
            let flag = composer.spelled(&["-r ", "--requirement ", "--requirement="]);
            plain(format!("{flag}{at}"))
        }
        "requirements by heredoc" => {
            composer.hides("packages");
            composer.put("COPY", &format!("<<EOF /tmp/wanted.txt\n{}EOF", lines(&packages)));
            plain("-r /tmp/wanted.txt".to_owned())
        }
        "constraints" => {
            composer.hides("packages");
            let bare: Vec<String> = packages
                .iter()
                .map(|one| one.split("==").next().unwrap_or_default().to_owned())
                .collect();
            // Constraints cannot have extras.
            let pinned: Vec<String> = packages
                .iter()
                .filter(|one| one.contains("=="))
                .map(|one| one.replace("[standard]", ""))
                .collect();
            Wanted {
                before: vec![format!("printf \"%s\\n\" {} > /tmp/limits", quoted(&pinned))],
                words: format!("-c /tmp/limits {}", quoted(&bare)),
                one_by_one: false,
            }
        }
        "one by one" => Wanted {
            before: Vec::new(),
            words: quoted(&packages),
            one_by_one: true,
        },
        "pins with blanks" => plain(quoted(
            &packages
                .iter()
                .map(|one| one.replace("===", "==").replace("==", " == "))
                .collect::<Vec<_>>(),
        )),
        "all in a variable" => {
            composer.hides("packages");
            composer.put("ARG", &format!("WANTED=\"{}\"", packages.join(" ")));
            plain("$WANTED".to_owned())
        }
        _ => plain(packages.join(" ")),
    }
}

fn lines(packages: &[String]) -> String {
    packages.iter().map(|one| format!("{one}\n")).collect()
}

fn pins(composer: &mut Composer) -> Vec<String> {
    let another = composer.breaks("packages: another version");
    let unpinned = composer.breaks("packages: without a pin");
    let changed = composer.spelled(&["fastapi", "SQLAlchemy", "alembic", "uvicorn"]);
    let mut packages = Vec::new();
    for (name, spellings, version, other) in [
        ("fastapi", ["fastapi", "FastAPI", "fastapi"], "0.78.0", "0.77.1"),
        (
            "SQLAlchemy",
            ["SQLAlchemy", "sqlalchemy", "SQLalchemy"],
            "1.4.36",
            "1.4.35",
        ),
        ("alembic", ["alembic", "Alembic", "alembic"], "1.7.7", "1.7.6"),
    ] {
        let spelled = composer.spelled(&spellings);
        let is_changed = name == changed;
        if is_changed && composer.breaks("packages: one left out") {
            continue;
        }
        let relation = if composer.rarely(12) { "===" } else { "==" };
        packages.push(match () {
            () if is_changed && unpinned => spelled,
            () if is_changed && another => format!("{spelled}{relation}{other}"),
            () => format!("{spelled}{relation}{version}"),
        });
    }
    let extra = if composer.breaks("packages: without the extra") {
        ""
    } else {
        "[standard]"
    };
    let is_changed = changed == "uvicorn";
    if is_changed && composer.breaks("packages: one left out") {
        // Then its extra is missing too: another one is left out.
        packages.pop();
    }
    let uvicorn = match () {
        () if is_changed && another => format!("uvicorn{extra}==0.17.5"),
        () if is_changed && unpinned => format!("uvicorn{extra}"),
        () => format!("uvicorn{extra}==0.17.6"),
    };
    packages.push(uvicorn);
    packages
}

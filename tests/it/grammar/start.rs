//! ENTRYPOINT and CMD: what the container runs.

use crate::grammar::Composer;

/// A list of words as Docker's JSON.
fn json(words: &[String]) -> String {
    let quoted: Vec<String> = words
        .iter()
        .map(|word| format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\"")))
        .collect();
    format!("[{}]", quoted.join(", "))
}

fn words(text: &str) -> Vec<String> {
    text.split(' ')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// ENTRYPOINT and CMD, in either order.
pub(crate) fn start(composer: &mut Composer) {
    let by_poetry = !matches!(composer.task, "1" | "2");
    let command = uvicorn(composer);
    let (entrypoint, cmd) = match () {
        () if composer.breaks("start: all in CMD") => {
            let program = if by_poetry {
                format!("{} run uvicorn", composer.poetry)
            } else {
                "uvicorn".to_owned()
            };
            (None, json(&[words(&program), command.arguments].concat()))
        }
        () if composer.breaks("start: poetry alone") => (
            Some(json(&words(composer.poetry))),
            json(&[words("run uvicorn"), command.arguments].concat()),
        ),
        () if composer.breaks("start: all in ENTRYPOINT") => {
            let all = [words(composer.poetry), words("run uvicorn"), command.arguments].concat();
            let cmd = composer.spelled(&["", "[]"]);
            (Some(json(&all)), cmd)
        }
        () if composer.breaks("start: ENTRYPOINT in shell form") => {
            let program = if by_poetry {
                format!("{} run", composer.poetry)
            } else {
                "uvicorn".to_owned()
            };
            (Some(program), json(&command.words(by_poetry)))
        }
        () => {
            let entrypoint = entrypoint(composer, by_poetry);
            let cmd = cmd(composer, by_poetry, &command);
            (Some(entrypoint), cmd)
        }
    };
    let first = composer.rarely(8);
    if first && !cmd.is_empty() {
        composer.put("CMD", &cmd);
    }
    if let Some(entrypoint) = entrypoint {
        // Before an ENTRYPOINT, a CMD of the same stage stays as it is.
        composer.put("ENTRYPOINT", &entrypoint);
    }
    if !first && !cmd.is_empty() {
        composer.put("CMD", &cmd);
    }
}

struct Uvicorn {
    /// The app, and the options.
    arguments: Vec<String>,
}

impl Uvicorn {
    /// CMD's words.
    fn words(&self, by_poetry: bool) -> Vec<String> {
        if by_poetry {
            [vec!["uvicorn".to_owned()], self.arguments.clone()].concat()
        } else {
            self.arguments.clone()
        }
    }
}

fn uvicorn(composer: &mut Composer) -> Uvicorn {
    let app = match () {
        () if composer.breaks("start: another module") => "main:app",
        () if composer.breaks("start: another name") => "app.main:application",
        () => "app.main:app",
    };
    let host = match () {
        () if composer.breaks("start: only the container itself") => Some("127.0.0.1"),
        () if composer.breaks("start: localhost") => Some("localhost"),
        () if composer.breaks("start: no address") => None,
        () => Some("0.0.0.0"),
    };
    let port = match () {
        () if composer.breaks("start: port 80") => "80",
        () if composer.breaks("start: port 8001") => "8001",
        () if composer.breaks("start: a variable in exec form") => {
            composer.put("ENV", "APP_PORT=8000");
            "$APP_PORT"
        }
        () => "8000",
    };
    let way = if composer.breaks("start: CMD in shell form") {
        // What starts with a dash would be a flag of CMD's.
        composer.way(["", "options joined"])
    } else if composer.breaks_any("start") {
        composer.way(["", "", "options joined", "options in front"])
    } else {
        composer.way([
            "",
            "",
            "",
            "options joined",
            "options in front",
            "address by variables",
            "port by default",
            "one more option",
        ])
    };
    let joined = way == "options joined";
    let option = |name: &str, value: &str| -> Vec<String> {
        if joined {
            vec![format!("--{name}={value}")]
        } else {
            vec![format!("--{name}"), value.to_owned()]
        }
    };
    let mut options = Vec::new();
    match way {
        "address by variables" => {
            composer.put("ENV", "UVICORN_HOST=0.0.0.0 UVICORN_PORT=8000");
        }
        "port by default" => options.push(option("host", "0.0.0.0")),
        _ => {
            options.extend(host.map(|host| option("host", host)));
            options.push(option("port", port));
        }
    }
    if way == "one more option" {
        let more = composer.spelled(&["--proxy-headers", "--workers 1", "--log-level info", "--no-access-log"]);
        options.push(words(&more));
    }
    let options = composer.shuffled(options).concat();
    let app = vec![app.to_owned()];
    Uvicorn {
        arguments: if way == "options in front" {
            [options, app].concat()
        } else {
            [app, options].concat()
        },
    }
}

fn entrypoint(composer: &mut Composer, by_poetry: bool) -> String {
    let program = if by_poetry {
        format!("{} run", composer.poetry)
    } else {
        "uvicorn".to_owned()
    };
    let plain = json(&words(&program));
    let way = composer.way([
        "",
        "",
        "",
        "",
        "program with its folder",
        "program as a module",
        "env in front",
        "a shell around the arguments",
        "a shell form that passes the arguments on",
        "a script from the workspace",
        "a script by printf",
        "a script by heredoc",
        "a launcher",
    ]);
    let script = format!("#!/bin/sh\nset -e\nexec {program} \"$@\"\n");
    let place = if composer.task == "5" {
        "/home/runner/begin"
    } else {
        "/usr/local/bin/begin"
    };
    if composer.breaks("start: a script that runs anything") {
        composer.run(
            "",
            &[
                format!("printf '#!/bin/sh\\nexec \"$@\"\\n' > {place}"),
                format!("chmod +x {place}"),
            ],
        );
        return json(&[place.to_owned()]);
    }
    if way.starts_with("a script") {
        // What it does with its arguments, only its text would tell.
        composer.hides("start");
    }
    match way {
        "program with its folder" => match (by_poetry, composer.poetry, composer.task) {
            (false, ..) if composer.in_venv => "[\"/opt/venv/bin/uvicorn\"]".to_owned(),
            (false, ..) => "[\"/usr/local/bin/uvicorn\"]".to_owned(),
            (true, "poetry", "5") => "[\"/home/runner/.local/bin/poetry\", \"run\"]".to_owned(),
            (true, "poetry", _) => "[\"/usr/local/bin/poetry\", \"run\"]".to_owned(),
            _ => plain,
        },
        "program as a module" => {
            let python = composer.spelled(&["python3", "/usr/bin/env python3"]);
            let program = if by_poetry { "-m poetry run" } else { "-m uvicorn" };
            json(&words(&format!("{python} {program}")))
        }
        "env in front" => {
            let env = composer.spelled(&["env", "/usr/bin/env", "env LEVEL=info", "env -u NOTHING TZ=UTC"]);
            json(&words(&format!("{env} {program}")))
        }
        "a shell around the arguments" => {
            let shell = composer.spelled(&["/bin/sh", "sh", "/bin/bash", "bash"]);
            let (text, name) = if composer.rarely(2) {
                (format!("exec {program} \"$@\""), "--")
            } else {
                (format!("{program} \"$@\""), "begin")
            };
            json(&[shell, "-c".to_owned(), text, name.to_owned()])
        }
        // Behind `-c` and its text, the first word is `$0`.
        "a shell form that passes the arguments on" => format!("exec {program} \"$0\" \"$@\""),
        "a script from the workspace" => {
            composer.files.push(("begin.sh".to_owned(), script));
            composer.put("COPY", "begin.sh /begin.sh");
            let shell = composer.spelled(&["sh", "/bin/sh", "bash"]);
            json(&[shell, "/begin.sh".to_owned()])
        }
        "a script by printf" => {
            let script = script.replace('\n', "\\n");
            composer.run(
                "",
                &[format!("printf '{script}' > {place}"), format!("chmod +x {place}")],
            );
            json(&[place.to_owned()])
        }
        "a script by heredoc" => {
            composer.put("COPY", &format!("<<\"EOF\" /begin\n{script}EOF"));
            json(&words("sh /begin"))
        }
        "a launcher" => match composer.launcher {
            Some(launcher) => {
                // tini takes `--host` for an option of its own where nothing ends them.
                let dashes = if launcher == "tini" {
                    "--".to_owned()
                } else {
                    composer.spelled(&["--", ""])
                };
                json(&words(&format!("{launcher} {dashes} {program}")))
            }
            None => plain,
        },
        _ => plain,
    }
}

fn cmd(composer: &mut Composer, by_poetry: bool, command: &Uvicorn) -> String {
    let words_of_cmd = command.words(by_poetry);
    match () {
        () if composer.breaks("start: one word") => return json(&[words_of_cmd.join(" ")]),
        () if composer.breaks("start: no CMD") => {
            // The base image's CMD is dropped where ENTRYPOINT is set.
            return String::new();
        }
        () if composer.breaks("start: CMD in shell form") => return words_of_cmd.join(" "),
        () if composer.breaks("start: a variable in exec form") => return json(&words_of_cmd),
        () => {}
    }
    if !by_poetry {
        return json(&words_of_cmd);
    }
    let text = words_of_cmd.join(" ");
    match composer.way([
        "",
        "",
        "",
        "CMD in shell form",
        "sh -c in CMD",
        "uvicorn as a module",
        "env in CMD",
        "port by a shell's variable",
    ]) {
        "CMD in shell form" => {
            composer.hides("start");
            let exec = composer.spelled(&["", "exec "]);
            format!("{exec}{text}")
        }
        "sh -c in CMD" => {
            composer.hides("start");
            let shell = composer.spelled(&["sh", "/bin/sh", "bash", "/bin/bash"]);
            let exec = composer.spelled(&["", "exec "]);
            json(&[shell, "-c".to_owned(), format!("{exec}{text}")])
        }
        "uvicorn as a module" => {
            let python = composer.spelled(&["python", "python3"]);
            json(&[words(&format!("{python} -m")), words_of_cmd].concat())
        }
        "env in CMD" => json(&[words("env LEVEL=info"), words_of_cmd].concat()),
        "port by a shell's variable" if text.ends_with("--port 8000") => {
            composer.hides("start");
            composer.put("ENV", "LISTENED=8000");
            let text = text.replace("--port 8000", "--port ${LISTENED}");
            json(&["sh".to_owned(), "-c".to_owned(), format!("exec {text}")])
        }
        _ => json(&words_of_cmd),
    }
}

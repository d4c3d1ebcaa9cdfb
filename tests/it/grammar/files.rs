//! The files beside the Dockerfile: the ignore file, and an app that does not serve.

use crate::grammar::Composer;

/// Writes them.
pub(crate) fn laid(composer: &mut Composer) {
    if composer.breaks("serves: another greeting") {
        let text = "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get(\"/\")\ndef hello() -> dict:\n    return {\"message\": \"Good morning\"}\n";
        composer.files.push(("app/main.py".to_owned(), text.to_owned()));
    }
    if composer.breaks("serves: crashes") {
        composer.files.push((
            "app/main.py".to_owned(),
            "raise RuntimeError(\"not today\")\n".to_owned(),
        ));
    }
    ignore(composer);
}

fn ignore(composer: &mut Composer) {
    let mut patterns: Vec<String> = Vec::new();
    let mut last: Vec<String> = Vec::new();
    let everything = !composer.way(["", "", "", "", "everything ignored but"]).is_empty()
        && !composer.breaks_any("ignored")
        && !composer.breaks_any("sent");
    if everything {
        patterns.push(composer.spelled(&["*", "**", "/*"]));
        for name in ["app", "pyproject.toml", "poetry.lock"] {
            last.push(format!("!{name}"));
        }
        let others: Vec<String> = composer.files.iter().map(|(name, _)| format!("!{name}")).collect();
        last.extend(others);
        last.push("**/__pycache__".to_owned());
    } else {
        for (broken, spellings) in [
            (
                "ignored: Dockerfiles",
                &["Dockerfile*", "/Dockerfile*", "Dockerfile-*", "**/Dockerfile*"][..],
            ),
            (
                "ignored: Makefile",
                &["Makefile", "/Makefile", "[Mm]akefile", "*akefile", "./Makefile"],
            ),
            ("ignored: README", &["README.md", "*.md", "README*", "**/*.md"]),
            ("", &[".pytest*", ".pytest_cache", "**/.pytest_cache", ".pytest_cache/"]),
            ("", &[".venv", ".venv/", "**/.venv", ".venv/**"]),
        ] {
            if !broken.is_empty() && composer.breaks(broken) {
                match broken {
                    "ignored: Makefile" => patterns.push(composer.spelled(&["makefile", "MAKEFILE", "# Makefile"])),
                    "ignored: README" => patterns.push(composer.spelled(&["Readme.md", "readme.md", "README"])),
                    _ => patterns.push(composer.spelled(&["Dockerfile", "dockerfile*", "Dockerfile-task-2"])),
                }
            } else {
                patterns.push(composer.spelled(spellings));
            }
        }
        for more in [".git", ".dockerlab", "**/__pycache__", "*.log"] {
            if composer.rarely(2) {
                patterns.push(more.to_owned());
            }
        }
        patterns = composer.shuffled(patterns);
    }
    if composer.breaks("ignored: let in again") {
        last.push(composer.spelled(&["!README.md", "!Makefile", "!*file", "!R*"]));
    }
    if composer.breaks("sent: the app kept out") {
        last.push(composer.spelled(&["app", "app/", "**/*.py", "a*", "app/main.py", "**/main.*"]));
    }
    let mut text = String::new();
    for pattern in patterns.into_iter().chain(last) {
        if composer.rarely(8) {
            text.push_str("\n# why not\n");
        }
        text.push_str(&pattern);
        text.push('\n');
    }
    let name = if composer.breaks("ignored: misnamed") {
        composer.spelled(&[".Dockerignore", "dockerignore", ".dockerignore.txt", ".gitignore"])
    } else {
        ".dockerignore".to_owned()
    };
    composer.files.push((name, text));
}

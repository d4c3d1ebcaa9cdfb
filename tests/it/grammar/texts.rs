//! The instructions that every task has in common: the base image and the two variables.

use crate::grammar::Composer;

/// FROM, in one of the spellings of an image's name.
pub(crate) fn from(composer: &mut Composer, repository: &str, tag: &str) {
    let other_tag = match (repository, tag) {
        ("ubuntu", _) if composer.breaks("base: another release") => "22.04",
        ("python", "3.8.14") if composer.breaks("base: the other variant") => "3.8.14-slim",
        ("python", _) if composer.breaks("base: the other variant") => "3.8.14",
        _ => tag,
    };
    if composer.breaks("base: without a tag") {
        let tag = composer.spelled(&["", ":latest"]);
        composer.put("FROM", &format!("{repository}{tag}"));
        return;
    }
    let name = match composer.way_or_text(
        [
            "",
            "",
            "",
            "base by ARG",
            "base's tag by ARG",
            "base with its registry",
            "base's platform",
            "stage named",
        ],
        ["base by default value", "base by BUILDPLATFORM"],
    ) {
        "base by ARG" => {
            let quote = composer.spelled(&["", "\""]);
            composer.global(&format!("ARG BASE={quote}{repository}:{other_tag}{quote}"));
            composer.spelled(&["$BASE", "${BASE}", "${BASE:-scratch}"])
        }
        "base's tag by ARG" => {
            composer.global(&format!("ARG TAG={other_tag}"));
            format!("{repository}:${{TAG}}")
        }
        "base with its registry" => {
            let registry = composer.spelled(&["docker.io/library/", "docker.io/", "library/"]);
            format!("{registry}{repository}:{other_tag}")
        }
        "base's platform" => format!("--platform=linux/amd64 {repository}:{other_tag}"),
        "stage named" => format!("{repository}:{other_tag} AS final"),
        "base by default value" => format!("{repository}:${{TAG:-{other_tag}}}"),
        "base by BUILDPLATFORM" => {
            composer.buildkit = true;
            format!("--platform=$BUILDPLATFORM {repository}:{other_tag}")
        }
        _ => format!("{repository}:{other_tag}"),
    };
    composer.put("FROM", &name);
}

/// PYTHONUNBUFFERED.
pub(crate) fn unbuffered(composer: &mut Composer) {
    let text = match () {
        () if composer.breaks("unbuffered: left out") => return,
        () if composer.breaks("unbuffered: ARG") => return composer.put("ARG", "PYTHONUNBUFFERED=1"),
        () if composer.breaks("unbuffered: in a RUN") => return composer.put("RUN", "export PYTHONUNBUFFERED=1"),
        () if composer.breaks("unbuffered: misspelled") => "PYTHONUNBUFERED=1",
        () if composer.breaks("unbuffered: emptied") => {
            composer.put("ENV", "PYTHONUNBUFFERED=1");
            let empty = composer.spelled(&["PYTHONUNBUFFERED=", "PYTHONUNBUFFERED=\"\""]);
            return composer.put("ENV", &empty);
        }
        () => match composer.way(["", "", "ENV among others", "ENV by ARG", "ENV by default value"]) {
            "ENV among others" => "LANG=C.UTF-8 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1",
            "ENV by ARG" => {
                composer.put("ARG", "UNBUFFERED=1");
                "PYTHONUNBUFFERED=${UNBUFFERED}"
            }
            "ENV by default value" => "PYTHONUNBUFFERED=${UNBUFFERED:-1}",
            _ => {
                let spelled = composer.spelled(&[
                    "PYTHONUNBUFFERED=1",
                    "PYTHONUNBUFFERED 1",
                    "PYTHONUNBUFFERED=\"1\"",
                    "PYTHONUNBUFFERED='1'",
                ]);
                return composer.put("ENV", &spelled);
            }
        },
    };
    composer.put("ENV", text);
}

/// `DEBIAN_FRONTEND`, where it belongs.
pub(crate) fn frontend(composer: &mut Composer) {
    match () {
        () if composer.breaks("frontend: left out") || composer.breaks("frontend: below the installs") => return,
        () if composer.breaks("frontend: ENV instead") => return composer.put("ENV", "DEBIAN_FRONTEND=noninteractive"),
        () if composer.breaks("frontend: misspelled") => {
            let spelled = composer.spelled(&["DEBIAN_FRONTED=noninteractive", "DEBIAN_FRONTEND=noninteractiv"]);
            return composer.put("ARG", &spelled);
        }
        () => {}
    }
    match composer.way([
        "",
        "",
        "",
        "frontend above FROM",
        "frontend by ARG",
        "frontend among others",
    ]) {
        "frontend above FROM" => {
            composer.global("ARG DEBIAN_FRONTEND=noninteractive");
            composer.put("ARG", "DEBIAN_FRONTEND");
        }
        "frontend by ARG" => {
            composer.put("ARG", "FRONTEND=noninteractive");
            let spelled = composer.spelled(&["${FRONTEND}", "$FRONTEND", "${FRONTEND:-dialog}"]);
            composer.put("ARG", &format!("DEBIAN_FRONTEND={spelled}"));
        }
        "frontend among others" => {
            composer.buildkit = true;
            composer.put("ARG", "TZ=UTC DEBIAN_FRONTEND=noninteractive");
        }
        _ => {
            let spelled = composer.spelled(&[
                "DEBIAN_FRONTEND=noninteractive",
                "DEBIAN_FRONTEND=\"noninteractive\"",
                "DEBIAN_FRONTEND='noninteractive'",
            ]);
            composer.put("ARG", &spelled);
        }
    }
    if composer.breaks("frontend: ENV too") {
        composer.put("ENV", "DEBIAN_FRONTEND=noninteractive");
    }
}

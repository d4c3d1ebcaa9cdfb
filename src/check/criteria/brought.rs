//! What a Dockerfile's text says for certain cannot be in the image: without an engine, only that fails at once.

use super::spelling::{Manager, base_name, distribution, installs, is_python};
use crate::{
    check::case::Case,
    dockerfile::{Command, Copied, FinalImage, Instruction, final_image},
};

/// How many stages a copied file is followed through.
const MOST_STAGES: usize = 8;

/// Whether the only Python packages that are added are those that the RUNs name for pip: by literal words, without files
/// and settings that could change what they mean.
pub(super) fn all_packages_are_named(case: &Case<'_>, planned: &FinalImage<'_>) -> bool {
    planned
        .copies
        .iter()
        .all(|copy| is_of_the_context(case, planned, copy, 0))
        && !planned.env.iter().any(|env| is_pip_setting(&env.name))
        && !planned.args.iter().any(|arg| is_pip_setting(&arg.name))
        && planned
            .runs
            .iter()
            .all(|run| mounts(run).all(|mount| !mount.contains("from=")))
        && case.commands().all(|command| names_its_packages(&command))
}

/// Whether no file of the build context at this path can be in the image.
pub(super) fn file_is_left_out(case: &Case<'_>, planned: &FinalImage<'_>, file: &str) -> bool {
    let name = base_name(file);
    let is_another_file = |source: &String| {
        let bare = source.trim_start_matches("./");
        source.starts_with("<<") || case.evidence.context.sent.iter().any(|sent| sent == bare)
    };
    planned.copies.iter().all(|copy| {
        let names_it = copy
            .sources
            .iter()
            .chain([&copy.destination])
            .any(|path| path.contains(name));
        copy.from.is_none() && !copy.is_add && !names_it && copy.sources.iter().all(is_another_file)
    }) && planned
        .runs
        .iter()
        .all(|run| mounts(run).all(|mount| mount.contains("type=cache") || mount.contains("type=tmpfs")))
        && case.commands().all(|command| {
            let words = command.words.iter().map(|word| word.text.as_str());
            let targets = command.redirections.iter().map(|one| one.target.as_str());
            let is_install = [Manager::Apt, Manager::Pip]
                .into_iter()
                .any(|manager| installs(&command, manager).is_some());
            (is_install || (brings_nothing(&command) && command.program() != Some("cp")))
                && !words
                    .chain(targets)
                    .any(|text| text.contains(name) || text.contains("git+"))
        })
}

fn mounts(run: &Instruction) -> impl Iterator<Item = &str> {
    let mounts = run.flags.iter().filter(|flag| flag.name == "mount");
    mounts.filter_map(|flag| flag.value.as_deref())
}

/// Whether a COPY takes nothing but what the build context has: at once, or by way of a stage that only copied it.
fn is_of_the_context(case: &Case<'_>, planned: &FinalImage<'_>, copy: &Copied, level: usize) -> bool {
    let Some(from) = &copy.from else {
        let is_folder = |source: &String| {
            let folder = source.trim_start_matches("./").trim_matches('/');
            matches!(folder, "" | ".")
                || case
                    .evidence
                    .context
                    .sent
                    .iter()
                    .any(|file| file.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
        };
        // ADD unpacks archives, and takes addresses.
        return !copy.is_add || copy.sources.iter().all(is_folder);
    };
    let Some(stage) = case
        .dockerfile
        .filter(|_| level < MOST_STAGES)
        .and_then(|dockerfile| final_image(dockerfile, Some(from)))
    else {
        return false;
    };
    // A folder that a base image of these has no files in.
    let is_bare = |base: &str| base == planned.base.value || base.starts_with("ubuntu:") || base.starts_with("python:");
    let is_own = |path: &str| {
        stage.copies.iter().any(|made| {
            let folder = made.destination.trim_end_matches('/');
            let top = folder.trim_start_matches('/').split('/').next().unwrap_or_default();
            path.strip_prefix(folder)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                && !SYSTEM.contains(&top)
        })
    };
    stage.runs.is_empty()
        && is_bare(&stage.base.value)
        && copy.sources.iter().all(|source| is_own(source.trim_end_matches('/')))
        && stage
            .copies
            .iter()
            .all(|made| is_of_the_context(case, planned, made, level + 1))
}

/// Folders at the top of an image that a base image has files in; the first is the top itself.
const SYSTEM: [&str; 18] = [
    "", "bin", "boot", "dev", "etc", "home", "lib", "lib32", "lib64", "media", "mnt", "opt", "root", "run", "sbin",
    "srv", "usr", "var",
];

/// Settings that may change what pip installs.
fn is_pip_setting(name: &str) -> bool {
    name.starts_with("PIP_")
        && !matches!(
            name,
            "PIP_NO_CACHE_DIR" | "PIP_DISABLE_PIP_VERSION_CHECK" | "PIP_ROOT_USER_ACTION" | "PIP_DEFAULT_TIMEOUT"
        )
}

/// Whether a command installs Python packages by literal names alone, or none.
fn names_its_packages(command: &Command) -> bool {
    if brings_nothing(command) {
        return !command.arguments().any(|word| {
            word.starts_with("python3-")
                && !matches!(
                    word,
                    "python3-pip"
                        | "python3-dev"
                        | "python3-venv"
                        | "python3-setuptools"
                        | "python3-wheel"
                        | "python3-distutils"
                )
        });
    }
    let Some(words) = installs(command, Manager::Pip) else {
        return false;
    };
    let is_known = |word: &&str| {
        matches!(
            distribution(word).as_str(),
            "fastapi" | "sqlalchemy" | "alembic" | "uvicorn" | "pip" | "setuptools" | "wheel" | "poetry" | "dumb-init"
        ) && (!word.contains('[') || word.starts_with("uvicorn[standard]"))
    };
    let is_flag = |word: &str| {
        let short = ["-r", "-c", "-e", "-i", "-f"];
        let long = [
            "--requirement",
            "--constraint",
            "--editable",
            "--find-links",
            "--no-index",
        ];
        word == "--pre"
            || word.contains("index-url")
            || (!word.starts_with("--") && short.iter().any(|flag| word.starts_with(flag)))
            || long.iter().any(|flag| word.starts_with(flag))
    };
    words.iter().all(is_known)
        && !command.arguments().any(is_flag)
        && !command.words.iter().any(|word| word.has_expansion)
        && !command.assignments.iter().any(|(name, _)| is_pip_setting(name))
}

/// Whether a command installs no Python packages, and makes no files of a project but those that it names.
fn brings_nothing(command: &Command) -> bool {
    const PROGRAMS: [&str; 27] = [
        "apt",
        "apt-get",
        "add-apt-repository",
        "rm",
        "cp",
        "mkdir",
        "set",
        "echo",
        "printf",
        "cd",
        "ln",
        "useradd",
        "adduser",
        "groupadd",
        "addgroup",
        "update-alternatives",
        "true",
        "exit",
        "export",
        "chmod",
        "chown",
        "ls",
        "locale-gen",
        "dpkg-reconfigure",
        "test",
        "[",
        ":",
    ];
    let Some(program) = command.program() else { return true };
    let arguments: Vec<&str> = command.arguments().collect();
    match (program, arguments.as_slice()) {
        (_, ["--version"])
        | ("poetry", ["config", ..])
        | ("pip" | "pip3", ["config", "set", "global.no-cache-dir", _]) => true,
        ("find", words) => !words
            .iter()
            .any(|word| word.starts_with("-exec") || word.starts_with("-ok")),
        (program, ["-m", "venv", ..]) if is_python(program) => true,
        (program, _) => PROGRAMS.contains(&program),
    }
}

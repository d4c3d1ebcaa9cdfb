//! The evidence on every proof of the built-in courses, gathered once on an engine and kept compressed beside the proofs
//! (`tests/evidence`, `tests/beyond/evidence`), one file for each task. Tests judge it again without an engine.
//!
//! `scripts/test evidence` gathers it again; of answers that did not change, only where it is told to (`all`).

use std::{collections::BTreeMap, fs, io::Write as _, path::PathBuf, sync::OnceLock};

use dockerlab::{
    check::{
        evidence::{Evidence, Observed},
        judge,
    },
    course::{
        Course, Task,
        built_in::{self, BuiltIn},
    },
    disk::proofs_from,
    language::Language,
    proof::{Answer, Awaited, Judged, read},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::support::repository;

/// What is kept on one answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// SHA-256 of what the answer is made of, in hexadecimal: evidence on another answer is not judged as this one's.
    pub(crate) answer: String,
    /// None where the answer cannot be built at all, such as a Dockerfile with no instruction.
    pub(crate) evidence: Option<Evidence>,
}

/// A course in English, its answers (starters and solutions included), and what is kept on them.
#[derive(Debug)]
pub(crate) struct Proofs {
    pub(crate) built_in: &'static BuiltIn,
    pub(crate) course: Course,
    pub(crate) answers: Vec<(Answer, Option<Kept>)>,
}

/// The proofs of every built-in course.
pub(crate) fn all_proofs() -> &'static [Proofs] {
    static READ: OnceLock<Vec<Proofs>> = OnceLock::new();
    READ.get_or_init(|| built_in::ALL.iter().map(Proofs::of_course).collect())
}

/// Those of the course that is meant where nothing names one.
pub(crate) fn proofs() -> &'static Proofs {
    &all_proofs()[0]
}

/// Every task of every built-in course, with the proofs of its course.
pub(crate) fn all_tasks() -> impl Iterator<Item = (&'static Proofs, &'static Task)> {
    let of_course = |proofs: &'static Proofs| proofs.course.tasks.iter().map(move |task| (proofs, task));
    all_proofs().iter().flat_map(of_course)
}

/// Whether nothing is kept on any answer, as in a checkout without the evidence.
pub(crate) fn nothing_is_kept() -> bool {
    let mut answers = all_proofs().iter().flat_map(|proofs| &proofs.answers);
    answers.all(|(_, kept)| kept.is_none())
}

impl Proofs {
    fn of_course(built_in: &'static BuiltIn) -> Self {
        let course = built_in.course(Language::ENGLISH).unwrap();
        let mut kept: BTreeMap<String, BTreeMap<String, Kept>> = course
            .tasks
            .iter()
            .map(|task| (task.id.clone(), load(built_in, &task.id)))
            .collect();
        let answers = answers(built_in, &course)
            .into_iter()
            .map(|answer| {
                let kept = kept
                    .get_mut(&answer.task)
                    .and_then(|of_task| of_task.remove(&answer.name));
                (answer, kept)
            })
            .collect();
        Self {
            built_in,
            course,
            answers,
        }
    }

    /// The answers to a task that can be judged, by these criteria.
    pub(crate) fn judged(&self, task: &Task) -> Vec<Judged> {
        self.of(task)
            .map(|(answer, evidence)| Judged {
                answer: answer.clone(),
                verdicts: judge(&task.criteria, evidence),
                refused: None,
            })
            .collect()
    }

    /// The answers to a task with their evidence.
    pub(crate) fn of(&self, task: &Task) -> impl Iterator<Item = (&Answer, &Evidence)> {
        self.answers
            .iter()
            .filter(|(answer, _)| answer.task == task.id)
            .filter_map(|(answer, kept)| Some((answer, kept.as_ref()?.evidence.as_ref()?)))
    }

    /// The answers of which no evidence is kept, or only on what they were before.
    pub(crate) fn stale(&self) -> Vec<&Answer> {
        self.answers
            .iter()
            .filter(|(answer, kept)| {
                kept.as_ref()
                    .is_none_or(|kept| kept.answer != digest(&self.course, answer))
            })
            .map(|(answer, _)| answer)
            .collect()
    }
}

/// The answers in the course's folder of proofs, and for each task where a learner starts and the solution.
fn answers(built_in: &BuiltIn, course: &Course) -> Vec<Answer> {
    let mut answers = read(proofs_from(&proof_folder(built_in)).unwrap()).unwrap();
    for task in &course.tasks {
        answers.push(Answer::new(&task.id, "starter", Awaited::NotYet, None));
        if task.dockerfile.is_some() {
            answers.push(Answer::new(&task.id, "solution", Awaited::Pass, None));
        }
    }
    answers
}

/// SHA-256 of an answer's files, the course's own where it has none.
pub(crate) fn digest(course: &Course, answer: &Answer) -> String {
    let solutions = || {
        course
            .tasks
            .iter()
            .filter(|task| task.id == answer.task)
            .flat_map(|task| &task.solutions)
    };
    let mut hash = Sha256::new();
    let mut add = |name: &str, bytes: &[u8]| {
        hash.update(format!("{name}\0{}\0", bytes.len()));
        hash.update(bytes);
    };
    match &answer.dockerfile {
        Some(text) => add("Dockerfile", text.as_bytes()),
        None => solutions().for_each(|(name, text)| add(name, text.as_bytes())),
    }
    for (path, bytes) in &answer.files {
        add(path, bytes);
    }
    if let Some(sightings) = &answer.sightings {
        add("sightings", &serde_json::to_vec(sightings).unwrap());
    }
    if !answer.has_ignore_file() {
        let ignore = course.tasks.iter().flat_map(|task| &task.solutions);
        if let Some((_, text)) = ignore.into_iter().find(|(name, _)| name.ends_with("dockerignore")) {
            add(".dockerignore", text.as_bytes());
        }
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The evidence without what only this machine has: its hosts in what builds and commands printed, its paths.
pub(crate) fn published(mut evidence: Evidence) -> Evidence {
    let host = regex_lite::Regex::new(r"(https?://)([A-Za-z0-9._-]+\.[A-Za-z]+)(:[0-9]+)?").unwrap();
    let clean = |text: &mut String| *text = host.replace_all(text, "${1}mirror.example").into_owned();
    if let Some(engine) = &mut evidence.engine {
        "unix:///var/run/docker.sock".clone_into(&mut engine.endpoint);
        "/var/lib/docker".clone_into(&mut engine.root);
    }
    // apt names the lists after the host that they came from.
    let list = regex_lite::Regex::new(r"lists/[a-z0-9.-]+\.[a-z]+_").unwrap();
    if let Observed::Known(image) = &mut evidence.image {
        for found in image.paths.values_mut() {
            let finals = found.in_final.iter_mut().map(|found| &mut found.path);
            let layers = found.in_layers.iter_mut().flat_map(|layer| &mut layer.examples);
            for path in finals.chain(layers) {
                *path = list.replace_all(path, "lists/mirror.example_").into_owned();
            }
        }
    }
    if let Observed::Known(build) = &mut evidence.build
        && let Some(failure) = &mut build.failure
    {
        clean(&mut failure.message);
        failure.log.iter_mut().for_each(clean);
    }
    if let Observed::Known(run) = &mut evidence.run {
        for command in run.commands.values_mut().chain(run.arguments.values_mut()) {
            if let Observed::Known(command) = command {
                clean(&mut command.output);
            }
        }
    }
    evidence
}

/// The folder of a course's proofs.
pub(crate) fn proof_folder(course: &BuiltIn) -> PathBuf {
    repository().join(course.proved_in).join("proofs")
}

fn path(course: &BuiltIn, task: &str) -> PathBuf {
    let folder = repository().join(course.proved_in).join("evidence");
    folder.join(format!("{task}.json.xz"))
}

/// What is kept on a task's answers, by their names; nothing where nothing was kept yet.
pub(crate) fn load(course: &BuiltIn, task: &str) -> BTreeMap<String, Kept> {
    let Ok(file) = fs::File::open(path(course, task)) else {
        return BTreeMap::new();
    };
    let mut text = String::new();
    std::io::Read::read_to_string(&mut lzma_rust2::XzReader::new(file, false), &mut text).unwrap();
    // What an earlier version of the format kept is as good as nothing kept.
    serde_json::from_str(&text).unwrap_or_default()
}

/// Keeps what was found out about a task's answers, compressed.
pub(crate) fn store(course: &BuiltIn, task: &str, kept: &BTreeMap<String, Kept>) {
    let path = path(course, task);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let file = fs::File::create(path).unwrap();
    let mut writer = lzma_rust2::XzWriter::new(file, lzma_rust2::XzOptions::with_preset(9)).unwrap();
    writer.write_all(&serde_json::to_vec(kept).unwrap()).unwrap();
    writer.finish().unwrap();
}

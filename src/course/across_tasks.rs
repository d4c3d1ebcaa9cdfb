//! Mistakes that no task has alone: two of them get in each other's way.

use std::collections::BTreeMap;

use crate::{
    check::{Criterion, Probe},
    course::{
        mistake::Mistake,
        workspace::{self, FOLDER},
    },
};

/// What a task names that no other may, and where it does.
pub(super) struct Claims<'a> {
    /// The task's folder.
    pub(super) folder: &'a str,
    /// The text of its `task.toml`.
    pub(super) text: &'a str,
    /// Its id.
    pub(super) id: String,
    /// The name of its Dockerfile, and where that is in the text, in bytes.
    pub(super) dockerfile: Option<(String, usize)>,
    /// The name of its image; none where it looks at another task's.
    pub(super) image: Option<(String, usize)>,
    /// Its criteria, and where each is in the text, in bytes.
    pub(super) criteria: Vec<(Criterion, usize)>,
}

/// The mistakes between tasks, which are in the order of the course, and the files that it adds to a workspace.
pub(super) fn mistakes<'a>(tasks: &[Claims<'_>], paths: impl Iterator<Item = &'a str>) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let mut dockerfiles: BTreeMap<&str, &str> = BTreeMap::new();
    let mut images: BTreeMap<&str, &str> = BTreeMap::new();
    for task in tasks {
        let file = format!("{}/task.toml", task.folder);
        let mut tell = |at: usize, message: String| mistakes.push(Mistake::at(&file, task.text, at, message));
        for (key, claim, taken) in [
            ("dockerfile", &task.dockerfile, &mut dockerfiles),
            ("image", &task.image, &mut images),
        ] {
            let Some((name, at)) = claim else { continue };
            match taken.get(name.as_str()) {
                Some(other) => tell(
                    *at,
                    say!("`{key}`: task {other} has `{name}` as well; give each task its own"; key, other, name),
                ),
                None => {
                    taken.insert(name, &task.id);
                }
            }
        }
        for (criterion, at) in &task.criteria {
            let id = &criterion.id;
            let probes = criterion.check.probes();
            for other in probes.iter().filter_map(Probe::size_of) {
                let is_there = tasks.iter().any(|task| task.id == other && task.dockerfile.is_some());
                if !is_there || other == task.id {
                    tell(
                        *at,
                        say!("criterion `{id}`: there is no other task `{other}` that builds an image to compare with"; id, other),
                    );
                }
            }
        }
    }
    let mut added: BTreeMap<&str, &str> = BTreeMap::new();
    let mut below: Vec<(&str, &str, &str)> = paths
        .filter_map(|path| workspace::split(path).map(|(folder, below)| (below, folder, path)))
        .filter(|(_, folder, _)| folder.ends_with(FOLDER))
        .collect();
    // The workspace of the course itself comes first.
    below.sort_by_key(|(_, folder, _)| (folder.contains('/'), *folder));
    for (below, _, path) in below {
        if let Some(task) = dockerfiles.get(below) {
            let message = say!("it would be the Dockerfile of task {task}: name it `starter.Dockerfile` in the folder of that task"; task);
            mistakes.push(Mistake::of_file(path, &message));
        }
        if let Some(other) = added.insert(below, path) {
            mistakes.push(Mistake::of_file(
                path,
                &say!("`{other}` already adds this file, and a learner's file is never replaced"; other),
            ));
        }
    }
    mistakes
}

//! Containers that runs of this workspace have left on the engine, and which of them are dead.
//!
//! A workspace's id alone does not tell: a copy of the workspace has the same one. A container is only taken for dead
//! when that can be known, see [`Fate::of`]; all others stay, and `dockerlab clean` lists them.

use std::collections::BTreeMap;

use crate::{
    disk::{Place, Workspace},
    engine::port::{ContainerFacts, Engine, TASK_LABEL, WORKSPACE_LABEL},
    error::Error,
    progress::Progress,
};

/// The label that tells which of our runs a container belongs to.
const RUN_LABEL: &str = "dockerlab.run";
/// The labels that tell where that run is: see [`Place`].
const BOOT_LABEL: &str = "dockerlab.boot";
const MACHINE_LABEL: &str = "dockerlab.machine";
const FOLDER_LABEL: &str = "dockerlab.folder";

/// Labels of a container.
pub type Labels = Vec<(String, String)>;

/// What is known of the run that a container belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is over, and the container is nobody's.
    Dead,
    /// It goes on.
    Alive,
    /// It cannot be known from here.
    Unknown,
}

/// The labels of a container of a run; a run that could not be marked as going on has no id.
pub fn labels(progress: &Progress, place: &Place, task: &str, run: Option<&str>) -> Labels {
    let mut labels = vec![
        (WORKSPACE_LABEL.to_owned(), progress.workspace.clone()),
        (TASK_LABEL.to_owned(), task.to_owned()),
    ];
    labels.extend(run.map(|run| (RUN_LABEL.to_owned(), run.to_owned())));
    labels.extend(place_labels(place));
    labels
}

/// The labels that tell where something was started.
pub fn place_labels(place: &Place) -> impl Iterator<Item = (String, String)> {
    [
        (BOOT_LABEL, &place.boot),
        (MACHINE_LABEL, &place.machine),
        (FOLDER_LABEL, &place.folder),
    ]
    .map(|(label, value)| (label.to_owned(), value.clone()))
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
}

/// Whether labels say that something was started in this folder of this machine.
pub fn is_from(labels: &[(String, String)], place: &Place) -> bool {
    let place_of = place_of(labels);
    let is = |a: &str, b: &str| !a.is_empty() && a == b;
    is(&place_of.folder, &place.folder) && (is(&place_of.boot, &place.boot) || is(&place_of.machine, &place.machine))
}

/// The workspace's containers, each with what is known of its run.
///
/// # Errors
/// When the engine fails.
pub fn of_workspace(
    engine: &dyn Engine,
    workspace: &Workspace,
    place: &Place,
    progress: &Progress,
) -> Result<Vec<(ContainerFacts, Fate)>, Error> {
    let mut found = engine.labelled(WORKSPACE_LABEL, Some(&progress.workspace))?;
    let mut fates: Vec<Fate> = found
        .iter()
        .map(|container| {
            Fate::of(&container.labels, container.running, place, |run| {
                workspace.is_running(run)
            })
        })
        .collect();
    // Another machine's workspace at the same path had the same id: dead is what has the file of its run here.
    if let Some(former) = former_id(progress, workspace) {
        let earlier = engine.labelled(WORKSPACE_LABEL, Some(former))?;
        let mut died = BTreeMap::new();
        for container in &earlier {
            let run = label(&container.labels, RUN_LABEL);
            let is_dead = *died.entry(run).or_insert_with(|| workspace.has_died(run));
            fates.push(if is_dead { Fate::Dead } else { Fate::Unknown });
        }
        found.extend(earlier);
        workspace.sweep_earlier_runs();
    }
    Ok(found.into_iter().zip(fates).collect())
}

impl Fate {
    /// What a container's labels say of its run.
    ///
    /// - A run of this folder under this kernel holds a lock that can be asked for.
    /// - One of this folder on this machine before it was started again is dead; where only the machine's id says so,
    ///   a container that runs may be that of a copy of the machine.
    /// - Of every other run nothing is known: it is another copy of the workspace, or on another machine.
    pub fn of(
        labels: &[(String, String)],
        container_runs: bool,
        here: &Place,
        holds_lock: impl FnOnce(&str) -> bool,
    ) -> Self {
        let from = place_of(labels);
        let run = label(labels, RUN_LABEL);
        let is = |a: &str, b: &str| !a.is_empty() && a == b;
        if run.is_empty() || !is_from(labels, here) {
            return Self::Unknown;
        }
        let is_same_kernel = if here.boot.is_empty() {
            from.boot.is_empty()
        } else {
            is(&from.boot, &here.boot)
        };
        if is_same_kernel {
            return if holds_lock(run) { Self::Alive } else { Self::Dead };
        }
        if container_runs { Self::Unknown } else { Self::Dead }
    }
}

fn label<'a>(labels: &'a [(String, String)], name: &str) -> &'a str {
    labels
        .iter()
        .find(|(label, _)| label == name)
        .map_or("", |(_, value)| value)
}

fn place_of(labels: &[(String, String)]) -> Place {
    Place {
        boot: label(labels, BOOT_LABEL).to_owned(),
        machine: label(labels, MACHINE_LABEL).to_owned(),
        folder: label(labels, FOLDER_LABEL).to_owned(),
    }
}

/// The id that an older program gave this workspace: a hash of its path. None in a copy at another path.
pub fn former_id<'a>(progress: &'a Progress, workspace: &Workspace) -> Option<&'a str> {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    workspace.root().hash(&mut hasher);
    let of_path = format!("{:016x}", hasher.finish());
    progress
        .former_workspace
        .as_deref()
        .filter(|former| of_path.get(..12) == Some(*former))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(boot: &str, machine: &str, folder: &str) -> Place {
        Place {
            boot: boot.to_owned(),
            machine: machine.to_owned(),
            folder: folder.to_owned(),
        }
    }

    #[test]
    fn a_container_is_dead_only_where_that_can_be_known() {
        let here = place("boot", "machine", "folder");
        let no_boot = place("", "machine", "folder");
        // Where this is; where the container is from; whether it runs; whether its run holds its lock; what follows.
        let cases = [
            (&here, place("boot", "machine", "folder"), true, true, Fate::Alive),
            (&here, place("boot", "machine", "folder"), true, false, Fate::Dead),
            // A container on this machine that mounts the same folder has no machine id, or one of its own.
            (&here, place("boot", "", "folder"), true, true, Fate::Alive),
            (&here, place("boot", "other", "folder"), true, false, Fate::Dead),
            // A copy of the workspace.
            (&here, place("boot", "machine", "copy"), true, false, Fate::Unknown),
            (&here, place("boot", "machine", "copy"), false, false, Fate::Unknown),
            // Another machine with the engine in common.
            (&here, place("other", "other", "folder"), true, false, Fate::Unknown),
            (&here, place("other", "other", "folder"), false, false, Fate::Unknown),
            // This machine before it was started again; or a copy of it.
            (&here, place("before", "machine", "folder"), false, false, Fate::Dead),
            (&here, place("before", "machine", "folder"), true, false, Fate::Unknown),
            // A system that does not tell its boots apart.
            (&no_boot, place("", "machine", "folder"), true, true, Fate::Alive),
            (&no_boot, place("", "machine", "folder"), true, false, Fate::Dead),
            (&no_boot, place("", "other", "folder"), true, false, Fate::Unknown),
            (&no_boot, place("boot", "machine", "folder"), true, false, Fate::Unknown),
            (&place("", "", ""), place("", "", ""), true, false, Fate::Unknown),
        ];
        for (here, from, runs, locked, fate) in cases {
            let labels = labels(&Progress::new("w".to_owned()), &from, "1", Some("r-1"));
            assert_eq!(Fate::of(&labels, runs, here, |_| locked), fate, "{here:?} {from:?}");
        }
        let unmarked = labels(&Progress::new("w".to_owned()), &here, "1", None);
        assert_eq!(Fate::of(&unmarked, true, &here, |_| false), Fate::Unknown);
    }
}

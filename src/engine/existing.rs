//! Containers that are there already: the learner's own, which are only looked at, and ours.

use std::collections::BTreeSet;

use bollard::query_parameters::RemoveContainerOptionsBuilder;

use super::{
    container_answers::{Change, Inspected, Listed},
    docker::DockerEngine,
    errors::{is_missing, status},
    image::check_name,
    port::{ContainerFacts, REGISTRY_LABEL, WORKSPACE_LABEL},
    requests::encode,
    setup::setup,
    text::clean_line,
};
use crate::error::Error;

/// Changed paths that are kept.
const MOST_CHANGES: usize = 200;
/// Containers that are looked at.
const MOST_CONTAINERS: usize = 500;
/// What our labels start with.
const OURS: &str = "dockerlab.";

/// The containers that were made from one of these images, oldest first.
///
/// The engine's `ancestor` filter does not do: it also finds containers of images built on these.
pub(super) async fn containers_of(
    engine: &DockerEngine,
    images: &[String],
    files: &BTreeSet<String>,
) -> Result<Vec<ContainerFacts>, Error> {
    let mut found = Vec::new();
    for summary in list(engine, "").await? {
        if images.iter().any(|id| same_id(summary.image_id.as_deref(), id)) {
            let mut facts = facts(&summary);
            facts.changed = changes(engine, &facts.id).await?;
            facts.setup = setup(engine, &facts.id, files).await?;
            found.push(facts);
        }
    }
    Ok(found)
}

/// The containers that carry a label, oldest first. Their changes are not looked at.
pub(super) async fn labelled(
    engine: &DockerEngine,
    label: &str,
    value: Option<&str>,
) -> Result<Vec<ContainerFacts>, Error> {
    let wanted = value.map_or_else(|| label.to_owned(), |value| format!("{label}={value}"));
    let filters = serde_json::json!({ "label": [wanted] }).to_string();
    let query = format!("&filters={}", encode(&filters));
    Ok(list(engine, &query).await?.iter().map(facts).collect())
}

async fn list(engine: &DockerEngine, query: &str) -> Result<Vec<Listed>, Error> {
    let what = say!("cannot list the containers");
    let answer: Result<Vec<Listed>, _> = engine.get(what, &format!("/containers/json?all=1{query}")).await?;
    let mut containers = answer.map_err(|refusal| engine.refused(what, &refusal))?;
    // The engine lists the youngest first.
    containers.truncate(MOST_CONTAINERS);
    containers.sort_by(|one, other| (one.created, &one.id).cmp(&(other.created, &other.id)));
    Ok(containers)
}

/// Whether a list's image id is this one: Podman leaves the algorithm out.
fn same_id(listed: Option<&str>, id: &str) -> bool {
    let bare = |id: &str| id.strip_prefix("sha256:").unwrap_or(id).to_owned();
    listed.is_some_and(|listed| bare(listed) == bare(id))
}

fn facts(summary: &Listed) -> ContainerFacts {
    let mut labels: Vec<(String, String)> = summary
        .labels
        .iter()
        .flatten()
        .filter(|(key, _)| key.starts_with(OURS))
        .map(|(key, value)| (key.clone(), clean_line(value.as_bytes())))
        .collect();
    labels.sort();
    ContainerFacts {
        id: summary.id.clone(),
        name: summary
            .names
            .iter()
            .flatten()
            .next()
            .map(|name| name.trim_start_matches('/').to_owned())
            .unwrap_or_default(),
        image: summary.image_id.clone().unwrap_or_default(),
        image_name: summary.image.clone().unwrap_or_default(),
        created: summary.created,
        running: summary.is_running(),
        labels,
        changed: Vec::new(),
        setup: None,
    }
}

/// Returns the paths that a container added or changed; nothing when the engine does not tell.
pub(super) async fn changes(engine: &DockerEngine, id: &str) -> Result<Vec<String>, Error> {
    let what = say!("cannot see what a container changed");
    let path = format!("/containers/{id}/changes");
    // Storage may be unable to tell (500).
    let changes = engine.or_nothing(what, engine.get::<Option<Vec<Change>>>(what, &path).await?)?;
    Ok(changed_paths(changes.flatten().unwrap_or_default()))
}

/// Added paths first, then modified ones, each sorted. Kinds: 0 modified, 1 added, 2 deleted (the engine's API).
fn changed_paths(mut changes: Vec<Change>) -> Vec<String> {
    changes.retain(|change| change.kind != 2);
    changes.sort_by(|one, other| {
        let modified = |change: &Change| change.kind != 1;
        (modified(one), &one.path).cmp(&(modified(other), &other.path))
    });
    changes.truncate(MOST_CHANGES);
    changes
        .into_iter()
        .map(|change| clean_line(change.path.as_bytes()))
        .collect()
}

/// Removes a container of ours; refuses any other.
pub(super) async fn remove_container(engine: &DockerEngine, id: &str) -> Result<(), Error> {
    check_name(id)?;
    let what = say!("cannot remove the container `{id}`"; id);
    let path = format!("/containers/{id}/json");
    let found = match engine.get::<Inspected>(&what, &path).await? {
        Ok(found) => found,
        Err(refusal) if is_missing(&refusal) => return Ok(()),
        Err(refusal) => return Err(engine.refused(&what, &refusal)),
    };
    let labels = found.config.labels.unwrap_or_default();
    if ![WORKSPACE_LABEL, REGISTRY_LABEL]
        .iter()
        .any(|label| labels.contains_key(*label))
    {
        return Err(
            Error::usage(say!("the container `{id}` was not created by dockerlab, so it is left alone"; id))
                .help(say!("remove it with `docker rm --force {id}`"; id)),
        );
    }
    let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
    // By its full id: a name could have gone to another container since it was looked at.
    let full = if found.id.is_empty() { id } else { &found.id };
    match engine
        .try_ask(&what, engine.docker.remove_container(full, Some(options)))
        .await?
    {
        Ok(()) => Ok(()),
        // 409: it is being removed already.
        Err(refusal) if matches!(status(&refusal), Some(404 | 409)) => Ok(()),
        Err(refusal) => Err(engine.refused(&what, &refusal)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn podman_leaves_the_algorithm_out() {
        assert!(same_id(Some("ab"), "sha256:ab") && same_id(Some("sha256:ab"), "sha256:ab"));
        assert!(!same_id(Some("sha256:a"), "sha256:ab") && !same_id(None, "sha256:ab"));
    }

    #[test]
    fn added_paths_come_first() {
        let change = |path: &str, kind| Change {
            path: path.to_owned(),
            kind,
        };
        let mut changes = vec![
            change("/etc", 0),
            change("/b", 1),
            change("/a\u{1b}[31m", 1),
            change("/gone", 2),
        ];
        assert_eq!(changed_paths(changes.clone()), ["/a", "/b", "/etc"]);
        changes.extend((0..500).map(|number| change(&format!("/n{number}"), 1)));
        assert_eq!(changed_paths(changes).len(), MOST_CHANGES);
    }
}

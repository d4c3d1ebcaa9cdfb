//! What is kept of an image that was read: the pure half of gathering evidence.

use crate::{
    check::{
        criteria::Paths,
        evidence::{FoundPath, ImageEvidence, LayerEvidence, LayerMatches, PathEvidence, RecommendedPackage},
        probe::Probes,
    },
    dockerfile::Glob,
    image::{self, EntryKind, Image, Tree},
};

/// What is kept of an image's layers; `workdir` is its WORKDIR, `own` the first layer that its base has not.
pub fn image_evidence(workdir: &str, own: usize, read: &Image, probes: &Probes) -> ImageEvidence {
    let tree = Tree::merge(&read.layers);
    let kept = |path: &str, up_to: usize| -> Option<String> {
        let layer = read
            .layers
            .iter()
            .take(up_to)
            .rev()
            .find(|layer| layer.kept.contains_key(path))?;
        Some(String::from_utf8_lossy(layer.kept.get(path)?).into_owned())
    };
    let all = read.layers.len();
    let after = kept("var/lib/dpkg/status", all).map(|text| image::installed(&text));
    let before = kept("var/lib/dpkg/status", own)
        .map(|text| image::installed(&text))
        .unwrap_or_default();
    let auto = kept("var/lib/apt/extended_states", all)
        .map(|text| image::auto_installed(&text))
        .unwrap_or_default();
    let commands = kept("var/log/apt/history.log", all)
        .map(|text| image::apt_commands(&text))
        .unwrap_or_default();
    let python = image::python_packages(&tree);
    let mut evidence = ImageEvidence {
        recommended: after.as_ref().map(|after| {
            image::recommended_only(&before, after, &auto)
                .into_iter()
                .take(200)
                .map(|found| RecommendedPackage {
                    installed_by: commands
                        .get(&found.name)
                        .map(|command| command.chars().filter(|c| !c.is_control()).take(500).collect()),
                    name: found.name,
                    by: found.by,
                })
                .collect()
        }),
        apt: after
            .into_iter()
            .flatten()
            .map(|package| (package.name, package.version))
            .collect(),
        users: kept("etc/passwd", all)
            .map(|text| {
                image::users(&text)
                    .into_iter()
                    .map(|user| (user.name, (user.uid, user.home)))
                    .collect()
            })
            .unwrap_or_default(),
        ..ImageEvidence::default()
    };
    for package in &python {
        let versions = evidence.python.entry(package.name.clone()).or_default();
        if !versions.contains(&package.version) {
            versions.push(package.version.clone());
        }
    }
    let mut status = None;
    for layer in &read.layers {
        let changes_apt = layer
            .kept
            .get("var/lib/dpkg/status")
            .is_some_and(|text| status.replace(text) != Some(text));
        let adds_python = layer
            .entries
            .iter()
            .filter(|entry| entry.path.ends_with(".dist-info/METADATA"))
            .count();
        evidence.layers.push(LayerEvidence {
            diff_id: layer.diff_id.clone(),
            bytes: layer.bytes,
            created_by: layer.created_by.chars().take(4000).collect(),
            changes_apt,
            adds_python,
        });
    }
    for pattern in &probes.paths {
        evidence
            .paths
            .insert(pattern.clone(), paths(pattern, workdir, read, &tree, own));
    }
    evidence
}

/// What matches a pattern: in the merged tree, and in each layer of the image's own.
fn paths(pattern: &str, workdir: &str, read: &Image, tree: &Tree, own: usize) -> PathEvidence {
    let mut found = PathEvidence::default();
    // The pattern was checked when the course was read.
    let Ok(glob) = Glob::new(&Paths::in_workdir(pattern, workdir)) else {
        return found;
    };
    for (path, node) in tree.iter().filter(|(path, _)| glob.matches(path)) {
        found.final_count += 1;
        found.final_bytes += node.size;
        if found.in_final.len() < 20 {
            found.in_final.push(FoundPath {
                path: path.to_owned(),
                mode: node.mode,
                uid: node.uid,
                gid: node.gid,
                directory: node.kind == EntryKind::Directory,
            });
        }
    }
    for (index, layer) in read.layers.iter().enumerate().skip(own) {
        let mut matches = LayerMatches {
            layer: index,
            ..LayerMatches::default()
        };
        for entry in layer
            .entries
            .iter()
            .filter(|entry| entry.kind == EntryKind::File && glob.matches(&entry.path))
        {
            matches.count += 1;
            matches.bytes += entry.size;
            if matches.examples.len() < 3 {
                matches.examples.push(entry.path.clone());
            }
        }
        if matches.count > 0 {
            found.in_layers.push(matches);
        }
    }
    found
}

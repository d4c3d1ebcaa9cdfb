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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::{Entry, Layer};

    fn layer(files: &[(&str, u64)], kept: &[(&str, &str)]) -> Layer {
        let entry = |(path, size): &(&str, u64)| Entry {
            path: (*path).to_owned(),
            kind: EntryKind::File,
            size: *size,
            mode: 0o644,
            uid: 0,
            gid: 0,
        };
        Layer {
            entries: files.iter().map(entry).collect(),
            bytes: files.iter().map(|(_, size)| size).sum(),
            kept: kept
                .iter()
                .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
                .collect(),
            ..Layer::default()
        }
    }

    fn read(layers: Vec<Layer>) -> Image {
        Image {
            config: image::Config::default(),
            layers,
        }
    }

    fn probes(patterns: &[&str]) -> Probes {
        Probes {
            paths: patterns.iter().map(|pattern| (*pattern).to_owned()).collect(),
            ..Probes::default()
        }
    }

    #[test]
    fn files_of_the_base_are_in_the_image_and_in_no_layer_of_its_own() {
        let base = layer(&[("var/cache/a", 5)], &[]);
        let own = layer(&[("var/cache/b", 7), ("srv/main", 1)], &[]);
        let found = image_evidence(
            "/srv",
            1,
            &read(vec![base, own]),
            &probes(&["/var/cache/*", "{workdir}/main"]),
        );
        let cache = &found.paths["/var/cache/*"];
        assert_eq!((cache.final_count, cache.final_bytes), (2, 12));
        let own: Vec<(usize, u64, &[String])> = cache
            .in_layers
            .iter()
            .map(|one| (one.layer, one.bytes, one.examples.as_slice()))
            .collect();
        assert_eq!(own, [(1, 7, &["var/cache/b".to_owned()][..])]);

        assert_eq!(found.paths["{workdir}/main"].in_final[0].path, "srv/main");
    }

    #[test]
    fn layers_tell_whether_they_changed_packages() {
        let status = |names: &[&str]| -> String {
            names
                .iter()
                .map(|name| ["Package: ", name, "\nStatus: install ok installed\nVersion: 1\n\n"].concat())
                .collect()
        };
        let dpkg = |names: &[&str]| status(names);
        let (one, two) = (dpkg(&["a"]), dpkg(&["a", "b"]));
        let path = "var/lib/dpkg/status";
        let layers = vec![
            layer(&[(path, 1)], &[(path, &one)]),
            layer(&[(path, 1)], &[(path, &two)]),
            // Written again, with nothing new in it.
            layer(&[(path, 1)], &[(path, &two)]),
            layer(&[("usr/lib/python3/x-1.dist-info/METADATA", 1)], &[]),
        ];
        let found = image_evidence("/", 1, &read(layers), &probes(&[]));
        let changes: Vec<(bool, usize)> = found
            .layers
            .iter()
            .map(|layer| (layer.changes_apt, layer.adds_python))
            .collect();
        assert_eq!(changes, [(true, 0), (true, 0), (false, 0), (false, 1)]);
        assert_eq!(found.apt.keys().collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn a_package_that_is_only_recommended_is_told_with_the_command_that_brought_it() {
        let package =
            |name: &str, more: &str| format!("Package: {name}\nStatus: install ok installed\nVersion: 1\n{more}\n");
        let before = package("base", "");
        let after = before.clone()
            + &package("gcc", "Pre-Depends: libc\nRecommends: make\n")
            + &package("libc", "")
            + &package("make", "");
        let auto = "Package: make\nAuto-Installed: 1\n\nPackage: libc\nAuto-Installed: 1\n";
        let log = "\nCommandline: apt-get install gcc\nInstall: gcc:amd64 (1), libc:amd64 (1, automatic), make:amd64 (1, automatic)\n";
        let status = "var/lib/dpkg/status";
        let layers = vec![
            layer(&[(status, 1)], &[(status, &before)]),
            layer(
                &[(status, 1)],
                &[
                    (status, &after),
                    ("var/lib/apt/extended_states", auto),
                    ("var/log/apt/history.log", log),
                ],
            ),
        ];
        let found = image_evidence("/", 1, &read(layers), &probes(&[]));
        let told: Vec<(&str, Option<&str>)> = found
            .recommended
            .iter()
            .flatten()
            .map(|one| (one.name.as_str(), one.installed_by.as_deref()))
            .collect();
        assert_eq!(told, [("make", Some("apt-get install gcc"))]);
    }

    #[test]
    fn without_a_package_database_nothing_is_claimed() {
        let found = image_evidence("/", 0, &read(vec![layer(&[("a", 1)], &[])]), &probes(&[]));
        assert!(found.recommended.is_none() && found.apt.is_empty() && found.users.is_empty());
    }
}

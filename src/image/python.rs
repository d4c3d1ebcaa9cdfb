//! Python distributions, by the folders that installers leave (`NAME-VERSION.dist-info`, `.egg-info`).

use crate::image::tree::Tree;

/// An installed distribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PythonPackage {
    /// Its name as the index compares it: lower case, dashes (PEP 503).
    pub name: String,
    /// Its version.
    pub version: String,
    /// The folder that it is installed in.
    pub location: String,
    /// The layer that brought it.
    pub layer: usize,
}

/// The distributions in a file system.
pub fn python_packages(tree: &Tree) -> Vec<PythonPackage> {
    let mut found = Vec::new();
    for (path, node) in tree.iter() {
        let Some((location, name)) = distribution(path) else {
            continue;
        };
        let Some((name, version)) = name.split_once('-') else {
            continue;
        };
        // An egg's name may end in the python that it was made for.
        let version = version.split("-py").next().unwrap_or(version);
        let mut normal = String::with_capacity(name.len());
        for c in name.chars() {
            if matches!(c, '-' | '_' | '.') {
                if !normal.ends_with('-') {
                    normal.push('-');
                }
            } else {
                normal.extend(c.to_lowercase());
            }
        }
        found.push(PythonPackage {
            name: normal,
            version: version.to_owned(),
            location: location.to_owned(),
            layer: node.layer,
        });
    }
    found
}

/// The folder and the `NAME-VERSION` of a path that marks a distribution: its METADATA, or an egg's folder or file.
fn distribution(path: &str) -> Option<(&str, &str)> {
    if let Some(folder) = path
        .strip_suffix(".dist-info/METADATA")
        .or_else(|| path.strip_suffix(".egg-info/PKG-INFO"))
    {
        return folder.rsplit_once('/');
    }
    let folder = path.strip_suffix(".egg-info")?;
    let (location, name) = folder.rsplit_once('/')?;
    (location.ends_with("-packages") && name.contains('-')).then_some((location, name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::layer::{Entry, EntryKind, Layer};

    #[test]
    fn distributions_are_found_by_their_marks() {
        let entries = [
            "usr/local/lib/python3.8/site-packages/SQLAlchemy-1.4.36.dist-info/METADATA",
            "usr/local/lib/python3.8/site-packages/SQLAlchemy-1.4.36.dist-info/RECORD",
            "usr/lib/python3/dist-packages/PyGObject-3.42.egg-info",
            "root/.cache/pypoetry/virtualenvs/x-py3.8/lib/python3.8/site-packages/python_dotenv-1.0.dist-info/METADATA",
        ]
        .iter()
        .map(|path| Entry {
            path: (*path).to_owned(),
            kind: EntryKind::File,
            size: 1,
            mode: 0o644,
            uid: 0,
            gid: 0,
        })
        .collect();
        let layer = Layer {
            entries,
            ..Layer::default()
        };
        let found = python_packages(&Tree::merge(&[layer]));
        let mut names: Vec<(&str, &str)> = found
            .iter()
            .map(|found| (found.name.as_str(), found.version.as_str()))
            .collect();
        names.sort_unstable();
        assert_eq!(
            names,
            [
                ("pygobject", "3.42"),
                ("python-dotenv", "1.0"),
                ("sqlalchemy", "1.4.36")
            ]
        );
    }
}

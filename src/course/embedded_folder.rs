//! Reading folders that are built into the program.

use std::borrow::Cow;

use include_dir::Dir;

/// The files below a folder of an embedded one, by their paths below it.
pub(super) fn below(folder: Option<&Dir<'static>>, name: &str) -> Vec<(String, Cow<'static, [u8]>)> {
    let Some(found) = folder.and_then(|folder| folder.get_dir(folder.path().join(name))) else {
        return Vec::new();
    };
    let relative = |path: &str| {
        let folder = found.path().to_str()?.replace('\\', "/");
        Some(path.strip_prefix(folder.as_str())?.strip_prefix('/')?.to_owned())
    };
    files(found)
        .into_iter()
        .filter_map(|(path, bytes)| Some((relative(&path)?, bytes)))
        .collect()
}

/// All files below an embedded folder, sorted by their paths in what is embedded.
pub(super) fn files(dir: &Dir<'static>) -> Vec<(String, Cow<'static, [u8]>)> {
    let mut found = Vec::new();
    let mut folders = vec![dir.clone()];
    while let Some(folder) = folders.pop() {
        folders.extend(folder.dirs().cloned());
        for file in folder.files() {
            if let Some(path) = file.path().to_str() {
                found.push((path.replace('\\', "/"), Cow::Borrowed(file.contents())));
            }
        }
    }
    found.sort();
    found
}

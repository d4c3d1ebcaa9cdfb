//! Reading a folder of proofs.

use std::path::Path;

use crate::{error::Error, proof::ProofFile};

/// How large one of its files may be, in bytes.
const FILE_LIMIT: u64 = 8 * 1024 * 1024;

/// Every file below the folder, links not followed.
///
/// # Errors
/// When the folder or a file in it cannot be read, or a file is larger than 8 MiB.
pub fn proofs_from(folder: &Path) -> Result<Vec<ProofFile>, Error> {
    let mut found = Vec::new();
    let mut folders = vec![(folder.to_path_buf(), String::new())];
    let told = |error: std::io::Error| Error::io(say!("cannot read the proofs in `{}`", folder.display())).cause(error);
    while let Some((folder, prefix)) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(told)? {
            let entry = entry.map_err(told)?;
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type().map_err(told)?;
            if kind.is_dir() {
                folders.push((entry.path(), format!("{path}/")));
            } else if kind.is_file() {
                if entry.metadata().map_err(told)?.len() > FILE_LIMIT {
                    return Err(Error::usage(say!("the proof `{path}` is larger than 8 MiB"; path)));
                }
                let bytes = std::fs::read(entry.path()).map_err(told)?;
                found.push(ProofFile { path, bytes });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

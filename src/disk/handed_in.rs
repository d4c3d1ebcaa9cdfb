//! A learner's record as it was handed in: only read, and only believed where its seal holds.

use std::path::Path;

use crate::{
    disk::state::{self, Seal},
    progress::{Progress, STATE_VERSION},
};

/// The record in a folder that was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandedIn {
    /// There is none, or one of before there were seals.
    Nothing,
    /// There is one that dockerlab did not write so, or that cannot be read.
    Edited,
    /// As dockerlab wrote it.
    Whole {
        /// What it says.
        progress: Box<Progress>,
        /// Its seal, which tells it from every other.
        seal: String,
    },
}

/// Reads the record in a folder; nothing is written or moved, whatever it is.
pub fn record_in(folder: &Path) -> HandedIn {
    let ours = folder.join(".dockerlab");
    let is_folder = ours.symlink_metadata().is_ok_and(|about| about.is_dir());
    if !is_folder || !ours.join(state::STATE_FILE).exists() {
        return HandedIn::Nothing;
    }
    match state::record(&ours) {
        (Some(progress), Seal::Holds(seal)) if progress.version == STATE_VERSION && !progress.edited => {
            HandedIn::Whole {
                progress: Box::new(progress),
                seal,
            }
        }
        (_, Seal::NotYet) => HandedIn::Nothing,
        _ => HandedIn::Edited,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        disk::{Workspace, atomic_write::write},
        interrupt::Interrupt,
    };

    #[test]
    fn a_record_is_believed_as_dockerlab_wrote_it_and_never_touched() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(record_in(dir.path()), HandedIn::Nothing);
        let workspace = Workspace::make(dir.path()).unwrap();
        assert_eq!(record_in(dir.path()), HandedIn::Nothing);
        let mut progress = Progress::new("w".to_owned());
        let lock = workspace.lock(&Interrupt::default()).unwrap();
        workspace.save(&progress, &lock).unwrap();
        assert!(matches!(record_in(dir.path()), HandedIn::Whole { progress: read, .. } if *read == progress));
        let file = dir.path().join(".dockerlab/state.json");
        let text = std::fs::read_to_string(&file).unwrap();
        for damage in [
            "",
            "{",
            "[]",
            &text.replace("\"w\"", "\"x\""),
            &text.replace("\"seal\"", "\"sea1\""),
        ] {
            write(&file, damage.as_bytes()).unwrap();
            assert_eq!(record_in(dir.path()), HandedIn::Edited, "{damage}");
            assert_eq!(std::fs::read_to_string(&file).unwrap(), damage);
        }
        write(&file, br#"{"version":2,"workspace":"x"}"#).unwrap();
        assert_eq!(record_in(dir.path()), HandedIn::Edited);
        std::fs::remove_file(dir.path().join(".dockerlab/key")).unwrap();
        assert_eq!(record_in(dir.path()), HandedIn::Nothing);
        // One that was edited and then saved by dockerlab remembers it.
        progress.edited = true;
        workspace.save(&progress, &lock).unwrap();
        assert_eq!(record_in(dir.path()), HandedIn::Edited);
    }
}

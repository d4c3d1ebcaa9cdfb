//! Embedded folders are read at compile time: a new file in them has to start a build. What reads images is hashed:
//! an analysis that another version of it kept must not be taken for this one's.

use std::{fs, path::Path};

fn main() {
    println!("cargo:rerun-if-changed=lessons");
    println!("cargo:rerun-if-changed=templates");
    let mut hash = 0xcbf2_9ce4_8422_2325;
    for source in [
        "src/image",
        "src/commands/gather.rs",
        "src/check/evidence.rs",
        "src/dockerfile/pattern.rs",
    ] {
        println!("cargo:rerun-if-changed={source}");
        add(Path::new(source), &mut hash);
    }
    println!("cargo:rustc-env=DOCKERLAB_ANALYSIS={hash:016x}");
}

/// Adds a file, or all files of a folder in their order, to an FNV-1a hash.
fn add(path: &Path, hash: &mut u64) {
    if path.is_dir() {
        let mut entries: Vec<_> = fs::read_dir(path)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .collect();
        entries.sort();
        for entry in entries {
            add(&entry, hash);
        }
    } else {
        for byte in fs::read(path).unwrap_or_default() {
            *hash = (*hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

//! Embedded folders are read at compile time: a new file in them has to start a build. All code is hashed, and the
//! versions of the crates that it uses: an analysis of an image that other code kept must not be taken for this one's.
//! The table of lint rules is the list of their files.

#![expect(
    clippy::disallowed_methods,
    reason = "a build script is told where to write by the environment"
)]

use std::{fmt::Write as _, fs, path::Path};

fn main() {
    println!("cargo:rerun-if-changed=lessons");
    println!("cargo:rerun-if-changed=courses");
    println!("cargo:rerun-if-changed=templates");
    println!("cargo:rerun-if-changed=src");
    println!("cargo:rerun-if-changed=Cargo.lock");
    let mut hash = 0xcbf2_9ce4_8422_2325;
    add(Path::new("src"), &mut hash);
    add(Path::new("Cargo.lock"), &mut hash);
    rules(Path::new("src/lint/rules"));
    println!("cargo:rustc-env=DOCKERLAB_CODE={hash:016x}");
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

/// Writes the modules and the tables of rules: each file of the folder is one rule.
fn rules(folder: &Path) {
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut names: Vec<String> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(".rs")?.to_owned()))
        .collect();
    // hadolint's, BuildKit's, ours.
    let family = |name: &str| {
        let is_numbered = |prefix: &str| {
            name.strip_prefix(prefix)
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        };
        (!is_numbered("dl"), is_numbered("lab"))
    };
    names.sort_by(|a, b| (family(a), a).cmp(&(family(b), b)));
    let root = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let (mut modules, mut all, mut sources) = (String::new(), String::new(), String::new());
    for name in &names {
        let path = format!("{root}/{}/{name}.rs", folder.display());
        // Writing to a text does not fail.
        let _ = writeln!(modules, "#[path = {path:?}]\nmod {name};");
        let _ = writeln!(all, "    {name}::RULE,");
        let _ = writeln!(sources, "    include_str!({path:?}),");
    }
    let count = names.len();
    let text = format!(
        "{modules}\npub(super) static ALL: [Rule; {count}] = [\n{all}];\n\
         pub(super) static SOURCES: [&str; {count}] = [\n{sources}];\n"
    );
    let out = std::env::var("OUT_DIR").unwrap_or_default();
    if fs::write(Path::new(&out).join("rules.rs"), text).is_err() {
        println!("cargo:warning=the table of rules cannot be written");
    }
}

//! A copy of the project with mutations in it, all of them asleep.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::find::Mutation;

/// A mutation in the copy.
pub struct Planted {
    /// From 1.
    pub id: usize,
    pub mutation: Mutation,
    /// The lines that it takes in the copy's file, from 1.
    pub lines: std::ops::RangeInclusive<usize>,
}

pub struct Copy {
    pub root: PathBuf,
}

impl Copy {
    /// A copy of what git knows of the project, as it is in the folder now. Files that are the same already stay, so
    /// that they are not compiled again.
    pub fn new(project: &Path, root: PathBuf) -> Self {
        fs::create_dir_all(&root).unwrap();
        let listed = Command::new("git")
            .args(["ls-files", "-z"])
            .current_dir(project)
            .output()
            .unwrap();
        assert!(listed.status.success(), "git ls-files failed");
        for name in String::from_utf8(listed.stdout).unwrap().split_terminator('\0') {
            let (from, to) = (project.join(name), root.join(name));
            if from.symlink_metadata().is_ok_and(|is| is.is_file()) {
                put(&to, &fs::read(&from).unwrap());
                fs::set_permissions(&to, from.metadata().unwrap().permissions()).unwrap();
            } else if let Ok(target) = fs::read_link(&from) {
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                let _ = fs::remove_file(&to);
                std::os::unix::fs::symlink(target, &to).unwrap();
            }
        }
        let copy = Self { root };
        let lib = copy.root.join("src/lib.rs");
        let text = fs::read_to_string(&lib).unwrap();
        let module = "#[allow(warnings)]\npub mod mutants;\npub mod build_context;";
        assert!(text.contains("pub mod build_context;"), "src/lib.rs has changed");
        if !text.contains(module) {
            fs::write(lib, text.replacen("pub mod build_context;", module, 1)).unwrap();
        }
        put(
            &copy.root.join("src/mutants.rs"),
            format!(
                "//! Tells which mutation is awake.\n\npub fn is_on(id: u32) -> bool {{\n    static ON: \
                 std::sync::LazyLock<u32> = std::sync::LazyLock::new(|| \
                 std::fs::read_to_string({:?}).ok().and_then(|id| id.parse().ok()).unwrap_or(0));\n    *ON == id\n}}\n",
                copy.awake()
            )
            .as_bytes(),
        );
        copy.wake(0);
        copy
    }

    /// The file whose number is that of the mutation awake; a file, because tests clear the environment of what they run.
    fn awake(&self) -> PathBuf {
        self.root.join("awake")
    }

    /// Wakes one mutation; 0 wakes none.
    pub fn wake(&self, id: usize) {
        fs::write(self.awake(), id.to_string()).unwrap();
    }

    /// Writes the mutations into the sources, which `originals` says how to read again, and says where they are.
    pub fn plant(&self, project: &Path, drawn: &[Mutation]) -> Vec<Planted> {
        let mut planted: Vec<Planted> = Vec::new();
        let mut files: Vec<&PathBuf> = drawn.iter().map(|one| &one.file).collect();
        files.sort();
        files.dedup();
        for file in files {
            let source = fs::read_to_string(file).unwrap();
            let (mut text, mut from) = (String::new(), 0);
            let mut ones: Vec<&Mutation> = drawn.iter().filter(|one| one.file == *file).collect();
            ones.sort_by_key(|one| one.span.start);
            for one in ones {
                let id = planted.len() + 1;
                text.push_str(&source[from..one.span.start]);
                let first = text.matches('\n').count() + 1;
                text.push_str(&one.text.replace("ID", &id.to_string()));
                from = one.span.end;
                planted.push(Planted {
                    id,
                    mutation: one.clone(),
                    lines: first..=text.matches('\n').count() + 1,
                });
            }
            text.push_str(&source[from..]);
            put(&self.root.join(file.strip_prefix(project).unwrap()), text.as_bytes());
        }
        planted
    }
}

/// Writes a file unless it is the same already.
pub fn put(path: &Path, text: &[u8]) {
    if fs::read(path).is_ok_and(|there| there == text) {
        return;
    }
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

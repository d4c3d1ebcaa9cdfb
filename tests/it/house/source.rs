//! What a Rust file refers to, read with a parser: imports however they are grouped or renamed, paths in code, in types
//! and in macros, the macros and the methods that it calls.

use std::collections::{BTreeMap, BTreeSet};

use super::tokens::{Tree, trees};

/// A path, segment by segment; a glob ends in `*`.
pub(super) type Segments = Vec<String>;

/// A file's references.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// Imports: the name in this file, the path as it is written, and whether others may import it from here.
    pub(super) uses: Vec<(String, Segments, bool)>,
    /// Paths of two segments or more, as they are written.
    pub(super) paths: BTreeSet<Segments>,
    /// Names that stand alone.
    names: BTreeSet<String>,
    /// Names of macros.
    pub(super) macros: BTreeSet<String>,
    /// Names of methods that are called.
    pub(super) methods: BTreeSet<String>,
    /// Modules that are files of their own, and whether they are for tests alone.
    pub(super) modules: Vec<(String, bool)>,
    /// Names that are defined at the top.
    pub(super) defined: BTreeSet<String>,
    with_tests: bool,
    /// How many inline modules surround what is being read.
    depth: usize,
}

impl Source {
    /// Reads a file; what is for tests alone only `with_tests`.
    pub(super) fn read(text: &str, with_tests: bool) -> Self {
        let mut source = Self {
            with_tests,
            ..Self::default()
        };
        source.add(&trees(text), true);
        source
    }

    /// A path with the names that this file gives to imports replaced by what they stand for. What starts with a name of
    /// a dependency or of a module stays as it is.
    pub(super) fn resolved(&self, path: &[String]) -> Segments {
        let mut path = path.to_vec();
        // An import may be renamed by another; a circle of them is no program.
        for _ in 0..8 {
            let Some((_, target, _)) = self
                .uses
                .iter()
                .find(|(name, target, _)| *name == path[0] && *target != path && target[0] != path[0])
            else {
                break;
            };
            path.splice(..1, target.iter().cloned());
        }
        path
    }

    /// Every path that the file refers to, imports among them, resolved.
    pub(super) fn references(&self) -> BTreeSet<Segments> {
        let imports = self.uses.iter().map(|(_, path, _)| path);
        imports.chain(&self.paths).map(|path| self.resolved(path)).collect()
    }

    fn uses_name(&self, name: &str) -> bool {
        self.names.contains(name) || self.paths.iter().any(|path| path[0] == name)
    }

    /// A path seen from the file, at an inline module's depth: its outermost `super` is the file itself.
    fn outside(&self, mut path: Segments) -> Segments {
        for _ in 0..self.depth {
            if path.first().is_some_and(|first| first == "super") {
                "self".clone_into(&mut path[0]);
                if path.get(1).is_some_and(|next| next == "super") {
                    path.remove(0);
                }
            }
        }
        path
    }

    /// Adds what tokens refer to; `is_top` where they are the items of the file.
    fn add(&mut self, tokens: &[Tree], is_top: bool) {
        let mut rest = tokens;
        let mut is_for_tests = false;
        let mut is_public = false;
        while let Some((first, behind)) = rest.split_first() {
            rest = behind;
            // An attribute is an instruction to the compiler, not to the program.
            if first.is_sign('#') {
                if rest.first().is_some_and(|next| next.is_sign('!')) {
                    rest = &rest[1..];
                }
                if let Some((attribute, behind)) = rest.split_first().filter(|(next, _)| next.group('[').is_some()) {
                    is_for_tests |= *attribute == trees("[cfg(test)]")[0];
                    rest = behind;
                }
                continue;
            }
            if first.word() == Some("pub") {
                is_public = true;
                if rest.first().is_some_and(|next| next.group('(').is_some()) {
                    rest = &rest[1..];
                }
                continue;
            }
            let is_file = first.word() == Some("mod") && rest.get(1).is_some_and(|next| next.is_sign(';'));
            if is_for_tests && !is_file && !self.with_tests {
                // Up to its end: a semicolon, or what stands in braces.
                let is_end = |tree: &Tree| tree.is_sign(';') || tree.group('{').is_some();
                let end = if is_end(first) {
                    0
                } else {
                    rest.iter().position(is_end).map_or(rest.len(), |at| at + 1)
                };
                rest = &rest[end..];
            } else {
                rest = self.add_item(first, rest, is_top, is_public, is_for_tests);
            }
            is_for_tests = false;
            is_public = false;
        }
    }

    /// Adds what one item or path refers to; gives what stands behind it.
    fn add_item<'a>(
        &mut self,
        first: &Tree,
        rest: &'a [Tree],
        is_top: bool,
        is_public: bool,
        is_for_tests: bool,
    ) -> &'a [Tree] {
        let name = rest.first().and_then(Tree::word);
        match (first, name) {
            (Tree::Group(_, inside), _) => {
                self.add(inside, false);
                rest
            }
            // `use` with a `<` behind it says what a type captures.
            (Tree::Word(word), _) if word == "use" && !rest.first().is_some_and(|next| next.is_sign('<')) => {
                let end = rest.iter().position(|tree| tree.is_sign(';')).unwrap_or(rest.len());
                self.add_use(&rest[..end], &[], is_public);
                &rest[end..]
            }
            (Tree::Word(word), Some("crate")) if word == "extern" => {
                let own = match rest {
                    [_, _, Tree::Word(renamed), Tree::Word(own), ..] if renamed == "as" => own,
                    [_, Tree::Word(own), ..] => own,
                    _ => return rest,
                };
                let target = rest[1].word().unwrap_or_default();
                self.uses.push((own.clone(), vec![target.to_owned()], false));
                &rest[2..]
            }
            (Tree::Word(word), Some(name)) if word == "mod" => {
                if let Some(inside) = rest.get(1).and_then(|tree| tree.group('{')) {
                    self.depth += 1;
                    self.add(inside, false);
                    self.depth -= 1;
                } else {
                    self.modules.push((name.to_owned(), is_for_tests));
                }
                &rest[2..]
            }
            (Tree::Word(word), Some(name))
                if is_top && ["const", "enum", "fn", "static", "struct", "trait", "type"].contains(&word.as_str()) =>
            {
                self.defined.insert(name.to_owned());
                rest
            }
            (Tree::Word(word), _) => self.add_words(word, rest),
            (Tree::Sign('.'), Some(name)) => {
                let is_call = rest
                    .get(1)
                    .is_some_and(|next| next.is_sign(':') || next.group('(').is_some());
                if is_call {
                    self.methods.insert(name.to_owned());
                }
                &rest[1..]
            }
            _ => rest,
        }
    }

    /// Adds a path that begins with a word; gives what stands behind it.
    fn add_words<'a>(&mut self, first: &str, mut rest: &'a [Tree]) -> &'a [Tree] {
        let mut path = vec![first.to_owned()];
        while let [Tree::Sign(':'), Tree::Sign(':'), Tree::Word(next), behind @ ..] = rest {
            path.push(next.clone());
            rest = behind;
        }
        if rest.first().is_some_and(|next| next.is_sign('!')) {
            self.macros.extend(path.last().cloned());
        }
        if path.len() > 1 {
            let path = self.outside(path);
            self.paths.insert(path);
        } else {
            self.names.extend(path);
        }
        rest
    }

    /// Adds the imports of a `use`, groups within groups looked into.
    fn add_use(&mut self, tree: &[Tree], before: &[String], is_public: bool) {
        let mut path = before.to_vec();
        let mut own = None;
        let mut rest = tree.iter();
        while let Some(next) = rest.next() {
            match next {
                Tree::Word(word) if word == "as" => own = rest.next().and_then(Tree::word).map(str::to_owned),
                // In a group, `self` is what stands before it.
                Tree::Word(word) if word == "self" && !path.is_empty() => {}
                Tree::Word(word) => path.push(word.clone()),
                Tree::Sign('*') => path.push("*".to_owned()),
                Tree::Group('{', inside) => {
                    // A comma at the end has nothing behind it.
                    for tree in inside.split(|tree| tree.is_sign(',')).filter(|tree| !tree.is_empty()) {
                        self.add_use(tree, &path, is_public);
                    }
                    return;
                }
                _ => {}
            }
        }
        let Some(last) = path.last().cloned() else { return };
        let path = self.outside(path);
        self.uses.push((own.unwrap_or(last), path, is_public));
    }
}

/// All files of a crate by the modules that they are: `lint::rules`, and an empty path for `lib.rs`.
pub(super) fn module_of(path: &str) -> Segments {
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let path = path.strip_suffix("/mod").unwrap_or(path);
    if path == "lib" || path == "main" {
        return Vec::new();
    }
    path.split('/').map(str::to_owned).collect()
}

/// The files of a crate, and which of them refers to which.
pub(super) struct Crate {
    pub(super) files: BTreeMap<Segments, Source>,
}

impl Crate {
    /// Takes paths below `src`, and texts. What is for tests alone is taken only `with_tests`.
    pub(super) fn read(texts: &[(String, String)], with_tests: bool) -> Self {
        let mut files: BTreeMap<Segments, Source> = texts
            .iter()
            .filter(|(path, _)| path != "main.rs")
            .map(|(path, text)| (module_of(path), Source::read(text, with_tests)))
            .collect();
        if !with_tests {
            let of_tests: Vec<Segments> = files
                .iter()
                .flat_map(|(module, source)| {
                    source
                        .modules
                        .iter()
                        .filter(|(_, is_for_tests)| *is_for_tests)
                        .map(|(name, _)| {
                            let mut path = module.clone();
                            path.push(name.clone());
                            path
                        })
                })
                .collect();
            files.retain(|module, _| !of_tests.iter().any(|tests| module.starts_with(tests)));
        }
        Self { files }
    }

    /// The file that defines what a path names, re-exports followed; none for what is not of this crate.
    pub(super) fn home(&self, from: &[String], path: &[String]) -> Option<Segments> {
        self.home_within(from, path, 16)
    }

    fn home_within(&self, from: &[String], path: &[String], patience: usize) -> Option<Segments> {
        let patience = patience.checked_sub(1)?;
        let mut at = from.to_vec();
        let mut rest = path;
        match path.first()?.as_str() {
            "crate" => {
                at.clear();
                rest = &rest[1..];
            }
            "self" => rest = &rest[1..],
            "super" => {
                while rest.first().is_some_and(|first| first == "super") {
                    at.pop();
                    rest = &rest[1..];
                }
            }
            name => {
                at.push(name.to_owned());
                if !self.files.contains_key(&at) {
                    return None;
                }
                rest = &rest[1..];
            }
        }
        loop {
            let Some((name, behind)) = rest.split_first() else {
                return Some(at);
            };
            let mut child = at.clone();
            child.push(name.clone());
            if self.files.contains_key(&child) {
                at = child;
                rest = behind;
                continue;
            }
            let source = self.files.get(&at)?;
            if source.defined.contains(name) {
                return Some(at);
            }
            for (own, target, _) in &source.uses {
                let mut onwards = target.clone();
                if own == "*" {
                    onwards.pop();
                    onwards.push(name.clone());
                } else if own != name {
                    continue;
                }
                onwards.extend(behind.iter().cloned());
                let home = self.home_within(&at, &onwards, patience);
                if let Some(home) = home
                    && (own != "*" || self.files.get(&home).is_some_and(|home| home.defined.contains(name)))
                {
                    return Some(home);
                }
            }
            return Some(at);
        }
    }

    /// The files that a file refers to. What it only passes on (`pub use`) is not counted: the file that uses it refers
    /// to where it is defined.
    pub(super) fn referred(&self, module: &[String]) -> BTreeSet<Segments> {
        let source = &self.files[module];
        let passed_on: BTreeSet<Segments> = source
            .uses
            .iter()
            .filter(|(name, _, is_public)| *is_public && !source.uses_name(name))
            .map(|(_, path, _)| source.resolved(path))
            .collect();
        source
            .references()
            .difference(&passed_on)
            .filter_map(|path| self.home(module, path))
            .filter(|home| home != module)
            .collect()
    }

    /// Which of these files refers to which other of them.
    pub(super) fn links(&self, files: &[Segments]) -> Vec<(Segments, Segments)> {
        files
            .iter()
            .flat_map(|from| self.referred(from).into_iter().map(|to| (from.clone(), to)))
            .filter(|(_, to)| files.contains(to))
            .collect()
    }

    /// The sets of files that refer to each other in a circle.
    pub(super) fn circles(&self) -> Vec<Vec<Segments>> {
        let referred: BTreeMap<&Segments, BTreeSet<Segments>> = self
            .files
            .keys()
            .map(|module| (module, self.referred(module)))
            .collect();
        let reach = |from: &Segments| {
            let mut seen = BTreeSet::new();
            let mut open = vec![from];
            while let Some(module) = open.pop() {
                for next in &referred[module] {
                    if seen.insert(next) {
                        open.push(next);
                    }
                }
            }
            seen
        };
        let reached: BTreeMap<&Segments, BTreeSet<&Segments>> =
            self.files.keys().map(|module| (module, reach(module))).collect();
        let mut told = BTreeSet::new();
        let mut circles = Vec::new();
        for (module, reaches) in &reached {
            if reaches.contains(*module) && !told.contains(*module) {
                let circle: Vec<Segments> = reaches
                    .iter()
                    .filter(|other| reached[**other].contains(*module))
                    .map(|other| (*other).clone())
                    .collect();
                told.extend(circle.iter().cloned());
                circles.push(circle);
            }
        }
        circles
    }
}

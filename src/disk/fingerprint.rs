//! Whether anything that a check looks at has changed since the last look.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::{
    disk::{context::Context, workspace::Workspace},
    dockerfile::Walk,
};

/// What a Dockerfile and its build context were at one moment, as a number: the texts of the Dockerfile and the ignore
/// file, and the names, sizes, modes and times of all files that are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(u64);

impl Workspace {
    /// The fingerprint now. What cannot be read counts as one more state that it can be in. `without` are files that do
    /// not count, such as the Dockerfiles of other tasks: a check that passes adds the next one.
    pub fn fingerprint(&self, dockerfile: &str, without: &[&str]) -> Fingerprint {
        let mut hasher = DefaultHasher::new();
        match self.read(dockerfile) {
            Ok(source) => source.map(|source| source.text).hash(&mut hasher),
            Err(error) => error.to_string().hash(&mut hasher),
        }
        match Context::scan(self, Some(dockerfile), Walk::BuildKit) {
            Ok(context) => context.hash_to(&mut hasher, without),
            Err(error) => error.to_string().hash(&mut hasher),
        }
        Fingerprint(hasher.finish())
    }
}

//! Names that no task may give to its image: a build would take the tag of an image that others are based on.

use crate::dockerfile::{self, ImageName};

/// Docker Hub's official images that Dockerfiles are most often based on.
const OFFICIAL: &[&str] = &[
    "alpine",
    "amazonlinux",
    "busybox",
    "caddy",
    "composer",
    "debian",
    "eclipse-temurin",
    "elixir",
    "fedora",
    "gcc",
    "golang",
    "gradle",
    "haskell",
    "httpd",
    "julia",
    "mariadb",
    "maven",
    "mongo",
    "mysql",
    "nginx",
    "node",
    "openjdk",
    "perl",
    "php",
    "postgres",
    "pypy",
    "python",
    "r-base",
    "redis",
    "registry",
    "rockylinux",
    "ruby",
    "rust",
    "scratch",
    "swift",
    "tomcat",
    "ubuntu",
];

/// The base image whose repository a name is in; `solutions` are the course's Dockerfiles.
pub(super) fn base_of<'a>(image: &ImageName, solutions: impl Iterator<Item = &'a str>) -> Option<String> {
    let official = OFFICIAL.iter().map(|name| (*name).to_owned());
    let bases = solutions.filter_map(|text| Some(dockerfile::final_image(&dockerfile::parse(text), None)?.base.value));
    official.chain(bases).find(|base| {
        ImageName::parse(base)
            .is_ok_and(|base| (&base.registry, &base.repository) == (&image.registry, &image.repository))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_a_base_image_is_told_however_it_is_written() {
        let solutions = ["FROM ghcr.io/me/base:1 AS a\nRUN x\n", "FROM scratch\n"];
        let base = |name: &str| base_of(&ImageName::parse(name).unwrap(), solutions.into_iter());
        for (name, of) in [
            ("python", "python"),
            ("python:mine", "python"),
            ("docker.io/library/ubuntu:20.04", "ubuntu"),
            ("ghcr.io/me/base:2", "ghcr.io/me/base:1"),
        ] {
            assert_eq!(base(name).as_deref(), Some(of), "{name}");
        }
        for name in ["me/python", "python-app:1", "localhost:5000/python", "ghcr.io/me/app"] {
            assert_eq!(base(name), None, "{name}");
        }
    }
}

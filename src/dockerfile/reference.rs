//! Names of images: `docker.io/library/python:3.8.14-slim@sha256:…`, by the rules of distribution/reference.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An image's name in its parts, spelled out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ImageName {
    /// `docker.io` where none is written.
    pub registry: String,
    /// `library/python` where only `python` is written for Docker Hub.
    pub repository: String,
    /// The tag; `latest` when there is neither tag nor digest, none when there is only a digest.
    pub tag: Option<String>,
    /// The digest: `sha256:…`.
    pub digest: Option<String>,
    /// Whether a tag is written.
    pub is_tagged: bool,
}

impl ImageName {
    /// Takes a name apart.
    ///
    /// # Errors
    /// When it is not a valid image name: a lower-case fragment that says why.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (text, None),
        };
        if digest.is_some_and(|digest| !is_digest(digest)) {
            return Err(say!("its digest is malformed").to_owned());
        }
        let (name, tag) = match rest.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
            _ => (rest, None),
        };
        if tag.is_some_and(|tag| !is_tag(tag)) {
            return Err(say!("its tag is malformed").to_owned());
        }
        let (registry, path) = match name.split_once('/') {
            Some((first, path)) if is_registry(first) => (first, path),
            _ => ("docker.io", name),
        };
        if !registry
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(c))
        {
            return Err(say!("its registry's name is malformed").to_owned());
        }
        if path.is_empty() {
            return Err(say!("it has no name").to_owned());
        }
        if path.chars().any(|c| c.is_ascii_uppercase()) {
            return Err(say!("its name must be in lower case").to_owned());
        }
        if !path.split('/').all(is_component) {
            return Err(say!(
                "its name may contain only lower-case letters and digits, with `.`, `_`, `-` or `/` between them"
            )
            .to_owned());
        }
        if registry.len() + path.len() > 255 {
            return Err(say!("its name is longer than 255 characters").to_owned());
        }
        let is_hub = matches!(registry, "docker.io" | "index.docker.io");
        let repository = if is_hub && !path.contains('/') {
            format!("library/{path}")
        } else {
            path.to_owned()
        };
        Ok(Self {
            registry: if is_hub {
                "docker.io".to_owned()
            } else {
                registry.to_owned()
            },
            repository,
            tag: tag.or(digest.is_none().then_some("latest")).map(str::to_owned),
            digest: digest.map(str::to_owned),
            is_tagged: tag.is_some(),
        })
    }

    /// The name as people write it: without `docker.io/` and `library/`.
    pub fn familiar(&self) -> String {
        let repository = self.bare_repository();
        if self.registry == "docker.io" {
            repository.to_owned()
        } else {
            format!("{}/{}", self.registry, self.repository)
        }
    }

    /// Whether both name the same image: repository and tag, and digests where both have one.
    ///
    /// Ignoring registries, a mirror's `mirror.example/library/ubuntu:20.04` is the same as `ubuntu:20.04`. A name
    /// with nothing but a digest is the same only as one with that digest.
    pub fn same_image(&self, other: &Self, ignoring_registry: bool) -> bool {
        let same_place = if ignoring_registry {
            self.bare_repository() == other.bare_repository()
        } else {
            self.registry == other.registry && self.repository == other.repository
        };
        let same_content = match (&self.digest, &other.digest) {
            (Some(own), Some(others)) => own == others,
            _ => self.tag.is_some() && self.tag == other.tag,
        };
        same_place && same_content
    }

    fn bare_repository(&self) -> &str {
        self.repository.strip_prefix("library/").unwrap_or(&self.repository)
    }
}

impl fmt::Display for ImageName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.familiar())?;
        if let Some(tag) = &self.tag {
            write!(formatter, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(formatter, "@{digest}")?;
        }
        Ok(())
    }
}

/// The first part is a registry when it has a dot or a port, is `localhost`, or has capitals.
fn is_registry(part: &str) -> bool {
    part == "localhost" || part.contains(['.', ':']) || part.chars().any(|c| c.is_ascii_uppercase())
}

fn is_tag(tag: &str) -> bool {
    !tag.is_empty()
        && tag.len() <= 128
        && !tag.starts_with(['.', '-'])
        && tag
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
}

fn is_digest(digest: &str) -> bool {
    digest.split_once(':').is_some_and(|(algorithm, hex)| {
        algorithm.starts_with(|c: char| c.is_ascii_alphabetic())
            && hex.len() >= 32
            && (algorithm != "sha256" || hex.len() == 64)
            && hex.chars().all(|c| c.is_ascii_hexdigit())
    })
}

/// Letters and digits, with one dot, one or two underscores, or any number of dashes between them.
fn is_component(part: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    part.starts_with(is_letter)
        && part.ends_with(is_letter)
        && part
            .split(is_letter)
            .all(|between| matches!(between, "" | "." | "_" | "__") || between.bytes().all(|byte| byte == b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    #[test]
    fn names_are_spelled_out() {
        for (text, registry, repository, tag) in [
            ("ubuntu", "docker.io", "library/ubuntu", Some("latest")),
            ("ubuntu:20.04", "docker.io", "library/ubuntu", Some("20.04")),
            ("docker.io/ubuntu:20.04", "docker.io", "library/ubuntu", Some("20.04")),
            (
                "index.docker.io/library/ubuntu",
                "docker.io",
                "library/ubuntu",
                Some("latest"),
            ),
            ("me/app:1", "docker.io", "me/app", Some("1")),
            ("localhost/app", "localhost", "app", Some("latest")),
            ("localhost:5000/a/b:x", "localhost:5000", "a/b", Some("x")),
            ("gcr.io/p/i", "gcr.io", "p/i", Some("latest")),
            ("a__b/c-d--e.f", "docker.io", "a__b/c-d--e.f", Some("latest")),
        ] {
            let name = ImageName::parse(text).unwrap();
            assert_eq!(
                (name.registry.as_str(), name.repository.as_str(), name.tag.as_deref()),
                (registry, repository, tag),
                "{text}"
            );
        }
        let pinned = ImageName::parse(&format!("python:3.8@{DIGEST}")).unwrap();
        assert_eq!(
            (pinned.tag.as_deref(), pinned.digest.as_deref()),
            (Some("3.8"), Some(DIGEST))
        );
        assert_eq!(ImageName::parse(&format!("python@{DIGEST}")).unwrap().tag, None);
        assert_eq!(pinned.to_string(), format!("python:3.8@{DIGEST}"));
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in [
            "",
            ":x",
            "UBUNTU",
            "a:",
            "a b",
            "a//b",
            "-a",
            "a_-b",
            "a@sha256:1",
            "a:.x",
            "gcr.io/",
            "$x",
            "a:b:c",
        ] {
            assert!(ImageName::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_same_image_may_be_spelled_in_many_ways() {
        let ubuntu = ImageName::parse("ubuntu:20.04").unwrap();
        for (text, same, ignoring) in [
            ("docker.io/library/ubuntu:20.04", true, true),
            ("mirror.gcr.io/library/ubuntu:20.04", false, true),
            ("mirror.gcr.io/ubuntu:20.04", false, true),
            ("ubuntu:22.04", false, false),
            ("me/ubuntu:20.04", false, false),
            ("ubuntu", false, false),
        ] {
            let other = ImageName::parse(text).unwrap();
            assert_eq!(
                (ubuntu.same_image(&other, false), ubuntu.same_image(&other, true)),
                (same, ignoring),
                "{text}"
            );
        }
        let pinned = ImageName::parse(&format!("ubuntu:20.04@{DIGEST}")).unwrap();
        assert!(ubuntu.same_image(&pinned, false));
    }
}

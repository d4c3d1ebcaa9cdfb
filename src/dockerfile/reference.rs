//! Names of images: `docker.io/library/python:3.8.14-slim@sha256:…`, by the rules of distribution/reference.

/// An image's name in its parts, spelled out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ImageName {
    /// "docker.io" where none is written.
    pub registry: String,
    /// "library/python" where only "python" is written for Docker Hub.
    pub repository: String,
    /// The tag; "latest" when there is neither tag nor digest, none when there is only a digest.
    pub tag: Option<String>,
    /// "sha256:…".
    pub digest: Option<String>,
}

impl ImageName {
    /// Takes a name apart.
    ///
    /// # Errors
    /// When it is no image name: a sentence's end that says why.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (text, None),
        };
        if digest.is_some_and(|digest| {
            digest.split_once(':').is_none_or(|(_, hex)| hex.len() < 32 || !hex.chars().all(|c| c.is_ascii_hexdigit()))
        }) {
            return Err("its digest is malformed".to_owned());
        }
        let (name, tag) = match rest.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
            _ => (rest, None),
        };
        let is_tag = |tag: &str| {
            !tag.is_empty()
                && tag.len() <= 128
                && !tag.starts_with(['.', '-'])
                && tag.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
        };
        if tag.is_some_and(|tag| !is_tag(tag)) {
            return Err("its tag is malformed".to_owned());
        }
        let (registry, path) = match name.split_once('/') {
            Some((first, path)) if first.contains(['.', ':']) || first == "localhost" => (first, path),
            _ => ("docker.io", name),
        };
        let is_part = |part: &str| {
            !part.is_empty()
                && part.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
                && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.' | '-'))
        };
        if !path.split('/').all(is_part) || path.len() > 255 {
            return Err("its name may hold lower-case letters, digits and `._-/` only".to_owned());
        }
        let registry = if registry == "index.docker.io" { "docker.io" } else { registry };
        let repository = if registry == "docker.io" && !path.contains('/') {
            format!("library/{path}")
        } else {
            path.to_owned()
        };
        Ok(Self {
            registry: registry.to_owned(),
            repository,
            tag: match (tag, digest) {
                (Some(tag), _) => Some(tag.to_owned()),
                (None, Some(_)) => None,
                (None, None) => Some("latest".to_owned()),
            },
            digest: digest.map(str::to_owned),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_image_are_equal() {
        let short = ImageName::parse("ubuntu:20.04").unwrap();
        for text in ["docker.io/ubuntu:20.04", "docker.io/library/ubuntu:20.04", "index.docker.io/library/ubuntu:20.04"] {
            assert_eq!(ImageName::parse(text).unwrap(), short);
        }
        let other = ImageName::parse("mirror.example:5000/library/ubuntu:20.04").unwrap();
        assert_eq!((other.registry.as_str(), other.repository.as_str()), ("mirror.example:5000", "library/ubuntu"));
        assert_eq!(ImageName::parse("ubuntu").unwrap().tag.as_deref(), Some("latest"));
    }

    #[test]
    fn malformed_names_are_refused() {
        for text in ["", "Ubuntu", "a b", "ubuntu:", "ubuntu:-x", "ubuntu@sha256:zz", "a//b"] {
            assert!(ImageName::parse(text).is_err(), "{text}");
        }
    }
}

//! Courses in registries: `oci://HOST/NAME:TAG`, as helm and compose write it.

use crate::{
    course::{CourseFile, artifact},
    disk::{Scratch, course_from, lay, unpack},
    dockerfile::ImageName,
    engine::{config_folder, find_login},
    error::Error,
    registry::{Credentials, Purpose, Registry},
    settings::Settings,
};

/// How an address of a registry begins.
pub(super) const SCHEME: &str = "oci://";

/// Reads the name of an artifact, with `oci://` or without. Its registry has to be written: no course is an official image of
/// Docker Hub, and a name without one is more likely a folder that is not there.
///
/// # Errors
/// When it is not a name, or has no registry.
pub(super) fn name(typed: &str) -> Result<ImageName, Error> {
    let text = typed.strip_prefix(SCHEME).unwrap_or(typed);
    let help = say!("write it as `oci://HOST/NAME:TAG`");
    let name = ImageName::parse(text).map_err(|why| {
        Error::usage(say!("`{typed}` does not name a course in a registry: {why}"; typed, why)).help(help)
    })?;
    if name.registry == "docker.io" && name.repository.starts_with("library/") {
        return Err(Error::usage(say!("`{typed}` names no registry"; typed)).help(help));
    }
    Ok(name)
}

/// A registry, with the login that the docker client keeps for it.
///
/// # Errors
/// When the docker client's settings cannot be read.
pub(super) fn registry(name: &ImageName, purpose: Purpose, settings: &Settings) -> Result<Registry, Error> {
    let folder = config_folder(settings.docker_config.as_deref(), settings.home.as_deref());
    let login = find_login(folder.as_deref(), &name.registry)?.login;
    let credentials = login.map(|login| {
        let (user, secret) = login.user_and_secret();
        Credentials { user, secret }
    });
    Ok(Registry::new(name, purpose, credentials))
}

/// Gets a course's files, and the digest of the manifest that they are pinned by.
///
/// # Errors
/// When it is not there, is no course, or is not what its digests say.
pub(super) fn get(name: &ImageName, settings: &Settings) -> Result<(Vec<CourseFile>, String), Error> {
    let registry = registry(name, Purpose::Get, settings)?;
    let reference = name.digest.as_deref().or(name.tag.as_deref()).unwrap_or_default();
    let (manifest, digest) = registry.manifest(reference)?;
    let no_course = |why: String| Error::usage(say!("{SCHEME}{name} is not a course: {why}"; SCHEME, name, why));
    let layer = artifact::layer_of(&manifest).map_err(no_course)?;
    let compressed = registry.blob(&layer.digest, layer.size)?;
    let all = unpack(&compressed).map_err(no_course)?;
    // Who packed it may have put more into it than a course has: it is read as any folder is.
    let scratch = Scratch::new()?;
    let folder = scratch.workspace().root().join("course");
    lay(&folder, all.iter().map(|file| (file.path.as_str(), &*file.bytes)))?;
    Ok((course_from(&folder)?, digest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_its_registry() {
        for typed in [
            "oci://r.example/docker:v1",
            "r.example/docker",
            "oci://127.0.0.1:5000/a/b@sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
        ] {
            assert!(name(typed).is_ok(), "{typed}");
        }
        assert_eq!(name("oci://r.example/docker").unwrap().tag.as_deref(), Some("latest"));
        for typed in [
            "greeter",
            "oci://greeter:v1",
            "oci://",
            "oci://r.example/X",
            "oci://r.example/x@sha256:1",
        ] {
            let error = name(typed).unwrap_err();
            assert!(
                error.help_text().unwrap().contains("oci://HOST/NAME:TAG"),
                "{typed}: {error}"
            );
        }
    }
}

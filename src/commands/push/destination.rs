//! Where an image is pushed to: flags, then what was set, then what is asked.

use crate::{disk::Preferences, dockerfile::ImageName, error::Error, judging::Lab};

/// The flags that say where to.
#[derive(Debug, clap::Args)]
pub(super) struct Flags {
    /// The destination: a full image name, or a place to which name and tag are added
    #[arg(long, value_name = "REFERENCE")]
    to: Option<String>,
    /// Artifact Registry: the location, as in LOCATION-docker.pkg.dev
    #[arg(long, requires_all = ["project", "repository"], conflicts_with = "to")]
    location: Option<String>,
    /// Artifact Registry: the project's id
    #[arg(long, value_name = "PROJECT_ID", requires = "location")]
    project: Option<String>,
    /// Artifact Registry: the repository in the project
    #[arg(long, requires = "location")]
    repository: Option<String>,
    /// Docker Hub: your name there
    #[arg(long, value_name = "USER", conflicts_with_all = ["to", "location"])]
    hub: Option<String>,
    /// A different tag
    #[arg(long)]
    tag: Option<String>,
}

/// The name that an image is pushed under; none when the person leaves the question.
pub(super) fn reference(lab: &Lab, flags: &Flags, image: &str) -> Result<Option<ImageName>, Error> {
    if let Some(to) = &flags.to {
        return whole(to, image, flags.tag.as_deref()).map(Some);
    }
    let given = match (&flags.location, &flags.project, &flags.repository, &flags.hub) {
        (Some(location), Some(project), Some(repository), _) => Some(google(location, project, repository)),
        (.., Some(user)) => Some(user.clone()),
        _ => None,
    };
    let mut here = Preferences::of_workspace(&lab.settings.folder)?;
    let own = Preferences::of_person(lab.settings.config_dir.as_deref())?;
    let set = [&here, &own]
        .into_iter()
        .flatten()
        .find_map(|set| set.get("push-to").map(str::to_owned));
    let below = match given.or(set) {
        Some(below) => below,
        None if lab.settings.can_ask => {
            let Some(asked) = ask(lab)? else { return Ok(None) };
            // Checked before it is kept.
            named(&asked, image, flags.tag.as_deref())?;
            if let Some(here) = &mut here {
                here.set("push-to", Some(&asked))?;
                lab.say(say!(
                    "Saved in this workspace; use `dockerlab config push-to` to see or change it."
                ));
            }
            asked
        }
        None => {
            return Err(Error::usage(say!("there is no place to push to")).help(say!(
                "use --to REFERENCE, or set it once with `dockerlab config push-to LOCATION-docker.pkg.dev/PROJECT/REPOSITORY`"
            )));
        }
    };
    named(&below, image, flags.tag.as_deref()).map(Some)
}

/// Artifact Registry's place for images.
fn google(location: &str, project: &str, repository: &str) -> String {
    format!("{location}-docker.pkg.dev/{project}/{repository}")
}

/// `--to`: with a tag it is the whole name, otherwise the image's own name and tag follow.
fn whole(to: &str, image: &str, tag: Option<&str>) -> Result<ImageName, Error> {
    let is_whole = to.rsplit('/').next().is_some_and(|last| last.contains(':')) && to.contains('/');
    if is_whole && tag.is_none() {
        return parsed(to);
    }
    named(to, image, tag)
}

/// The image's own name and tag below a place.
fn named(below: &str, image: &str, tag: Option<&str>) -> Result<ImageName, Error> {
    let (name, own_tag) = image.split_once(':').unwrap_or((image, "latest"));
    let below = below.trim().trim_end_matches('/');
    let below = below.strip_prefix("docker.io/").unwrap_or(below);
    let name = name.rsplit('/').next().unwrap_or(name);
    parsed(&format!("{below}/{name}:{}", tag.unwrap_or(own_tag)))
}

/// A name in full, or why it is none.
fn parsed(text: &str) -> Result<ImageName, Error> {
    ImageName::parse(text).map_err(|why| {
        Error::usage(say!("`{text}` is not a valid image name"; text))
            .cause(why)
            .help(say!(
                "write it like LOCATION-docker.pkg.dev/PROJECT/REPOSITORY/NAME:TAG, or USER/NAME:TAG"
            ))
    })
}

/// Asks for the place, part by part.
fn ask(lab: &Lab) -> Result<Option<String>, Error> {
    let kinds = [
        say!("Google Artifact Registry"),
        say!("Docker Hub"),
        say!("this machine (`dockerlab registry up` starts a registry here)"),
        say!("another registry"),
    ];
    let Some(kind) = lab.edges.terminal.choose(
        say!("Where should the image go?"),
        &kinds,
        say!("use the arrow keys and Enter, or Esc to cancel; your answer is saved"),
    )?
    else {
        return Ok(None);
    };
    let ask = |question: &str, proposed: &str, help: &str| lab.edges.terminal.line(question, proposed, help);
    match kind {
        0 => {
            let Some(location) = ask(
                say!("Location?"),
                "europe-west1",
                say!("the region of the repository, or us, europe, asia"),
            )?
            else {
                return Ok(None);
            };
            let Some(project) = ask(say!("Project id?"), "", say!("`gcloud projects list` shows it"))? else {
                return Ok(None);
            };
            let repositories = say!("`gcloud artifacts repositories list` shows them");
            let Some(repository) = ask(say!("Repository?"), "docker-hub", repositories)? else {
                return Ok(None);
            };
            Ok(Some(google(location.trim(), project.trim(), repository.trim())))
        }
        1 => ask(
            say!("Your name on Docker Hub?"),
            "",
            say!("the name that you use with `docker login`"),
        ),
        2 => Ok(Some("127.0.0.1:5000/lab".to_owned())),
        _ => ask(
            say!("Registry and path?"),
            "",
            say!("HOST/PATH, for example ghcr.io/my-name; the image's name and tag are added"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_composed_as_the_course_does() {
        let image = "base-image-fastapi-ubuntu-fat:test";
        let below = google("europe-west1", "my-project", "docker-hub");
        let name = named(&below, image, None).unwrap();
        assert_eq!(
            name.to_string(),
            "europe-west1-docker.pkg.dev/my-project/docker-hub/base-image-fastapi-ubuntu-fat:test"
        );
        assert_eq!(
            named("me", image, Some("v1")).unwrap().to_string(),
            format!("me/{}", image.replace("test", "v1"))
        );
        assert_eq!(named("docker.io/me/", image, None).unwrap().registry, "docker.io");
        assert_eq!(
            whole("ghcr.io/me/x:1", image, None).unwrap().to_string(),
            "ghcr.io/me/x:1"
        );
        let below = whole("127.0.0.1:5000/lab", image, None).unwrap();
        assert_eq!(below.to_string(), format!("127.0.0.1:5000/lab/{image}"));
        assert!(named("Me Too", image, None).is_err());
    }
}

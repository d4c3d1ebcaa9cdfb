//! Which image of a task is meant: the one that this workspace built last. Its tag does not tell, because everyone who
//! shares the engine can move it.

use crate::{
    check::BuildRecord,
    course::Task,
    disk::Workspace,
    engine::port::{Engine, ImageFacts},
    error::Error,
};

/// A task's image, as the engine has it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OwnImage {
    /// The image that this workspace built last; the one under the task's tag where this workspace never built it.
    pub image: Option<ImageFacts>,
    /// Every image that this workspace is known to have built for the task; the one above where it never built it.
    pub ids: Vec<String>,
    /// What the learner has to know: the tag is another image, or the image is gone.
    pub remark: Option<String>,
}

/// Looks for the image of a task.
///
/// # Errors
/// When the engine fails.
pub fn find(engine: &dyn Engine, workspace: &Workspace, task: &Task) -> Result<OwnImage, Error> {
    let tagged = engine.image(&task.image)?;
    let builds = workspace.builds(builder(task));
    let ids: Vec<String> = builds.iter().filter_map(|build| build.image_id.clone()).collect();
    let (tag, id) = (&task.image, builder(task));
    let Some(last) = ids.last().cloned() else {
        let remark = tagged.as_ref().map(|image| {
            let other = named(image);
            say!("This workspace has not built `{tag}` yet. The image under that tag is used: {other}."; tag, other)
        });
        return Ok(OwnImage {
            ids: tagged.iter().map(|image| image.id.clone()).collect(),
            image: tagged,
            remark,
        });
    };
    let moved = tagged.as_ref().filter(|image| image.id != last);
    let image = match &tagged {
        Some(image) if image.id == last => tagged.clone(),
        _ => engine.image(&last)?,
    };
    let own = short(&last);
    let remark = match (&image, moved) {
        (Some(_), None) if tagged.is_some() => None,
        (Some(_), None) => Some(say!(
            "No image is tagged `{tag}` any more. The image that this workspace built is used: {own}. \
             `dockerlab build {id}` tags it again.";
            tag, own, id
        )),
        (Some(_), Some(other)) => {
            let other = named(other);
            Some(say!(
                "`{tag}` is another image now: {other}. The image that this workspace built is used: {own}. \
                 `dockerlab build {id}` moves the tag back.";
                tag, other, own, id
            ))
        }
        (None, None) => Some(say!("The engine no longer has the image that this workspace built: {own}."; own)),
        (None, Some(other)) => {
            let other = named(other);
            Some(say!(
                "The engine no longer has the image that this workspace built: {own}. `{tag}` is another image: {other}.";
                own, tag, other
            ))
        }
    };
    Ok(OwnImage { image, ids, remark })
}

/// What to say before a build takes a task's tag away from an image that this workspace did not build.
///
/// # Errors
/// When the engine fails.
pub fn about_to_lose_its_tag(engine: &dyn Engine, workspace: &Workspace, task: &Task) -> Result<Option<String>, Error> {
    let Some(image) = engine.image(&task.image)? else {
        return Ok(None);
    };
    let made = |build: &BuildRecord| build.image_id.as_ref() == Some(&image.id);
    if workspace.builds(&task.id).iter().any(made) {
        return Ok(None);
    }
    let (tag, other, id) = (&task.image, named(&image), short(&image.id));
    Ok(Some(say!(
        "`{tag}` is an image that this workspace did not build: {other}. The build moves the tag to the new image. The \
         other image is kept: `docker tag {id} NAME` names it.";
        tag, other, id
    )))
}

/// The task that builds an image.
pub fn builder(task: &Task) -> &str {
    task.image_of.as_deref().unwrap_or(&task.id)
}

/// An image's id and when it was made.
fn named(image: &ImageFacts) -> String {
    let (id, day) = (short(&image.id), image.created.get(..10).unwrap_or_default());
    if day.is_empty() {
        id.to_owned()
    } else {
        say!("{id}, made on {day}"; id, day)
    }
}

/// An image's id as docker shows it.
fn short(id: &str) -> &str {
    let digits = id.strip_prefix("sha256:").unwrap_or(id);
    digits.get(..12).unwrap_or(digits)
}

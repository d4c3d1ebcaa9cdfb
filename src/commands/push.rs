//! `dockerlab push`: the image goes to a registry, and the registry is asked whether it has it.

mod destination;

use std::{io::Write, time::Instant};

use crate::{
    check::evidence::PushEvidence,
    engine::{find_login, port::PushOrder},
    error::Error,
    exit::ExitStatus,
    judging::Lab,
    quantity,
    terminal::PushView,
};

/// Push a task's image to a registry, and confirm that it arrived
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  dockerlab push 1                         asks for the registry, and saves it\n  dockerlab push 1 --location europe-west1 --project my-project \\\n    --repository docker-hub\n  dockerlab push 1 --hub my-name           Docker Hub\n  dockerlab push 1 --to ghcr.io/my-name/image:tag\n  dockerlab registry up && dockerlab push 1 --to 127.0.0.1:5000/lab\n\nThis runs `docker tag IMAGE REFERENCE` and `docker push REFERENCE`, with the logins of the docker client."
)]
pub struct Args {
    /// The task (default: the one you are at)
    task: Option<String>,
    #[command(flatten)]
    destination: destination::Flags,
}

/// Runs the command.
pub fn run(lab: &Lab, args: &Args) -> Result<ExitStatus, Error> {
    let workspace = lab.workspace()?;
    let progress = lab.progress(&workspace)?;
    let task = lab.task(args.task.as_deref(), &progress)?.clone();
    let id = lab.needed(&workspace, &task)?.id;
    let image = task.image.as_str();
    let Some(reference) = destination::reference(lab, &args.destination, image)? else {
        return Ok(ExitStatus::Done);
    };
    let engine = lab.engine()?;
    let config_dir = lab.target()?.config_dir;
    let looked = find_login(config_dir.as_deref(), &reference.registry)?;
    lab.say(&say!("Pushing {} to {}.", task.image, reference));
    engine.tag(&id, &reference)?;
    let began = Instant::now();
    let mut view = PushView::new(lab.err(), lab.settings.can_redraw, lab.settings.colour_err);
    let order = PushOrder {
        reference: &reference,
        looked: &looked,
    };
    let pushed = engine.push(&order, &mut |event| view.event(event));
    drop(view);
    let pushed = pushed?;
    let at_registry = engine.digest_at_registry(&order)?;
    let digest = pushed.digest.clone().unwrap_or_default();
    let mut out = lab.out();
    writeln!(
        out,
        "{}",
        say!(
            "{} sent, {} already there, in {}.",
            quantity::count(pushed.uploaded, "layer"),
            pushed.there,
            quantity::seconds(began.elapsed().as_secs_f64())
        )
    )?;
    let evidence = PushEvidence {
        reference: reference.to_string(),
        registry: reference.registry.clone(),
        digest: digest.clone(),
        at_registry: at_registry.clone(),
        image: id,
        at: lab.now(),
    };
    lab.change(&workspace, |progress| progress.pushed(&task.id, evidence))?;
    let style = lab.style();
    let registry = &reference.registry;
    if !digest.is_empty() && at_registry.as_deref() == Some(digest.as_str()) {
        let found = style.good(say!("{registry} has it"; registry));
        writeln!(out, "{found}: {reference}@{digest}")?;
        return Ok(ExitStatus::Done);
    }
    let found = match &at_registry {
        None => say!("{registry} does not confirm that it has the image"; registry),
        Some(other) => say!("{registry} has a different image under that name: {other}"; registry, other),
    };
    writeln!(out, "{} {found}", style.fail(say!("FAIL")))?;
    Ok(ExitStatus::NotPassed)
}

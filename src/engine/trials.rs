//! Commands of structure tests.
//!
//! Starting a container takes longer than most commands. Those that need nothing before them share one, which only
//! sleeps, and are run in it by `exec`, several at a time. Whether they were independent is seen afterwards: where the
//! container's file system changed, or processes were left, or its image has no `sleep`, each is run in a container of its
//! own.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use bollard::{
    container::LogOutput,
    errors::Error as Refusal,
    exec::{CreateExecOptions, StartExecResults},
    models::{ContainerCreateBody, HostConfig, HostConfigLogConfig},
    query_parameters::{LogsOptionsBuilder, RestartContainerOptionsBuilder},
};
use futures_util::{Stream, StreamExt as _, future::join_all, stream};

use super::{
    container_answers::Change,
    containers::{OwnContainer, Refused},
    docker::DockerEngine,
    errors::{self, status},
    image::check_name,
    port::TrialsOrder,
};
use crate::{
    error::Error,
    structure::{CommandSeen, Trial},
};

/// How many commands run at a time.
const AT_ONCE: usize = 4;
/// How many containers exist at a time.
const CONTAINERS: usize = 12;
/// Bytes of each output that are kept.
const KEPT: usize = 4 * 1024 * 1024;
/// What a container does that others run commands in: it sleeps for 68 years.
const SLEEP: [&str; 2] = ["sleep", "2147483647"];

/// Runs commands.
pub(super) fn run(engine: &DockerEngine, order: &TrialsOrder<'_>) -> Result<BTreeMap<usize, CommandSeen>, Error> {
    check_name(order.image)?;
    let mut seen = BTreeMap::new();
    let may_share = |trial: &&Trial| order.may_share && trial.setup.is_empty();
    let (mut shared, mut alone): (Vec<&Trial>, Vec<&Trial>) = order.trials.iter().copied().partition(may_share);
    if shared.len() > 1
        && let Some(found) = share(engine, order, &shared)?
    {
        shared.retain(|trial| !found.contains_key(&trial.test));
        seen.extend(found);
    }
    alone.append(&mut shared);
    // What is mounted into several is shared by them.
    let at_once = if order.options.binds.is_empty() { AT_ONCE } else { 1 };
    for some in alone.chunks(CONTAINERS) {
        let mut made: Vec<OwnContainer<'_>> = some.iter().map(|_| OwnContainer::reserved(engine)).collect();
        engine.block_on(async {
            let mut running = stream::iter(made.iter_mut().zip(some))
                .map(|(made, trial)| async move { (trial.test, by_itself(made, order, trial).await) })
                .buffer_unordered(at_once);
            while let Some((test, command)) = running.next().await {
                seen.insert(test, command?);
            }
            Ok(())
        })?;
        finish(engine, order, made)?;
    }
    Ok(seen)
}

/// Removes containers, all at a time, or lets them stay.
fn finish(engine: &DockerEngine, order: &TrialsOrder<'_>, mut made: Vec<OwnContainer<'_>>) -> Result<(), Error> {
    if order.keeps {
        for made in made {
            made.keep();
        }
        return Ok(());
    }
    engine.block_on(async {
        join_all(made.iter_mut().map(OwnContainer::removed)).await;
        Ok(())
    })
}

/// A container for these words, as `docker run` would make it.
fn body(order: &TrialsOrder<'_>, words: &[String], env: &[String]) -> ContainerCreateBody {
    let options = order.options;
    let some = |list: &[String]| (!list.is_empty()).then(|| list.to_vec());
    ContainerCreateBody {
        image: Some(order.image.to_owned()),
        labels: Some(order.labels.iter().cloned().collect()),
        env: some(&[order.env, env].concat()),
        // One of these has to be there, and an entry point keeps the image's own away.
        entrypoint: words.first().map(|program| vec![program.clone()]),
        cmd: Some(words.get(1..).unwrap_or_default().to_vec()),
        user: (!options.user.is_empty()).then(|| options.user.clone()),
        tty: options.has_terminal.then_some(true),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        host_config: Some(HostConfig {
            privileged: options.is_privileged.then_some(true),
            cap_add: some(&options.capabilities),
            binds: some(&options.binds),
            network_mode: (!options.network.is_empty()).then(|| options.network.clone()),
            runtime: order.runtime.map(str::to_owned),
            log_config: Some(HostConfigLogConfig {
                typ: Some("json-file".to_owned()),
                config: None,
            }),
            ..HostConfig::default()
        }),
        ..ContainerCreateBody::default()
    }
}

fn sleeping() -> Vec<String> {
    SLEEP.map(str::to_owned).to_vec()
}

/// Runs commands in one container. None where they have to be run by themselves; those that are missing in the answer
/// have to be, too.
fn share(
    engine: &DockerEngine,
    order: &TrialsOrder<'_>,
    trials: &[&Trial],
) -> Result<Option<BTreeMap<usize, CommandSeen>>, Error> {
    let mut made = OwnContainer::reserved(engine);
    let body = body(order, &sleeping(), &[]);
    let seen = engine.block_on(async {
        match made.create(&body).await {
            Ok(()) => {}
            Err(Refused::Start(_)) => return Ok(None),
            Err(Refused::Engine(error)) => return Err(error),
        }
        match made.start(None).await {
            Ok(()) => {}
            Err(Refused::Start(_)) => return Ok(None),
            Err(Refused::Engine(error)) => return Err(error),
        }
        let made = &made;
        let mut running = stream::iter(trials)
            .map(|trial| async move {
                let within = trial.within.unwrap_or(order.within);
                (trial.test, exec(made, order, &trial.words, &trial.env, within).await)
            })
            .buffer_unordered(AT_ONCE);
        let mut seen = BTreeMap::new();
        while let Some((test, command)) = running.next().await {
            let command = command?;
            // Why a container with this command does not start is for a container with this command to say.
            if command.not_run.is_none() {
                seen.insert(test, command);
            }
        }
        Ok((is_untouched(made).await?).then_some(seen))
    })?;
    finish(engine, order, vec![made])?;
    Ok(seen)
}

/// Whether a container is as it was when it was started.
async fn is_untouched(made: &OwnContainer<'_>) -> Result<bool, Error> {
    let path = format!("/containers/{}/changes", made.id);
    let what = say!("cannot see what the container changed");
    let changes = made.engine.get::<Option<Vec<Change>>>(what, &path).await?;
    let is_same = changes.is_ok_and(|changes| changes.unwrap_or_default().is_empty());
    Ok(is_same && made.processes().await?.all.len() <= 1)
}

/// Runs a command in a container of its own.
async fn by_itself(made: &mut OwnContainer<'_>, order: &TrialsOrder<'_>, trial: &Trial) -> Result<CommandSeen, Error> {
    let within = trial.within.unwrap_or(order.within);
    if !trial.setup.is_empty() {
        return set_up(made, order, trial, within).await;
    }
    let began = Instant::now();
    let not_run = |told: String| CommandSeen {
        not_run: Some(told),
        ..CommandSeen::default()
    };
    match made.create(&body(order, &trial.words, &trial.env)).await {
        Ok(()) => {}
        Err(Refused::Start(told)) => return Ok(not_run(told)),
        Err(Refused::Engine(error)) => return Err(error),
    }
    match made.start(None).await {
        Ok(()) => {}
        Err(Refused::Start(told)) => return Ok(not_run(told)),
        Err(Refused::Engine(error)) => return Err(error),
    }
    let ended = tokio::select! {
        ended = made.ended(within) => ended?,
        () = made.engine.stop_asked() => return Err(Error::interrupted()),
    };
    if ended.is_none() {
        made.kill().await;
    }
    let mut printed = Printed::default();
    let options = LogsOptionsBuilder::new().stdout(true).stderr(true).build();
    let logs = made.engine.docker.logs(&made.id, Some(options));
    let what = say!("cannot read what the container printed");
    made.engine.ask(what, printed.read(logs)).await?;
    Ok(CommandSeen {
        exit_code: ended.unwrap_or(-1),
        timed_out: ended.is_none().then_some(within),
        seconds: began.elapsed().as_secs_f64(),
        ..printed.seen()
    })
}

/// Runs the setup, then the command, in one container.
async fn set_up(
    made: &mut OwnContainer<'_>,
    order: &TrialsOrder<'_>,
    trial: &Trial,
    within: Duration,
) -> Result<CommandSeen, Error> {
    let mut seen = CommandSeen::default();
    match made.create(&body(order, &sleeping(), &[])).await {
        Ok(()) => {}
        Err(Refused::Start(told)) => {
            seen.setup_not_run = Some(told);
            return Ok(seen);
        }
        Err(Refused::Engine(error)) => return Err(error),
    }
    match made.start(None).await {
        Ok(()) => {}
        Err(Refused::Start(told)) => {
            seen.setup_not_run = Some(say!("the image has no `sleep`, which `setup` needs: {told}"; told));
            return Ok(seen);
        }
        Err(Refused::Engine(error)) => return Err(error),
    }
    let mut failed = None;
    for step in &trial.setup {
        let done = exec(made, order, step, &trial.setup_env, within).await?;
        if let Some(told) = done.not_run {
            seen.setup_not_run = Some(told);
            return Ok(seen);
        }
        if let Some(within) = done.timed_out {
            let seconds = within.as_secs_f64();
            seen.setup_not_run = Some(say!("it was still running after {seconds} s"; seconds));
            return Ok(seen);
        }
        if done.exit_code != 0 && failed.is_none() {
            failed = Some((step.join(" "), done.exit_code, done.stdout + &done.stderr));
        }
        // Between steps no process lives on, as between the containers of container-structure-test.
        if made.processes().await?.all.len() > 1 {
            let options = RestartContainerOptionsBuilder::new().t(0).build();
            let restarting = made.engine.docker.restart_container(&made.id, Some(options));
            made.engine
                .ask(say!("cannot restart the container"), restarting)
                .await?;
        }
    }
    let mut seen = exec(made, order, &trial.words, &trial.env, within).await?;
    seen.setup_failed = failed;
    Ok(seen)
}

/// Runs a command in a container that runs.
async fn exec(
    made: &OwnContainer<'_>,
    order: &TrialsOrder<'_>,
    words: &[String],
    env: &[String],
    within: Duration,
) -> Result<CommandSeen, Error> {
    let engine = made.engine;
    let began = Instant::now();
    let what = say!("cannot run a command in the container");
    let config = CreateExecOptions {
        cmd: Some(words.to_vec()),
        env: Some(env.to_vec()),
        tty: order.options.has_terminal.then_some(true),
        privileged: order.options.is_privileged.then_some(true),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        ..CreateExecOptions::default()
    };
    let id = engine.ask(what, engine.docker.create_exec(&made.id, config)).await?.id;
    let mut printed = Printed::default();
    let running = async {
        if let StartExecResults::Attached { output, .. } = engine.docker.start_exec(&id, None).await? {
            printed.read(output).await?;
        }
        Ok::<_, Refusal>(())
    };
    let ended = tokio::select! {
        ended = tokio::time::timeout(within, running) => ended,
        () = engine.stop_asked() => return Err(Error::interrupted()),
    };
    let exit_code = match ended {
        Ok(Ok(())) => {
            let looked = engine.ask(what, engine.docker.inspect_exec(&id)).await?;
            looked.exit_code
        }
        // Some engines refuse to start a program that does not exist.
        Ok(Err(refusal)) if status(&refusal).is_some() => {
            return Ok(CommandSeen {
                not_run: Some(errors::words(&refusal)),
                ..CommandSeen::default()
            });
        }
        Ok(Err(refusal)) => return Err(engine.refused(what, &refusal)),
        Err(_) => None,
    };
    let mut seen = printed.seen();
    if matches!(exit_code, Some(126 | 127)) && seen.stdout.starts_with("OCI runtime exec failed") {
        seen.not_run = Some(seen.stdout.trim().to_owned());
    }
    Ok(CommandSeen {
        exit_code: exit_code.unwrap_or(-1),
        timed_out: exit_code.is_none().then_some(within),
        seconds: began.elapsed().as_secs_f64(),
        ..seen
    })
}

/// What a command printed, within bounds.
#[derive(Default)]
struct Printed {
    out: Vec<u8>,
    err: Vec<u8>,
    is_cut: bool,
}

impl Printed {
    /// Reads to the end; what is not kept is read too, as the command waits for that.
    async fn read(
        &mut self,
        mut output: impl Stream<Item = Result<LogOutput, Refusal>> + Unpin,
    ) -> Result<(), Refusal> {
        while let Some(item) = output.next().await {
            let (kept, message) = match item? {
                LogOutput::StdErr { message } => (&mut self.err, message),
                LogOutput::StdOut { message } | LogOutput::Console { message } => (&mut self.out, message),
                LogOutput::StdIn { .. } => continue,
            };
            let room = KEPT.saturating_sub(kept.len());
            self.is_cut |= message.len() > room;
            kept.extend_from_slice(&message[..message.len().min(room)]);
        }
        Ok(())
    }

    fn seen(self) -> CommandSeen {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        CommandSeen {
            stdout: text(self.out),
            stderr: text(self.err),
            is_cut: self.is_cut,
            ..CommandSeen::default()
        }
    }
}

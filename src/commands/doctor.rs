//! `dockerlab doctor`: what is wrong with the engine, and how to mend it.

use std::io::Write;

use crate::{
    check::evidence::Builder, commands::lab::Lab, dockerfile, engine::port::Engine, error::Error, exit::ExitStatus,
    output::Style, words,
};

/// Look the engine over: a line a finding, and how to mend it
#[derive(Debug, clap::Args)]
pub struct Args {}

struct Findings<'a> {
    out: &'a mut dyn Write,
    style: Style,
    broken: bool,
}

impl Findings<'_> {
    fn good(&mut self, what: &str, text: &str) -> std::io::Result<()> {
        writeln!(self.out, "  {}   {what:<12} {text}", self.style.good("OK"))
    }

    fn note(&mut self, what: &str, text: &str) -> std::io::Result<()> {
        writeln!(self.out, "  {} {what:<12} {text}", self.style.care("NOTE"))
    }

    fn bad(&mut self, what: &str, text: &str) -> std::io::Result<()> {
        self.broken = true;
        writeln!(self.out, "  {} {what:<12} {text}", self.style.fail("FAIL"))
    }

    fn mend(&mut self, text: &str) -> std::io::Result<()> {
        writeln!(self.out, "                    {} {text}", self.style.dim("mend:"))
    }
}

/// Runs the command.
pub fn run(lab: &mut Lab, _: &Args) -> Result<ExitStatus, Error> {
    let mut out = std::io::stdout().lock();
    let mut findings = Findings {
        out: &mut out,
        style: lab.style(),
        broken: false,
    };
    let target = lab.target();
    let engine = match lab.engine() {
        Ok(engine) => engine,
        Err(error) => {
            findings.bad("engine", error.message())?;
            for cause in error.causes() {
                writeln!(findings.out, "                    {cause}")?;
            }
            findings.mend(error.help_text().unwrap_or(say!("start Docker, or set DOCKER_HOST")))?;
            return Ok(ExitStatus::Engine);
        }
    };
    let facts = engine.facts()?;
    let how = target.map(|target| target.how).unwrap_or_default();
    findings.good(
        "engine",
        &say!("{} {} at {} (from {how})", facts.name, facts.version, facts.endpoint; how),
    )?;
    let api = facts
        .api
        .split_once('.')
        .and_then(|(_, minor)| minor.parse::<u32>().ok())
        .unwrap_or(0);
    if api >= 40 {
        findings.good("API", &facts.api)?;
    } else {
        findings.bad("API", &say!("{} is older than 1.40", facts.api))?;
        findings.mend(say!("update the engine"))?;
    }
    match lab.builder().or(facts.builder) {
        Some(Builder::BuildKit) => findings.good("builder", "BuildKit")?,
        Some(Builder::Classic) => {
            findings.note("builder", say!("the classic one (no here-documents, no RUN --mount)"))?
        }
        Some(Builder::Buildah) => findings.good("builder", "Buildah, Podman's")?,
        None => findings.note("builder", "unknown")?,
    }
    let store = if facts.containerd_store {
        "containerd's"
    } else {
        say!("the classic one")
    };
    findings.good(say!("image store"), &format!("{store}, {}", facts.storage))?;
    let memory = words::size(facts.memory);
    if facts.memory > 0 && facts.memory < 1_500_000_000 {
        findings.note("memory", &say!("{memory} for all containers is little"; memory))?;
        findings.mend(say!(
            "give the engine at least 2 GB (Docker Desktop: Settings, Resources)"
        ))?;
    } else {
        findings.good(
            "machine",
            &format!(
                "{}, {}, {memory}",
                facts.platform,
                words::count(usize::try_from(facts.cpus).unwrap_or(0), "processor")
            ),
        )?;
    }
    match std::net::TcpListener::bind(("127.0.0.1", 8000)) {
        Ok(_) => findings.good("port 8000", say!("free on this machine"))?,
        Err(error) => {
            findings.note("port 8000", &say!("taken on this machine ({error})"; error))?;
            findings.mend(say!(
                "`dockerlab run --port 8001`; checks choose a free port by themselves"
            ))?;
        }
    }
    let mut bases: Vec<String> = lab
        .course
        .tasks
        .iter()
        .filter_map(|task| task.solutions.first())
        .filter_map(|(_, text)| {
            let parsed = dockerfile::parse(text);
            Some(dockerfile::final_image(&parsed, None)?.base.value)
        })
        .collect();
    bases.dedup();
    for base in bases {
        if engine.image(&base)?.is_some() {
            findings.good(say!("base image"), &say!("{base} is at hand"; base))?;
        } else {
            findings.note(
                say!("base image"),
                &say!("{base} is not here yet; the first build pulls it"; base),
            )?;
        }
    }
    if !lab.settings.proxies.is_empty() {
        findings.note(
            "proxy",
            &say!(
                "{} are set; the engine has settings of its own",
                lab.settings.proxies.join(", ")
            ),
        )?;
    }
    let broken = findings.broken;
    writeln!(out)?;
    if broken {
        writeln!(out, "{}", say!("Mend what fails, and run `dockerlab doctor` again."))?;
        return Ok(ExitStatus::Engine);
    }
    writeln!(out, "{}", say!("Everything that the course needs is there."))?;
    Ok(ExitStatus::Done)
}

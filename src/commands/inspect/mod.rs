//! `dockerlab inspect`: what an image is made of, which line made what, and what is wasted.

mod subject;

use std::path::PathBuf;

use crate::{
    disk,
    error::Error,
    exit::ExitStatus,
    image::{CiResult, CiRules, Comparison, Platform},
    judging::Lab,
    output::{self, InspectFormat as Format},
    terminal,
    terminal::Explorer,
};
use subject::{InspectOptions, Subject};

/// Show an image's layers, the Dockerfile line behind each, and what is wasted
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  dockerlab inspect                        the image of the task you are at\n  dockerlab inspect ubuntu:20.04\n  dockerlab inspect archive:image.tar --dockerfile Dockerfile\n  dockerlab inspect archive:all.tar:app:1.2  one of several images\n  dockerlab inspect oci:layout --platform linux/arm64\n  dockerlab inspect 1 3-2                  compare two images\n  dockerlab inspect 3-2 --html image.html\n  dockerlab inspect 3-2 --ci --lowest-efficiency 0.95"
)]
pub struct Args {
    /// A task, an image, `archive:FILE[:IMAGE]` or `oci:PATH[:IMAGE]` (default: the task you are at)
    #[arg(value_name = "IMAGE")]
    image: Option<String>,
    /// A second one, to compare
    #[arg(value_name = "OTHER", conflicts_with_all = ["html", "interactive", "ci"])]
    other: Option<String>,
    /// The Dockerfile that the image was built from (default: the task's)
    #[arg(long, value_name = "FILE")]
    dockerfile: Option<PathBuf>,
    /// Browse layers and files with the keyboard
    #[arg(short, long, conflicts_with_all = ["format", "html", "ci"])]
    interactive: bool,
    /// List all waste, with the largest files
    #[arg(long)]
    all: bool,
    /// How it is written; docs/inspect-json.md describes json
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// With --format json: each layer's files too
    #[arg(long)]
    files: bool,
    /// Write an HTML page with a map of the image, its layers and its waste
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// The platform to read from an archive that has several, like `linux/arm64`
    #[arg(long, value_name = "PLATFORM")]
    platform: Option<String>,
    /// Check the image against limits; exit code 1 if it exceeds one
    #[arg(long)]
    ci: bool,
    /// The file with the limits (default: .dive-ci, if it exists)
    #[arg(long, value_name = "FILE", requires = "ci")]
    ci_config: Option<PathBuf>,
    /// The lowest efficiency allowed, from 0 to 1, as dive counts it
    #[arg(long, alias = "lowestEfficiency", value_name = "PART", requires = "ci")]
    lowest_efficiency: Option<String>,
    /// The most wasted bytes allowed, as dive counts them (`20MB`)
    #[arg(long, alias = "highestWastedBytes", value_name = "SIZE", requires = "ci")]
    highest_wasted_bytes: Option<String>,
    /// The most waste allowed in the layers after the first, as a part from 0 to 1, as dive counts it
    #[arg(long, alias = "highestUserWastedPercent", value_name = "PART", requires = "ci")]
    highest_user_wasted_percent: Option<String>,
    /// The most bytes that later layers may hide (`20MB`)
    #[arg(long, alias = "highestHiddenBytes", value_name = "SIZE", requires = "ci")]
    highest_hidden_bytes: Option<String>,
}

/// Runs the command.
pub fn run(lab: &Lab, args: &Args) -> Result<ExitStatus, Error> {
    let platform = match &args.platform {
        Some(text) => Platform::parse(text).ok_or_else(|| {
            Error::usage(say!("`{text}` is not a platform"; text))
                .help(say!("write it as `linux/amd64` or `linux/arm/v7`"))
        })?,
        None => Platform::default(),
    };
    if args.files && args.format != Format::Json {
        return Err(Error::usage(say!("`--files` needs `--format json`")));
    }
    let rules = args.ci.then(|| rules(lab, args)).transpose()?;
    let asked = InspectOptions {
        dockerfile: args.dockerfile.as_deref(),
        platform: &platform,
        quiet: args.format == Format::Json,
        whole: args.files || args.html.is_some() || args.interactive,
    };
    let first = subject::look(lab, args.image.as_deref(), &asked)?;
    let (style, columns) = (lab.style(), lab.settings.columns);
    if let Some(other) = &args.other {
        let second = subject::look(
            lab,
            Some(other),
            &InspectOptions {
                dockerfile: None,
                ..asked
            },
        )?;
        let comparison = Comparison::of(&first.found.analysis, &second.found.analysis);
        let mut out = terminal::stdout();
        match args.format {
            Format::Human => output::compared(&mut out, &first.found, &second.found, &comparison, columns, style)?,
            Format::Json => output::compared_json(&mut out, &first.found, &second.found, &comparison)?,
            Format::Dive => return Err(Error::usage(say!("dive's figures are about one image"))),
        }
        return Ok(ExitStatus::Done);
    }
    let ruled: Option<Vec<CiResult>> = rules
        .map(|rules| rules.judge(&first.found.analysis).map_err(Error::usage))
        .transpose()?;
    if args.interactive {
        return interactive(lab, &first);
    }
    if let Some(file) = &args.html {
        write_page(lab, &first, file)?;
        if args.format != Format::Json {
            return Ok(status(ruled.as_deref()));
        }
    }
    let mut out = terminal::stdout();
    match args.format {
        Format::Human if ruled.is_none() || args.all => {
            output::inspected(&mut out, &first.found, args.all, columns, style)?;
        }
        Format::Human => {}
        Format::Json => {
            let image = first.image.as_ref().filter(|_| args.files);
            output::inspected_json(&mut out, &first.found, image, ruled.as_deref())?;
        }
        Format::Dive => output::like_dive(&mut out, &first.found.analysis.like_dive, args.all, style)?,
    }
    if let Some(ruled) = ruled.as_deref().filter(|_| args.format != Format::Json) {
        output::ruled(&mut out, ruled, style)?;
    }
    Ok(status(ruled.as_deref()))
}

fn status(ruled: Option<&[CiResult]>) -> ExitStatus {
    if ruled.is_some_and(|ruled| ruled.iter().any(|rule| !rule.passed)) {
        ExitStatus::NotPassed
    } else {
        ExitStatus::Done
    }
}

fn interactive(lab: &Lab, subject: &Subject) -> Result<ExitStatus, Error> {
    let settings = &lab.settings;
    if !settings.can_ask || !settings.out_is_terminal {
        return Err(Error::usage(say!("--interactive needs a terminal"))
            .help(say!("leave out `--interactive` to print the same information")));
    }
    let Some(image) = &subject.image else {
        return Err(Error::internal(say!("the image's files could not be read")));
    };
    Explorer::new(&subject.found, image, settings.colour_out).show(&lab.interrupt)?;
    Ok(if lab.interrupt.is_asked() {
        ExitStatus::Interrupted
    } else {
        ExitStatus::Done
    })
}

fn write_page(lab: &Lab, subject: &Subject, file: &std::path::Path) -> Result<(), Error> {
    let Some(image) = &subject.image else {
        return Err(Error::internal(say!("the image's files could not be read")));
    };
    let mut page = Vec::new();
    output::inspected_page(&mut page, &subject.found, image)?;
    disk::write_named(&lab.settings.folder.join(file), &page, &[output::PAGE_MARK])?;
    lab.say(&say!("Wrote {}.", file.display()));
    Ok(())
}

/// The limits: a file's, then the flags'.
fn rules(lab: &Lab, args: &Args) -> Result<CiRules, Error> {
    let name = args.ci_config.clone().unwrap_or_else(|| PathBuf::from(".dive-ci"));
    let text = disk::read_named(&lab.settings.folder.join(&name))?;
    let mut rules = match text {
        Some(text) => CiRules::parse(&text).map_err(|why| {
            Error::usage(say!("`{}` cannot be read", name.display()))
                .cause(why)
                .help(say!("see docs/inspect-json.md for an example"))
        })?,
        None if args.ci_config.is_some() => {
            return Err(Error::usage(say!("`{}` does not exist", name.display())));
        }
        None => CiRules::default(),
    };
    for (key, flag) in [
        ("lowestEfficiency", &args.lowest_efficiency),
        ("highestWastedBytes", &args.highest_wasted_bytes),
        ("highestUserWastedPercent", &args.highest_user_wasted_percent),
        ("highestHiddenBytes", &args.highest_hidden_bytes),
    ] {
        if let Some(limit) = flag {
            rules.set(key, limit.clone()).map_err(Error::usage)?;
        }
    }
    Ok(rules)
}

//! What `dockerlab lint` takes on its command line.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;

use crate::output::LINT_FORMATS;

/// Say what could be better in a Dockerfile: hadolint's rules, BuildKit's checks, and what the course teaches
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  dockerlab lint                        every Dockerfile here\n  dockerlab lint Dockerfile-task-1\n  dockerlab lint --explain DL3009       why, with examples\n  dockerlab lint --fix Dockerfile       show what can be fixed, then ask\n  dockerlab lint -f sarif -o lint.sarif .\n  docker run … cat Dockerfile | dockerlab lint -\n\nA `.hadolint.yaml` counts here too, and so does `# hadolint ignore=DL3006` on the line above.\nIf `shellcheck` is installed, it checks the commands of RUN."
)]
pub struct Args {
    /// Dockerfiles, folders to look through, or `-` for standard input (default: the Dockerfiles of this folder)
    pub(super) files: Vec<PathBuf>,
    /// Settings, as in hadolint (default: `.hadolint.yaml` here, or in your folder for settings)
    #[arg(short, long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// How findings are written
    #[arg(
        short,
        long = "format",
        value_name = "FORMAT",
        value_delimiter = ',',
        env = "HADOLINT_FORMAT",
        hide_env = true,
        value_parser = PossibleValuesParser::new(LINT_FORMATS.iter().map(|format| format.name))
    )]
    pub(super) formats: Vec<String>,
    /// Write to a file; with several formats one for each, in their order
    #[arg(short, long = "output", value_name = "FILE")]
    pub(super) outputs: Vec<PathBuf>,
    /// The name of the file in reports
    #[arg(long, value_name = "PATH")]
    pub(super) file_path_in_report: Option<String>,
    /// Fail only for findings of this severity or graver: error, warning, info, style, none
    #[arg(
        short = 't',
        long,
        value_name = "SEVERITY",
        env = "HADOLINT_FAILURE_THRESHOLD",
        hide_env = true
    )]
    pub(super) failure_threshold: Option<String>,
    /// Never fail for what is found
    #[arg(long, env = "HADOLINT_NOFAIL", hide_env = true)]
    pub(super) no_fail: bool,
    #[command(flatten)]
    pub(super) choice: Choice,
    /// Look at these families of rules only: hadolint, buildkit, lab
    #[arg(long, value_name = "FAMILY", value_delimiter = ',')]
    pub(super) rules: Vec<String>,
    /// Do not run `shellcheck`, even if it is installed
    #[arg(long)]
    pub(super) no_shellcheck: bool,
    /// Show a rule's page
    #[arg(long, value_name = "CODE", conflicts_with = "files")]
    pub(super) explain: Option<String>,
    /// List all rules
    #[arg(long, conflicts_with_all = ["files", "explain"])]
    pub(super) list: bool,
    /// Show what can be fixed safely, and fix it once you say yes; the old file is kept
    #[arg(long)]
    pub(super) fix: bool,
    /// With --fix: fix without asking
    #[arg(long, requires = "fix")]
    pub(super) yes: bool,
}

/// Which rules count, and how much.
#[derive(Debug, clap::Args)]
pub(super) struct Choice {
    /// Do not report this rule
    #[arg(
        long,
        value_name = "CODE",
        value_delimiter = ',',
        env = "HADOLINT_IGNORE",
        hide_env = true
    )]
    pub(super) ignore: Vec<String>,
    /// Make this rule an error
    #[arg(
        long,
        value_name = "CODE",
        value_delimiter = ',',
        env = "HADOLINT_OVERRIDE_ERROR",
        hide_env = true
    )]
    pub(super) error: Vec<String>,
    /// Make this rule a warning
    #[arg(
        long,
        value_name = "CODE",
        value_delimiter = ',',
        env = "HADOLINT_OVERRIDE_WARNING",
        hide_env = true
    )]
    pub(super) warning: Vec<String>,
    /// Make this rule a remark
    #[arg(
        long,
        value_name = "CODE",
        value_delimiter = ',',
        env = "HADOLINT_OVERRIDE_INFO",
        hide_env = true
    )]
    pub(super) info: Vec<String>,
    /// Make this rule a matter of style
    #[arg(
        long,
        value_name = "CODE",
        value_delimiter = ',',
        env = "HADOLINT_OVERRIDE_STYLE",
        hide_env = true
    )]
    pub(super) style: Vec<String>,
    /// A registry that images may come from
    #[arg(
        long = "trusted-registry",
        value_name = "REGISTRY",
        value_delimiter = ',',
        env = "HADOLINT_TRUSTED_REGISTRIES",
        hide_env = true
    )]
    pub(super) trusted_registries: Vec<String>,
    /// A label that has to be there, and its kind: `maintainer:text`
    #[arg(
        long = "require-label",
        value_name = "LABEL:KIND",
        value_delimiter = ',',
        env = "HADOLINT_REQUIRE_LABELS",
        hide_env = true
    )]
    pub(super) require_labels: Vec<String>,
    /// Take no other labels than those that have to be there
    #[arg(long, env = "HADOLINT_STRICT_LABELS", hide_env = true)]
    pub(super) strict_labels: bool,
    /// Let comments silence nothing
    #[arg(long, env = "HADOLINT_DISABLE_IGNORE_PRAGMA", hide_env = true)]
    pub(super) disable_ignore_pragma: bool,
}

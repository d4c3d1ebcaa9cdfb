//! What `dockerlab lint` takes on its command line.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;

use crate::output::LINT_FORMATS;

/// Find problems in Dockerfiles: hadolint's rules, BuildKit's checks, and what the course teaches
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  dockerlab lint                        every Dockerfile here\n  dockerlab lint Dockerfile-task-1\n  dockerlab lint --explain DL3009       why, with examples\n  dockerlab lint --fix Dockerfile       show what can be fixed, then ask\n  dockerlab lint -f sarif -o lint.sarif .\n  docker run … cat Dockerfile | dockerlab lint -\n\nA `.hadolint.yaml` is used here too, and so is `# hadolint ignore=DL3006` on the line above.\nIf `shellcheck` is installed, it checks the commands of RUN."
)]
pub struct Args {
    /// Dockerfiles, folders to look through, or `-` for standard input (default: the Dockerfiles of this folder)
    pub(super) files: Vec<PathBuf>,
    /// Settings, as in hadolint (default: `.hadolint.yaml` here, or in your folder for settings)
    #[arg(short, long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Format of the findings
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
    /// Write to a file; with several formats, one file for each, in the same order
    #[arg(short, long = "output", value_name = "FILE")]
    pub(super) outputs: Vec<PathBuf>,
    /// The name of the file in reports
    #[arg(long, value_name = "PATH")]
    pub(super) file_path_in_report: Option<String>,
    /// Fail only for findings of this severity or higher: error, warning, info, style, none
    #[arg(
        short = 't',
        long,
        value_name = "SEVERITY",
        env = "HADOLINT_FAILURE_THRESHOLD",
        hide_env = true
    )]
    pub(super) failure_threshold: Option<String>,
    /// Never fail because of findings
    #[arg(long, env = "HADOLINT_NOFAIL", hide_env = true)]
    pub(super) no_fail: bool,
    #[command(flatten)]
    pub(super) choice: Choice,
    /// Use only these families of rules: hadolint, buildkit, lab
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
    /// Show what can be fixed safely, and fix it after you confirm; the old file is kept
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
    /// Make this rule a style remark
    #[arg(
        long,
        value_name = "CODE",
        value_delimiter = ',',
        env = "HADOLINT_OVERRIDE_STYLE",
        hide_env = true
    )]
    pub(super) style: Vec<String>,
    /// A registry that images are allowed to come from
    #[arg(
        long = "trusted-registry",
        value_name = "REGISTRY",
        value_delimiter = ',',
        env = "HADOLINT_TRUSTED_REGISTRIES",
        hide_env = true
    )]
    pub(super) trusted_registries: Vec<String>,
    /// A required label and its type: `maintainer:text`
    #[arg(
        long = "require-label",
        value_name = "LABEL:KIND",
        value_delimiter = ',',
        env = "HADOLINT_REQUIRE_LABELS",
        hide_env = true
    )]
    pub(super) require_labels: Vec<String>,
    /// Allow only the required labels
    #[arg(long, env = "HADOLINT_STRICT_LABELS", hide_env = true)]
    pub(super) strict_labels: bool,
    /// Do not let comments silence rules
    #[arg(long, env = "HADOLINT_DISABLE_IGNORE_PRAGMA", hide_env = true)]
    pub(super) disable_ignore_pragma: bool,
}

//! What rules use.

pub(super) use crate::{
    dockerfile::{Form, Ignore, ImageName, Instruction, Keyword, ProblemKind, SubstitutionRules, Walk, nearest},
    lint::{
        build_step::BuildStep,
        config::LabelKind,
        edit::Edit,
        image_content::*,
        labels::*,
        linted_dockerfile::LintedDockerfile,
        mounts::{keeps_out, mounts, option},
        names::{base_name, is_absolute, is_archive, registry, tag_and_digest, unquoted},
        package_managers::*,
        reporter::Reporter,
        rewrite::*,
        rule::Rule,
        severity::Severity,
        simple_command::{Arg, SimpleCommand},
        variables::*,
    },
};

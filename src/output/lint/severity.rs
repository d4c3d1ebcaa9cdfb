//! Severities in their colours.

use crate::{lint::Severity, output::style::Style};

/// A severity in its colour.
pub(super) fn coloured(severity: Severity, style: Style) -> String {
    match severity {
        Severity::Error => style.fail(severity),
        Severity::Warning => style.care(severity),
        Severity::Info => style.good(severity),
        Severity::Style | Severity::Off => style.dim(severity),
    }
}

//! How a course is graded: `[grading]` of `course.toml`.

use schemars::JsonSchema;
use serde::Deserialize;

/// The rules by which points are given.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Grading {
    /// Whether a task that is not passed gets the points of the criteria that are met.
    pub partial_credit: bool,
    /// What each day that a submission is late costs, in percent.
    pub late_percent_per_day: f64,
    /// What being late costs at most, in percent.
    pub late_percent_at_most: f64,
    /// For how many minutes a submission is not late yet.
    pub late_grace_minutes: u32,
}

impl Default for Grading {
    fn default() -> Self {
        Self {
            partial_credit: true,
            late_percent_per_day: 0.0,
            late_percent_at_most: 100.0,
            late_grace_minutes: 0,
        }
    }
}

impl Grading {
    /// The key that has a value that makes no sense.
    pub(super) fn wrong_key(&self) -> Option<&'static str> {
        let is_percent = |value: f64| (0.0..=100.0).contains(&value);
        match self {
            Self {
                late_percent_per_day, ..
            } if !is_percent(*late_percent_per_day) => Some("late-percent-per-day"),
            Self {
                late_percent_at_most, ..
            } if !is_percent(*late_percent_at_most) => Some("late-percent-at-most"),
            _ => None,
        }
    }
}

/// Whether points or a weight are a figure that can be given.
pub(super) fn is_worth(value: f64) -> bool {
    (0.0..=1_000.0).contains(&value)
}

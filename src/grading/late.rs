//! What a late submission costs.

use jiff::Timestamp;

use crate::course::Grading;

/// Seconds of a day.
const DAY: i64 = 24 * 60 * 60;

/// How late a submission is, and what that costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Late {
    /// Days that have begun since it was due, the time of grace left out.
    pub days: i64,
    /// The part of the points that is lost, in percent.
    pub percent: f64,
}

/// How late a submission is by a course's policy; none for one in time, or where a time is missing.
pub(super) fn late(submitted: Option<Timestamp>, due: Option<Timestamp>, policy: &Grading) -> Option<Late> {
    let grace = i64::from(policy.late_grace_minutes) * 60;
    let over = submitted?.as_second() - due?.as_second() - grace;
    if over <= 0 {
        return None;
    }
    let days = (over + DAY - 1) / DAY;
    #[expect(clippy::cast_precision_loss, reason = "days are few")]
    let percent = (policy.late_percent_per_day * days as f64).min(policy.late_percent_at_most);
    Some(Late { days, percent })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_has_begun_counts_and_the_loss_is_bounded() {
        let policy = Grading {
            late_percent_per_day: 20.0,
            late_percent_at_most: 50.0,
            late_grace_minutes: 15,
            ..Grading::default()
        };
        let due = Some("2026-01-01T10:00:00Z".parse().unwrap());
        let at = |text: &str| late(Some(text.parse().unwrap()), due, &policy).map(|late| (late.days, late.percent));
        assert_eq!(at("2026-01-01T09:00:00Z"), None);
        assert_eq!(at("2026-01-01T10:15:00Z"), None);
        assert_eq!(at("2026-01-01T10:15:01Z"), Some((1, 20.0)));
        assert_eq!(at("2026-01-02T10:15:00Z"), Some((1, 20.0)));
        assert_eq!(at("2026-01-02T12:00:00+01:00"), Some((2, 40.0)));
        assert_eq!(at("2027-01-01T00:00:00Z"), Some((365, 50.0)));
        assert_eq!(late(None, due, &policy), None);
        assert_eq!(late(due, None, &policy), None);
    }
}

//! Counts, sizes and times as a reader is told them.

use crate::language;
pub use crate::language::{point, units};

/// "1 lesson", "2 lessons".
pub fn count(number: usize, noun: &str) -> String {
    language::counted(number, noun)
}

/// Bytes as docker prints them: decimal, three figures.
pub fn size(bytes: u64) -> String {
    let units = units();
    #[expect(clippy::cast_precision_loss, reason = "three figures are shown")]
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1000.0 && unit + 1 < units.len() {
        value /= 1000.0;
        unit += 1;
    }
    let decimals = match value {
        _ if unit == 0 => 0,
        value if value < 10.0 => 2,
        value if value < 100.0 => 1,
        _ => 0,
    };
    point(format!("{value:.decimals$} {}", units[unit]))
}

/// Seconds: "0.4 s", "12 s", "2 min 5 s".
pub fn seconds(seconds: f64) -> String {
    if seconds < 10.0 {
        return point(format!("{seconds:.1} s"));
    }
    whole_seconds(seconds)
}

/// Seconds that still count: "0 s", "12 s", "2 min 5 s".
pub fn whole_seconds(seconds: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positive and small"
    )]
    let whole = seconds.round() as u64;
    if whole < 60 {
        format!("{whole} s")
    } else {
        say!("{} min {} s", whole / 60, whole % 60)
    }
}

/// A text on one line of at most so many characters, and of 20 at least.
pub fn shortened(text: &str, columns: usize) -> String {
    let columns = columns.max(20);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= columns {
        return text;
    }
    let start: String = text.chars().take(columns - 3).collect();
    format!("{start}...")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_sizes_and_seconds_read_well() {
        assert_eq!(count(1, "layer"), "1 layer");
        assert_eq!(count(0, "layer"), "0 layers");
        assert_eq!(size(999), "999 B");
        assert_eq!(size(43_100_000), "43.1 MB");
        assert_eq!(size(1_234_000_000), "1.23 GB");
        assert_eq!(seconds(0.44), "0.4 s");
        assert_eq!(seconds(125.2), "2 min 5 s");
    }
}

//! Limits that an image must keep to, with dive's keys and dive's figures (`.dive-ci`).

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::image::analysis::Analysis;

/// The keys, with what dive takes where none is given.
const KEYS: [(&str, &str); 4] = [
    ("lowestEfficiency", "0.9"),
    ("highestWastedBytes", "disabled"),
    ("highestUserWastedPercent", "0.1"),
    ("highestHiddenBytes", "disabled"),
];

/// Limits by key, as they were written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CiRules(BTreeMap<&'static str, String>);

/// What came of a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct CiResult {
    /// Its key.
    pub key: &'static str,
    /// The limit as it was written.
    pub limit: String,
    /// The image's figure; none where the rule is switched off.
    pub found: Option<f64>,
    /// Whether the figure counts bytes.
    pub bytes: bool,
    /// Whether the image keeps to it.
    pub passed: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DiveCiFile {
    rules: Option<BTreeMap<String, Scalar>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Scalar {
    Bool(bool),
    Whole(u64),
    Number(f64),
    Text(String),
    Nothing(()),
}

impl CiRules {
    /// Reads a `.dive-ci` file.
    ///
    /// # Errors
    /// When it is no YAML, or has a key that is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: DiveCiFile = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
        let mut rules = Self::default();
        for (key, value) in file.rules.unwrap_or_default() {
            let value = match value {
                Scalar::Bool(value) => value.to_string(),
                Scalar::Whole(value) => value.to_string(),
                Scalar::Number(value) => value.to_string(),
                Scalar::Text(value) => value,
                Scalar::Nothing(()) => String::new(),
            };
            rules.set(&key, value)?;
        }
        Ok(rules)
    }

    /// Sets a limit; what was set before gives way.
    ///
    /// # Errors
    /// When the key is unknown.
    pub fn set(&mut self, key: &str, limit: String) -> Result<(), String> {
        let known = KEYS.iter().find(|(known, _)| *known == key);
        let (key, _) = known.ok_or_else(|| {
            let keys: Vec<&str> = KEYS.iter().map(|(key, _)| *key).collect();
            say!("unknown rule `{key}`: the rules are {}", keys.join(", "); key)
        })?;
        self.0.insert(key, limit);
        Ok(())
    }

    /// Holds an image against the limits.
    ///
    /// # Errors
    /// When a limit is none.
    pub fn judge(&self, analysis: &Analysis) -> Result<Vec<CiResult>, String> {
        KEYS.iter()
            .map(|(key, usual)| {
                let limit = self.0.get(key).map_or(*usual, String::as_str);
                rule(key, limit, analysis)
            })
            .collect()
    }
}

#[expect(clippy::cast_precision_loss, reason = "limits are written with few figures")]
fn rule(key: &'static str, limit: &str, analysis: &Analysis) -> Result<CiResult, String> {
    let like = &analysis.like_dive;
    let bytes = key.ends_with("Bytes");
    let mut ruled = CiResult {
        key,
        limit: limit.to_owned(),
        found: None,
        bytes,
        passed: true,
    };
    if matches!(limit.trim().to_lowercase().as_str(), "" | "disabled" | "off" | "false") {
        return Ok(ruled);
    }
    let found = match key {
        "lowestEfficiency" => like.efficiency(),
        "highestWastedBytes" => like.wasted_bytes as f64,
        "highestHiddenBytes" => analysis.hidden as f64,
        // Nothing above the first layer: nothing of it is wasted.
        _ => like.user_wasted_percent().unwrap_or(0.0),
    };
    ruled.found = Some(found);
    if bytes {
        let most = parse_bytes(limit)
            .ok_or_else(|| say!("`{limit}` is not a size for {key}: write it like 20MB"; limit, key))?;
        ruled.passed = found <= most as f64;
    } else {
        let part: f64 = limit
            .trim()
            .parse()
            .ok()
            .filter(|part| (0.0..=1.0).contains(part))
            .ok_or_else(|| say!("`{limit}` is not a number from 0 to 1 for {key}"; limit, key))?;
        ruled.passed = if key == "lowestEfficiency" {
            found >= part
        } else {
            found <= part
        };
    }
    Ok(ruled)
}

/// Reads "20MB", "1.5 GiB", "4000000".
fn parse_bytes(text: &str) -> Option<u64> {
    let text = text.trim();
    let end = text
        .find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ','))
        .unwrap_or(text.len());
    let number: f64 = text[..end].replace(',', "").parse().ok()?;
    let unit = match text[end..].trim().to_lowercase().as_str() {
        "" | "b" => 1.0,
        "k" | "kb" => 1e3,
        "m" | "mb" => 1e6,
        "g" | "gb" => 1e9,
        "t" | "tb" => 1e12,
        "ki" | "kib" => 1024.0,
        "mi" | "mib" => 1024.0 * 1024.0,
        "gi" | "gib" => 1024.0 * 1024.0 * 1024.0,
        "ti" | "tib" => 1024.0 * 1024.0 * 1024.0 * 1024.0,
        _ => return None,
    };
    let bytes = number * unit;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "digits alone are never below zero; too many are the largest number"
    )]
    Some(bytes as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::LikeDive;

    fn analysis() -> Analysis {
        Analysis {
            hidden: 6_000_500,
            like_dive: LikeDive {
                wasted_bytes: 4_000_000,
                user_bytes: 7_001_300,
                least: 98,
                seen: 100,
                ..LikeDive::default()
            },
            ..Analysis::default()
        }
    }

    fn passed(file: &str) -> Vec<bool> {
        let ruled = CiRules::parse(file).unwrap().judge(&analysis()).unwrap();
        ruled.into_iter().map(|ruled| ruled.passed).collect()
    }

    #[test]
    fn the_usual_limits_are_dives_and_each_key_can_be_set_or_switched_off() {
        assert_eq!(passed("rules:\n"), [true, true, false, true]);
        // Meeting a limit is keeping to it.
        let file =
            "rules:\n  lowestEfficiency: 0.98\n  highestWastedBytes: 4MB\n  highestUserWastedPercent: disabled\n";
        assert_eq!(passed(file), [true; 4]);
        let file =
            "rules:\n  lowestEfficiency: 0.99\n  highestWastedBytes: '3.9 MB'\n  highestUserWastedPercent: off\n";
        assert_eq!(passed(file), [false, false, true, true]);
        let file = "rules: {highestHiddenBytes: 6000499, highestUserWastedPercent: \"0.6\"}";
        assert_eq!(passed(file), [true, true, true, false]);
    }

    #[test]
    fn what_is_no_limit_is_told() {
        assert!(CiRules::parse("rules: [").is_err());
        assert!(
            CiRules::parse("rules: {lowestEfficency: 1}")
                .unwrap_err()
                .contains("lowestEfficiency")
        );
        for wrong in [
            "lowestEfficiency: 95",
            "highestWastedBytes: many",
            "lowestEfficiency: -1",
        ] {
            let rules = CiRules::parse(&format!("rules: {{{wrong}}}")).unwrap();
            assert!(rules.judge(&analysis()).is_err(), "{wrong}");
        }
        assert_eq!(parse_bytes("1.5 GiB"), Some(1_610_612_736));
        assert_eq!(parse_bytes("20mb"), Some(20_000_000));
    }
}

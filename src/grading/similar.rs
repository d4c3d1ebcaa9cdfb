//! Dockerfiles that are alike once comments, blanks and the spelling of keywords are left out.

use std::collections::BTreeMap;

use crate::dockerfile;

/// How much of two Dockerfiles must be the same for them to be told as alike.
const ALIKE: f64 = 0.9;
/// A Dockerfile of fewer instructions is like many others.
const LEAST: usize = 5;
/// How many pairs are told.
const MOST: usize = 30;
/// Instructions of a Dockerfile that are compared.
const LONGEST: usize = 300;

/// Learners whose Dockerfiles are the same, or a pair that is alike.
#[derive(Debug, Clone, PartialEq)]
pub struct Alike {
    /// Positions of the learners among those that were compared.
    pub learners: Vec<usize>,
    /// How much is the same, from 0 to 1.
    pub part: f64,
}

/// Finds Dockerfiles that are alike. Those like one of `known`, such as the reference or where learners begin, are left out.
pub fn alike(dockerfiles: &[Option<&str>], known: &[&str]) -> Vec<Alike> {
    let known: Vec<Vec<String>> = known.iter().map(|text| normal(text)).collect();
    let mut groups: BTreeMap<Vec<String>, Vec<usize>> = BTreeMap::new();
    for (index, text) in dockerfiles.iter().enumerate() {
        let Some(text) = text else { continue };
        let lines = normal(text);
        if lines.len() >= LEAST && !known.contains(&lines) {
            groups.entry(lines).or_default().push(index);
        }
    }
    let groups: Vec<(Vec<String>, Vec<usize>)> = groups.into_iter().collect();
    let mut found: Vec<Alike> = Vec::new();
    for (index, (lines, learners)) in groups.iter().enumerate() {
        if learners.len() > 1 {
            found.push(Alike {
                learners: learners.clone(),
                part: 1.0,
            });
        }
        for (others, of) in &groups[index + 1..] {
            let part = in_common(lines, others);
            if let (true, Some(one), Some(other)) = (part >= ALIKE, learners.first(), of.first()) {
                found.push(Alike {
                    learners: vec![*one, *other],
                    part,
                });
            }
        }
    }
    found.sort_by(|a, b| b.part.total_cmp(&a.part));
    found.truncate(MOST);
    found
}

/// The instructions, each on a line: keywords in capitals, one blank between words, no comments.
fn normal(text: &str) -> Vec<String> {
    let parsed = dockerfile::parse(text);
    let instructions = parsed.instructions.iter().take(LONGEST);
    instructions
        .map(|instruction| {
            let flags = instruction.flags.iter();
            let flags = flags.map(|flag| format!("--{}={} ", flag.name, flag.value.as_deref().unwrap_or_default()));
            let scripts = instruction.heredocs.iter().map(|heredoc| heredoc.body.as_str());
            let text: String = flags.chain([instruction.text.clone()]).collect();
            let words: Vec<&str> = [text.as_str()]
                .into_iter()
                .chain(scripts)
                .flat_map(str::split_whitespace)
                .collect();
            format!("{} {}", instruction.keyword.name(), words.join(" "))
        })
        .collect()
}

/// How much two sorted-out Dockerfiles have in common: instructions that both have, whatever their order.
fn in_common(one: &[String], other: &[String]) -> f64 {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for line in one {
        *counts.entry(line).or_default() += 1;
    }
    let mut both = 0;
    for line in other {
        if let Some(count) = counts.get_mut(line.as_str()).filter(|count| **count > 0) {
            *count -= 1;
            both += 1;
        }
    }
    ratio(2 * both, one.len() + other.len())
}

fn ratio(part: usize, whole: usize) -> f64 {
    let figure = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if whole == 0 { 0.0 } else { figure(part) / figure(whole) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_and_comments_hide_nothing_and_the_reference_is_nobodys() {
        let own = "FROM a\nRUN one\nRUN two && three\nCOPY . .\nCMD [\"x\"]\n";
        let spelt = "# mine\nfrom a\nRUN   one\nRUN two && \\\n    three\n\nCOPY . .\ncmd [\"x\"]\n";
        let other = "FROM b\nRUN four\nRUN five\nCOPY . .\nCMD [\"y\"]\n";
        let found = alike(&[Some(own), Some(other), None, Some(spelt)], &[]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(
            (found[0].learners.as_slice(), found[0].part >= 1.0),
            (&[0, 3][..], true)
        );
        assert_eq!(alike(&[Some(own), Some(spelt)], &[own]), []);
        let longer = (0..19).fold(own.to_owned(), |text, n| format!("{text}RUN n{n}\n"));
        let nearly = longer.replace("RUN n7\n", "RUN m7\n");
        let found = alike(&[Some(&longer), Some(&nearly), Some(other)], &[]);
        assert_eq!(
            (found.len(), found[0].part > 0.9 && found[0].part < 1.0),
            (1, true),
            "{found:?}"
        );
    }
}

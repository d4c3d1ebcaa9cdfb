use std::collections::BTreeSet;

use crate::{
    dockerfile::Ignore,
    language::Language,
    lint::{Config, Facts, Family, LeftBehind, fixed, lint, page, rules},
};

/// What an example's page says besides.
fn surroundings(kind: &str, text: &str, config: &mut Config, facts: &mut Facts) {
    match kind {
        "yaml" => *config = Config::parse(text).unwrap(),
        "ignore" => facts.ignore = Some(Ignore::parse(text).0),
        "layers" => {
            let left = text.lines().map(|line| {
                let words: Vec<&str> = line.split(' ').collect();
                LeftBehind {
                    line: words[0].parse().unwrap(),
                    path: words[1].to_owned(),
                    bytes: words[2].parse().unwrap(),
                }
            });
            facts.left = Some(left.collect());
        }
        _ => panic!("{kind} is no kind of example"),
    }
}

#[test]
fn the_examples_on_every_page_are_judged_as_they_say() {
    for rule in rules() {
        let page = rule.page();
        let (mut config, mut facts) = (Config::default(), Facts::default());
        config.families = vec![rule.family()];
        let (mut bad, mut good) = (0, 0);
        for example in &page.examples {
            let broken = lint(&example.text, &config, &facts)
                .iter()
                .any(|finding| finding.code == rule.code);
            match example.kind.as_str() {
                "bad" => {
                    bad += 1;
                    assert!(broken, "{} passes\n{}", rule.code, example.text);
                }
                "good" => {
                    good += 1;
                    assert!(!broken, "{} fails\n{}", rule.code, example.text);
                }
                kind => surroundings(kind, &example.text, &mut config, &mut facts),
            }
        }
        assert!(bad > 0 && good > 0, "{} has no example", rule.code);
        assert!(!page.title().is_empty() && !page.why().is_empty(), "{}", rule.code);
    }
}

#[test]
fn codes_are_one_each_and_counterparts_are_rules() {
    let codes: BTreeSet<&str> = rules().iter().map(|rule| rule.code).collect();
    assert_eq!(codes.len(), rules().len());
    for rule in rules() {
        for other in rule.twins {
            assert!(codes.contains(other), "{} names {other}", rule.code);
        }
    }
    let count = |family| rules().iter().filter(|rule| rule.family() == family).count();
    assert_eq!((count(Family::Hadolint), count(Family::BuildKit)), (71, 21));
}

#[test]
fn what_two_families_say_of_a_line_is_told_once() {
    for (source, told, silent) in [
        ("FROM a:1\nWORKDIR app\n", "DL3000", "WorkdirRelativePath"),
        ("FROM a:1\nCMD run it\n", "DL3025", "JSONArgsRecommended"),
        ("FROM a:1\nMAINTAINER me\n", "DL4000", "MaintainerDeprecated"),
    ] {
        let codes: Vec<String> = lint(source, &Config::default(), &Facts::default())
            .into_iter()
            .map(|finding| finding.code)
            .collect();
        assert_eq!(codes.iter().filter(|code| *code == told).count(), 1, "{codes:?}");
        assert!(!codes.iter().any(|code| code == silent), "{codes:?}");
    }
}

#[test]
fn every_page_is_in_each_complete_language() {
    for language in Language::all().filter(|language| language.is_complete()).skip(1) {
        let words = page::TRANSLATED.get(language).unwrap();
        for rule in rules() {
            let translated = words.get(rule.code).map(|one| (one.title.trim(), one.why.trim()));
            assert!(
                translated.is_some_and(|(title, why)| !title.is_empty() && !why.is_empty()),
                "{} has no page for {}",
                language.code(),
                rule.code
            );
        }
        let codes: BTreeSet<&str> = rules().iter().map(|rule| rule.code).collect();
        for code in words.keys() {
            assert!(codes.contains(code.as_str()), "{code} is no rule");
        }
    }
}

#[test]
fn a_fix_takes_its_finding_away() {
    for rule in rules() {
        let config = Config {
            families: vec![rule.family()],
            ..Config::default()
        };
        for example in rule.page().examples.iter().filter(|example| example.kind == "bad") {
            let mut findings = lint(&example.text, &config, &Facts::default());
            findings.retain(|finding| finding.code == rule.code);
            if findings.iter().any(|finding| finding.edits.is_empty()) {
                continue;
            }
            let (text, count) = fixed(&example.text, &findings);
            assert_eq!(count, findings.len());
            let left = lint(&text, &config, &Facts::default());
            assert!(
                left.iter().all(|finding| finding.code != rule.code),
                "{}\n{text}",
                rule.code
            );
        }
    }
}

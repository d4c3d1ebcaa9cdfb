//! Random texts through the parser, the shell reader and the rules: no panic, and every place is in the file.
//! Needs no engine. Each run takes a few seconds of them, `scripts/test long` a million; `scripts/fuzz` looks further, guided by coverage.

use dockerlab::{
    dockerfile::{as_buildkit, commands, final_image, parse, written_commands},
    lint::{Config, Facts, fixed, lint},
};

use crate::support::Dice;

/// What Dockerfiles and shells are made of, and what breaks their readers.
#[rustfmt::skip]
const PIECES: &[&str] = &[
    "FROM ", "RUN ", "COPY ", "ADD ", "CMD ", "ENV ", "ARG ", "LABEL ", "USER ", "SHELL ", "ONBUILD ",
    "HEALTHCHECK ", "EXPOSE ", "WORKDIR ", "VOLUME ", "ENTRYPOINT ", "STOPSIGNAL ", "MAINTAINER ", "AS ", "NONE",
    "--from=", "--mount=", "type=cache,target=", "--chown=", "--platform=", "debian:12", "a", "x=1", "=", ":",
    "@sha256:", "/", "..", ".", "*", "\n", "\n", "\n", "\r\n", "\\\n", "\\\r\n", "\\ \n", "`\n", "\\", "`", "\"",
    "'", "$", "${", "}", "${x:-", "${x:+", "$(", ")", "(", "((", "))", "[", "]", "[\"", "\"]", "[\"a\", \"b\"]",
    ",", "{", ";", "&&", "||", "|", "&", ">", ">>", "<", "<<", "<<EOF", "<<-EOF", "<<\"EOF\"", "EOF", "\nEOF\n",
    "<<<", "2>&1", "# ", "#", "# escape=`\n", "# syntax=x\n", "# check=skip=all\n", "# hadolint ignore=DL3006\n",
    "# hadolint shell=bash\n", "if ", "then ", "fi", "for ", "in ", "do ", "done", "while ", "case ", "esac",
    "apt-get install -y ", "pip install ", "rm -rf ", "cd ", "sudo ", "curl x | ", " ", "\t", "\u{0}", "\u{1b}[31m",
    "\u{feff}", "é", "\u{1f40b}", "\u{2028}", "-", "--", "!", "~", "%", "0", "65536", "99999999999999999999", "-y",
];

fn text(dice: &mut Dice, most: usize) -> String {
    let mut text = String::new();
    if dice.below(3) == 0 {
        text.push_str("FROM a\nRUN ");
    }
    for _ in 0..=dice.below(most) {
        let piece: &&str = dice.one(PIECES);
        text.push_str(piece);
    }
    text
}

/// Runs a check over texts, half of them in a second thread.
fn over(texts: usize, most: usize, check: fn(&str)) {
    std::thread::scope(|scope| {
        for seed in [1, 2] {
            scope.spawn(move || {
                let mut dice = Dice::new(seed);
                for _ in 0..texts / 2 {
                    let text = text(&mut dice, most);
                    let is_fine = std::panic::catch_unwind(|| check(&text)).is_ok();
                    assert!(is_fine, "at this text: {text:?}");
                }
            });
        }
    });
}

#[test]
fn texts_are_read_as_dockerfiles_and_shells_without_a_panic() {
    read_as_dockerfiles(30_000);
}

#[test]
#[ignore = "takes a minute"]
fn a_million_texts_are_read_without_a_panic_at_length() {
    read_as_dockerfiles(1_000_000);
}

fn read_as_dockerfiles(texts: usize) {
    over(texts, 12, |text| {
        let dockerfile = parse(text);
        let lines = u32::try_from(text.lines().count()).unwrap().max(1);
        let mut behind = 0;
        for instruction in &dockerfile.instructions {
            assert!(behind < instruction.start_line, "instructions follow each other");
            assert!(instruction.start_line <= instruction.end_line && instruction.end_line <= lines);
            behind = instruction.end_line;
            for (word, offset) in instruction.arguments_at() {
                let (line, _) = instruction.locate(offset);
                assert!(instruction.contains_line(line), "`{word}` lies outside its instruction");
            }
            commands(instruction);
            written_commands(instruction);
        }
        as_buildkit(text, &dockerfile);
        final_image(&dockerfile, None);
    });
}

#[test]
fn texts_pass_every_rule_and_every_mend_without_a_panic() {
    pass_rules(2_000);
}

#[test]
#[ignore = "takes a minute"]
fn many_texts_pass_every_rule_and_every_mend_at_length() {
    pass_rules(60_000);
}

fn pass_rules(texts: usize) {
    over(texts, 40, |text| {
        let (config, facts) = (Config::default(), Facts::default());
        let findings = lint(text, &config, &facts);
        let lines = u32::try_from(text.lines().count()).unwrap().max(1);
        for finding in &findings {
            assert!(1 <= finding.line && finding.line <= lines, "{finding:?}");
        }
        let (mended, _) = fixed(text, &findings);
        lint(&mended, &config, &facts);
    });
}

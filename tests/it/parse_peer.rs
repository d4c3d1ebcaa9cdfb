//! `dockerlab parse` beside BuildKit's own parser (its Python binding): the same instructions, field by field, for all
//! that it accepts. Needs no engine; `scripts/lint-peers` installs the parser.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use dockerlab::dockerfile::{as_buildkit, parse};
use serde_json::Value;

use crate::support::{Dice, peer, public_dockerfiles, repository};

/// Answers a list of texts with a list of instructions, `null` for a text that it refuses.
const ASK: &str = r#"
import dockerfile, json, sys
def one(c):
    return {"cmd": c.cmd, "sub_cmd": c.sub_cmd, "json": c.json, "original": c.original, "start_line": c.start_line,
            "end_line": c.end_line, "flags": list(c.flags), "value": list(c.value),
            "heredocs": [{"name": h.name, "file_descriptor": h.file_descriptor, "content": h.content} for h in c.heredocs]}
def all(text):
    try:
        return [one(c) for c in dockerfile.parse_string(text)]
    except Exception:
        return None
print(json.dumps([all(text) for text in json.load(sys.stdin)]))
"#;

fn theirs(texts: &[String]) -> Vec<Value> {
    let mut child = Command::new(peer("python"))
        .args(["-c", ASK])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let input = serde_json::to_vec(texts).unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writing = std::thread::spawn(move || stdin.write_all(&input));
    let answer = child.wait_with_output().unwrap();
    writing.join().unwrap().unwrap();
    let mut read: Vec<Value> = serde_json::from_slice(&answer.stdout).unwrap();
    // The binding knows no empty text.
    for instruction in read.iter_mut().filter_map(Value::as_array_mut).flatten() {
        for field in ["cmd", "original"] {
            if instruction[field].is_null() {
                instruction[field] = Value::from("");
            }
        }
    }
    read
}

/// Whether all differences from theirs are deliberate: from BuildKit 0.13 on, text behind a JSON array makes it a shell
/// form. Everything else about such an instruction has to be the same.
fn known(ours: &Value, theirs: &Value) -> bool {
    let instructions = |all: &Value| all.as_array().cloned().unwrap_or_default();
    let (mut ours, theirs) = (instructions(ours), instructions(theirs));
    for (our, their) in ours.iter_mut().zip(&theirs) {
        let original = their["original"].as_str().unwrap_or_default();
        let array = original.find('[').map_or("", |at| &original[at..]);
        let mut values = serde_json::Deserializer::from_str(array).into_iter::<Vec<String>>();
        if their["json"] == true
            && our["json"] == false
            && matches!(values.next(), Some(Ok(_)))
            && !array[values.byte_offset()..].trim().is_empty()
        {
            our["json"] = their["json"].clone();
            our["value"] = their["value"].clone();
        }
    }
    ours == theirs
}

#[track_caller]
fn compare(texts: &[String]) -> (usize, usize) {
    let (mut accepted, mut passed_over) = (0, 0);
    let mut different = Vec::new();
    for (text, theirs) in texts.iter().zip(theirs(texts)) {
        if theirs.is_null() {
            continue;
        }
        accepted += 1;
        let ours = serde_json::to_value(as_buildkit(text, &parse(text))).unwrap();
        if ours == theirs {
            continue;
        }
        if known(&ours, &theirs) {
            passed_over += 1;
            continue;
        }
        different.push(format!("{text:?}\n  ours   {ours}\n  theirs {theirs}"));
    }
    different.sort_by_key(String::len);
    assert!(
        different.is_empty(),
        "{} of {accepted} differ\n{}",
        different.len(),
        different.iter().take(12).cloned().collect::<Vec<_>>().join("\n")
    );
    (accepted, passed_over)
}

/// Corners of the format, one instruction or more each.
const CORNERS: &[&str] = &[
    "RUN <<EOF\nx\ny\nEOF",
    "RUN <<-EOF\n\tx\n\tEOF",
    "RUN 3<<EOF cat\nx\nEOF",
    "COPY <<A <<B /d/\na\nA\nb\nB",
    "RUN <<'EOF'\n$x\nEOF",
    "RUN <<eo\"f\"\n$x\neof",
    "RUN cat <<EOF && \\\n  ls\nx\nEOF",
    "RUN cat<<EOF\nENV a=b",
    "RUN echo \"<<EOF\"",
    "RUN cat <<< x",
    "RUN echo $((1<<2))",
    "RUN [\"cat\", \"<<EOF\"]",
    "ENV a=<<EOF",
    "ADD <<x.txt /x\ny\nx.txt",
    "RUN <<EOF\n# x\n\\\nEOF\nRUN y",
    "ONBUILD RUN <<EOF\nx\nEOF",
    "ONBUILD COPY --from=x a b",
    "ONBUILD ENV a=b c=\"d e\"",
    "ONBUILD CMD [\"a\", \"b\"]",
    "RUN a \\\n  # x\n\n  && b",
    "RUN a \\  \n b",
    "RUN a \\\n",
    "RUN a \\",
    "RUN a\\\nb",
    "RUN a\\\\\nRUN b",
    "CMD [\"a\",\"b c\"]",
    "CMD ['a']",
    "CMD [\"a\"",
    "CMD []",
    "CMD [\"\\u00e9\\n\\\"\"]",
    "CMD [ \"a\" , \"b\" ]",
    "CMD  [\"a\"]  ",
    "CMD",
    "RUN",
    "ENTRYPOINT []",
    "RUN --mount=type=bind,src=\"a b\",target=/c --network=none x --foo",
    "RUN -- --x",
    "RUN --x",
    "COPY --from=a --chown='b c' d e",
    "COPY --link a b",
    "COPY [\"a b\", \"c\"]",
    "COPY a  b\tc",
    "ADD --checksum=sha256:x https://a b",
    "ARG a",
    "ARG a=1 b c=\"x y\"",
    "ENV a=1 b=\"x y\" c=x\\ y",
    "ENV a  b c",
    "ENV a b=c",
    "ENV a=\"b\\\n c\"",
    "ENV a='b \"c\"' d=\"e 'f'\"",
    "ENV a=b\\",
    "ENV a=",
    "LABEL a=b \"c d\"=e",
    "LABEL a b",
    "HEALTHCHECK --interval=\"5s\" CMD a b",
    "HEALTHCHECK CMD [\"a\"]",
    "HEALTHCHECK NONE",
    "HEALTHCHECK none",
    "HEALTHCHECK --timeout=1s --retries=3 cmd a",
    "USER a b",
    "WORKDIR /a b",
    "WORKDIR \"/a\"",
    "MAINTAINER a <b@c.d>",
    "STOPSIGNAL 9",
    "VOLUME /a /b",
    "VOLUME [\"/a\"]",
    "EXPOSE 80 81/udp",
    "SHELL [\"a\", \"-c\"]",
    "FOO bar",
    "  RUN\ta",
    "run a",
    "Run a",
    "RUN é \\\n ü",
    "RUN echo # x",
    "# x\nRUN a",
    "\n\n\nRUN a\n\n",
    "FROM a AS b",
    "FROM --platform=$B c as D",
    "RUN \"a\nRUN b",
    "RUN a \\\n\n\n\nRUN b",
];

#[test]
#[ignore = "needs BuildKit's parser: scripts/lint-peers"]
fn every_corner_is_read_as_buildkit_reads_it() {
    let mut texts: Vec<String> = Vec::new();
    for corner in CORNERS {
        texts.push(format!("FROM x\n{corner}\n"));
        texts.push(format!("FROM x\n{corner}"));
        texts.push((*corner).to_owned());
        texts.push(format!("# syntax=docker/dockerfile:1\nFROM x\n{corner}\nRUN z\n"));
        texts.push(format!("FROM x\r\n{}\r\n", corner.replace('\n', "\r\n")));
        texts.push(format!("# escape=`\nFROM x\n{}\n", corner.replace('\\', "`")));
        texts.push(format!("\u{feff}FROM x\n{corner}\n"));
        texts.push(format!("ARG a=b\n# c\nFROM x\n\n{corner}\n\nRUN y\n"));
    }
    let (accepted, _) = compare(&texts);
    assert!(accepted > 450, "{accepted}");
}

/// One instruction of each kind, where it can in JSON form, and beginnings of JSON that come to nothing.
const HEADS: &[&str] = &[
    "RUN [\"a\", \"b\"]",
    "RUN --network=none [\"a\"]",
    "RUN <<EOF cat",
    "RUN \"a",
    "RUN a",
    "CMD [\"a\"]",
    "CMD [\"a\\\\\"]",
    "CMD []",
    "CMD [\"a\",",
    "CMD [\"a\"",
    "CMD [",
    "CMD",
    "ENTRYPOINT [\"a\", \"b c\"]",
    "SHELL [\"a\", \"-c\"]",
    "VOLUME [\"/a\"]",
    "COPY [\"a b\", \"c\"]",
    "COPY --from=x [\"a\", \"b\"]",
    "ADD [\"a\", \"c\"]",
    "HEALTHCHECK CMD [\"a\"]",
    "HEALTHCHECK --interval=5s CMD [\"a\"]",
    "HEALTHCHECK NONE",
    "ONBUILD CMD [\"a\"]",
    "ONBUILD COPY [\"a\", \"b\"]",
    "ONBUILD HEALTHCHECK CMD [\"a\"]",
    "ENV a=b",
    "ENV a b",
    "LABEL a=b",
    "ARG a",
    "EXPOSE 80",
    "USER x",
    "WORKDIR /x",
    "STOPSIGNAL 9",
    "MAINTAINER x",
    "FROM x AS y",
    "FOO [\"a\"]",
];

/// What stands between an instruction and the escape character behind it.
const BETWEEN: &[&str] = &["", " ", "\t", "\\", " \\ ", "\u{a0}", "\u{c}", "\r"];

/// What follows the escape character.
const ENDS: &[&str] = &[
    "",
    " ",
    "\n",
    " \n",
    "\t\n",
    "\r\n",
    " \r\n",
    "\u{a0}\n",
    "\u{b}\n",
    "\u{c}\n",
    "\\\n",
    "\\ \n",
    "x\n",
    " x\n",
    "\n\n",
    "\n# c",
    "\n# c\n",
    "\n  # c\n",
    "\n# c\n\n",
    "\n\n# c\n",
    "\n\\\n",
    "\n\\\n\\\n",
    "\n \\\nRUN z",
    "\n#\\\nRUN z\n",
    "\nRUN z\n",
    "\n\nRUN z\n",
    "\n# c\nRUN z\n",
    "\n\t\n\t# c\nCMD [\"z\"]\n",
    "\n [\"b\"]\n",
    "\n\"c\"]\n",
    "\n]\n",
    "\\\r\n\r\n",
];

#[test]
#[ignore = "needs BuildKit's parser: scripts/lint-peers"]
fn an_escape_character_behind_an_instruction_is_read_as_buildkit_reads_it() {
    let mut texts = Vec::new();
    for head in HEADS {
        for between in BETWEEN {
            for end in ENDS {
                let text = format!("{head}{between}\\{end}");
                texts.push(format!("# escape=`\nFROM x\n{}", text.replace('\\', "`")));
                texts.push(format!("FROM x\n{text}"));
            }
        }
    }
    let (accepted, _) = compare(&texts);
    assert!(accepted > 10_000, "{accepted}");
}

#[test]
#[ignore = "needs BuildKit's parser: scripts/lint-peers"]
fn files_put_together_from_pieces_are_read_as_buildkit_reads_them() {
    let mut pieces: Vec<String> = CORNERS.iter().map(|corner| (*corner).to_owned()).collect();
    for name in ["run.txt", "instruction.txt"] {
        let text = std::fs::read_to_string(repository().join("tests/lint").join(name)).unwrap();
        pieces.extend(text.lines().map(|line| {
            let line = line
                .replace("\\\\", "\u{0}")
                .replace("\\n", "\n")
                .replace('\u{0}', "\\");
            if name == "run.txt" { format!("RUN {line}") } else { line }
        }));
    }
    let mut dice = Dice::new(11);
    let mut texts = Vec::new();
    for _ in 0..4000 {
        let mut text = String::from(*dice.one(&["FROM x\n", "# escape=`\nFROM x\n", "# c\n\nFROM x AS y\n", ""]));
        for _ in 0..=dice.below(6) {
            text.push_str(dice.one(&pieces).as_str());
            text.push_str(dice.one::<&str>(&[
                "\n",
                "\n",
                "\n\n",
                "\r\n",
                " \n",
                "\n# d\n",
                " \\\n  e\n",
                "\t\\\n# f\n\n g\n",
            ]));
        }
        texts.push(text);
    }
    let (accepted, _) = compare(&texts);
    assert!(accepted > 2000, "{accepted}");
}

#[test]
#[ignore = "needs BuildKit's parser and others' Dockerfiles: scripts/lint-peers, scripts/public-dockerfiles"]
fn public_files_are_read_as_buildkit_reads_them_at_length() {
    let texts: Vec<String> = public_dockerfiles().into_iter().map(|(_, text)| text).collect();
    let (accepted, passed_over) = compare(&texts);
    println!(
        "{} files, {accepted} accepted, {passed_over} known differences",
        texts.len()
    );
    assert!(accepted > 300, "{accepted} of {}", texts.len());
}

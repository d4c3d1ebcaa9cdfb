//! A YAML document as a tree whose parts know their line, and their quotes. JSON is read the same way, which is nearly
//! YAML.
//!
//! Not by serde's types: a text has to stay as it is written (`2.50`, `yes`), a quoted one is no number, all mistakes are
//! told at once, and each test is told by its line.

use std::collections::BTreeMap;

use granit_parser::{Event, Parser, ScalarStyle};

use super::mistake::Mistake;

/// How many nodes a document may have, the copies that aliases make included.
const NODES: usize = 100_000;

/// A part of a document.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    /// Its line, from 1.
    pub(super) line: u32,
    pub(super) value: Value,
}

/// What a part is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// A text, and whether it is written without quotes.
    Scalar {
        text: String,
        is_plain: bool,
    },
    List(Vec<Node>),
    /// Keys with their lines, in order, twice where they are written twice.
    Map(Vec<(Key, Node)>),
}

/// A key.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) line: u32,
}

impl Node {
    /// Whether this is nothing: `null`, `~`, or no text at all.
    pub(super) fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, is_plain: true }
            if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// The value of the last key of this name.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        match &self.value {
            Value::Map(entries) => entries
                .iter()
                .rev()
                .find(|(key, _)| key.name == name)
                .map(|(_, node)| node),
            _ => None,
        }
    }

    fn nothing(line: u32) -> Self {
        Self {
            line,
            value: Value::Scalar {
                text: String::new(),
                is_plain: true,
            },
        }
    }

    fn count(&self) -> usize {
        1 + match &self.value {
            Value::Scalar { .. } => 0,
            Value::List(nodes) => nodes.iter().map(Self::count).sum(),
            Value::Map(entries) => entries.iter().map(|(_, node)| 1 + node.count()).sum(),
        }
    }
}

/// Reads the first document of a text.
pub(super) fn parse(text: &str) -> Result<Node, Mistake> {
    let mut tree = Tree {
        events: Parser::new_from_str(text),
        anchors: BTreeMap::new(),
        left: NODES,
    };
    loop {
        match tree.next()? {
            (Event::StreamEnd | Event::DocumentEnd, line) => return Ok(Node::nothing(line)),
            (Event::StreamStart | Event::DocumentStart(..), _) => {}
            (event, line) => return tree.node(event, line),
        }
    }
}

struct Tree<'t> {
    events: Parser<'t, granit_parser::StrInput<'t>>,
    anchors: BTreeMap<usize, Node>,
    left: usize,
}

impl<'t> Tree<'t> {
    fn next(&mut self) -> Result<(Event<'t>, u32), Mistake> {
        match self.events.next() {
            Some(Ok((event, span))) => Ok((event, line(span.start.line()))),
            Some(Err(error)) => Err(Mistake::at(line(error.marker().line()), error.info().clone())),
            None => Ok((Event::StreamEnd, 1)),
        }
    }

    fn take(&mut self, nodes: usize, line: u32) -> Result<(), Mistake> {
        match self.left.checked_sub(nodes) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(Mistake::at(line, say!("the document is too large"))),
        }
    }

    fn node(&mut self, event: Event<'t>, line: u32) -> Result<Node, Mistake> {
        self.take(1, line)?;
        let (value, anchor) = match event {
            Event::Alias(id) => {
                let node = self.anchors.get(&id).cloned();
                let node = node.ok_or_else(|| Mistake::at(line, say!("an alias refers to itself")))?;
                self.take(node.count(), line)?;
                return Ok(node);
            }
            Event::Scalar(text, style, anchor, _) => {
                let is_plain = style == ScalarStyle::Plain;
                let text = text.into_owned();
                (Value::Scalar { text, is_plain }, anchor)
            }
            Event::SequenceStart(_, anchor, _) => {
                let mut nodes = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd | Event::StreamEnd, _) => break,
                        (event, line) => nodes.push(self.node(event, line)?),
                    }
                }
                (Value::List(nodes), anchor)
            }
            Event::MappingStart(_, anchor, _) => (self.map()?, anchor),
            _ => return Err(Mistake::at(line, say!("this is not YAML that can be read"))),
        };
        let node = Node { line, value };
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn map(&mut self) -> Result<Value, Mistake> {
        let mut entries: Vec<(Key, Node)> = Vec::new();
        let mut merged: Vec<(Key, Node)> = Vec::new();
        loop {
            let (event, line) = match self.next()? {
                (Event::MappingEnd | Event::StreamEnd, _) => break,
                next => next,
            };
            let key = self.node(event, line)?;
            let Value::Scalar { text: name, is_plain } = key.value else {
                return Err(Mistake::at(key.line, say!("a key has to be a text")));
            };
            let (event, line) = self.next()?;
            let value = self.node(event, line)?;
            if is_plain && name == "<<" {
                merged.extend(entries_of(value));
            } else {
                entries.push((Key { name, line: key.line }, value));
            }
        }
        for (key, value) in merged {
            if !entries.iter().any(|(own, _)| own.name == key.name) {
                entries.push((key, value));
            }
        }
        Ok(Value::Map(entries))
    }
}

/// What `<<` brings: the entries of a map, or of several.
fn entries_of(node: Node) -> Vec<(Key, Node)> {
    match node.value {
        Value::Map(entries) => entries,
        Value::List(nodes) => nodes.into_iter().flat_map(entries_of).collect(),
        Value::Scalar { .. } => Vec::new(),
    }
}

fn line(line: usize) -> u32 {
    u32::try_from(line.max(1)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stay_as_they_are_written_and_know_their_lines() {
        let node = parse("a: 2.50\nb:\n- \"yes\"\n- no\n---\nother: 1\n").unwrap();
        let a = node.get("a").unwrap();
        assert_eq!(
            (a.line, &a.value),
            (
                1,
                &Value::Scalar {
                    text: "2.50".to_owned(),
                    is_plain: true
                }
            )
        );
        let Value::List(list) = &node.get("b").unwrap().value else {
            panic!("no list");
        };
        assert_eq!(
            (list[0].line, &list[0].value),
            (
                3,
                &Value::Scalar {
                    text: "yes".to_owned(),
                    is_plain: false
                }
            )
        );
        assert!(parse("").unwrap().is_null());
        assert_eq!(parse("a: [1\nb: 2").unwrap_err().line, 2);
    }

    #[test]
    fn anchors_and_merges_are_followed_within_bounds() {
        let node = parse("x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}\n").unwrap();
        let y = node.get("y").unwrap();
        let text = |name: &str| match &y.get(name).unwrap().value {
            Value::Scalar { text, .. } => text.clone(),
            _ => String::new(),
        };
        assert_eq!((text("a"), text("b")), ("1".to_owned(), "3".to_owned()));
        let mut laughs = String::new();
        for level in 0..9 {
            let before = if level == 0 {
                "1".to_owned()
            } else {
                format!("*a{}", level - 1)
            };
            laughs.push_str(&format!("a{level}: &a{level} [{}]\n", vec![before; 10].join(",")));
        }
        assert!(parse(&laughs).unwrap_err().message.contains("too large"));
    }
}

//! Rust text as trees of tokens, cut by the compiler's own lexer.

use ra_ap_rustc_lexer::{FrontmatterAllowed, TokenKind, tokenize};

/// A token, or a bracketed group of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tree {
    Word(String),
    Sign(char),
    /// A literal or a lifetime: nothing that refers to something.
    Other,
    /// Its opening bracket, and what is inside.
    Group(char, Vec<Tree>),
}

impl Tree {
    pub(super) fn word(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            _ => None,
        }
    }

    pub(super) fn is_sign(&self, sign: char) -> bool {
        *self == Self::Sign(sign)
    }

    pub(super) fn group(&self, bracket: char) -> Option<&[Self]> {
        match self {
            Self::Group(opening, inside) if *opening == bracket => Some(inside),
            _ => None,
        }
    }
}

/// Reads a text; comments are left out.
pub(super) fn trees(text: &str) -> Vec<Tree> {
    let mut open: Vec<(char, Vec<Tree>)> = vec![(' ', Vec::new())];
    let mut at = 0;
    for token in tokenize(text, FrontmatterAllowed::No) {
        let shown = &text[at..at + token.len as usize];
        at += token.len as usize;
        let sign = shown.chars().next().unwrap();
        let tree = match token.kind {
            TokenKind::LineComment { .. } | TokenKind::BlockComment { .. } | TokenKind::Whitespace => continue,
            TokenKind::Ident => Tree::Word(shown.to_owned()),
            TokenKind::RawIdent => Tree::Word(shown.trim_start_matches("r#").to_owned()),
            TokenKind::Literal { .. } | TokenKind::Lifetime { .. } => Tree::Other,
            TokenKind::OpenParen | TokenKind::OpenBrace | TokenKind::OpenBracket => {
                open.push((sign, Vec::new()));
                continue;
            }
            TokenKind::CloseParen | TokenKind::CloseBrace | TokenKind::CloseBracket => {
                let (bracket, inside) = open.pop().unwrap();
                Tree::Group(bracket, inside)
            }
            _ => Tree::Sign(sign),
        };
        open.last_mut().unwrap().1.push(tree);
    }
    assert_eq!(open.len(), 1, "brackets that do not close");
    open.pop().unwrap().1
}

//! A change of one line, which a fix is made of.

/// A change of a Dockerfile within one line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1; one behind the last character is the line's end.
    pub column: u32,
    /// How many characters go; `u32::MAX` for the rest of the line.
    pub remove: u32,
    /// What comes instead. Where it is empty and nothing else is left, the line goes too.
    pub insert: String,
}

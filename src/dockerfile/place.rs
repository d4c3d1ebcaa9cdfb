//! Where a piece of joined text stood in the file.

use std::ops::Range;

/// From here on, text is as it stands in the file, one after the other on one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    offset: usize,
    line: u32,
    column: u32,
}

/// The way back from an offset in a joined text to its line and column in the file.
///
/// Lines and columns count from 1, columns in characters. Marks are set at each fragment, and every few hundred bytes
/// where characters are longer than a byte, so that a look-up never counts through a long line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Marks(Vec<Mark>);

const STRIDE: usize = 256;

impl Marks {
    /// Notes that the text from `offset` on is `fragment`, which starts at this line and column of the file.
    pub(super) fn push(&mut self, offset: usize, fragment: &str, line: u32, column: u32) {
        self.0.push(Mark { offset, line, column });
        if fragment.len() <= STRIDE || fragment.is_ascii() {
            return;
        }
        let mut last = 0;
        for (characters, (at, _)) in fragment.char_indices().enumerate() {
            if at - last >= STRIDE {
                last = at;
                self.0.push(Mark {
                    offset: offset + at,
                    line,
                    column: column.saturating_add(count(characters)),
                });
            }
        }
    }

    /// The line and column of an offset in `text`, the text that these marks belong to.
    pub(super) fn locate(&self, text: &str, offset: usize) -> (u32, u32) {
        let index = self.0.partition_point(|mark| mark.offset <= offset);
        let Some(mark) = index.checked_sub(1).and_then(|index| self.0.get(index)) else {
            return self.0.first().map_or((1, 1), |mark| (mark.line, mark.column));
        };
        let distance = offset - mark.offset;
        let between = if distance <= STRIDE * 2 {
            text.get(mark.offset..offset.min(text.len()))
                .map_or(distance, |between| between.chars().count())
        } else {
            distance
        };
        (mark.line, mark.column.saturating_add(count(between)))
    }

    /// Whether a fragment starts at this offset.
    pub(super) fn starts_at(&self, offset: usize) -> bool {
        self.0.binary_search_by_key(&offset, |mark| mark.offset).is_ok()
    }

    /// The marks of the part of `text` that starts at `from`.
    pub(super) fn from(&self, text: &str, from: usize) -> Self {
        let mut marks = Self::default();
        marks.copy(0, self, text, from..text.len());
        marks
    }

    /// Notes that the text from `offset` on is a part of another text that has marks.
    pub(super) fn copy(&mut self, offset: usize, other: &Self, text: &str, part: Range<usize>) {
        let (line, column) = other.locate(text, part.start);
        self.0.push(Mark { offset, line, column });
        let next = other.0.partition_point(|mark| mark.offset <= part.start);
        let inside = other.0.iter().skip(next).take_while(|mark| mark.offset < part.end);
        self.0.extend(inside.map(|mark| Mark {
            offset: mark.offset - part.start + offset,
            ..*mark
        }));
    }
}

/// A count as a line or column number; no file has more than four thousand million of either.
pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_leads_back_to_line_and_column() {
        let text = "abcdef";
        let mut marks = Marks::default();
        marks.push(0, "abc", 3, 5);
        marks.push(3, "def", 4, 1);
        for (offset, place) in [(0, (3, 5)), (2, (3, 7)), (3, (4, 1)), (5, (4, 3)), (6, (4, 4))] {
            assert_eq!(marks.locate(text, offset), place, "offset {offset}");
        }
        let rest = marks.from(text, 2);
        assert_eq!(rest.locate("cdef", 0), (3, 7));
        assert_eq!(rest.locate("cdef", 1), (4, 1));
    }

    #[test]
    fn columns_count_characters() {
        let text = "é".repeat(2000);
        let mut marks = Marks::default();
        marks.push(0, &text, 1, 1);
        assert_eq!(marks.locate(&text, 0), (1, 1));
        assert_eq!(marks.locate(&text, 2 * 1999), (1, 2000));
    }
}

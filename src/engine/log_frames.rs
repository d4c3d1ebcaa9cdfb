//! The frames in which an engine sends what a container without a terminal prints: a head of eight bytes (which stream,
//! three zeros, the length, most significant byte first), then so many bytes.
//!
//! Nothing is kept of a frame but its head: one that claims 4 GiB costs nothing.

use super::text::LineBuffer;

/// Puts lines together from frames.
#[derive(Debug, Default)]
pub(super) struct LogLines {
    head: Vec<u8>,
    left: usize,
    is_stderr: bool,
    out: LineBuffer,
    err: LineBuffer,
}

impl LogLines {
    /// Takes bytes of the answer, and hands over the lines that they complete.
    pub(super) fn push(&mut self, mut bytes: &[u8], line: &mut dyn FnMut(String)) {
        while !bytes.is_empty() {
            if self.left == 0 {
                let count = bytes.len().min(8 - self.head.len());
                self.head.extend_from_slice(&bytes[..count]);
                bytes = &bytes[count..];
                if let [stream, _, _, _, length @ ..] = &self.head[..]
                    && let Ok(length) = <[u8; 4]>::try_from(length)
                {
                    self.is_stderr = *stream == 2;
                    self.left = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
                    self.head.clear();
                }
                continue;
            }
            let (piece, rest) = bytes.split_at(bytes.len().min(self.left));
            let buffer = if self.is_stderr { &mut self.err } else { &mut self.out };
            buffer.push(piece).into_iter().for_each(&mut *line);
            self.left -= piece.len();
            bytes = rest;
        }
    }

    /// Hands over the last lines, which had no end.
    pub(super) fn finish(&mut self, line: &mut dyn FnMut(String)) {
        [self.out.finish(), self.err.finish()]
            .into_iter()
            .flatten()
            .for_each(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_become_lines_of_either_stream() {
        let mut bytes = Vec::new();
        for (stream, text) in [(1, "a"), (2, "x\n"), (1, "b\nc"), (1, "")] {
            bytes.extend([stream, 0, 0, 0, 0, 0, 0, u8::try_from(text.len()).unwrap()]);
            bytes.extend(text.as_bytes());
        }
        for size in [1, 3, 100] {
            let mut told = Vec::new();
            let mut lines = LogLines::default();
            for piece in bytes.chunks(size) {
                lines.push(piece, &mut |line| told.push(line));
            }
            lines.finish(&mut |line| told.push(line));
            assert_eq!(told, ["x", "ab", "c"]);
        }
    }
}

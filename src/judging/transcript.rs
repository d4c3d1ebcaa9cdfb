//! Everything a build printed, within bounds, kept to be read later.

use std::collections::VecDeque;

use crate::engine::port::BuildEvent;

/// Bytes that are kept of a build's beginning, and of its end.
const FIRST: usize = 2 * 1024 * 1024;
const LAST: usize = 2 * 1024 * 1024;

/// What a build printed so far, a line an entry: `#3 RUN apt-get update`, then its own lines behind `#3`. Steps run side
/// by side in BuildKit.
#[derive(Debug, Default)]
pub(super) struct Transcript {
    first: String,
    last: VecDeque<String>,
    last_bytes: usize,
    left_out: u64,
}

impl Transcript {
    /// Takes up what a build says.
    pub(super) fn take(&mut self, event: &BuildEvent) {
        match event {
            BuildEvent::StepStarted { id, name, .. } => self.push(format!("#{id} {name}\n")),
            BuildEvent::StepLog { id, line } => self.push(format!("#{id} | {line}\n")),
            BuildEvent::Sent { .. } | BuildEvent::StepEnded { .. } => {}
        }
    }

    fn push(&mut self, line: String) {
        if self.last.is_empty() && self.first.len() + line.len() <= FIRST {
            self.first.push_str(&line);
            return;
        }
        self.last_bytes += line.len();
        self.last.push_back(line);
        while self.last_bytes > LAST
            && let Some(oldest) = self.last.pop_front()
        {
            self.last_bytes -= oldest.len();
            self.left_out += 1;
        }
    }

    /// All of it, with the builder's message at the end.
    pub(super) fn text(self, message: &str) -> String {
        let mut text = self.first;
        if self.left_out > 0 {
            text.push_str(&say!("({} lines left out)", self.left_out));
            text.push('\n');
        }
        text.extend(self.last);
        text.push_str(message);
        text.push('\n');
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_lines_are_kept_within_bounds() {
        let mut transcript = Transcript::default();
        let name = "RUN seq".to_owned();
        transcript.take(&BuildEvent::StepStarted {
            id: 3,
            name,
            internal: false,
        });
        for number in 0..9_000 {
            let line = format!("{number} {}", "x".repeat(1_000));
            transcript.take(&BuildEvent::StepLog { id: 3, line });
        }
        let text = transcript.text("exit code: 1");
        assert!(text.starts_with("#3 RUN seq\n#3 | 0 x"), "{}", &text[..40]);
        assert!(text.len() <= FIRST + LAST + 100 && text.contains(" lines left out)"));
        assert!(text.contains("#3 | 8999 x") && text.ends_with("exit code: 1\n"));
    }
}

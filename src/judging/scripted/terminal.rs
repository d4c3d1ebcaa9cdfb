//! A person who answers as a test says.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, mpsc},
    time::{Duration, Instant},
};

use crate::{
    engine::port::ShellIo,
    error::Error,
    interrupt::Interrupt,
    terminal::{HandedOver, Key, Page, Stream, Terminal},
};

/// How long a page may take to show what is waited for, before the test fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the person does next on a page.
#[derive(Debug, Clone)]
pub(crate) enum Does {
    /// Presses a key.
    Press(Key),
    /// Waits until the page shows this text.
    Sees(&'static str),
}

/// What a scripted person was asked and answers.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    /// Answers to questions, in order: "yes", an index, a line. A question without one is left.
    pub(crate) answers: VecDeque<&'static str>,
    /// The questions that were asked.
    pub(crate) questions: Vec<String>,
    /// What happens on a page; at its end the person leaves.
    pub(crate) does: VecDeque<Does>,
    /// Columns and rows of the page; 100 and 60 where none are set.
    pub(crate) size: Option<(usize, usize)>,
    /// The page as it was drawn last.
    pub(crate) page: String,
    /// Since when a text on the page is waited for.
    waits: Option<Instant>,
    /// What is typed into a container.
    pub(crate) typed: &'static str,
}

#[derive(Debug, Clone)]
pub(crate) struct ScriptedTerminal {
    pub(crate) answers: Arc<Mutex<Answers>>,
    pub(crate) out: Stream,
    pub(crate) interrupt: Interrupt,
}

impl ScriptedTerminal {
    fn next(&self, question: &str) -> Option<&'static str> {
        let mut answers = self.answers.lock().unwrap();
        answers.questions.push(question.to_owned());
        answers.answers.pop_front()
    }
}

impl Terminal for ScriptedTerminal {
    fn confirm(&self, question: &str, _: &str) -> Result<bool, Error> {
        Ok(self.next(question) == Some("yes"))
    }

    fn choose(&self, question: &str, answers: &[&str], _: &str) -> Result<Option<usize>, Error> {
        let answer = self.next(question);
        Ok(answer.and_then(|answer| answers.iter().position(|one| one.contains(answer))))
    }

    fn line(&self, question: &str, proposed: &str, _: &str) -> Result<Option<String>, Error> {
        Ok(self
            .next(question)
            .map(|answer| if answer.is_empty() { proposed } else { answer }.to_owned()))
    }

    fn page(&self) -> Result<Box<dyn Page>, Error> {
        Ok(Box::new(self.clone()))
    }

    fn hand_over(&self) -> Result<(Box<dyn HandedOver>, ShellIo), Error> {
        let (typed, input) = mpsc::channel();
        let (_, resized) = mpsc::channel();
        // The receiver is in our hands.
        typed.send(self.answers.lock().unwrap().typed.into()).ok();
        let io = ShellIo {
            input,
            output: Box::new(self.out.clone()),
            resized,
        };
        Ok((Box::new(self.clone()), io))
    }
}

impl HandedOver for ScriptedTerminal {}

impl Page for ScriptedTerminal {
    fn size(&self) -> (usize, usize) {
        self.answers.lock().unwrap().size.unwrap_or((100, 60))
    }

    fn draw(&mut self, lines: &[String]) -> Result<(), Error> {
        self.answers.lock().unwrap().page = lines.join("\n");
        Ok(())
    }

    fn key(&mut self, _: Duration) -> Result<Option<Key>, Error> {
        let mut answers = self.answers.lock().unwrap();
        let is_seen = match answers.does.front() {
            Some(Does::Sees(text)) => answers.page.contains(text),
            _ => true,
        };
        if !is_seen {
            let since = *answers.waits.get_or_insert_with(Instant::now);
            assert!(
                since.elapsed() < PATIENCE,
                "{:?} never came:\n{}",
                answers.does.front(),
                answers.page
            );
            drop(answers);
            // What is looked at now is looked at again at once.
            std::thread::yield_now();
            return Ok(None);
        }
        answers.waits = None;
        match answers.does.pop_front() {
            Some(Does::Press(key)) => Ok(Some(key)),
            Some(Does::Sees(_)) => Ok(None),
            None => {
                self.interrupt.ask();
                Ok(Some(Key::Leave))
            }
        }
    }
}

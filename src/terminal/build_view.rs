//! A build as it goes: a moving line a step on a terminal, plain lines elsewhere.

use std::{collections::BTreeMap, io::Write, sync::mpsc::Sender, time::Duration};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{clean, engine::port::BuildEvent, output::Style, quantity, terminal::stream::Stream};

/// Shows a build on stderr.
#[derive(Debug)]
pub struct BuildView {
    bars: Option<MultiProgress>,
    steps: BTreeMap<usize, ShownStep>,
    style: Style,
    columns: usize,
    sent: Option<ProgressBar>,
    quiet: bool,
    told: Option<Sender<Told>>,
    err: Stream,
}

/// What a view passes on instead of drawing it.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// An event of the build.
    Build(BuildEvent),
    /// What is being done before or after the build.
    Doing(String),
}

#[derive(Debug)]
struct ShownStep {
    name: String,
    bar: Option<ProgressBar>,
    internal: bool,
}

impl BuildView {
    /// A view that redraws lines, or one that does not.
    pub fn new(err: Stream, redraw: bool, quiet: bool, colour: bool, columns: usize) -> Self {
        let bars = (redraw && !quiet).then(|| MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(12)));
        Self {
            bars,
            steps: BTreeMap::new(),
            style: Style::new(colour),
            columns,
            sent: None,
            quiet,
            told: None,
            err,
        }
    }

    /// A view that shows nothing.
    pub fn silent() -> Self {
        Self::new(Stream::new(std::io::sink()), false, true, false, 200)
    }

    /// A view that draws nothing and passes everything on.
    pub fn telling(told: Sender<Told>) -> Self {
        let mut view = Self::silent();
        view.told = Some(told);
        view
    }

    /// Whether nothing is to be said beside it.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    fn tell(&self, what: Told) {
        if let Some(told) = &self.told {
            // A page that was closed needs no news.
            told.send(what).ok();
        }
    }

    fn line(&self, text: &str) {
        if self.quiet {
            return;
        }
        match &self.bars {
            Some(bars) => {
                bars.println(clean::text(text)).ok();
            }
            // A closed stderr is no reason to stop a build.
            None => {
                writeln!(self.err.clone(), "{text}").ok();
            }
        }
    }

    fn bar(&self, text: &str) -> Option<ProgressBar> {
        let bar = self.bars.as_ref()?.add(ProgressBar::new_spinner());
        let style = ProgressStyle::with_template("  {spinner} {elapsed:>4}  {msg}")
            .ok()?
            .tick_chars("-\\|/ ");
        bar.set_style(style);
        bar.set_message(clean::text(text));
        bar.enable_steady_tick(Duration::from_millis(120));
        Some(bar)
    }

    /// Says something that stays on the screen.
    pub fn note(&self, text: &str) {
        self.tell(Told::Doing(text.to_owned()));
        self.line(text);
    }

    /// Says that something other than a build is being done, until the returned bar is dropped.
    pub fn doing(&self, text: &str) -> Doing {
        self.tell(Told::Doing(text.to_owned()));
        if self.bars.is_none() {
            self.line(&format!("  {text}"));
        }
        Doing { bar: self.bar(text) }
    }

    fn shortened(&self, text: &str, used: usize) -> String {
        quantity::shortened(text, self.columns.saturating_sub(used))
    }

    /// Shows an event of the build.
    pub fn event(&mut self, event: BuildEvent) {
        if self.told.is_some() {
            return self.tell(Told::Build(event));
        }
        match event {
            BuildEvent::Sent { bytes } => {
                let text = say!("sending the build context: {}", quantity::size(bytes));
                if self.sent.is_none() {
                    self.sent = self.bar(&text);
                }
                if let Some(bar) = &self.sent {
                    bar.set_message(clean::text(&text));
                }
            }
            BuildEvent::StepStarted { id, name, internal } => {
                if let Some(bar) = self.sent.take() {
                    bar.finish_and_clear();
                }
                let bar = if internal {
                    None
                } else {
                    self.bar(&self.shortened(&name, 14))
                };
                self.steps.insert(id, ShownStep { name, bar, internal });
            }
            BuildEvent::StepLog { id, line } => {
                if let Some(step) = self.steps.get(&id)
                    && let Some(bar) = &step.bar
                {
                    let name = self.shortened(&step.name, self.columns / 2 + 10);
                    let line = self.shortened(&line, name.chars().count() + 18);
                    bar.set_message(clean::text(&format!("{name}  {}", self.style.dim(line))));
                }
            }
            BuildEvent::StepEnded {
                id,
                seconds,
                cached,
                failed,
            } => {
                let Some(step) = self.steps.remove(&id) else { return };
                if let Some(bar) = &step.bar {
                    bar.finish_and_clear();
                }
                if step.internal {
                    return;
                }
                let took = if cached {
                    say!("cached").to_owned()
                } else {
                    quantity::seconds(seconds)
                };
                let name = self.shortened(&step.name, 18);
                let took = format!("{took:>11}");
                let took = match (failed, cached) {
                    (true, _) => self.style.fail(took),
                    (false, true) => self.style.dim(took),
                    (false, false) => took,
                };
                let mark = if failed {
                    self.style.fail(say!("  FAILED"))
                } else {
                    String::new()
                };
                self.line(&format!("  {took}  {name}{mark}"));
            }
        }
    }

    /// Takes everything that moves off the screen.
    pub fn end(&mut self) {
        if let Some(bars) = &self.bars {
            bars.clear().ok();
        }
        self.steps.clear();
    }
}

impl Drop for BuildView {
    fn drop(&mut self) {
        self.end();
    }
}

/// Shown while it lives.
#[derive(Debug)]
pub struct Doing {
    bar: Option<ProgressBar>,
}

impl Drop for Doing {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

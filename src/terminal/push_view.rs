//! A push as it goes: a moving line a layer on a terminal, a plain line a layer elsewhere.

use std::{collections::BTreeMap, io::Write};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{
    clean,
    engine::port::{PushEvent, PushState},
    output::Style,
    quantity,
    terminal::stream::Stream,
};

/// Shows a push on stderr.
#[derive(Debug)]
pub struct PushView {
    bars: Option<MultiProgress>,
    layers: BTreeMap<String, ProgressBar>,
    style: Style,
    err: Stream,
}

impl PushView {
    /// A view that redraws lines, or one that does not.
    pub fn new(err: Stream, redraw: bool, colour: bool) -> Self {
        Self {
            bars: redraw.then(|| MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(12))),
            layers: BTreeMap::new(),
            style: Style::new(colour),
            err,
        }
    }

    fn line(&self, text: &str) {
        // A closed stderr is no reason to stop a push.
        match &self.bars {
            Some(bars) => bars.println(clean::text(text)).ok(),
            None => writeln!(self.err.clone(), "{text}").ok(),
        };
    }

    /// Takes up an event.
    pub fn event(&mut self, event: PushEvent) {
        let PushEvent { layer, state } = event;
        let told = match state {
            PushState::Waiting => return,
            PushState::Uploading { done, of } => {
                let (Some(bars), true) = (&self.bars, of > 0) else {
                    return;
                };
                let bar = self.layers.entry(layer.clone()).or_insert_with(|| {
                    let bar = bars.add(ProgressBar::new(of));
                    if let Ok(style) = ProgressStyle::with_template("  {prefix}  {bar:24}  {msg}") {
                        bar.set_style(style.progress_chars("##-"));
                    }
                    bar.set_prefix(clean::text(&layer));
                    bar
                });
                bar.set_length(of);
                bar.set_position(done);
                bar.set_message(say!("{} of {}", quantity::size(done), quantity::size(of)));
                return;
            }
            PushState::Uploaded => say!("sent"),
            PushState::There => say!("already there"),
        };
        if let Some(bar) = self.layers.remove(&layer) {
            bar.finish_and_clear();
        }
        self.line(&format!("  {layer}  {}", self.style.dim(told)));
    }
}

impl Drop for PushView {
    fn drop(&mut self) {
        for bar in self.layers.values() {
            bar.finish_and_clear();
        }
    }
}

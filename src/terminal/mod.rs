//! EDGE: the terminal. The only user of inquire, indicatif, crossterm, ratatui and signals.

mod build_view;
mod end;
mod explorer;
mod hangup;
mod interrupts;
mod person;
mod prompt;
mod push_view;
mod raw_mode;
mod screen;
mod standard_streams;
mod stream;

pub use build_view::{BuildView, Told};
pub use explorer::Explorer;
pub use interrupts::watch_for_interrupts;
pub use person::{HandedOver, Page, Terminal, Tty};
pub use push_view::PushView;
pub use screen::Key;
pub use standard_streams::{is_stderr_terminal, stderr, stdout, stdout_as_it_is};
pub use stream::Stream;

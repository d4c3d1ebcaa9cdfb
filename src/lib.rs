//! dockerlab: an interactive workbook for learning and teaching Docker.
pub mod build_context;
pub mod check;
pub mod course;
pub mod disk;
pub mod dockerfile;
pub mod engine;
pub mod error;
pub mod exit;
pub mod image;
pub mod interrupt;
pub mod progress;
pub mod settings;
pub mod words;

//! Commands at work with scripted edges: no engine, no terminal, no waiting.

mod build;
mod check;
mod containers;
mod doctor;
mod grade;
mod grade_files;
mod own_image;
mod page;
mod prove;
mod push;
mod watch;

//! EDGE: the learner's folder. The only place that reads and writes files of ours and theirs.
//!
//! A learner's file is never overwritten or deleted: what has to give way is moved to a dated backup. Our own files are
//! written whole or not at all.

mod analyses;
mod atomic_write;
mod backup;
mod builds;
mod context;
mod course_archive;
mod course_folder;
mod course_record;
mod course_store;
mod dockerfiles;
mod fingerprint;
mod folder;
mod grades_folder;
mod handed_in;
mod host_files;
mod image_file;
mod kept;
mod mounted;
mod owner;
mod place;
mod preferences;
mod proof_folder;
mod registry_folder;
mod reset;
mod running;
mod scaffold;
mod scratch;
mod seal;
mod state;
mod submission;
mod temporary;
mod text_file;
mod workspace;

pub use analyses::Analyses;
pub use context::Context;
pub use course_archive::{pack, unpack};
pub use course_folder::{course_from, is_course_folder, mistaken};
pub use course_record::{CourseRecord, CourseSource};
pub use course_store::{CourseStore, Origin, Stored};
pub use dockerfiles::{
    DockerfileText, dockerfiles_in, read_dockerfile, read_dockerfile_from_stdin, replace_dockerfile,
};
pub use fingerprint::Fingerprint;
pub use grades_folder::{AtWork, GradesFolder, file_name};
pub use handed_in::{HandedIn, record_in};
pub use host_files::look_at_host;
pub use image_file::{LayoutFolder, open_archive, read_named, write_named};
pub use kept::Kept;
pub use place::{Place, random_id};
pub use preferences::{Preferences, known as known_preferences};
pub use proof_folder::proofs_from;
pub use registry_folder::RegistryFolder;
pub use reset::{BackedUp, Reset};
pub use running::Running;
pub use scaffold::{Laid, lay, make_course_folder, mode_of};
pub use scratch::{Scratch, Scripts};
pub use state::{Lock, Opened};
pub use submission::{archive_stem, submission_at, submission_beside, submissions_in};
pub use workspace::Workspace;

//! Why an archive is refused.

/// Why an archive was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArchiveError {
    /// The stream broke off or is no tar.
    Read(String),
    /// It is larger than the limit: which part of it.
    TooLarge(&'static str),
    /// A part is missing: which.
    Missing(String),
    /// It holds images for other platforms only: which it was asked for, and which it has.
    OtherPlatform(String, String),
    /// It holds several images and none was chosen: their names.
    Several(Vec<String>),
    /// It has no image of this name: which, and the names it has.
    NoImage(String, Vec<String>),
}

/// How many names are told.
const NAMES_TOLD: usize = 20;

/// Names, as many as are told.
fn told(names: &[String]) -> String {
    let first: Vec<String> = names
        .iter()
        .take(NAMES_TOLD)
        .map(|name| format!("`{}`", name.chars().take(200).collect::<String>()))
        .collect();
    let first = first.join(", ");
    match names.len().saturating_sub(NAMES_TOLD) {
        0 => first,
        more => say!("{first} and {more} more"; first, more),
    }
}

impl ArchiveError {
    #[expect(clippy::needless_pass_by_value, reason = "for map_err")]
    pub(super) fn read(error: std::io::Error) -> Self {
        Self::Read(error.to_string())
    }
}

impl std::fmt::Display for ArchiveError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Read(why) => write!(f, "{}", say!("the image's archive cannot be read: {why}"; why)),
            Self::TooLarge(what) => write!(f, "{}", say!("the image's archive exceeds a limit: {what}"; what)),
            Self::Missing(what) => write!(f, "{}", say!("the image's archive has no {what}"; what)),
            Self::OtherPlatform(wanted, has) => write!(
                f,
                "{}",
                say!("the archive has no image for {wanted}; it has {has}"; wanted, has)
            ),
            Self::Several(names) => write!(f, "{}", say!("it contains several images: {}", told(names))),
            Self::NoImage(wanted, names) => {
                write!(
                    f,
                    "{}",
                    say!("it has no image `{wanted}`; it has {}", told(names); wanted)
                )
            }
        }
    }
}

impl std::error::Error for ArchiveError {}

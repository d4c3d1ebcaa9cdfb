//! Why a program did not even start, by its exit code and the words of the engine, the kernel or the dynamic linker.

use crate::check::evidence::CommandEvidence;

/// What keeps a program from starting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unrunnable {
    /// No file of that name that may be executed is on PATH, or at its path.
    Missing,
    /// It is there, and may not be executed.
    Denied,
    /// It is there, and its interpreter or loader is not.
    Loader,
    /// A shared library is not there.
    Library(String),
}

impl Unrunnable {
    /// Reads what became of a command; none where its program ran.
    pub(super) fn of(result: &CommandEvidence) -> Option<Self> {
        let library = result.output.lines().find_map(|line| {
            let (_, rest) = line.split_once("error while loading shared libraries: ")?;
            Some(rest.split(':').next().unwrap_or(rest).trim().to_owned())
        });
        match (result.exit_code, library) {
            (127, Some(library)) => Some(Self::Library(library)),
            (126, None) => Some(Self::Denied),
            (127, None) => Some(Self::Missing),
            // Started by the engine, refused by the kernel.
            (255, None) if lost_loader(&result.output) => Some(Self::Loader),
            _ => None,
        }
    }

    /// What was found, of this program.
    pub(super) fn found(&self, program: &str) -> String {
        match self {
            Self::Missing => say!("no `{program}` that may be executed was found"; program),
            Self::Denied => say!("`{program}` may not be executed"; program),
            Self::Loader => {
                say!("`{program}` is there, but the interpreter or C library that starts it is not"; program)
            }
            Self::Library(library) => say!("`{program}` does not find the library `{library}`"; program, library),
        }
    }

    /// The name of the cause.
    pub(super) fn cause(&self) -> &'static str {
        match self {
            Self::Missing => "no-program",
            Self::Denied => "not-executable",
            Self::Loader => "no-loader",
            Self::Library(_) => "no-library",
        }
    }

    /// What to do next, for these programs.
    pub(super) fn next(&self, programs: &str) -> String {
        match self {
            Self::Missing => {
                say!("Install {programs} in a folder on PATH, and make sure that it may be executed."; programs)
            }
            Self::Denied => {
                say!("Let everyone execute {programs}, with `chmod` where it is built or `COPY --chmod=755`."; programs)
            }
            Self::Loader => {
                say!("Build {programs} for the base image of the last stage, or install there what starts it."; programs)
            }
            Self::Library(library) => {
                say!("Install `{library}` in the last stage, or link {programs} statically."; library, programs)
            }
        }
    }
}

/// `exec /usr/local/bin/x: no such file or directory`, of a file that was found before.
fn lost_loader(output: &str) -> bool {
    output
        .lines()
        .any(|line| line.starts_with("exec /") && line.ends_with(": no such file or directory"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(exit_code: i64, output: &str) -> Option<Unrunnable> {
        Unrunnable::of(&CommandEvidence {
            exit_code,
            output: output.to_owned(),
        })
    }

    #[test]
    fn what_runc_the_kernel_and_the_linker_say_is_told_apart() {
        let missing = "exec: \"x\": executable file not found in $PATH";
        assert_eq!(of(127, missing), Some(Unrunnable::Missing));
        assert_eq!(
            of(126, "exec: \"/bin/ls\": permission denied"),
            Some(Unrunnable::Denied)
        );
        assert_eq!(
            of(255, "exec /bin/true: no such file or directory"),
            Some(Unrunnable::Loader)
        );
        let library = "x: error while loading shared libraries: libpq.so.5: cannot open shared object file: No such file or directory";
        assert_eq!(of(127, library), Some(Unrunnable::Library("libpq.so.5".to_owned())));
        for (code, output) in [
            (0, "x 1.0"),
            (1, missing),
            (255, "cat /x: no such file or directory"),
            (255, "ssh: exec request failed"),
        ] {
            assert_eq!(of(code, output), None, "{code} {output}");
        }
    }
}

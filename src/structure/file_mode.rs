//! A file's mode as Go writes it (`os.FileMode`), which is what `permissions` is compared with.

use super::seen::{FileKind, FileSeen};

/// `-rw-r--r--`, `dtrwxrwxrwx`, `urwxr-xr-x`, `Lrwxrwxrwx`.
pub(super) fn written(file: &FileSeen) -> String {
    let kind = match file.kind {
        FileKind::File => "",
        FileKind::Directory => "d",
        FileKind::Symlink => "L",
        FileKind::BlockDevice | FileKind::CharacterDevice => "D",
        FileKind::Pipe => "p",
        FileKind::Other => "?",
    };
    let mut text = kind.to_owned();
    let mark = |text: &mut String, is: bool, mark: char| {
        if is {
            text.push(mark);
        }
    };
    mark(&mut text, file.mode & 0o4000 != 0, 'u');
    mark(&mut text, file.mode & 0o2000 != 0, 'g');
    mark(&mut text, file.kind == FileKind::CharacterDevice, 'c');
    mark(&mut text, file.mode & 0o1000 != 0, 't');
    if text.is_empty() {
        text.push('-');
    }
    for (place, letter) in "rwxrwxrwx".chars().enumerate() {
        text.push(if file.mode & (0o400 >> place) == 0 { '-' } else { letter });
    }
    text
}

/// The same bits as `chmod` takes them: `0644`.
pub(super) fn octal(file: &FileSeen) -> String {
    format!("{:04o}", file.mode & 0o7777)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_written_as_go_writes_them() {
        for (kind, mode, text) in [
            (FileKind::File, 0o644, "-rw-r--r--"),
            (FileKind::File, 0o4755, "urwxr-xr-x"),
            (FileKind::File, 0o6755, "ugrwxr-xr-x"),
            (FileKind::Directory, 0o1777, "dtrwxrwxrwx"),
            (FileKind::Symlink, 0o777, "Lrwxrwxrwx"),
            (FileKind::CharacterDevice, 0o666, "Dcrw-rw-rw-"),
            (FileKind::Pipe, 0o600, "prw-------"),
        ] {
            let file = FileSeen {
                kind,
                mode,
                ..FileSeen::default()
            };
            assert_eq!(written(&file), text);
        }
    }
}

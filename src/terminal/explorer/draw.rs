//! The screen of an image, drawn from where the person is. Every colour has a sign beside it.

use ratatui::{
    Frame,
    layout::{Constraint, Layout, Rect},
    style::{Color, Modifier, Style},
    text::{Line, Span},
    widgets::{Block, Borders, Clear, Paragraph},
};

use super::state::{Explorer, Side};
use crate::{
    clean,
    image::{EntryKind, Mark, Seen},
    quantity,
};

/// The keys, for the page that `?` opens.
fn key_lines() -> [&'static str; 13] {
    [
        say!("Tab          layers or files"),
        say!("up down j k  move; PgUp PgDn Home End"),
        say!("Enter Space  open or close a folder"),
        say!("right left   open, close, go to the parent folder"),
        say!("/            filter by a part of the path; Esc ends it"),
        say!("s            sort by size or name"),
        say!("m            show only what this layer changed"),
        say!("c            close all folders"),
        say!("q Esc        leave"),
        "",
        say!("+ added  ~ changed  - removed"),
        say!(". contents changed"),
        say!("press any key to close"),
    ]
}

/// Draws the screen.
pub(super) fn draw(frame: &mut Frame<'_>, explorer: &mut Explorer<'_>) {
    let area = frame.area();
    let [top, middle, facts, bottom] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Min(1),
        Constraint::Length(2),
        Constraint::Length(1),
    ])
    .areas(area);
    // A narrow screen has room for one half only.
    let (left, right) = if area.width < 60 {
        match explorer.side {
            Side::Layers => (middle, Rect::ZERO),
            Side::Files => (Rect::ZERO, middle),
        }
    } else {
        let [left, right] = Layout::horizontal([Constraint::Percentage(40), Constraint::Percentage(60)]).areas(middle);
        (left, right)
    };
    let analysis = &explorer.found.analysis;
    let title = say!(
        " {}  {} in {}, {} wasted",
        plain(&explorer.found.name),
        quantity::size(analysis.stored),
        quantity::count(analysis.layers.len(), "layer"),
        quantity::size(analysis.wasted())
    );
    frame.render_widget(Paragraph::new(title).style(bold()), top);
    if left.width > 0 {
        layers(frame, explorer, left);
    }
    if right.width > 0 {
        files(frame, explorer, right);
    }
    frame.render_widget(Paragraph::new(told(explorer, usize::from(area.width))), facts);
    let keys = if explorer.typing {
        say!(" /{}_   Enter keeps it, Esc clears it", plain(&explorer.filter))
    } else {
        say!(" Tab side  Enter open  / filter  s sort  m changes  c close all  ? keys  q leave").to_owned()
    };
    let style = Style::new().add_modifier(Modifier::REVERSED);
    frame.render_widget(Paragraph::new(keys).style(style), bottom);
    if explorer.help {
        help(frame, area);
    }
}

fn layers(frame: &mut Frame<'_>, explorer: &mut Explorer<'_>, area: Rect) {
    let block = framed(say!(" Layers "), explorer.side == Side::Layers);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    explorer
        .layers
        .fit(usize::from(inner.height), explorer.found.analysis.layers.len());
    let analysis = &explorer.found.analysis;
    let lines: Vec<Line<'_>> = analysis
        .layers
        .iter()
        .enumerate()
        .skip(explorer.layers.top)
        .take(usize::from(inner.height))
        .map(|(index, layer)| {
            let hidden = if layer.hidden > 0 { "!" } else { " " };
            let line = explorer.found.lines.get(index).copied().flatten();
            let line = line.map_or(String::new(), |line| format!(":{line} "));
            let made_by = explorer.found.instruction(index);
            let text = format!("{:>2} {:>8}", index + 1, quantity::size(layer.bytes));
            let spans = vec![
                Span::raw(text),
                Span::styled(hidden, coloured(explorer, Color::Yellow)),
                Span::raw(format!(" {line}{}", plain(&made_by))),
            ];
            chosen_line(spans, index == explorer.layers.at, explorer.side == Side::Layers)
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), inner);
}

fn files(frame: &mut Frame<'_>, explorer: &mut Explorer<'_>, area: Rect) {
    let mut title = say!(" Files after layer {} ", explorer.layers.at + 1);
    if explorer.only_changes {
        title.push_str(say!("(its changes) "));
    }
    if !explorer.filter.is_empty() {
        title.push_str(&format!("/{} ", plain(&explorer.filter)));
    }
    let block = framed(&title, explorer.side == Side::Files);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    explorer.files.fit(usize::from(inner.height), explorer.rows.len());
    let mut lines: Vec<Line<'_>> = explorer
        .rows
        .iter()
        .enumerate()
        .skip(explorer.files.top)
        .take(usize::from(inner.height))
        .filter_map(|(index, row)| {
            let node = explorer.view.nodes.get(row.node)?;
            let spans = file_line(explorer, node, row.depth);
            Some(chosen_line(
                spans,
                index == explorer.files.at,
                explorer.side == Side::Files,
            ))
        })
        .collect();
    if lines.is_empty() {
        lines.push(Line::raw(if explorer.filter.is_empty() {
            say!(" nothing; press m to show all")
        } else {
            say!(" no path matches; press Esc to clear the filter")
        }));
    }
    frame.render_widget(Paragraph::new(lines), inner);
}

fn file_line<'l>(explorer: &Explorer<'_>, node: &Seen, depth: usize) -> Vec<Span<'l>> {
    let (mark, colour) = match node.mark {
        Mark::Same => (' ', None),
        Mark::Inside => ('.', Some(Color::Yellow)),
        Mark::Added => ('+', Some(Color::Green)),
        Mark::Changed => ('~', Some(Color::Yellow)),
        Mark::Removed => ('-', Some(Color::Red)),
    };
    let is_folder = node.kind == EntryKind::Directory || !node.children.is_empty();
    let fold = match (is_folder, explorer.is_open(node)) {
        (false, _) => ' ',
        (true, true) => 'v',
        (true, false) => '>',
    };
    let end = match &node.kind {
        _ if is_folder => "/".to_owned(),
        EntryKind::Symlink(target) => format!(" -> {}", plain(target)),
        EntryKind::Hardlink(target) => format!(" = /{}", plain(target)),
        _ => String::new(),
    };
    let style = colour.map_or(Style::new(), |colour| coloured(explorer, colour));
    vec![
        Span::raw(format!("{:>8} ", quantity::size(node.bytes))),
        Span::styled(format!("{mark} "), style),
        Span::raw(format!("{}{fold} ", "  ".repeat(depth.min(20)))),
        Span::styled(format!("{}{end}", plain(&node.name)), style),
    ]
}

/// Two lines on what is chosen.
fn told<'l>(explorer: &Explorer<'_>, columns: usize) -> Vec<Line<'l>> {
    let found = explorer.found;
    let at = explorer.layers.at;
    let first = found.analysis.layers.get(at).map_or(String::new(), |layer| {
        let place = found.place(at).map_or(String::new(), |place| format!("{place}  "));
        let hidden = if layer.hidden > 0 {
            say!("  !{} hidden later", quantity::size(layer.hidden))
        } else {
            String::new()
        };
        format!(
            " {}+{} ~{} -{}{hidden}  {}",
            plain(&place),
            layer.added,
            layer.changed,
            layer.removed,
            plain(&found.instruction(at))
        )
    });
    let second = explorer.chosen().map_or(String::new(), |node| {
        format!(
            " {:04o} {}:{}  layer {}  /{}",
            node.mode,
            node.uid,
            node.gid,
            node.layer + 1,
            plain(&node.path)
        )
    });
    [first, second]
        .into_iter()
        .map(|line| Line::raw(console::truncate_str(&line, columns, "...").into_owned()))
        .collect()
}

fn help(frame: &mut Frame<'_>, area: Rect) {
    let height = u16::try_from(key_lines().len() + 2)
        .unwrap_or(u16::MAX)
        .min(area.height);
    let width = 58.min(area.width);
    let place = Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    };
    let lines: Vec<Line<'_>> = key_lines().iter().map(|line| Line::raw(format!(" {line}"))).collect();
    frame.render_widget(Clear, place);
    frame.render_widget(Paragraph::new(lines).block(framed(say!(" Keys "), true)), place);
}

fn framed<'l>(title: &str, is_chosen: bool) -> Block<'l> {
    let style = if is_chosen {
        bold()
    } else {
        Style::new().add_modifier(Modifier::DIM)
    };
    Block::default()
        .borders(Borders::ALL)
        .border_style(style)
        .title(Span::styled(title.to_owned(), style))
}

fn chosen_line(spans: Vec<Span<'_>>, is_chosen: bool, has_keys: bool) -> Line<'_> {
    let line = Line::from(spans);
    match (is_chosen, has_keys) {
        (true, true) => line.style(Style::new().add_modifier(Modifier::REVERSED)),
        (true, false) => line.style(bold()),
        _ => line,
    }
}

fn bold() -> Style {
    Style::new().add_modifier(Modifier::BOLD)
}

fn coloured(explorer: &Explorer<'_>, colour: Color) -> Style {
    if explorer.colour {
        Style::new().fg(colour)
    } else {
        Style::new()
    }
}

/// A text from an image as one line without control characters.
fn plain(text: &str) -> String {
    clean::text(text).replace(['\n', '\t'], " ")
}

#[cfg(test)]
mod tests {
    use ratatui::{Terminal, backend::TestBackend};

    use super::*;
    use crate::{
        image::{Analysis, Entry, Image, Layer},
        output::Inspected,
        terminal::Key,
    };

    fn image() -> Image {
        let entry = |path: &str, kind: EntryKind, size: u64| Entry {
            path: path.to_owned(),
            kind,
            size,
            mode: 0o644,
            uid: 0,
            gid: 0,
        };
        let layer = |entries: Vec<Entry>| Layer {
            bytes: entries.iter().map(|entry| entry.size).sum(),
            created_by: "RUN make\u{1b}[2J".to_owned(),
            entries,
            ..Layer::default()
        };
        let many = (0..300).map(|number| entry(&format!("usr/lib/lib{number}"), EntryKind::File, 1000 + number));
        Image {
            layers: vec![
                layer(many.chain([entry("old", EntryKind::File, 5_000_000)]).collect()),
                layer(vec![
                    entry("old", EntryKind::Whiteout, 0),
                    entry("new/\u{1b}[31mred", EntryKind::File, 7),
                ]),
            ],
            ..Image::default()
        }
    }

    fn shown(explorer: &mut Explorer<'_>, columns: u16, rows: u16) -> String {
        let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
        terminal.draw(|frame| draw(frame, explorer)).unwrap();
        terminal.backend().to_string()
    }

    #[test]
    fn the_screen_fits_and_its_keys_do_what_they_say() {
        let image = image();
        let found = Inspected {
            name: "lab".to_owned(),
            analysis: Analysis::of(&image),
            ..Inspected::default()
        };
        let mut explorer = Explorer::new(&found, &image, true);
        let text = shown(&mut explorer, 80, 24);
        assert_eq!(text.lines().count(), 24);
        for word in ["Layers", "Files after layer 2", "old", "usr/", "? keys", "5.00 MB"] {
            assert!(text.contains(word), "{word} in\n{text}");
        }
        assert!(!text.contains('\u{1b}'), "{text}");
        for key in [Key::Tab, Key::Char('m')] {
            assert!(explorer.press(key));
        }
        let text = shown(&mut explorer, 80, 24);
        assert!(text.contains("- ") && !text.contains("usr/"), "{text}");
        explorer.press(Key::Char('m'));
        explorer.press(Key::Char('/'));
        for letter in "LIB299".chars() {
            explorer.press(Key::Char(letter));
        }
        let text = shown(&mut explorer, 80, 24);
        assert!(text.contains("lib299") && !text.contains("lib298"), "{text}");
        explorer.press(Key::Back);
        assert!(!explorer.typing && explorer.filter.is_empty());
        explorer.press(Key::Home);
        for key in [Key::Right, Key::Right, Key::Right, Key::End] {
            explorer.press(key);
        }
        assert!(shown(&mut explorer, 80, 24).contains("usr/"));
        explorer.press(Key::Tab);
        explorer.press(Key::Up);
        assert!(shown(&mut explorer, 80, 24).contains("Files after layer 1"));
        explorer.press(Key::Char('?'));
        assert!(shown(&mut explorer, 80, 24).contains("press any key to close"));
        explorer.press(Key::Enter);
        // Any size, and any keys, whatever is chosen.
        for (columns, rows) in [(20, 6), (1, 1), (59, 10), (200, 60), (80, 4)] {
            for key in [
                Key::Down,
                Key::PageDown,
                Key::Left,
                Key::Enter,
                Key::Tab,
                Key::Char('c'),
                Key::Char('s'),
            ] {
                explorer.press(key);
                shown(&mut explorer, columns, rows);
            }
        }
        assert!(!explorer.press(Key::Char('q')));
    }

    #[test]
    fn an_image_without_layers_is_shown_empty() {
        let (found, image) = (Inspected::default(), Image::default());
        let mut explorer = Explorer::new(&found, &image, false);
        for key in [Key::Down, Key::Tab, Key::Enter, Key::Left, Key::End] {
            explorer.press(key);
            assert!(shown(&mut explorer, 80, 24).contains("Layers"));
        }
    }
}

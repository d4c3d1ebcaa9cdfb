//! Where the person is on the screen, and what each key does. Nothing here draws.

use std::{cmp::Reverse, collections::BTreeSet};

use crate::{
    image::{EntryKind, Image, Mark, Seen, View},
    output::Inspected,
    terminal::Key,
};

/// Which half of the screen the keys go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Layers,
    Files,
}

/// A line of the tree: a path and its depth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) node: usize,
    pub(super) depth: usize,
}

/// A list with a chosen line, of which some lines are on the screen.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cursor {
    pub(super) at: usize,
    pub(super) top: usize,
    /// Lines on the screen, as they were drawn last.
    pub(super) page: usize,
}

impl Cursor {
    /// Moves to a line, or to the last one if there are fewer.
    fn go(&mut self, to: usize, count: usize) {
        self.at = to.min(count.saturating_sub(1));
    }

    /// Moves by a key that goes up or down.
    fn press(&mut self, key: Key, count: usize) -> bool {
        let page = self.page.saturating_sub(1).max(1);
        let to = match key {
            Key::Up | Key::Char('k') => self.at.saturating_sub(1),
            Key::Down | Key::Char('j') => self.at + 1,
            Key::PageUp => self.at.saturating_sub(page),
            Key::PageDown => self.at + page,
            Key::Home => 0,
            Key::End => usize::MAX,
            _ => return false,
        };
        self.go(to, count);
        true
    }

    /// Scrolls so far that the chosen of `count` lines is on a page of so many, and that the page is full.
    pub(super) fn fit(&mut self, page: usize, count: usize) {
        self.page = page.max(1);
        let last = count.saturating_sub(self.page);
        let top = self.top.min(self.at).min(last);
        self.top = top.max((self.at + 1).saturating_sub(self.page));
    }
}

/// An image on the screen.
#[derive(Debug)]
pub struct Explorer<'a> {
    pub(super) found: &'a Inspected,
    image: &'a Image,
    pub(super) colour: bool,
    pub(super) side: Side,
    pub(super) layers: Cursor,
    pub(super) files: Cursor,
    pub(super) view: View,
    pub(super) rows: Vec<Row>,
    open: BTreeSet<String>,
    pub(super) filter: String,
    pub(super) typing: bool,
    pub(super) by_size: bool,
    pub(super) only_changes: bool,
    pub(super) help: bool,
}

impl<'a> Explorer<'a> {
    /// An image, its last layer chosen.
    pub fn new(found: &'a Inspected, image: &'a Image, colour: bool) -> Self {
        let mut explorer = Self {
            found,
            image,
            colour,
            side: Side::Layers,
            layers: Cursor::default(),
            files: Cursor::default(),
            view: View::default(),
            rows: Vec::new(),
            open: BTreeSet::new(),
            filter: String::new(),
            typing: false,
            by_size: true,
            only_changes: false,
            help: false,
        };
        explorer.layers.at = image.layers.len().saturating_sub(1);
        explorer.look();
        explorer
    }

    /// Looks at the files after the chosen layer.
    fn look(&mut self) {
        self.view = View::of(&self.image.layers, self.layers.at);
        self.list();
    }

    /// Whether a folder is shown with what is in it.
    pub(super) fn is_open(&self, node: &Seen) -> bool {
        !self.filter.is_empty() || self.open.contains(&node.path)
    }

    /// Lists the lines of the tree again, and keeps the chosen path if it is still there.
    fn list(&mut self) {
        let chosen = self.chosen().map(|node| node.path.clone());
        let wanted = self.wanted();
        let mut rows = Vec::new();
        let mut waiting: Vec<Row> = self.sorted(0, 0, &wanted);
        while let Some(row) = waiting.pop() {
            rows.push(row);
            if self.view.nodes.get(row.node).is_some_and(|node| self.is_open(node)) {
                waiting.extend(self.sorted(row.node, row.depth + 1, &wanted));
            }
        }
        self.rows = rows;
        let again = chosen.and_then(|path| {
            self.rows
                .iter()
                .position(|row| self.view.nodes.get(row.node).is_some_and(|node| node.path == path))
        });
        self.files.go(again.unwrap_or(self.files.at), self.rows.len());
    }

    /// The paths that the filters let through, with the folders that contain them; the last to be shown first.
    fn sorted(&self, node: usize, depth: usize, wanted: &[bool]) -> Vec<Row> {
        let Some(node) = self.view.nodes.get(node) else {
            return Vec::new();
        };
        let mut children: Vec<usize> = node
            .children
            .iter()
            .copied()
            .filter(|child| wanted.get(*child).copied().unwrap_or(false))
            .collect();
        let of = |child: &usize| self.view.nodes.get(*child);
        if self.by_size {
            children.sort_by_key(|child| {
                let node = of(child);
                (
                    Reverse(node.map_or(0, |node| node.bytes)),
                    node.map(|node| node.name.clone()),
                )
            });
        } else {
            children.sort_by_key(|child| of(child).map(|node| node.name.clone()));
        }
        children.iter().rev().map(|node| Row { node: *node, depth }).collect()
    }

    /// For each path whether the filters let it or something in it through.
    fn wanted(&self) -> Vec<bool> {
        let filter = self.filter.to_lowercase();
        let mut wanted: Vec<bool> = self
            .view
            .nodes
            .iter()
            .map(|node| {
                (filter.is_empty() || node.path.to_lowercase().contains(&filter))
                    && (!self.only_changes || node.mark != Mark::Same)
            })
            .collect();
        let mut order = vec![0];
        let mut at = 0;
        while let Some(position) = order.get(at).copied() {
            order.extend(
                self.view
                    .nodes
                    .get(position)
                    .into_iter()
                    .flat_map(|node| node.children.iter()),
            );
            at += 1;
        }
        for position in order.into_iter().rev() {
            let has = self.view.nodes.get(position).is_some_and(|node| {
                node.children
                    .iter()
                    .any(|child| wanted.get(*child).copied().unwrap_or(false))
            });
            if let (true, Some(wanted)) = (has, wanted.get_mut(position)) {
                *wanted = true;
            }
        }
        wanted
    }

    /// The chosen path.
    pub(super) fn chosen(&self) -> Option<&Seen> {
        self.view.nodes.get(self.rows.get(self.files.at)?.node)
    }

    /// Does what a key means; false when the person leaves.
    pub(super) fn press(&mut self, key: Key) -> bool {
        if self.typing {
            self.type_filter(key);
            return true;
        }
        if self.help {
            self.help = false;
            return true;
        }
        match key {
            Key::Char('q') | Key::Leave => return false,
            Key::Char('?') => self.help = true,
            Key::Tab => {
                self.side = match self.side {
                    Side::Layers => Side::Files,
                    Side::Files => Side::Layers,
                };
            }
            Key::Char('/') => {
                self.typing = true;
                self.side = Side::Files;
            }
            Key::Back if !self.filter.is_empty() => {
                self.filter.clear();
                self.list();
            }
            Key::Back => return false,
            Key::Char('s') => {
                self.by_size = !self.by_size;
                self.list();
            }
            Key::Char('m') => {
                self.only_changes = !self.only_changes;
                self.list();
            }
            Key::Char('c') => {
                self.open.clear();
                self.list();
            }
            key => match self.side {
                Side::Layers => self.press_layers(key),
                Side::Files => self.press_files(key),
            },
        }
        true
    }

    fn type_filter(&mut self, key: Key) {
        match key {
            Key::Char(letter) if self.filter.len() < 200 => self.filter.push(letter),
            Key::Erase => {
                self.filter.pop();
            }
            Key::Back => {
                self.filter.clear();
                self.typing = false;
            }
            Key::Enter | Key::Tab => self.typing = false,
            _ => {}
        }
        self.list();
    }

    fn press_layers(&mut self, key: Key) {
        let before = self.layers.at;
        if self.layers.press(key, self.image.layers.len()) {
            if self.layers.at != before {
                self.look();
            }
        } else if matches!(key, Key::Right | Key::Enter) {
            self.side = Side::Files;
        }
    }

    fn press_files(&mut self, key: Key) {
        if self.files.press(key, self.rows.len()) {
            return;
        }
        let Some(node) = self.chosen() else {
            if key == Key::Left {
                self.side = Side::Layers;
            }
            return;
        };
        let (path, is_open) = (node.path.clone(), self.is_open(node));
        let is_folder = node.kind == EntryKind::Directory || !node.children.is_empty();
        match key {
            Key::Enter | Key::Char(' ') if is_folder && is_open => {
                self.open.remove(&path);
            }
            Key::Right if is_folder && is_open => {
                self.files.go(self.files.at + 1, self.rows.len());
                return;
            }
            Key::Enter | Key::Char(' ') | Key::Right if is_folder => {
                self.open.insert(path);
            }
            Key::Left if is_folder && self.open.contains(&path) => {
                self.open.remove(&path);
            }
            Key::Left => {
                match self.above() {
                    Some(at) => self.files.go(at, self.rows.len()),
                    None => self.side = Side::Layers,
                }
                return;
            }
            _ => return,
        }
        self.list();
    }

    /// The line of the folder that the chosen path is in.
    fn above(&self) -> Option<usize> {
        let depth = self.rows.get(self.files.at)?.depth.checked_sub(1)?;
        self.rows[..self.files.at].iter().rposition(|row| row.depth == depth)
    }
}

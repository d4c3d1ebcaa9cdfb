//! An image as one page that loads nothing: layers as a stack, files as a map, waste in words.

use std::io::{Error, Result, Write};

use crate::{
    image::{Image, Mapped},
    language::Language,
    output::{
        html::{fill, text},
        inspect::{
            report::{Inspected, percent},
            waste,
        },
    },
    quantity,
};

/// What tells a page of ours.
pub const PAGE_MARK: &[u8] = b"dockerlab/inspect-page";

/// What is smaller than this part of the image (1 in so many) has no box of its own.
const LEAST: u64 = 3000;

/// Writes the page.
pub fn page(out: &mut dyn Write, found: &Inspected, image: &Image) -> Result<()> {
    let tree = Mapped::of(&image.layers, LEAST);
    let folders: Vec<String> = tree
        .children
        .iter()
        .flatten()
        .take(5)
        .map(|child| format!("{} ({})", text(&child.name), quantity::size(child.bytes)))
        .collect();
    // A `<` would let a file's name end the script.
    let tree = serde_json::to_string(&tree)
        .map_err(Error::other)?
        .replace('<', "\\u003c");
    let folders = folders.join(", ");
    let parts = [
        ("LANG", Language::current().code().to_owned()),
        ("STACK", text(say!("Layers, newest first"))),
        (
            "COLOURS",
            text(say!(
                "Blue is visible in the final image, orange is hidden by a later layer. Choose a layer to see its files in the map."
            )),
        ),
        ("HOLDS", text(say!("Contents of the image"))),
        ("FOLDER", text(say!("Folder"))),
        ("MAP", text(say!("Map of the image's files by size"))),
        ("LAYER", text(say!("layer"))),
        ("UNITS", quantity::units().join(" ")),
        ("NOTHING", text(say!("Wasted"))),
        (
            "FOOT",
            text(say!("Written by dockerlab. This page loads nothing from elsewhere.")),
        ),
        ("TITLE", text(&found.name)),
        ("SUMMARY", summary(found)),
        ("LAYERS", layers(found)),
        (
            "FOLDERS",
            say!("The map needs JavaScript. The largest folders are {folders}."; folders),
        ),
        ("WASTE", wasted(found)),
        ("TREE", tree),
    ];
    fill(out, include_str!("../../../templates/inspect.html"), &parts)
}

fn summary(found: &Inspected) -> String {
    let analysis = &found.analysis;
    let wasted = analysis.wasted();
    let told = if wasted == 0 {
        say!("every stored byte is visible, and no known waste was found").to_owned()
    } else {
        say!(
            "<span class=\"care\">{} ({}) is wasted</span>, {} of it hidden",
            quantity::size(wasted),
            percent(wasted, analysis.stored),
            quantity::size(analysis.hidden)
        )
    };
    let made = found
        .dockerfile
        .as_ref()
        .map(|name| say!(" made by <code>{}</code>", text(name)))
        .unwrap_or_default();
    say!("{} in {}, {}{made}: {told}.", quantity::size(analysis.stored), quantity::count(analysis.layers.len(), "layer"), text(&analysis.platform); made, told)
}

fn layers(found: &Inspected) -> String {
    let analysis = &found.analysis;
    let largest = analysis.largest_layer();
    let part = |bytes: u64| bytes.saturating_mul(1000) / largest;
    analysis
        .layers
        .iter()
        .enumerate()
        .map(|(index, layer)| {
            let [visible, gone] = [layer.bytes.saturating_sub(layer.hidden), layer.hidden].map(part);
            let place = found
                .place(index)
                .map(|place| format!("<span class=\"soft\">{}</span> ", text(&place)))
                .unwrap_or_default();
            let hidden = if layer.hidden > 0 {
                say!(", {} hidden", quantity::size(layer.hidden))
            } else {
                String::new()
            };
            let instruction = text(&found.instruction(index));
            format!(
                "<button class=\"layer{}\" data-layer=\"{index}\" aria-pressed=\"false\" title=\"{instruction}\">\
                 <span class=\"soft\">{}</span><span class=\"size\">{}</span>\
                 <span class=\"bar\" role=\"img\" aria-label=\"{}{hidden}\">\
                 <i style=\"width:{}.{}%\"></i><b style=\"width:{}.{}%\"></b></span>\
                 <span class=\"by mono\">{place}{instruction}</span></button>",
                if found.is_base(index) { " base" } else { "" },
                index + 1,
                quantity::size(layer.bytes),
                quantity::size(layer.bytes),
                visible / 10,
                visible % 10,
                gone / 10,
                gone % 10
            )
        })
        .collect::<Vec<_>>()
        .join("\n")
}

fn wasted(found: &Inspected) -> String {
    if found.analysis.waste.is_empty() {
        return say!("<p>No known waste.</p>").to_owned();
    }
    let rows: Vec<String> = found
        .analysis
        .waste
        .iter()
        .take(50)
        .map(|waste| {
            let told = waste::tell(found, waste);
            format!(
                "<tr><td>{}</td><td>{}<br><span class=\"soft\">{}</span></td><td>{}</td></tr>\n",
                quantity::size(waste.bytes),
                text(&told.what),
                text(&told.why),
                text(&told.fix)
            )
        })
        .collect();
    format!("<table>\n{}</table>", rows.concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::{Analysis, Entry, EntryKind, Layer};

    #[test]
    fn names_from_an_image_cannot_write_into_the_page() {
        let nasty = "</script><script>alert(1)</script>@TREE@";
        let image = Image {
            layers: vec![Layer {
                entries: vec![Entry {
                    path: nasty.to_owned(),
                    kind: EntryKind::File,
                    size: 5,
                    mode: 0o644,
                    uid: 0,
                    gid: 0,
                }],
                created_by: format!("RUN {nasty}\u{1b}[2J"),
                bytes: 5,
                ..Layer::default()
            }],
            ..Image::default()
        };
        let found = Inspected {
            name: nasty.to_owned(),
            analysis: Analysis::of(&image),
            ..Inspected::default()
        };
        let mut written = Vec::new();
        page(&mut written, &found, &image).unwrap();
        let written = String::from_utf8(written).unwrap();
        assert!(!written.contains("<script>alert"));
        assert!(!written.contains('\u{1b}'));
        assert_eq!(written.matches("</script>").count(), 2);
        assert!(
            written
                .as_bytes()
                .windows(PAGE_MARK.len())
                .any(|window| window == PAGE_MARK)
        );
        for elsewhere in ["http://", "https://", "src=", "url(", "@import"] {
            assert!(!written.contains(elsewhere), "{elsewhere}");
        }
    }
}

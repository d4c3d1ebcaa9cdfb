//! `dockerlab inspect` beside dive 0.13.1's own binary, on images that are made here: seconds, peak memory, ratios.
//!
//! `scripts/dive` installs dive below target/; without it only our own figures are printed.
//! `cargo bench --bench inspect`; names of cases may follow.

#![expect(clippy::print_stdout, reason = "a benchmark prints, and makes its own files")]

use std::{
    fs::{self, File},
    io::{self, BufWriter, Read, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

type Done<T> = Result<T, Box<dyn std::error::Error>>;

/// Makes an image.
type Make = fn(&Path) -> io::Result<()>;

/// How often each is run; the best counts.
const ROUNDS: usize = 3;

fn main() -> Done<()> {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("target");
    let folder = target.join("bench-images");
    fs::create_dir_all(&folder)?;
    let ours = PathBuf::from(env!("CARGO_BIN_EXE_dockerlab"));
    let dive = Some(target.join("dive/bin/dive")).filter(|path| path.exists());
    if dive.is_none() {
        println!("dive is not there: `scripts/dive` installs it; ours alone is measured");
    }
    let cases: [(&str, Make, f64, f64); 3] = [
        ("500-MB", large, 10.0, 3.0),
        ("200000-small-files", small, 4.0, 3.0),
        ("20000-files-400-whiteouts", whiteouts, 10.0, 1.0),
    ];
    let asked: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    for (name, make, times, memory) in cases {
        if !asked.is_empty() && !asked.iter().any(|word| name.contains(word.as_str())) {
            continue;
        }
        let archive = folder.join(format!("{name}.tar"));
        if !archive.exists() {
            let unfinished = archive.with_extension("new");
            make(&unfinished)?;
            fs::rename(&unfinished, &archive)?;
        }
        // Both read it from memory, not from the disk.
        io::copy(&mut File::open(&archive)?, &mut io::sink())?;
        let size = fs::metadata(&archive)?.len() / 1_000_000;
        println!("{name} ({size} MB)");
        let found = folder.join("ours.json");
        let named = format!("archive:{}", archive.display());
        let mine = measured(&ours, &["inspect", "--format=json", &named].map(AsRef::as_ref), &found)?;
        println!("  dockerlab  {mine}");
        let Some(dive) = &dive else {
            continue;
        };
        let theirs_told = folder.join("dive.json");
        // dive writes over an older file without cutting it.
        fs::remove_file(&theirs_told).ok();
        let arguments = [
            "--source".as_ref(),
            "docker-archive".as_ref(),
            "--json".as_ref(),
            theirs_told.as_os_str(),
            archive.as_os_str(),
        ];
        let theirs = measured(dive, &arguments, &folder.join("dive.out"))?;
        println!("  dive       {theirs}");
        let (faster, smaller) = (theirs.seconds / mine.seconds, theirs.peak_mb / mine.peak_mb);
        println!(
            "  {faster:.1} times faster (goal {times}: {}), a {smaller:.1}th of the memory (goal {memory}: {})",
            met(faster >= times),
            met(smaller >= memory)
        );
        let same = agree(&found, &theirs_told)?;
        println!(
            "  efficiency and wasted bytes are {}",
            if same { "the same" } else { "NOT the same" }
        );
        fs::remove_file(&found).ok();
        fs::remove_file(&theirs_told).ok();
    }
    Ok(())
}

fn met(is_met: bool) -> &'static str {
    if is_met { "met" } else { "NOT met" }
}

/// Whether both say the same of an image, each counted dive's way.
fn agree(ours: &Path, theirs: &Path) -> Done<bool> {
    let ours: serde_json::Value = serde_json::from_slice(&fs::read(ours)?)?;
    let theirs: serde_json::Value = serde_json::from_slice(&fs::read(theirs)?)?;
    Ok(ours["like-dive"]["wasted-bytes"] == theirs["image"]["inefficientBytes"]
        && ours["like-dive"]["efficiency"].as_f64() == theirs["image"]["efficiencyScore"].as_f64())
}

#[derive(Default)]
struct Measured {
    seconds: f64,
    processor: f64,
    peak_mb: f64,
}

impl std::fmt::Display for Measured {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:>7.3} s  {:>7.3} s of a processor  {:>6.1} MB",
            self.seconds, self.processor, self.peak_mb
        )
    }
}

/// Runs a command some times, what it prints going to `output`; the best round.
fn measured(program: &Path, arguments: &[&std::ffi::OsStr], output: &Path) -> Done<Measured> {
    let mut best: Option<Measured> = None;
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let mut child = Command::new(program)
            .args(arguments)
            .stdout(File::create(output)?)
            .stderr(Stdio::null())
            .spawn()?;
        let mut round = Measured::default();
        let status = loop {
            round.look(child.id());
            if let Some(status) = child.try_wait()? {
                break status;
            }
            std::thread::sleep(Duration::from_micros(500));
        };
        round.seconds = started.elapsed().as_secs_f64();
        if !status.success() {
            return Err(format!("{} ended with {status}", program.display()).into());
        }
        if best.as_ref().is_none_or(|best| round.seconds < best.seconds) {
            best = Some(round);
        }
    }
    best.ok_or_else(|| "nothing was run".into())
}

impl Measured {
    /// Looks at a process while it runs: the kernel keeps the highest count of its memory and the sum of its ticks.
    fn look(&mut self, id: u32) {
        let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = peak.and_then(|text| text.trim().trim_end_matches(" kB").parse::<f64>().ok());
        self.peak_mb = kilobytes.map_or(self.peak_mb, |kilobytes| kilobytes / 1000.0);
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        let mut fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11);
        let ticks = |text: Option<&str>| text.and_then(|text| text.parse::<f64>().ok());
        if let (Some(user), Some(system)) = (ticks(fields.next()), ticks(fields.next())) {
            self.processor = (user + system) / 100.0;
        }
    }
}

/// A file of an archive that is written piece by piece.
struct Writer(BufWriter<File>);

impl Writer {
    fn member(&mut self, path: &str, size: u64, data: &mut dyn Read) -> io::Result<()> {
        let mut header = tar::Header::new_ustar();
        header.set_path(path)?;
        header.set_size(size);
        header.set_mode(0o644);
        header.set_cksum();
        self.0.write_all(header.as_bytes())?;
        let written = io::copy(&mut data.take(size), &mut self.0)?;
        let fill = usize::try_from(written.next_multiple_of(512) - written).unwrap_or(0);
        self.0.write_all(&[0; 512][..fill])
    }
}

/// Writes a `docker save` archive of layers, each made by a function that is told its size first.
fn archive(path: &Path, layers: &[Vec<(String, u64)>]) -> io::Result<()> {
    let mut out = Writer(BufWriter::with_capacity(1 << 20, File::create(path)?));
    let names: Vec<String> = (0..layers.len())
        .map(|index| format!("{index:064x}/layer.tar"))
        .collect();
    for (name, files) in names.iter().zip(layers) {
        let size: u64 = files
            .iter()
            .map(|(_, size)| 512 + size.next_multiple_of(512))
            .sum::<u64>()
            + 1024;
        let mut header = tar::Header::new_ustar();
        header.set_path(name)?;
        header.set_size(size);
        header.set_mode(0o644);
        header.set_cksum();
        out.0.write_all(header.as_bytes())?;
        for (path, size) in files {
            out.member(path, *size, &mut io::repeat(b'x'))?;
        }
        out.0.write_all(&[0; 1024])?;
    }
    let ids: Vec<String> = (0..layers.len()).map(|index| format!("sha256:{index:064x}")).collect();
    let history: Vec<_> = ids
        .iter()
        .map(|_| serde_json::json!({ "created_by": "RUN make" }))
        .collect();
    let config = serde_json::json!({
        "architecture": "amd64", "os": "linux", "config": {},
        "rootfs": { "type": "layers", "diff_ids": ids }, "history": history,
    })
    .to_string();
    let manifest =
        serde_json::json!([{ "Config": "config.json", "RepoTags": ["bench:1"], "Layers": names }]).to_string();
    for (name, text) in [("config.json", config), ("manifest.json", manifest)] {
        out.member(name, text.len() as u64, &mut text.as_bytes())?;
    }
    out.0.write_all(&[0; 1024])?;
    out.0.flush()
}

/// Nine layers, 500 MB, 18,000 files of some 28 kB.
fn large(path: &Path) -> io::Result<()> {
    let layers: Vec<Vec<(String, u64)>> = (0..9_u64)
        .map(|layer| {
            (0..2000_u64)
                .map(|file| {
                    let folder = file / 50;
                    (
                        format!("usr/lib/part{layer}/{folder:03}/file{file:05}"),
                        8_000 + file * 20,
                    )
                })
                .collect()
        })
        .collect();
    archive(path, &layers)
}

/// One layer of 200,000 files below 1 kB.
fn small(path: &Path) -> io::Result<()> {
    let files = (0..200_000_u64)
        .map(|file| (format!("srv/{:04}/file{file:06}", file / 100), file % 900))
        .collect();
    archive(path, &[files])
}

/// 20,000 files, of which a second layer removes 400.
fn whiteouts(path: &Path) -> io::Result<()> {
    let files = (0..20_000_u64)
        .map(|file| (format!("srv/{:03}/file{file:05}", file / 100), 100 + file % 900))
        .collect();
    let gone = (0..400_u64)
        .map(|file| {
            let file = file * 50;
            (format!("srv/{:03}/.wh.file{file:05}", file / 100), 0)
        })
        .collect();
    archive(path, &[files, gone])
}

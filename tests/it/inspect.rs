//! `inspect` on archives and layouts: what is printed, kept to, written and shown. Needs no engine.

use std::{fs, path::Path, process::Stdio, time::Duration};

use rexpect::session::{PtySession, spawn_command};

use crate::support::{Place, Ran, place};

pub(crate) fn member(archive: &mut tar::Builder<Vec<u8>>, path: &str, data: &[u8]) {
    let mut header = tar::Header::new_gnu();
    header.set_size(data.len() as u64);
    header.set_mode(0o644);
    archive.append_data(&mut header, path, data).unwrap();
}

const DOCKERFILE: &str = "FROM ubuntu:20.04\nRUN apt-get update\nRUN apt-get install -y x && rm -rf /var/lib/apt/lists/*\n\
                          COPY app /app\nRUN chmod +x /app/main.py\n";

fn layers() -> Vec<Vec<u8>> {
    let layer = |files: &[(&str, usize, u32)]| {
        let mut builder = tar::Builder::new(Vec::new());
        for (path, size, mode) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(*size as u64);
            header.set_mode(*mode);
            builder
                .append_data(&mut header, path, vec![b'x'; *size].as_slice())
                .unwrap();
        }
        builder.into_inner().unwrap()
    };
    vec![
        layer(&[("bin/sh", 90_000, 0o755)]),
        layer(&[("var/lib/apt/lists/deb_Packages", 43_000, 0o644)]),
        layer(&[
            ("var/lib/apt/lists/.wh.deb_Packages", 0, 0o644),
            ("usr/bin/x", 5_000, 0o755),
        ]),
        layer(&[("app/main.py", 7_000, 0o644), ("app/\u{1b}[31mred", 10, 0o644)]),
        layer(&[("app/main.py", 7_000, 0o755)]),
    ]
}

fn config() -> String {
    let history = [
        "/bin/sh -c #(nop) ADD file:1 in / ",
        "RUN /bin/sh -c apt-get update # buildkit",
        "RUN /bin/sh -c apt-get install -y x && rm -rf /var/lib/apt/lists/* # buildkit",
        "COPY app /app # buildkit",
        "RUN /bin/sh -c chmod +x /app/main.py # buildkit",
    ];
    let history: Vec<_> = history.map(|text| serde_json::json!({ "created_by": text })).into();
    let ids: Vec<_> = (0..5).map(|layer| format!("sha256:{layer}")).collect();
    serde_json::json!({ "architecture": "amd64", "os": "linux", "config": {},
        "rootfs": { "type": "layers", "diff_ids": ids }, "history": history })
    .to_string()
}

/// What `docker save` writes of layers and a config.
pub(crate) fn docker_archive(layers: &[Vec<u8>], config: &str) -> Vec<u8> {
    let names: Vec<String> = (0..layers.len()).map(|index| format!("{index}/layer.tar")).collect();
    let mut archive = tar::Builder::new(Vec::new());
    for (name, layer) in names.iter().zip(layers) {
        member(&mut archive, name, layer);
    }
    member(&mut archive, "c.json", config.as_bytes());
    let manifest = serde_json::json!([{ "Config": "c.json", "Layers": names }]).to_string();
    member(&mut archive, "manifest.json", manifest.as_bytes());
    archive.into_inner().unwrap()
}

/// A place with image.tar, the same image as an OCI layout in a folder, and its Dockerfile.
fn with_image() -> Place {
    let place = place(None);
    let root = place.dir.path().join("ws");
    fs::create_dir_all(root.join("layout/blobs/sha256")).unwrap();
    let layers = layers();
    fs::write(root.join("image.tar"), docker_archive(&layers, &config())).unwrap();
    let blob = |name: &str, data: &[u8]| fs::write(root.join("layout/blobs/sha256").join(name), data).unwrap();
    for (index, layer) in layers.iter().enumerate() {
        blob(&format!("{:02}", 50 - index), layer);
    }
    blob("c0", config().as_bytes());
    let of: Vec<_> = (0..layers.len())
        .map(|index| serde_json::json!({ "digest": format!("sha256:{:02}", 50 - index) }))
        .collect();
    let manifest = serde_json::json!({ "config": { "digest": "sha256:c0" }, "layers": of }).to_string();
    blob("aa", manifest.as_bytes());
    let index = r#"{"manifests":[{"digest":"sha256:aa","platform":{"os":"linux","architecture":"amd64"}}]}"#;
    fs::write(root.join("layout/index.json"), index).unwrap();
    fs::write(root.join("Dockerfile"), DOCKERFILE).unwrap();
    place
}

fn inspect(place: &Place, arguments: &[&str]) -> Ran {
    place.run(&[["inspect"].as_slice(), arguments].concat())
}

#[test]
fn waste_is_told_with_the_lines_that_wrote_and_hid_it_and_with_the_mend() {
    let place = with_image();
    let ran = inspect(&place, &["archive:image.tar", "--dockerfile", "Dockerfile"]).expect(0);
    assert!(!ran.stdout.contains('\u{1b}'), "{}", ran.stdout);
    ran.says("152 kB in 5 layers")
        .says("lines are those of Dockerfile")
        .says("43.0 kB apt's package lists: /var/lib/apt/lists/deb_Packages")
        .says("written by line 2 (RUN apt-get update), removed by line 3")
        .says("instead: end the same RUN with `&& rm -rf /var/lib/apt/lists/*` (line 2)")
        .says("stored again by line 5 (RUN chmod +x /app/main.py) only because the owner or mode changed")
        .says("`COPY --chown=... --chmod=...` (line 4)")
        .says("Wasteful: 50.0 kB of 152 kB (33 %) is wasted, 50.0 kB hidden");
}

#[test]
fn a_layout_says_the_same_as_an_archive_every_time() {
    let place = with_image();
    let told = |image: &str| {
        let mut told = inspect(&place, &[image, "--format", "json", "--files"])
            .expect(0)
            .json();
        told["image"] = serde_json::Value::Null;
        told
    };
    let wanted = told("archive:image.tar");
    assert_eq!(wanted["schema"], "dockerlab/inspect/1");
    assert_eq!(wanted["hidden-bytes"], 50_000);
    assert_eq!(wanted["layers"][2]["removed"], 1);
    assert_eq!(wanted["layers"][2]["files"][0]["kind"], "whiteout");
    for _ in 0..5 {
        assert_eq!(told("oci:layout"), wanted);
    }
    inspect(&place, &["archive:image.tar", "oci:layout"])
        .expect(0)
        .says("Both have the same size")
        .says("first 5 layers");
}

/// An archive of two images, each with its tag.
fn several(place: &Place) {
    let mut archive = tar::Builder::new(Vec::new());
    let layers = layers();
    for (index, layer) in layers.iter().enumerate() {
        member(&mut archive, &format!("{index}/layer.tar"), layer);
    }
    member(&mut archive, "c.json", config().as_bytes());
    member(&mut archive, "d.json", config().replace("amd64", "arm64").as_bytes());
    let manifest = serde_json::json!([
        { "Config": "c.json", "RepoTags": ["app:1"], "Layers": ["0/layer.tar", "1/layer.tar"] },
        { "Config": "d.json", "RepoTags": ["team/app:2"], "Layers": ["0/layer.tar"] },
    ]);
    member(&mut archive, "manifest.json", manifest.to_string().as_bytes());
    fs::write(place.root().join("all.tar"), archive.into_inner().unwrap()).unwrap();
}

#[test]
fn of_several_images_in_an_archive_one_is_chosen_by_name() {
    let place = with_image();
    several(&place);
    inspect(&place, &["archive:all.tar"])
        .expect(2)
        .says("it contains several images: `app:1`, `team/app:2`")
        .says("choose one, for example `archive:all.tar:app:1`");
    inspect(&place, &["archive:all.tar:app:3"])
        .expect(2)
        .says("it has no image `app:3`; it has `app:1`, `team/app:2`")
        .says("for example `archive:all.tar:app:1`");
    for name in ["team/app:2", "docker.io/team/app:2", "@1", "2"] {
        let told = inspect(&place, &[&format!("archive:all.tar:{name}"), "--format", "json"]);
        let told = told.expect(0).json();
        assert_eq!(told["platform"], "linux/arm64", "{name}");
        assert_eq!(told["bytes"], 90_000, "{name}");
    }
    inspect(&place, &["archive:all.tar:app:1", "archive:all.tar:team/app:2"])
        .expect(0)
        .says("43.0 kB");
    // A file of that name comes first.
    fs::copy(place.root().join("image.tar"), place.root().join("all.tar:app")).unwrap();
    inspect(&place, &["archive:all.tar:app"]).expect(0).says("in 5 layers");
}

#[test]
fn limits_come_from_dives_file_and_from_flags() {
    let place = with_image();
    inspect(&place, &["archive:image.tar", "--ci"])
        .expect(1)
        .says("FAIL")
        .says("exceeds");
    let file = "rules:\n  lowestEfficiency: 0.1\n  highestWastedBytes: 20MB\n  highestUserWastedPercent: disabled\n";
    fs::write(place.root().join(".dive-ci"), file).unwrap();
    inspect(&place, &["archive:image.tar", "--ci"])
        .expect(0)
        .says("is within its limits");
    inspect(&place, &["archive:image.tar", "--ci", "--highestWastedBytes", "1kB"])
        .expect(1)
        .says("highestWastedBytes: 57.0 kB, at most 1kB");
    let ran = inspect(
        &place,
        &[
            "archive:image.tar",
            "--ci",
            "--format",
            "json",
            "--highest-hidden-bytes",
            "50000",
        ],
    )
    .expect(0);
    assert_eq!(ran.json()["limits"][3]["passed"], true);
    fs::write(place.root().join(".dive-ci"), "rules: {lowestEfficency: 1}").unwrap();
    inspect(&place, &["archive:image.tar", "--ci"])
        .expect(2)
        .says("unknown rule `lowestEfficency`");
}

#[test]
fn the_page_is_one_file_and_replaces_nothing_else() {
    let place = with_image();
    inspect(&place, &["archive:image.tar", "--html", "page.html"]).expect(0);
    let page = place.text("page.html");
    assert!(page.contains("<!doctype html>") && page.contains("deb_Packages"));
    assert!(!page.contains("http") || !page.contains("src="));
    inspect(&place, &["archive:image.tar", "--html", "page.html"]).expect(0);
    inspect(&place, &["archive:image.tar", "--html", "Dockerfile"])
        .expect(2)
        .says("not written by dockerlab");
    assert_eq!(place.text("Dockerfile"), DOCKERFILE);
}

#[test]
fn what_is_no_image_is_told_with_the_way_out() {
    let place = with_image();
    fs::write(
        place.root().join("broken.tar"),
        &fs::read(place.root().join("image.tar")).unwrap()[..3000],
    )
    .unwrap();
    inspect(&place, &["archive:broken.tar"])
        .expect(2)
        .says("ends early")
        .says("docker save");
    inspect(&place, &["archive:none.tar"]).expect(2).says("cannot read");
    inspect(&place, &["archive:layout"]).expect(2).says("is not a file");
    inspect(&place, &["oci:layout", "--platform", "amd64"])
        .expect(2)
        .says("linux/amd64");
    inspect(&place, &["archive:image.tar", "--interactive"])
        .expect(2)
        .says("needs a terminal");
    #[cfg(unix)]
    {
        let blob = place.root().join("layout/blobs/sha256/c0");
        fs::remove_file(&blob).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", &blob).unwrap();
        inspect(&place, &["oci:layout"])
            .expect(2)
            .says("leads out of the layout");
    }
}

fn screen(place: &Place, columns: u16, rows: u16) -> PtySession {
    let command = place.command(&place.root(), &[]);
    let mut shell = std::process::Command::new("bash");
    shell
        .args([
            "-c",
            &format!("tty >tty; stty cols {columns} rows {rows}; (echo $BASHPID >pid; exec \"$0\" inspect archive:image.tar -i); \
                 echo ended-$?; stty -a"),
        ])
        .arg(Path::new(command.get_program()))
        .current_dir(place.root())
        .env_clear()
        .envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .stdin(Stdio::inherit());
    spawn_command(shell, Some(60_000)).unwrap()
}

fn press(screen: &mut PtySession, keys: &str) {
    std::thread::sleep(Duration::from_millis(250));
    screen.send(keys).unwrap();
    screen.flush().unwrap();
}

#[test]
fn the_screen_answers_keys_and_gives_the_terminal_back() {
    for (columns, rows, leave, code) in [(80, 24, "q", 0), (120, 40, "\u{3}", 0), (40, 10, "\u{1b}", 0)] {
        let place = with_image();
        let mut screen = screen(&place, columns, rows);
        screen.exp_string("Layers").unwrap();
        press(&mut screen, "\t");
        screen.exp_string("after").unwrap();
        press(&mut screen, "/main");
        screen.exp_string("main.py").unwrap();
        press(&mut screen, "\r");
        press(&mut screen, "?");
        screen.exp_string("Keys").unwrap();
        press(&mut screen, "x");
        press(&mut screen, "\u{1b}");
        press(&mut screen, leave);
        screen.exp_string("\u{1b}[?1049l").unwrap();
        screen.exp_string(&format!("ended-{code}")).unwrap();
        screen.exp_regex("[^-]icanon").unwrap();
        screen.exp_eof().unwrap();
    }
}

/// The terminal that a screen runs in, told by its shell.
fn resize(place: &Place, columns: u16, rows: u16) {
    let terminal = fs::read_to_string(place.root().join("tty")).unwrap();
    let done = std::process::Command::new("stty")
        .args([
            "-F",
            terminal.trim(),
            "cols",
            &columns.to_string(),
            "rows",
            &rows.to_string(),
        ])
        .status()
        .unwrap();
    assert!(done.success());
}

#[test]
fn the_screen_follows_the_window_from_large_to_small_and_back() {
    let place = with_image();
    let mut screen = screen(&place, 200, 50);
    // Wide enough for the end of an instruction.
    screen.exp_string("/var/lib/apt/lists/*").unwrap();
    resize(&place, 80, 24);
    // The keys, on the line that is the last one now.
    screen.exp_regex("\u{1b}\\[24;1H[^H]*Tab side").unwrap();
    resize(&place, 20, 5);
    std::thread::sleep(Duration::from_millis(400));
    resize(&place, 200, 50);
    screen.exp_string("/var/lib/apt/lists/*").unwrap();
    press(&mut screen, "q");
    screen.exp_string("ended-0").unwrap();
    screen.exp_eof().unwrap();
}

#[test]
fn the_screen_ends_when_its_terminal_vanishes_or_it_is_told_to() {
    let place = with_image();
    let alive = || {
        let id = fs::read_to_string(place.root().join("pid")).unwrap();
        Path::new("/proc").join(id.trim()).join("exe").exists()
    };
    let ended = || {
        let started = std::time::Instant::now();
        while alive() {
            assert!(
                started.elapsed() < Duration::from_secs(20),
                "it goes on without its terminal"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    let mut shown = screen(&place, 80, 24);
    shown.exp_string("Layers").unwrap();
    assert!(alive());
    drop(shown);
    ended();
    let mut shown = screen(&place, 80, 24);
    shown.exp_string("Layers").unwrap();
    let id = fs::read_to_string(place.root().join("pid")).unwrap();
    std::process::Command::new("kill")
        .args(["-TERM", id.trim()])
        .status()
        .unwrap();
    shown.exp_string("\u{1b}[?1049l").unwrap();
    shown.exp_regex("[^-]icanon").unwrap();
    ended();
}

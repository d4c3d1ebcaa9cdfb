//! The page of `inspect --html` in a real browser, driven through `WebDriver`; `scripts/browser` sets up both.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use dockerlab::{
    check::judge,
    grading::{Entry, Gradebook, Graded, GradedTask, Row, State, alike},
    output::{class_page, report_html},
};

use crate::{
    inspect::{docker_archive, member},
    kept_evidence::proofs,
    support::{Place, place},
};

/// A browser without a window. It ends with the test.
struct Browser {
    driver: Child,
    port: u16,
    session: String,
}

impl Browser {
    fn start(profile: &Path) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("chromedriver: {error}; `scripts/browser` sees to it"));
        let mut browser = Self {
            driver,
            port,
            session: String::new(),
        };
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(
                started.elapsed() < Duration::from_mins(1),
                "chromedriver does not listen"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        let arguments = [
            "--headless".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            format!("--user-data-dir={}", profile.display()),
        ];
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": { "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL" },
        } } });
        let made = browser.ask("POST", "/session", &wanted);
        made["sessionId"].as_str().unwrap().clone_into(&mut browser.session);
        browser
    }

    /// Asks the driver; what it answers, without the envelope.
    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = body.to_string();
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_mins(2))).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            answer.read_line(&mut line).unwrap();
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line.trim().is_empty() {
                break;
            }
        }
        let mut text = vec![0; length];
        answer.read_exact(&mut text).unwrap();
        let answer: Value = serde_json::from_slice(&text).unwrap();
        assert!(answer["value"]["error"].is_null(), "{path}: {answer:#}");
        answer["value"].clone()
    }

    fn call(&self, path: &str, body: &Value) -> Value {
        self.ask("POST", &format!("/session/{}{path}", self.session), body)
    }

    /// Runs a function's body in the page.
    fn run(&self, script: &str) -> Value {
        self.call("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    fn tool(&self, command: &str, parameters: &Value) {
        self.call("/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }));
    }

    /// Opens a page in a window of this size, light or dark.
    fn open(&self, page: &Path, width: u32, scheme: &str) {
        self.tool(
            "Emulation.setDeviceMetricsOverride",
            &json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false }),
        );
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.tool("Emulation.setEmulatedMedia", &json!({ "features": features }));
        self.call("/url", &json!({ "url": format!("file://{}", page.display()) }));
    }

    fn click(&self, selector: &str) {
        let found = self.call("/element", &json!({ "using": "css selector", "value": selector }));
        let element = found.as_object().unwrap().values().next().unwrap().as_str().unwrap();
        self.call(&format!("/element/{element}/click"), &json!({}));
    }

    /// What the page complained of.
    fn complaints(&self) -> Value {
        self.call("/se/log", &json!({ "type": "browser" }))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() && !std::thread::panicking() {
            self.ask("DELETE", &format!("/session/{}", self.session), &json!({}));
        }
        // Whatever is left of the browser goes with its driver.
        self.driver.kill().ok();
        self.driver.wait().ok();
    }
}

/// Names that would break out of a page that is put together carelessly.
const NASTY: [&str; 4] = [
    "srv/</script><script>window.broken=1</script>",
    "srv/<img src=x onerror=window.broken=1>",
    "srv/\"onmouseover=\"window.broken=1",
    "srv/&lt;b&gt;' @TITLE@",
];

/// A place with the page of an image whose names and instructions are meant to do harm.
fn with_page(language: &str) -> Place {
    let place = place(None);
    let root = place.dir.path().join("ws");
    fs::create_dir(&root).unwrap();
    let layer = |files: &[(&str, usize)]| {
        let mut builder = tar::Builder::new(Vec::new());
        for (path, size) in files {
            member(&mut builder, path, &vec![b'x'; *size]);
        }
        builder.into_inner().unwrap()
    };
    let mut many: Vec<(String, usize)> = (0..60)
        .map(|file| (format!("usr/lib/part{}/file{file}", file % 6), 4_000 + file * 700))
        .collect();
    many.extend(NASTY.iter().map(|name| ((*name).to_owned(), 30_000)));
    let many: Vec<(&str, usize)> = many.iter().map(|(name, size)| (name.as_str(), *size)).collect();
    let layers = [
        layer(&[("bin/sh", 90_000), ("etc/passwd", 900)]),
        layer(&[("var/lib/apt/lists/deb_Packages", 150_000)]),
        layer(&many),
        layer(&[("var/lib/apt/lists/.wh.deb_Packages", 0), ("app/main.py", 40_000)]),
    ];
    let history: Vec<Value> = [
        "ADD file",
        "apt-get update",
        "<script>window.broken=1</script>",
        "x \"'>",
    ]
    .iter()
    .map(|text| json!({ "created_by": format!("RUN /bin/sh -c {text} # buildkit") }))
    .collect();
    let ids: Vec<String> = (0..4).map(|index| format!("sha256:{index}")).collect();
    let config = json!({ "architecture": "amd64", "os": "linux", "config": {},
        "rootfs": { "type": "layers", "diff_ids": ids }, "history": history });
    fs::write(root.join("image.tar"), docker_archive(&layers, &config.to_string())).unwrap();
    place
        .run(&[
            "inspect",
            "archive:image.tar",
            "--html",
            "page.html",
            "--lang",
            language,
        ])
        .expect(0);
    place
}

/// How far a text's colour stands from what is behind it (WCAG 2.2, contrast ratio), for every text on the page; the least.
const CONTRAST: &str = "
    const light = colour => {
        const [r, g, b] = colour.map(part => { part /= 255; return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4; });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const parts = text => text.match(/[\\d.]+/g).map(Number);
    const behind = element => {
        for (; element; element = element.parentElement) {
            const colour = parts(getComputedStyle(element).backgroundColor);
            if (colour.length < 4 || colour[3] === 1) return colour.slice(0, 3);
        }
        return [255, 255, 255];
    };
    let least = [99, ''];
    for (const element of document.querySelectorAll('body *')) {
        const own = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
        if (!own || ['SCRIPT', 'STYLE'].includes(element.tagName)) continue;
        const [a, b] = [light(parts(getComputedStyle(element).color).slice(0, 3)), light(behind(element))];
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (ratio < least[0]) least = [ratio, element.tagName + '.' + element.className + ' ' + element.textContent.slice(0, 40)];
    }
    return least;";

/// Boxes of the map that are outside it, or overlap a box beside them.
const MISPLACED: &str = "
    const map = document.getElementById('map').getBoundingClientRect();
    const boxes = [...document.querySelectorAll('#map > .box')].map(box => [box, box.getBoundingClientRect()]);
    const wrong = boxes.filter(([, a]) => a.left < map.left - 1 || a.right > map.right + 1 || a.top < map.top - 1 || a.bottom > map.bottom + 1);
    const inside = (a, b) => a.left >= b.left - 1 && a.right <= b.right + 1 && a.top >= b.top - 1 && a.bottom <= b.bottom + 1;
    for (const [i, [, a]] of boxes.entries())
        for (const [, b] of boxes.slice(i + 1)) {
            const apart = a.right <= b.left + 1 || b.right <= a.left + 1 || a.bottom <= b.top + 1 || b.bottom <= a.top + 1;
            if (!apart && !inside(a, b) && !inside(b, a)) wrong.push([boxes[i][0]]);
        }
    return wrong.map(([box]) => box.title);";

#[test]
#[ignore = "needs a browser: scripts/test"]
fn the_page_shows_map_stack_and_waste_at_any_width_light_and_dark() {
    let place = with_page("en");
    let page = place.root().join("page.html");
    let browser = Browser::start(&place.dir.path().join("profile"));
    for scheme in ["light", "dark"] {
        for width in [1280, 400] {
            browser.open(&page, width, scheme);
            let at = format!("{scheme}, {width} pixels");
            assert_eq!(
                browser.run(&format!(
                    "return matchMedia('(prefers-color-scheme: {scheme})').matches && innerWidth"
                )),
                width,
                "{at}"
            );
            let over =
                browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
            assert_eq!(over, 0, "the page is too wide: {at}");
            assert!(
                browser
                    .run("return document.querySelectorAll('#map .box').length")
                    .as_u64()
                    > Some(8),
                "{at}"
            );
            assert_eq!(browser.run(MISPLACED), json!([]), "{at}");
            // A folder's name stands above what it holds.
            let hidden = browser.run(
                "return [...document.querySelectorAll('#map > button.box')].filter(box => box.firstChild).map(box => {
                    const range = document.createRange();
                    range.selectNodeContents(box);
                    return [box.title, range.getBoundingClientRect().top - box.getBoundingClientRect().top];
                }).filter(([, top]) => top > 6)",
            );
            assert_eq!(hidden, json!([]), "{at}");
            let contrast = browser.run(CONTRAST);
            assert!(contrast[0].as_f64() >= Some(4.5), "{contrast}: {at}");
            // The map's area is that of the bytes: the largest folder takes the largest box.
            let largest = browser.run(
                "return [...document.querySelectorAll('#map > button.box')].map(box => [box.offsetWidth * box.offsetHeight, box.title])
                    .sort((a, b) => b[0] - a[0])[0][1]",
            );
            assert!(largest.as_str().unwrap().starts_with("usr"), "{largest}: {at}");
        }
    }
    let stack =
        browser.run("return [...document.querySelectorAll('.layer')].map(layer => layer.getBoundingClientRect().top)");
    let tops: Vec<f64> = stack.as_array().unwrap().iter().filter_map(Value::as_f64).collect();
    assert_eq!(tops.len(), 4);
    assert!(
        tops.windows(2).all(|pair| pair[0] > pair[1]),
        "the last layer stands on top: {tops:?}"
    );
    let waste = browser.run("return document.querySelector('table').innerText");
    assert!(waste.as_str().unwrap().contains("150 kB"), "{waste}");
}

#[test]
#[ignore = "needs a browser: scripts/test"]
fn clicks_and_keys_walk_through_the_map_and_nothing_breaks_out_of_the_page() {
    let place = with_page("en");
    let page = place.root().join("page.html");
    let browser = Browser::start(&place.dir.path().join("profile"));
    browser.open(&page, 1280, "light");
    let crumbs = || {
        let text = browser.run("return document.getElementById('crumbs').innerText");
        text.as_str().unwrap().to_owned()
    };
    assert!(crumbs().starts_with('/') && !crumbs().contains("usr"), "{}", crumbs());
    browser.click("#map > button[aria-label^='usr']");
    assert!(crumbs().contains("usr"), "{}", crumbs());
    assert_eq!(browser.run(MISPLACED), json!([]));
    browser.run("dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))");
    assert!(!crumbs().contains("usr"), "{}", crumbs());
    // A layer that is chosen leaves its own files alone bright.
    browser.click(".layer[data-layer='3']");
    let bright = browser.run(
        "return [...document.querySelectorAll('#map > button.box:not(.faded)')].map(box => box.title.split('  ')[0])",
    );
    assert_eq!(bright, json!(["app"]));
    assert_eq!(
        browser.run("return document.querySelectorAll('.layer[aria-pressed=true]').length"),
        1
    );
    browser.click(".layer[data-layer='3']");
    assert_eq!(browser.run("return document.querySelectorAll('.box.faded').length"), 0);
    // Names are text, and stay whole.
    browser.click("#map > button[aria-label^='srv']");
    let names = browser.run("return [...document.querySelectorAll('#map > .box')].map(box => box.title).join('\\n')");
    for name in [
        "<img src=x onerror=window.broken=1>",
        "\"onmouseover=\"window.broken=1",
        "&lt;b&gt;' @TITLE@",
    ] {
        assert!(names.as_str().unwrap().contains(name), "{name}: {names}");
    }
    assert_eq!(browser.run("return typeof window.broken"), "undefined");
    assert_eq!(
        browser.run("return document.querySelectorAll('img, #map script').length"),
        0
    );
    // Nothing is loaded, and nothing could be.
    assert_eq!(browser.run("return performance.getEntriesByType('resource').length"), 0);
    assert_eq!(browser.complaints(), json!([]));
    let refused = browser.run(
        "return new Promise(done => { const image = new Image(); image.onerror = () => done('refused'); image.onload = () => done('loaded');
            image.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA='; })",
    );
    assert_eq!(refused, "refused");
}

#[test]
#[ignore = "needs a browser: scripts/test"]
fn the_page_speaks_the_learners_language() {
    let place = with_page("fr");
    let page = place.root().join("page.html");
    let browser = Browser::start(&place.dir.path().join("profile"));
    browser.open(&page, 400, "light");
    assert_eq!(browser.run("return document.documentElement.lang"), "fr");
    let said = browser.run("return [...document.querySelectorAll('h2')].map(head => head.innerText).join('; ')");
    assert!(said.as_str().unwrap().contains("Gaspillé"), "{said}");
    assert!(
        browser
            .run("return document.querySelector('#map .box').title")
            .as_str()
            .unwrap()
            .contains("couche")
    );
    let root = browser.run("return document.getElementById('crumbs').innerText");
    assert!(root.as_str().unwrap().ends_with(" Mo"), "{root}");
    let over = browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
    assert_eq!(over, 0);
}

/// A class whose learners handed in the course's proofs, as its page and one report; how many learners it has.
fn with_class(place: &Place) -> usize {
    let proofs = proofs();
    let tasks: Vec<&str> = proofs.course.ids();
    let mut book = Gradebook::of(&proofs.course, &tasks, 100.0, None);
    for (number, nasty) in (0..40).zip(NASTY.iter().cycle()) {
        let mut entry = Entry::at(&format!("learner-{number}"), "x");
        entry.name = format!("{nasty} {number}");
        let mut graded = Graded::new(&entry.id);
        for task in &proofs.course.tasks {
            let answers: Vec<_> = proofs.of(task).collect();
            let (_, evidence) = answers[(number * 7) % answers.len()];
            let one = GradedTask {
                key: String::new(),
                state: State::Judged,
                reason: None,
                again: false,
                verdicts: judge(&task.criteria, evidence),
                dockerfile: evidence
                    .dockerfile
                    .as_ref()
                    .map(|file| format!("{}# {nasty}\n", file.text)),
                image_size: evidence.image.known().map(|image| image.size),
                engine: None,
                at: String::new(),
                seconds: 1.0,
            };
            graded.tasks.insert(task.id.clone(), one);
        }
        let graded = if number == 3 {
            Graded::refused(&entry.id, nasty.to_string())
        } else {
            graded
        };
        book.add(&proofs.course, entry, Some(graded));
    }
    let groups: Vec<_> = tasks
        .iter()
        .map(|task| {
            let rows = book.rows.iter();
            let files: Vec<Option<&str>> = rows.map(|row| row.task(task)?.dockerfile.as_deref()).collect();
            ((*task).to_owned(), alike(&files, &[]))
        })
        .collect();
    fs::create_dir(place.root()).unwrap();
    let mut page = Vec::new();
    class_page(&mut page, &book, &groups, &|row: &Row| format!("{}.html", row.entry.id)).unwrap();
    fs::write(place.root().join("class.html"), page).unwrap();
    let mut page = Vec::new();
    report_html(&mut page, &book, &book.rows[1]).unwrap();
    fs::write(place.root().join("learner-1.html"), page).unwrap();
    book.rows.len()
}

#[test]
#[ignore = "needs a browser: scripts/test"]
fn the_class_fits_at_any_width_light_and_dark_and_names_stay_text() {
    let place = place(None);
    let learners = with_class(&place);
    let browser = Browser::start(&place.dir.path().join("profile"));
    for file in ["class.html", "learner-1.html"] {
        for scheme in ["light", "dark"] {
            for width in [1280, 400] {
                browser.open(&place.root().join(file), width, scheme);
                let at = format!("{file}, {scheme}, {width} pixels");
                let over =
                    browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
                assert_eq!(over, 0, "the page is too wide: {at}");
                let contrast = browser.run(CONTRAST);
                assert!(contrast[0].as_f64() >= Some(4.5), "{contrast}: {at}");
                assert_eq!(
                    browser.run("return performance.getEntriesByType('resource').length"),
                    0,
                    "{at}"
                );
                assert_eq!(browser.complaints(), json!([]), "{at}");
                assert_eq!(
                    browser.run("return document.querySelectorAll('img, script').length"),
                    0,
                    "{at}"
                );
                assert_eq!(browser.run("return typeof window.broken"), "undefined");
            }
        }
    }
    browser.open(&place.root().join("class.html"), 1280, "light");
    // Each learner has a line with a link, and a dot for each image.
    let links = browser.run(
        "return new Set([...document.querySelectorAll('table:last-of-type a')].map(a => a.getAttribute('href'))).size",
    );
    assert_eq!(links, learners);
    let dots = browser.run(
        "const box = document.querySelector('svg').getBoundingClientRect();
        return [...document.querySelectorAll('circle')].map(dot => dot.getBoundingClientRect())
            .map(dot => dot.left >= box.left && dot.right <= box.right && dot.top >= box.top && dot.bottom <= box.bottom)",
    );
    let dots = dots.as_array().unwrap();
    assert!(
        dots.len() > 50 && dots.iter().all(|inside| inside == true),
        "{}",
        dots.len()
    );
    // A bar's parts are as wide as their figures say.
    let bars = browser.run(
        "return [...document.querySelectorAll('.stack')].map(bar => [bar.title.match(/\\d+/g).map(Number),
            [...bar.children].map(part => part.getBoundingClientRect().width / bar.getBoundingClientRect().width)])",
    );
    for bar in bars.as_array().unwrap() {
        let figures: Vec<f64> = bar[0].as_array().unwrap().iter().filter_map(Value::as_f64).collect();
        let all: f64 = figures.iter().sum::<f64>().max(1.0);
        for (figure, width) in figures.iter().zip(bar[1].as_array().unwrap()) {
            assert!((figure / all - width.as_f64().unwrap()).abs() < 0.01, "{bar}");
        }
    }
    // Dockerfiles that are alike stand side by side once they are opened.
    browser.click("details:not([open]) summary");
    let beside = browser.run(
        "return [...document.querySelector('.beside').children].slice(0, 2).map(one => one.getBoundingClientRect().top)",
    );
    assert_eq!(beside[0], beside[1], "{beside}");
}

//! Kinds of criteria about the learner's own containers: started with Docker's own client, as a learner does, and judged.

use std::{
    cell::Cell,
    fs,
    sync::atomic::{AtomicUsize, Ordering},
    thread::sleep,
    time::Duration,
};

use crate::support::{Place, current, docker, place};

/// Tells the cases of a run of the tests apart.
static CASES: AtomicUsize = AtomicUsize::new(0);

/// A workspace of a course whose one criterion is about containers of an image of its own.
struct Case {
    place: Place,
    /// What the names of everything on the engine start with.
    name: String,
    made: Cell<usize>,
}

impl Case {
    /// A case whose criterion is this check, and whose image has these lines besides.
    fn of(check: &str, lines: &str) -> Self {
        let place = place(Some(current()));
        let number = CASES.fetch_add(1, Ordering::SeqCst);
        let name = format!("kinds-{}-{number}", std::process::id());
        let course = place.dir.path().join("course");
        let head = |id: &str, more: &str| {
            format!(
                "id = \"{id}\"\ntitle = \"t\"\nsummary = \"s\"\nlearned = \"l\"\nimage = \"{name}:t\"\nport = 8000\n{more}\n"
            )
        };
        let criterion = |id: &str, check: &str| {
            format!("[[criterion]]\nid = \"{id}\"\nsays = \"s\"\nwhy = \"w\"\nnext = \"n\"\nhints = [\"…\"]\n{check}\n")
        };
        let files = [
            (
                "course.toml",
                "id = \"own\"\ntitle = \"t\"\nwelcome = \"w\"\nfarewell = \"f\"\n".to_owned(),
            ),
            (
                "1-t/task.toml",
                head("t", "dockerfile = \"Dockerfile\"") + &criterion("b", "check.builds = {}"),
            ),
            ("1-t/lesson.md", "# T\n".to_owned()),
            ("1-t/starter.Dockerfile", "# nothing yet\n".to_owned()),
            ("1-t/solution.Dockerfile", "FROM scratch\n".to_owned()),
            ("2-w/task.toml", head("w", "image-of = \"t\"") + &criterion("c", check)),
            ("2-w/lesson.md", "# W\n".to_owned()),
            ("2-w/solution.md", "Do it.\n".to_owned()),
            ("workspace/app/main.py", "print('hello')\n".to_owned()),
            (
                "workspace/image/Dockerfile",
                format!("FROM python:3.8.14-slim\nLABEL case={name}\n{lines}"),
            ),
        ];
        for (path, text) in files {
            let path = course.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let course = course.to_str().unwrap();
        place
            .run_in(place.dir.path(), &["start", "ws", "--course", course])
            .expect(0);
        let case = Self {
            place,
            name,
            made: Cell::new(0),
        };
        let image = case.place.root().join("image");
        case.docker(&["build", "--quiet", "--tag", &case.image(), image.to_str().unwrap()]);
        case
    }

    fn image(&self) -> String {
        format!("{}:t", self.name)
    }

    fn docker(&self, arguments: &[&str]) -> String {
        docker(&self.place.engine.as_ref().unwrap().host, arguments)
    }

    /// Creates a container with these options and starts it, with a command for a shell; its name.
    fn container(&self, options: &[&str], script: &str) -> String {
        self.made.set(self.made.get() + 1);
        let name = format!("{}-c{}", self.name, self.made.get());
        let image = self.image();
        let mut arguments = vec!["run", "--detach", "--name", &name];
        arguments.extend(options);
        arguments.extend([image.as_str(), "sh", "-c", script]);
        self.docker(&arguments);
        name
    }

    /// A name of this case for a volume, a network or a container.
    fn named(&self, what: &str) -> String {
        format!("{}-{what}", self.name)
    }

    /// The folder of the workspace, as the client is told it.
    fn folder(&self, below: &str) -> String {
        self.place.root().join(below).to_str().unwrap().to_owned()
    }

    /// Writes a file of the workspace where the engine has it: one with file systems of its own shows containers those.
    fn edit(&self, folder: &str, name: &str) {
        let mount = format!("{}:/edited", self.folder(folder));
        let script = format!("date > /edited/{name}");
        self.docker(&["run", "--rm", "-v", &mount, "python:3.8.14-slim", "sh", "-c", &script]);
    }

    /// Waits for a container that ends by itself.
    fn ended(&self, container: &str) {
        self.docker(&["wait", container]);
    }

    #[track_caller]
    fn passes(&self) {
        let ran = self.place.run(&["check", "w", "--format", "json"]);
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    }

    /// Fails, and says so.
    #[track_caller]
    fn fails(&self, found: &str) {
        let ran = self.place.run(&["check", "w"]).expect(1);
        let said = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(found), "`{found}` is not said:\n{}", ran.stdout);
    }
}

impl Drop for Case {
    fn drop(&mut self) {
        let host = self.place.engine.as_ref().unwrap().host.clone();
        let filter = format!("name={}-", self.name);
        for (list, remove) in [
            (&["ps", "-aq"][..], &["rm", "--force", "--volumes"][..]),
            (&["volume", "ls", "-q"], &["volume", "rm"]),
            (&["network", "ls", "-q"], &["network", "rm"]),
        ] {
            for found in docker(&host, &[list, &["--filter", &filter]].concat()).lines() {
                docker(&host, &[remove, &[found]].concat());
            }
        }
        docker(&host, &["rmi", "--force", &self.image()]);
    }
}

const SLEEP: &str = "sleep 300";
const VOLUME: &str = r#"check.container-mounts = { at = "/data", type = "volume", read-only = false }"#;
const BIND: &str = r#"check.container-mounts = { at = "/server/app", type = "bind", from = "app", read-only = true }"#;
const KEEPS: &str = r#"check.container-keeps = { file = "/data/*.txt" }"#;

#[test]
#[ignore = "needs an engine"]
fn a_named_volume_is_seen_however_it_is_given() {
    let case = Case::of(VOLUME, "VOLUME /image\n");
    case.fails("no container of this image has been seen yet");
    case.container(&[], SLEEP);
    case.fails("has nothing mounted at `/data`, only at `/image`");
    case.container(&["-v", "/data"], SLEEP);
    case.fails("has a volume without a name at `/data`");
    case.container(
        &[
            "--mount",
            &format!("type=volume,source={},target=/data,readonly", case.named("v")),
        ],
        SLEEP,
    );
    case.fails("can only read `/data`");
    let ended = case.container(&["-v", &format!("{}:/data/", case.named("v"))], "true");
    case.ended(&ended);
    case.passes();

    let case = Case::of(VOLUME, "");
    case.container(&["-v", &format!("{}:/data", case.folder("app"))], SLEEP);
    case.fails("has a folder of this machine at `/data`");
    case.container(&["--tmpfs", "/data"], SLEEP);
    case.fails("kept in memory only");
    // Never started.
    let volume = format!("{}:/data", case.named("v"));
    case.docker(&[
        "create",
        "--name",
        &case.named("created"),
        "-v",
        &volume,
        &case.image(),
        "true",
    ]);
    case.passes();
}

#[test]
#[ignore = "needs an engine"]
fn a_bind_mount_is_of_the_workspace_or_of_elsewhere() {
    let case = Case::of(BIND, "");
    case.container(
        &[
            "-v",
            &format!("{}:/server/app:ro", case.place.dir.path().join("home").display()),
        ],
        SLEEP,
    );
    case.fails("from outside the workspace");
    case.container(&["-v", &format!("{}:/server/app:ro", case.folder("image"))], SLEEP);
    case.fails("has `image` of the workspace");
    case.container(&["-v", &format!("{}:/server/app", case.folder("app"))], SLEEP);
    case.fails("can also write to");
    case.container(&["-v", &format!("{}:/server:ro", case.folder(""))], SLEEP);
    case.passes();
    let state = case.place.text(".dockerlab/state.json");
    assert!(
        !state.contains(case.place.root().to_str().unwrap()),
        "no path of the machine is kept"
    );
}

#[test]
#[ignore = "needs an engine"]
fn a_volume_keeps_what_an_earlier_container_wrote() {
    let case = Case::of(KEEPS, "");
    let mount = format!("{}:/data", case.named("v"));
    let first = case.container(&["-v", &mount], "echo a > /data/a.txt; sleep 300");
    sleep(Duration::from_millis(500));
    case.fails("itself");
    // The same one again is not another one.
    case.docker(&["restart", "--time", "0", &first]);
    sleep(Duration::from_millis(500));
    case.fails("itself");
    case.docker(&["rm", "--force", &first]);
    case.container(&["--rm", "-v", &mount], SLEEP);
    case.passes();
    // What was seen once counts, whatever is on the engine later.
    case.docker(&["rm", "--force", &format!("{}-c2", case.name)]);
    case.passes();
}

#[test]
#[ignore = "needs an engine"]
fn a_file_that_each_container_writes_is_kept_too() {
    let case = Case::of(KEEPS, "");
    let mount = format!("{}:/data", case.named("v"));
    let count = "echo once >> /data/count.txt; sleep 300";
    let first = case.container(&["-v", &mount], count);
    sleep(Duration::from_millis(500));
    case.fails("itself");
    case.docker(&["rm", "--force", &first]);
    case.container(&["-v", &mount], count);
    sleep(Duration::from_millis(500));
    case.passes();
}

#[test]
#[ignore = "needs an engine"]
fn what_no_volume_kept_fails() {
    let write = "echo a > /data/a.txt; sleep 300";
    // In the container alone.
    let case = Case::of(KEEPS, "RUN mkdir /data\n");
    case.container(&[], write);
    sleep(Duration::from_millis(500));
    case.fails("not in a volume");
    // Another volume, and a volume without a name.
    case.container(&["-v", &format!("{}:/data", case.named("other"))], SLEEP);
    case.fails("has no `/data/*.txt`");
    case.container(&["-v", "/data"], write);
    sleep(Duration::from_millis(500));
    case.fails("in a volume without a name");
    // A volume that was removed in between.
    let mount = format!("{}:/data", case.named("v"));
    let first = case.container(&["-v", &mount], write);
    sleep(Duration::from_millis(500));
    case.fails("itself");
    case.docker(&["rm", "--force", &first]);
    case.docker(&["volume", "rm", &case.named("v")]);
    case.container(&["-v", &mount], write);
    sleep(Duration::from_millis(500));
    case.fails("itself");
    // The image's own file, copied into the new volume.
    let case = Case::of(KEEPS, "RUN mkdir /data && echo a > /data/a.txt\n");
    case.container(&["-v", &format!("{}:/data", case.named("v"))], SLEEP);
    case.fails("itself");
    // A folder of this machine.
    case.edit("app", "a.txt");
    case.container(&["-v", &format!("{}:/data", case.folder("app"))], SLEEP);
    case.fails("itself");
}

#[test]
#[ignore = "needs an engine"]
fn a_change_in_the_workspace_reaches_a_bind_mount_and_no_image() {
    let case = Case::of(
        r#"check.container-live = { file = "/server/app/main.py" }"#,
        "RUN mkdir -p /server/app && touch /server/app/main.py\n",
    );
    case.container(&[], "touch /server/app/main.py; sleep 300");
    case.fails("does not come from the workspace");
    case.container(&["-v", &format!("{}:/server/app:ro", case.folder("empty"))], SLEEP);
    case.fails("the mounted `empty` of the workspace has no");
    case.edit("app", "main.py");
    case.container(&["-v", &format!("{}:/server/app:ro", case.folder("app"))], SLEEP);
    case.fails("has not changed");
    case.edit("app", "main.py");
    case.passes();
}

#[test]
#[ignore = "needs an engine"]
fn a_name_leads_to_a_container_where_the_engine_says_so_and_it_is_found_from_inside() {
    let case = Case::of(r#"check.container-network = { name = "web" }"#, "");
    let (net, other) = (case.named("net"), case.named("other"));
    case.docker(&["network", "create", &net]);
    case.docker(&["network", "create", &other]);
    let resolves = |from: &str| {
        case.docker(&[
            "exec",
            from,
            "sh",
            "-c",
            "getent hosts web >/dev/null && echo yes || echo no",
        ])
        .trim()
            == "yes"
    };
    let first = case.container(&[], SLEEP);
    let second = case.container(&[], SLEEP);
    case.fails("is on the network `bridge` only");
    assert!(!resolves(&second));
    case.docker(&["network", "connect", "--alias", "web", &net, &first]);
    case.docker(&["network", "connect", &other, &second]);
    case.fails("is the only one on the network");
    assert!(!resolves(&second));
    case.docker(&["network", "connect", &net, &second]);
    case.passes();
    assert!(resolves(&second));
}

#[test]
#[ignore = "needs an engine"]
fn two_containers_have_to_be_on_a_network_at_the_same_time() {
    let case = Case::of(r#"check.container-network = { name = "web" }"#, "");
    let net = case.named("net");
    case.docker(&["network", "create", &net]);
    let first = case.container(&["--network", &net], SLEEP);
    case.fails("is found as");
    case.docker(&["rm", "--force", &first]);
    let web = case.container(&["--network", &net, "--network-alias", "web"], "true");
    case.ended(&web);
    case.container(&["--network", &net], SLEEP);
    case.fails("but not at the same time");
    // One of another image, which asks for the name.
    let web = case.container(&["--network", &net, "--network-alias", "web"], SLEEP);
    case.docker(&["network", "disconnect", &net, &format!("{}-c3", case.name)]);
    let asked = [
        "run",
        "--rm",
        "--network",
        &net,
        "--name",
        &case.named("client"),
        "python:3.8.14-slim",
        "getent",
        "hosts",
        "web",
    ];
    assert!(case.docker(&asked).contains("web"));
    case.docker(&[
        "run",
        "--detach",
        "--network",
        &net,
        "--name",
        &case.named("other"),
        "python:3.8.14-slim",
        "sleep",
        "300",
    ]);
    case.passes();
    case.docker(&["rm", "--force", &web]);
}

#[test]
#[ignore = "needs an engine"]
fn limits_are_those_that_the_engine_enforces() {
    let case = Case::of(
        r#"check.container-limits = { memory-at-most = "300 MB", restart = ["on-failure"], log-is-bounded = true, read-only = true }"#,
        "",
    );
    let all = [
        "--memory",
        "256m",
        "--restart",
        "on-failure",
        "--log-opt",
        "max-size=1m",
        "--read-only",
    ];
    for (without, found) in [
        (0, "has no memory limit"),
        (2, "has the restart policy `no`"),
        (4, "can grow without a limit"),
    ] {
        let mut options = all.to_vec();
        options.drain(without..without + 2);
        case.container(&options, SLEEP);
        case.fails(found);
    }
    case.container(&all[..6], SLEEP);
    case.fails("can write to its root file system");
    case.container(
        &[
            "--memory",
            "300m",
            "--restart",
            "on-failure:3",
            "--log-driver",
            "local",
            "--read-only",
        ],
        SLEEP,
    );
    case.fails("may use 315 MB of memory");
    case.container(&all, SLEEP);
    case.passes();
}

#[test]
#[ignore = "needs an engine"]
fn restarts_are_counted() {
    let case = Case::of("check.container-limits = { restarts-at-least = 1 }", "");
    case.container(&["--restart", "on-failure"], SLEEP);
    case.fails("the restart count of container");
    case.container(&["--restart", "on-failure:2"], "exit 3");
    sleep(Duration::from_secs(2));
    case.passes();
}

//! The program itself, started on free ports, its standard error kept, stopped on drop.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command};
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::PATIENCE;
use super::ask::{Ask, Encoding};
use super::http::{self, Response, Target};
use super::program;
use super::reader::{Reader, Transport, Way};

/// A running wirebench.
#[derive(Debug)]
pub struct Server {
    /// The bench.
    pub bench: Target,
    /// The origins of the lanes.
    pub origins: Vec<Target>,
    child: Child,
    errors: Arc<Mutex<String>>,
}

impl Server {
    /// Starts the program with one lane's origin.
    pub fn start() -> Self {
        Self::start_with(&["--lanes", "1"])
    }

    /// Starts the program with these arguments, and waits until it has said where it listens.
    pub fn start_with(arguments: &[&str]) -> Self {
        let mut command = program::command();
        command.args(["--listen", "127.0.0.1:0", "--format", "json"]).args(arguments);
        Self::launch(command)
    }

    /// Starts it so, and gives all that it says of itself too.
    pub fn telling(arguments: &[&str]) -> (Self, Value) {
        let mut command = program::command();
        command.args(["--listen", "127.0.0.1:0", "--format", "json"]).args(arguments);
        Self::launched(command)
    }

    /// Starts the program as this command says, which must let it tell its addresses in JSON.
    pub fn launch(command: Command) -> Self {
        Self::launched(command).0
    }

    fn launched(mut command: Command) -> (Self, Value) {
        let mut child = command.spawn().expect("the program starts");
        let errors = Arc::new(Mutex::new(String::new()));
        let stderr = child.stderr.take().expect("piped");
        let kept = errors.clone();
        thread::spawn(move || keep(stderr, &kept));
        let stdout = child.stdout.take().expect("piped");
        let (tell, told) = mpsc::channel();
        // The thread goes on reading, so that the program never waits for its own standard output.
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = tell.send(line);
            }
        });
        let mut server = Self {
            bench: Target { address: ([127, 0, 0, 1], 0).into(), host: String::new() },
            origins: vec![],
            child,
            errors,
        };
        let line = match told.recv_timeout(PATIENCE) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => {
                panic!("the program said nothing within {PATIENCE:?}: {}", server.errors())
            }
            Err(RecvTimeoutError::Disconnected) => {
                let status = server.child.wait();
                panic!("the program ended ({status:?}) before it listened: {}", server.errors())
            }
        };
        let says: Value =
            serde_json::from_str(&line).unwrap_or_else(|e| panic!("addresses in JSON: {e}: {line}"));
        server.bench = target(&says["bench"]);
        server.origins = says["origins"].as_array().expect("origins").iter().map(target).collect();
        (server, says)
    }

    /// What the program wrote to its standard error so far.
    pub fn errors(&self) -> String {
        self.errors.lock().expect("not poisoned").clone()
    }

    /// Asks the program to stop, as a user does with Ctrl-C.
    pub fn interrupt(&self) {
        self.signal("INT");
    }

    /// The number of its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends the program a signal, `INT` or `TERM`.
    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let status = Command::new("kill").args([&format!("-{name}"), &pid]).status().expect("kill");
        assert!(status.success());
    }

    /// Waits until the program has ended, at most for `bound`, and gives its exit code.
    pub async fn exited(&mut self, bound: Duration) -> Option<i32> {
        let child = &mut self.child;
        let mut status = None;
        super::eventually("the program's end", bound, async || {
            status = child.try_wait().expect("a child");
            status.is_some()
        })
        .await;
        status.and_then(|status| status.code())
    }

    /// Bytes of memory that the program occupies.
    pub fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("a process");
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("VmRSS");
        let kib: u64 = line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("kB");
        kib * 1024
    }

    /// What the server says of its transports.
    pub async fn told_transports(&self) -> Vec<Value> {
        let answer = http::get(&self.bench, "/api/transports").await;
        assert_eq!(answer.status(), 200);
        let list = answer.json()["transports"].as_array().cloned().expect("a list of transports");
        assert!(!list.is_empty(), "no transports");
        list
    }

    /// The transports that the server says it has. One without a reader here fails.
    pub async fn transports(&self) -> Vec<Transport> {
        self.told_transports().await.iter().map(named).collect()
    }

    /// Each transport by each fanout that it has, in JSON.
    pub async fn ways(&self) -> Vec<Way> {
        let mut ways = Vec::new();
        for told in self.told_transports().await {
            let way = Way::from(named(&told));
            ways.push(way);
            ways.extend(values(&told, "fanout").contains(&"stock").then_some(Way { stock: true, ..way }));
        }
        ways
    }

    /// Each transport by each fanout and in each encoding that it has.
    pub async fn encoded_ways(&self) -> Vec<Way> {
        let mut ways = Vec::new();
        for told in self.told_transports().await {
            let fanouts = 1 + usize::from(values(&told, "fanout").contains(&"stock"));
            for name in values(&told, "encoding") {
                let encoding = Encoding::ALL.into_iter().find(|known| known.name() == name);
                let encoding = encoding.unwrap_or_else(|| panic!("no reader here knows {name}"));
                let transport = named(&told);
                ways.extend(
                    [false, true].map(|stock| Way { transport, stock, encoding }).into_iter().take(fanouts),
                );
            }
        }
        ways
    }

    /// Makes a job and gives what the server says of it.
    pub async fn create(&self, request: &Value) -> Job<'_> {
        let answer = http::post(&self.bench, "/api/jobs", request).await;
        assert_eq!(answer.status(), 201, "{request}: {}", String::from_utf8_lossy(&answer.body));
        let info = answer.json();
        let text = |name: &str| info[name].as_str().unwrap_or_else(|| panic!("{name} in {info}")).to_owned();
        Job { server: self, name: text("job"), epoch: text("epoch") }
    }

    /// A synthetic job; `settings` are added to it.
    pub async fn synthetic(&self, mut settings: Value) -> Job<'_> {
        settings["source"] = json!("synthetic");
        self.create(&settings).await
    }

    /// A synthetic job held by a pause once it has `least` of its 200 events, and its head. At 50 ms an event there are
    /// seconds for the pause to arrive, however busy the machine is.
    pub async fn held(&self, least: u64) -> (Job<'_>, u64) {
        let job = self.synthetic(json!({"count": 200, "interval": "50ms"})).await;
        job.reached(least).await;
        job.command("pause").await;
        let head = job.head().await;
        (job, head)
    }

    /// A synthetic job of `count` events and its end, all of them already in its log.
    pub async fn finished(&self, count: u64) -> Job<'_> {
        let job = self.synthetic(json!({"count": count, "interval": "1ms"})).await;
        job.ended().await;
        job
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            eprintln!("the program's standard error:\n{}", self.errors());
        }
    }
}

fn named(told: &Value) -> Transport {
    let name = told["name"].as_str().expect("a transport has a name");
    Transport::named(name).unwrap_or_else(|| panic!("tests/support/reader.rs has no reader for {name}"))
}

/// The values that a parameter of a transport may have.
fn values<'a>(told: &'a Value, param: &str) -> Vec<&'a str> {
    let params = told["params"].as_array().expect("parameters");
    let found = params.iter().find(|one| one["name"] == param).and_then(|one| one["values"].as_array());
    found.map(|values| values.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
}

/// The target of a URL, or of an object that has one.
fn target(value: &Value) -> Target {
    Target::of(value.as_str().or(value["url"].as_str()).expect("a URL"))
}

fn keep(mut from: impl Read, errors: &Mutex<String>) {
    let mut bytes = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut bytes) {
        if let Ok(mut text) = errors.lock() {
            text.push_str(&String::from_utf8_lossy(&bytes[..read]));
        }
    }
}

/// A job on a server.
#[derive(Debug)]
pub struct Job<'a> {
    pub server: &'a Server,
    pub name: String,
    pub epoch: String,
}

impl Job<'_> {
    /// What the server says of it.
    pub async fn info(&self) -> Value {
        http::get(&self.server.bench, &format!("/jobs/{}", self.name)).await.json()
    }

    /// The number of its newest event.
    pub async fn head(&self) -> u64 {
        self.info().await["head"].as_u64().expect("head")
    }

    /// How many readers the server counts.
    pub async fn readers(&self) -> u64 {
        self.info().await["readers"].as_u64().expect("readers")
    }

    /// The cursor of its event `seq`.
    pub fn cursor(&self, seq: u64) -> String {
        format!("{}.{seq}", self.epoch)
    }

    /// A request for its feed.
    pub fn ask(&self) -> Ask {
        Ask::of(&self.name)
    }

    /// A reader of it on the bench's origin.
    pub async fn open(&self, way: impl Into<Way>, ask: &Ask) -> Reader {
        Reader::open(&self.server.bench, way, ask).await
    }

    /// Posts a command.
    pub async fn post(&self, command: &Value) -> Response {
        http::post(&self.server.bench, &format!("/jobs/{}/commands", self.name), command).await
    }

    /// Posts a command that must be carried out.
    pub async fn command(&self, command: &str) {
        let answer = self.post(&json!({"command": command})).await;
        assert_eq!(answer.status(), 200, "{command}: {}", String::from_utf8_lossy(&answer.body));
    }

    /// Lets a held job go on, a thousand times as fast: two more events, `speed` and `resumed`.
    pub async fn hurry(&self) {
        assert_eq!(self.post(&json!({"command": "speed", "factor": 1000})).await.status(), 200);
        self.command("resume").await;
    }

    /// Waits until its log holds at least `seq` events.
    pub async fn reached(&self, seq: u64) {
        let what = format!("event {seq} of {}", self.name);
        super::eventually(&what, PATIENCE, async || self.head().await >= seq).await;
    }

    /// Waits until its end event is in the log.
    pub async fn ended(&self) {
        let over = async || {
            ["done", "failed", "cancelled"].contains(&self.info().await["state"].as_str().unwrap_or(""))
        };
        super::eventually(&format!("the end of {}", self.name), PATIENCE, over).await;
    }
}

//! What a bench is started with, and why it may not start.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

use crate::feed::Bounds;
use crate::pace::format_span;
use crate::transport::MAX_CLIENTS;

/// Settings of a bench. All have defaults.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the bench listens.
    pub listen: SocketAddr,
    /// How many origins the stage has.
    pub lanes: usize,
    /// Addresses at which the page is to find a lane's origin instead.
    pub lane_origins: Vec<LaneOrigin>,
    /// Further hosts (`host` or `host:port`) under which the bench may be addressed.
    pub allow_hosts: Vec<String>,
    /// Further origins (`http://host:port`) whose pages may change state.
    pub allow_origins: Vec<String>,
    /// Serve the page from here instead of from the binary.
    pub web_dir: Option<PathBuf>,
    /// The directory opened for `hash`.
    pub hash_dir: Option<PathBuf>,
    /// The directory opened for `replay`.
    pub replay_dir: Option<PathBuf>,
    /// The scenarios that a page can play, instead of those built in.
    pub scenario_dir: Option<PathBuf>,
    /// The bench is a class's: who has not its key reaches the class and its feed only.
    pub class: bool,
    /// Read standard input into the job of this name.
    pub stdin: Option<String>,
    /// Keep the server's record in this new file.
    pub record: Option<PathBuf>,
    /// Lose no line of the record to a listener that is behind, whatever memory that takes.
    pub whole_record: bool,
    /// Put the bytes that cross the lanes' sockets into the record as well, up to so many.
    pub record_bytes: Option<u64>,
    /// Bounds of a log where a request has none.
    pub bounds: Bounds,
    /// At most this many jobs.
    pub max_jobs: usize,
    /// At most this many clients.
    pub max_clients: usize,
    /// The silence after which a stream says something, unless its request says otherwise.
    pub heartbeat: Duration,
}

/// Another address of a lane's origin, such as a relay's or a proxy's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneOrigin {
    /// Which origin, from 1.
    pub id: usize,
    /// `http://host:port`, without a path.
    pub url: String,
}

/// Why a bench does not start. One line, with what to do.
#[derive(Debug, Error)]
pub enum StartError {
    /// The address is taken.
    #[error("{0} is in use: stop what listens there, or choose another with --listen HOST:PORT")]
    InUse(SocketAddr),
    /// No right to bind.
    #[error("no right to listen at {0}: choose a port above 1023 with --listen HOST:PORT")]
    Denied(SocketAddr),
    /// Another refusal to bind.
    #[error(
        "cannot listen at {0}: {1}: name an address of this machine with --listen HOST:PORT (`ip addr` lists them)"
    )]
    Bind(SocketAddr, std::io::Error),
    /// A setting makes no sense.
    #[error("{0}")]
    Setting(String),
    /// The system refused something else.
    #[error("{0}: {1}")]
    System(&'static str, std::io::Error),
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            lanes: 12,
            lane_origins: Vec::new(),
            allow_hosts: Vec::new(),
            allow_origins: Vec::new(),
            web_dir: None,
            hash_dir: None,
            replay_dir: None,
            scenario_dir: None,
            class: false,
            stdin: None,
            record: None,
            whole_record: false,
            record_bytes: None,
            bounds: Bounds::default(),
            max_jobs: 64,
            max_clients: 10_000,
            heartbeat: Duration::from_secs(15),
        }
    }
}

impl Config {
    /// Looks at what can be wrong before anything is started.
    ///
    /// # Errors
    /// The first setting that makes no sense.
    pub fn check(&self) -> Result<(), StartError> {
        let wrong = |text: String| Err(StartError::Setting(text));
        if self.lanes == 0 || self.lanes > 32 {
            return wrong(format!("--lanes is {}, and may be 1 to 32", self.lanes));
        }
        if self.bounds.events == 0 || self.bounds.bytes == 0 || self.max_jobs == 0 {
            return wrong("--keep-events, --keep-bytes and --max-jobs may be 1 or more".to_owned());
        }
        if !(1..=MAX_CLIENTS).contains(&self.max_clients) {
            return wrong(format!("--max-clients is {}, and may be 1 to {MAX_CLIENTS}", self.max_clients));
        }
        if !(Duration::from_millis(100)..=Duration::from_secs(600)).contains(&self.heartbeat) {
            return wrong(format!("--heartbeat is {}, and may be 100ms to 10m", format_span(self.heartbeat)));
        }
        if self.class && self.listen.ip().is_unspecified() {
            let found = self.listen;
            return wrong(format!(
                "--listen is {found}, which says not at which address learners find --class: name this machine's own, such as --listen 192.168.1.5:8080"
            ));
        }
        if let Some(host) =
            self.allow_hosts.iter().find(|host| authority(&format!("http://{host}")).is_none())
        {
            return wrong(format!("--allow-host is {host:?}, and may be HOST or HOST:PORT"));
        }
        for LaneOrigin { id, url } in &self.lane_origins {
            if !(1..=self.lanes).contains(id) {
                return wrong(format!("--lane-origin names origin {id}, and there are 1 to {}", self.lanes));
            }
            if authority(url).is_none() {
                return wrong(format!(
                    "--lane-origin {id} is {url:?}, and may be http://HOST:PORT without a path"
                ));
            }
        }
        if let Some(url) = self.allow_origins.iter().find(|url| authority(url).is_none()) {
            return wrong(format!("--allow-origin is {url:?}, and may be http://HOST:PORT without a path"));
        }
        let dirs = [
            ("--web-dir", &self.web_dir),
            ("--hash-dir", &self.hash_dir),
            ("--replay-dir", &self.replay_dir),
            ("--scenario-dir", &self.scenario_dir),
        ];
        for (flag, dir) in dirs {
            if let Some(dir) = dir.as_ref().filter(|dir| !dir.is_dir()) {
                return wrong(format!("{flag} is {:?}, and that is no directory", dir.display()));
            }
        }
        Ok(())
    }
}

/// The `host:port` of an origin's URL; `None` if it is not `http(s)://host[:port]` and nothing more.
pub(super) fn authority(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"))?;
    let plain = !rest.is_empty()
        && rest.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']'));
    plain.then_some(rest)
}

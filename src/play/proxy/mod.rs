//! Real proxies in front of a lane's origin: nginx and `HAProxy`, started where they are installed, without root.
//!
//! Each has a temporary folder of its own for all it writes, an address on loopback of its own, and ends with its
//! [`RunningProxy`]; a runner that is killed takes it along. A native lane is led through it by
//! [`Tcp::through`](crate::client::Tcp); a browser is told its address, which the server must then trust
//! (`--allow-origin`), so an address may be chosen before either is started.

mod config;
mod folder;
mod process;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use thiserror::Error;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

use self::folder::Folder;
use self::process::Process;
use crate::scenario::{Program, Proxy};

/// How long it may take until it accepts.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two looks at whether it does.
const LOOK: Duration = Duration::from_millis(20);
/// An address that was free may be taken by the time a proxy listens: so often another one is tried.
const TRIES: usize = 3;

/// Why there is no proxy.
#[derive(Debug, Error)]
pub enum ProxyError {
    /// The program is not there: what needs it is skipped.
    #[error(
        "{program} is not installed (on Debian: apt-get install {package}; or say where it is by {variable})"
    )]
    NotInstalled {
        /// The program.
        program: &'static str,
        /// The Debian package that has it.
        package: &'static str,
        /// What can be set in the environment to its path.
        variable: &'static str,
    },
    /// It ended, or did not accept.
    #[error("{program} did not start: {said}")]
    NotStarted {
        /// The program.
        program: &'static str,
        /// What it said last.
        said: String,
    },
    /// Its folder or its process could not be made.
    #[error("{program}: {error}")]
    Io {
        /// The program.
        program: &'static str,
        /// Why.
        error: io::Error,
    },
}

/// A proxy at work, ended when this is dropped.
#[derive(Debug)]
pub struct RunningProxy {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its name and version, for reports.
    pub program: String,
    // In this order: the process must be gone before its folder is.
    process: Process,
    folder: Folder,
}

impl RunningProxy {
    /// Starts one before `upstream`, at an address of its own; gives it once it accepts.
    ///
    /// # Errors
    /// If it is not installed, or does not start.
    pub async fn start(proxy: &Proxy, upstream: SocketAddr) -> Result<Self, ProxyError> {
        let mut tries = 1;
        loop {
            let address = free_address().map_err(|error| io_error(proxy.program, error))?;
            match Self::start_at(proxy, address, upstream).await {
                Err(ProxyError::NotStarted { said, .. }) if tries < TRIES && is_taken(&said) => tries += 1,
                other => return other,
            }
        }
    }

    /// Starts one at this address.
    ///
    /// # Errors
    /// If it is not installed, or does not start.
    pub async fn start_at(
        proxy: &Proxy,
        address: SocketAddr,
        upstream: SocketAddr,
    ) -> Result<Self, ProxyError> {
        let known = facts(proxy.program);
        let path = find(&known)?;
        let io_error = |error| io_error(proxy.program, error);
        // Where somebody else listens it would be he who accepts, while nginx tries again for seconds.
        if let Err(error) = TcpListener::bind(address) {
            let said = format!("{address}: {error}");
            return Err(ProxyError::NotStarted { program: known.name, said });
        }
        let folder = Folder::new(known.name).map_err(io_error)?;
        let (text, arguments) = match proxy.program {
            Program::Nginx => {
                let features = said(&path, "-V");
                (config::nginx(proxy, address, upstream, folder.path(), &features), ["-e", "stderr", "-c"])
            }
            Program::Haproxy => (config::haproxy(proxy, address, upstream), ["-db", "-q", "-f"]),
        };
        let file = folder.write("proxy.conf", &text).map_err(io_error)?;
        let errors = folder.create("errors.txt").map_err(io_error)?;
        let process = Process::start(&path, &arguments, &file, errors).map_err(io_error)?;
        let program = said(&path, "-v").lines().next().unwrap_or(known.name).trim().to_owned();
        let mut running = Self { address, program, process, folder };
        running.accepts(known.name).await.map(|()| running)
    }

    /// Whether it is still at work; one that has ended by itself is a reason to end the run.
    pub fn is_running(&mut self) -> bool {
        self.process.is_running()
    }

    fn said(&self) -> String {
        self.folder.read_end("errors.txt")
    }

    async fn accepts(&mut self, program: &'static str) -> Result<(), ProxyError> {
        let since = Instant::now();
        loop {
            if !self.process.is_running() {
                return Err(ProxyError::NotStarted { program, said: self.said() });
            }
            if TcpStream::connect(self.address).await.is_ok() && !is_taken(&self.said()) {
                return Ok(());
            }
            if since.elapsed() > PATIENCE {
                let said = format!("it did not accept within {PATIENCE:?}");
                return Err(ProxyError::NotStarted { program, said });
            }
            sleep(LOOK).await;
        }
    }
}

struct Facts {
    name: &'static str,
    package: &'static str,
    variable: &'static str,
}

fn facts(program: Program) -> Facts {
    match program {
        Program::Nginx => Facts { name: "nginx", package: "nginx-light", variable: "WIREBENCH_NGINX" },
        Program::Haproxy => Facts { name: "haproxy", package: "haproxy", variable: "WIREBENCH_HAPROXY" },
    }
}

fn io_error(program: Program, error: io::Error) -> ProxyError {
    ProxyError::Io { program: facts(program).name, error }
}

/// Whether this program can be started here.
///
/// # Errors
/// [`ProxyError::NotInstalled`].
pub fn installed(program: Program) -> Result<(), ProxyError> {
    find(&facts(program)).map(|_| ())
}

/// Ports below those that the system gives to whoever names none (`ip_local_port_range`, 32,768 and up on Linux): nobody is given one
/// of these between the look and the proxy's own bind.
const NAMED: std::ops::Range<u16> = 20_000..32_000;

/// An address on loopback where nobody listens now.
///
/// # Errors
/// If there is no port left.
pub fn free_address() -> io::Result<SocketAddr> {
    for _ in 0..100 {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, fastrand::u16(NAMED)));
        if TcpListener::bind(address).is_ok() {
            return Ok(address);
        }
    }
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}

/// The program: what the environment says, else the first in the path, which for users lacks where Debian puts it.
fn find(known: &Facts) -> Result<PathBuf, ProxyError> {
    if let Some(path) = std::env::var_os(known.variable).filter(|path| !path.is_empty()) {
        return Ok(path.into());
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    let Facts { name, package, variable } = *known;
    let found = folders.map(|folder| folder.join(name)).find(|path| path.is_file());
    found.ok_or(ProxyError::NotInstalled { program: name, package, variable })
}

/// What it says of itself: nginx to its standard error.
fn said(path: &PathBuf, flag: &str) -> String {
    let Ok(output) = Command::new(path).arg(flag).output() else { return String::new() };
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

fn is_taken(said: &str) -> bool {
    said.contains("Address already in use")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_that_is_not_installed_is_told_by_its_package() {
        let nowhere =
            Facts { name: "no-such-proxy", package: "some-package", variable: "WIREBENCH_NO_SUCH_PROXY" };
        let error = find(&nowhere).expect_err("it is nowhere").to_string();
        for word in
            ["no-such-proxy is not installed", "apt-get install some-package", "WIREBENCH_NO_SUCH_PROXY"]
        {
            assert!(error.contains(word), "{error}");
        }
    }
}

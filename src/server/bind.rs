//! Listening sockets: a long backlog, an address for each lane, and errors in one line.

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr, TcpListener};

use socket2::{Domain, Protocol, Socket, Type};

use super::config::StartError;

/// Connections the kernel may hold for us. The standard library's 128 overflows when a class room connects at once.
const BACKLOG: i32 = 4096;
/// How many ports are tried where a lane cannot have an address of its own.
const TRIES: u16 = 100;

/// The listeners of a bench and its stage.
pub(super) struct Bound {
    pub bench: TcpListener,
    pub lanes: Vec<TcpListener>,
    /// The system has no addresses for the lanes, so they differ by port only.
    pub by_port: bool,
}

/// Binds the bench at `listen`, and each of `lanes` origins at an address of its own (127.0.0.2, …) with the same port,
/// or else at the next free ports.
pub(super) fn bind_all(listen: SocketAddr, lanes: usize) -> Result<Bound, StartError> {
    let bench = bind(listen)?;
    let at = bench.local_addr().map_err(|e| StartError::Bind(listen, e))?;
    let mut bound = Bound { bench, lanes: Vec::new(), by_port: !may_have_addresses(at.ip()) };
    let mut next_port = at.port();
    for id in 1..=lanes {
        if let Some(address) = address_of(at, listen.port() == 0, id).filter(|_| !bound.by_port) {
            match bind(address) {
                Ok(listener) => {
                    bound.lanes.push(listener);
                    continue;
                }
                Err(StartError::Bind(_, e)) if e.kind() == ErrorKind::AddrNotAvailable => {
                    bound.by_port = true;
                }
                Err(error) => return Err(error),
            }
        }
        bound.lanes.push(next_free(at.ip(), &mut next_port)?);
    }
    Ok(bound)
}

/// Binds one listener, ready for tokio.
pub(super) fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    let socket = || {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
        // So that a port can be listened at again while old connections from it are in TIME_WAIT.
        socket.set_reuse_address(true)?;
        socket.set_nonblocking(true)?;
        socket.bind(&address.into())?;
        socket.listen(BACKLOG)?;
        Ok(TcpListener::from(socket))
    };
    socket().map_err(|error: std::io::Error| match error.kind() {
        ErrorKind::AddrInUse => StartError::InUse(address),
        ErrorKind::PermissionDenied => StartError::Denied(address),
        _ => StartError::Bind(address, error),
    })
}

fn may_have_addresses(ip: IpAddr) -> bool {
    matches!(ip, IpAddr::V4(ip) if ip.is_loopback())
}

/// The bench's address plus `id`, with its port, or any free one where the bench took any free one.
fn address_of(bench: SocketAddr, any_port: bool, id: usize) -> Option<SocketAddr> {
    let IpAddr::V4(ip) = bench.ip() else { return None };
    let ip = u32::from(ip).checked_add(u32::try_from(id).ok()?)?;
    Some(SocketAddr::new(IpAddr::V4(ip.into()), if any_port { 0 } else { bench.port() }))
}

fn next_free(ip: IpAddr, port: &mut u16) -> Result<TcpListener, StartError> {
    for _ in 0..TRIES {
        *port = port.checked_add(1).unwrap_or(1024);
        match bind(SocketAddr::new(ip, *port)) {
            Err(StartError::InUse(_)) => {}
            other => return other,
        }
    }
    Err(StartError::Setting(format!("no free port for a lane: tried {TRIES} up to {port} at {ip}")))
}

//! What a wire asks of the socket beneath it: a hard reset, and what the kernel knows of the peer.
//!
//! A [`Pipe`](super::Pipe) is its own kernel. Other byte streams that are no sockets answer with the defaults.

use std::io;
use std::os::fd::{AsRawFd as _, BorrowedFd, RawFd};
use std::time::Duration;

use socket2::{SockFilter, SockRef};
use tokio::net::TcpStream;

use super::pipe::PipeKernel;

/// What the kernel knows of a TCP connection (tcp(7), `TCP_INFO`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TcpState {
    /// Segments sent and not acknowledged.
    pub unacked: u32,
    /// Since the last acknowledgement came in.
    pub last_ack: Duration,
    /// Segments sent again so far, over the connection's life.
    pub retransmits: u32,
}

/// What the kernel counted of a TCP connection (`TCP_INFO`, linux/tcp.h), whatever was in its segments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Segments {
    /// Segments that it sent, acknowledgements among them.
    pub sent: u32,
    /// Segments that came in.
    pub received: u32,
    /// Of those that it sent, so many were sent again.
    pub retransmitted: u32,
}

/// Whom to ask about a byte stream, and to tell what is to become of it, while its connection's task has it.
#[derive(Debug)]
pub enum Kernel {
    /// The system, by the descriptor of a TCP socket.
    System(RawFd),
    /// A pipe in memory.
    Pipe(PipeKernel),
}

/// A byte stream's socket, if it has one.
pub trait Sock: Send + 'static {
    /// Who carries it.
    fn kernel(&self) -> Option<Kernel> {
        None
    }

    /// Closes so that the peer gets a RST where there is one to send.
    fn reset(self)
    where
        Self: Sized,
    {
    }

    /// Closes in order: the peer gets what was written, and a FIN.
    fn close(self)
    where
        Self: Sized,
    {
    }
}

/// What is read and forgotten of a peer that goes on sending, at the most, before its connection is closed in order.
const FORGOTTEN: usize = 1 << 20;

impl Sock for TcpStream {
    fn kernel(&self) -> Option<Kernel> {
        Some(Kernel::System(self.as_raw_fd()))
    }

    fn reset(self) {
        // With zero linger, closing discards what is queued and sends RST (socket(7), SO_LINGER). A refusal leaves an
        // ordinary close, which ends the connection too.
        let _ = self.set_zero_linger();
    }

    fn close(self) {
        // What is left unread would make a RST of the FIN (RFC 2525 §2.17).
        let (mut space, mut left) = ([0; 8 << 10], FORGOTTEN);
        while let Ok(read @ 1..) = self.try_read(&mut space) {
            left = left.saturating_sub(read);
            if left == 0 {
                break;
            }
        }
    }
}

impl Sock for tokio::io::DuplexStream {}

impl Kernel {
    /// What it knows of the peer.
    ///
    /// # Errors
    /// Those of getsockopt(2).
    pub(super) fn tcp_state(&self) -> io::Result<TcpState> {
        match self {
            Self::System(fd) => tcp_state(*fd),
            Self::Pipe(pipe) => Ok(pipe.tcp_state()),
        }
    }

    /// What it counted; `None` where nothing counts.
    pub(super) fn segments(&self) -> Option<Segments> {
        match self {
            Self::System(fd) => segments(*fd),
            Self::Pipe(_) => None,
        }
    }

    /// Whether small writes are sent at once (`TCP_NODELAY`).
    ///
    /// # Errors
    /// Those of getsockopt(2).
    pub(super) fn nodelay(&self) -> io::Result<bool> {
        match self {
            Self::System(fd) => borrowed(*fd, |socket| socket.tcp_nodelay()),
            Self::Pipe(pipe) => Ok(pipe.nodelay()),
        }
    }

    /// Sets `TCP_NODELAY`.
    ///
    /// # Errors
    /// Those of setsockopt(2).
    pub(super) fn set_nodelay(&self, on: bool) -> io::Result<()> {
        match self {
            Self::System(fd) => borrowed(*fd, |socket| socket.set_tcp_nodelay(on)),
            Self::Pipe(pipe) => {
                pipe.set_nodelay(on);
                Ok(())
            }
        }
    }

    /// Has whatever comes in dropped, unseen and unacknowledged (socket(7), `SO_ATTACH_FILTER`).
    ///
    /// # Errors
    /// Those of setsockopt(2): without `CAP_NET_ADMIN` some kernels refuse.
    pub(super) fn deafen(&self) -> io::Result<()> {
        match self {
            // BPF_RET | BPF_K, 0: of each packet accept nothing.
            Self::System(fd) => {
                borrowed(*fd, |socket| socket.attach_filter(&[SockFilter::new(0x06, 0, 0, 0)]))
            }
            Self::Pipe(pipe) => {
                pipe.set_deaf(true);
                Ok(())
            }
        }
    }

    /// Takes that back.
    ///
    /// # Errors
    /// Those of setsockopt(2): there is none.
    pub(super) fn hear(&self) -> io::Result<()> {
        match self {
            Self::System(fd) => borrowed(*fd, |socket| socket.detach_filter()),
            Self::Pipe(pipe) => {
                pipe.set_deaf(false);
                Ok(())
            }
        }
    }
}

/// Asks the kernel about the TCP connection `fd`: as much of `tcp_info` as it has, which has only ever grown at its end.
///
/// # Errors
/// Those of getsockopt(2).
fn tcp_info(fd: RawFd) -> io::Result<([u32; 64], usize)> {
    let mut info = [0_u32; 64];
    let mut len = libc::socklen_t::try_from(size_of_val(&info)).map_err(io::Error::other)?;
    // SAFETY: `info` and `len` live through the call, and the kernel writes at most `len` bytes of integers.
    #[expect(unsafe_code, reason = "no crate offers TCP_INFO")]
    let told = unsafe {
        libc::getsockopt(fd, libc::IPPROTO_TCP, libc::TCP_INFO, info.as_mut_ptr().cast(), &raw mut len)
    };
    if told != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok((info, usize::try_from(len).map_err(io::Error::other)? / size_of::<u32>()))
}

/// Where `tcp_info` has them (linux/tcp.h), in words of 32 bits: eight single bytes come first.
mod word {
    pub(super) const UNACKED: usize = 6;
    pub(super) const LAST_ACK_RECEIVED: usize = 14;
    pub(super) const TOTAL_RETRANSMITTED: usize = 25;
    pub(super) const SEGMENTS_SENT: usize = 34;
    pub(super) const SEGMENTS_RECEIVED: usize = 35;
}

fn tcp_state(fd: RawFd) -> io::Result<TcpState> {
    let (info, _) = tcp_info(fd)?;
    Ok(TcpState {
        unacked: info[word::UNACKED],
        last_ack: Duration::from_millis(u64::from(info[word::LAST_ACK_RECEIVED])),
        retransmits: info[word::TOTAL_RETRANSMITTED],
    })
}

/// `None` if it cannot be asked, or is older than these (Linux 4.2).
fn segments(fd: RawFd) -> Option<Segments> {
    let (info, words) = tcp_info(fd).ok()?;
    (words > word::SEGMENTS_RECEIVED).then(|| Segments {
        sent: info[word::SEGMENTS_SENT],
        received: info[word::SEGMENTS_RECEIVED],
        retransmitted: info[word::TOTAL_RETRANSMITTED],
    })
}

fn borrowed<T>(fd: RawFd, use_it: impl FnOnce(SockRef<'_>) -> T) -> T {
    // SAFETY: the callers hold the lock under which the number is taken out before its socket closes, so it is open
    // throughout the call, and the borrow ends with that.
    #[expect(
        unsafe_code,
        reason = "the socket itself is with its connection's task; here is only its number"
    )]
    let fd = unsafe { BorrowedFd::borrow_raw(fd) };
    use_it(SockRef::from(&fd))
}

//! Faults that need a real socket: what the kernel does is looked at from the other side.

use std::io::ErrorKind;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use wirebench::wire::Wire;

use super::throw;

/// Long enough for anything on loopback.
const PATIENCE: Duration = Duration::from_secs(30);

async fn pair() -> (Wire<TcpStream>, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
    let address = listener.local_addr().expect("address");
    let (accepted, connected) = tokio::join!(listener.accept(), TcpStream::connect(address));
    (Wire::new(accepted.expect("accepted").0), connected.expect("connected"))
}

async fn ends(peer: &mut TcpStream) -> Result<usize, ErrorKind> {
    let read = timeout(PATIENCE, peer.read(&mut [0; 64])).await.expect("it ends");
    read.map_err(|error| error.kind())
}

#[tokio::test]
async fn a_cut_in_order_is_a_fin_even_where_bytes_were_not_read() {
    for (how, wanted) in [("fin", Ok(0)), ("rst", Err(ErrorKind::ConnectionReset))] {
        let (mut wire, mut peer) = pair().await;
        peer.write_all(b"unread").await.expect("written");
        wire.line().clone().tape(1).heard();
        throw(wire.line(), "cut", json!({"how": how}));
        assert!(wire.read_u8().await.is_err());
        assert_eq!(ends(&mut peer).await, wanted, "{how}");
    }
}

#[tokio::test]
async fn nagle_wins_over_what_requests_ask_for_and_is_taken_back() {
    let (wire, _peer) = pair().await;
    let line = wire.line();
    let told = || line.nodelay().expect("a socket");
    line.set_nodelay(false);
    line.set_nodelay(true);
    assert!(told());
    let (one, _) = throw(line, "nagle", json!({}));
    let (other, _) = throw(line, "nagle", json!({}));
    assert!(!told());
    line.set_nodelay(true);
    line.heal(one);
    assert!(!told(), "the other throw lasts");
    line.heal(other);
    assert!(told());
    line.set_nodelay(false);
    assert!(!told());
}

#[tokio::test]
async fn nothing_is_acknowledged_in_a_blackhole_and_all_goes_on_when_it_heals() {
    let (mut wire, mut peer) = pair().await;
    let line = wire.line().clone();
    let (hole, struck) = throw(&line, "blackhole", json!({}));
    if let Some((wanted, got)) = struck.weaker {
        return println!("skipped: wanted {wanted}, got {got}");
    }
    peer.write_all(b"up").await.expect("the kernel takes it");
    wire.write_all(b"down").await.expect("withheld");
    sleep(Duration::from_millis(300)).await;
    let unacked = wirebench::wire::Wire::new(peer);
    assert!(unacked.line().tcp_state().expect("a socket").unacked > 0, "the kernel dropped it unseen");
    let state = line.tcp_state().expect("a socket");
    assert!(state.unacked > 0 && state.last_ack >= Duration::from_millis(200), "withheld counts: {state:?}");
    let mut peer = unacked;
    assert!(timeout(Duration::from_millis(50), peer.read_u8()).await.is_err(), "nothing went out");
    line.heal(hole);
    wire.flush().await.expect("flushed");
    let mut down = [0; 4];
    timeout(PATIENCE, peer.read_exact(&mut down)).await.expect("it goes on").expect("read");
    let mut up = [0; 2];
    timeout(PATIENCE, wire.read_exact(&mut up)).await.expect("it is sent again").expect("read");
    assert_eq!((&down, &up), (b"down", b"up"));
}

#[tokio::test]
async fn who_is_given_up_in_a_blackhole_hears_of_it_when_that_heals_and_then_by_a_rst() {
    for ending in ["reset", "dropped", "shut down", "cut"] {
        let (mut wire, mut peer) = pair().await;
        let line = wire.line().clone();
        let (hole, struck) = throw(&line, "blackhole", json!({}));
        if struck.weaker.is_some() {
            return println!("skipped: no socket filter here");
        }
        match ending {
            "reset" => line.reset("test"),
            "cut" => drop(throw(&line, "cut", json!({"how": "fin"}))),
            "shut down" => wire.shutdown().await.expect("ended"),
            _ => (),
        }
        if ending != "dropped" {
            assert!(wire.read_u8().await.is_err(), "{ending}");
        }
        drop(wire);
        let early = timeout(Duration::from_millis(100), peer.read(&mut [0; 8])).await;
        assert!(early.is_err(), "{ending}: {early:?} before it healed");
        line.heal(hole);
        assert_eq!(ends(&mut peer).await, Err(ErrorKind::ConnectionReset), "{ending}");
        assert_eq!(line.tcp_state(), None, "the socket is closed");
    }
}

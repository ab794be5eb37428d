//! A pipe in memory does what the kernel's TCP does on loopback: the same stories are played over both.

use std::io::{self, ErrorKind};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use wirebench::wire::{Line, Pipe, Sock, Vigil, Wire};

trait Stream: AsyncRead + AsyncWrite + Sock + Unpin {}
impl<S: AsyncRead + AsyncWrite + Sock + Unpin> Stream for S {}

async fn sockets() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
    let connected = TcpStream::connect(listener.local_addr().expect("address")).await.expect("connected");
    (connected, listener.accept().await.expect("accepted").0)
}

/// What a read gives: bytes as text, or the kind of its error.
async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Result<String, ErrorKind> {
    let mut some = [0; 64];
    let read = timeout(Duration::from_secs(60), stream.read(&mut some)).await.expect("an answer");
    read.map(|count| String::from_utf8_lossy(&some[..count]).into_owned()).map_err(|error| error.kind())
}

/// What the first write gives that fails.
async fn write_fails(stream: &mut (impl AsyncWrite + Unpin)) -> ErrorKind {
    loop {
        let written = stream.write(b"x").await;
        if let Err(error) = written {
            return error.kind();
        }
        tokio::task::yield_now().await;
    }
}

async fn fin(mut near: impl Stream, mut far: impl Stream) -> Vec<Result<String, ErrorKind>> {
    far.write_all(b"hello").await.expect("written");
    far.close();
    let mut told = vec![read(&mut near).await, read(&mut near).await];
    told.push(near.write(b"x").await.map(|count| count.to_string()).map_err(|error| error.kind()));
    told.push(Err(write_fails(&mut near).await));
    told.push(read(&mut near).await);
    told
}

async fn rst(mut near: impl Stream, mut far: impl Stream) -> Vec<Result<String, ErrorKind>> {
    far.write_all(b"hello").await.expect("written");
    far.reset();
    let mut told = vec![read(&mut near).await, read(&mut near).await, read(&mut near).await];
    told.push(Err(write_fails(&mut near).await));
    told
}

async fn unread(mut near: impl Stream, mut far: impl Stream) -> Vec<Result<String, ErrorKind>> {
    far.write_all(b"hello").await.expect("written");
    near.write_all(b"nobody reads this").await.expect("written");
    // It has come.
    let _ = far.read_u8().await;
    drop(far);
    vec![read(&mut near).await, read(&mut near).await, read(&mut near).await]
}

async fn half(mut near: impl Stream, mut far: impl Stream) -> Vec<Result<String, ErrorKind>> {
    near.shutdown().await.expect("shut down");
    let end = read(&mut far).await;
    far.write_all(b"and still").await.expect("written");
    vec![
        end,
        read(&mut near).await,
        near.write(b"x").await.map(|_| String::new()).map_err(|error| error.kind()),
    ]
}

#[tokio::test]
async fn fin_rst_unread_bytes_and_half_closing_are_the_kernel_s() {
    let (near, far) = sockets().await;
    let (one, other) = Pipe::pair();
    let told = fin(near, far).await;
    assert_eq!(
        told,
        [
            Ok("hello".into()),
            Ok(String::new()),
            Ok("1".into()),
            Err(ErrorKind::BrokenPipe),
            Ok(String::new())
        ]
    );
    assert_eq!(fin(one, other).await, told, "FIN");

    let (near, far) = sockets().await;
    let (one, other) = Pipe::pair();
    let told = rst(near, far).await;
    let reset = Err(ErrorKind::ConnectionReset);
    assert_eq!(told, [Ok("hello".into()), reset.clone(), Ok(String::new()), Err(ErrorKind::BrokenPipe)]);
    assert_eq!(rst(one, other).await, told, "RST");

    let (near, far) = sockets().await;
    let (one, other) = Pipe::pair();
    let told = unread(near, far).await;
    assert_eq!(told, [Ok("hello".into()), reset, Ok(String::new())]);
    assert_eq!(unread(one, other).await, told, "unread");

    let (near, far) = sockets().await;
    let (one, other) = Pipe::pair();
    let told = half(near, far).await;
    assert_eq!(told, [Ok(String::new()), Ok("and still".into()), Err(ErrorKind::BrokenPipe)]);
    assert_eq!(half(one, other).await, told, "half");
}

/// Writes until the peer has to read first; gives how much that was.
async fn fill(stream: &mut (impl AsyncWrite + Unpin)) -> usize {
    let mut total = 0;
    while let Ok(written) = timeout(Duration::from_secs(1), stream.write(&[0; 1000])).await {
        total += written.expect("written");
    }
    total
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_reads_nothing_holds_the_writer_back_and_is_no_dead_peer() {
    let (near, mut far) = Pipe::pair();
    let mut near = Wire::new(near);
    let total = fill(&mut near).await;
    assert_eq!(total, 128 << 10, "both buffers");
    let tcp = near.line().tcp_state().expect("as of a socket");
    assert_eq!(tcp.unacked, 0, "a window of zero is acknowledged");
    let writing = tokio::spawn(async move { near.write_all(&[1; 10]).await.map(|()| near) });
    let mut all = vec![0; total];
    far.read_exact(&mut all).await.expect("read");
    let mut near = writing.await.expect("joined").expect("there was room again");
    near.line().reset("test");
    assert!(near.flush().await.is_err());
    // What had been taken is read, and then the end is an error.
    let mut rest = Vec::new();
    let end = far.read_to_end(&mut rest).await;
    assert_eq!((rest, end.map_err(|error| error.kind())), (vec![1; 10], Err(ErrorKind::ConnectionReset)));
}

async fn deaf() -> (Wire<Pipe>, Pipe, std::sync::Arc<Line>) {
    let (near, mut far) = Pipe::pair();
    let near = Wire::new(near);
    let line = near.line().clone();
    line.deafen(1).expect("there is nothing to be refused");
    far.write_all(b"unheard").await.expect("the kernel takes it");
    (near, far, line)
}

async fn silence(stream: &mut (impl AsyncRead + Unpin)) {
    let read = timeout(Duration::from_secs(3600), stream.read_u8()).await;
    assert!(read.is_err(), "{read:?}");
}

#[tokio::test(start_paused = true)]
async fn what_a_deaf_end_is_sent_is_neither_delivered_nor_acknowledged_before_it_hears_again()
-> io::Result<()> {
    let (mut near, far, line) = deaf().await;
    let mut far = Wire::new(far);
    silence(&mut near).await;
    let tcp = far.line().tcp_state().expect("as of a socket");
    assert!(tcp.unacked > 0 && tcp.last_ack >= Duration::from_secs(3600), "{tcp:?}");
    line.heal(1);
    let mut seven = [0; 7];
    near.read_exact(&mut seven).await?;
    near.write_all(b"heard").await?;
    far.read_exact(&mut seven[..5]).await?;
    assert_eq!(&seven, b"heardrd");
    assert_eq!(far.line().tcp_state().map(|tcp| tcp.unacked), Some(0));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_end_that_is_buried_is_heard_of_as_a_rst_when_it_is_healed() {
    let (near, mut far, line) = deaf().await;
    line.reset("test");
    drop(near);
    assert!(line.is_buried());
    silence(&mut far).await;
    line.heal(1);
    assert_eq!(read(&mut far).await, Err(ErrorKind::ConnectionReset));
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_leaves_a_deaf_end_is_found_gone_afterwards() {
    let (mut near, far, line) = deaf().await;
    drop(far);
    silence(&mut near).await;
    line.heal(1);
    assert_eq!((read(&mut near).await, read(&mut near).await), (Ok("unheard".into()), Ok(String::new())));
    let (mut near, far, line) = deaf().await;
    far.reset();
    silence(&mut near).await;
    line.heal(1);
    // The RST was lost: it comes again as the answer to the next byte.
    silence(&mut near).await;
    near.write_all(b"x").await.expect("taken");
    assert_eq!(read(&mut near).await, Err(ErrorKind::ConnectionReset));
}

#[tokio::test(start_paused = true)]
async fn the_vigil_gives_up_a_peer_that_acknowledges_nothing_in_simulated_time() {
    let (near, far) = Pipe::pair();
    let far = Wire::new(far);
    far.line().deafen(1).expect("done");
    let mut near = Wire::new(near);
    let vigil = std::sync::Arc::new(Vigil::default());
    let keeper = vigil.clone();
    tokio::spawn(async move { keeper.keep().await });
    let _watch = vigil.watch(near.line(), Duration::from_secs(10));
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(near.line().cause(), None, "there was nothing to acknowledge");
    near.write_all(b"x").await.expect("taken");
    let began = tokio::time::Instant::now();
    assert_eq!(read(&mut near).await, Err(ErrorKind::ConnectionReset));
    assert!(began.elapsed() <= Duration::from_secs(10), "{:?}", began.elapsed());
    assert_eq!(near.line().cause(), Some(wirebench::wire::DEAD));
}

//! Real proxies in front of an origin: nginx and `HAProxy`, as scenarios start them. Where one is not installed, its test
//! says so on standard error and passes.

#[path = "support/mod.rs"]
mod support;

use std::io::Write as _;
use std::time::Duration;

use serde_json::json;
use support::ask::Next;
use support::http::{self, Target};
use support::reader::{Pending, Reader, Transport};
use support::server::Server;
use tokio::net::TcpStream;
use wirebench::play::proxy::{ProxyError, RunningProxy};
use wirebench::scenario::{Program, Proxy};

const PROGRAMS: [Program; 2] = [Program::Nginx, Program::Haproxy];
const STREAMS: [Transport; 3] = [Transport::Sse, Transport::FetchStream, Transport::WebSocket];

fn told(program: Program) -> Proxy {
    Proxy {
        name: "between".to_owned(),
        program,
        http_1_0: false,
        buffering: true,
        read_timeout: Duration::from_secs(60),
        span: 0..0,
    }
}

/// The proxy in front of the server's first origin, and that origin through it; `None` where it is not installed.
async fn before(server: &Server, proxy: &Proxy) -> Option<(RunningProxy, Target)> {
    let origin = &server.origins[0];
    match RunningProxy::start(proxy, origin.address).await {
        Ok(running) => {
            let target = origin.through(running.address);
            Some((running, target))
        }
        Err(error @ ProxyError::NotInstalled { .. }) => {
            // Not by eprintln!, which is kept back of a test that passes.
            let _ = writeln!(std::io::stderr(), "SKIPPED: {error}");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn every_transport_passes_whole_through_every_proxy() {
    let server = Server::start();
    let job = server.finished(50).await;
    for program in PROGRAMS {
        let Some((_running, target)) = before(&server, &told(program)).await else { continue };
        for transport in server.transports().await {
            let mut reader = Reader::open(&target, transport, &job.ask()).await;
            assert_eq!(reader.end().await, Next::Ended, "{} through {program:?}", transport.name());
            assert_eq!(reader.events.len(), 51, "{} through {program:?}", transport.name());
        }
    }
}

#[tokio::test]
async fn a_stream_that_asks_for_it_is_passed_on_as_it_comes_and_one_that_does_not_is_held() {
    let server = Server::start();
    let http_1_0 = Proxy { http_1_0: true, ..told(Program::Nginx) };
    let Some((_running, target)) = before(&server, &http_1_0).await else { return };
    let (job, head) = server.held(10).await;
    let held = job.ask().with("unbuffered", "off");
    let held = Pending::send(&target, Transport::Sse, &held).await;
    let held = tokio::spawn(held.begin());
    let mut passed = Reader::open(&target, Transport::Sse, &job.ask()).await;
    passed.take(usize::try_from(head).expect("few")).await;
    // What is passed on was passed on; what is held has had as long since.
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(!held.is_finished(), "not even the head of what is held has come");
    job.hurry().await;
    let mut held = held.await.expect("no panic").expect("let in");
    assert_eq!(held.end().await, Next::Ended);
    assert_eq!(held.events.len(), 204, "all of it came at the end");
}

#[tokio::test]
async fn a_proxy_that_is_told_not_to_buffer_holds_nothing() {
    let server = Server::start();
    let open = Proxy { http_1_0: true, buffering: false, ..told(Program::Nginx) };
    let Some((_running, target)) = before(&server, &open).await else { return };
    let (job, head) = server.held(10).await;
    let mut reader = Reader::open(&target, Transport::Sse, &job.ask().with("unbuffered", "off")).await;
    reader.take(usize::try_from(head).expect("few")).await;
}

#[tokio::test]
async fn what_is_silent_for_longer_than_the_read_time_out_is_cut_without_a_farewell() {
    let server = Server::start();
    let (job, head) = server.held(10).await;
    for program in PROGRAMS {
        let short = Proxy { read_timeout: Duration::from_secs(1), ..told(program) };
        let Some((_running, target)) = before(&server, &short).await else { continue };
        for transport in STREAMS {
            let silent = job.ask().with("heartbeat", "off");
            let mut reader = Reader::open(&target, transport, &silent).await;
            reader.take(usize::try_from(head).expect("few")).await;
            let cut = support::bounded("the cut", reader.try_next()).await;
            let is_cut = matches!(cut, Ok(Next::Cut) | Err(_));
            assert!(is_cut, "{} through {program:?}: {cut:?}", transport.name());
        }
    }
}

#[tokio::test]
async fn a_websocket_is_not_let_through_by_a_proxy_that_speaks_http_1_0_to_the_server() {
    let server = Server::start();
    let http_1_0 = Proxy { http_1_0: true, ..told(Program::Nginx) };
    let Some((_running, target)) = before(&server, &http_1_0).await else { return };
    let job = server.finished(3).await;
    let refused = Reader::connect(&target, Transport::WebSocket, &job.ask()).await;
    assert_eq!(refused.expect_err("HTTP/1.0 has no upgrade").code, 426);
}

#[tokio::test]
async fn the_host_is_passed_on_so_a_stranger_is_still_one() {
    let server = Server::start();
    for program in PROGRAMS {
        let Some((_running, target)) = before(&server, &told(program)).await else { continue };
        let job = server.finished(1).await;
        let stranger = Target { host: "stranger.example".to_owned(), ..target.clone() };
        let path = format!("/jobs/{}/fetch-stream", job.name);
        assert_eq!(http::post(&target, &path, &json!({})).await.status(), 200);
        assert_eq!(http::post(&stranger, &path, &json!({})).await.status(), 403);
    }
}

#[tokio::test]
async fn nothing_is_left_of_a_proxy_that_was_dropped() {
    let server = Server::start();
    for program in PROGRAMS {
        let Some((mut running, _)) = before(&server, &told(program)).await else { continue };
        assert!(running.is_running());
        let name = format!("{program:?}").to_lowercase();
        assert!(running.program.to_lowercase().contains(&name), "{}", running.program);
        let address = running.address;
        drop(running);
        assert!(TcpStream::connect(address).await.is_err(), "somebody still accepts at {address}");
    }
}

#[tokio::test]
async fn an_address_that_is_taken_is_told() {
    let server = Server::start();
    for program in PROGRAMS {
        if before(&server, &told(program)).await.is_none() {
            continue;
        }
        let taken = server.origins[0].address;
        let error = RunningProxy::start_at(&told(program), taken, taken).await.expect_err("taken");
        assert!(matches!(&error, ProxyError::NotStarted { .. }), "{error}");
        assert!(error.to_string().contains("Address already in use"), "{error}");
    }
}

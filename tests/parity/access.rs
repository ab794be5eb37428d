//! Jobs that ask for a token: who is let in, how the others are told, and what becomes of a stream whose token expires.

use serde_json::{Value, json};

use crate::on_every_transport;
use crate::support::ask::{Ask, Next};
use crate::support::http;
use crate::support::reader::{Reader, Transport, Way};
use crate::support::server::{Job, Server};

const TOKEN: &str = "aB3._~-z";

/// A job of four events, all of them in its log, that asks for the token.
async fn shut(server: &Server) -> Job<'_> {
    let job = server.synthetic(json!({"count": 3, "interval": "1ms", "token": TOKEN})).await;
    job.ended().await;
    job
}

fn by_header(ask: &Ask, token: &str) -> Ask {
    ask.clone().header("Authorization", &format!("Bearer {token}"))
}

async fn refused(server: &Server, way: Way, ask: &Ask) -> String {
    let refusal = Reader::connect(&server.bench, way, ask).await.expect_err("it is not let in");
    assert_eq!(refusal.code, way.refusal(401), "{}: {}", way.label(), refusal.reason);
    refusal.reason
}

#[tokio::test]
async fn a_token_opens_the_feed_by_header_by_query_and_by_cookie() {
    on_every_transport(async |server, way| {
        let job = shut(server).await;
        let ask = job.ask();
        let cookie = ask.clone().header("Cookie", &format!("theme=dark; wirebench-token={TOKEN}"));
        let both = by_header(&ask, TOKEN).with("token", "another");
        for good in [by_header(&ask, TOKEN), ask.with("token", TOKEN), cookie, both] {
            let mut reader = job.open(way, &good).await;
            assert_eq!((reader.end().await, reader.events.len()), (Next::Ended, 4), "{}", way.label());
        }
    })
    .await;
}

#[tokio::test]
async fn without_the_token_or_with_another_one_nobody_is_let_in() {
    on_every_transport(async |server, way| {
        let job = shut(server).await;
        let ask = job.ask();
        assert!(refused(server, way, &ask).await.contains("none"));
        for bad in [ask.clone().with("token", "another"), by_header(&ask, "another")] {
            assert!(refused(server, way, &bad).await.contains("another one"));
        }
        let basic = ask.clone().header("Authorization", "Basic YTpi");
        assert!(refused(server, way, &basic).await.contains("none"));
    })
    .await;
}

#[tokio::test]
async fn a_refusal_names_the_scheme_and_says_of_a_wrong_token_that_it_is_wrong() {
    let server = Server::start();
    let job = shut(&server).await;
    let path = job.ask().path("polling");
    let none = http::get(&server.bench, &path).await;
    assert_eq!((none.status(), none.header("www-authenticate")), (401, "Bearer realm=\"wirebench\""));
    let wrong = http::get(&server.bench, &format!("{path}?token=x")).await;
    assert!(wrong.header("www-authenticate").contains("error=\"invalid_token\""));
    assert_eq!(wrong.json()["error"]["where"], "token");
}

#[tokio::test]
async fn a_handshake_is_answered_with_the_status_where_that_is_asked_for() {
    let server = Server::start();
    let job = shut(&server).await;
    let ask = job.ask().with("auth", "status");
    let refusal = Reader::connect(&server.bench, Transport::WebSocket, &ask).await.expect_err("refused");
    assert_eq!(refusal.code, 401, "no Close: there was no 101");
    let mut reader = job.open(Transport::WebSocket, &ask.with("token", TOKEN)).await;
    assert_eq!(reader.end().await, Next::Ended);
}

#[tokio::test]
async fn commands_need_the_token_and_what_the_job_is_needs_none_and_tells_none() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": 3, "interval": "1h", "token": TOKEN})).await;
    assert_eq!(job.post(&json!({"command": "pause"})).await.status(), 401);
    let path = format!("/jobs/{}/commands?token={TOKEN}", job.name);
    let paused = http::post(&server.bench, &path, &json!({"command": "pause"})).await;
    assert_eq!(paused.status(), 200);
    let info = job.info().await;
    assert_eq!((&info["token"], &info["state"]), (&json!(true), &json!("paused")));
    assert!(!info.to_string().contains(TOKEN), "{info}");
    let open = server.synthetic(json!({"count": 1})).await;
    assert_eq!(open.info().await["token"], json!(false));
}

#[tokio::test]
async fn a_command_behind_a_handshake_that_is_refused_is_not_obeyed() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": 3, "interval": "1h", "token": TOKEN})).await;
    let mut connection = http::Connection::open(&server.bench).await.expect("a connection");
    Transport::WebSocket.send(&mut connection, &job.ask()).await.expect("sent");
    let frame = wirebench::proto::websocket::encode_frame(
        wirebench::proto::websocket::Opcode::Text,
        true,
        br#"{"command":"cancel"}"#,
        Some([1, 2, 3, 4]),
    );
    connection.write(&frame).await.expect("sent");
    // To its end: whatever the server does with the command it has done by then.
    while connection.fill().await.unwrap_or(false) {}
    assert_eq!(job.info().await["state"], "running");
}

#[tokio::test]
async fn streams_end_with_the_token_and_who_comes_back_with_it_is_refused() {
    on_every_transport(async |server, way| {
        let settings = json!({
            "count": 20, "interval": "1h", "start": "ready", "token": TOKEN, "token-lasts": "1s",
        });
        let job = server.synthetic(settings).await;
        let ask = job.ask().with("token", TOKEN);
        let mut reader = job.open(way, &ask).await;
        let path = format!("/jobs/{}/commands?token={TOKEN}", job.name);
        assert_eq!(http::post(&server.bench, &path, &json!({"command": "start"})).await.status(), 200);
        if way.holds_a_connection() {
            let over = async {
                loop {
                    match reader.try_next().await {
                        Ok(Next::Element(_)) => {}
                        other => break other,
                    }
                }
            };
            let over = crate::support::bounded("the end of the stream", over).await;
            match way.transport {
                Transport::WebSocket => {
                    assert!(
                        matches!(&over, Ok(Next::Closed(4401, why)) if why.contains("expired")),
                        "{over:?}"
                    );
                }
                _ => assert!(reader.events.is_empty(), "the job has not ended: {over:?}"),
            }
        }
        crate::support::eventually("the token's end", crate::support::PATIENCE, async || {
            Reader::connect(&server.bench, way, &ask).await.is_err()
        })
        .await;
        assert!(refused(server, way, &ask).await.contains("expired"));
    })
    .await;
}

#[tokio::test]
async fn what_is_no_token_makes_no_job() {
    let server = Server::start();
    for bad in [
        json!({"source": "synthetic", "token": ""}),
        json!({"source": "synthetic", "token": "a b"}),
        json!({"source": "synthetic", "token": "a", "token-lasts": "5"}),
        json!({"source": "synthetic", "token": "a", "token-lasts": "2h"}),
        json!({"source": "synthetic", "token-lasts": "5s"}),
    ] {
        let answer = http::post(&server.bench, "/api/jobs", &bad).await;
        assert_eq!(answer.status(), 400, "{bad}");
        let said: Value = answer.json();
        assert!(said["error"]["found"].as_str().is_some_and(|found| found.contains("token")), "{said}");
    }
}

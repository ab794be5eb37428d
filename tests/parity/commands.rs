//! Commands: by POST and over the WebSocket alike, answered the same, and seen by every reader as events.

use serde_json::{Value, json};

use crate::on_every_transport;
use crate::support::bounded;
use crate::support::reader::{Line, Reader, Transport};
use crate::support::server::Server;

/// Sends a command over an open WebSocket and gives its ack.
async fn over_the_socket(reader: &mut Reader, command: &Value) -> Value {
    let Line::WebSocket(socket) = &mut reader.line else { panic!("only a WebSocket carries commands") };
    bounded("a command", socket.command(command)).await.expect("sent");
    reader.until("ack").await.value
}

#[tokio::test]
async fn a_command_is_answered_the_same_by_post_and_over_the_websocket() {
    let server = Server::start();
    let settings = json!({"count": 100_000, "interval": "20ms", "start": "ready"});
    let (posted, framed) = (server.synthetic(settings.clone()).await, server.synthetic(settings).await);
    let mut socket = framed.open(Transport::WebSocket, &framed.ask()).await;
    let commands = [
        (json!({"command": "resume"}), false),
        (json!({"command": "start"}), true),
        (json!({"command": "start"}), false),
        (json!({"command": "resume"}), false),
        (json!({"command": "pause"}), true),
        (json!({"command": "pause"}), false),
        (json!({"command": "speed", "factor": 2}), true),
        (json!({"command": "speed", "factor": 0.25}), true),
        (json!({"command": "resume"}), true),
        (json!({"command": "cancel"}), true),
    ];
    for (number, (mut command, allowed)) in commands.into_iter().enumerate() {
        command["id"] = json!(number.to_string());
        let post = posted.post(&command).await;
        assert_eq!(post.status(), if allowed { 200 } else { 409 }, "{command}: {}", post.json());
        let frame = over_the_socket(&mut socket, &command).await;
        assert_eq!(frame, post.json(), "{command}");
        assert_eq!((&frame["type"], &frame["id"]), (&json!("ack"), &json!(number.to_string())));
        assert_eq!((&frame["command"], &frame["ok"]), (&command["command"], &json!(allowed)));
        assert_eq!(frame["error"].as_str().is_some_and(|error| !error.is_empty()), !allowed, "{frame}");
        assert!(frame["state"].is_string() || !allowed, "{frame}");
    }
}

#[tokio::test]
async fn a_malformed_command_is_refused_and_the_socket_lives_on() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": 100_000, "interval": "20ms"})).await;
    let mut socket = job.open(Transport::WebSocket, &job.ask()).await;
    let malformed = [
        json!({"command": "dance"}),
        json!({"command": "speed"}),
        json!({"command": "speed", "factor": 0}),
        json!({"command": "speed", "factor": 1001}),
        json!({"command": "speed", "factor": "2"}),
        json!({"command": "pause", "id": "x".repeat(65)}),
        json!({}),
        json!([]),
    ];
    for command in malformed {
        let post = job.post(&command).await;
        assert_eq!(post.status(), 400, "{command}: {}", post.json());
        assert!(post.json()["error"]["wanted"].is_string(), "{command}: {}", post.json());
        let ack = over_the_socket(&mut socket, &command).await;
        assert_eq!(ack["ok"], false, "{command}: {ack}");
        assert!(ack["error"].as_str().is_some_and(|error| !error.is_empty()), "{command}: {ack}");
    }
    let ack = over_the_socket(&mut socket, &json!({"command": "pause", "id": "last"})).await;
    assert_eq!(ack["ok"], true, "{ack}");
}

#[tokio::test]
async fn a_refused_command_keeps_its_id_and_an_unknown_field_refuses_it() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": 100_000, "interval": "20ms"})).await;
    let mut socket = job.open(Transport::WebSocket, &job.ask()).await;
    let refused = [
        json!({"command": "dance", "id": "a"}),
        json!({"command": "speed", "factor": 1001, "id": "b"}),
        json!({"command": "pause", "colour": "red", "id": "c"}),
        json!({"id": "d"}),
    ];
    for command in refused {
        let post = job.post(&command).await;
        assert_eq!(post.status(), 400, "{command}: {}", post.json());
        let ack = over_the_socket(&mut socket, &command).await;
        assert_eq!((&ack["ok"], &ack["id"]), (&json!(false), &command["id"]), "{command}: {ack}");
    }
    let nameless = over_the_socket(&mut socket, &json!({"command": "dance"})).await;
    assert!(nameless.get("id").is_none(), "{nameless}");
    assert_eq!(job.info().await["state"], "running", "none of them was carried out");
}

#[tokio::test]
async fn pause_resume_speed_and_cancel_are_events_for_every_reader() {
    on_every_transport(async |server, transport| {
        let job = server.synthetic(json!({"count": 100_000, "interval": "5ms"})).await;
        let mut reader = job.open(transport, &job.ask()).await;
        for (command, kind) in [("pause", "paused"), ("resume", "resumed")] {
            job.command(command).await;
            reader.until(kind).await;
        }
        assert_eq!(job.post(&json!({"command": "speed", "factor": 3})).await.status(), 200);
        assert_eq!(reader.until("speed").await.value["data"]["factor"].as_f64(), Some(3.0));
        job.command("cancel").await;
        reader.until("cancelled").await;
        let seqs = reader.seqs();
        assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<u64>>());
    })
    .await;
}

#[tokio::test]
async fn a_paused_job_makes_no_events_and_goes_on_where_it_was() {
    let server = Server::start();
    let (job, head) = server.held(5).await;
    // Something else happens meanwhile, several intervals long: a job that is made and runs to its end.
    server.finished(40).await;
    assert_eq!(job.head().await, head);
    job.hurry().await;
    job.ended().await;
    let info = job.info().await;
    assert_eq!(info["head"], json!(204), "200, paused, speed, resumed, done: {info}");
}

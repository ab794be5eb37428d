//! Malformed input at every endpoint: a 4xx that says in JSON what is wrong, and a server that lives on.
//!
//! The endpoints come from `/api/openapi.json`, so that a new one is here without being written down.

#[path = "support/mod.rs"]
mod support;

use serde_json::{Value, json};
use support::http::{self, Connection};
use support::server::Server;
use support::{bounded, eventually};

/// An endpoint: method and path, with the names of the document in it.
type Endpoint = (String, String);

async fn endpoints(server: &Server) -> Vec<Endpoint> {
    let document = http::get(&server.bench, "/api/openapi.json").await.json();
    let mut all = Vec::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for method in operations.as_object().expect("operations").keys() {
            all.push((method.to_uppercase(), path.clone()));
        }
    }
    assert!(all.len() > 15, "{all:?}");
    all
}

/// Sends bytes on a connection of their own and reads the status, and the body of an error.
async fn status_of(server: &Server, what: &str, bytes: &[u8]) -> (u16, Value) {
    let exchange = async {
        let mut connection = Connection::open(&server.bench).await?;
        // Who sends far too much may be answered, and no longer listened to, before all of it is written.
        let _ = connection.write(bytes).await;
        let head = connection.head().await?;
        let status = head.status;
        let body = if status >= 400 { connection.rest(head).await?.json() } else { Value::Null };
        Ok::<_, std::io::Error>((status, body))
    };
    let shown: String = what.chars().take(120).collect();
    bounded(&shown, exchange)
        .await
        .unwrap_or_else(|error| panic!("{shown}: the connection was dropped: {error}"))
}

fn clear(status: u16, body: &Value, what: &str) {
    let what: String = what.chars().take(160).collect();
    assert!((400..500).contains(&status), "{what}: {status}");
    for field in ["wanted", "found", "where", "fix"] {
        assert!(body["error"][field].is_string(), "{what}: {status}, {field} in {body}");
    }
}

fn request(server: &Server, method: &str, path: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let host = &server.bench.host;
    let length = body.len();
    let head =
        format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n{headers}Content-Length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

const JSON: &str = "Content-Type: application/json\r\n";

#[tokio::test]
async fn names_in_a_path_that_nobody_has_are_not_found_whatever_they_are_made_of() {
    let server = Server::start();
    let long = "x".repeat(20_000);
    let nasty = [
        "%FF%FE",
        "%00",
        "%2e%2e%2f%2e%2e",
        "..%2f",
        "%F0%9F%99%82",
        "a%20b",
        "%ZZ",
        "%",
        "-",
        "18446744073709551616",
        "{job}",
        "%27%22%3C%3E",
        &long,
    ];
    for (method, path) in endpoints(&server).await.into_iter().filter(|(_, path)| path.contains('{')) {
        for name in nasty {
            let mut real = path.clone();
            for known in ["{job}", "{client}", "{id}"] {
                real = real.replace(known, name);
            }
            let what = format!("{method} {real}");
            let (status, body) =
                status_of(&server, &what, &request(&server, &method, &real, JSON, b"{}")).await;
            clear(status, &body, &what);
        }
    }
    assert_eq!(http::get(&server.bench, "/healthz").await.status(), 200);
}

#[tokio::test]
async fn a_body_that_is_not_what_is_wanted_is_refused_and_the_connection_kept() {
    let server = Server::start();
    let job = server.synthetic(json!({"start": "ready"})).await.name;
    let deep = [b"[".repeat(30_000), b"]".repeat(30_000)].concat();
    let wide = [b"{\"a\":".repeat(10_000), b"1".to_vec(), b"}".repeat(10_000)].concat();
    let bodies: [&[u8]; 12] = [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\"\"",
        b"7",
        b"{\"\0\":1}",
        b"\0\0\0\0",
        b"{\"a\":1e999}",
        b"\xff\xfe{}",
        &deep,
        &wide,
    ];
    for (method, path) in
        endpoints(&server).await.into_iter().filter(|(method, _)| ["POST", "PUT"].contains(&&**method))
    {
        let real = path.replace("{job}", &job).replace("{client}", "nobody").replace("{id}", "1");
        for body in bodies {
            let what =
                format!("{method} {real} with {:?}", String::from_utf8_lossy(&body[..body.len().min(40)]));
            let (status, told) =
                status_of(&server, &what, &request(&server, &method, &real, JSON, body)).await;
            // The one body that may be left out.
            if body.is_empty() && (200..300).contains(&status) && path.ends_with("fetch-stream") {
                continue;
            }
            clear(status, &told, &what);
        }
        for kind in
            ["", "Content-Type: text/plain\r\n", "Content-Type: application/x-www-form-urlencoded\r\n"]
        {
            let what = format!("{method} {real} with {kind:?}");
            let (status, told) =
                status_of(&server, &what, &request(&server, &method, &real, kind, b"a=b")).await;
            clear(status, &told, &what);
        }
        let huge = vec![b' '; 5 << 20];
        let what = format!("{method} {real} with 5 MiB");
        let (status, told) = status_of(&server, &what, &request(&server, &method, &real, JSON, &huge)).await;
        clear(status, &told, &what);
    }
    assert_eq!(http::get(&server.bench, &format!("/jobs/{job}")).await.json()["state"], "ready");
}

#[tokio::test]
async fn a_query_that_is_not_what_is_wanted_is_refused_on_every_transport() {
    let server = Server::start();
    let job = server.synthetic(json!({"start": "ready"})).await.name;
    let long = format!("lane={}", "x".repeat(30_000));
    let nasty = [
        "after=%FF",
        "after=%00",
        "after=k3.18446744073709551616",
        "lane=%FF%FE",
        "lane=a&lane=b",
        "bogus=1",
        "&&&=&",
        "=",
        "after",
        "client=%20",
        "encoding=xml",
        &long,
    ];
    for (method, path) in endpoints(&server).await {
        let Some(name) =
            path.strip_prefix("/jobs/{job}/").filter(|name| !["commands", "events"].contains(name))
        else {
            continue;
        };
        // A WebSocket says it in a Close frame, after the handshake (docs/decisions/0003).
        if name == "websocket" {
            continue;
        }
        for query in nasty {
            let real = format!("/jobs/{job}/{name}?{query}");
            let what = format!("{method} {real}");
            let (status, told) =
                status_of(&server, &what, &request(&server, &method, &real, JSON, b"")).await;
            clear(status, &told, &what);
        }
    }
}

#[tokio::test]
async fn paths_and_methods_that_are_not_there_are_said_so_on_every_origin() {
    let server = Server::start();
    let long = format!("/{}", "a/".repeat(20_000));
    for target in [&server.bench, &server.origins[0]] {
        for path in
            ["/nothing", "/api", "/jobs", "/jobs/", "/jobs/a/b/c", "//", "/%FF", "/..%2f..%2fetc", &long]
        {
            let answer = http::get(target, path).await;
            clear(answer.status(), &answer.json(), path);
        }
        for (method, path) in
            [("POST", "/"), ("DELETE", "/index.html"), ("BREW", "/clock"), ("PATCH", "/healthz")]
        {
            let answer = http::request(target, method, path, &[], b"").await;
            clear(answer.status(), &answer.json(), &format!("{method} {path}"));
            assert_eq!(answer.status(), 405, "{method} {path}");
            assert!(!answer.header("allow").is_empty(), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn what_is_no_http_is_refused_or_ended_and_the_server_lives_on() {
    let server = Server::start();
    let long = format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(200_000));
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(5000));
    let garbage: [&[u8]; 8] = [
        b"\0\0\0\0\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST /api/jobs HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        long.as_bytes(),
        many.as_bytes(),
    ];
    for bytes in garbage {
        let what = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        let mut connection = Connection::open(&server.bench).await.expect("a connection");
        // It may be refused before all of it is written.
        let _ = connection.write(bytes).await;
        if let Ok(head) = bounded(&what, connection.head()).await {
            assert!((400..500).contains(&head.status), "{what:?}: {}", head.status);
        }
        assert_eq!(http::get(&server.bench, "/healthz").await.status(), 200, "after {what:?}");
    }
    eventually("the connections to end", support::PATIENCE, async || {
        let lanes = http::get(&server.bench, "/api/lanes").await.json();
        lanes["origins"][0]["open"].as_u64().is_some_and(|open| open <= 2)
    })
    .await;
}

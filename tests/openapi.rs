//! The document of the API (docs/reference/api.md) against the server: what it says is there, what it does not is not.

#[path = "support/mod.rs"]
mod support;

use serde_json::Value;
use support::bounded;
use support::http::{self, Connection, Response, Target};
use support::server::Server;

const METHODS: [&str; 5] = ["get", "post", "put", "delete", "patch"];

async fn document(server: &Server) -> Value {
    let answer = http::get(&server.bench, "/api/openapi.json").await;
    assert_eq!((answer.status(), answer.header("content-type")), (200, "application/json"));
    answer.json()
}

/// The status of an answer, and its body unless it has no end.
async fn ask(target: &Target, method: &str, path: &str) -> Response {
    let exchange = async {
        let mut connection = Connection::open(target).await?;
        let json = [("Content-Type", "application/json")];
        connection.send(&method.to_uppercase(), path, &json, b"{}").await?;
        let head = connection.head().await?;
        if head.status >= 400 { connection.rest(head).await } else { Ok(Response { head, body: vec![] }) }
    };
    let answer: std::io::Result<Response> = bounded(&format!("{method} {path}"), exchange).await;
    answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"))
}

#[tokio::test]
async fn what_is_documented_is_answered_and_other_methods_are_405_saying_which_are_not() {
    let server = Server::start();
    let document = document(&server).await;
    let job = server.synthetic(serde_json::json!({"start": "ready"})).await.name;
    let paths = document["paths"].as_object().expect("paths");
    assert!(paths.len() > 12, "{paths:?}");
    for (path, operations) in paths {
        let real = path
            .replace("{job}", &job)
            .replace("{client}", "nobody")
            .replace("{id}", "1")
            .replace("{name}", "abrupt-drop");
        let documented: Vec<&str> =
            METHODS.into_iter().filter(|method| operations[method].is_object()).collect();
        assert!(!documented.is_empty(), "{path}");
        for method in METHODS.into_iter().filter(|method| !documented.contains(method)) {
            let answer = ask(&server.bench, method, &real).await;
            assert_eq!(answer.status(), 405, "{method} {path}");
            let mut allowed: Vec<String> =
                answer.header("allow").split(", ").map(str::to_ascii_lowercase).collect();
            allowed.sort();
            let mut wanted = documented.clone();
            wanted.sort_unstable();
            assert_eq!(allowed, wanted, "{path}");
        }
        // Forgetting the job comes last, or the others would find none.
        for method in
            documented.into_iter().filter(|method| (*method, path.as_str()) != ("delete", "/api/jobs/{job}"))
        {
            let status = ask(&server.bench, method, &real).await.status();
            let nobody =
                ["{client}", "{number}", "{run}", "{member}", "{code}"].iter().any(|one| path.contains(one))
                    || path == "/api/faults/{id}";
            assert!(status != 405 && (status != 404 || nobody), "{method} {path}: {status}");
            let told = &operations[method]["responses"][status.to_string()];
            assert!(told.is_object(), "{method} {path} answers {status}, which is not documented");
        }
    }
    assert_eq!(ask(&server.bench, "delete", &format!("/api/jobs/{job}")).await.status(), 204);
}

#[tokio::test]
async fn every_transport_is_documented_with_the_parameters_it_takes() {
    let server = Server::start();
    let document = document(&server).await;
    let transports = http::get(&server.bench, "/api/transports").await.json();
    for transport in transports["transports"].as_array().expect("transports") {
        let name = transport["name"].as_str().expect("a name");
        let method = transport["method"].as_str().unwrap_or("GET").to_ascii_lowercase();
        let operation = &document["paths"][format!("/jobs/{{job}}/{name}")][&method];
        assert!(operation.is_object(), "{method} {name}");
        let listed = operation["parameters"].as_array().expect("parameters");
        let body = &operation["requestBody"]["content"]["application/json"]["schema"]["properties"];
        for param in transport["params"].as_array().expect("params") {
            let param = param["name"].as_str().expect("a name");
            let is_there = listed.iter().any(|one| one["name"] == param) || body[param].is_object();
            assert!(is_there, "{param} of {name}");
        }
    }
}

#[tokio::test]
async fn the_health_check_is_there_on_every_origin() {
    let server = Server::start();
    for target in server.origins.iter().chain([&server.bench]) {
        let answer = http::get(target, "/healthz").await;
        assert_eq!((answer.status(), answer.json()), (200, serde_json::json!({"status": "ok"})));
    }
}

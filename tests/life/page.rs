//! The page: embedded with a tag for each file, or served live from a directory, always with a policy.

use serde_json::json;

use crate::support::http::{self, Response};
use crate::support::program::Scratch;
use crate::support::server::Server;

/// A page's headers: where it may load from and connect to, and nothing kept without asking.
fn dressed(answer: &Response, what: &str) {
    let policy = answer.header("content-security-policy");
    for part in ["default-src 'self'", "connect-src 'self' ", "frame-src ", "frame-ancestors "] {
        assert!(policy.contains(part), "{what}: {part} in {policy:?}");
    }
    assert!(!policy.contains("unsafe"), "{what}: {policy}");
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(answer.header("cache-control"), "no-cache", "{what}");
}

async fn get_if_none_match(server: &Server, path: &str, tag: &str) -> Response {
    http::request(&server.bench, "GET", path, &[("If-None-Match", tag)], b"").await
}

#[tokio::test]
async fn the_embedded_page_has_a_tag_and_a_policy() {
    let server = Server::start();
    let page = http::get(&server.bench, "/").await;
    assert_eq!((page.status(), page.header("content-type")), (200, "text/html; charset=utf-8"));
    dressed(&page, "/");
    let policy = page.header("content-security-policy");
    for url in [server.bench.origin(), server.origins[0].origin()] {
        for url in [url.replacen("http", "ws", 1), url] {
            assert!(policy.contains(&url), "{url} in {policy}");
        }
    }
    assert!(page.header("etag").starts_with('"') && page.header("etag").len() > 2, "{:?}", page.head);
    let same = http::get(&server.bench, "/index.html").await;
    assert_eq!((same.header("etag"), &same.body), (page.header("etag"), &page.body));
    let lane = http::get(&server.origins[0], "/").await;
    assert_eq!((lane.status(), &lane.body), (200, &page.body), "the lane's origin serves it too");
    dressed(&lane, "the lane's /");
    let connects = |answer: &Response| {
        let policy = answer.header("content-security-policy");
        policy.split("; ").find(|part| part.starts_with("connect-src")).unwrap_or_default().to_owned()
    };
    let elsewhere = server.bench.origin();
    assert!(
        connects(&lane).contains(&elsewhere),
        "a lane may read another origin than its page's: {}",
        connects(&lane)
    );
    assert!(
        !connects(&page).contains(&server.origins[0].origin()),
        "the dashboard reads none: {}",
        connects(&page)
    );
}

#[tokio::test]
async fn who_has_the_embedded_page_is_answered_304_without_a_body() {
    let server = Server::start();
    let tag = http::get(&server.bench, "/").await.header("etag").to_owned();
    let known = get_if_none_match(&server, "/", &tag).await;
    assert_eq!((known.status(), known.header("etag"), known.body.len()), (304, tag.as_str(), 0));
    dressed(&known, "304");
    let other = get_if_none_match(&server, "/", "\"0123456789abcdef\"").await;
    assert_eq!(other.status(), 200);
}

/// RFC 9110 §13.1.2: a list, any tag, and the weak comparison; a proxy that compresses weakens tags.
#[tokio::test]
async fn a_tag_in_a_list_and_a_weakened_one_are_known_as_well() {
    let server = Server::start();
    let tag = http::get(&server.bench, "/").await.header("etag").to_owned();
    for asked in [format!("\"other\", {tag}"), format!("W/{tag}"), "*".to_owned()] {
        assert_eq!(get_if_none_match(&server, "/", &asked).await.status(), 304, "If-None-Match: {asked}");
    }
}

#[tokio::test]
async fn what_is_not_embedded_is_not_there() {
    let server = Server::start();
    for path in ["/nothing.html", "/../Cargo.toml", "/%2e%2e/Cargo.toml", "/src/main.rs"] {
        let answer = http::get(&server.bench, path).await;
        assert_eq!(answer.status(), 404, "{path}");
        assert!(answer.json()["error"]["fix"].is_string(), "{path}: {}", answer.json());
    }
}

#[tokio::test]
async fn a_page_from_a_directory_is_served_live() {
    let outer = Scratch::new("page");
    outer.write("secret", "not to be served");
    let directory = outer.path().join("web");
    std::fs::create_dir(&directory).expect("a directory");
    outer.write("web/index.html", "<p>first");
    outer.write("web/lane.js", "// first");
    let server = Server::start_with(&["--lanes", "1", "--web-dir", directory.to_str().expect("UTF-8")]);
    let first = http::get(&server.bench, "/").await;
    assert_eq!((first.status(), first.body.as_slice()), (200, b"<p>first".as_slice()));
    dressed(&first, "from a directory");
    let script = http::get(&server.origins[0], "/lane.js").await;
    assert_eq!(script.body, b"// first");
    assert!(script.header("content-type").starts_with("text/javascript"), "{:?}", script.head);
    outer.write("web/index.html", "<p>second, and longer");
    outer.write("web/new.css", "p {}");
    assert_eq!(http::get(&server.bench, "/").await.body, b"<p>second, and longer");
    assert!(http::get(&server.bench, "/new.css").await.header("content-type").starts_with("text/css"));
    for path in ["/gone.html", "/../secret", "/%2e%2e/secret", "/..%2fsecret", "/%2e%2e%2fsecret"] {
        let answer = http::get(&server.bench, path).await;
        assert!((400..500).contains(&answer.status()), "{path}: {}", answer.status());
        assert!(!String::from_utf8_lossy(&answer.body).contains("not to be served"), "{path}");
    }
    // What is not a file of the page is not hidden by it.
    assert_eq!(http::get(&server.bench, "/clock").await.status(), 200);
    let made = http::post(&server.bench, "/api/jobs", &json!({"source": "synthetic"})).await;
    assert_eq!(made.status(), 201);
}

#[tokio::test]
async fn the_policy_names_a_lane_told_otherwise_and_allowed_origins() {
    let server = Server::start_with(&[
        "--lanes",
        "1",
        "--lane-origin",
        "1=http://127.0.0.1:9001",
        "--allow-origin",
        "https://mine.example",
    ]);
    let page = http::get(&server.bench, "/").await;
    let policy = page.header("content-security-policy");
    for url in ["http://127.0.0.1:9001", "ws://127.0.0.1:9001", "https://mine.example", "wss://mine.example"]
    {
        assert!(policy.contains(url), "{url} in {policy}");
    }
}

//! The documentation as the program serves it: every page, every link and every anchor of it, asked of a running bench.

#[path = "support/mod.rs"]
mod support;

use std::collections::{BTreeMap, BTreeSet};

use support::http::{self, Response};
use support::server::Server;

/// What stands in `name="…"` in a document.
fn values<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let begins = format!(" {name}=\"");
    html.split(&begins).skip(1).filter_map(|rest| rest.split_once('"').map(|(value, _)| value)).collect()
}

async fn page(server: &Server, address: &str) -> (Response, String) {
    let response = http::get(&server.bench, address).await;
    let html = String::from_utf8_lossy(&response.body).into_owned();
    (response, html)
}

#[tokio::test]
async fn every_link_of_every_page_leads_somewhere() {
    let server = Server::start();
    let mut pages: BTreeMap<String, Option<String>> = BTreeMap::new();
    let mut wanted: Vec<String> = vec!["/docs/".to_owned()];
    let mut anchors: BTreeSet<(String, String, String)> = BTreeSet::new();
    while let Some(address) = wanted.pop() {
        let (response, html) = page(&server, &address).await;
        assert_eq!(response.status(), 200, "{address}");
        if !response.header("content-type").starts_with("text/html") {
            pages.insert(address, None);
            continue;
        }
        if !address.starts_with("/docs") {
            // The bench's own page and files.
            pages.insert(address, Some(html));
            continue;
        }
        assert!(response.header("content-security-policy").contains("default-src 'self'"), "{address}");
        for href in values(&html, "href").into_iter().chain(values(&html, "src")) {
            let href = href.replace("&amp;", "&");
            let (to, anchor) = href.split_once('#').map_or((href.as_str(), ""), |(to, anchor)| (to, anchor));
            let to = if to.is_empty() { address.as_str() } else { to };
            if to.starts_with("http") {
                continue;
            }
            assert!(to.starts_with('/'), "{address}: {href}");
            if !anchor.is_empty() {
                anchors.insert((address.clone(), to.to_owned(), anchor.to_owned()));
            }
            if to != address && !pages.contains_key(to) && !wanted.iter().any(|one| one == to) {
                wanted.push(to.to_owned());
            }
        }
        pages.insert(address, Some(html));
    }
    assert!(pages.keys().filter(|address| address.starts_with("/docs/")).count() > 60, "{:?}", pages.keys());
    for (from, to, anchor) in anchors {
        let there = pages[&to].as_ref().is_some_and(|html| values(html, "id").contains(&anchor.as_str()));
        assert!(there, "{from}: {to} has no #{anchor}");
    }
}

#[tokio::test]
async fn what_is_proven_can_be_run_and_is_told_from_what_is_cited() {
    let server = Server::start();
    let (_, html) = page(&server, "/docs/topics/closing").await;
    assert!(html.contains("href=\"/?scenario=204-stop\">▶ Run 204-stop</a>"), "a button");
    assert!(html.contains("class=\"proven\"") && html.contains("class=\"cited\""), "both sorts of footnotes");
    assert!(!html.contains("[^"), "no footnote stands there as it is written");
    let (_, scenario) = page(&server, "/docs/scenarios/204-stop").await;
    assert!(scenario.contains("/?scenario=204-stop") && scenario.contains("[[expect]]"), "the file itself");
}

#[tokio::test]
async fn who_asks_for_a_page_that_is_not_there_is_shown_those_that_are_near() {
    let server = Server::start();
    for address in
        ["/docs/topics/closeing-codes", "/docs/<script>alert(1)</script>", "/docs/scenarios/..%2fCargo"]
    {
        let (response, html) = page(&server, &address.replace('<', "%3C").replace('>', "%3E")).await;
        assert_eq!(response.status(), 404, "{address}");
        assert!(html.contains("No such page") && !html.contains("<script>alert"), "{html}");
    }
    let (_, html) = page(&server, "/docs/topics/reconnecting-late").await;
    assert!(html.contains("href=\"/docs/topics/reconnecting\""), "{html}");
}

#[tokio::test]
async fn a_page_that_has_not_changed_is_not_sent_again_and_lanes_have_none() {
    let server = Server::start();
    let (response, _) = page(&server, "/docs/topics/cost").await;
    let etag = response.header("etag").to_owned();
    let mut connection = http::Connection::open(&server.bench).await.expect("a connection");
    connection.send("GET", "/docs/topics/cost", &[("If-None-Match", &etag)], b"").await.expect("sent");
    assert_eq!(connection.response().await.expect("an answer").status(), 304);
    assert_eq!(http::get(&server.origins[0], "/docs/").await.status(), 404);
}

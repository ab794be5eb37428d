//! The page: embedded in the binary, or served live from a directory through actix-files.

use actix_files::Files;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::{Next, from_fn};
use actix_web::{Error, HttpRequest, HttpResponse, web};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::docs;
use super::state::State;
use crate::transport::{Refusal, if_none_match};

#[derive(RustEmbed)]
#[folder = "web/"]
struct Web;

/// Configures the page of one origin.
pub(super) fn page(state: &State, is_bench: bool) -> impl FnOnce(&mut web::ServiceConfig) + use<> {
    let headers = headers(state, is_bench);
    let web_dir = state.place.web_dir.clone();
    move |config| {
        if is_bench {
            let headers = headers.clone();
            let dress =
                from_fn(move |request: ServiceRequest, next: Next<_>| dress(request, next, headers.clone()));
            config.service(web::scope("/docs").wrap(dress).configure(docs::routes));
        }
        let dress =
            from_fn(move |request: ServiceRequest, next: Next<_>| dress(request, next, headers.clone()));
        let scope = web::scope("").wrap(dress);
        config.service(match web_dir {
            Some(dir) => scope.service(Files::new("/", dir).index_file("index.html").prefer_utf8(true)),
            None => scope.service(
                web::resource("/{path:.*}").route(web::get().to(embedded)).route(web::head().to(embedded)),
            ),
        });
    }
}

/// Headers of every file of the page.
fn headers(state: &State, is_bench: bool) -> Vec<(HeaderName, HeaderValue)> {
    // An IPv6 literal is no host-source (CSP3 §2.3.1): browsers complain of it and pass it over.
    let origins: Vec<&str> = state.trusted.origins().filter(|origin| !origin.contains('[')).collect();
    let sockets = origins.iter().map(|url| url.replacen("http", "ws", 1));
    // A lane may stand in a page of another origin than it reads; the dashboard reads nothing elsewhere, a learner's page does.
    let elsewhere = origins.iter().filter(|_| !is_bench || state.class.is_some()).map(|&url| url.to_owned());
    let connects: Vec<String> = sockets.chain(elsewhere).collect();
    let policy = format!(
        "default-src 'self'; img-src 'self' data:; connect-src 'self' {}; frame-src {}; frame-ancestors {}",
        connects.join(" "),
        origins.join(" "),
        origins.join(" ")
    );
    let mut headers = vec![
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        // Frames that differ by port only would otherwise share a thread in Chromium (BROWSERS, "Lanes in frames").
        (HeaderName::from_static("origin-agent-cluster"), HeaderValue::from_static("?1")),
    ];
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.push((header::CONTENT_SECURITY_POLICY, policy));
    }
    if !is_bench {
        // A lane's feed is to have connections of its own: one that carried the page's files would be reused for
        // polling, and the lane would seem to need none.
        headers.push((header::CONNECTION, HeaderValue::from_static("close")));
    }
    headers
}

async fn dress<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
    headers: Vec<(HeaderName, HeaderValue)>,
) -> Result<ServiceResponse<B>, Error> {
    let mut response = next.call(request).await?;
    for (name, value) in headers {
        if name == header::CONNECTION {
            response.response_mut().head_mut().set_connection_type(actix_http::ConnectionType::Close);
        } else {
            response.headers_mut().insert(name, value);
        }
    }
    Ok(response)
}

async fn embedded(request: HttpRequest, path: web::Path<String>) -> HttpResponse {
    let name = if path.is_empty() { "index.html" } else { path.as_str() };
    let Some(file) = Web::get(name) else {
        return Refusal::nothing_here(request.path()).response();
    };
    let etag = etag(&file);
    if if_none_match(&request, &etag) {
        return HttpResponse::NotModified().insert_header((header::ETAG, etag)).finish();
    }
    HttpResponse::Ok()
        .insert_header((header::ETAG, etag))
        .content_type(content_type(name))
        .body(file.data.into_owned())
}

fn etag(file: &EmbeddedFile) -> String {
    let hash = file.metadata.sha256_hash();
    let start = hash.first_chunk::<8>().copied().unwrap_or_default();
    format!("\"{:016x}\"", u64::from_be_bytes(start))
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}

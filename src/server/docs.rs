//! The documentation, at `/docs`: what lies in the repository, embedded in the binary and made into pages as they are asked for.

use std::sync::LazyLock;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use rust_embed::RustEmbed;
use sha2::{Digest as _, Sha256};

use super::state::State;
use crate::docs::library::Library;
use crate::docs::{document, missing, scenario};
use crate::transport::{AsIs, if_none_match};

#[derive(RustEmbed)]
#[folder = "docs/"]
struct Docs;

/// What lies beside the docs and is linked from them.
const BESIDE: [(&str, &str); 2] =
    [("README.md", include_str!("../../README.md")), ("CHANGELOG.md", include_str!("../../CHANGELOG.md"))];

static LIBRARY: LazyLock<Library> = LazyLock::new(|| {
    let inside = Docs::iter().filter(|name| name.ends_with(".md")).filter_map(|name| {
        let text = String::from_utf8(Docs::get(&name)?.data.into_owned()).ok()?;
        Some((format!("docs/{name}"), text))
    });
    let beside = BESIDE.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    Library::of(inside.chain(beside))
});

/// The routes, behind the headers of every page.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.service(
        web::resource(["", "/", "/{path:.*}"]).route(web::get().to(docs)).route(web::head().to(docs)),
    );
}

async fn docs(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let address = request.path();
    if let Some(entry) = LIBRARY.at(address) {
        return page(&request, StatusCode::OK, document(&LIBRARY, entry, &|path| beside(&state, path)));
    }
    let inside = address.strip_prefix("/docs/").unwrap_or_default();
    if let Some(name) = inside.strip_prefix("scenarios/")
        && let Some(source) = state.library.text(name)
    {
        let table: toml::Table = toml::from_str(&source).unwrap_or_default();
        let title = table.get("title").and_then(toml::Value::as_str).unwrap_or(name);
        return page(&request, StatusCode::OK, scenario(&LIBRARY, name, title, &source));
    }
    if let Some(file) = Docs::get(inside) {
        let kind = match inside.rsplit('.').next() {
            Some("png") => "image/png",
            Some("svg") => "image/svg+xml",
            Some("json") => "application/json",
            _ => "text/plain; charset=utf-8",
        };
        return HttpResponse::Ok().content_type(kind).body(file.data.into_owned());
    }
    page(&request, StatusCode::NOT_FOUND, missing(&LIBRARY, address))
}

/// Where a file leads that is no page.
fn beside(state: &State, path: &str) -> Option<String> {
    let name = path.strip_prefix("scenarios/").and_then(|name| name.strip_suffix(".toml"));
    if let Some(name) = name {
        return state.library.text(name).map(|_| format!("/docs/scenarios/{name}"));
    }
    let inside = path.strip_prefix("docs/")?;
    Docs::get(inside).map(|_| format!("/docs/{inside}"))
}

fn page(request: &HttpRequest, status: StatusCode, html: String) -> HttpResponse {
    let hash = Sha256::digest(html.as_bytes());
    let start = hash.first_chunk::<8>().copied().unwrap_or_default();
    let etag = format!("\"{:016x}\"", u64::from_be_bytes(start));
    if status == StatusCode::OK && if_none_match(request, &etag) {
        return HttpResponse::NotModified().insert_header((header::ETAG, etag)).finish();
    }
    let mut response = HttpResponse::build(status);
    response.insert_header((header::ETAG, etag));
    // That there is none is told to a reader here, and to no program.
    response.extensions_mut().insert(AsIs);
    response.content_type("text/html; charset=utf-8").body(html)
}

//! Conditional requests: whether the client already has what it would get (RFC 9110 §13.1.2).

use actix_web::HttpRequest;
use actix_web::http::header;

/// Whether `If-None-Match` names `etag`: lists of tags, weakly compared, or `*`.
pub fn if_none_match(request: &HttpRequest, etag: &str) -> bool {
    let lists = request.headers().get_all(header::IF_NONE_MATCH);
    lists
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

//! The opening handshake from the client's side (RFC 6455 §4.1).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::WebSocketInit;
use crate::client::connector::Connector;
use crate::client::http::{Http, Link, Request, names};
use crate::client::url::Url;
use crate::proto::http1::ResponseHead;

/// Connects and shakes hands: the connection and the subprotocol, or why there is none.
pub(super) async fn shake<C: Connector>(
    http: &Http<C>,
    url: &Url,
    init: &WebSocketInit,
    key: [u8; 16],
) -> Result<(Link<C::Stream>, String), String> {
    let key = STANDARD.encode(key);
    let mut request = Request::get(url.clone())
        .with("Upgrade", "websocket")
        .with("Connection", "Upgrade")
        .with("Sec-WebSocket-Key", &key)
        .with("Sec-WebSocket-Version", "13");
    if let Some(page) = &init.page {
        request = request.with("Origin", page);
    }
    if !init.protocols.is_empty() {
        request = request.with("Sec-WebSocket-Protocol", &init.protocols.join(", "));
    }
    request.headers.extend(init.headers.iter().cloned());
    let mut link = http.dial(url).await.map_err(|lost| lost.cause())?;
    let _ = link.send(&request.bytes()).await;
    let head = link.head().await.map_err(|lost| lost.cause())?;
    let protocol = judge(&head, &key, init)?;
    Ok((link, protocol))
}

/// §4.1, what the client must see in the answer, in its order.
fn judge(head: &ResponseHead, key: &str, init: &WebSocketInit) -> Result<String, String> {
    let has = |name, token| head.headers.all(name).any(|value| names(value, token));
    if head.status != 101 {
        return Err(format!("HTTP {}", head.status));
    }
    if !has("upgrade", "websocket") || !has("connection", "upgrade") {
        return Err("no Upgrade to websocket".to_owned());
    }
    let wanted = actix_http::ws::hash_key(key.as_bytes());
    if head.headers.get("sec-websocket-accept").map(str::trim) != std::str::from_utf8(&wanted).ok() {
        return Err("a wrong Sec-WebSocket-Accept".to_owned());
    }
    if head.headers.get("sec-websocket-extensions").is_some_and(|list| !list.trim().is_empty()) {
        return Err("an extension that was not asked for".to_owned());
    }
    let traits = &init.profile.web_socket;
    match head.headers.get("sec-websocket-protocol").map(str::trim) {
        Some(chosen) if init.protocols.iter().any(|asked| asked == chosen) => Ok(chosen.to_owned()),
        Some(_) if traits.unasked_protocol_fails || !init.protocols.is_empty() => {
            Err("a subprotocol that was not asked for".to_owned())
        }
        None if !init.protocols.is_empty() && traits.missing_protocol_fails => {
            Err("none of the subprotocols that were asked for".to_owned())
        }
        _ => Ok(String::new()),
    }
}

//! The proxies of a file.

use std::time::Duration;

use super::book::Book;
use super::fields::Fields;
use super::tree::Node;
use crate::scenario::keys::PROXY;
use crate::scenario::model::{Program, Proxy};

pub(super) fn read(nodes: Vec<Node>, book: &mut Book) -> Vec<Proxy> {
    let mut proxies: Vec<Proxy> = Vec::new();
    for node in nodes {
        let span = node.at.span();
        let Some(mut fields) = Fields::of("proxy", node, PROXY.name, PROXY.keys, book) else { continue };
        let name = fields.node("name", book);
        if let Some((name, node)) = &name
            && proxies.iter().any(|other| other.name == *name)
        {
            book.wrong("name", node, "a name that no other proxy has", None);
        }
        let haproxy = fields.text("program", book).as_deref() == Some("haproxy");
        for own in ["http-version", "buffering"] {
            if haproxy && let Some(entry) = fields.take(own) {
                book.amiss(&entry, format!("haproxy has no `{own}`"), "it with nginx alone");
            }
        }
        let http_1_0 = fields.text("http-version", book).as_deref() == Some("1.0");
        let buffering = fields.text("buffering", book).as_deref() != Some("off");
        let read_timeout = fields.span("read-timeout", book).unwrap_or(Duration::from_secs(60));
        fields.close(&[], book);
        let program = if haproxy { Program::Haproxy } else { Program::Nginx };
        let name = name.map(|(name, _)| name).unwrap_or_default();
        proxies.push(Proxy { name, program, http_1_0, buffering, read_timeout, span });
    }
    proxies
}

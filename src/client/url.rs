//! Addresses: `http` and `ws` URLs, and what a reference found in a `Location` means (RFC 3986 §5.2).
//!
//! No TLS: `https` and `wss` are refused with a sentence that says so.

use std::fmt;
use std::str::FromStr;

/// An `http` or `ws` address. A fragment is dropped, for none is ever sent (RFC 9112 §3.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    scheme: Scheme,
    /// Lower case; brackets around an IPv6 address.
    host: String,
    port: u16,
    /// Path and query.
    target: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Http,
    Ws,
}

/// Why a text is no address that can be asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// `https`, `wss`, or something that is not HTTP at all.
    #[error("{0:?}: wanted an address that begins with http:// or ws:// (there is no TLS here)")]
    Scheme(String),
    /// No host, or a port that is no number.
    #[error("{0:?}: wanted a host, and after a colon a port from 1 to 65535")]
    Authority(String),
}

impl FromStr for Url {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        let wrong = || UrlError::Scheme(text.to_owned());
        let (scheme, rest) = text.split_once("://").ok_or_else(wrong)?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "http" => Scheme::Http,
            "ws" => Scheme::Ws,
            _ => return Err(wrong()),
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (host, port) =
            authority(&rest[..end]).ok_or_else(|| UrlError::Authority(rest[..end].to_owned()))?;
        Ok(Self { scheme, host, port, target: target(&rest[end..]) })
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.scheme == Scheme::Ws { "ws" } else { "http" };
        write!(f, "{scheme}://{}{}", self.authority(), self.target)
    }
}

impl Url {
    /// Host and port as `Host` has them: the port only where it is not 80.
    pub fn authority(&self) -> String {
        if self.port == 80 { self.host.clone() } else { format!("{}:{}", self.host, self.port) }
    }

    /// Host and port to connect to.
    pub fn address(&self) -> (&str, u16) {
        (self.host.trim_start_matches('[').trim_end_matches(']'), self.port)
    }

    /// Path and query: the target of a request.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The origin, as `Origin` and `MessageEvent.origin` have it.
    pub fn origin(&self) -> String {
        let scheme = if self.scheme == Scheme::Ws { "ws" } else { "http" };
        format!("{scheme}://{}", self.authority())
    }

    /// The same place for a WebSocket.
    #[must_use]
    pub fn for_web_socket(mut self) -> Self {
        self.scheme = Scheme::Ws;
        self
    }

    /// The address that `reference` means, as seen from here.
    ///
    /// # Errors
    /// [`UrlError`].
    pub fn join(&self, reference: &str) -> Result<Self, UrlError> {
        let scheme_end = reference.find([':', '/', '?', '#']);
        if scheme_end.is_some_and(|at| reference[at..].starts_with(':')) {
            return reference.parse();
        }
        if let Some(rest) = reference.strip_prefix("//") {
            return format!("http://{rest}").parse();
        }
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let joined = match reference.as_bytes().first() {
            None | Some(b'#') if query.is_empty() => path.to_owned(),
            None | Some(b'#') => format!("{path}?{query}"),
            Some(b'?') => format!("{path}{reference}"),
            Some(b'/') => reference.to_owned(),
            _ => format!("{}/{reference}", path.rsplit_once('/').map_or("", |(folder, _)| folder)),
        };
        Ok(Self { target: target(&joined), ..self.clone() })
    }

    /// The same address with one more query parameter.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        let mark = if self.target.contains('?') { '&' } else { '?' };
        self.target = format!("{}{mark}{}={}", self.target, escaped(name), escaped(value));
        self
    }
}

fn authority(text: &str) -> Option<(String, u16)> {
    let end_of_host = text.rfind(']').map_or(0, |at| at + 1);
    let (host, port) = match text[end_of_host..].rfind(':') {
        Some(at) => (&text[..end_of_host + at], text[end_of_host + at + 1..].parse().ok()?),
        None => (text, 80),
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~[]:%".contains(c);
    (!host.is_empty() && port > 0 && host.chars().all(plain)).then(|| (host.to_ascii_lowercase(), port))
}

/// Path and query with dots resolved, and what may not stand in a request line escaped.
fn target(text: &str) -> String {
    let text = text.split('#').next().unwrap_or_default();
    let (path, query) = text.split_once('?').map_or((text, None), |(path, query)| (path, Some(query)));
    let mut kept: Vec<&str> = Vec::new();
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    for (at, part) in parts.iter().enumerate() {
        match *part {
            "." | ".." => {
                if *part == ".." {
                    kept.pop();
                }
                if at + 1 == parts.len() {
                    kept.push("");
                }
            }
            part => kept.push(part),
        }
    }
    let path = format!("/{}", kept.join("/"));
    let whole = query.map_or(path.clone(), |query| format!("{path}?{query}"));
    whole.bytes().fold(String::new(), |out, byte| match byte {
        b'!' | b'#'..=b';' | b'=' | b'?'..=b'~' => out + char::from(byte).encode_utf8(&mut [0; 4]),
        other => out + &format!("%{other:02X}"),
    })
}

fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |out, byte| match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'~' => {
            out + char::from(byte).encode_utf8(&mut [0; 4])
        }
        other => out + &format!("%{other:02X}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_resolved_as_rfc_3986_has_it() {
        let base: Url = "http://a:81/b/c/d?q".parse().expect("an address");
        for (reference, wanted) in [
            ("g", "http://a:81/b/c/g"),
            ("./g", "http://a:81/b/c/g"),
            ("../g", "http://a:81/b/g"),
            ("../../../g", "http://a:81/g"),
            ("/g", "http://a:81/g"),
            ("//g", "http://g/"),
            ("?y", "http://a:81/b/c/d?y"),
            ("", "http://a:81/b/c/d?q"),
            ("#s", "http://a:81/b/c/d?q"),
            ("g?y#s", "http://a:81/b/c/g?y"),
            (".", "http://a:81/b/c/"),
            ("..", "http://a:81/b/"),
            ("http://B:80/x y", "http://b/x%20y"),
            ("é", "http://a:81/b/c/%C3%A9"),
        ] {
            assert_eq!(base.join(reference).expect(reference).to_string(), wanted, "{reference:?}");
        }
    }

    #[test]
    fn what_cannot_be_asked_is_refused() {
        for bad in ["https://a/", "mailto:x", "/x", "ftp://a/", "wss://a"] {
            assert!(matches!(bad.parse::<Url>(), Err(UrlError::Scheme(_))), "{bad}");
        }
        for bad in ["http://", "http://a:b/", "http://a:0/", "http://a b/", "http://a:99999/"] {
            assert!(matches!(bad.parse::<Url>(), Err(UrlError::Authority(_))), "{bad}");
        }
        let base: Url = "http://a/".parse().expect("an address");
        assert!(base.join("javascript:alert(1)").is_err());
    }

    #[test]
    fn an_address_says_host_and_port_each_way_it_is_needed() {
        let url: Url = "http://[::1]:8080".parse().expect("an address");
        assert_eq!((url.address(), url.authority().as_str()), (("::1", 8080), "[::1]:8080"));
        let url = url.with("a b", "c&d").with("e", "f").for_web_socket();
        assert_eq!(url.to_string(), "ws://[::1]:8080/?a%20b=c%26d&e=f");
    }
}

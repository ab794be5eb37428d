//! Who may change state or open a WebSocket: programs, and pages of our own origins.
//!
//! A page of another site can post to 127.0.0.1 and open a WebSocket there (neither needs a preflight; RFC 6455 §10.2
//! leaves the check to the server), and a name under its control can be made to point here. So the Origin must be one of
//! ours, and so must the Host.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};

use super::config::{Config, authority};
use crate::transport::Refusal;

/// The hosts and origins that are ours.
#[derive(Clone, Debug, Default)]
pub(super) struct Trusted {
    hosts: BTreeSet<String>,
    origins: BTreeSet<String>,
}

impl Trusted {
    /// Trusts the addresses listened at, those the page is told, and what the flags add.
    pub(super) fn new(addresses: &[SocketAddr], config: &Config) -> Self {
        let mut trusted = Self::default();
        for address in addresses {
            trusted.host(&address.to_string());
            for name in names(address.ip()) {
                trusted.host(&format!("{name}:{}", address.port()));
            }
        }
        config.allow_hosts.iter().for_each(|host| trusted.host(host));
        let urls = config.lane_origins.iter().map(|lane| &lane.url).chain(&config.allow_origins);
        for url in urls {
            trusted.origins.insert(url.clone());
            trusted.hosts.extend(authority(url).map(str::to_ascii_lowercase));
        }
        trusted
    }

    /// All origins trusted, for a Content-Security-Policy.
    pub(super) fn origins(&self) -> impl Iterator<Item = &str> {
        self.origins.iter().map(String::as_str)
    }

    /// Whether the request is of ours, or of an origin that is `known` besides.
    ///
    /// # Errors
    /// 403, saying which header is foreign and how to widen the circle.
    pub(super) fn check(
        &self,
        request: &HttpRequest,
        known: impl Fn(&HeaderValue) -> bool,
    ) -> Result<(), Refusal> {
        let header =
            |name| request.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let host = header(header::HOST).unwrap_or_default().to_ascii_lowercase();
        if !self.hosts.contains(&host) {
            return Err(foreign("Host", &host, "start with --allow-host HOST:PORT if it is yours"));
        }
        let mut origins = request.headers().get_all(header::ORIGIN);
        match origins.find(|origin| !self.is_ours(origin) && !known(origin)) {
            None => Ok(()),
            Some(origin) => {
                let origin = String::from_utf8_lossy(origin.as_bytes());
                Err(foreign("Origin", &origin, "start with --allow-origin URL if that page is yours"))
            }
        }
    }

    /// Whether pages of this origin may change state, and read what they asked for.
    pub(super) fn is_ours(&self, origin: &HeaderValue) -> bool {
        origin.to_str().is_ok_and(|origin| self.origins.contains(origin))
    }

    fn host(&mut self, host: &str) {
        let host = host.to_ascii_lowercase();
        // A browser leaves the default port out of both headers.
        let names = [Some(host.clone()), host.strip_suffix(":80").map(str::to_owned)];
        for name in names.into_iter().flatten() {
            self.origins.insert(format!("http://{name}"));
            self.hosts.insert(name);
        }
    }
}

/// What else a browser may call an address.
fn names(ip: IpAddr) -> &'static [&'static str] {
    match ip {
        ip if ip.is_unspecified() => &["localhost", "127.0.0.1", "[::1]"],
        IpAddr::V4(Ipv4Addr::LOCALHOST) | IpAddr::V6(Ipv6Addr::LOCALHOST) => &["localhost"],
        _ => &[],
    }
}

fn foreign(name: &str, found: &str, fix: &str) -> Refusal {
    let place = format!("header {name}");
    Refusal::new(
        StatusCode::FORBIDDEN,
        place,
        "an address of this bench or its lanes",
        format!("{found:?}"),
        fix,
    )
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn check(host: &'static str, origin: Option<&'static str>) -> Result<(), String> {
        let config = Config { allow_origins: vec!["https://mine.example".into()], ..Config::default() };
        let addresses =
            ["127.0.0.1:8080".parse().expect("address"), "127.0.0.2:80".parse().expect("address")];
        let mut request = TestRequest::default().insert_header(("Host", host));
        if let Some(origin) = origin {
            request = request.insert_header(("Origin", origin));
        }
        Trusted::new(&addresses, &config)
            .check(&request.to_http_request(), |_| false)
            .map_err(|refusal| refusal.place)
    }

    #[test]
    fn our_own_origins_trust_each_other_and_programs_need_none() {
        assert_eq!(check("127.0.0.1:8080", None), Ok(()));
        assert_eq!(check("localhost:8080", Some("http://localhost:8080")), Ok(()));
        assert_eq!(check("127.0.0.2", Some("http://127.0.0.1:8080")), Ok(()));
        assert_eq!(check("127.0.0.1:8080", Some("https://mine.example")), Ok(()));
    }

    #[test]
    fn foreign_hosts_and_origins_are_refused() {
        assert_eq!(check("evil.example", None), Err("header Host".into()));
        assert_eq!(check("127.0.0.1:8081", None), Err("header Host".into()));
        for origin in
            ["http://evil.example", "null", "http://127.0.0.1:8080.evil.example", "http://127.0.0.1"]
        {
            assert_eq!(check("127.0.0.1:8080", Some(origin)), Err("header Origin".into()), "{origin}");
        }
    }
}

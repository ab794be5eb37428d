//! What a lane's own client can be switched to, of which the server never hears: a table, as the transports have one.

use std::collections::BTreeMap;
use std::time::Duration;

use thiserror::Error;

use super::coming_back::{ComingBack, Reconnect};
use super::lane::{LongPolling, Polling, Transport};
use crate::pace::parse_span;
use crate::param::{Kind, Param, Usual};

const TEN_MINUTES: Duration = Duration::from_secs(600);

/// From an answer to the next request.
const POLL: Param = span("poll", Duration::from_millis(10), Usual::Is(Duration::from_millis(500)));
/// How long a request may take. If nothing is said it is four times `poll`, and at least 5 s.
const POLL_TIMEOUT: Param = span("poll-timeout", Duration::from_millis(10), Usual::Nothing);
/// How many requests may be under way: a browser has six connections to an origin.
const OVERLAP: Param = Param::plain("overlap", Kind::Number { min: 1, max: 6, default: 1 });
/// Whether a WebSocket comes back, and whether it goes on from its cursor.
const WS: Param = Param::plain("ws", HOW);
/// The same of a fetch stream.
const FETCH: Param = Param::plain("fetch", HOW);
/// After how long it comes back, each time. If nothing is said it is the back-off of RFC 6455 §7.2.3.
const AGAIN: Param = span("again", Duration::ZERO, Usual::Nothing);

/// Where its requests carry the token: only those that script makes can have headers.
pub(super) const TOKEN_BY: Param = Param::plain("token-by", Kind::Choice(&["query", "header"]));

const HOW: Kind = Kind::Choice(&["bare", "restart", "resume"]);

const fn span(name: &'static str, min: Duration, default: Usual) -> Param {
    Param::plain(name, Kind::Duration { min, max: TEN_MINUTES, off: false, default })
}

/// A client that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{name}: wanted {wanted}, found {found}")]
pub struct BadSwitch {
    /// The switch that is wrong.
    pub name: String,
    /// What would have been right.
    pub wanted: String,
    /// What it is.
    pub found: String,
}

/// What the client of this transport can be switched to.
pub fn own_switches(transport: &str) -> &'static [Param] {
    match transport {
        "polling" => &[POLL, POLL_TIMEOUT, OVERLAP, TOKEN_BY],
        "long-polling" => &[TOKEN_BY],
        "websocket" => &[WS, AGAIN],
        "fetch-stream" => &[FETCH, AGAIN, TOKEN_BY],
        _ => &[],
    }
}

/// The settings of a [`Lane`](super::Lane) whose client is switched so: what the server is sent, and where its token stands. All
/// else is a matter of the [`Transport`] that [`transport_of`] makes.
pub fn lane_settings(transport: &str, settings: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let own =
        |name: &str| own_switches(transport).iter().any(|param| param.name == name && name != TOKEN_BY.name);
    settings
        .iter()
        .filter(|(name, _)| !own(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// The client of the transport called `name`, switched as `settings` say; those that are the server's are passed over.
///
/// # Errors
/// If there is no such transport, or a switch of its client has a value that cannot be.
pub fn transport_of(name: &str, settings: &BTreeMap<String, String>) -> Result<Transport, BadSwitch> {
    for param in own_switches(name) {
        if let Some(found) = settings.get(param.name).filter(|text| !param.fits(text)) {
            return Err(bad(param.name, &param.wanted(), found));
        }
    }
    let span = |param: &Param| settings.get(param.name).and_then(|text| parse_span(text).ok());
    match name {
        "sse" => Ok(Transport::Sse),
        "long-polling" => Ok(Transport::LongPolling(LongPolling::default())),
        "polling" => {
            let usual = Polling::every(span(&POLL).unwrap_or(Duration::from_millis(500)));
            let timeout = span(&POLL_TIMEOUT).unwrap_or(usual.timeout);
            let at_most = settings.get(OVERLAP.name).and_then(|text| text.parse().ok()).unwrap_or(1);
            Ok(Transport::Polling(Polling { timeout, at_most, ..usual }))
        }
        "websocket" => coming_back(&WS, settings, span(&AGAIN)).map(Transport::WebSocket),
        "fetch-stream" => coming_back(&FETCH, settings, span(&AGAIN)).map(Transport::FetchStream),
        _ => Err(bad("transport", "polling, long-polling, sse, fetch-stream or websocket", name)),
    }
}

fn coming_back(
    how: &Param,
    settings: &BTreeMap<String, String>,
    again: Option<Duration>,
) -> Result<ComingBack, BadSwitch> {
    let reconnect = again.map_or(Reconnect::RFC, Reconnect::Fixed);
    match settings.get(how.name).map(String::as_str) {
        Some("restart") => Ok(ComingBack { reconnect, resume: false }),
        Some("resume") => Ok(ComingBack { reconnect, resume: true }),
        _ if again.is_some() => {
            let wanted = format!("nothing, unless {} is restart or resume: a bare one stays away", how.name);
            let found = settings.get(AGAIN.name).map_or("", String::as_str);
            Err(bad(AGAIN.name, &wanted, found))
        }
        _ => Ok(ComingBack::NEVER),
    }
}

fn bad(name: &str, wanted: &str, found: &str) -> BadSwitch {
    BadSwitch { name: name.to_owned(), wanted: wanted.to_owned(), found: found.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, settings: &[(&str, &str)]) -> Result<Transport, BadSwitch> {
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        transport_of(name, &settings.collect())
    }

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn without_switches_each_is_as_browsers_have_it() {
        assert_eq!(of("sse", &[]), Ok(Transport::Sse));
        assert_eq!(of("polling", &[]), Ok(Transport::Polling(Polling::every(ms(500)))));
        assert_eq!(of("long-polling", &[]), Ok(Transport::LongPolling(LongPolling::default())));
        assert_eq!(of("websocket", &[]), Ok(Transport::WebSocket(ComingBack::NEVER)));
        assert_eq!(of("fetch-stream", &[]), Ok(Transport::FetchStream(ComingBack::NEVER)));
    }

    #[test]
    fn each_switch_is_obeyed_and_the_server_s_are_passed_over() {
        let polling = of("polling", &[("poll", "2s"), ("overlap", "3"), ("encoding", "cbor")]);
        let wanted = Polling { at_most: 3, timeout: ms(8000), ..Polling::every(ms(2000)) };
        assert_eq!(polling, Ok(Transport::Polling(wanted)));
        assert_eq!(of("websocket", &[("ws", "resume")]), Ok(Transport::WebSocket(ComingBack::RESUMING)));
        let fixed = ComingBack { reconnect: Reconnect::Fixed(ms(70)), resume: false };
        let settings = [("fetch", "restart"), ("again", "70ms")];
        assert_eq!(of("fetch-stream", &settings), Ok(Transport::FetchStream(fixed)));
    }

    #[test]
    fn a_lane_is_told_what_the_server_is_sent_and_where_the_token_stands() {
        let settings =
            ["poll", "overlap", "token", "token-by", "mode"].map(|name| (name.to_owned(), String::new()));
        let kept: Vec<String> = lane_settings("polling", &settings.into()).into_keys().collect();
        assert_eq!(kept, ["mode", "token", "token-by"]);
    }

    #[test]
    fn what_cannot_be_is_named() {
        for (transport, settings, name) in [
            ("polling", &[("poll", "5")][..], "poll"),
            ("polling", &[("overlap", "7")], "overlap"),
            ("websocket", &[("ws", "sometimes")], "ws"),
            ("websocket", &[("again", "1s")], "again"),
            ("carrier-pigeon", &[], "transport"),
        ] {
            assert_eq!(of(transport, settings).expect_err(transport).name, name);
        }
    }
}

//! What an `EventSource` or a `WebSocket` does with a script, as lines that can be compared: `3000 ask /e id=7`, `0 open`,
//! `0 message "x"`, `0 close 1006 unclean`.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use wirebench::client::{
    EventSource, EventSourceInit, Happening, Profile, SocketHappening, WebSocket, WebSocketInit,
};
use wirebench::proto::websocket::{Decoder, Frame, Sender};

use crate::stage::{Play, Stage};

/// How long a script is watched, unless it says otherwise: past the second attempt of every profile.
const WATCHED: u64 = 5_500;

/// A script, and how it is asked.
#[derive(Clone, Debug)]
pub struct Script {
    plays: Vec<Play>,
    rest: Option<Play>,
    page: Option<&'static str>,
    credentials: bool,
    watched: u64,
}

impl Script {
    pub fn new(plays: impl Into<Vec<Play>>) -> Self {
        Self { plays: plays.into(), rest: None, page: None, credentials: false, watched: WATCHED }
    }

    /// What becomes of all connections after the plays.
    pub fn then_always(self, rest: Play) -> Self {
        Self { rest: Some(rest), ..self }
    }

    /// From a page of another origin.
    pub fn on_page(self, page: &'static str) -> Self {
        Self { page: Some(page), ..self }
    }

    pub fn with_credentials(self) -> Self {
        Self { credentials: true, ..self }
    }

    pub fn watched(self, ms: u64) -> Self {
        Self { watched: ms, ..self }
    }

    /// Plays it in simulated time to an `EventSource` for `http://a/e` that is like this profile.
    pub fn by(&self, profile: &Profile) -> (Vec<String>, Stage) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
        runtime.expect("a runtime").block_on(async {
            let stage = match &self.rest {
                Some(rest) => Stage::with_rest(&self.plays, rest.clone()),
                None => Stage::new(&self.plays),
            };
            let init = EventSourceInit {
                profile: profile.clone(),
                page: self.page.map(str::to_owned),
                with_credentials: self.credentials,
                ..EventSourceInit::default()
            };
            let mut source = EventSource::open(stage.clone(), "http://a/e".parse().expect("a URL"), init);
            let until = Instant::now() + Duration::from_millis(self.watched);
            let mut lines = Vec::new();
            while let Ok(Some(happening)) = timeout_at(until, source.next()).await {
                lines.extend(line(&happening).map(|line| format!("{} {line}", stage.at())));
            }
            (lines, stage)
        })
    }

    /// Plays it to each profile and compares: standard, Chromium, Firefox. Lines are parted by ` | `.
    #[track_caller]
    pub fn gives(&self, row: &str, standard: &str, chromium: &str, firefox: &str) {
        for (profile, wanted) in Profile::ALL.iter().zip([standard, chromium, firefox]) {
            let (lines, stage) = self.by(profile);
            assert_eq!(lines.join(" | "), wanted, "{row}, {}", profile.name);
            // What went over the wire is what was told.
            let asks = lines.iter().filter(|line| line.contains(" ask ")).count();
            let refused = stage.connections().len().saturating_sub(stage.asked().len());
            assert!(asks >= stage.asked().len() && asks <= stage.asked().len() + refused, "{row}");
        }
    }

    /// The same where all profiles agree.
    #[track_caller]
    pub fn gives_all(&self, row: &str, wanted: &str) {
        self.gives(row, wanted, wanted, wanted);
    }
}

fn line(happening: &Happening) -> Option<String> {
    Some(match happening {
        Happening::Requested { url, last_event_id } => {
            let host = if url.authority() == "a" { String::new() } else { format!("//{}", url.authority()) };
            let id = last_event_id.as_ref().map(|id| format!(" id={id}")).unwrap_or_default();
            format!("ask {host}{}{id}", url.target())
        }
        Happening::Open => "open".to_owned(),
        Happening::Message { kind, data, .. } => format!("{kind} {data:?}"),
        Happening::Error { ready_state, .. } => format!("{ready_state:?}").to_lowercase(),
        Happening::Responded { .. } | Happening::Comment { .. } => return None,
    })
}

/// What a page does with its socket, at the times it says.
pub type Page = fn(&WebSocket);

/// A script for a `WebSocket`, and what the page does so many milliseconds in.
#[derive(Clone, Debug, Default)]
pub struct SocketScript {
    pub plays: Vec<Play>,
    pub protocols: Vec<String>,
    pub page: Option<(u64, Page)>,
    pub seed: u64,
}

impl SocketScript {
    pub fn new(plays: impl Into<Vec<Play>>) -> Self {
        Self { plays: plays.into(), ..Self::default() }
    }

    /// The page does this to its socket at that time.
    pub fn page(self, at: u64, does: Page) -> Self {
        Self { page: Some((at, does)), ..self }
    }

    /// Plays it in simulated time for two minutes: what happened, what frames the server heard, and the stage.
    pub fn by(&self, profile: &Profile) -> (Vec<String>, Vec<Frame>, Stage) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
        runtime.expect("a runtime").block_on(async {
            let stage = Stage::new(&self.plays);
            let init = WebSocketInit {
                profile: profile.clone(),
                protocols: self.protocols.clone(),
                seed: self.seed,
                ..WebSocketInit::default()
            };
            let mut socket = WebSocket::open(stage.clone(), "ws://a/w".parse().expect("a URL"), init);
            let began = Instant::now();
            let end = began + Duration::from_secs(120);
            let mut page = self.page;
            let mut lines = Vec::new();
            loop {
                let until = page.map_or(end, |(at, _)| began + Duration::from_millis(at));
                match (timeout_at(until, socket.next()).await, page) {
                    (Ok(Some(happening)), _) => {
                        lines.push(format!("{} {}", stage.at(), socket_line(&happening)));
                    }
                    (Err(_), Some((_, does))) => {
                        does(&socket);
                        page = None;
                    }
                    _ => break,
                }
            }
            // Let the server hear the end.
            drop(socket);
            tokio::time::sleep(Duration::from_secs(1)).await;
            let mut frames = Vec::new();
            Decoder::new(Sender::Client, 1 << 30).decode(&stage.heard(), &mut frames).expect("masked frames");
            (lines, frames, stage)
        })
    }

    /// Plays it to each profile and compares: standard, Chromium, Firefox. Lines are parted by ` | `.
    #[track_caller]
    pub fn gives(&self, row: &str, standard: &str, chromium: &str, firefox: &str) {
        for (profile, wanted) in Profile::ALL.iter().zip([standard, chromium, firefox]) {
            let (lines, ..) = self.by(profile);
            assert_eq!(lines.join(" | "), wanted, "{row}, {}", profile.name);
        }
    }

    /// The same where all profiles agree.
    #[track_caller]
    pub fn gives_all(&self, row: &str, wanted: &str) {
        self.gives(row, wanted, wanted, wanted);
    }
}

fn socket_line(happening: &SocketHappening) -> String {
    match happening {
        SocketHappening::Open { protocol } if protocol.is_empty() => "open".to_owned(),
        SocketHappening::Open { protocol } => format!("open {protocol}"),
        SocketHappening::Text(text) => format!("text {text:?}"),
        SocketHappening::Binary(bytes) => format!("binary {bytes:?}"),
        SocketHappening::Ping { bytes } => format!("ping {bytes}"),
        SocketHappening::Error { .. } => "error".to_owned(),
        SocketHappening::Close { code, reason, was_clean } => {
            let reason = if reason.is_empty() { String::new() } else { format!(" {reason:?}") };
            format!("close {code}{reason} {}", if *was_clean { "clean" } else { "unclean" })
        }
    }
}

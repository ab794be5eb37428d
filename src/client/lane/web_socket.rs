//! A lane by WebSocket. Bare, as browsers have it, a lost socket stays lost; [`ComingBack`] adds what the protocol leaves to
//! the application: a reconnect and a cursor.

use tokio::time::Instant;

use super::elements::{Beside, How};
use super::run::{Left, Wish, Work};
use super::{Command, talk};
use crate::client::coming_back::{ComingBack, Reopening};
use crate::client::connector::Connector;
use crate::client::web_socket::{SocketHappening, SocketState, WebSocket, WebSocketInit};
use crate::record::{Carried, Direction, What};

/// Close codes after which trying again cannot help: the end, bad parameters, no such job.
const FINAL: [u16; 3] = [1000, 4400, 4404];
/// "Try again later" (IANA registry of close codes).
const NO_ROOM: u16 = 1013;
const CLOSED: Option<u8> = Some(SocketState::Closed as u8);

/// What `close` said.
struct Closed {
    code: u16,
    reason: String,
    clean: bool,
}

pub(super) async fn run<C: Connector>(work: &mut Work<C>, coming_back: ComingBack) -> Left {
    let mut failures = 0;
    let mut account = Reopening::new(work.lane.profile.web_socket.throttle);
    let mut since = Instant::now();
    loop {
        let (after, known) = work.desk.where_to_go_on(coming_back.resume);
        let url = work.feed_url(&[("after", &after)]).for_web_socket();
        work.desk.connecting(url.to_string(), known);
        // A browser holds back a socket that is opened too soon; it is "connecting" meanwhile.
        let held_back = account.wait(since.elapsed(), &mut work.rng);
        if let Some(left) = work.rest(held_back).await {
            work.desk.closed(left.cause(), CLOSED);
            return left;
        }
        let init = WebSocketInit {
            profile: work.lane.profile.clone(),
            page: work.lane.page.clone(),
            seed: work.rng.u64(..),
            ..WebSocketInit::default()
        };
        let mut socket = WebSocket::over(work.http.clone(), work.lines.clone(), url, init);
        let mut opened = false;
        let (closed, left) = session(work, &mut socket, &mut opened).await;
        account.over(opened, closed.clean);
        since = Instant::now();
        if opened {
            failures = 0;
        }
        let told = note_close(work, &closed, left);
        if let Some(left) = left {
            return left;
        }
        let reader = &work.desk.reader;
        let last = reader.ended || reader.away.is_some() || FINAL.contains(&closed.code);
        let Some(wait) = coming_back.reconnect.wait(failures, &mut work.rng).filter(|_| !last) else {
            return Left::Over;
        };
        let wait = told.unwrap_or(wait);
        failures += 1;
        let cause = if told.is_some() { "full".to_owned() } else { format!("closed {}", closed.code) };
        work.desk.waiting(&cause, Some(wait.as_secs_f64() * 1000.0), failures);
        if let Some(left) = work.rest(wait).await {
            work.desk.closed(left.cause(), CLOSED);
            return left;
        }
    }
}

/// One socket until its `close`, and how it was left, if by hand.
async fn session<C: Connector>(
    work: &mut Work<C>,
    socket: &mut WebSocket,
    opened: &mut bool,
) -> (Closed, Option<Left>) {
    let mut left = None;
    loop {
        let happening = tokio::select! {
            biased;
            wish = work.wish(), if left.is_none() => {
                match wish {
                    Wish::Command(command) => say(work, socket, &command),
                    Wish::Leave(how) => {
                        left = Some(how);
                        // 1000 is a code that script may send.
                        let _ = socket.close(Some(1000), "");
                    }
                }
                continue;
            }
            happening = socket.next() => happening,
        };
        let at = work.desk.now();
        match happening {
            Some(SocketHappening::Open { .. }) => {
                *opened = true;
                work.desk.opened(Some(SocketState::Open as u8));
            }
            Some(SocketHappening::Text(text)) => {
                let how = How { at, bytes: text.len(), encoding: Carried::Text };
                work.desk.text(&text, how, Beside::default());
            }
            Some(SocketHappening::Binary(body)) => {
                let how = How { at, bytes: body.len(), encoding: Carried::Binary };
                work.desk.binary(&body, how, Beside::default());
            }
            Some(SocketHappening::Ping { bytes }) => {
                let form = "ping".to_owned();
                let bytes = bytes as u64;
                work.desk.note_at(at, What::Heartbeat { dir: Direction::Down, bytes, form });
            }
            Some(SocketHappening::Error { cause }) => work.desk.failed(&cause, CLOSED),
            Some(SocketHappening::Close { code, reason, was_clean }) => {
                return (Closed { code, reason, clean: was_clean }, left);
            }
            // Its task ends before its close only with the runtime.
            None => return (Closed { code: 1006, reason: String::new(), clean: false }, left),
        }
    }
}

fn say<C: Connector>(work: &mut Work<C>, socket: &WebSocket, command: &Command) {
    if socket.ready_state() != SocketState::Open {
        return talk::unheard(&work.desk, command);
    }
    let (body, at) = (command.json(), work.desk.now());
    work.desk.note_at(at, command.noted(body.len(), "frame"));
    work.desk.asked.insert(command.id.clone(), at);
    let _ = socket.send_text(&body);
}

/// Notes a close and what it means; how long the server has asked to wait, where it had no room.
fn note_close<C: Connector>(
    work: &mut Work<C>,
    closed: &Closed,
    left: Option<Left>,
) -> Option<std::time::Duration> {
    let Closed { code, reason, clean } = closed;
    let away = match code {
        4409 => Some("replaced"),
        4410 => Some("removed"),
        _ => None,
    };
    // Who was refused hears the code alone; who was inside has heard the element before it.
    if let Some(kind) = away.filter(|_| work.desk.reader.away.is_none()) {
        let (client, at) = (work.desk.client.clone(), work.desk.now());
        work.desk.sent_away(kind, client, None, at);
    }
    let told = (*code == NO_ROOM).then(|| advice(reason));
    if let Some(wait) = told {
        work.desk.full(wait.as_secs_f64() * 1000.0, None, Some(*code));
    }
    let ended = work.desk.reader.ended || *code == 1000;
    let cause = match left {
        Some(left) => left.cause(),
        None if ended => "ended",
        None => away.unwrap_or(if told.is_some() { "full" } else { "lost" }),
    };
    work.desk.note(What::Closed {
        cause: cause.to_owned(),
        ready: CLOSED,
        code: Some(*code),
        reason: Some(reason.clone()),
        clean: Some(*clean),
        bytes_in: None,
        bytes_out: None,
        requests: None,
        segments: None,
    });
    if *code == 1000 && left.is_none() {
        work.desk.note(What::Stop { status: None, code: Some(*code), cause: None });
    }
    told
}

/// The first number of `try again in N ms`; a second where there is none.
fn advice(reason: &str) -> std::time::Duration {
    let digits: String =
        reason.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    std::time::Duration::from_millis(digits.parse().unwrap_or(1000))
}

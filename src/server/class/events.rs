//! `GET /api/class/events`: what has changed in the class, a few times a second at most.

use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::{self, Bytes};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use super::{Room, Who, lock};
use crate::proto::event_stream::encode_block;
use crate::server::state::State;
use crate::server::tail;

/// Between two tellings: no more than four a second.
const AT_MOST: Duration = Duration::from_millis(250);
/// After this much silence a comment keeps the line warm.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// What one listener was told last.
#[derive(Default)]
struct Listener {
    lesson: Option<Arc<str>>,
    class: Option<Arc<str>>,
    you: Option<Arc<str>>,
}

/// The stream for this listener, how things stand first.
pub(super) fn stream(state: web::Data<State>, who: Who) -> HttpResponse {
    let mut stop = state.stop.clone();
    let (sender, chunks) = mpsc::channel(1);
    actix_web::rt::spawn(async move {
        let Some(room) = state.class.as_deref() else { return };
        let _here = Presence::of(room, who);
        let mut news = room.changed.subscribe();
        let mut listener = Listener::default();
        loop {
            let (chunk, over) = listener.next(room, who);
            if !chunk.is_empty() && sender.send(chunk).await.is_err() || over {
                return;
            }
            tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => return,
                () = sender.closed() => return,
                heard = timeout(HEARTBEAT, news.changed()) => match heard {
                    Err(_) if sender.send(Bytes::from_static(b":\n\n")).await.is_err() => return,
                    Ok(Err(_)) => return,
                    _ => {}
                }
            }
            tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => return,
                () = sleep(AT_MOST) => {}
            }
        }
    });
    tail::stream(chunks)
}

/// A member's page is there until this is dropped.
struct Presence<'a> {
    room: &'a Room,
    member: Option<u32>,
}

impl<'a> Presence<'a> {
    fn of(room: &'a Room, who: Who) -> Self {
        let member = if let Who::Member(number) = who { Some(number) } else { None };
        if let Some(number) = member {
            room.have(|class| class.comes(number));
        }
        Self { room, member }
    }
}

impl Drop for Presence<'_> {
    fn drop(&mut self) {
        if let Some(number) = self.member {
            self.room.have(|class| class.goes(number));
        }
    }
}

impl Listener {
    /// What it has not been told yet, and whether that was the last.
    fn next(&mut self, room: &Room, who: Who) -> (Bytes, bool) {
        let mut chunk = Vec::new();
        let mut say = |before: &mut Option<Arc<str>>, name: &str, now: Arc<str>| {
            if before.as_ref() != Some(&now) {
                // It refuses line ends in the event's name; ours has none.
                chunk.extend(encode_block(None, Some(name), &now).unwrap_or_default());
                *before = Some(now);
            }
        };
        if let Who::Member(number) = who {
            let Some(you) = lock(&room.class).you(number) else {
                say(&mut self.you, "removed", "{}".into());
                return (chunk.into(), true);
            };
            say(&mut self.you, "you", you.to_string().into());
        }
        say(&mut self.lesson, "lesson", room.lesson_text());
        let class = if who == Who::Teacher { room.wall_text() } else { room.learners_text() };
        say(&mut self.class, "class", class);
        (chunk.into(), false)
    }
}

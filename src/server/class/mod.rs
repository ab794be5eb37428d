//! The class room: one class a server, if it was started with one, its key, and who hears of its changes.

mod api;
mod asked;
mod events;
mod fence;
mod qr;

use std::io::{self, Read as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::http::header::{self, HeaderMap};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::class::{Class, Code, Phase, Wrong};
use crate::signal;

pub(super) use api::routes;
pub(super) use fence::fence;

/// What stands before a key or a secret in the header (RFC 6750 §2.1); a scheme has no case (RFC 9110 §11.1).
const SCHEME: &str = "bearer ";

/// A class and who may do what in it.
pub(super) struct Room {
    class: Mutex<Class>,
    // The digest, so that how long a comparison takes says nothing of the key.
    key: [u8; 32],
    code: String,
    teacher: String,
    origins: Vec<String>,
    join: String,
    // Beside the class, for the stage asks at every request and is not to wait for a wall that is drawn.
    job: Mutex<Option<String>>,
    changed: signal::Sender<u64>,
    texts: Mutex<Texts>,
    made: Mutex<u32>,
}

/// What was told last, by the count of changes then.
#[derive(Default)]
struct Texts {
    lesson: Told,
    wall: Told,
    learners: Told,
}

type Told = Option<(u64, Arc<str>)>;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Teacher,
    Member(u32),
    Nobody,
}

impl Room {
    /// A room on the bench at this address, whose learners read at these origins.
    ///
    /// # Errors
    /// The system gives no random bytes.
    pub(super) fn new(bench: &str, origins: Vec<String>) -> io::Result<Self> {
        let mut drawn = [0; 8];
        random(&mut drawn)?;
        let code = Code::of(u64::from_le_bytes(drawn));
        let key = secret()?;
        let text = code.text().to_owned();
        Ok(Self {
            // Behind the mark, so that no request and no log has it.
            teacher: format!("{bench}/class.html#key={key}"),
            join: format!("{bench}/join.html?code={text}"),
            origins,
            key: Sha256::digest(&key).into(),
            class: Mutex::new(Class::new(code)),
            code: text,
            job: Mutex::default(),
            changed: signal::Sender::new(0),
            texts: Mutex::default(),
            made: Mutex::default(),
        })
    }

    /// The teacher's page, the key in its address.
    pub(super) fn teacher(&self) -> &str {
        &self.teacher
    }

    /// Where learners join.
    pub(super) fn join(&self) -> &str {
        &self.join
    }

    fn who(&self, headers: &HeaderMap) -> Who {
        let Some(shown) = bearer(headers) else { return Who::Nobody };
        if self.is_key(shown) {
            return Who::Teacher;
        }
        lock(&self.class).member(shown).map_or(Who::Nobody, Who::Member)
    }

    fn is_teacher(&self, headers: &HeaderMap) -> bool {
        bearer(headers).is_some_and(|shown| self.is_key(shown))
    }

    fn is_key(&self, shown: &str) -> bool {
        <[u8; 32]>::from(Sha256::digest(shown)) == self.key
    }

    /// Whether learners' lanes read this job.
    fn is_read(&self, job: &str) -> bool {
        lock(&self.job).as_deref() == Some(job)
    }

    /// Does something to the class, and has everybody told if it was done.
    fn change<T, E>(&self, change: impl FnOnce(&mut Class) -> Result<T, E>) -> Result<T, E> {
        let mut class = lock(&self.class);
        let done = change(&mut class)?;
        *lock(&self.job) = class.round().map(|round| round.job.clone());
        drop(class);
        self.changed.change(|count| *count += 1);
        Ok(done)
    }

    /// The same of what cannot fail.
    fn have(&self, change: impl FnOnce(&mut Class)) {
        let Ok(()) = self.change(|class| {
            change(class);
            Ok::<(), std::convert::Infallible>(())
        });
    }

    /// Whether moving there is possible, and takes a job.
    fn begins_run(&self, to: Phase) -> Result<bool, Wrong> {
        let class = lock(&self.class);
        class.may_move(to).map(|()| class.begins_run(to))
    }

    /// A name for its next job.
    fn next_job(&self) -> String {
        let mut made = lock(&self.made);
        *made += 1;
        format!("class-{made}")
    }

    fn lesson_text(&self) -> Arc<str> {
        self.text(|texts| &mut texts.lesson, Class::lesson_told)
    }

    fn wall_text(&self) -> Arc<str> {
        self.text(
            |texts| &mut texts.wall,
            |class| {
                let mut wall = class.wall();
                wall["join"] = self.join.as_str().into();
                wall
            },
        )
    }

    fn learners_text(&self) -> Arc<str> {
        self.text(
            |texts| &mut texts.learners,
            |class| {
                let mut told = class.for_learners();
                told["origins"] = self.origins.clone().into();
                told
            },
        )
    }

    /// A text that many are told is made once a change.
    fn text(
        &self,
        which: impl FnOnce(&mut Texts) -> &mut Told,
        tell: impl FnOnce(&Class) -> serde_json::Value,
    ) -> Arc<str> {
        let mut texts = lock(&self.texts);
        let told = which(&mut texts);
        // Before the class is looked at: what changes meanwhile is told again.
        let count = self.changed.get();
        match told {
            Some((at, text)) if *at == count => text.clone(),
            _ => {
                let text: Arc<str> = tell(&lock(&self.class)).to_string().into();
                *told = Some((count, text.clone()));
                text
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, shown) = value.split_at_checked(SCHEME.len())?;
    scheme.eq_ignore_ascii_case(SCHEME).then(|| shown.trim())
}

/// A secret of 128 bits, which stands in an address and a header as it is.
fn secret() -> io::Result<String> {
    let mut drawn = [0; 16];
    random(&mut drawn)?;
    Ok(URL_SAFE_NO_PAD.encode(drawn))
}

/// Bytes that nobody can guess, which fastrand's are not.
fn random(bytes: &mut [u8]) -> io::Result<()> {
    std::fs::File::open("/dev/urandom")?.read_exact(bytes)
}

//! Made-up progress on a schedule, the same for the same seed: count, interval with jitter, and a payload that is
//! progress JSON, awkward text, or random bytes.

use std::sync::{Arc, Weak};
use std::time::Duration;

use bytes::Bytes;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::obey::Obedient;
use super::progress;
use super::schema::hour;
use crate::feed::event::{Data, Kind};
use crate::feed::job::Job;
use crate::pace::{Stride, serde_span};

/// The largest `count`.
const COUNT_LIMIT: u64 = 1 << 40;
/// The largest `size`: 4 MiB of payload an event.
const SIZE_LIMIT: usize = 4 << 20;
/// What breaks careless framing: every kind of line end, NUL, the line and paragraph separators, a BOM, something that
/// looks like fields, quotes, and characters of two, three and four bytes of UTF-8.
const AWKWARD: &str = "a\rb\nc\r\nd\n\ne\0f\u{2028}g\u{2029}h\u{feff}data: x\nid: 9\n\n\"\\\u{7f}é漢🙂";

/// What each event carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Payload {
    /// `{"percent","done","total","unit"}`.
    #[default]
    Progress,
    /// Awkward text.
    Text,
    /// Random bytes.
    Bytes,
}

/// Settings of the source.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Synthetic {
    /// How many events before the end event.
    #[schemars(range(min = 1, max = 1_099_511_627_776_u64))]
    pub count: u64,
    /// From one to the next.
    #[serde(with = "serde_span")]
    #[schemars(schema_with = "hour")]
    pub interval: Duration,
    /// Each is late by up to this.
    #[serde(with = "serde_span")]
    #[schemars(schema_with = "hour")]
    pub jitter: Duration,
    /// What they carry.
    pub payload: Payload,
    /// Bytes of text or random bytes.
    #[schemars(range(max = 4_194_304))]
    pub size: usize,
    /// The same seed gives the same payloads and delays.
    pub seed: u64,
}

impl Default for Synthetic {
    fn default() -> Self {
        Self {
            count: 100,
            interval: Duration::from_millis(100),
            jitter: Duration::ZERO,
            payload: Payload::Progress,
            size: 64,
            seed: 1,
        }
    }
}

impl Synthetic {
    pub(super) fn read(rest: Map<String, Value>) -> Result<Self, String> {
        let read: Self = serde_json::from_value(Value::Object(rest)).map_err(|e| e.to_string())?;
        if read.count == 0 || read.count > COUNT_LIMIT {
            return Err(format!("count is {}, and may be 1 to {COUNT_LIMIT}", read.count));
        }
        if read.size > SIZE_LIMIT {
            return Err(format!("size is {}, and may be 0 to {SIZE_LIMIT}", read.size));
        }
        let long = Duration::from_secs(3600);
        if read.interval > long || read.jitter > long {
            return Err("interval and jitter may be up to 1h".to_owned());
        }
        Ok(read)
    }

    /// Works until the job has ended, or nobody has it any more.
    pub(in crate::feed) async fn run(&self, job: Weak<Job>) {
        if let Some((obedient, last)) = self.events(&job).await {
            self.end(obedient, &job, last).await;
        }
    }

    /// As [`Synthetic::run`], but ends only when all readers' own logs have, so that commands reach them until then.
    pub(super) async fn run_with_readers(&self, job: Arc<Job>) {
        let weak = Arc::downgrade(&job);
        if let Some((obedient, last)) = self.events(&weak).await {
            job.own().until_idle().await;
            self.end(obedient, &weak, last).await;
        }
    }

    /// All events but the end. Gives the schedule, and when the last was due.
    async fn events(&self, job: &Weak<Job>) -> Option<(Obedient, Duration)> {
        let control = job.upgrade()?.control();
        let mut obedient = Obedient::start(control).await?;
        let stride = Stride { interval: self.interval, jitter: self.jitter, seed: self.seed };
        // Jitter above the interval must not reorder: an event is never due before its predecessor.
        let mut latest = Duration::ZERO;
        for n in 1..=self.count {
            latest = latest.max(stride.due(n));
            obedient.append(job, latest, || self.payload(n)).await?;
            if n % 64 == 0 {
                // A schedule that is behind must not starve the other jobs of this thread.
                tokio::task::yield_now().await;
            }
        }
        Some((obedient, latest))
    }

    async fn end(&self, mut obedient: Obedient, job: &Weak<Job>, due: Duration) {
        let end = Value::Object(progress(self.count, self.count, "steps")).to_string();
        obedient.append(job, due, || (Kind::Done, Data::Json(end.clone()))).await;
    }

    fn payload(&self, n: u64) -> (Kind, Data) {
        let mut rng = fastrand::Rng::with_seed(self.seed.wrapping_add(n.wrapping_mul(0x2545_F491_4F6C_DD1D)));
        match self.payload {
            Payload::Progress => {
                let data = Value::Object(progress(n, self.count, "steps")).to_string();
                (Kind::Progress, Data::Json(data))
            }
            Payload::Text => (Kind::Text, Data::Json(Value::from(text(self.size, &mut rng)).to_string())),
            Payload::Bytes => {
                let mut raw = vec![0; self.size];
                rng.fill(&mut raw);
                (Kind::Bytes, Data::Raw(Bytes::from(raw)))
            }
        }
    }
}

/// `size` bytes of UTF-8: the awkward characters first, then letters with awkward ones between.
fn text(size: usize, rng: &mut fastrand::Rng) -> String {
    let mut text = String::with_capacity(size);
    let awkward: Vec<char> = AWKWARD.chars().collect();
    for char in AWKWARD.chars() {
        if text.len() + char.len_utf8() <= size {
            text.push(char);
        }
    }
    while text.len() < size {
        let letter = rng.lowercase();
        let char = if rng.u8(..16) == 0 { *rng.choice(&awkward).unwrap_or(&letter) } else { letter };
        text.push(if text.len() + char.len_utf8() <= size { char } else { letter });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_the_size_asked_for_and_the_awkward_characters() {
        for size in [0, 1, 5, 64, 4096] {
            assert_eq!(text(size, &mut fastrand::Rng::with_seed(1)).len(), size);
        }
        let long = text(256, &mut fastrand::Rng::with_seed(1));
        assert!(AWKWARD.chars().all(|c| long.contains(c)));
    }

    #[test]
    fn the_same_seed_gives_the_same_payload() {
        let source = Synthetic { payload: Payload::Bytes, ..Synthetic::default() };
        let raw = |s: &Synthetic, n| match s.payload(n).1 {
            Data::Raw(raw) => raw,
            Data::Json(json) => panic!("{json}"),
        };
        assert_eq!(raw(&source, 3), raw(&source, 3));
        assert_ne!(raw(&source, 3), raw(&Synthetic { seed: 2, ..source.clone() }, 3));
        assert_ne!(raw(&source, 3), raw(&source, 4));
    }

    #[test]
    fn a_typo_in_the_settings_is_named() {
        let rest = serde_json::json!({"intervall": "1s"}).as_object().cloned().unwrap_or_default();
        assert!(Synthetic::read(rest).is_err_and(|e| e.contains("intervall") && e.contains("interval")));
    }
}

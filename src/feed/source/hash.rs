//! Real work: the SHA-256 of a file below the directory the operator opened, with its progress in bytes.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::confined::Confined;
use super::obey::Obedient;
use super::progress;
use super::schema::hour;
use crate::feed::event::{Data, Kind};
use crate::feed::job::Job;
use crate::pace::{Micros, now, serde_span};

/// How much is read between two looks at the control.
const CHUNK: usize = 1 << 20;

/// Settings of the source.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Hash {
    /// The file, relative to the operator's directory.
    pub path: PathBuf,
    /// The least time between two progress events.
    #[serde(with = "serde_span", default = "interval")]
    #[schemars(schema_with = "hour")]
    pub interval: Duration,
    #[serde(skip)]
    file: Confined,
}

fn interval() -> Duration {
    Duration::from_millis(100)
}

/// What travels to the blocking thread and back.
struct Work {
    file: File,
    digest: Sha256,
    buffer: Vec<u8>,
    done: u64,
}

impl Hash {
    pub(super) fn read(rest: Map<String, Value>, root: Option<&Path>) -> Result<Self, String> {
        let mut read = Self::settings(rest)?;
        let root = root.ok_or("hash needs a directory the operator opened: start with --hash-dir DIR")?;
        read.file = Confined::find(root, &read.path, "--hash-dir")?;
        Ok(read)
    }

    /// Without the file.
    pub(super) fn settings(rest: Map<String, Value>) -> Result<Self, String> {
        serde_json::from_value(Value::Object(rest)).map_err(|e| e.to_string())
    }

    pub(super) async fn run(&self, job: Arc<Job>) {
        let Some(mut obedient) = Obedient::start(job.control()).await else { return };
        let end = match self.work(&job, &mut obedient).await {
            Ok(None) => return,
            Ok(Some(data)) => (Kind::Done, data),
            Err(reason) => (Kind::Failed, Map::from_iter([("reason".to_owned(), reason.into())])),
        };
        let (kind, data) = (end.0, Value::Object(end.1).to_string());
        // Paused in the last chunk: the end waits for the resume.
        while !job.append(kind, Data::Json(data.clone()), now()) {
            if obedient.until_running().await.is_none() {
                return;
            }
        }
    }

    /// The data of the end event; nothing if the job was ended from outside.
    async fn work(&self, job: &Job, obedient: &mut Obedient) -> Result<Option<Map<String, Value>>, String> {
        let told = |e: std::io::Error| format!("{}: {e}", self.path.display());
        let file = self.file.open(&self.path)?;
        let total = file.metadata().map_err(told)?.len();
        let mut work = Work { file, digest: Sha256::new(), buffer: vec![0; CHUNK], done: 0 };
        let mut next_report = Micros(0);
        loop {
            let Some(speed) = obedient.until_running().await else { return Ok(None) };
            let began = now();
            let (back, read) = super::aside(move || work.step())
                .await
                .map_err(|e| format!("the hashing thread died: {e}"))?;
            work = back;
            if read.map_err(told)? == 0 {
                break;
            }
            if now() >= next_report {
                let data = Value::Object(progress(work.done.min(total), total, "bytes")).to_string();
                job.append(Kind::Progress, Data::Json(data), now());
                next_report = now().plus(self.interval);
            }
            if speed < 1.0 {
                tokio::time::sleep(now().since(began).mul_f64(1.0 / speed - 1.0)).await;
            }
        }
        if work.done != total {
            return Err(format!(
                "{} changed while it was read: {total} bytes at first, {} in the end",
                self.path.display(),
                work.done
            ));
        }
        let mut data = progress(total, total, "bytes");
        data.insert("digest".to_owned(), hex(&work.digest.finalize()).into());
        Ok(Some(data))
    }
}

impl Work {
    fn step(mut self) -> (Self, std::io::Result<usize>) {
        let read = self.file.read(&mut self.buffer);
        if let Ok(n) = read {
            self.digest.update(&self.buffer[..n]);
            self.done += n as u64;
        }
        (self, read)
    }
}

/// Lower-case hexadecimal, as sha256sum(1) prints it.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

//! A record kept in a file, written by a thread of its own so that a slow disk delays nobody.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use thiserror::Error;

use super::recorder::{Heard, Listener};

/// Why a record was not kept to its end.
#[derive(Debug, Error)]
#[error("the record {path} {stage}: {source}", path = .path.display())]
pub struct FileError {
    path: PathBuf,
    stage: &'static str,
    source: std::io::Error,
}

/// Writes all that `listener` hears to a new file at `path`, until the recorder is gone. The thread's result says
/// whether all of it was written; `warn` hears of a failure at once.
///
/// # Errors
/// If the file exists already or cannot be made.
pub fn record_to_file(
    path: &Path,
    mut listener: Listener,
    warn: impl Fn(&FileError) + Send + 'static,
) -> Result<JoinHandle<()>, FileError> {
    let told = |stage| {
        let path = path.to_owned();
        move |source| FileError { path, stage, source }
    };
    let file = File::create_new(path).map_err(told("cannot be made"))?;
    let failed = told("ends here, a line may be torn");
    let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(told("cannot be made"))?;
    Ok(std::thread::spawn(move || {
        let mut out = BufWriter::new(file);
        let written = runtime.block_on(async {
            while let Heard::Line(line) = listener.next().await {
                writeln!(out, "{line}")?;
                while let Some(Heard::Line(line)) = listener.next_now() {
                    writeln!(out, "{line}")?;
                }
                // Nothing more right now: let a reader of the file see what there is.
                out.flush()?;
            }
            out.flush()
        });
        if let Err(error) = written {
            warn(&failed(error));
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Observation, Recorder, What};

    #[test]
    fn a_record_is_kept_line_by_line_and_never_overwritten() {
        let path = std::env::temp_dir().join(format!("wirebench-record-{}.jsonl", std::process::id()));
        let recorder = Recorder::default();
        let writer = record_to_file(&path, recorder.listen(), |e| panic!("{e}")).expect("made");
        for lines in 0..3 {
            recorder.note(|| Observation::by_server(What::Lost { lines }));
        }
        let again = record_to_file(&path, recorder.listen(), |_| ());
        assert!(again.is_err_and(|e| e.to_string().contains("cannot be made")));
        drop(recorder);
        writer.join().expect("joined");
        let kept = std::fs::read_to_string(&path).expect("read");
        std::fs::remove_file(&path).expect("removed");
        assert_eq!(kept.lines().filter(|line| serde_json::from_str::<Observation>(line).is_ok()).count(), 3);
    }
}

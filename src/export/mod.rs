//! A record made into what other programs read: a capture for Wireshark, an archive for a browser's developer tools, a table.
//!
//! [`FORMS`] is the list; docs/reference/export.md tells each. A pure function of a record.

mod har;
mod pcapng;
mod stream;

use std::path::Path;

use crate::ledger::{Book, Capture};
use crate::report::{self, Dress, Report};

/// What a record can be made into.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// Its name, as `--format` takes it.
    pub name: &'static str,
    /// For whom it is.
    pub means: &'static str,
    /// Whether a terminal can show it.
    pub is_text: bool,
    make: Make,
}

#[derive(Clone, Copy, Debug)]
enum Make {
    /// Of the bytes in the record.
    Bytes(fn(&Capture) -> Vec<u8>),
    /// Of what is measured: bytes are not asked for.
    Report(fn(&Report) -> Option<String>),
}

/// Why nothing was exported.
#[derive(Debug, thiserror::Error)]
pub enum NotExported {
    /// The record cannot be read.
    #[error(transparent)]
    Unread(#[from] report::Unread),
    /// Its bytes were not kept.
    #[error(
        "{record}: wanted a record with the bytes that crossed the sockets, found {lines} lines and no bytes among them; fix: \
         play it again with --bytes (wirebench play … --bytes), or record a bench with --record-bytes"
    )]
    NoBytes {
        /// Which.
        record: String,
        /// How many lines it has.
        lines: usize,
    },
    /// There is nothing to draw.
    #[error(
        "{record}: wanted a record in which lanes were seen, found none; fix: export the record of a run (wirebench play)"
    )]
    NoLanes {
        /// Which.
        record: String,
    },
}

/// All of them.
pub const FORMS: &[Form] = &[
    Form {
        name: "pcapng",
        means: "a capture for Wireshark and tshark; its TCP is reconstructed",
        is_text: false,
        make: Make::Bytes(pcapng::write),
    },
    Form {
        name: "har",
        means: "an HTTP Archive 1.2 for developer tools",
        is_text: true,
        make: Make::Bytes(har::write),
    },
    Form {
        name: "roles",
        means: "a ledger of what the bytes were for, by connection, lane and run, in JSON",
        is_text: true,
        make: Make::Bytes(ledger),
    },
    Form {
        name: "markdown",
        means: "the report's tables, for a pull request",
        is_text: true,
        make: Make::Report(|report| {
            let form = report::form("markdown");
            form.map(|form| form.write(std::slice::from_ref(report), Dress::default()))
        }),
    },
    Form { name: "svg", means: "the timeline as an image", is_text: true, make: Make::Report(report::svg) },
];

fn ledger(capture: &Capture) -> Vec<u8> {
    // Strings, numbers and maps by strings only: this cannot fail.
    let mut text = serde_json::to_vec_pretty(&Book::of(capture)).unwrap_or_default();
    text.push(b'\n');
    text
}

/// What was made, and of how much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// It.
    pub made: Vec<u8>,
    /// So many lines of the record could not be read, and are not in it.
    pub unread: usize,
    /// Of so many.
    pub lines: usize,
}

/// The form of that name.
pub fn form(name: &str) -> Option<&'static Form> {
    FORMS.iter().find(|form| form.name == name)
}

impl Form {
    /// Makes it of the record at `path`.
    ///
    /// # Errors
    /// If that cannot be read, or lacks the bytes.
    pub fn export(&self, path: &Path) -> Result<Exported, NotExported> {
        match self.make {
            Make::Report(make) => {
                let report = Report::of_file(path)?;
                let record = path.display().to_string();
                let made = make(&report).ok_or(NotExported::NoLanes { record })?.into_bytes();
                Ok(Exported { made, unread: report.facts.bad.len(), lines: report.facts.lines })
            }
            Make::Bytes(make) => {
                let read = std::fs::read(path);
                let bytes = read.map_err(|why| report::Unread::File { path: path.to_owned(), why })?;
                let capture = Capture::read(&String::from_utf8_lossy(&bytes));
                if capture.connections.is_empty() {
                    let record = path.display().to_string();
                    return Err(NotExported::NoBytes { record, lines: capture.lines });
                }
                Ok(Exported { made: make(&capture), unread: capture.unread, lines: capture.lines })
            }
        }
    }
}

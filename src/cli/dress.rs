//! Whether to print in colour: on a terminal, unless `NO_COLOR` says otherwise (no-color.org).

use std::io::IsTerminal;

use crate::report;

/// How to print.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dress {
    /// In colour.
    pub coloured: bool,
}

impl Dress {
    /// For standard output.
    pub(super) fn of_stdout() -> Self {
        Self::of(&std::io::stdout())
    }

    /// For standard error.
    pub(super) fn of_stderr() -> Self {
        Self::of(&std::io::stderr())
    }

    fn of(stream: &impl IsTerminal) -> Self {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        Self { coloured: stream.is_terminal() && !refused && !dumb }
    }
}

impl Dress {
    /// As a report is dressed.
    pub(super) fn of_report(self) -> report::Dress {
        let width = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        report::Dress { colour: self.coloured, width }
    }

    /// What is as it should be.
    pub(super) fn good(self, text: &str) -> String {
        self.painted("32", text)
    }

    /// What is not.
    pub(super) fn bad(self, text: &str) -> String {
        self.painted("31;1", text)
    }

    /// What matters less.
    pub(super) fn pale(self, text: &str) -> String {
        self.painted("2", text)
    }

    /// Padded before it is painted, for the paint has a length of its own.
    fn painted(self, paint: &str, text: &str) -> String {
        if self.coloured { format!("\x1b[{paint}m{text:8}\x1b[0m") } else { format!("{text:8}") }
    }
}

//! Reports: what records mean, in some form. A pure function of records, never of a running system.
//!
//! A [`Report`] is one record with its facts and its verdicts. [`FORMS`] is the list of what can be made of some of them;
//! `docs/reference/report.md` tells each.

mod diff;
mod form;
mod ledger;
mod lines;
mod miss;
mod read;
mod recoveries;
mod sequence;
mod table;
mod verdict;
mod words;

pub use diff::{Compared, DIFF_FORMS, Diff, DiffForm, Difference, diff, diff_form};
pub use form::{Dress, FORMS, Form, form, schema, svg};
pub use read::{Outcome, Report, Unread};
pub use sequence::{Sequence, sequence};

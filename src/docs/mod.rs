//! The project's Markdown as data: sentences and their footnotes, links, anchors, tables, and the claims that a footnote makes
//! (docs/decisions/0014-claims.md); and as pages that a browser shows. Pure: texts go in.

mod blocks;
pub mod claim;
mod frame;
pub mod html;
pub mod library;
mod page;
mod sentences;
mod slug;

pub use frame::{document, missing, scenario};
pub use page::{Code, Heading, Link, Note, Page, Table};
pub use sentences::{Kind, Sentence};
pub use slug::{Slugs, slug};

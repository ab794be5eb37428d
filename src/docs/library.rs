//! The pages of the documentation by their addresses, on their shelves.

use super::page::Page;

/// The shelves, in their order: folders of the docs.
pub const SHELVES: [&str; 5] = ["tutorial", "guides", "reference", "topics", "decisions"];

/// A page on a shelf.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its path in the repository: `docs/topics/closing.md`.
    pub path: String,
    /// Its address: `/docs/topics/closing`.
    pub address: String,
    /// Its folder; empty of what lies on none.
    pub shelf: String,
    /// Its first heading.
    pub title: String,
    /// Its first sentence.
    pub lead: String,
    /// `en`, or `zh` of a page `x.zh.md`.
    pub language: &'static str,
    /// Its text.
    pub text: String,
}

/// All pages.
#[derive(Clone, Debug, Default)]
pub struct Library {
    entries: Vec<Entry>,
}

impl Library {
    /// Of pages with their paths in the repository.
    pub fn of(pages: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut entries: Vec<Entry> = pages.into_iter().map(|(path, text)| Entry::of(path, text)).collect();
        // A folder's own page stands before what is in it.
        entries.sort_by_key(|entry| (shelf_order(&entry.shelf), entry.path.replace("README", "")));
        Self { entries }
    }

    /// All, shelf by shelf.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The page at an address, with or without `.md` and a slash behind it.
    pub fn at(&self, address: &str) -> Option<&Entry> {
        let plain = |address: &str| address.trim_end_matches('/').to_owned();
        let asked = plain(address.strip_suffix(".md").unwrap_or(address));
        let folder = asked.strip_suffix("/README").map(plain);
        let of = |wanted: &str| self.entries.iter().find(|entry| plain(&entry.address) == wanted);
        of(&asked).or_else(|| of(&folder?))
    }

    /// The page of a path.
    pub fn of_path(&self, path: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.path == path)
    }

    /// The same page in the other language, where there is one.
    pub fn translation(&self, entry: &Entry) -> Option<&Entry> {
        let stem = entry.path.trim_end_matches(".md");
        let other = match stem.strip_suffix(".zh") {
            Some(stem) => format!("{stem}.md"),
            None => format!("{stem}.zh.md"),
        };
        self.of_path(&other)
    }

    /// Those before and behind a page on its shelf, in its language.
    pub fn neighbours(&self, entry: &Entry) -> (Option<&Entry>, Option<&Entry>) {
        let alike = |one: &&Entry| one.shelf == entry.shelf && one.language == entry.language;
        let shelf: Vec<&Entry> = self.entries.iter().filter(alike).collect();
        let Some(at) = shelf.iter().position(|one| one.path == entry.path) else { return (None, None) };
        let before = at.checked_sub(1).and_then(|before| shelf.get(before)).copied();
        (before, shelf.get(at + 1).copied())
    }

    /// Pages whose address has something of this one: for who asked for one that is not there.
    pub fn near(&self, address: &str) -> Vec<&Entry> {
        let words: Vec<&str> =
            address.split(['/', '-', '.', '_']).filter(|word| word.len() > 2 && *word != "docs").collect();
        let has = |entry: &&Entry| words.iter().any(|word| entry.address.contains(word));
        self.entries.iter().filter(has).take(8).collect()
    }
}

impl Entry {
    fn of(path: String, text: String) -> Self {
        let page = Page::read(&text);
        let inside = path.strip_prefix("docs/").map_or_else(|| format!("project/{path}"), str::to_owned);
        let stem = inside.trim_end_matches(".md");
        let language = if stem.strip_suffix(".zh").is_some() { "zh" } else { "en" };
        let at = stem.strip_suffix("README").unwrap_or(stem).trim_end_matches('/');
        // The README of the project is no page of a folder.
        let at = if inside.starts_with("project/") { stem } else { at };
        let shelf = inside.split_once('/').map_or(String::new(), |(shelf, _)| shelf.to_owned());
        let title = page.headings.first().map_or_else(|| stem.to_owned(), |heading| heading.text.clone());
        let texts = page.sentences.iter().filter(|sentence| sentence.kind == super::Kind::Text);
        let lead =
            texts.map(|sentence| sentence.text.clone()).find(|text| text != "In short.").unwrap_or_default();
        Self { address: format!("/docs/{at}"), path, shelf, title, lead, language, text }
    }
}

fn shelf_order(shelf: &str) -> usize {
    SHELVES
        .iter()
        .position(|one| *one == shelf)
        .map_or(if shelf.is_empty() { 0 } else { SHELVES.len() + 1 }, |at| at + 1)
}

/// The path that a link of the page at `from` leads to, from the root of the repository, and its anchor with the `#`.
pub fn resolved(from: &str, href: &str) -> (String, String) {
    let (to, anchor) = href.find('#').map_or((href, ""), |at| href.split_at(at));
    let mut parts: Vec<&str> = from.split('/').collect();
    if !to.is_empty() {
        parts.pop();
    }
    for part in to.split('/').filter(|part| !matches!(*part, "" | ".")) {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    (parts.join("/"), anchor.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Library, resolved};

    #[test]
    fn pages_are_found_by_their_addresses_and_links_by_their_paths() {
        let pages = [
            "docs/README.md",
            "docs/topics/README.md",
            "docs/topics/a.md",
            "docs/topics/a.zh.md",
            "docs/topics/b.md",
            "README.md",
        ];
        let library =
            Library::of(pages.map(|path| (path.to_owned(), format!("# {path}\n\nFirst. Second.\n"))));
        for (address, path) in [
            ("/docs", "docs/README.md"),
            ("/docs/", "docs/README.md"),
            ("/docs/topics/", "docs/topics/README.md"),
            ("/docs/topics/a.md", "docs/topics/a.md"),
            ("/docs/topics/a.zh", "docs/topics/a.zh.md"),
            ("/docs/project/README", "README.md"),
        ] {
            assert_eq!(library.at(address).map(|entry| entry.path.as_str()), Some(path), "{address}");
        }
        let a = library.at("/docs/topics/a").expect("a page");
        assert_eq!((a.lead.as_str(), a.language), ("First.", "en"));
        assert_eq!(library.translation(a).map(|other| other.path.as_str()), Some("docs/topics/a.zh.md"));
        let (before, behind) = library.neighbours(a);
        assert_eq!(before.map(|one| one.path.as_str()), Some("docs/topics/README.md"));
        assert_eq!(behind.map(|one| one.path.as_str()), Some("docs/topics/b.md"));
        assert_eq!(
            resolved("docs/topics/a.md", "../../scenarios/x.toml#y"),
            ("scenarios/x.toml".to_owned(), "#y".to_owned())
        );
        assert_eq!(resolved("docs/topics/a.md", "#y"), ("docs/topics/a.md".to_owned(), "#y".to_owned()));
    }
}

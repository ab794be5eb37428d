//! Scenario files: good ones are read, and of each broken one every mistake is told, with its place and what would be right.

mod documents;
mod good;
mod settings;

/// The project's folder.
fn root() -> std::path::PathBuf {
    std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

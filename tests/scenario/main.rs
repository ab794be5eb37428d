//! Scenario files: good ones are read, and of each broken one every mistake is told, with its place and what would be right.

mod broken;
mod documents;
mod good;
mod judge;
mod measures;
mod program;
mod schema;
mod settings;
mod torn;

/// The project's folder.
fn root() -> std::path::PathBuf {
    std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Whether what is held is to be written instead (`WIREBENCH_WRITE_DOCS=1`).
fn writing() -> bool {
    std::env::var_os("WIREBENCH_WRITE_DOCS").is_some()
}

//! Which program a browser is, and what it calls itself.

use std::env;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::{BrowserError, Kind};

/// How long a program may take to say its version.
const SPEAKS_WITHIN: Duration = Duration::from_secs(15);
/// A version is a line.
const MOST: u64 = 4096;

/// The program of this kind: what its variable names, or the first in PATH.
pub(super) fn find(kind: Kind) -> Result<PathBuf, BrowserError> {
    let traits = kind.traits();
    if let Some(named) = env::var_os(traits.variable).filter(|named| !named.is_empty()) {
        let named = PathBuf::from(named);
        let found = if named.components().count() > 1 { Some(named.clone()) } else { in_path(&named) };
        return found.ok_or_else(|| none(kind, &named, "it is not in PATH".to_owned()));
    }
    let found = traits.programs.iter().find_map(|name| in_path(Path::new(name)));
    found.ok_or(BrowserError::Missing {
        kind,
        programs: traits.programs,
        package: traits.package,
        variable: traits.variable,
    })
}

fn in_path(name: &Path) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|file| is_program(file))
}

fn is_program(file: &Path) -> bool {
    file.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

/// That this program is no browser.
pub(super) fn none(kind: Kind, program: &Path, problem: String) -> BrowserError {
    let variable = kind.traits().variable;
    BrowserError::NoProgram { kind, program: program.to_owned(), problem, variable }
}

/// What the program says to `--version`: its name and version.
pub(super) fn version(kind: Kind, program: &Path) -> Result<String, BrowserError> {
    let failed = |problem: String| none(kind, program, problem);
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.process_group(0).spawn().map_err(|error| failed(error.to_string()))?;
    let (tell, told) = mpsc::channel();
    if let Some(out) = child.stdout.take() {
        thread::spawn(move || {
            let mut text = Vec::new();
            let read = out.take(MOST).read_to_end(&mut text);
            tell.send(read.map(|_| String::from_utf8_lossy(&text).into_owned()))
        });
    }
    let said = told.recv_timeout(SPEAKS_WITHIN);
    // One that has said it is at its end anyhow; it is not waited for without a bound.
    let _ = child.kill();
    let _ = child.wait();
    let text = match said {
        Ok(text) => text.map_err(|error| failed(error.to_string()))?,
        Err(_) => return Err(failed(format!("it does not answer --version within {SPEAKS_WITHIN:?}"))),
    };
    named(&text).ok_or_else(|| failed(format!("it answers --version by {:?}", text.trim())))
}

/// `Chromium 156.0.8078.79` of what Debian's says at greater length.
fn named(text: &str) -> Option<String> {
    let lines = text.lines().map(str::trim);
    let line = lines.into_iter().find(|line| line.contains(|c: char| c.is_ascii_digit()))?;
    let name = line.split(" built on ").next().unwrap_or(line);
    Some(name.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn a_version_is_a_line_with_a_number_without_what_it_was_built_on() {
        let debian = "Chromium 156.0.8078.79 built on Debian GNU/Linux 12 (bookworm)\n";
        assert_eq!(named(debian).as_deref(), Some("Chromium 156.0.8078.79"));
        assert_eq!(
            named("a warning\nMozilla Firefox 153.7.0esr\n").as_deref(),
            Some("Mozilla Firefox 153.7.0esr")
        );
        assert_eq!(named("no browser\n"), None);
    }
}

//! Chromium and Google Chrome: the flags that keep it to this machine and without a window. Nothing that slows pages is
//! switched off: what is measured is to be what users have.
//!
//! `--disable-crashpad-for-testing` would keep its pages from loading (Debian's 156), so its crash handlers run, in sessions
//! of their own; they leave when it does.

use std::io;

use super::Traits;
use super::home::Home;

pub(super) const TRAITS: Traits = Traits {
    name: "chromium",
    variable: "WIREBENCH_CHROMIUM",
    programs: &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    package: "chromium",
    arguments,
};

const FLAGS: [&str; 25] = [
    "--headless=new",
    "--disable-gpu",
    // /dev/shm has 64 MiB in containers.
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-service-autorun",
    "--no-pings",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-client-side-phishing-detection",
    "--disable-component-extensions-with-background-pages",
    "--disable-component-update",
    "--disable-crash-reporter",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication,CertificateTransparencyComponentUpdater,NetworkTimeServiceQuerying",
    "--disable-quic",
    "--disable-search-engine-choice-screen",
    "--disable-sync",
    "--metrics-recording-only",
    "--password-store=basic",
    "--safebrowsing-disable-auto-update",
    "--use-mock-keychain",
    // Nobody listens at the port of RFC 863. Loopback never goes by a proxy (Chromium's implicit bypass rules).
    "--proxy-server=http://127.0.0.1:9",
];

fn arguments(home: &Home, url: &str) -> io::Result<Vec<String>> {
    let mut arguments: Vec<String> = FLAGS.iter().map(|&flag| flag.to_owned()).collect();
    if home.is_roots()? {
        // It refuses to sandbox what root starts.
        arguments.push("--no-sandbox".to_owned());
    }
    arguments.push(format!("--user-data-dir={}", home.profile().display()));
    arguments.push(url.to_owned());
    Ok(arguments)
}

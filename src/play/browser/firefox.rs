//! Firefox and Firefox ESR: the preferences that keep it to this machine. Nothing that slows pages is switched off: what is
//! measured is to be what users have.

use std::fmt::Write as _;
use std::{fs, io};

use super::Traits;
use super::home::Home;

pub(super) const TRAITS: Traits = Traits {
    name: "firefox",
    variable: "WIREBENCH_FIREFOX",
    programs: &["firefox-esr", "firefox"],
    package: "firefox-esr",
    arguments,
};

/// Names and values as they stand in user.js.
const PREFERENCES: [(&str, &str); 43] = [
    // Nothing is shown or asked at the first start.
    ("browser.aboutwelcome.enabled", "false"),
    ("browser.shell.checkDefaultBrowser", "false"),
    ("browser.startup.homepage_override.mstone", "\"ignore\""),
    ("browser.startup.page", "0"),
    ("browser.sessionstore.resume_from_crash", "false"),
    ("browser.newtabpage.enabled", "false"),
    ("datareporting.policy.dataSubmissionPolicyBypassNotification", "true"),
    ("startup.homepage_welcome_url", "\"\""),
    ("termsofuse.bypassNotification", "true"),
    ("toolkit.startup.max_resumed_crashes", "-1"),
    ("trailhead.firstrun.didSeeAboutWelcome", "true"),
    // Nothing is updated.
    ("app.update.auto", "false"),
    ("app.update.disabledForTesting", "true"),
    ("browser.search.update", "false"),
    ("extensions.update.enabled", "false"),
    ("extensions.systemAddon.update.enabled", "false"),
    ("extensions.getAddons.cache.enabled", "false"),
    ("media.gmp-manager.updateEnabled", "false"),
    ("services.settings.server", "\"data:,#remote-settings-dummy/v1\""),
    ("security.remote_settings.crlite_filters.enabled", "false"),
    ("security.remote_settings.intermediates.enabled", "false"),
    // Nothing is told to anybody.
    ("app.normandy.enabled", "false"),
    ("app.shield.optoutstudies.enabled", "false"),
    ("browser.discovery.enabled", "false"),
    ("browser.newtabpage.activity-stream.feeds.telemetry", "false"),
    ("browser.ping-centre.telemetry", "false"),
    ("browser.region.update.enabled", "false"),
    ("browser.region.network.url", "\"\""),
    ("datareporting.healthreport.uploadEnabled", "false"),
    ("datareporting.policy.dataSubmissionEnabled", "false"),
    ("dom.push.connection.enabled", "false"),
    ("toolkit.telemetry.enabled", "false"),
    ("toolkit.telemetry.server", "\"\""),
    ("toolkit.telemetry.unified", "false"),
    // Nothing is looked up.
    ("browser.safebrowsing.downloads.remote.enabled", "false"),
    ("browser.safebrowsing.malware.enabled", "false"),
    ("browser.safebrowsing.phishing.enabled", "false"),
    ("browser.safebrowsing.update.enabled", "false"),
    ("network.captive-portal-service.enabled", "false"),
    ("network.connectivity-service.enabled", "false"),
    ("network.dns.disablePrefetch", "true"),
    ("network.prefetch-next", "false"),
    // 5: off by choice.
    ("network.trr.mode", "5"),
];

/// A proxy at which nobody listens (the port of RFC 863), for everything but loopback.
const PROXY: [(&str, &str); 6] = [
    ("network.proxy.type", "1"),
    ("network.proxy.http", "\"127.0.0.1\""),
    ("network.proxy.http_port", "9"),
    ("network.proxy.ssl", "\"127.0.0.1\""),
    ("network.proxy.ssl_port", "9"),
    ("network.proxy.no_proxies_on", "\"localhost, 127.0.0.0/8, [::1]\""),
];

fn arguments(home: &Home, url: &str) -> io::Result<Vec<String>> {
    let mut text = String::new();
    for (name, value) in PREFERENCES.iter().chain(&PROXY) {
        let _ = writeln!(text, "user_pref(\"{name}\", {value});");
    }
    fs::write(home.profile().join("user.js"), text)?;
    let profile = home.profile().display().to_string();
    Ok(["--headless", "--no-remote", "--new-instance", "--profile", &profile, url]
        .map(str::to_owned)
        .to_vec())
}

//! What nginx and `HAProxy` are told, so that they pass streams and sockets on, and write nowhere else.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use crate::scenario::Proxy;

/// The modules of nginx beside that of the proxy that make themselves a folder at the start; a build may be without.
const MODULES: [&str; 3] = ["fastcgi", "uwsgi", "scgi"];

/// The configuration of nginx. `features` is what `nginx -V` says.
///
/// `proxy_http_version` is always said: it was 1.0 by default before nginx 1.29.7, and is 1.1 since. One process alone:
/// nothing is to outlive it, and it never gives up rights it does not have.
pub(super) fn nginx(
    proxy: &Proxy,
    address: SocketAddr,
    upstream: SocketAddr,
    folder: &Path,
    features: &str,
) -> String {
    let folder = folder.display();
    let temporary =
        MODULES.iter().filter(|module| !features.contains(&format!("--without-http_{module}_module")));
    let temporary: Vec<String> =
        temporary.map(|module| format!("  {module}_temp_path {folder}/{module};\n")).collect();
    let temporary = temporary.concat();
    let version = if proxy.http_1_0 { "1.0" } else { "1.1" };
    let buffering = if proxy.buffering { "on" } else { "off" };
    let silence = millis(proxy.read_timeout);
    format!(
        "daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
{temporary}  map $http_upgrade $wished {{ default upgrade; '' close; }}
  server {{
    listen {address};
    location / {{
      proxy_pass http://{upstream};
      proxy_http_version {version};
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $wished;
      proxy_buffering {buffering};
      proxy_read_timeout {silence};
    }}
  }}
}}
"
    )
}

/// The configuration of `HAProxy`. Its client's time-out is out of the way, so that the silence of the server is the one
/// that counts.
pub(super) fn haproxy(proxy: &Proxy, address: SocketAddr, upstream: SocketAddr) -> String {
    let silence = millis(proxy.read_timeout);
    format!(
        "defaults
  mode http
  timeout connect 5s
  timeout client 1h
  timeout server {silence}
  timeout tunnel {silence}
frontend in
  bind {address}
  default_backend origin
backend origin
  server origin {upstream}
"
    )
}

fn millis(span: Duration) -> String {
    // Both programs take these as they stand.
    format!("{}ms", span.as_millis())
}

//! Configurations of proxies: held against what the program itself writes, which tests/proxies.rs sends every transport through, and
//! read by the proxy where it is installed.

use std::process::Command;
use std::{fs, io};

use crate::command::skip;
use crate::pages::Shown;
use crate::shelf::root;
use crate::support::program::Scratch;

/// Lines of a configuration whose directive the program does not write, and what the proxies say.
pub fn mistakes(pages: &[Shown], shown: &[(String, String)]) -> Vec<String> {
    let written = fs::read_to_string(root().join("src/play/proxy/config.rs")).expect("it is there");
    let blocks = pages.iter().flat_map(|page| page.blocks().map(move |block| (page, block)));
    let mut mistakes = Vec::new();
    for (page, block) in blocks {
        let at = format!("{}:{}", page.path, block.line);
        let Some((_, program)) = shown.iter().find(|(one, _)| *one == at) else { continue };
        let directives = block.text.lines().map(str::trim).filter(|line| !["", "}"].contains(line));
        for line in directives {
            // What has a value of one's own: an address, a time, a name.
            let words: Vec<&str> = line.split_whitespace().collect();
            let has_own = ["listen", "bind", "proxy_pass", "proxy_read_timeout", "proxy_buffering", "server"];
            let is_own =
                has_own.contains(&words[0]) || words[0] == "timeout" || words[0] == "proxy_http_version";
            let name = if is_own { words[..words.len() - 1].first().unwrap_or(&words[0]) } else { &line };
            let name = name.replace('{', "{{").replace('}', "}}");
            if !written.contains(&name) {
                mistakes.push(format!("{at}: src/play/proxy/config.rs does not write `{line}`"));
            }
        }
        if let Err(why) = checked(program, &block.text) {
            mistakes.push(format!("{at}: {why}"));
        }
    }
    mistakes
}

/// Has the proxy read it, within what it needs beside, and with sockets in a folder of our own in the place of ports.
fn checked(program: &str, text: &str) -> Result<(), String> {
    let scratch = Scratch::new("config");
    let folder = scratch.path().display();
    let mut command = Command::new(program);
    if program == "nginx" {
        let text = text.replace("listen 80;", &format!("listen unix:{folder}/socket;"));
        let whole = format!(
            "pid {folder}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\nclient_body_temp_path {folder}/body;\n\
             proxy_temp_path {folder}/proxy;\nfastcgi_temp_path {folder}/f;\nuwsgi_temp_path {folder}/u;\nscgi_temp_path {folder}/s;\n{text}\n}}\n"
        );
        command.args(["-t", "-e", "stderr", "-c", &scratch.write("nginx.conf", &whole)]);
    } else {
        command.args(["-c", "-f", &scratch.write("haproxy.cfg", text)]);
    }
    match command.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(format!("{program} says {}", String::from_utf8_lossy(&output.stderr))),
        Err(why) if why.kind() == io::ErrorKind::NotFound => {
            skip(program, "it does not read what is shown of it");
            Ok(())
        }
        Err(why) => Err(format!("{program}: {why}")),
    }
}

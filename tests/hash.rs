//! Real work on real files: `hash` ends with the digest that `sha256sum` prints, and reads nothing outside its directory.

#[path = "support/mod.rs"]
mod support;

use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use serde_json::{Value, json};
use support::ask::Next;
use support::http;
use support::program::Scratch;
use support::reader::{Reader, Transport};
use support::server::{Job, Server};

const MIB: u64 = 1 << 20;
/// Larger than what is hashed while a test goes on, and holes nearly all of it.
const ENDLESS: u64 = 64 << 30;

/// Writes a file of `mib` MiB that has no two alike and no holes.
fn fill(path: &Path, mib: u64) {
    let mut block = vec![0; 1 << 20];
    fastrand::Rng::with_seed(mib).fill(&mut block);
    let mut file = File::create_new(path).expect("a new file");
    for number in 0..mib {
        block[..8].copy_from_slice(&number.to_le_bytes());
        file.write_all(&block).expect("written");
    }
}

/// Makes a file of [`ENDLESS`] bytes in no time.
fn endless(path: &Path) {
    File::create_new(path).and_then(|file| file.set_len(ENDLESS)).expect("a file with a hole");
}

fn opened(directory: &Scratch) -> Server {
    Server::start_with(&["--lanes", "1", "--hash-dir", directory.path().to_str().expect("UTF-8")])
}

/// A job that waits for its start.
async fn ready<'a>(server: &'a Server, path: &str) -> Job<'a> {
    server.create(&json!({"source": "hash", "path": path, "interval": "10ms", "start": "ready"})).await
}

/// The digest as `sha256sum` prints it.
async fn sha256sum(path: String) -> String {
    let output = tokio::task::spawn_blocking(move || Command::new("sha256sum").arg(path).output());
    let output = output.await.expect("a thread").expect("sha256sum");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("UTF-8").split_whitespace().next().expect("a digest").to_owned()
}

/// Reads to the end, which is of `kind`: each event once and in order, the bytes done ever more. Gives the end's data.
async fn followed(mut reader: Reader, kind: &str) -> Value {
    let name = reader.transport.name();
    assert_eq!(reader.end().await, Next::Ended, "{name}");
    let seqs = reader.seqs();
    assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<u64>>(), "{name}: each once and in order");
    assert!(reader.notices().is_empty(), "{name}: {:?}", reader.notices());
    let end = reader.events.pop().expect("an end");
    assert_eq!(end.kind, kind, "{name}: {}", end.text);
    let mut done = 0;
    for event in reader.events.iter().filter(|event| event.kind == "progress") {
        let data = &event.value["data"];
        let now = data["done"].as_u64().expect("done");
        assert!(now > done, "{name}: {now} after {done} in {}", event.text);
        assert!(now <= data["total"].as_u64().expect("total"), "{name}: {}", event.text);
        assert_eq!(data["unit"], "bytes", "{name}");
        done = now;
    }
    assert!(done > 0 || reader.events.is_empty(), "{name}: no progress in {} events", reader.events.len());
    println!("{name}: {} events to {kind}", seqs.len());
    end.value["data"].clone()
}

/// What the server answers to who wants `path` hashed.
async fn wanted(server: &Server, path: &str) -> http::Response {
    http::post(&server.bench, "/api/jobs", &json!({"source": "hash", "path": path})).await
}

/// The reason that a failed job ends with. It must not tell where the directory is.
async fn failure(server: &Server, job: &Job<'_>, directory: &Scratch) -> String {
    let mut reasons = Vec::new();
    for transport in server.transports().await {
        let end = followed(job.open(transport, &job.ask()).await, "failed").await;
        reasons.push(end["reason"].as_str().unwrap_or_else(|| panic!("a reason in {end}")).to_owned());
    }
    assert_eq!(job.info().await["state"], "failed");
    assert!(reasons.iter().all(|reason| reason == &reasons[0]), "{reasons:?}");
    let place = directory.path().to_str().expect("UTF-8");
    assert!(!reasons[0].contains(place), "the reason tells where the directory is: {}", reasons[0]);
    reasons.swap_remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gibibyte_ends_with_the_digest_of_sha256sum_while_every_transport_follows() {
    let directory = Scratch::new("gibibyte");
    let began = Instant::now();
    fill(&directory.path().join("disk.img"), 1024);
    println!("written in {:.1?}", began.elapsed());
    let server = opened(&directory);
    let transports = server.transports().await;
    assert_eq!(transports.len(), 5, "{transports:?}");
    let job = ready(&server, "disk.img").await;
    let mut readers = Vec::new();
    for transport in transports {
        readers.push(job.open(transport, &job.ask()).await);
    }
    let began = Instant::now();
    job.command("start").await;
    let reading: Vec<_> = readers.into_iter().map(|one| tokio::spawn(followed(one, "done"))).collect();
    let mut ends = Vec::new();
    for task in reading {
        ends.push(task.await.expect("the reader reads"));
    }
    println!("hashed in {:.1?}", began.elapsed());
    let digest = sha256sum(directory.file("disk.img")).await;
    let total = 1024 * MIB;
    let end = json!({"percent": 100, "done": total, "total": total, "unit": "bytes", "digest": digest});
    for told in ends {
        assert_eq!(told, end);
    }
    assert_eq!(job.info().await["state"], "done");
}

#[tokio::test]
async fn an_empty_file_and_one_of_odd_length_have_their_digests_too() {
    let directory = Scratch::new("odd");
    directory.write("empty", "");
    std::fs::create_dir(directory.path().join("deep down")).expect("a directory");
    directory.write("deep down/ödd", &"x".repeat(1_234_567));
    let server = opened(&directory);
    for name in ["empty", "deep down/ödd"] {
        let job = ready(&server, name).await;
        job.command("start").await;
        let end = followed(job.open(Transport::Sse, &job.ask()).await, "done").await;
        assert_eq!(end["digest"], json!(sha256sum(directory.file(name)).await), "{name}");
    }
}

#[tokio::test]
async fn a_path_that_leads_out_of_the_directory_is_refused_with_a_reason() {
    let outer = Scratch::new("outside");
    let secret = outer.write("x", "not to be read");
    let directory = Scratch::new("inside");
    directory.write("good", "to be read");
    std::fs::create_dir(directory.path().join("folder")).expect("a directory");
    symlink(&secret, directory.path().join("link")).expect("a link");
    symlink(outer.path(), directory.path().join("way-out")).expect("a link");
    let made = Command::new("mkfifo").arg(directory.file("fifo")).status().expect("mkfifo");
    assert!(made.success());
    let server = opened(&directory);
    let name = outer.path().file_name().expect("a name").to_str().expect("UTF-8");
    let around = format!("../{name}/x");
    let inside = directory.file("good");
    let out = [
        "../x",
        &around,
        &secret,
        &inside,
        "/etc/passwd",
        "link",
        "way-out/x",
        "folder/../good",
        "folder",
        "fifo",
        "missing",
        "",
        ".",
        "..",
        "good\0",
        "good/",
        "//good",
    ];
    for path in out {
        let answer = wanted(&server, path).await;
        // A slash behind a plain file names the same file or nothing; both are in order.
        if path == "good/" && answer.status() == 201 {
            continue;
        }
        assert_eq!(answer.status(), 400, "{path:?}: {}", String::from_utf8_lossy(&answer.body));
        let error = answer.json()["error"].clone();
        for field in ["wanted", "found", "where", "fix"] {
            assert!(
                error[field].as_str().is_some_and(|text| !text.is_empty()),
                "{path:?}: {field} in {error}"
            );
        }
        let text = error.to_string();
        assert!(!text.contains("not to be read"), "{path:?}: {text}");
    }
    assert_eq!(wanted(&server, "good").await.status(), 201);
}

#[tokio::test]
async fn without_a_directory_nothing_is_hashed_and_the_flag_is_named() {
    let server = Server::start();
    let answer = wanted(&server, "good").await;
    assert_eq!(answer.status(), 400);
    assert!(answer.json()["error"].to_string().contains("--hash-dir"), "{}", answer.json());
    assert_eq!(http::get(&server.bench, "/api/bench").await.json()["hash"], json!(false));
}

#[tokio::test]
async fn a_file_that_vanishes_before_the_start_ends_with_failed_and_a_reason() {
    let directory = Scratch::new("vanishing");
    let path = directory.write("here", "and gone");
    let server = opened(&directory);
    let job = ready(&server, "here").await;
    std::fs::remove_file(path).expect("removed");
    job.command("start").await;
    let reason = failure(&server, &job, &directory).await;
    assert!(reason.contains("here"), "{reason}");
}

#[tokio::test]
async fn a_file_cut_short_in_the_middle_ends_with_failed_and_a_reason() {
    let directory = Scratch::new("shrinking");
    let path = directory.path().join("long");
    endless(&path);
    let server = opened(&directory);
    let job = ready(&server, "long").await;
    job.command("start").await;
    job.reached(3).await;
    job.command("pause").await;
    File::options().write(true).open(&path).and_then(|file| file.set_len(MIB)).expect("cut");
    job.command("resume").await;
    let reason = failure(&server, &job, &directory).await;
    assert!(reason.contains("changed"), "{reason}");
}

#[tokio::test]
async fn a_file_that_may_not_be_read_is_refused_or_fails_with_a_reason() {
    let directory = Scratch::new("forbidden");
    let path = directory.write("mine", "alone");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).expect("permissions");
    if File::open(&path).is_ok() {
        println!(
            "SKIPPED a_file_that_may_not_be_read_is_refused_or_fails_with_a_reason: this user may read all"
        );
        return;
    }
    let server = opened(&directory);
    let answer = wanted(&server, "mine").await;
    if answer.status() == 201 {
        let info = answer.json();
        let text = |name: &str| info[name].as_str().expect("text").to_owned();
        let job = Job { server: &server, name: text("job"), epoch: text("epoch") };
        assert!(failure(&server, &job, &directory).await.contains("mine"));
    } else {
        assert_eq!(answer.status(), 400);
        assert!(answer.json()["error"]["found"].is_string(), "{}", answer.json());
    }
}

#[tokio::test]
async fn a_link_put_in_the_place_of_the_file_is_not_followed_out() {
    let outer = Scratch::new("secret");
    let secret = outer.write("x", "not to be read");
    let directory = Scratch::new("swapped");
    let path = directory.write("x", "to be read");
    let server = opened(&directory);
    let job = ready(&server, "x").await;
    std::fs::remove_file(&path).and_then(|()| symlink(secret, &path)).expect("swapped");
    job.command("start").await;
    failure(&server, &job, &directory).await;
}

#[tokio::test]
async fn a_link_put_in_the_place_of_a_folder_is_not_followed_out() {
    let outer = Scratch::new("secret");
    outer.write("x", "not to be read");
    let directory = Scratch::new("swapped");
    let folder = directory.path().join("folder");
    std::fs::create_dir(&folder).expect("a directory");
    directory.write("folder/x", "to be read");
    let server = opened(&directory);
    let job = ready(&server, "folder/x").await;
    let away = directory.path().join("away");
    std::fs::rename(&folder, away).and_then(|()| symlink(outer.path(), &folder)).expect("swapped");
    job.command("start").await;
    failure(&server, &job, &directory).await;
}

#[tokio::test]
async fn a_cancel_in_the_middle_ends_with_cancelled_for_every_transport() {
    let directory = Scratch::new("cancelled");
    endless(&directory.path().join("long"));
    let server = opened(&directory);
    let job = ready(&server, "long").await;
    let mut readers = Vec::new();
    for transport in server.transports().await {
        readers.push(job.open(transport, &job.ask()).await);
    }
    job.command("start").await;
    for reader in &mut readers {
        reader.take(3).await;
    }
    job.command("cancel").await;
    for reader in readers {
        followed(reader, "cancelled").await;
    }
    assert_eq!(job.info().await["state"], "cancelled");
    let head = job.head().await;
    assert!(wanted(&server, "missing").await.status() == 400 && job.head().await == head, "it goes on");
}

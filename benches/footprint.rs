//! What the server costs: start to first byte, resident memory of idle readers, and CPU per delivered event, for SSE and
//! WebSocket in turn.
//!
//!     cargo bench --bench footprint            1,000 readers of each, 50 events/s for 20 s
//!     cargo bench --bench footprint -- 200 5   200 readers, 5 s
//!
//! The server is a process of its own, read through /proc: resident memory before and after, user and system time. Kernel memory
//! of the sockets is in no RSS figure. Figures are printed, never asserted.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

type Any<T> = Result<T, Box<dyn std::error::Error>>;

struct Server {
    child: Child,
    bench: String,
}

impl Server {
    fn start() -> Any<Self> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_wirebench"))
            .args(["--listen", "127.0.0.1:0", "--lanes", "1", "--format", "json"])
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("no stdout")?).read_line(&mut line)?;
        let told: serde_json::Value = serde_json::from_str(&line)?;
        let url = told["bench"].as_str().ok_or("no address")?;
        Ok(Self { child, bench: url.trim_start_matches("http://").to_owned() })
    }

    /// Resident memory in bytes.
    fn resident(&self) -> Any<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).ok_or("no VmRSS")?;
        let kib: f64 = line.split_whitespace().nth(1).ok_or("no number")?.parse()?;
        Ok(kib * 1024.0)
    }

    /// User and system time so far, in seconds (proc(5): fields 14 and 15 of stat, in ticks of 10 ms).
    fn cpu(&self) -> Any<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let after_name = stat.rsplit_once(')').ok_or("no stat")?.1;
        let fields: Vec<&str> = after_name.split_whitespace().collect();
        let ticks: f64 = fields[11].parse::<f64>()? + fields[12].parse::<f64>()?;
        Ok(ticks / 100.0)
    }

    /// The first byte of the page.
    fn first_byte(&self) -> Any<()> {
        let mut stream = TcpStream::connect(&self.bench)?;
        write!(stream, "GET / HTTP/1.1\r\nHost: {}\r\n\r\n", self.bench)?;
        stream.read_exact(&mut [0])?;
        Ok(())
    }

    fn post(&self, path: &str, body: &str) -> Any<String> {
        let mut stream = TcpStream::connect(&self.bench)?;
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.bench,
            body.len()
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }

    fn reader(&self, transport: &str) -> Any<TcpStream> {
        let mut stream = TcpStream::connect(&self.bench)?;
        let upgrade = match transport {
            "websocket" => {
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            }
            _ => "",
        };
        write!(
            stream,
            "GET /jobs/load/{transport}?after=latest HTTP/1.1\r\nHost: {}\r\n{upgrade}\r\n",
            self.bench
        )?;
        // The greeting is in: the stream is open.
        let mut seen = Vec::new();
        let mut some = [0; 1024];
        while !seen.windows(7).any(|part| part == b"\"hello\"") {
            let read = stream.read(&mut some)?;
            if read == 0 {
                return Err(format!("refused: {}", String::from_utf8_lossy(&seen)).into());
            }
            seen.extend_from_slice(&some[..read]);
        }
        Ok(stream)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It is ours, and may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn measure(transport: &str, readers: usize, seconds: u64) -> Any<()> {
    let server = Server::start()?;
    let count = seconds * 50;
    let job =
        format!(r#"{{"source":"synthetic","job":"load","count":{count},"interval":"20ms","start":"ready"}}"#);
    server.post("/api/jobs", &job)?;
    // What the first readers cost once (threads, pools) is not charged to each.
    let warm: Vec<TcpStream> = (0..10).map(|_| server.reader(transport)).collect::<Any<_>>()?;
    let before = server.resident()?;
    let streams: Vec<TcpStream> = (0..readers).map(|_| server.reader(transport)).collect::<Any<_>>()?;
    #[expect(clippy::cast_precision_loss, reason = "thousands")]
    let each = (server.resident()? - before) / readers as f64;
    println!("{transport:>10}  {:>6.1} kB resident an idle reader ({readers} readers)", each / 1000.0);
    let threads: Vec<_> = streams
        .into_iter()
        .chain(warm)
        .collect::<Vec<_>>()
        .chunks_mut(readers.div_ceil(4).max(1))
        .map(|chunk| chunk.iter().map(TcpStream::try_clone).collect::<Result<Vec<_>, _>>())
        .map(|chunk| chunk.map(|chunk| std::thread::spawn(move || drain(chunk))))
        .collect::<Result<_, _>>()?;
    let (cpu, start) = (server.cpu()?, Instant::now());
    server.post("/jobs/load/commands", r#"{"command":"start"}"#)?;
    let delivered: u64 = threads.into_iter().map(|thread| thread.join().unwrap_or(0)).sum();
    let used = server.cpu()? - cpu;
    #[expect(clippy::cast_precision_loss, reason = "millions")]
    let micros = used * 1e6 / delivered as f64;
    println!(
        "{transport:>10}  {micros:>6.1} µs CPU a delivered event ({delivered} events in {:.1} s at 50/s, {:.0} % of a core)",
        start.elapsed().as_secs_f64(),
        used / start.elapsed().as_secs_f64() * 100.0
    );
    Ok(())
}

/// Reads all streams in turn until each has the end event; gives how many events were seen.
fn drain(streams: Vec<TcpStream>) -> u64 {
    let mut open: Vec<(TcpStream, Vec<u8>)> = streams
        .into_iter()
        .filter(|stream| stream.set_nonblocking(true).is_ok())
        .map(|stream| (stream, Vec::new()))
        .collect();
    let mut delivered = 0;
    let mut some = [0; 16 << 10];
    while !open.is_empty() {
        open.retain_mut(|(stream, tail)| {
            loop {
                match stream.read(&mut some) {
                    Ok(0) => return false,
                    Ok(read) => {
                        tail.extend_from_slice(&some[..read]);
                        // Every envelope starts so, and no payload of this job contains it.
                        delivered += tail.windows(7).filter(|part| part == b"{\"seq\":").count() as u64;
                        if tail.windows(13).any(|part| part == b"\"type\":\"done\"") {
                            return false;
                        }
                        let keep = tail.len().saturating_sub(6);
                        tail.drain(..keep);
                    }
                    Err(_) => return true,
                }
            }
        });
        std::thread::sleep(Duration::from_millis(5));
    }
    delivered
}

/// From starting the program to the first byte of the page, the best and the worst of ten.
fn measure_start() -> Any<()> {
    let mut took = Vec::new();
    for _ in 0..10 {
        let start = Instant::now();
        Server::start()?.first_byte()?;
        took.push(start.elapsed());
    }
    took.sort();
    println!(
        "     start  {:>6.1} to {:.1} ms to the first byte of the page",
        millis(took[0]),
        millis(took[9])
    );
    Ok(())
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

fn main() -> Any<()> {
    let mut numbers = std::env::args().skip(1).filter_map(|arg| arg.parse::<u64>().ok());
    let readers = usize::try_from(numbers.next().unwrap_or(1000))?;
    let seconds = numbers.next().unwrap_or(20);
    measure_start()?;
    for transport in ["sse", "websocket"] {
        measure(transport, readers, seconds)?;
    }
    Ok(())
}

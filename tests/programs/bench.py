"""What the tests in Python share: the program on free ports, a relay that cuts a line once, and a reader's account.

Only the standard library. WIREBENCH_BIN names another binary than the debug build.
"""

import http.client
import json
import os
import pathlib
import select
import socket
import subprocess
import threading
import unittest
from urllib.parse import urlsplit

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
BINARY = pathlib.Path(os.environ.get("WIREBENCH_BIN") or TARGET / "debug" / "wirebench")
# How long anything may take before it is taken for lost, in seconds.
PATIENCE = 30
# Events of the job before its end event.
COUNT = 60
# Where the line is cut: in the middle of an event in the middle.
CUT = b'"seq":30,'


class Server:
    """A running wirebench; `bench` is its URL."""

    def __init__(self, *flags):
        if not BINARY.exists():
            raise FileNotFoundError(f"{BINARY} is missing: run cargo build first, or set WIREBENCH_BIN")
        self.process = subprocess.Popen(
            [BINARY, "--listen", "127.0.0.1:0", "--format", "json", "--lanes", "1", *flags],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        line = self.process.stdout.readline() if ready else b""
        if not line:
            self.stop()
            raise TimeoutError("the program did not say where it listens")
        self.bench = json.loads(line)["bench"]

    def ask(self, method, path, body=None):
        """One request to the API; gives what it answers, read as JSON."""
        connection = http.client.HTTPConnection(urlsplit(self.bench).netloc, timeout=PATIENCE)
        try:
            headers = {"Content-Type": "application/json"} if body is not None else {}
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        if answer.status >= 400:
            raise AssertionError(f"{method} {path}: {answer.status} {text!r}")
        return json.loads(text) if text else None

    def stop(self):
        """Asks the program to stop, and waits for it."""
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


class Relay:
    """Passes TCP connections on, and cuts the first one on which CUT comes down: it still passes, nothing behind it."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.host = "127.0.0.1:%d" % self.listener.getsockname()[1]
        self.cuts = 0
        self.lock = threading.Lock()
        self.target = None

    def aim(self, url):
        """Begins to relay to the origin of `url`."""
        parts = urlsplit(url)
        self.target = (parts.hostname, parts.port)
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self):
        """Takes no more connections. Those that are open end with their two ends."""
        # Wakes the thread that waits in accept; closing alone would not.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.create_connection(self.target)
            threading.Thread(target=self._up, args=(near, far), daemon=True).start()
            threading.Thread(target=self._down, args=(far, near), daemon=True).start()

    def _up(self, near, far):
        try:
            while chunk := near.recv(65536):
                far.sendall(chunk)
            far.shutdown(socket.SHUT_WR)
        except OSError:
            hang_up(far)

    def _down(self, far, near):
        tail = b""
        try:
            while chunk := far.recv(65536):
                left = self._left(tail, chunk)
                near.sendall(chunk[:left])
                if left is not None:
                    break
                tail = (tail + chunk)[-len(CUT) + 1 :]
        except OSError:
            pass
        hang_up(near)
        hang_up(far)

    def _left(self, tail, chunk):
        """How many bytes of the chunk are still to pass, if it is the one to be cut."""
        with self.lock:
            at = (tail + chunk).find(CUT)
            if self.cuts or at < 0:
                return None
            self.cuts = 1
            return at + len(CUT) - len(tail)


def hang_up(line):
    """Ends a connection both ways; whoever reads or writes it notices."""
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    line.close()


class FeedTest(unittest.TestCase):
    """A job of 60 events behind a relay that cuts once, and the account of one reader of it."""

    def setUp(self):
        self.relay = Relay()
        self.addCleanup(self.relay.stop)
        # A WebSocket is refused to hosts that are not trusted, and clients name the relay.
        server = Server("--allow-host", self.relay.host)
        self.addCleanup(server.stop)
        self.relay.aim(server.bench)
        job = server.ask("POST", "/api/jobs", {"source": "synthetic", "count": COUNT, "interval": "20ms"})
        self.path = f"/jobs/{job['job']}"
        self.epoch = job["epoch"]
        self.events = []
        self.told = []

    def url(self, transport, scheme="http"):
        """The feed by that transport, through the relay."""
        return f"{scheme}://{self.relay.host}{self.path}/{transport}"

    def take(self, element):
        """Keeps an element, and says whether it was the end event."""
        (self.events if "seq" in element else self.told).append(element)
        return element["type"] == "done"

    def cursor(self):
        """Where the reader stands."""
        return f"{self.epoch}.{self.events[-1]['seq']}" if self.events else "earliest"

    def has_the_end(self):
        return bool(self.events) and self.events[-1]["type"] == "done"

    def assert_whole(self):
        """Every event came once, in order, up to the end event, although the line was cut."""
        self.assertEqual([event["seq"] for event in self.events], list(range(1, COUNT + 2)))
        self.assertTrue(self.has_the_end())
        self.assertLessEqual({element["type"] for element in self.told}, {"hello"})
        self.assertEqual(self.relay.cuts, 1, "the line was cut")

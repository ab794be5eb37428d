"""The ledger held against a capture of the loopback interface that is taken while the run is played: the bytes of each connection,
each way, as the kernel put them on the wire, with what was sent twice told apart (RFC 9293 §3.4).

A packet socket (packet(7)) needs CAP_NET_RAW: without it the test says so and is skipped.
"""

import json
import os
import pathlib
import socket
import struct
import subprocess
import tempfile
import threading
import unittest
from urllib.parse import urlsplit

from bench import BINARY

# Seconds that a run of some two seconds may take.
BOUND = 120
ALL_PROTOCOLS = 0x0003
IPV4, TCP = 0x0800, 6
# linux/if_packet.h
SOL_PACKET, PACKET_STATISTICS, PACKET_OUTGOING = 263, 6, 4
SYN, RST = 0x02, 0x04
# Segments of one side that may belong to the end of a connection: its FIN or RST, and acknowledgements of what came last.
LAST = 4

SCENARIO = """
title = "All transports, on the loopback interface"
question = "Is what is counted what crossed?"
until = "30s"

[feed]
count = 40
interval = "25ms"

[[lane]]
name = "poll"
transport = "polling"
poll = "100ms"

[[lane]]
name = "long"
transport = "long-polling"

[[lane]]
name = "sse"
transport = "sse"
retry = "100ms"

[[lane]]
name = "fetch"
transport = "fetch-stream"
fetch = "resume"
again = "100ms"

[[lane]]
name = "ws"
transport = "websocket"
ws = "resume"
again = "100ms"

[[step]]
at = "200ms"
say = { lane = "ws", command = "pause" }

[[step]]
at = "300ms"
say = { lane = "ws", command = "resume" }

[[step]]
at = "400ms"
throw = { fault = "cut", how = "rst" }

[[step]]
at = "800ms"
throw = { fault = "cut", how = "fin", at = "event" }

[[expect]]
missed = 0
"""


class Capture(threading.Thread):
    """Keeps every packet that leaves by the loopback interface until it is stopped."""

    def __init__(self):
        super().__init__()
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL_PROTOCOLS))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 24)
        self.socket.bind(("lo", ALL_PROTOCOLS))
        # The end is noticed by a look at `ended`, between two packets.
        self.socket.settimeout(0.1)
        self.ended = threading.Event()
        self.packets = []

    def run(self):
        while True:
            # Asked before the look: what was sent before the end is there by then.
            ended = self.ended.is_set()
            try:
                packet, (_, protocol, kind, *_) = self.socket.recvfrom(1 << 17)
            except TimeoutError:
                if ended:
                    return
                continue
            # On this interface each packet is seen twice: leaving, and arriving.
            if protocol == IPV4 and kind == PACKET_OUTGOING:
                self.packets.append(packet[14:])

    def stop(self):
        """How many packets the kernel had no room for."""
        self.ended.set()
        self.join()
        _, dropped = struct.unpack("II", self.socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))
        self.socket.close()
        return dropped


class Way:
    """What one side of a connection sent."""

    def __init__(self):
        self.first = None
        self.ranges = []
        self.sent = 0
        self.segments = 0

    def take(self, seq, length):
        begin = (seq - self.first - 1) % (1 << 32)
        self.sent += length
        self.ranges.append((begin, begin + length))

    def whole(self):
        """Bytes from the first on, without a hole; and how many of them were sent again."""
        end = 0
        for begin, upto in sorted(self.ranges):
            if begin > end:
                raise AssertionError(f"bytes {end} to {begin} were not captured")
            end = max(end, upto)
        return end, self.sent - end


class Connection:
    """One TCP connection in the capture."""

    def __init__(self):
        self.up, self.down, self.reset = Way(), Way(), False


def connections(packets):
    """Those of the capture, by who opened them to whom: of each pair of addresses all, in their order."""
    opened, live = {}, {}
    for packet in packets:
        header = (packet[0] & 15) * 4
        total, protocol = struct.unpack("!2xH5xB", packet[:10])
        if protocol != TCP:
            continue
        tcp = packet[header:total]
        source_port, port, seq, _, offset, flags = struct.unpack("!HHIIBB", tcp[:14])
        source = (socket.inet_ntoa(packet[12:16]), source_port)
        to = (socket.inet_ntoa(packet[16:20]), port)
        if flags & SYN:
            connection = live.get((to, source))
            if connection and connection.down.first is None:
                connection.down.first = seq
                connection.down.segments = 1
            elif (source, to) not in live or live[source, to].up.first != seq:
                connection = live[source, to] = Connection()
                connection.up.first = seq
                connection.up.segments = 1
                opened.setdefault((source, to), []).append(connection)
            continue
        connection = live.get((source, to)) or live.get((to, source))
        if connection is None:
            continue
        way = connection.up if (source, to) in live else connection.down
        connection.reset |= bool(flags & RST)
        way.segments += 1
        payload = len(tcp) - (offset >> 4) * 4
        if payload and way.first is not None:
            way.take(seq, payload)
    return opened


class Loopback(unittest.TestCase):
    maxDiff = None

    def play(self, folder):
        """The record of a run, its ledger, and what was captured meanwhile."""
        folder = pathlib.Path(folder)
        story, runs, ledger = folder / "all.toml", folder / "runs", folder / "ledger.json"
        story.write_text(SCENARIO)
        try:
            capture = Capture()
        except PermissionError as refused:
            self.skipTest(f"no packet socket may be opened here: {refused}")
        capture.start()
        try:
            command = [BINARY, "play", story, "--clock", "real", "--bytes", "--out", runs]
            played = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=BOUND, text=True)
        finally:
            dropped = capture.stop()
        self.assertEqual(played.returncode, 0, played.stdout)
        self.assertEqual(dropped, 0, "the kernel had no room for some packets")
        record = next(runs.glob("*.jsonl"))
        command = [BINARY, "export", record, "--format", "roles", "--out", ledger]
        subprocess.run(command, check=True, timeout=BOUND)
        lines = [json.loads(line) for line in record.read_text().splitlines()]
        return lines, json.loads(ledger.read_text()), connections(capture.packets)

    def segments(self, name, end, connection):
        """The kernel was asked just before the socket was closed: FIN, RST and what answers them came after."""
        if end is None:
            return
        for counted, way in [(end["segments"]["sent"], connection.down), (end["segments"]["received"], connection.up)]:
            self.assertLessEqual(counted, way.segments, name)
            self.assertGreaterEqual(counted, way.segments - LAST, name)

    def test_the_ledger_of_each_connection_is_what_crossed_the_loopback_interface(self):
        with tempfile.TemporaryDirectory() as folder:
            lines, ledger, opened = self.play(folder)
        # One client may have the same port towards two servers.
        urls = {line["lane"]: urlsplit(line["url"]) for line in lines if line["kind"] == "connecting"}
        servers = {lane["origin"]: urls[lane["lane"]] for lane in lines[0]["lanes"]}
        peers = {line["conn"]: line for line in lines if line["kind"] == "opened" and "peer" in line}
        ends = {line["conn"]: line for line in lines if line["kind"] == "closed" and "in" in line}
        counted, captured, sums = {}, {}, [0, 0]
        for told in sorted(ledger["connections"], key=lambda told: int(told["connection"])):
            number = told["connection"]
            host, port = peers[number]["peer"].rsplit(":", 1)
            server = servers[peers[number]["origin"]]
            connection = opened[(host, int(port)), (server.hostname, server.port)].pop(0)
            (up, again_up), (down, again_down) = connection.up.whole(), connection.down.whole()
            name = f"{number} {'+'.join(told['lanes'])}{' reset' if connection.reset else ''}"
            counted[name] = [told["up"]["total"], told["down"]["total"]]
            captured[name] = [up, down]
            # A RST destroys what has arrived and was not read: nobody can count that.
            if connection.reset and counted[name][0] < up:
                captured[name][0] = counted[name][0]
            self.assertEqual([told["up"]["missed"], told["down"]["missed"]], [0, 0], name)
            if number in ends:
                self.assertEqual([ends[number]["in"], ends[number]["out"]], counted[name], name)
            self.segments(name, ends.get(number), connection)
            sums = [sums[0] + counted[name][0], sums[1] + counted[name][1]]
            if again_up + again_down:
                print(f"{name}: {again_up} and {again_down} bytes were sent again")
        self.assertEqual(counted, captured)
        self.assertEqual(sums, [ledger["run"]["up"]["total"], ledger["run"]["down"]["total"]])
        # That it is not about nothing: each lane was cut and came back, but for the pollers that stood still.
        lanes = [lane for told in ledger["connections"] for lane in told["lanes"]]
        self.assertEqual(set(lanes), {"poll", "long", "sse", "fetch", "ws"})
        self.assertTrue(any(name.endswith("reset") for name in counted), counted)
        self.assertTrue(all(lanes.count(lane) >= 2 for lane in ("sse", "fetch", "ws")), lanes)


if __name__ == "__main__":
    unittest.main()

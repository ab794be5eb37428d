"""The feed read by clients for Python that others wrote: httpx, httpx-sse and websockets."""

import json

import httpx
import httpx_sse
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import connect

from bench import PATIENCE, FeedTest


class Httpx(FeedTest):
    """An HTTP client: what is asked for again, and after which cursor, is its user's affair."""

    def setUp(self):
        super().setUp()
        # No proxy of the surroundings may stand in between.
        self.client = httpx.Client(trust_env=False, timeout=PATIENCE)
        self.addCleanup(self.client.close)

    def read_by_polls(self, transport):
        failed = 0
        while not self.has_the_end():
            try:
                answer = self.client.get(self.url(transport), params={"after": self.cursor()})
            except httpx.RemoteProtocolError:
                failed += 1
                continue
            self.assertEqual(answer.status_code, 200)
            for element in answer.json()["events"]:
                self.take(element)
        self.assertEqual(failed, 1, "only the cut makes a poll fail")
        self.assert_whole()
        self.assertEqual(self.client.get(self.url(transport), params={"after": self.cursor()}).status_code, 204)

    def test_httpx_reads_a_feed_by_polls_through_a_cut(self):
        self.read_by_polls("polling")

    def test_httpx_reads_a_feed_by_long_polls_through_a_cut(self):
        self.read_by_polls("long-polling")


class HttpxSse(FeedTest):
    """A reader of event streams on top of httpx: it reads one response, and its user keeps the last id."""

    def setUp(self):
        super().setUp()
        self.client = httpx.Client(trust_env=False, timeout=PATIENCE)
        self.addCleanup(self.client.close)

    def read_through_a_cut(self, method, transport, asked):
        """`asked` makes the arguments of a request from the last id."""
        self.sentinels = 0
        last = None
        for cut in (True, False):
            try:
                last = self.read(method, transport, asked(last), last)
                self.assertFalse(cut, "the first stream was to be cut")
            except httpx.RemoteProtocolError:
                self.assertTrue(cut, "only the cut makes it fail")
                last = self.cursor() if self.events else None
        self.assertEqual(last, self.cursor(), "the id of an event is its cursor")
        self.assert_whole()
        answer = self.client.request(method, self.url(transport), **asked(last))
        self.assertEqual(answer.status_code, 204)

    def read(self, method, transport, asked, last):
        with httpx_sse.connect_sse(self.client, method, self.url(transport), **asked) as source:
            for event in source.iter_sse():
                if event.data == "[DONE]":
                    self.sentinels += 1
                    continue
                element = json.loads(event.data)
                self.assertEqual(event.event, element["type"])
                self.take(element)
                last = event.id or last
        return last

    def test_httpx_sse_reads_a_feed_through_a_cut(self):
        self.read_through_a_cut("GET", "sse", lambda last: {"headers": {"Last-Event-ID": last} if last else {}})
        self.assertEqual(self.sentinels, 0)

    def test_httpx_sse_reads_a_post_that_streams_through_a_cut(self):
        self.read_through_a_cut("POST", "fetch-stream", lambda last: {"json": {"after": last} if last else {}})
        self.assertEqual(self.sentinels, 1)


class Websockets(FeedTest):
    """A WebSocket client: its user reconnects and carries the cursor."""

    def read(self):
        """Reads one connection until its Close, and gives the code."""
        url = f"{self.url('websocket', 'ws')}?after={self.cursor()}"
        with connect(url, proxy=None, open_timeout=PATIENCE) as line:
            for message in line:
                self.assertIsInstance(message, str)
                self.take(json.loads(message))
            return line.close_code

    def test_websockets_reads_a_feed_through_a_cut(self):
        with self.assertRaises(ConnectionClosedError) as cut:
            self.read()
        self.assertIsNone(cut.exception.rcvd, "no Close came")
        self.assertEqual(self.read(), 1000)
        self.assert_whole()
        self.assertEqual(self.read(), 1000, "who has the end is told so at once")
        self.assert_whole()

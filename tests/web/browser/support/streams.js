// A server that sends each stream once, in flushed pieces, and then watches who comes back: with which Last-Event-ID, and
// how long after the end. Written on bare sockets, for what goes out when, and which bytes come in, must be exact.
import { createServer } from 'node:net';
import { sleep } from './wait.js';

/** How long a piece is given to arrive alone; if it does not, the test is a little less sharp, and no less right. */
const APART = 10;
const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n';
const GONE = 'HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n';
const PAGE = 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<!doctype html><title>streams</title>';

/**
 * Starts it. `plays`: what is sent for each key, as pieces. `came(key)` answers what it knows of who came back:
 * `{again, waited, lastEventId}`.
 */
export async function startStreams(plays) {
  const known = new Map();
  const open = new Set();
  const server = createServer((socket) => {
    open.add(socket.setNoDelay(true));
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk) => {
      text += chunk;
      if (text.includes('\r\n\r\n')) answer(socket, text, plays, known);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    came: (key) => known.get(key) ?? {},
    async stop() {
      open.forEach((socket) => socket.destroy());
      await new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function answer(socket, text, plays, known) {
  const now = performance.now();
  const key = /^GET \/stream\/(\S+) /.exec(text)?.[1];
  if (!key) return void socket.end(PAGE);
  const before = known.get(key);
  if (before) {
    const told = /^last-event-id:(.*)\r$/im.exec(text)?.[1];
    const id = told === undefined ? undefined : Buffer.from(told, 'latin1').toString('utf8').replace(/^[ \t]+|[ \t]+$/g, '');
    known.set(key, { again: true, waited: now - before.ended, lastEventId: id });
    return void socket.end(GONE);
  }
  known.set(key, { ended: Infinity });
  for (const piece of [Buffer.from(HEAD), ...plays.get(key)]) {
    await new Promise((resolve) => socket.write(piece, () => resolve()));
    await sleep(APART);
  }
  known.set(key, { ended: performance.now() });
  socket.end();
}

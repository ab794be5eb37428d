// The npm package `ws`: a WebSocket client for Node.js. It does not reconnect: who uses it carries the cursor.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import test from 'node:test';
import WebSocket from 'ws';
import { within } from '../browser/support/wait.js';
import { throughACut } from './support.js';

test('ws reads on from its cursor after a cut, and is closed with 1000 after the end', { timeout: 60_000 }, async () => {
  await throughACut(async ({ feed, reader }) => {
    const url = (after) => feed('websocket', { after }).replace('http:', 'ws:');
    assert.deepEqual(await read(url('earliest'), reader), [1006, '']);
    const over = [1000, 'the job has ended'];
    assert.deepEqual(await read(url(reader.cursor()), reader), over);
    assert.deepEqual(await read(url(reader.cursor()), reader), over, 'who has the end is told so at once');
  });
});

/** Reads until the connection is closed, and says how. */
async function read(url, reader) {
  const socket = new WebSocket(url);
  socket.on('message', (data, isBinary) => {
    assert.equal(isBinary, false);
    reader.take(data.toString());
  });
  // An error is followed by `close`, which says how it was.
  socket.on('error', () => {});
  const [code, reason] = await within('reading to the close', 30_000, once(socket, 'close'));
  return [code, reason.toString()];
}

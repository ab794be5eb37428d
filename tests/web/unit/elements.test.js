// One element of the feed, in each encoding and however it was carried: what is noted of it, and where the reader stands.
import assert from 'node:assert/strict';
import test from 'node:test';
import { backOff, retryAfter, whereToGoOn } from '../../../web/transports/coming-back.js';
import { noteData, noteMessage } from '../../../web/transports/elements.js';
import { feedAddress, feedUrl, newReader } from '../../../web/transports/link.js';

/** A link that keeps what is noted. @param {string} encoding */
function listening(encoding) {
  /** @type {any[]} */
  const noted = [];
  const reader = newReader();
  /** @type {import('../../../web/transports/link.js').Link} */
  const link = {
    origin: 'http://127.0.0.2:8080', job: 'demo', lane: 'a-1', reader, now: () => 1,
    settings: { values: { encoding }, changed: {}, shown: {}, sent: { encoding, ids: 'off' } },
    note: (kind, fields) => noted.push({ kind, ...fields }),
  };
  return { link, reader, noted };
}

const text = { at: 1, bytes: 50, encoding: /** @type {'text'} */ ('text') };
const bytes = { at: 1, bytes: 50, encoding: /** @type {'binary'} */ ('binary') };
const hello = '{"type":"hello","job":"demo","epoch":"k","after":"k.4","head":9,"earliest":1}';

test('an event in CBOR is noted as its map says, with the bytes of its envelope', () => {
  const { link, noted } = listening('cbor');
  const body = Uint8Array.from(Buffer.from('a3637365710564747970656870726f6772657373646461746 1a16770657263656e7404'.replaceAll(' ', ''), 'hex'));
  noteMessage(link, body, bytes);
  assert.deepEqual(noted, [{
    kind: 'event', dir: 'down', job: 'demo', seq: 5, type: 'progress', time: undefined, payload: body.length, bytes: 50, encoding: 'binary', percent: 4,
  }]);
});

test('base64 in an event stream is undone, and noted as what it is', () => {
  const { link, noted } = listening('cbor');
  noteData(link, btoa(String.fromCharCode(0xa2, 0x63, 0x73, 0x65, 0x71, 0x01, 0x64, 0x74, 0x79, 0x70, 0x65, 0x61, 0x78)), { at: 1, bytes: 60 }, { type: 'x' });
  assert.deepEqual([noted[0].seq, noted[0].encoding, noted[0].payload, noted[0].bytes], [1, 'base64', 13, 60]);
});

test('raw on a WebSocket counts on from hello and from a gap, and knows no type and no time', () => {
  const { link, reader, noted } = listening('raw');
  for (const message of [hello, '{"percent":4}', '{"type":"gap","from":6,"to":40}', 'a line']) noteMessage(link, message, text);
  noteMessage(link, Uint8Array.of(1, 2, 3), bytes);
  const events = noted.filter((one) => one.kind === 'event').map(({ seq, type, time, payload, percent }) => [seq, type, time, payload, percent]);
  assert.deepEqual(events, [[5, 'raw', undefined, 13, 4], [41, 'raw', undefined, 6, undefined], [42, 'bytes', undefined, 3, undefined]]);
  assert.equal(reader.cursor, 'k.42');
});

test('raw in an event stream takes number and type from beside it, and a text may look like a remark', () => {
  const { link, reader, noted } = listening('raw');
  noteData(link, hello, text, { type: 'hello', seq: null });
  noteData(link, '{"type":"hello"}', text, { type: 'text', seq: 7 });
  noteData(link, 'AAEC', text, { type: 'bytes', seq: 8 });
  noteData(link, '{"percent":100}', text, { type: 'done', seq: 9 });
  assert.deepEqual(noted.slice(1).map(({ kind, seq, type, payload }) => [kind, seq, type, payload]),
    [['event', 7, 'text', 16], ['event', 8, 'bytes', 3], ['event', 9, 'done', 15]]);
  assert.deepEqual([reader.ended, reader.cursor], [true, 'k.9']);
});

test('who is told that its place was taken, or that it was removed, is to stay away', () => {
  for (const type of ['replaced', 'removed']) {
    const { link, reader, noted } = listening('json');
    noteMessage(link, `{"type":"${type}","client":"a-1","by":"websocket"}`, text);
    assert.equal(reader.away, type);
    assert.deepEqual([noted[0].kind, noted[0].client, noted[0].by], [type, 'a-1', 'websocket']);
  }
});

test('an ack tells how long its own command took', () => {
  const { link, noted } = listening('json');
  const asked = (/** @type {string} */ id) => (id === '7' ? 1 : undefined);
  noteMessage(link, '{"type":"ack","id":"7","command":"pause","ok":true}', { ...text, at: 5, asked });
  noteMessage(link, '{"type":"ack","id":"8","command":"pause","ok":true}', { ...text, at: 5, asked });
  assert.deepEqual(noted.map((one) => one.took), [4, undefined]);
});

test('the line of an event is noted by its beginning', () => {
  const { link, noted } = listening('json');
  noteMessage(link, JSON.stringify({ seq: 1, type: 'text', data: 'x'.repeat(900) }), text);
  noteMessage(link, JSON.stringify({ seq: 2, type: 'progress', data: { percent: 3, line: ' 3% done' } }), text);
  noteMessage(link, JSON.stringify({ seq: 3, type: 'progress', data: { percent: 3 } }), text);
  assert.deepEqual(noted.map((one) => one.text?.length), [160, 8, undefined]);
});

test('each request names its lane and its place in the pool; switches are said once', () => {
  const { link } = listening('raw');
  assert.equal(feedUrl(link, 'sse', { after: 'k.4' }).href,
    'http://127.0.0.2:8080/jobs/demo/sse?lane=a-1&client=a-1&encoding=raw&ids=off&after=k.4');
  assert.equal(feedAddress(link, 'fetch-stream').search, '?lane=a-1&client=a-1');
});

test('a reader without a cursor of its own goes on at the latest, once it has been there', () => {
  const reader = newReader();
  assert.deepEqual([whereToGoOn(reader, false), whereToGoOn(reader, true)], ['earliest', 'earliest']);
  Object.assign(reader, { opened: true, cursor: 'k.4' });
  assert.deepEqual([whereToGoOn(reader, false), whereToGoOn(reader, true)], ['latest', 'k.4']);
});

test('waits grow, have a ceiling, and leave half to chance', () => {
  for (let failures = 0; failures < 40; failures += 1) {
    const most = Math.min(10_000, 500 * 2 ** failures);
    const wait = backOff(failures);
    assert.ok(wait >= most / 2 && wait <= most, `${failures}: ${wait}`);
  }
});

test('Retry-After is read where it is in seconds', () => {
  assert.deepEqual(['3', ' 5 ', '0', null, '', '-1', '1.5', 'Wed, 21 Oct 2026 07:28:00 GMT'].map(retryAfter),
    [3000, 5000, 0, null, null, null, null, null]);
});

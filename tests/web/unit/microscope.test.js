// The microscope on the golden connections (tests/golden/README.md): each byte is counted, each event found by its number
// with its payload and what is around it, and its memory is bounded.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Microscope } from '../../../web/model/microscope.js';
import { Strip, wholeChunks, wholeFrames } from '../../../web/model/wire-strip.js';
import { base64Of, concat, payloadOf, sumsOf, unmasked } from '../../../web/model/wire-thing.js';
import { ROLES } from '../../../web/proto/dissect/kinds.js';
import { cases } from '../support/wire.js';

/** @typedef {import('../../../web/proto/dissect.js').Span} Span */
/** @typedef {import('../support/wire.js').Way} Way */

const golden = new Map(cases().map((one) => [one.name, one]));
const transportOf = (/** @type {string} */ name) =>
  ['polling', 'long-polling', 'sse', 'fetch-stream', 'websocket'].find((one) => name.startsWith(one)) ?? null;

/** @param {string} name */
function caseOf(name) {
  const found = golden.get(name);
  assert.ok(found, name);
  return found;
}

/**
 * @param {Microscope} scope
 * @param {string} lane
 * @param {[Way, Uint8Array][]} pieces
 */
function play(scope, lane, pieces, { connection = 1, transport = /** @type {string|null} */ (null) } = {}) {
  pieces.forEach(([way, bytes], index) =>
    scope.hear({ connection, lane, transport, at: 1000 + index, way, bytes: Buffer.from(bytes).toString('base64') }));
}

/** @param {string} name */
function seen(name) {
  const scope = new Microscope();
  play(scope, 'a', caseOf(name).pieces, { transport: transportOf(name) });
  scope.hear({ connection: 1, lane: 'a', transport: null, ended: true });
  return scope;
}

/** @param {Microscope} scope @param {string} key */
function only(scope, key) {
  const found = scope.at('a', key);
  assert.equal(found.length, 1, `${key}: ${scope.seqs()} ${scope.others()}`);
  return found[0];
}

const textOf = (/** @type {Uint8Array} */ bytes) => Buffer.from(bytes).toString('utf8');

test('each byte of a reader is counted under its role, as the golden files have it', () => {
  for (const [name, { spans, pieces }] of golden) {
    if (!transportOf(name) || pieces.some(([way, bytes]) => way === 'up' && /^GET \/(?!jobs\/)/m.test(textOf(bytes)))) continue;
    const lane = seen(name).lanes.get('a');
    assert.ok(lane, name);
    for (const way of /** @type {const} */ (['up', 'down'])) {
      for (const role of ROLES) {
        const own = /** @type {Span[]} */ (spans).filter((one) => one.way === way && one.role === role);
        assert.equal(lane.totals[way][role], own.reduce((sum, one) => sum + one.length, 0), `${name}, ${way}, ${role}`);
      }
    }
    assert.equal(lane.unheard, 0);
  }
});

test('each event is found by its number, whichever way it says it', () => {
  for (const [name, seqs] of /** @type {[string, number[]][]} */ ([
    ['sse-json', [1, 2, 3, 4, 5]], ['fetch-stream-json', [1, 2, 3]], ['websocket-json', [1, 2, 3, 4, 5]], ['polling-json', [1, 2, 3]],
    ['polling-binary', [2, 3]], ['websocket-binary', [1, 2, 3]], ['polling-raw', [4]], ['sse-raw', [1, 2, 3]], ['long-polling-held', [2]],
    ['fetch-stream-binary', [2, 3]],
  ])) assert.deepEqual(seen(name).seqs(), seqs, name);
  assert.ok(seen('polling-cbor').seqs().length > 0);
  assert.deepEqual(seen('websocket-json').others(), ['ack', 'command pause', 'command resume', 'control', 'heartbeat', 'hello']);
});

test('an event has its own bytes, and those of the exchange that it shares', () => {
  const sse = only(seen('sse-json'), '#2');
  assert.deepEqual(sumsOf(sse.cuts), { head: 0, framing: 47, payload: 108, heartbeat: 0, control: 0, unparsed: 0 });
  assert.match(textOf(payloadOf(sse)), /^\{"seq":2,.*\}$/);
  assert.match(textOf(concat(sse.exchange.heads.up.map(({ bytes }) => bytes))), /^GET \/jobs\/demo\/sse\?.*\r\n\r\n$/s);
  const poll = only(seen('polling-json'), '#2');
  assert.equal(sumsOf(poll.cuts).framing, 0);
  assert.equal(sumsOf(poll.exchange.around).framing, concat(poll.exchange.around.map(({ bytes }) => bytes)).length);
  assert.match(textOf(concat(poll.exchange.around.map(({ bytes }) => bytes))), /^\{"epoch":.*"events":\[,,\]\}$/);
  assert.equal(poll.exchange.things, 3);
});

test('a command is told without its mask', () => {
  const command = only(seen('websocket-json'), 'command pause');
  assert.equal(command.way, 'up');
  assert.equal(textOf(payloadOf(command)), '{"command":"pause","id":"7"}');
  const masked = command.cuts.find(({ span }) => span.mask);
  assert.ok(masked);
  assert.notDeepEqual(unmasked(masked), masked.bytes);
  assert.equal(sumsOf(command.cuts).framing, 6);
});

test('what base64 costs is told wherever it is', () => {
  assert.deepEqual(base64Of(only(seen('sse-raw'), '#2')), { text: 8, bytes: 5 });
  assert.deepEqual(base64Of(only(seen('polling-json'), '#3')), { text: 8, bytes: 5 });
  assert.equal(base64Of(only(seen('sse-json'), '#1')), null);
  assert.equal(base64Of(only(seen('polling-binary'), '#3')), null);
  const base64 = base64Of(only(seen('fetch-stream-binary'), '#2'));
  assert.ok(base64 && base64.text === 4 * Math.ceil(base64.bytes / 3), JSON.stringify(base64));
});

test('raw text of two lines is one payload', () => {
  assert.equal(textOf(payloadOf(only(seen('sse-raw'), '#1'))), 'two\nlines');
});

test('who listens in the middle of a stream finds the next event and says what was before', () => {
  const streams = /** @type {[string, RegExp][]} */ ([['sse-json', /^(GET|HTTP)/], ['websocket-json', /^(GET|HTTP)/]]);
  for (const [name, head] of streams) {
    const scope = new Microscope();
    const transport = transportOf(name);
    scope.hear({ connection: 1, lane: 'a', transport, before: { up: 100, down: 1000 } });
    const rest = caseOf(name).pieces.filter(([, bytes]) => !head.test(textOf(bytes)));
    // The tail of something comes first: of it nothing can be said.
    play(scope, 'a', [['down', Buffer.from('":4}}\n\n\r\n')], ...rest, ...cut(caseOf(name))], { transport });
    assert.ok(scope.seqs().includes(5), `${name}: ${scope.seqs()}`);
    const thing = only(scope, '#5');
    assert.equal(thing.exchange.headless, true);
    assert.deepEqual(thing.exchange.heads, { up: [], down: [] });
    assert.equal(scope.lanes.get('a')?.unheard, 1109, name);
  }
});

/** The whole chunks or frames of what went down, behind the head. @param {import('../support/wire.js').Case} golden @returns {[Way, Uint8Array][]} */
function cut({ pieces }) {
  const down = Buffer.concat(pieces.filter(([way]) => way === 'down').map(([, bytes]) => bytes));
  return [['down', down.subarray(down.indexOf('\r\n\r\n') + 4)]];
}

test('a request is a place to begin, whatever was before', () => {
  const scope = new Microscope();
  scope.hear({ connection: 1, lane: 'a', transport: 'polling', before: { up: 7, down: 9 } });
  play(scope, 'a', [['down', Buffer.from('the end of an answer')], ...caseOf('polling-json').pieces], { transport: 'polling' });
  assert.deepEqual(scope.seqs(), [1, 2, 3]);
  assert.equal(only(scope, '#1').exchange.headless, false);
  assert.equal(scope.lanes.get('a')?.unheard, 16 + 20);
});

test('whole chunks and whole frames are told from others', () => {
  const bytes = (/** @type {string} */ text) => Buffer.from(text, 'latin1');
  assert.ok(wholeChunks(bytes('3\r\nabc\r\nA\r\n0123456789\r\n')));
  for (const no of ['', '3\r\nab\r\n', '3\r\nabcd\r\n', 'x\r\n', '3\r\nabc\r\n1']) assert.ok(!wholeChunks(bytes(no)), no);
  assert.ok(wholeFrames(bytes('\x81\x03abc\x89\x00'), false));
  assert.ok(wholeFrames(bytes('\x81\x83keyyabc'), true));
  for (const no of ['', '\x81', '\x81\x03ab', '\x81\x03abcd', '\x81\x83keyyabc', '\x00\x03abc']) assert.ok(!wholeFrames(bytes(no), false), no);
});

test('memory is bounded, and what was let go is counted', () => {
  const scope = new Microscope(20_000);
  const event = (/** @type {number} */ seq) => {
    const data = `{"seq":${seq},"time":1,"type":"text","data":"${'x'.repeat(100)}"}`;
    const block = `data: ${data}\n\n`;
    return /** @type {[Way, Uint8Array]} */ (['down', Buffer.from(`${block.length.toString(16)}\r\n${block}\r\n`)]);
  };
  const head = /** @type {[Way, Uint8Array][]} */ ([['up', Buffer.from('GET /jobs/j/sse?lane=b HTTP/1.1\r\n\r\n')],
    ['down', Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-type: text/event-stream\r\n\r\n')]]);
  play(scope, 'a', [...head, ...Array.from({ length: 1000 }, (_, at) => event(at + 1))], { transport: 'sse' });
  const lane = scope.lanes.get('b');
  assert.ok(lane && lane.held <= 20_000, `${lane?.held}`);
  const seqs = scope.seqs();
  assert.equal(seqs.at(-1), 1000);
  assert.ok(seqs.length > 20 && seqs.length < 200, `${seqs.length}`);
  assert.equal(lane.letGo.things, 1000 - seqs.length);
  assert.equal(scope.at('b', '#1000')[0].exchange.heads.up.length > 0, true, 'the head of the stream is still there');
  assert.deepEqual(scope.at('b', '#1'), []);
});

test('polls that bring nothing hold nothing, and one that does is not pushed out by them', () => {
  const scope = new Microscope(20_000);
  play(scope, 'a', caseOf('polling-json').pieces);
  const none = caseOf('polling-not-modified').pieces.slice(2, 4);
  assert.match(textOf(none[1][1]), / 304 /);
  for (let round = 0; round < 500; round += 1) play(scope, 'a', none, { connection: 2 });
  assert.deepEqual(scope.seqs(), [1, 2, 3]);
});

test('a payload of megabytes keeps its beginning and its length', () => {
  const scope = new Microscope();
  const body = Buffer.concat([Buffer.from('{"seq":9,"time":1,"type":"text","data":"'), Buffer.alloc(2_000_000, 'x'), Buffer.from('"}')]);
  const frame = Buffer.concat([Buffer.of(0x81, 127, 0, 0, 0, 0, 0, 0x1e, 0x84, 0xaa), body]);
  assert.equal(body.length, 0x1e84aa);
  scope.hear({ connection: 1, lane: 'a', transport: 'websocket', before: { up: 1, down: 1 } });
  play(scope, 'a', [['down', frame]], { transport: 'websocket' });
  const thing = only(scope, '#9');
  assert.equal(thing.length, frame.length);
  assert.ok(thing.held < 9000);
});

test('a strip that lost its place says how much it could not read', () => {
  const strip = new Strip();
  strip.lose(10);
  assert.deepEqual(strip.take('down', Buffer.from('whatever'), 'sse'), []);
  assert.equal(strip.unheard, 18);
});

test('a request that is about no feed is nobody\'s', () => {
  const scope = new Microscope();
  play(scope, 'a', [['up', Buffer.from('GET /lane.html HTTP/1.1\r\n\r\n')], ['down', Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi')]]);
  assert.deepEqual([scope.seqs(), scope.others(), [...scope.lanes.values()].map(({ held }) => held)], [[], [], [0]]);
});

test('what is compressed since before is said to be, and is no event stream', () => {
  const scope = new Microscope();
  scope.hear({ connection: 1, lane: 'a', transport: 'sse', before: { up: 100, down: 1000 } });
  const deflated = Buffer.from([0x3a, 0x0a, 0xcb, 0x48, 0xcd, 0x00, 0x00, 0x00, 0xff, 0xff]);
  const chunk = Buffer.concat([Buffer.from('a\r\n'), deflated, Buffer.from('\r\n')]);
  play(scope, 'a', [['down', chunk], ['down', chunk]], { transport: 'sse' });
  const thing = only(scope, 'compressed');
  assert.equal(thing.exchange.headless, true);
  assert.deepEqual([sumsOf(thing.cuts).payload, sumsOf(thing.cuts).heartbeat], [10, 0]);
  assert.equal(scope.lanes.get('a')?.compressed, true);
  assert.equal(seen('sse-gzip').lanes.get('a')?.compressed, true, 'from its head on as well');
  assert.equal(seen('sse-json').lanes.get('a')?.compressed, false);
});

test('raw messages of a WebSocket are counted on from hello and from a gap', () => {
  const frame = (/** @type {string} */ said) => Buffer.concat([Buffer.of(0x81, said.length), Buffer.from(said)]);
  const head = (/** @type {string} */ query) => /** @type {[Way, Uint8Array][]} */ ([
    ['up', Buffer.from(`GET /jobs/j/websocket?lane=a${query} HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`)],
    ['down', Buffer.from('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')],
  ]);
  const down = (/** @type {string[]} */ ...said) => said.map((one) => /** @type {[Way, Uint8Array]} */ (['down', frame(one)]));
  const said = down('{"type":"hello","epoch":"k3f9","after":"k3f9.3"}', 'four', '{"seq":99}', '{"type":"gap","from":6,"to":9}', 'ten');
  const scope = new Microscope();
  play(scope, 'a', [...head('&encoding=raw'), ...said.slice(0, 2), ['down', Buffer.of(0x89, 0)], ...said.slice(2)], { transport: 'websocket' });
  assert.deepEqual(scope.seqs(), [4, 5, 10]);
  assert.equal(textOf(payloadOf(only(scope, '#5'))), '{"seq":99}', 'what a payload says of itself counts for nothing');
  assert.equal(textOf(payloadOf(only(scope, '#10'))), 'ten');
  const late = new Microscope();
  late.hear({ connection: 1, lane: 'a', transport: 'websocket', before: { up: 1, down: 1 } });
  play(late, 'a', down('four', 'five'), { transport: 'websocket' });
  assert.deepEqual([late.seqs(), late.others()], [[], ['unnumbered']]);
});

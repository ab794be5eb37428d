// The page's clients against servers made of nothing: how many polls are under way, and when a client comes back that has
// no reconnect of its own.
import assert from 'node:assert/strict';
import test from 'node:test';
import { laneSettings } from '../../../web/model/lane-settings.js';
import { parseSettings } from '../../../web/model/settings.js';
import { newReader } from '../../../web/transports/link.js';
import { transportNamed } from '../../../web/transports/index.js';
import { switches } from './support.js';

/** An XMLHttpRequest that is answered by the test. */
class Xhr {
  /** @type {Xhr[]} */
  static all = [];
  status = 200;
  readyState = 4;
  timeout = 0;
  /** @type {Uint8Array|null} */
  response = null;
  onload = () => {};
  onerror = () => {};
  ontimeout = () => {};
  aborted = false;
  open() {}
  setRequestHeader() {}
  getResponseHeader() { return null; }
  abort() { this.aborted = true; }
  send() { Xhr.all.push(this); }

  /** @param {number} from @param {number} to */
  answer(from, to) {
    const events = Array.from({ length: to - from + 1 }, (_, i) => ({ seq: from + i, time: 1, type: 'progress', data: { percent: 1 } }));
    this.response = new TextEncoder().encode(JSON.stringify({ epoch: 'e', cursor: `e.${to}`, head: to, ended: false, more: false, events }));
    this.onload();
  }
}

/** A WebSocket that opens and closes when the test says so. */
class Socket {
  static OPEN = 1;
  static CLOSED = 3;
  /** @type {Socket[]} */
  static all = [];
  readyState = 0;
  binaryType = '';
  onopen = () => {};
  /** @type {(event: {data: string}) => void} */
  onmessage = () => {};
  onerror = () => {};
  /** @type {(event: {code: number, reason: string, wasClean: boolean}) => void} */
  onclose = () => {};
  /** @param {URL} url */
  constructor(url) {
    this.url = url;
    Socket.all.push(this);
  }

  open() {
    this.readyState = 1;
    this.onopen();
  }

  close() {}

  cut() {
    this.readyState = 3;
    this.onclose({ code: 1006, reason: '', wasClean: false });
  }
}

/**
 * A client of `lane`, as the address writes it, in a time that the test moves.
 * @param {import('node:test').TestContext} context
 * @param {string} lane
 */
function play(context, lane) {
  context.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  Object.assign(globalThis, { XMLHttpRequest: Xhr, WebSocket: Socket });
  Xhr.all = [];
  Socket.all = [];
  const { settings, mistakes } = parseSettings(`?lanes=${lane}`, switches);
  assert.deepEqual(mistakes, []);
  /** @type {{kind: string, [field: string]: any}[]} */
  const notes = [];
  const link = {
    origin: 'http://127.0.0.2:1', job: 'j', lane: 'l-1', settings: laneSettings(settings, 0, switches), reader: newReader(),
    note: (/** @type {string} */ kind, /** @type {object} */ fields = {}) => notes.push({ kind, ...fields }), now: () => Date.now(),
  };
  const client = transportNamed(settings.lanes[0].transport).open(/** @type {any} */ (link));
  // By steps: what a timer sets is counted from the end of a step.
  const tick = (/** @type {number} */ by) => {
    for (let gone = 0; gone < by; gone += 1) context.mock.timers.tick(1);
  };
  return { client, notes, tick, kinds: () => notes.map(({ kind }) => kind) };
}

test('polls follow one another, however long an answer takes', (context) => {
  const { tick } = play(context, 'polling(poll=100ms)');
  tick(1000);
  assert.equal(Xhr.all.length, 1);
  assert.equal(Xhr.all[0].timeout, 5000);
  Xhr.all[0].answer(1, 3);
  tick(99);
  assert.equal(Xhr.all.length, 1);
  tick(1);
  assert.equal(Xhr.all.length, 2);
});

test('polls that may overlap set out at their pace, up to so many, and the next as soon as one is over', (context) => {
  const { tick, notes, client } = play(context, 'polling(poll=100ms;overlap=3;poll-timeout=2s)');
  assert.equal(Xhr.all.length, 1);
  assert.equal(Xhr.all[0].timeout, 2000);
  tick(100);
  assert.equal(Xhr.all.length, 2);
  tick(900);
  assert.equal(Xhr.all.length, 3, 'no more than three are under way');
  Xhr.all[1].answer(1, 2);
  assert.equal(Xhr.all.length, 4, 'one was due long ago');
  Xhr.all[0].answer(1, 2);
  assert.equal(Xhr.all.length, 4, 'the next has its time');
  // Both asked from the beginning: what polls that overlap cost.
  assert.deepEqual(notes.filter(({ kind }) => kind === 'event').map(({ seq }) => seq), [1, 2, 1, 2]);
  client.close('hand');
  assert.ok(Xhr.all[2].aborted && Xhr.all[3].aborted);
  tick(5000);
  assert.equal(Xhr.all.length, 4, 'closed is closed');
});

test('a failure of one of several polls keeps the next away', (context) => {
  const { tick, kinds } = play(context, 'polling(poll=100ms;overlap=2)');
  tick(100);
  tick(500);
  Xhr.all[0].onerror();
  assert.deepEqual(kinds().slice(-2), ['failed', 'waiting']);
  assert.equal(Xhr.all.length, 2);
  tick(100);
  assert.equal(Xhr.all.length, 3);
});

test('a bare WebSocket stays away, one that restarts comes back without a cursor, one that resumes with it', (context) => {
  for (const [ws, again] of /** @type {[string, string|null][]} */ ([['bare', null], ['restart', 'latest'], ['resume', 'e.2']])) {
    const { tick, notes } = play(context, `websocket(ws=${ws};again=300ms)`);
    Socket.all[0].open();
    Socket.all[0].onmessage({ data: '{"type":"hello","job":"j","epoch":"e","after":"e.0","head":2,"earliest":1}' });
    for (const seq of [1, 2]) Socket.all[0].onmessage({ data: `{"seq":${seq},"time":1,"type":"text","data":"x"}` });
    Socket.all[0].cut();
    const waiting = notes.find(({ kind }) => kind === 'waiting');
    assert.equal(waiting?.wait, again === null ? undefined : 300, ws);
    tick(299);
    assert.equal(Socket.all.length, 1, ws);
    tick(1);
    assert.equal(Socket.all[1]?.url.searchParams.get('after') ?? null, again, ws);
    // Each time the same, and for ever: no back-off.
    for (let n = 2; again !== null && n < 6; n += 1) {
      Socket.all[n - 1].cut();
      tick(300);
      assert.equal(Socket.all.length, n + 1, ws);
    }
    context.mock.timers.reset();
  }
});

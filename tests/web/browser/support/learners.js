// Learners without a browser: they join a class, bet, read three lanes each (event stream and polling come back with their
// cursor, the WebSocket stays away, as browsers have them) and say once a second how these are.
import http from 'node:http';
import { EventStream } from '../../../../web/proto/event-stream.js';
import { sleep } from './wait.js';

const BACK_MS = 400;
const TELL_MS = 1000;

/** Joins `count` of them; `stop()` ends all. */
export async function startLearners(bench, code, count) {
  const gone = new AbortController();
  const learners = [];
  for (let n = 1; n <= count; n += 1) {
    const { secret } = await ask(bench, '', '/api/class/join', { code, name: NAMES[(n - 1) % NAMES.length] + (n > NAMES.length ? ` ${n}` : '') });
    learners.push({ n, secret, lanes: [] });
  }
  return {
    /** All bet, a third of them on what will not be. */
    bet: (bets) => Promise.all(learners.flatMap(({ n, secret }) => bets.map((bet) => ask(bench, secret, '/api/class/bet', { bet, answer: n % 3 === 0 ? 'gone' : 'all' })))),
    /** All connect to this job and tell of it until the end. */
    read(job, origins) {
      for (const learner of learners) {
        learner.lanes = ['sse', 'websocket', 'polling'].map((transport, index) => startLane(transport, origins[index % origins.length], job, `n${learner.n}-${transport}`, gone.signal));
        void tellOf(bench, learner, job, gone.signal);
      }
    },
    lanes: () => learners.flatMap(({ lanes }) => lanes),
    stop: () => gone.abort(),
  };
}

const NAMES = ['Ada Lovelace', 'Grace', 'Barbara', '张伟', 'Edsger', 'Donald', 'Radia Perlman', 'Vint', 'Tim', 'Margaret Hamilton', 'Linus', 'Ken', 'Dennis', 'Bjarne', 'Frances', '王芳', 'Alan', 'Hedy', 'Katherine', 'Annie', 'Jean', 'Karen Spärck Jones', 'Leslie', 'Robin', 'Shafi', 'Sophie', 'Anita', 'Lynn <b>', 'Maximilian-Alexander von Hohenstein'];

async function ask(bench, shown, path, body) {
  const headers = { 'Content-Type': 'application/json', ...(shown ? { Authorization: `Bearer ${shown}` } : {}) };
  const answer = await fetch(new URL(path, bench), { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw Object.assign(new Error(`${path}: ${answer.status} ${text}`), { status: answer.status });
  return text ? JSON.parse(text) : null;
}

async function tellOf(bench, { secret, lanes }, job, signal) {
  while (!signal.aborted) {
    // Who is gone misses what the others have had since.
    const head = Math.max(...lanes.map(({ told }) => told.last));
    for (const { told } of lanes) if (told.state === 'closed') told.missed = head - told.last;
    // Too soon, or the class has moved on: the next word is newer.
    await ask(bench, secret, '/api/class/tell', { job, lanes: lanes.map(({ told }) => told) }).catch(() => {});
    await sleep(TELL_MS);
  }
}

function startLane(transport, origin, job, name, signal) {
  const told = { transport, state: 'idle', delivered: 0, missed: 0, repeated: 0, attempts: 0, last: 0, lost: 0, 'back-after': null };
  const lane = { told, cursor: 'earliest', lostAt: 0, epoch: '' };
  void (async () => {
    const read = { sse, websocket, polling }[transport];
    while (!signal.aborted && told.state !== 'ended') {
      told.attempts += 1;
      if (told.state === 'idle') told.state = 'connecting';
      const url = new URL(`/jobs/${job}/${transport}?after=${lane.cursor}&lane=${name}&client=${name}`, origin);
      await read(url, lane, signal).catch(() => {});
      if (signal.aborted || told.state === 'ended') return;
      if (told.state === 'open') lose(lane);
      if (transport === 'websocket') return void (told.state = 'closed');
      await sleep(BACK_MS);
    }
  })();
  return lane;
}

function lose(lane) {
  Object.assign(lane.told, { lost: lane.told.lost + 1, state: 'waiting', 'back-after': null });
  lane.lostAt = Date.now();
}

function opened({ told, lostAt }) {
  if (told.state === 'waiting') told['back-after'] = Date.now() - lostAt;
  told.state = 'open';
}

function enter(lane, event) {
  if (event.epoch) lane.epoch = event.epoch;
  if (event.seq === undefined) return;
  const { told } = lane;
  if (event.seq <= told.last) told.repeated += 1;
  else Object.assign(told, { delivered: told.delivered + 1, missed: told.missed + event.seq - told.last - 1, last: event.seq });
  lane.cursor = `${lane.epoch}.${told.last}`;
  if (event.type === 'done') told.state = 'ended';
}

async function sse(url, lane, signal) {
  const answer = await fetch(url, { signal });
  if (!answer.ok) return;
  opened(lane);
  const stream = new EventStream();
  for await (const bytes of answer.body) {
    for (const block of stream.push(bytes)) if (block.kind === 'event') enter(lane, JSON.parse(block.data));
  }
}

async function polling(url, lane, signal) {
  const answer = await fetch(url, { signal });
  if (!answer.ok) return;
  const { epoch, events } = await answer.json();
  opened(lane);
  for (const event of events) enter(lane, { ...event, epoch });
  // From answer to answer it is open; only a request that fails is a loss.
  if (lane.told.state === 'open') {
    await sleep(500);
    const next = new URL(url);
    next.searchParams.set('after', lane.cursor);
    return polling(next, lane, signal);
  }
}

/** The text messages of a socket; frames of a server are not masked (RFC 6455 section 5.1). */
function websocket(url, lane, signal) {
  return new Promise((resolve) => {
    const headers = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==' };
    const request = http.get(url, { headers, signal });
    request.on('error', resolve).on('response', resolve).on('upgrade', (_, socket, head) => {
      opened(lane);
      let kept = head;
      const take = (bytes) => {
        kept = Buffer.concat([kept, bytes]);
        for (let frame = first(kept); frame; frame = first(kept)) {
          kept = kept.subarray(frame.end);
          if (frame.opcode === 1) enter(lane, JSON.parse(frame.payload.toString('utf8')));
        }
      };
      take(Buffer.alloc(0));
      socket.on('data', take).on('error', resolve).on('close', resolve).on('end', () => socket.destroy());
    });
  });
}

function first(bytes) {
  if (bytes.length < 2) return null;
  const short = bytes[1] & 0x7f;
  const head = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < head) return null;
  const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  const end = head + length;
  return bytes.length < end ? null : { opcode: bytes[0] & 0xf, payload: bytes.subarray(head, end), end };
}

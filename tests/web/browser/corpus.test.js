// The corpus of event streams, in real browsers: each input whole and cut at three places, to an EventSource of the
// browser. What it makes of them is what the corpus says of that browser; and what the corpus says, our profiles are held
// against by `cargo test --test corpus`. What does not agree is asked again alone, and then printed as a table.
import assert from 'node:assert/strict';
import test from 'node:test';
import { cases } from '../support/corpus.js';
import { launch, names } from './support/browsers.js';
import { startStreams } from './support/streams.js';
import { until, within } from './support/wait.js';

/** What has not come back by then waits for days; every other reconnection time in the corpus is far below. */
const LATER = 20_000;
const DEFAULTS = { chromium: 3_000, firefox: 5_000 };
/** Streams under way at a time: browsers have six connections to an origin, and one is left to who comes back. */
const AT_ONCE = 5;

/** Three places: where a decoder may stumble, then wherever they part it evenly. */
function places(bytes) {
  const inside = (test) => bytes.findIndex((byte, at) => at > 0 && test(byte, bytes[at - 1]));
  const found = [
    inside((byte, before) => byte === 0x0a && before === 0x0d),
    inside((byte) => (byte & 0xc0) === 0x80),
    bytes.length - 1,
    ...[2, 4, 3, 8].map((part) => Math.floor(bytes.length / part)),
  ];
  return [...new Set(found)].filter((at) => at > 0 && at < bytes.length).slice(0, 3);
}

/** The ways a case is sent: whole, and in two. */
const ways = ({ bytes }) => [[bytes], ...places(bytes).map((at) => [bytes.subarray(0, at), bytes.subarray(at)])];

/** Runs in the page: opens the streams, a few at a time, and writes down what comes until they are closed for good. */
function listen({ keys, types, atOnce }) {
  const seen = {};
  window.seen = seen;
  const next = () => {
    const key = keys.shift();
    if (key === undefined) return;
    seen[key] = { events: [], closed: false };
    const source = new EventSource(`/stream/${key}`);
    for (const type of types) {
      source.addEventListener(type, (event) => {
        if (!(event instanceof MessageEvent)) return;
        seen[key].events.push({ type: event.type, data: event.data, lastEventId: event.lastEventId });
      });
    }
    let first = true;
    source.addEventListener('error', (event) => {
      if (event instanceof MessageEvent) return;
      seen[key].closed = source.readyState === EventSource.CLOSED;
      if (first) next();
      first = false;
    });
  };
  for (let at = 0; at < atOnce; at += 1) next();
}

/** All ways of these cases in a page of their own: what was seen and who came back, by case. */
async function play(browser, some, types) {
  const plays = new Map(some.flatMap((one) => ways(one).map((pieces, way) => [`${one.name}/${way}`, pieces])));
  const expected = (key) => waitOf(some.find((one) => key.startsWith(`${one.name}/`)).outcomes[browser.name], browser.name);
  const patient = [...plays.keys()].filter((key) => expected(key) < LATER);
  const server = await startStreams(plays);
  try {
    const page = await browser.newPage();
    await page.goto(`${server.origin}/`);
    await page.evaluate(listen, { keys: [...plays.keys()], types, atOnce: AT_ONCE });
    const closed = () => page.evaluate(() => Object.keys(window.seen).filter((key) => window.seen[key].closed));
    const missing = async () => {
      const now = new Set(await closed());
      return patient.filter((key) => !now.has(key));
    };
    // Who should have come back and does not is a mismatch, told in the table.
    await until('every stream to be closed', async () => !(await missing()).length, { limit: 120_000, every: 250, seen: missing })
      .catch((error) => console.log(error.message));
    const seen = await page.evaluate(() => window.seen);
    return some.map((one) => ({ one, runs: ways(one).map((_, way) => ({ ...seen[`${one.name}/${way}`], ...server.came(`${one.name}/${way}`) })) }));
  } finally {
    await browser.closePages();
    await server.stop();
  }
}

const waitOf = ({ reconnectionTime }, name) => (reconnectionTime === 'default' ? DEFAULTS[name] : reconnectionTime);

/** What of a case is not as wanted: `[what, wanted, found]`. */
function mismatches({ one, runs }, name) {
  const wanted = one.outcomes[name];
  const found = [];
  runs.forEach((run, way) => {
    const at = way === 0 ? 'whole' : `cut at ${places(one.bytes)[way - 1]}`;
    if (!same(run.events, wanted.events)) found.push([`events, ${at}`, wanted.events, run.events]);
    const id = wanted.lastEventId ? wanted.lastEventId.replace(/^[ \t]+|[ \t]+$/g, '') : undefined;
    if (run.again && run.lastEventId !== id) found.push([`Last-Event-ID, ${at}`, id, run.lastEventId]);
  });
  const wait = waitOf(wanted, name);
  // The least of all samples is what the browser does; what the others have more is the machine's.
  const least = Math.min(...runs.map((run) => (run.again ? run.waited : Infinity)));
  const right = wait >= LATER ? least === Infinity : least >= wait * 0.95 && least <= wait + 1_800;
  if (!right) found.push(['waits', wait >= LATER ? 'longer' : `about ${wait} ms`, `${Math.round(least)} ms`]);
  return found;
}

/** The types that are listened for: all that any case has, and what a wrong reading might make of some. */
function typesOf(all) {
  const told = all.flatMap(({ outcomes }) => Object.values(outcomes).flatMap(({ events }) => events.map(({ type }) => type)));
  return [...new Set([...told, 'message', 'lost', 'checkpoint', 'a b', 'test', ' test', '进度 ', 'ab'])];
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const short = (value) => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
};

for (const name of names) {
  test(`${name} makes of each stream what the corpus says`, { timeout: 400_000 }, async () => {
    const all = cases();
    const types = typesOf(all);
    const browser = await within(`starting ${name}`, 90_000, launch(name));
    try {
      let wrong = all.map((one) => ({ one }));
      // A slow machine can be late three times, but a browser that differs does so each time.
      for (let time = 0; time < 3 && wrong.length; time += 1) {
        const played = await play(browser, wrong.map(({ one }) => one), types);
        wrong = played.filter((one) => mismatches(one, name).length);
      }
      const rows = wrong.flatMap((one) => mismatches(one, name).map(([what, wanted, found]) =>
        `| ${one.one.name} | ${what} | ${short(wanted)} | ${short(found)} |`));
      assert.deepEqual(rows, [], `\n| case | what | wanted | found |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`);
    } finally {
      await browser.close();
    }
  });
}

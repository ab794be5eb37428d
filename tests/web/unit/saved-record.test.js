// A saved record is read as a report reads it: in pieces cut anywhere, with what cannot be read passed over and told; a
// file that is none says what was wanted and what was found.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';
import { en } from '../../../web/i18n/en.js';
import { zh } from '../../../web/i18n/zh.js';
import { MOST_SHOWN, apartOf, headerOf } from '../../../web/model/saved-lanes.js';
import { RecordError, RecordReader } from '../../../web/model/saved-record.js';
import { countUntil } from '../../../web/model/saved-times.js';

const folder = new URL('../../golden/records/', import.meta.url);
const golden = readdirSync(folder).filter((name) => name.endsWith('.jsonl')).map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }));

/** @param {string[]} pieces */
function read(...pieces) {
  const reader = new RecordReader('a.jsonl');
  for (const piece of pieces) reader.take(piece);
  return reader.end();
}

/** The code of what is wrong with it. @param {string} text @returns {Record<string, string|number>} */
function refused(text) {
  /** @type {RecordError|null} */
  let found = null;
  assert.throws(() => read(text), (error) => error instanceof RecordError && Boolean(found = error));
  const { code, values } = /** @type {RecordError} */ (/** @type {unknown} */ (found));
  for (const words of [en, zh]) assert.ok(`saved.error.${code}` in words && `saved.error.${code}.fix` in words, code);
  return { code, ...values };
}

/** @param {Record<string, unknown>} fields */
const line = (fields) => `${JSON.stringify({ v: 1, at: 1000, clock: 'lane', lane: 'a', transport: 'sse', ...fields })}\n`;
const caveats = (/** @type {string} */ text) => read(text).caveats.map(({ caveat }) => caveat);

test('a record is the same in whichever pieces it comes', () => {
  for (const { name, text } of golden) {
    const whole = read(text);
    for (const cut of [1, 37, 4096, text.length - 1]) {
      const pieces = Array.from({ length: Math.ceil(text.length / cut) }, (_, n) => text.slice(n * cut, (n + 1) * cut));
      assert.deepEqual(read(...pieces), whole, `${name} in pieces of ${cut}`);
    }
  }
});

test('the lanes are those that its first line names, in their order, with what is known of each', () => {
  for (const { text } of golden) {
    const record = read(text);
    const header = JSON.parse(text.split('\n')[0]);
    assert.deepEqual(record.jobs.map(({ job, lanes }) => [job, lanes.map(({ id }) => id)]), [[header.job, header.lanes.map((/** @type {{lane: string}} */ { lane }) => lane)]]);
    assert.equal(record.header?.scenario, header.scenario);
    assert.deepEqual(record.caveats.filter(({ caveat }) => ['torn', 'bad-lines', 'no-header'].includes(caveat)), []);
  }
});

test('a file that is no record says what was wanted, what was found and where', () => {
  assert.deepEqual(refused(''), { code: 'empty' });
  assert.deepEqual(refused('\n \n'), { code: 'empty' });
  assert.equal(refused('<!doctype html>\n<p>').code, 'no-record');
  assert.equal(refused('<!doctype html>\n').line, 1);
  assert.equal(refused('\u0000\u0001PNG').code, 'no-record');
  assert.equal(refused('[1, 2]\n').reason, 'wanted an object');
  assert.deepEqual(refused('\n{"v":2,"kind":"run"}\n'), { code: 'version', found: 2, line: 2, wanted: 1 });
  assert.equal(refused('{"v":1,"kind":"run","at":1,"clock":"server"}\n').code, 'no-lanes');
});

test('a file that is none is given up early, however long it is', () => {
  const reader = new RecordReader('a.jsonl');
  let taken = 0;
  assert.throws(() => {
    for (; taken < 1000; taken += 1) reader.take('nothing of a record\n'.repeat(10));
  }, RecordError);
  assert.ok(taken < 10, `${taken} pieces were taken`);
  assert.throws(() => read('x'.repeat(33 * 1024 * 1024)), RecordError);
});

test('a line that cannot be read is passed over and told; the others count', () => {
  const text = line({ kind: 'connecting' }) + '{"v":1\n' + line({ kind: 'event', seq: 'one' }) + line({ kind: 'event', seq: 1.5 }) + line({ kind: 'event', seq: 1, job: 'j' });
  const record = read(text);
  assert.deepEqual(record.bad.map((one) => one.line), [2, 3, 4]);
  assert.equal(record.list.length, 2);
  assert.deepEqual(caveats(text), ['bad-lines']);
  assert.deepEqual(caveats(line({ kind: 'opened' }) + line({ v: 3, kind: 'opened' })), ['bad-lines']);
});

test('what a later program adds is passed over in silence', () => {
  const text = line({ kind: 'teleported', flavour: { any: 1 } }) + line({ kind: 'opened', flavour: 'x' });
  assert.equal(read(text).bad.length, 0);
});

test('a record that breaks off says so, in the middle of a line or behind one', () => {
  const [{ text }] = golden;
  const lines = text.trimEnd().split('\n');
  assert.deepEqual(caveats(`${lines.slice(0, 40).join('\n')}\n`), ['torn']);
  const torn = read(`${lines.slice(0, 40).join('\n')}\n${lines[40].slice(0, 30)}`);
  assert.deepEqual(torn.caveats, [{ caveat: 'torn', values: { lines: 41 } }]);
  assert.ok(caveats(lines.slice(1).join('\n')).includes('no-header'));
  assert.ok(caveats(`${text}${text}`).includes('several-runs'));
});

test('each caveat of a record has words and a remedy in both languages', () => {
  for (const name of ['torn', 'failed', 'interrupted', 'no-header', 'several-runs', 'bad-lines', 'bytes-not-kept', 'lines-lost']) {
    for (const words of [en, zh]) assert.ok(`caveat.${name}` in words && `caveat.${name}.fix` in words, name);
  }
  const told = line({ kind: 'opened' }) + line({ kind: 'caveat', clock: 'server', lane: undefined, caveat: 'bytes-not-kept', values: { up: 1, down: 20 } })
    + line({ kind: 'caveat', caveat: 'lines-lost', values: { lines: 3 } });
  assert.deepEqual(read(told).caveats, [{ caveat: 'bytes-not-kept', values: { up: 1, down: 20 } }, { caveat: 'lines-lost', values: { lines: 3 } }]);
});

test('the readers in a bench\'s record are told apart by what they read', () => {
  const of = (/** @type {string} */ lane, /** @type {string} */ job) => line({ kind: 'connecting', lane, url: `http://127.0.0.2:8080/jobs/${job}/sse?lane=${lane}&ids=off` });
  const record = read(of('a', 'one') + of('b', 'two') + of('c', 'two'));
  assert.deepEqual(record.jobs.map(({ job, lanes }) => [job, lanes.map(({ id }) => id)]), [['two', ['b', 'c']], ['one', ['a']]]);
  assert.deepEqual([record.jobs[1].lanes[0].url, record.jobs[1].lanes[0].shown], ['http://127.0.0.2:8080', { ids: 'off' }]);
});

test('of many lanes some of each name are shown', () => {
  const lanes = ['sse', 'websocket'].flatMap((transport) => Array.from({ length: 40 }, (_, n) => ({ lane: `${transport}-${n + 1}`, name: transport, transport, origin: 1 })));
  const [{ shown }] = read(line({ kind: 'run', clock: 'server', lane: undefined, job: 'j', lanes })).jobs;
  assert.equal(shown.length, MOST_SHOWN);
  assert.deepEqual(shown.map(({ transport }) => transport), [...Array(6).fill('sse'), ...Array(6).fill('websocket')]);
});

test('lines come when they were told, by the server\'s clock, and time never runs back', () => {
  const server = (/** @type {number} */ at) => line({ kind: 'began', clock: 'server', lane: undefined, at });
  const { times } = read(line({ kind: 'opened', at: 100 }) + server(1010) + line({ kind: 'clock', at: 120, offset: 1000, rtt: 1 })
    + line({ kind: 'opened', at: 115 }) + server(1200) + line({ kind: 'opened', lane: 'b', at: 9e12 }) + server(1300));
  assert.deepEqual([...times], [1100, 1100, 1120, 1120, 1200, 1300, 1300]);
  assert.deepEqual([0, 1100, 1119, 1120, 5000].map((t) => countUntil(times, t)), [0, 2, 2, 4, 7]);
});

test('what a scenario says of itself is read from its text, and that its readers have logs of their own', () => {
  const header = (/** @type {string} */ source, /** @type {string[]} */ settings = []) =>
    headerOf(/** @type {any} */ ([{ v: 1, kind: 'run', at: 0, clock: 'server', scenario: 'x', source, settings, lanes: [], job: 'run' }]));
  assert.equal(header('# "no"\ntitle = "A \\"b\\""\n[feed]\nquestion = "none"\n')?.title, 'A "b"');
  assert.equal(header('[feed]\nquestion = "none"\n')?.question, '');
  assert.equal(apartOf(header('[feed]\nsource = "per-connection"\n')), true);
  assert.equal(apartOf(header('[feed]\ncount = 3\n[other]\nsource = "per-connection"\n')), false);
  assert.equal(apartOf(header('[feed]\nsource = "push"\n', ['feed.source="per-connection"'])), true);
});

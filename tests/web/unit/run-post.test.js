// What lanes see on its way to the bench: in order, one request at a time, tried again, and never lost in silence.
import assert from 'node:assert/strict';
import test from 'node:test';
import { RunPost } from '../../../web/bench/run-post.js';
import { seen } from './support.js';

/** A bench that answers when the test says so. */
class Bench {
  /** @type {{lines: any[], last: boolean, done: (error?: unknown) => void}[]} */
  asked = [];
  /** @type {unknown[]} */
  failures = [];
  now = 0;

  /** @param {import('node:test').TestContext} context */
  constructor(context) {
    context.mock.timers.enable({ apis: ['setTimeout'] });
    this.tick = async (/** @type {number} */ by) => {
      this.now += by;
      context.mock.timers.tick(by);
      await settled();
    };
    this.post = new RunPost((text, last) => new Promise((resolve, reject) => {
      const lines = text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
      this.asked.push({ lines, last, done: (error) => (error === undefined ? resolve(null) : reject(error)) });
    }), (error) => this.failures.push(error), () => this.now);
  }

  /** Answers the request that is under way. @param {unknown} [error] */
  async answer(error) {
    this.asked.at(-1)?.done(error);
    await settled();
  }

  get numbers() {
    return this.asked.map(({ lines }) => lines.map(({ seq }) => seq));
  }
}

async function settled() {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

const line = (/** @type {number} */ seq) => seen('event', { seq, lane: 'r1-sse' });

test('the first request says that the page is there, and lines follow in batches, in order, one request at a time', async (context) => {
  const bench = new Bench(context);
  void bench.post.begin();
  assert.deepEqual(bench.numbers, [[]]);
  for (const seq of [1, 2]) bench.post.add(line(seq));
  await bench.tick(500);
  assert.equal(bench.asked.length, 1, 'one is under way');
  await bench.answer();
  bench.post.add(line(3));
  await bench.tick(100);
  assert.deepEqual(bench.numbers, [[], [1, 2, 3]]);
  bench.post.add(line(4));
  await bench.answer();
  await bench.tick(100);
  assert.deepEqual(bench.numbers, [[], [1, 2, 3], [4]]);
});

test('a page that sees nothing goes on saying that it is there', async (context) => {
  const bench = new Bench(context);
  void bench.post.begin();
  await bench.answer();
  for (let n = 2; n < 5; n += 1) {
    await bench.tick(2000);
    assert.equal(bench.asked.length, n);
    assert.deepEqual(bench.numbers.at(-1), []);
    await bench.answer();
  }
});

test('lines that did not arrive are sent again before those behind them', async (context) => {
  const bench = new Bench(context);
  void bench.post.begin();
  await bench.answer();
  bench.post.add(line(1));
  await bench.tick(100);
  bench.post.add(line(2));
  await bench.answer(new TypeError('network'));
  await bench.tick(300);
  assert.deepEqual(bench.numbers, [[], [1], [1, 2]]);
  await bench.answer();
  assert.deepEqual(bench.failures, []);
});

test('a bench that is away for long, or knows no such run, ends it', async (context) => {
  const bench = new Bench(context);
  void bench.post.begin();
  await bench.answer(Object.assign(new Error('no such run'), { status: 404 }));
  assert.equal(bench.failures.length, 1);
  await bench.tick(10_000);
  assert.equal(bench.asked.length, 1, 'nothing more is said');
  context.mock.timers.reset();
  const other = new Bench(context);
  void other.post.begin();
  for (let n = 0; n < 60 && other.failures.length === 0; n += 1) {
    await other.answer(new TypeError('network'));
    await other.tick(300);
  }
  assert.equal(other.failures.length, 1);
  assert.ok(other.now >= 8000, `${other.now}`);
});

test('a line that the bench does not understand is left out, and that is told', async (context) => {
  const bench = new Bench(context);
  void bench.post.begin();
  await bench.answer();
  for (const seq of [1, 2, 3]) bench.post.add(line(seq));
  await bench.tick(100);
  await bench.answer(Object.assign(new Error('bad'), { status: 400, parts: { where: 'body, line 2' } }));
  const [first, third, told] = bench.asked.at(-1)?.lines ?? [];
  assert.deepEqual([first.seq, third.seq], [1, 3]);
  assert.deepEqual([told.kind, told.caveat, told.values, told.lane], ['caveat', 'lines-lost', { lines: 1 }, 'r1-sse']);
  assert.equal(bench.post.lost, 1);
});

test('of more lines than a page keeps the number of those that are lost is told', async (context) => {
  const bench = new Bench(context);
  void bench.post.begin();
  for (let seq = 1; seq <= 50_010; seq += 1) bench.post.add(line(seq));
  assert.equal(bench.post.lost, 10);
  await bench.answer();
  await bench.tick(100);
  for (let n = 0; n < 40; n += 1) {
    await bench.answer();
    await bench.tick(100);
  }
  const all = bench.asked.flatMap(({ lines }) => lines);
  assert.deepEqual(all.filter(({ kind }) => kind === 'event').map(({ seq }) => seq), Array.from({ length: 50_000 }, (_, i) => i + 1));
  assert.deepEqual(all.filter(({ kind }) => kind === 'caveat').map(({ values }) => values), [{ lines: 10 }]);
});

test('the last request says so, once everything is there', async (context) => {
  const bench = new Bench(context);
  void bench.post.begin();
  bench.post.add(line(1));
  let over = false;
  void bench.post.end().then(() => (over = true));
  await bench.answer();
  assert.deepEqual(bench.asked.map(({ last }) => last), [false, true]);
  assert.deepEqual(bench.numbers, [[], [1]]);
  assert.equal(over, false);
  await bench.answer();
  assert.equal(over, true);
  bench.post.add(line(2));
  await bench.tick(5000);
  assert.equal(bench.asked.length, 2);
});

// A saved record on the page: opened from a file without freezing it, played by the page's own clock, given up for another;
// and the files that the page makes of what it shows.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { RecordReader } from '../../../web/model/saved-record.js';
import { SvgContext } from '../../../web/views/svg-context.js';
import { markdownOf } from '../../../web/views/markdown.js';

/** Frames that the test lets come. @type {((now: number) => void)[]} */
const frames = [];
Object.assign(globalThis, {
  requestAnimationFrame: (/** @type {(now: number) => void} */ draw) => frames.push(draw),
  cancelAnimationFrame: () => frames.splice(0),
});
const { SPEEDS, Saved } = await import('../../../web/bench/saved.js');

const text = readFileSync(new URL('../../golden/records/abrupt-drop.jsonl', import.meta.url), 'utf8');

async function opened() {
  let built = 0;
  const saved = new Saved((rebuilt) => void (built += Number(rebuilt)), () => []);
  await saved.open(new Blob([text]), 'a.jsonl');
  assert.ok(saved.replay && built > 0);
  return { saved, replay: saved.replay };
}

/** Lets frames come until none is asked for; how many there were. @param {number} each ms between them */
function run(each, most = 100_000) {
  let now = 1000;
  let count = 0;
  for (let draw = frames.shift(); draw && count < most; draw = frames.shift()) {
    draw(now);
    now += each;
    count += 1;
  }
  return count;
}

test('a record opens at its end, and what it shows is there', async () => {
  const { saved, replay } = await opened();
  run(16);
  assert.deepEqual([saved.time, saved.still, saved.playing, saved.reading, saved.failed], [replay.to, true, false, null, null]);
  assert.equal(replay.state.at, saved.record?.list.length);
});

test('played from its end it begins anew, and takes as long as its speed says', async () => {
  const { saved, replay } = await opened();
  const length = replay.to - replay.from;
  for (const speed of [...SPEEDS, Infinity]) {
    run(16);
    saved.setSpeed(speed);
    saved.toggle();
    assert.equal(saved.time, replay.from);
    const took = run(20) * 20;
    assert.deepEqual([saved.playing, saved.time], [false, replay.to]);
    // A few frames are spent on folding, however slow the machine is.
    assert.ok(took >= Math.min(length, length / speed), `${took} ms at ${speed}`);
  }
});

test('a tab that was behind goes on where it was', async () => {
  const { saved, replay } = await opened();
  run(16);
  saved.toggle();
  run(60_000, 3);
  assert.ok(saved.time - replay.from <= 3 * 250, `${saved.time - replay.from} ms`);
  saved.toggle();
  assert.equal(saved.playing, false);
});

test('where it is moved stays within the record', async () => {
  const { saved, replay } = await opened();
  for (const [wanted, at] of [[-1, replay.from], [Infinity, replay.to], [replay.from + 5, replay.from + 5]]) {
    saved.seek(wanted);
    assert.equal(saved.time, at);
  }
});

test('a file that is none leaves what is shown, and is told until somebody has read it', async () => {
  const { saved, replay } = await opened();
  await saved.open(new Blob(['nothing']), 'b.txt');
  assert.deepEqual([saved.failed?.name, saved.failed?.error.code, saved.replay], ['b.txt', 'no-record', replay]);
  const huge = { size: 1e9, slice: () => assert.fail('it is not read') };
  await saved.open(/** @type {any} */ (huge), 'c.jsonl');
  assert.deepEqual([saved.failed?.error.code, saved.failed?.error.values.found], ['too-big', '954 MiB']);
  await saved.open(/** @type {any} */ ({ size: 5, slice: () => ({ arrayBuffer: () => Promise.reject(new Error('gone')) }) }), 'd.jsonl');
  assert.equal(saved.failed?.error.code, 'unreadable');
  saved.forgive();
  assert.equal(saved.failed, null);
});

test('of two files the later is shown, and closing while one is read leaves the live bench', async () => {
  const saved = new Saved(() => {}, () => []);
  const first = saved.open(new Blob([text]), 'first');
  await saved.open(new Blob([text]), 'second');
  await first;
  assert.equal(saved.record?.name, 'second');
  const third = saved.open(new Blob([text]), 'third');
  saved.close();
  await third;
  assert.deepEqual([saved.shown, saved.reading, saved.places.length], [false, null, 0]);
});

test('a record of many megabytes is read in slices, the page breathing between them', async () => {
  const [head, ...lines] = text.trimEnd().split('\n');
  const many = `${head}\n${`${lines.join('\n')}\n`.repeat(64)}`;
  const parts = new Set();
  const saved = new Saved(() => parts.add(saved.reading?.part ?? null), () => []);
  await saved.open(new Blob([many]), 'big.jsonl');
  assert.ok(saved.shown);
  assert.ok(parts.size > many.length / (300 * 1024), `${parts.size} slices of ${many.length} bytes`);
  saved.close();
});

test('the tables as Markdown hold the numbers of each lane, and no name can break out of its cell', async () => {
  const { saved, replay } = await opened();
  run(16);
  const { run: model } = replay.state;
  const lanes = saved.places.map(({ id }) => ({ id, title: `${id} |<b>`, chips: [] }));
  const told = markdownOf(model, { title: 'A *title*\nof two', from: 'x', lanes, caveats: [{ text: 'torn', fix: 'again' }] });
  assert.match(told, /^## A \\\*title\\\* of two\n/);
  assert.match(told, /> torn again/);
  const rows = told.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| ---'));
  assert.equal(rows.length, 2 * (lanes.length + 1));
  for (const [index, { id }] of saved.places.entries()) {
    const cells = rows[index + 1].split(/(?<!\\)\|/).map((cell) => cell.trim());
    assert.equal(cells[1], `${id} \\|&lt;b&gt;`);
    assert.equal(cells[3], String(model.lanes.get(id)?.ledger.delivered));
  }
});

test('what is painted comes out as SVG, each text as text', () => {
  const svg = new SvgContext((one) => one.length * 6);
  svg.font = '600 14px "A & B", serif';
  svg.fillStyle = '#123456';
  svg.save();
  svg.beginPath();
  svg.rect(0, 0, 50, 20);
  svg.clip();
  svg.fillText('a <script> & \u0001', 5, 10);
  svg.restore();
  svg.globalAlpha = 0.5;
  svg.fillRect(1, 2, -3, 4);
  svg.setLineDash([3, 4]);
  svg.beginPath();
  svg.moveTo(0, 1.234567);
  svg.lineTo(9, 9);
  svg.stroke();
  const image = svg.image(100, 50, 'T"', '#fff');
  assert.match(image, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="100" height="50"/);
  assert.match(image, /<text [^>]*style="font:600 14px &#34;A &#38; B&#34;, serif"[^>]*clip-path="url\(#c1\)">a &#60;script&#62; &#38; \ufffd<\/text>/);
  assert.match(image, /<rect x="1" y="2" width="0" height="4" fill="#123456" opacity="0.5"\/>/);
  assert.match(image, /d="M0 1.23L9 9" fill="none"[^>]*stroke-dasharray="3 4"/);
  assert.equal(svg.measureText('four').width, 24);
});

test('what the page saves of a run can be opened again', () => {
  const reader = new RecordReader('run.jsonl');
  reader.take(text.split('\n').slice(1).filter((line) => line !== '' && !/"kind":"(began|step|ended)"/.test(line)).join('\n'));
  const { jobs, caveats } = reader.end();
  assert.ok(jobs[0].lanes.length > 0);
  assert.deepEqual(caveats, []);
});

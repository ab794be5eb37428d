// The page's folds and those of the reports agree: both read the golden records (tests/golden/records) and must count what
// stands beside them. tests/report/goldens.rs is the other half.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';
import { PARTS, partsOf, whole } from '../../../web/model/recovery-parts.js';
import { RunModel } from '../../../web/model/run.js';

const folder = new URL('../../golden/records/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.jsonl')).map((name) => name.slice(0, -'.jsonl'.length));
const read = (/** @type {string} */ name) => readFileSync(new URL(name, folder), 'utf8');

/** @param {string} name */
function counted(name) {
  const lines = read(`${name}.jsonl`).trimEnd().split('\n').map((line) => JSON.parse(line));
  const header = lines.find(({ kind }) => kind === 'run');
  const run = new RunModel(header.job);
  for (const { lane, transport } of header.lanes) run.addLane(lane, transport);
  for (const obs of lines) run.fold(obs);
  return Object.fromEntries(header.lanes.map((/** @type {{lane: string}} */ { lane }) => [lane, countedLane(run, lane)]));
}

/** Milliseconds that two programs may round differently. @param {number|null} ms */
const rounded = (ms) => (ms === null ? null : Math.round(ms * 10) / 10);

/** @param {RunModel} run @param {string} id */
function countedLane(run, id) {
  const lane = run.lanes.get(id);
  const timeline = run.timelines.get(id);
  assert.ok(lane && timeline, `${id} is a lane`);
  const head = run.headOf(lane);
  return {
    states: timeline.spans.map(({ state }) => state).filter((state) => state !== 'idle'),
    events: lane.ledger.delivered,
    // What its cursor would bring back was not brought back by the end.
    missed: lane.missed(head) + lane.behind(head),
    repeated: lane.ledger.repeated,
    reordered: lane.ledger.reordered,
    recoveries: lane.recoveries.list.map((one) => ({
      ...Object.fromEntries(partsOf(one).map(({ name, ms }) => [name, rounded(ms)])),
      whole: rounded(whole(one)),
      replayed: one.replayed,
    })),
    unscripted: lane.unscriptedCount(Infinity),
  };
}

test('there are golden records, and each part of a recovery stands in one', () => {
  assert.ok(names.length >= 2, 'the records were not found');
  const all = names.map((name) => read(`${name}.counts.json`)).join('');
  for (const part of PARTS) assert.match(all, new RegExp(`"${part}": [0-9]`));
});

for (const name of names) {
  test(`the page counts of ${name} what stands beside it`, () => {
    assert.deepEqual(counted(name), JSON.parse(read(`${name}.counts.json`)));
  });
}

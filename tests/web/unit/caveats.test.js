// The instrument doubts itself: reasons as values, with words and remedies for each in both languages.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { en } from '../../../web/i18n/en.js';
import { caveatsOf } from '../../../web/model/caveats.js';
import { Faults } from '../../../web/model/faults.js';
import { RunModel } from '../../../web/model/run.js';
import { seen } from './support.js';

const lanes = [{ id: 'a-1', n: 1, transport: 'sse', shared: false }, { id: 'a-2', n: 2, transport: 'websocket', shared: false }];

/** @param {import('../../../web/model/types.js').Observation[]} story @param {Partial<import('../../../web/model/caveats.js').Circumstances>} [more] */
function caveats(story = [], more = {}) {
  const run = new RunModel('demo');
  for (const { id, transport } of lanes) run.addLane(id, transport);
  for (const obs of story) run.fold(obs);
  return caveatsOf({
    run, throws: [], mine: () => true, lanes, differ: [], bench: [], dropped: 0, page: { hidden: 0, late: null }, ...more,
  });
}

const appended = (/** @type {number} */ late, /** @type {number} */ seq) =>
  seen('appended', { clock: 'server', lane: undefined, job: 'demo', seq, type: 'progress', due: seq * 100, at: seq * 100 + late });

test('a run like any other has no caveats', () => {
  assert.deepEqual(caveats([seen('clock', { offset: 3, rtt: 2 }), appended(5, 1), appended(9, 2)]), []);
});

test('events that were made late say so, by their p95', () => {
  const [one] = caveats(Array.from({ length: 40 }, (_, i) => appended(i < 35 ? 1 : 400, i + 1)));
  assert.equal(one.caveat, 'producer-late');
  assert.ok(Math.abs(Number(one.values.late) - 400) < 12, String(one.values.late));
  assert.deepEqual(caveats(Array.from({ length: 40 }, (_, i) => appended(i < 39 ? 1 : 400, i + 1))), [], 'one in forty is no p95');
});

test('a clock that is off or hardly known is told with the lanes it is of', () => {
  const found = caveats([seen('clock', { offset: -5000, rtt: 90 }), seen('clock', { lane: 'a-2', offset: 1, rtt: 60 })]);
  assert.deepEqual(found, [
    { caveat: 'clock-uncertain', values: { lanes: '1, 2', late: 45 } }, { caveat: 'clock-offset', values: { lanes: '1', late: 5000 } },
  ]);
});

test('a lane that says its timer is late, a hidden page and a busy one are told', () => {
  const found = caveats([seen('caveat', { lane: 'a-2', caveat: 'late-timer', values: { late: 700 } })], { page: { hidden: 4000, late: 250 } });
  assert.deepEqual(found.map(({ caveat, values }) => [caveat, values.lanes ?? '', values.late]), [['late-timer', '2', 700], ['hidden', '', 4000], ['busy', '', 250]]);
});

test('a throw of somebody else, a weaker one, and one that struck nothing are told, those before the run and of others\' lanes are not', () => {
  const faults = new Faults();
  const thrown = { params: {}, lasts: '5s', heads: {}, struck: 0 };
  faults.know({ faults: [], thrown: [
    { ...thrown, id: 'f1', fault: 'stall', scope: 'all', thrown: 10, cleared: 20, caveats: [] },
    { ...thrown, id: 'f2', fault: 'blackhole', scope: 'all', thrown: 1500, cleared: null, caveats: [{ caveat: 'weaker', values: { wanted: 'a filter', got: 'a stall' } }] },
    { ...thrown, id: 'f3', fault: 'cut', scope: 'lane:a-2', thrown: 1600, cleared: 1600, caveats: [{ caveat: 'nothing-struck' }] },
    { ...thrown, id: 'f4', fault: 'cut', scope: 'lane:zz', thrown: 1600, cleared: null, caveats: [] },
  ] });
  const found = caveats([seen('opened', { at: 1000 }), seen('heartbeat', { at: 2000 })], { throws: faults.list, mine: (id) => id !== 'f2' });
  assert.deepEqual(found, [
    { caveat: 'foreign-fault', values: { fault: 'blackhole', scope: 'all' } },
    { caveat: 'weaker', values: { fault: 'blackhole', wanted: 'a filter', got: 'a stall' } },
    { caveat: 'nothing-struck', values: { fault: 'cut' } },
  ]);
});

test('what differs, is shared, was dropped or lost, and what the bench says of itself, are told as well', () => {
  const found = caveats([seen('lost', { clock: 'server', lane: undefined, lines: 7 })], {
    differ: ['ids', 'ws'], dropped: 3, bench: ['ports', { caveat: 'weaker', values: { wanted: 1, got: 2 } }], lanes: [{ ...lanes[0], shared: true }],
  });
  assert.deepEqual(found.map(({ caveat, values }) => [caveat, Object.values(values).join()]),
    [['differ', 'ids, ws'], ['bench', 'ports'], ['weaker', '1,2'], ['shared', '1'], ['dropped', '3'], ['lost', '7']]);
});

test('each caveat that the model knows has words', () => {
  const text = readFileSync(new URL('../../../web/model/caveats.js', import.meta.url), 'utf8');
  const names = [...text.matchAll(/said\('([a-z-]+)'/g)].map((match) => match[1]);
  assert.ok(names.length > 8, `they were found: ${names}`);
  for (const name of names) assert.ok(`caveat.${name}` in en, name);
});

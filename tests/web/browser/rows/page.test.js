// The page of what browsers do, without a browser: how values are printed into cells and held against them, and that a
// page which was made is read back into what it was made from.
import assert from 'node:assert/strict';
import test from 'node:test';
import { about, atOnce, between, fits, oneOf, outcomes, printExpected, printObserved, times } from './support/facts.js';
import { parsePage, renderPage } from './support/page.js';

test('a time is printed as a round number that stays the same from run to run', () => {
  const wanted = about(3_000);
  assert.equal(printExpected(wanted), 'about 3 s (2850 to 5000 ms)');
  for (const samples of [[3_004], [3_450, 3_800], [2_950.5, 9_000]]) {
    assert.equal(printObserved(times(samples), wanted), 'about 3 s (2850 to 5000 ms)', String(samples));
  }
  assert.equal(printObserved(times(17), atOnce()), 'at once (0 to 2000 ms)');
  assert.equal(printExpected(about(100)), 'about 0.1 s (95 to 2100 ms)');
});

test('a time that is not as expected is marked, printed as it is, and gets bounds of its own', () => {
  assert.equal(printObserved(times(5_020), about(3_000)), '≠ about 5 s (4750 to 7500 ms)');
  assert.equal(printObserved(times(20_030, 20_100), about(60_000)), '≠ about 20 s (19000 to 30000 ms)');
  assert.equal(printObserved(times(4_100), about(3_000)), 'about 4 s (2850 to 5000 ms)', 'inside, but said as it is');
  assert.equal(printObserved(times([]), about(3_000)), '≠ never');
  assert.equal(printObserved(times(8), about(500)), '≠ at once (0 to 2000 ms)');
});

test('words and numbers are held exactly, varying counts by their bounds, races by their outcomes', () => {
  assert.equal(printObserved('readyState 2', 'readyState 2'), 'readyState 2');
  assert.equal(printObserved('readyState 0', 'readyState 2'), '≠ readyState 0');
  assert.equal(printObserved(6, 6), '6');
  assert.equal(printObserved(7, 6), '≠ 7');
  assert.equal(printObserved(9, between(8, 12)), '8 to 12');
  assert.equal(printObserved(13, between(8, 12)), '≠ 13');
  const race = oneOf('1012, clean', '1006, not clean');
  assert.equal(printObserved('1006, not clean', race), 'a race: 1012, clean / 1006, not clean');
  assert.equal(printObserved('1000, clean', race), '≠ 1000, clean');
  const seen = (...all) => printObserved(outcomes(all), race);
  assert.equal(seen('1006, not clean', '1012, clean', '1012, clean'), 'a race: 1012, clean / 1006, not clean');
  assert.equal(seen('1006, not clean', '1005, clean'), '≠ a race: 1005, clean / 1006, not clean');
  assert.equal(seen('1005, clean'), '≠ 1005, clean');
  assert.equal(printObserved('yes', undefined), '≠ yes', 'what nobody expected is shown');
  assert.equal(printObserved(undefined, 'yes'), '≠ nothing');
});

test('an observation is held against the cell that was printed, not against what is expected', () => {
  const differs = printObserved('readyState 0', 'readyState 2');
  assert.ok(fits('readyState 0', differs), 'the same difference again');
  assert.ok(!fits('readyState 2', differs), 'what was expected is now a change');
  const late = printObserved(times(5_020), about(3_000));
  assert.ok(fits(times(5_400), late));
  assert.ok(!fits(times(3_000), late));
  assert.ok(!fits(times(5_000), '–'), 'no bounds, no match');
  const raced = printObserved(outcomes(['a', 'b']), 'c');
  assert.ok(fits(outcomes(['b']), raced) && fits(outcomes(['b', 'a']), raced) && !fits(outcomes(['a', 'c']), raced), raced);
  for (const [value, cell] of [[9, '8 to 12'], ['b', 'a race: a / b'], [undefined, '–'], [times([]), '≠ never']]) {
    assert.ok(fits(value, cell), `${cell}`);
  }
  for (const [value, cell] of [[13, '8 to 12'], ['c', 'a race: a / b'], ['x', '–'], [6, '66'], [undefined, '3']]) {
    assert.ok(!fits(value, cell), `${cell}`);
  }
});

const row = {
  id: 'answer-404',
  situation: 'The answer is 404',
  throws: [{ fault: 'answer', status: 404 }],
  expected: { both: { error: 'readyState 2' }, firefox: { asks: about(5_000) } },
};
const made = {
  themes: [{ title: 'Answers', rows: [row] }],
  absent: [{ situation: 'a masked frame', reason: 'the server makes none' }],
  cells: {
    'answer-404': {
      chromium: { error: '≠ readyState 0 | 1', asks: '–' },
      firefox: { error: 'readyState 2', asks: 'about 5 s (4750 to 10000 ms)', more: '≠ 3' },
    },
  },
  versions: { chromium: '156.0' },
};

test('a page is read back into the cells and versions it was made from, and made again from them', () => {
  const page = renderPage(made);
  const { cells, versions } = parsePage(page);
  const { chromium, firefox } = cells['answer-404'];
  assert.deepEqual(chromium, made.cells['answer-404'].chromium);
  assert.deepEqual(firefox, made.cells['answer-404'].firefox);
  assert.deepEqual(versions, made.versions);
  assert.equal(renderPage({ ...made, cells, versions }), page);
});

test('a page names its differences, its throws, and what is not in it', () => {
  const page = renderPage(made);
  assert.match(page, /^- \[answer-404\]\(#answer-404\), Chromium: error$/m);
  assert.match(page, /^- \[answer-404\]\(#answer-404\), Firefox: more$/m);
  assert.match(page, /^ {4}\{"fault":"answer","status":404\}$/m);
  assert.match(page, /^- a masked frame: the server makes none$/m);
  assert.match(page, /^\| Firefox \| not observed \|$/m);
  const cells = { 'answer-404': { chromium: { error: 'readyState 2' }, firefox: { error: 'readyState 2' } } };
  assert.match(renderPage({ ...made, cells }), /^Nothing was observed that was not expected\.$/m);
});

test('a page whose row has another throw now is another page', () => {
  const other = { ...row, throws: [{ fault: 'answer', status: 410 }] };
  assert.notEqual(renderPage({ ...made, themes: [{ title: 'Answers', rows: [other] }] }), renderPage(made));
});

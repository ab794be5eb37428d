// Five transports, an event each 10 ms, the microscope and all logs open: what the page holds has bounds. Only counts are
// held here; how it feels is measured by `node tests/web/measure-load.js`.
import assert from 'node:assert/strict';
import { LOAD, figures, underLoad } from './support/load.js';
import { startServer } from './support/server.js';
import { story } from './support/story.js';

/** Rows of the logs; and of the rest what it has by then, with room. */
const ROWS = 5 * 200;
const NODES = 15_000;
/** web/model/microscope.js: bytes of a lane. */
const BYTES = 5 * 512 * 1024;

story('under load the page holds no more than it may', { start: () => startServer(['--lanes', '5']), timeout: 180_000, browsers: ['chromium'] }, async ({ open, t }) => {
  const dashboard = await open(LOAD);
  const measured = await underLoad(dashboard, { seconds: 8, microscope: true });
  for (const line of figures(measured)) t.diagnostic(line);
  for (const one of measured.samples) {
    assert.ok(one.rows <= ROWS, `${one.rows} rows of logs`);
    assert.ok(one.nodes <= NODES, `${one.nodes} nodes`);
    // One thing may stand above the bound: the last is never let go.
    assert.ok(one.bytes <= BYTES + 5 * 8192, `${one.bytes} bytes under the microscope`);
    assert.ok(one.marks <= one.records, `${one.marks} marks of ${one.records} observations`);
  }
  assert.ok(measured.clicks.length > 0, 'it answers a click meanwhile');
  assert.ok(measured.samples.at(-1).delivered > measured.samples[0].delivered, 'the feed goes on');
  await dashboard.page.evaluate(() => document.querySelector('[data-action="microscope-close"]').click());
  assert.equal(await dashboard.page.evaluate(() => globalThis.wirebench.held().bytes), 0, 'closed, it holds nothing');
});

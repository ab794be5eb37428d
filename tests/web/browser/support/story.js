// A story is told once and played in every browser: a server of its own, a tab of its own, and at the end no error
// on any page. Its steps only say what a person at the screen would do and see.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { launch, names } from './browsers.js';
import { openDashboard } from './dashboard.js';
import { startServer } from './server.js';

/** The browsers of this file's stories, started when first needed. */
const started = new Map();
const running = (name) => started.get(name) ?? started.set(name, launch(name)).get(name);
after(() => Promise.allSettled([...started.values()].map(async (browser) => (await browser).close())));

/**
 * Registers `sentence` for each browser; `play` gets `{browser, server, open, t}`. `start` starts the server where its
 * usual flags do not do; what it pushes on the list it is given is called at the end. `browsers`: only in these.
 */
export function story(sentence, { start = () => startServer(), timeout = 120_000, browsers = names } = {}, play) {
  for (const name of names.filter((one) => browsers.includes(one))) {
    test(`${sentence} (${name})`, { timeout }, async (t) => {
      const closing = [];
      const [errors, said] = [[], []];
      try {
        const server = await start(closing);
        closing.push(() => server.stop());
        const browser = await running(name);
        closing.push(() => browser.closePages());
        const open = (params = {}, options = {}) => openDashboard(browser, server, params, { ...options, errors, said });
        await play({ browser, server, open, t });
        assert.deepEqual([...new Set(errors)], [], 'no page may report an error');
      } catch (error) {
        for (const line of [...errors, ...said].slice(0, 30)) t.diagnostic(line);
        throw error;
      } finally {
        for (const close of closing.reverse()) await close();
      }
    });
  }
}

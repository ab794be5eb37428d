// Plays one row in one browser: gives it fresh origins, a bare page, and hands on the server; cleans up after it.
import { until, within } from '../../support/wait.js';
import { handsOfServer } from './stage.js';
import { bare, handsOf, openBare } from './watch.js';

/** What was observed: the row's facts. `browser` is one that runs, `stage` the place of its servers. */
export async function playRow(row, browser, stage) {
  const place = await stage.take(row.origins ?? 1, { alone: row.ownServer });
  const hands = handsOfServer(place.server, row.id);
  const pages = [];
  const openPage = async (at = 0) => {
    const page = await openBare(browser, place.origins[at].url);
    pages.push(page);
    return handsOf(page);
  };
  const thrown = [];
  const scene = {
    ...hands,
    browser: browser.name,
    row,
    origins: place.origins,
    openPage,
    bare: (at) => bare(place.origins[at].url),
    url: (what = 'sse', query = {}, at = 0) => {
      const [transport, job = 'rows'] = what.split(' ');
      const asked = new URLSearchParams({ lane: row.id, ...query });
      return new URL(`/jobs/${job}/${transport}?${asked}`, place.origins[at].url).href;
    },
    /**
     * Throws the row's refusal of an origin, which is found by the lane's latest request; and waits until none of the
     * page's spare connections gets through either.
     */
    async unreachable(page, at = 0) {
      const target = `${bare(place.origins[at].url)}&lane=${row.id}`;
      const reached = () => page.where.evaluate((url) => fetch(url, { mode: 'no-cors' }).then(() => true, () => false), target);
      await until('the origin to be reached', reached);
      const one = await scene.strike();
      await until('the origin to be out of reach', async () => !(await reached()));
      return one;
    },
    /** Throws what the page prints for this row. */
    async strike(index = 0, more = {}) {
      const one = await hands.throw({ ...row.throws[index], ...more });
      thrown.push(one);
      return one;
    },
  };
  try {
    return await within(row.id, (row.takes ?? 10) * 1_000 + 90_000, perform(row, scene));
  } finally {
    await Promise.allSettled(thrown.map((one) => hands.clear(one)));
    await Promise.allSettled(pages.map((page) => within('closing a page', 10_000, page.close())));
    place.giveBack();
  }
}

async function perform(row, scene) {
  const page = row.page === false ? undefined : await scene.openPage();
  return row.play({ ...scene, page });
}

/** Lets so many through at a time; the others wait in line. */
export function turnstile(places) {
  const line = [];
  let free = places;
  return async (work) => {
    if (free) free -= 1;
    else await new Promise((go) => line.push(go));
    try {
      return await work();
    } finally {
      const next = line.shift();
      if (next) next();
      else free += 1;
    }
  };
}

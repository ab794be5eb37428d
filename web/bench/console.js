/*
 * `wirebench` on the console: the numbers without the page, for people and for tests.
 */
import { snapshotOf } from '../model/snapshot.js';

/**
 * @param {import('../app.js').Page} page
 * @param {import('./stage.js').Stage} stage
 * @param {import('./conductor.js').Conductor} conductor
 * @param {import('../views/screen.js').Screen} screen
 */
export function exposeConsole(page, stage, conductor, screen) {
  const api = {
    get records() {
      return conductor.records.list;
    },
    get settings() {
      return page.settings;
    },
    snapshot() {
      const { saved } = page;
      const taken = snapshotOf(screen.shownRun, conductor.records, screen.serverNow());
      const lanes = taken.lanes.map((lane) => ({ ...lane, alive: stage.find(lane.id)?.frame.alive ?? false }));
      const throws = page.faults.faults.list.map(({ conns, ...one }) => ({ ...one, lanes: [...new Set(conns.values())].filter(Boolean), mine: page.faults.isMine(one.id) }));
      const replay = saved.replay && { name: saved.record?.name, at: saved.time - saved.replay.from, length: saved.replay.to - saved.replay.from, playing: saved.playing, still: saved.still };
      return { ...taken, saved: replay, busy: conductor.busy, lanes, throws, caveats: screen.caveats() };
    },
    /** What the page holds by now: how much of each kind. */
    held() {
      const timelines = [...conductor.run.timelines.values()];
      const lanes = [...(page.wire.scope?.lanes.values() ?? [])];
      const sum = (/** @type {number[]} */ all) => all.reduce((one, other) => one + other, 0);
      return {
        records: conductor.records.list.length, marks: sum(timelines.map(({ marks }) => marks.length)),
        things: sum(lanes.map(({ things }) => things.length)), bytes: sum(lanes.map(({ held }) => held)),
      };
    },
    /** @param {string|number} lane its id, number or transport */
    async dump(lane) {
      const found = stage.find(lane);
      if (!found) throw new RangeError(`wanted a lane (${stage.lanes.map((one) => one.id).join(', ')}), found "${lane}"`);
      return (await found.frame.ask('dump')).lines;
    },
  };
  Object.defineProperty(globalThis, 'wirebench', { value: Object.freeze(api), configurable: true });
}

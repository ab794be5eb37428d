/*
 * `wirebench` on the console: the numbers without the page, for people and for tests.
 */
import { snapshotOf } from '../model/snapshot.js';

/**
 * @param {{settings: object}} page
 * @param {import('./stage.js').Stage} stage
 * @param {import('./conductor.js').Conductor} conductor
 */
export function exposeConsole(page, stage, conductor) {
  const api = {
    get records() {
      return conductor.records.list;
    },
    get settings() {
      return page.settings;
    },
    snapshot() {
      const taken = snapshotOf(conductor.run, conductor.records);
      const lanes = taken.lanes.map((lane) => ({ ...lane, alive: stage.find(lane.id)?.frame.alive ?? false }));
      return { ...taken, busy: conductor.busy, lanes };
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

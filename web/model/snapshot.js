/*
 * A plain copy of what the run has come to: for tests, for the console, and for
 * anybody who wants the numbers without the page.
 */

import { partsOf } from './recovery-parts.js';

/**
 * @param {import('./run.js').RunModel} run
 * @param {{dropped: number, list: unknown[]}} records
 * @param {number} [now]  server time
 */
export function snapshotOf(run, records, now = run.ends) {
  return {
    job: {
      job: run.job, source: run.source, state: run.jobState, head: run.head, total: run.total, epoch: run.epoch, appended: run.appended,
    },
    records: { kept: records.list.length, dropped: records.dropped },
    lanes: [...run.lanes.values()].map((lane) => laneSnapshot(lane, run.headOf(lane), now)),
  };
}

/**
 * @param {import('./lane.js').LaneModel} lane
 * @param {number} head
 * @param {number} now
 */
function laneSnapshot(lane, head, now) {
  const { machine, ledger, socket } = lane;
  const last = lane.commands.last;
  return {
    id: lane.id, transport: lane.transport, state: machine.state, readyState: machine.ready,
    cause: machine.cause, closeCode: machine.code, epochChanges: lane.epochChanges, encodings: [...lane.encodings], percent: lane.percent, delivered: ledger.delivered, missed: lane.missed(head),
    behind: lane.behind(head),
    repeated: ledger.repeated, reordered: ledger.reordered, late: lane.late, requests: lane.requests,
    unscripted: lane.unscriptedCount(now),
    connections: socket?.connections ?? lane.opened, payloadBytes: lane.payloadBytes,
    carriedBytes: lane.carriedBytes, socketIn: socket?.in ?? null, socketOut: socket?.out ?? null,
    delayP50: lane.delays.quantile(0.5), delayP99: lane.delays.quantile(0.99), offset: lane.clock?.offset ?? null,
    lastCommand: last && { command: last.command, bytes: last.bytes, took: last.took, ok: last.ok },
    waits: lane.recoveries.list.map((one) => ({
      cause: one.cause, fault: one.fault, parts: Object.fromEntries(partsOf(one).map(({ name, ms }) => [name, ms])), attempts: one.attempts, cursor: one.cursor, replayed: one.replayed,
      wait: one.openedAt === null ? null : one.openedAt - one.lostAt,
      caughtUp: one.caughtUpAt === null || one.openedAt === null ? null : one.caughtUpAt - one.openedAt,
    })),
  };
}

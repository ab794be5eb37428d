/*
 * The account of bytes: per lane and for the run, what they were for, up and down and per event, held against what the
 * sockets counted. What nobody listened to is said, and never guessed.
 */
import { ROLES } from '../proto/dissect/kinds.js';

/** @typedef {import('../proto/dissect/kinds.js').Role} Role */
/** @typedef {import('./wire-thing.js').Way} Way */

/**
 * @typedef {object} Side one way of a lane
 * @property {Record<Role, number>} roles
 * @property {number} sum          of the roles
 * @property {number|null} socket  what the server counted; null where it has not said so yet
 */

/**
 * @typedef {object} Account
 * @property {string|null} id      null of the run
 * @property {Record<Way, Side>} ways
 * @property {number} events
 * @property {Record<Role, number>|null} perEvent  both ways together; null before the first event
 * @property {number|null} per     their sum
 * @property {number} unseen       counted at the socket and not heard: before somebody listened, or lost
 * @property {boolean} agrees      to the byte
 * @property {import('./wire-tally.js').Pieces & {tcp: number, tls: number}} beneath  an estimate
 */

/**
 * The accounts of these lanes, and behind them that of the run.
 * @param {import('./microscope.js').Microscope} scope
 * @param {import('./wire-tally.js').WireTally} tally
 * @param {import('./lane.js').LaneModel[]} lanes
 * @returns {Account[]}
 */
export function accountsOf(scope, tally, lanes) {
  const each = lanes.map((lane) => {
    const totals = scope.lanes.get(lane.id)?.totals;
    const ways = { up: side(totals?.up, lane.socket?.in ?? null), down: side(totals?.down, lane.socket?.out ?? null) };
    return account(lane.id, ways, lane.ledger.delivered + lane.before, tally.beneath([lane.id]));
  });
  const ways = { up: summed(each.map((one) => one.ways.up)), down: summed(each.map((one) => one.ways.down)) };
  const events = each.reduce((sum, one) => sum + one.events, 0);
  return [...each, account(null, ways, events, tally.beneath(lanes.map(({ id }) => id)))];
}

/**
 * @param {string|null} id
 * @param {Record<Way, Side>} ways
 * @param {number} events
 * @param {Account['beneath']} beneath
 * @returns {Account}
 */
function account(id, ways, events, beneath) {
  const { up, down } = ways;
  const differs = [up, down].map(({ sum, socket }) => (socket === null ? 0 : socket - sum));
  return {
    id, ways, events, beneath,
    perEvent: events === 0 ? null : byRole((role) => (up.roles[role] + down.roles[role]) / events),
    per: events === 0 ? null : (up.sum + down.sum) / events,
    unseen: differs.reduce((sum, one) => sum + Math.max(0, one), 0),
    agrees: up.socket !== null && differs.every((one) => one === 0),
  };
}

/**
 * @param {Record<Role, number>|undefined} told
 * @param {number|null} socket
 * @returns {Side}
 */
function side(told, socket) {
  const roles = byRole((role) => told?.[role] ?? 0);
  return { roles, sum: ROLES.reduce((sum, role) => sum + roles[role], 0), socket };
}

/** @param {Side[]} sides @returns {Side} */
function summed(sides) {
  const socket = sides.some((one) => one.socket === null) ? null : sides.reduce((sum, one) => sum + (one.socket ?? 0), 0);
  return { ...side(byRole((role) => sides.reduce((sum, { roles }) => sum + roles[role], 0)), null), socket };
}

/** @param {(role: Role) => number} value @returns {Record<Role, number>} */
function byRole(value) {
  return /** @type {Record<Role, number>} */ (Object.fromEntries(ROLES.map((role) => [role, value(role)])));
}

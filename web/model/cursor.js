/*
 * The cursor of the contract: "<epoch>.<seq>" of the last event a reader has.
 * The same text goes into ?after=, SSE ids and Last-Event-ID.
 */

const FORM = /^([a-z0-9]{1,16})\.(0|[1-9]\d{0,15})$/;

/**
 * @param {string} text
 * @returns {{epoch: string, seq: number}|null}
 */
export function parseCursor(text) {
  const match = FORM.exec(text);
  if (!match) return null;
  const seq = Number(match[2]);
  return Number.isSafeInteger(seq) ? { epoch: match[1], seq } : null;
}

/**
 * @param {string} epoch
 * @param {number} seq
 */
export function formatCursor(epoch, seq) {
  return `${epoch}.${seq}`;
}

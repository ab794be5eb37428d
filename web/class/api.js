/*
 * What the class's pages ask of the bench: with the teacher's key or a learner's secret, which are sent in a header, so that
 * no address and no log has them. Its changes come as an event stream that script fetches, for an EventSource has no headers.
 */
import { Complaint } from '../bench/api.js';
import { EventStream } from '../proto/event-stream.js';

/** @typedef {{en: string, zh: string}} Text */
/** @typedef {{answer: string, says: Text}} Answer */
/** @typedef {{bet: string, lane?: string|null, asks: Text, answers: Answer[]}} Bet */
/** @typedef {{lesson: string, title: Text, question: Text, bets: Bet[]}} Lesson */
/**
 * @typedef {{transport: string, state: string, delivered: number, missed: number, repeated: number, attempts: number,
 *   last: number, lost: number, 'back-after': number|null}} LaneTold
 */
/** @typedef {{lanes: number, there: number, lost: number, back: number, holes: number, delivered: number, missed: number, repeated: number, slowest: number}} Sum */
/** @typedef {{member: number, name: string, bets: Record<string, string>, lanes: LaneTold[], here: boolean}} Member  `here`: a page of it listens */
/** @typedef {'lobby'|'bet'|'run'|'reveal'} Phase */
/** @typedef {{job: string, ws: 'bare'|'restart'|'resume'}} Round */
/** @typedef {{phase: Phase, run: Round|null, betting: number, sums: Record<string, Sum>, bets: Record<string, Record<string, number>>}} Common */
/** @typedef {Common & {code: string, join: string, members: Member[]}} Wall */
/** @typedef {Common & {members: number, origins: string[]}} Learners  `sums` and `bets` at the reveal alone */
/** @typedef {{member: number, name: string, bets: Record<string, string>, lanes?: LaneTold[]}} You  `lanes` at the reveal: what stands */

export const PHASES = /** @type {const} */ (['lobby', 'bet', 'run', 'reveal']);

/** Between two tries to hear the class again. */
const AGAIN_MS = 1000;

/**
 * One request; a refusal comes out as a Complaint.
 * @param {string} shown  the key or the secret; '' for none
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 */
export async function ask(shown, method, path, body) {
  /** @type {Record<string, string>} */
  const headers = shown ? { Authorization: `Bearer ${shown}` } : {};
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await answer.text();
  if (answer.ok) return text ? JSON.parse(text) : null;
  let error = { where: path, found: `HTTP ${answer.status}` };
  try {
    error = JSON.parse(text).error ?? error;
  } catch {
    // Not JSON: some other server between us.
  }
  throw new Complaint(error, answer.status);
}

/**
 * Hears of the class until told to stop, and comes back when the line is lost.
 * @param {string} shown
 * @param {{event: (name: string, data: any) => void, away: (away: boolean) => void, refused: () => void}} hear
 * @returns {() => void} stops
 */
export function listen(shown, hear) {
  const stop = new AbortController();
  void (async () => {
    while (!stop.signal.aborted) {
      try {
        const answer = await fetch('/api/class/events', { headers: { Authorization: `Bearer ${shown}` }, signal: stop.signal, cache: 'no-store' });
        if (answer.status === 403 || answer.status === 409) return hear.refused();
        if (answer.ok && answer.body) await read(answer.body, hear);
      } catch {
        // The line is lost, or we were told to stop.
      }
      if (stop.signal.aborted) return;
      hear.away(true);
      await new Promise((resolve) => { setTimeout(resolve, AGAIN_MS); });
    }
  })();
  return () => stop.abort();
}

/**
 * @param {ReadableStream<Uint8Array>} body
 * @param {{event: (name: string, data: any) => void, away: (away: boolean) => void}} hear
 */
async function read(body, hear) {
  const reader = body.getReader();
  const stream = new EventStream();
  hear.away(false);
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    for (const block of stream.push(value)) if (block.kind === 'event') hear.event(block.type, JSON.parse(block.data));
  }
}

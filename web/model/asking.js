/*
 * Transports whose client asks for each answer, as against those whose response or
 * socket stays open: what counts as a request, and what is carried, differs.
 */

const ASKING = new Set(['polling', 'long-polling']);

/** @param {string|undefined} transport */
export function asks(transport) {
  return ASKING.has(transport ?? '');
}

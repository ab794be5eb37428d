/*
 * The lines of a head as spans (RFC 9112 sections 2 to 5), and what of them decides how the bytes behind are read.
 * A line that is none is put nowhere.
 */
import { LENGTH_LIMIT, Mistake } from './tray.js';

/** Bytes that a head may have. */
export const HEAD_LIMIT = 65536;

/**
 * @typedef {'poll'|'fetch-stream'|'command'|'other'} Wants what a request asks for, by its path
 * @typedef {{wants: Wants, isHead: boolean, upgrade: boolean}} Asked what is known of a request when it is answered
 * @typedef {object} Fields
 * @property {number|null} length
 * @property {boolean|null} chunked whether the last transfer coding is chunked; null if there is none
 * @property {boolean} isEncoded there is a coding that hides the content
 * @property {string} media the media type
 * @property {boolean} upgrade
 * @property {boolean} deflate
 * @property {boolean} hasCursor it is a poll's answer that says around its events in fields what JSON says in its body
 * @property {boolean} isRaw its one event is the body
 */

/** @returns {Fields} */
export const noFields = () => ({
  length: null, chunked: null, isEncoded: false, media: '', upgrade: false, deflate: false, hasCursor: false, isRaw: false,
});

const TOKEN = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/;
const TEXT = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * One character a byte.
 * @param {Uint8Array} bytes
 */
export function latin1(bytes) {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return text;
}

/**
 * Puts a request line, and says what it asks for.
 * @param {string} line
 * @param {import('./tray.js').Tray} tray
 * @returns {Asked}
 */
export function requestLine(line, tray) {
  const found = /^([^ ]+) ([^\x00-\x20\x7f]+) (HTTP\/1\.[01])(\r?\n)$/.exec(line);
  if (!found || !TOKEN.test(found[1])) throw new Mistake('no request line');
  const [, method, target, version, end] = found;
  put(tray, [[method, 'method'], [' ', 'space'], [target, 'target'], [' ', 'space'], [version, 'version'], [end, 'line-end']]);
  const parts = target.split('?', 1)[0].split('/').slice(-3);
  /** @type {Record<string, Wants>} */
  const known = { polling: 'poll', 'long-polling': 'poll', 'fetch-stream': 'fetch-stream', commands: 'command' };
  const isFeed = parts.length === 3 && parts[0] === 'jobs' && Object.hasOwn(known, parts[2]);
  return { wants: isFeed ? known[parts[2]] : 'other', isHead: method === 'HEAD', upgrade: false };
}

/**
 * Puts a status line, and gives the status.
 * @param {string} line
 * @param {import('./tray.js').Tray} tray
 */
export function statusLine(line, tray) {
  const found = /^(HTTP\/1\.[01]) ([0-9]{3})(?:( )([\t\x20-\x7e\x80-\xff]*))?(\r?\n)$/.exec(line);
  if (!found) throw new Mistake('no status line');
  const [, version, status, space = '', reason = '', end] = found;
  put(tray, [[version, 'version'], [' ', 'space'], [status, 'status'], [space, 'space'], [reason, 'reason'], [end, 'line-end']]);
  return Number(status);
}

/**
 * Puts a field line or the empty line, which ends the head. Says whether it did.
 * @param {string} line
 * @param {Fields} fields
 * @param {import('./tray.js').Tray} tray
 */
export function fieldLine(line, fields, tray) {
  const end = line.endsWith('\r\n') ? '\r\n' : '\n';
  const text = line.slice(0, -end.length);
  if (text === '') {
    put(tray, [[end, 'empty-line']]);
    return true;
  }
  const colon = text.indexOf(':');
  const [name, value] = [text.slice(0, Math.max(colon, 0)), text.slice(colon + 1)];
  if (!TOKEN.test(name) || !TEXT.test(value)) throw new Mistake('no field line');
  const own = trimmed(value);
  const before = own === '' ? value.length : value.indexOf(own);
  const after = value.length - before - own.length;
  takeField(name.toLowerCase(), own, fields);
  put(tray, [[name, 'field-name'], [`:${value.slice(0, before)}`, 'field-colon'], [own, 'field-value'],
    [value.slice(value.length - after), 'space'], [end, 'line-end']]);
  return false;
}

/** @param {import('./tray.js').Tray} tray @param {[string, string][]} parts */
function put(tray, parts) {
  for (const [text, kind] of parts) tray.put(text.length, kind, 'head');
}

/** Without the spaces and tabs around it. @param {string} text */
function trimmed(text) {
  return text.replace(/^[ \t]+|[ \t]+$/g, '');
}

/**
 * @param {string} name in lower case
 * @param {string} value
 * @param {Fields} fields
 */
function takeField(name, value, fields) {
  const list = value.split(',').map((one) => trimmed(one).toLowerCase());
  if (name === 'content-length') takeLength(list, fields);
  else if (name === 'transfer-encoding') {
    for (const coding of list.filter((one) => one !== '')) {
      // What stands before the last one hides the content.
      fields.isEncoded ||= fields.chunked !== null || coding !== 'chunked';
      fields.chunked = coding === 'chunked';
    }
  } else if (name === 'content-encoding') fields.isEncoded ||= !list.every((one) => one === 'identity');
  else if (name === 'content-type') fields.media = trimmed(value.split(';', 1)[0]).toLowerCase();
  else if (name === 'upgrade') fields.upgrade ||= list.includes('websocket');
  else if (name === 'sec-websocket-extensions') fields.deflate ||= list.some((one) => one.startsWith('permessage-deflate'));
  else if (name === 'wirebench-cursor') fields.hasCursor = true;
  else if (name === 'wirebench-type') fields.isRaw = true;
}

/** @param {string[]} list @param {Fields} fields */
function takeLength(list, fields) {
  for (const one of list) {
    const length = /^[0-9]+$/.test(one) ? Number(one) : LENGTH_LIMIT;
    const differs = fields.length !== null && fields.length !== length;
    if (length >= LENGTH_LIMIT || differs) throw new Mistake('a content length that is not one number');
    fields.length = length;
  }
}

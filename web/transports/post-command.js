/*
 * Talking back without a socket: a command as a POST of its own. What SSE and
 * polling must do, for their requests carry nothing up once they are sent.
 */
import { utf8Length } from '../proto/bytes.js';
import { noteElement } from './elements.js';
import { sent as sentTo, tokenHeader } from './link.js';

/** The server answers a command at once; who waits longer talks to nobody. */
const TIMEOUT = 5000;

/**
 * @param {import('./link.js').Link} link
 * @param {import('./link.js').Order} order
 */
export function postCommand(link, order) {
  const body = JSON.stringify(order);
  const url = new URL(`/jobs/${encodeURIComponent(link.job)}/commands`, link.origin);
  url.searchParams.set('lane', link.lane);
  const { token } = sentTo(link);
  if (token) url.searchParams.set('token', token);
  const sent = link.now();
  link.note('command', {
    dir: 'up', id: order.id, command: order.command, bytes: utf8Length(body), via: 'post',
  }, sent);
  const xhr = new XMLHttpRequest();
  xhr.open('POST', url);
  xhr.timeout = TIMEOUT;
  xhr.setRequestHeader('Content-Type', 'application/json');
  for (const [name, value] of Object.entries(tokenHeader(link))) xhr.setRequestHeader(name, value);
  const refuse = (/** @type {string} */ error) => {
    const at = link.now();
    link.note('ack', {
      dir: 'down', id: order.id, command: order.command, ok: false, bytes: 0, took: at - sent, error,
    }, at);
  };
  xhr.onload = () => {
    const at = link.now();
    const text = xhr.responseText;
    try {
      // 200 and 409 both carry the ack; any other answer is an error object.
      if (JSON.parse(text).type !== 'ack') throw new Error('no ack');
      noteElement(link, text, { at, bytes: utf8Length(text), encoding: 'text', asked: () => sent });
    } catch {
      refuse(`HTTP ${xhr.status}`);
    }
  };
  xhr.onerror = () => refuse('network');
  xhr.ontimeout = () => refuse('time-out');
  xhr.send(body);
}

// The situations that are known to matter and that no fault can produce, each with the reason.
const frames = 'no fault rewrites the frames or handshakes of a WebSocket';
const heads = 'the record keeps a request\'s path and cursor, not its head';

export const absent = [
  { situation: 'a masked frame of the server, bad UTF-8, reserved bits', reason: frames },
  { situation: 'a subprotocol nobody asked for, a wrong Sec-WebSocket-Accept', reason: frames },
  { situation: 'the code in the browser\'s own Close (1001 when the page goes, 1002 as an echo)', reason: 'the record does not keep it' },
  { situation: 'Accept, Cache-Control and Pragma of an EventSource\'s request', reason: heads },
  { situation: 'a Last-Event-ID that is not ASCII', reason: `${heads}, and the feed refuses what is no cursor` },
  { situation: 'an outage of 60 s', reason: 'shortened to 22 s, in which a back-off would show as well' },
  { situation: 'a server that is killed (SIGKILL) or stopped (SIGSTOP)', reason: '`restart` and `stall` take their place' },
  { situation: 'a WebSocket that waits for another on another port of the same address', reason: 'each of the stage\'s origins has an address of its own' },
  { situation: 'HTTP/2 and TLS', reason: 'the stage speaks HTTP/1.1 in the clear' },
  { situation: 'failed DNS', reason: 'the stage is addressed by numbers' },
  { situation: 'timers, clocks and busy frames of a page in the background', reason: 'done by the page, not by a fault: `tests/web/browser/undisturbed.test.js` plays them' },
  { situation: 'nginx and haproxy', reason: 'not of a browser; `buffer` and `idle-timeout` do what they do' },
  { situation: 'Safari, and browsers on other systems', reason: 'the machines of the tests have none' },
];

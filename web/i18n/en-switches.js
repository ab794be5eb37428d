/*
 * Words in English for what can be switched and chosen: a lane's switches, the pool of
 * clients, the sources. Part of en.js.
 */

/** @type {Record<string, string>} */
export const enSwitches = {
  'switches.open': 'Switches of this lane',
  'switches.title': 'Switches',
  'switches.note': 'As the server offers them. A change holds from this lane’s next connection on.',
  'switches.courtesies': 'Courtesies: what a good server does unasked',
  'switches.reset': 'As by default',
  'switches.close': 'Close',

  'switch.encoding': 'How each event is written; raw and bytes in binary carry no time, so there is no delay to show',
  'switch.mode': 'log: all events since the cursor; last: only the newest',
  'switch.limit': 'The most events in one answer',
  'switch.wait': 'How long a request is held that has nothing to answer',
  'switch.fanout': 'shared: encoded once for all readers; stock: anew for each, by the libraries’ own means',
  'switch.compression': 'gzip for this reader alone: fewer bytes, more work',
  'switch.flush': 'off: the compressor holds events back until its buffer is full',
  'switch.heartbeat': 'Said after so much silence, so that proxies and peers see the line is alive',
  'switch.heartbeat-as': 'What a heartbeat looks like; script sees only an event',
  'switch.dead-after': 'How long a reader that acknowledges nothing is kept',
  'switch.retry': 'How long the browser is told to wait before it comes back; empty leaves it to the browser',
  'switch.sentinel': 'data: [DONE] at the end, as the streams of chat services have it',
  'switch.ids': 'id lines; without them the browser has nothing to resume with',
  'switch.first-bytes': 'Something is said at once; without it the response begins with its head alone',
  'switch.unbuffered': 'Proxies are asked not to hold the stream back',
  'switch.nodelay': 'TCP_NODELAY; without it the kernel may hold small writes back (Nagle)',
  'switch.resume': 'The cursor is heard; without it who connects gets what comes from now on',
  'switch.keep-alive': 'Requests share a TCP connection; without it each costs one',
  'switch.poll': 'From an answer to the next question',
  'switch.ws': 'What this page’s client adds to a bare WebSocket: reconnect and cursor',
  'switch.fetch': 'What this page’s client adds to a bare fetch: reconnect and cursor',

  'clients.title': 'Clients',
  'clients.note': 'Every reader of a feed has a place in the pool; a client that connects again takes its own place over, and who finds none is told to try later.',
  'clients.empty': 'Nobody reads a feed now.',
  'clients.client': 'client',
  'clients.job': 'job',
  'clients.transport': 'transport',
  'clients.lag': 'events behind',
  'clients.bytes': 'at the socket',
  'clients.since': 'here for',
  'clients.max': 'at most',
  'clients.max-hint': 'How many clients there may be; those inside stay',
  'clients.remove': 'Remove',
  'clients.remove-hint': 'End the connection of {client} and refuse it for a minute',
  'clients.removed': '{client} was removed from {job}; for a minute it is told to stay away.',
  'clients.limited': 'From now on there may be {max} clients; those inside stay.',

  'source.synthetic': 'Made-up progress on a schedule, the same for all who read it.',
  'source.hash': 'SHA-256 of a file in the folder the operator has opened.',
  'source.push': 'Whatever a program POSTs; the line to type stands here once the job runs.',
  'source.replay': 'A feed that was saved before, from the folder the operator has opened.',
  'source.per-connection': 'Progress is kept on the connection, as in the article: who reconnects starts over. That is the lesson.',
  'push.how': 'This job takes events from any program; {count} have arrived. Send it some:',
};

// Each encoding on each transport: sixty events and the end, every one of them, whatever they are written in.
import assert from 'node:assert/strict';
import { startServer } from './support/server.js';
import { story } from './support/story.js';

const transports = ['polling', 'long-polling', 'sse', 'fetch-stream', 'websocket'];
/** What the record says of how each transport carries an encoding of text, and of bytes. */
const carried = {
  cbor: { polling: 'binary', 'long-polling': 'binary', sse: 'base64', 'fetch-stream': 'base64', websocket: 'binary' },
  binary: { polling: 'binary', 'long-polling': 'binary', sse: 'base64', 'fetch-stream': 'base64', websocket: 'binary' },
  raw: { polling: 'text', 'long-polling': 'text', sse: 'text', 'fetch-stream': 'text', websocket: 'text' },
};

for (const encoding of ['cbor', 'raw', 'binary']) {
  for (const payload of ['progress', 'bytes']) {
    story(`${encoding} delivers 60 events of ${payload} on every transport`, { start: () => startServer(['--lanes', '5']) }, async ({ open }) => {
      const dashboard = await open({ lanes: transports.join(','), encoding, payload, count: 60, interval: '40ms', poll: '150ms', run: 1 });
      const { lanes, job } = await dashboard.untilSeen(
        'all lanes to end', (now) => now.lanes.length === 5 && now.lanes.every((lane) => lane.state === 'ended'), 60_000,
      );
      assert.equal(job.total, 61);
      for (const { id, transport, delivered, missed, repeated, percent, encodings } of lanes) {
        assert.deepEqual({ delivered, missed, repeated }, { delivered: 61, missed: 0, repeated: 0 }, transport);
        assert.equal(percent, 100, transport);
        assert.ok(encodings.includes(carried[encoding][transport]), `${transport} carried ${encodings}`);
        const seqs = (await dashboard.dump(id)).filter((line) => line.kind === 'event').map((line) => line.seq);
        assert.deepEqual(seqs, Array.from({ length: 61 }, (_, at) => at + 1), `${transport}: its record`);
      }
    });
  }
}

story('what has no time of its own shows no delay', {}, async ({ open }) => {
  const dashboard = await open({ lanes: 'sse(encoding=raw),websocket(encoding=raw),websocket', count: 30, interval: '30ms', run: 1 });
  const { lanes } = await dashboard.untilSeen(
    'all lanes to end', (now) => now.lanes.length === 3 && now.lanes.every((lane) => lane.state === 'ended'), 60_000,
  );
  assert.deepEqual(lanes.map((lane) => lane.delayP50 === null), [true, true, false]);
});

// The plain run: one feed, three lanes, every event once and in order on each of them.
import assert from 'node:assert/strict';
import { story } from './support/story.js';

story('three lanes reach 100 % with nothing missed and nothing repeated', {}, async ({ server, open }) => {
  const dashboard = await open({ count: 100, interval: '40ms', run: 1 });
  const { lanes, job } = await dashboard.untilSeen('all lanes at 100 %', ended, 60_000);
  assert.deepEqual(lanes.map((lane) => lane.transport).sort(), ['polling', 'sse', 'websocket']);
  const said = await server.ask(`/jobs/${job.job}`);
  assert.equal(said.state, 'done');
  for (const lane of lanes) {
    const { delivered, missed, repeated, reordered, percent } = lane;
    assert.deepEqual(
      { delivered, missed, repeated, reordered, percent },
      { delivered: said.head, missed: 0, repeated: 0, reordered: 0, percent: 100 },
      lane.transport,
    );
    const seqs = (await dashboard.dump(lane.id)).filter((line) => line.kind === 'event').map((line) => line.seq);
    assert.deepEqual(seqs, Array.from({ length: said.head }, (_, at) => at + 1), `${lane.transport}: its record`);
  }
});

const ended = ({ lanes }) => lanes.length === 3 && lanes.every((lane) => lane.state === 'ended' && lane.percent === 100);

// A recording relay: a plain TCP go-between that keeps every byte it passes on, in both directions. It knows no HTTP,
// so what it counts is independent of everything under test. It can cut a connection at a place in the bytes.
import { createServer, connect } from 'node:net';

/**
 * Listens on a free port; `aim(url)` says where connections go; `totals()` is what went through so far; `cutAt(text)`
 * cuts, once, the first connection on which that text comes down: it still passes, and nothing behind it.
 */
export async function startRelay(host = '127.0.0.1') {
  const passed = [];
  const open = new Set();
  const cut = { at: undefined, count: 0 };
  let target;
  const server = createServer({ allowHalfOpen: true }, (near) => {
    if (!target) return near.destroy();
    const record = { in: [], out: [] };
    passed.push(record);
    const far = connect({ ...target, allowHalfOpen: true });
    pass(near, far, record.in, open);
    pass(far, near, record.out, open, cut);
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
  return {
    url: `http://${host}:${server.address().port}`,
    aim(url) {
      const { hostname, port } = new URL(url);
      target = { host: hostname, port: Number(port) };
    },
    cutAt(text) {
      cut.at = Buffer.from(text);
    },
    cuts: () => cut.count,
    connections: () => passed.map((record) => ({ in: Buffer.concat(record.in), out: Buffer.concat(record.out) })),
    totals: () => passed.reduce((sum, { in: up, out: down }) => ({
      connections: sum.connections + 1, in: sum.in + bytes(up), out: sum.out + bytes(down),
    }), { connections: 0, in: 0, out: 0 }),
    stop() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** A port nobody has, at least a moment ago. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Passes on what comes, its end and its reset; keeps each chunk once it was handed on. */
function pass(from, to, kept, open, cut) {
  open.add(from);
  from.setNoDelay(true);
  from.on('data', (chunk) => {
    const left = cut ? placeOfCut(cut, kept, chunk) : undefined;
    kept.push(chunk.subarray(0, left));
    if (left !== undefined) {
      cut.count += 1;
      to.end(chunk.subarray(0, left), () => to.destroy());
      from.destroy();
    } else if (!to.write(chunk)) from.pause();
  });
  to.on('drain', () => from.resume());
  from.on('end', () => to.end());
  from.on('error', () => (to.resetAndDestroy ?? to.destroy).call(to));
  from.on('close', () => {
    open.delete(from);
    if (from.destroyed && !from.readableEnded) to.destroy();
  });
}

/** How many bytes of the chunk are still to pass, if the place of the cut is in it. */
function placeOfCut(cut, kept, chunk) {
  if (!cut.at) return undefined;
  const before = Buffer.concat(kept).subarray(-cut.at.length + 1);
  const at = Buffer.concat([before, chunk]).indexOf(cut.at);
  if (at < 0) return undefined;
  const left = at + cut.at.length - before.length;
  cut.at = undefined;
  return left;
}

const bytes = (chunks) => chunks.reduce((sum, chunk) => sum + chunk.length, 0);

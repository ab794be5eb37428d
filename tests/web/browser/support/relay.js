// A recording relay: a plain TCP go-between that keeps every byte it passes on, in both directions. It knows no HTTP,
// so what it counts is independent of everything under test.
import { createServer, connect } from 'node:net';

/** Listens on a free port; `aim(url)` says where connections go; `totals()` is what went through so far. */
export async function startRelay(host = '127.0.0.1') {
  const passed = [];
  const open = new Set();
  let target;
  const server = createServer({ allowHalfOpen: true }, (near) => {
    if (!target) return near.destroy();
    const record = { in: [], out: [] };
    passed.push(record);
    const far = connect({ ...target, allowHalfOpen: true });
    pass(near, far, record.in, open);
    pass(far, near, record.out, open);
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
  return {
    url: `http://${host}:${server.address().port}`,
    aim(url) {
      const { hostname, port } = new URL(url);
      target = { host: hostname, port: Number(port) };
    },
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
function pass(from, to, kept, open) {
  open.add(from);
  from.setNoDelay(true);
  from.on('data', (chunk) => {
    kept.push(chunk);
    if (!to.write(chunk)) from.pause();
  });
  to.on('drain', () => from.resume());
  from.on('end', () => to.end());
  from.on('error', () => (to.resetAndDestroy ?? to.destroy).call(to));
  from.on('close', () => {
    open.delete(from);
    if (from.destroyed && !from.readableEnded) to.destroy();
  });
}

const bytes = (chunks) => chunks.reduce((sum, chunk) => sum + chunk.length, 0);

import { startFleetWorld, until } from './world.ts';

const CONNECTIONS = 20;
/** Each side takes its time, as the real ones do. */
const LATENCY_MS = 120;

export interface TakeoverFigures {
  connections: number;
  latencyMs: number;
  /** From kill -9 to the first and the last of the dead one's connections that delivered again, in s, each run. */
  killed: { connections: number; firstSeconds: number; lastSeconds: number }[];
  /** The same for SIGTERM. */
  stopped: { connections: number; firstSeconds: number; lastSeconds: number }[];
}

/** How long a connection stands still when the instance that ran it dies, and when it ends in good order. */
export async function takeover(runs: number): Promise<TakeoverFigures> {
  const world = await startFleetWorld(CONNECTIONS, LATENCY_MS);
  const deals = world.deals('takeover', CONNECTIONS * runs * 2);
  let stays = await world.serve();
  const figures: TakeoverFigures = {
    connections: CONNECTIONS,
    latencyMs: LATENCY_MS,
    killed: [],
    stopped: [],
  };
  for (let run = 0; run < runs * 2; run++) {
    const kind = run % 2 === 0 ? 'killed' : 'stopped';
    const goes = stays;
    stays = await world.serve();
    await until(
      async () => (await world.counts()).every((count) => count === CONNECTIONS / 2),
      'equal shares',
    );
    // Not always just after a renewal.
    await new Promise((resolve) => setTimeout(resolve, 4_000 + 700 * run));
    const before = await ownersOf(world);
    const ended = performance.now();
    const ending = kind === 'killed' ? goes.kill() : goes.stop();
    const moves = world.names.map((name, index) => ({ name, ...deals[run * CONNECTIONS + index]! }));
    for (const { name, dealId } of moves) await world.deliverWebhook(stays, name, dealId);
    await until(() => moves.every(({ email }) => world.accepted.has(email)), 'every connection delivers');
    await ending;
    const after = await ownersOf(world);
    const moved = moves.filter(({ name }) => before.get(name) !== after.get(name));
    const times = moved.map(({ email }) => (world.accepted.get(email)! - ended) / 1000);
    const round = (seconds: number) => Math.round(seconds * 100) / 100;
    figures[kind].push({
      connections: moved.length,
      firstSeconds: round(Math.min(...times)),
      lastSeconds: round(Math.max(...times)),
    });
  }
  await stays.stop();
  await world.close();
  return figures;
}

async function ownersOf(world: Awaited<ReturnType<typeof startFleetWorld>>): Promise<Map<string, string>> {
  const rows = await world.query<{ connection: string; owner: string }>(
    'select connection, owner from connections',
  );
  return new Map(rows.map(({ connection, owner }) => [connection, owner]));
}

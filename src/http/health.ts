import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { CODES, type Code } from '../health/codes.ts';
import { allItems, type Health } from '../health/health.ts';
import { memoizeFor } from '../lib/memoize-for.ts';
import { otherRoutes } from './route-table.ts';
import { sameSecret } from './secrets.ts';

export interface HealthOptions {
  /** Whether the process has started. */
  isStarted(): boolean;
  /** Whether the database answers. @returns a sentence for each problem; empty where the process is ready. */
  notReady(): Promise<string[]>;
  /** The judgement of all connections. */
  current(): Health;
  metrics: Registry;
  /** Whoever reads the metrics must send this as a bearer token; undefined: anybody may read them. */
  metricsToken?: string | undefined;
  /** In ms, monotonic. */
  now?: () => number;
}

/** All that ask within this time get the same answer, ms: reading costs time on the thread that answers webhooks. */
const SHARE_MS = 1_000;

/** For load balancers and monitoring: liveness, readiness, and metrics as Prometheus text. */
export async function health(app: FastifyInstance, options: HealthOptions): Promise<void> {
  const now = options.now ?? (() => performance.now());
  const notReady = memoizeFor(SHARE_MS, now, () => options.notReady());
  const metrics = memoizeFor(SHARE_MS, now, () => options.metrics.metrics());

  app.get(otherRoutes.live.path, { config: { access: otherRoutes.live } }, async () => ({ status: 'live' }));

  type Ready = { Querystring: { strict?: string } };
  app.get<Ready>(
    otherRoutes.ready.path,
    { config: { access: otherRoutes.ready } },
    async ({ query }, reply) => {
      // The start ends at a moment that is announced, so no answer of a second ago may contradict it.
      const own = options.isStarted() ? await notReady() : ['Stagepost is starting.'];
      const judged = options.current();
      // A monitoring system that should call somebody asks with `?strict`; a load balancer asks without.
      const isStrict = query.strict !== undefined && query.strict !== 'false';
      const problems = isStrict ? [...own, ...brokenOf(judged)] : own;
      const status = problems.length === 0 ? 'ready' : 'not ready';
      return reply.code(problems.length === 0 ? 200 : 503).send({ status, problems, ...shown(judged) });
    },
  );

  app.get(otherRoutes.metrics.path, { config: { access: otherRoutes.metrics } }, async (request, reply) => {
    const { metricsToken } = options;
    const sent = request.headers.authorization ?? '';
    if (metricsToken !== undefined && !sameSecret(sent, `Bearer ${metricsToken}`))
      return reply.code(401).send({ error: 'The metrics need the token STAGEPOST_METRICS_TOKEN.' });
    return reply.type(options.metrics.contentType).send(await metrics());
  });
}

function brokenOf(judged: Health): string[] {
  const broken = allItems(judged).filter(({ light }) => light === 'broken');
  return broken.map(({ connection, code }) =>
    connection === null ? meaningOf(code) : `${connection}: ${meaningOf(code)}`,
  );
}

/** Without the particulars of an item: anybody who reaches the address may ask. */
function shown(judged: Health) {
  return {
    light: judged.light,
    connections: judged.connections.map(({ connection, light }) => ({ connection, light })),
    items: allItems(judged).map(({ code, connection, side, light, since }) => ({
      ...{ code, connection, side, light, since, message: meaningOf(code) },
    })),
  };
}

/** @param code another version's process may have stored one that this version does not know */
function meaningOf(code: string): string {
  return (CODES as Record<string, Code>)[code]?.meaning ?? code;
}

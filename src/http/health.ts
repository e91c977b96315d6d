import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { memoizeFor } from '../lib/memoize-for.ts';
import { otherRoutes } from './route-table.ts';
import { sameSecret } from './secrets.ts';

export interface HealthOptions {
  /** @returns a sentence for each problem; empty where the process is ready. */
  notReady(): Promise<string[]>;
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

  app.get(otherRoutes.ready.path, { config: { access: otherRoutes.ready } }, async (_request, reply) => {
    const problems = await notReady();
    if (problems.length === 0) return { status: 'ready' };
    return reply.code(503).send({ status: 'not ready', problems });
  });

  app.get(otherRoutes.metrics.path, { config: { access: otherRoutes.metrics } }, async (request, reply) => {
    const { metricsToken } = options;
    const sent = request.headers.authorization ?? '';
    if (metricsToken !== undefined && !sameSecret(sent, `Bearer ${metricsToken}`))
      return reply.code(401).send({ error: 'The metrics need the token STAGEPOST_METRICS_TOKEN.' });
    return reply.type(options.metrics.contentType).send(await metrics());
  });
}

import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { otherRoutes } from './route-table.ts';

export interface HealthOptions {
  /** @returns a sentence for each problem; empty where the process is ready. */
  notReady(): Promise<string[]>;
  metrics: Registry;
}

/** For load balancers and monitoring: liveness, readiness, and metrics as Prometheus text. */
export async function health(app: FastifyInstance, options: HealthOptions): Promise<void> {
  app.get(otherRoutes.live.path, { config: { access: otherRoutes.live } }, async () => ({ status: 'live' }));

  app.get(otherRoutes.ready.path, { config: { access: otherRoutes.ready } }, async (_request, reply) => {
    const problems = await options.notReady();
    if (problems.length === 0) return { status: 'ready' };
    return reply.code(503).send({ status: 'not ready', problems });
  });

  app.get(otherRoutes.metrics.path, { config: { access: otherRoutes.metrics } }, async (_request, reply) => {
    return reply.type(options.metrics.contentType).send(await options.metrics.metrics());
  });
}

import { memoizeByKey } from '../../../lib/memoize-by-key.ts';
import type { PipelineCache } from '../pipeline-cache.ts';
import type { Handlers } from '../routes.ts';
import type { ApiServices } from '../services.ts';
import type { FunnelOverview } from './contract.ts';
import { pageOfEntries } from './entries.ts';
import { pageOfLostClients } from './lost.ts';
import { readFunnel } from './overview.ts';
import { periodOf } from './period.ts';

/** How long one reading is shared by all open consoles, in ms: a month of a busy account is many rows. */
const SHARED = { ms: 10_000, most: 50 };

/** The overview: what became of the deals that entered a stage. */
export function funnelHandlers(
  services: ApiServices,
  pipelines: PipelineCache,
): Pick<Handlers, 'funnel' | 'stageEntries' | 'lostClients'> {
  const shared = memoizeByKey<FunnelOverview>({ ...SHARED, now: services.now });
  return {
    funnel: async ({ query }, { scope }) => {
      const connections = scope.select(query.connection);
      const period = periodOf(query, services.now());
      const key = JSON.stringify([connections, query.since, query.until, query.pipeline]);
      return shared(key, () =>
        readFunnel(services, pipelines, { ...period, connections, pipelineId: query.pipeline }),
      );
    },
    stageEntries: async ({ query }, { scope }) => {
      const connections = scope.select(query.connection);
      const { pipeline: pipelineId, stage: stageId, step, reason, before, limit } = query;
      const campaign = query.campaign === undefined ? undefined : String(query.campaign);
      const period = periodOf(query, services.now());
      const filter = { ...period, connections, pipelineId, stageId, step, reason, campaign };
      return pageOfEntries(services, pipelines, filter, { before: before ?? null, limit });
    },
    lostClients: async ({ query }, { scope }) => {
      const { kind, before, limit } = query;
      const filter = {
        ...periodOf(query, services.now()),
        connections: scope.select(query.connection),
        kind,
      };
      return pageOfLostClients(services, filter, { before: before ?? null, limit });
    },
  };
}

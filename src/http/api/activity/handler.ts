import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Db } from '../../../store/database/database.ts';
import { namesOfPeople } from '../../../store/events/activity.ts';
import type { Principal } from '../../auth/authenticate.ts';
import type { Asked, Routes } from '../contract.ts';
import type { PipelineCache } from '../pipeline-cache.ts';
import type { Handlers } from '../routes.ts';
import type { ApiServices } from '../services.ts';
import { createFeed } from './feed.ts';
import type { Filter } from './filter.ts';
import { search } from './search.ts';
import { streamTo } from './stream.ts';

/** The list of events, and the same as a stream. */
export function activityHandlers(
  options: ApiServices,
  pipelines: PipelineCache,
  app: FastifyInstance,
  whoAsks: (request: FastifyRequest) => Promise<Principal | null>,
): Pick<Handlers, 'activity' | 'activityStream'> {
  const { connections, database } = options;
  const names = connections.map(({ name }) => name);
  const feed = createFeed({ ...options, names, pipelines, log: app.log });
  app.addHook('preClose', async () => feed.close());

  return {
    activity: async ({ query: { before = null, limit, ...asked } }) => {
      const { db } = await database();
      const filter = await filterOf(db, names, asked);
      return search(db, pipelines, { connections: names, filter, before, limit });
    },
    activityStream: async ({ query }, { request, reply }) => {
      const { db } = await database();
      const filter = await filterOf(db, names, query);
      await streamTo(reply, {
        feed,
        filter,
        after: lastEventId(request),
        isStillSignedIn: async () => (await whoAsks(request)) !== null,
      });
      return undefined;
    },
  };
}

type Query = Asked<Routes['activityStream']>['query'] & {
  since?: number | undefined;
  until?: number | undefined;
};

/** A person is asked for by one name and may be stored under another: by email or by id. */
async function filterOf(db: Db, names: string[], { email, repaired, ...query }: Query): Promise<Filter> {
  const filter: Filter = { ...query, repaired: repaired === 'true' };
  if (email === undefined) return filter;
  const persons = await namesOfPeople(db, names, [...new Set([email, email.toLowerCase()])]);
  return { ...filter, persons };
}

function lastEventId(request: FastifyRequest): number | null {
  const given = request.headers['last-event-id'];
  return typeof given === 'string' && /^\d{1,15}$/.test(given) ? Number(given) : null;
}

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { namesSearched } from '../../../domain/address.ts';
import type { StageRef } from '../../../domain/entities.ts';
import { LANGUAGES } from '../../../languages/languages.ts';
import type { Db } from '../../../store/database/database.ts';
import { namesOfPeople } from '../../../store/events/activity.ts';
import { includesAccess } from '../../../store/users/access.ts';
import type { Authenticate, Principal } from '../../auth/authenticate.ts';
import type { PipelineCache } from '../pipeline-cache.ts';
import type { RouteInput } from '../route.ts';
import type { Routes } from '../route-list.ts';
import type { Handlers } from '../routes.ts';
import type { ApiServices } from '../services.ts';
import { ActivityFeed } from './feed.ts';
import type { Filter } from './filter.ts';
import { filterOptions } from './filter-options.ts';
import { search } from './search.ts';
import { streamTo, takeStreamPlace } from './stream.ts';
import { StreamPlaces } from './stream-places.ts';

/** A user has one stream for each tab of the console. */
const STREAM_PLACES = { max: 100, maxOfOwner: 5 };

/** The list of events, and the same as a stream. */
export function activityHandlers(
  services: ApiServices,
  pipelines: PipelineCache,
  app: FastifyInstance,
  authenticate: Authenticate,
): Pick<Handlers, 'activity' | 'activityOptions' | 'activityStream'> {
  const { connections, database, now } = services;
  const places = new StreamPlaces(STREAM_PLACES);
  const feed = new ActivityFeed({ connections, database, pipelines, now, log: app.log });
  app.addHook('preClose', async () => feed.close());

  return {
    activity: async ({ query: { before = null, limit, connection, ...filterQuery } }, { scope, words }) => {
      const { db } = await database();
      const filter = await filterOf(db, scope.select(connection), filterQuery);
      return search(db, pipelines, { filter, before, limit, words });
    },
    activityOptions: async ({ query: { connection } }, { scope }) =>
      filterOptions((await database()).db, pipelines, scope.select(connection)),
    activityStream: async (
      { query: { connection, language, ...filterQuery } },
      { principal, scope, words, request, reply },
    ) => {
      takeStreamPlace(places, `${principal.by} ${principal.id}`, reply);
      const { db } = await database();
      const filter = await filterOf(db, scope.select(connection), filterQuery);
      await streamTo(reply, {
        feed,
        filter,
        words: language === undefined ? words : LANGUAGES[language],
        after: lastEventId(request),
        isStillSignedIn: async () => {
          const current = await authenticate(request);
          return current !== null && haveSameScope(current, principal);
        },
      });
      return undefined;
    },
  };
}

type FilterQuery = Omit<RouteInput<Routes['activityStream']>['query'], 'connection' | 'language'> & {
  since?: number | undefined;
  until?: number | undefined;
};

/** Looks up all names (email, identifier) under which a person may be stored. */
async function filterOf(
  db: Db,
  connections: string[],
  { email, repaired, stage, ...query }: FilterQuery,
): Promise<Filter> {
  const filter: Filter = {
    ...query,
    connections,
    repaired: repaired === 'true',
    ...(stage && { stage: stageRef(stage) }),
  };
  if (email === undefined) return filter;
  const persons = await namesOfPeople(db, connections, namesSearched(email));
  return { ...filter, persons };
}

/** @param text `PIPELINE-STAGE` */
function stageRef(text: string): StageRef {
  const [pipelineId, stageId] = text.split('-').map(Number) as [number, number];
  return { pipelineId, stageId };
}

/** Whether a stream may go on: a user who may see other connections now reconnects, and gets those. */
function haveSameScope(a: Principal, b: Principal): boolean {
  return includesAccess(a, b) && includesAccess(b, a);
}

/** The id that a browser sends when it reconnects; null at its first connection. */
function lastEventId(request: FastifyRequest): number | null {
  const header = request.headers['last-event-id'];
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : null;
}

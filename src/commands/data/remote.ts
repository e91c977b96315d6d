import { z } from 'zod';
import type { LockContent } from '../../store/database/embedded/data-lock.ts';
import type { Trace } from '../../store/events/trace.ts';
import { ApiClient } from './api-client.ts';
import type { DataAccess } from './types.ts';

/** The data of a running server, through its API. @param only all connections, or this one */
export function remoteData(server: LockContent, only: string | undefined): DataAccess {
  const api = new ApiClient(server);
  return {
    connections: async () => (await api.callAs('status', serverStatus)).connections.map(({ name }) => name),
    trace: (q) => api.callAs('trace', traces, { query: { q, connection: only } }),
    status: () => api.callAs('status', serverStatus),
    isDelivering: async () => true,
    health: async (names) =>
      (await api.call('health')).connections.filter(({ connection }) => names.includes(connection)),
    failingReceivers: async (names) => {
      const { receivers } = await api.call('alerts');
      return receivers.flatMap(({ name, failingSince, error }) =>
        names.includes(name) && failingSince !== null ? [{ name, error: error ?? 'unknown error' }] : [],
      );
    },
    emailEvents: async (names) => {
      const { emailEvents } = await api.callAs('status', emailEventsOfStatus);
      return emailEvents.filter(({ connection }) => names.includes(connection));
    },
    rules: (connection) => ({
      source: (version) => api.call('ruleSource', { query: { connection, version } }),
      versions: () => api.call('ruleVersions', { query: { connection } }),
      check: (draft) => api.call('ruleCheck', { body: { connection, draft } }),
      publish: (publication) => api.call('rulePublish', { body: { connection, ...publication } }),
    }),
    holds: {
      list: async ({ connection = only, decided }) => {
        const query = { connection, decided: decided ? '1' : undefined };
        const { holds } = await api.call('holds', { query });
        return holds.map(({ firstAt, lastAt, tooOld, sample, ...hold }) => ({
          ...hold,
          ...{ firstAt: firstAt / 1000, lastAt: lastAt / 1000, older: tooOld },
          sample: sample.map(({ dealId }) => dealId),
          dealNames: Object.fromEntries(
            sample.flatMap(({ dealId, deal }) => (deal === null ? [] : [[dealId, deal]])),
          ),
        }));
      },
      deals: async (id, above, limit) => {
        const { deals } = await api.call('heldDeals', { params: { id }, query: { above, limit } });
        return deals.map(({ link: _, at, ...deal }) => ({ ...deal, at: at / 1000 }));
      },
      send: (id, choice, timestamp) =>
        api.call('holdSend', { params: { id }, body: { ...choice, timestamp } }),
      discard: (id, choice, why) => api.call('holdDiscard', { params: { id }, body: { ...choice, why } }),
    },
    backfills: {
      list: async (connection = only) => (await api.call('backfills', { query: { connection } })).backfills,
      find: (id) => api.call('backfill', { params: { id } }),
      create: async (connection, filter) =>
        (await api.call('backfillCreate', { body: { connection, filter } })).id,
      start: async (id, events) =>
        void (await api.call('backfillStart', { params: { id }, body: { events } })),
      pause: async (id) => void (await api.call('backfillPause', { params: { id } })),
      resume: async (id) => void (await api.call('backfillResume', { params: { id } })),
      stop: async (id) => void (await api.call('backfillStop', { params: { id } })),
      leftOut: async (id, above, limit) =>
        (await api.call('backfillLeftOut', { params: { id }, query: { above, limit } })).deals,
    },
    letters: {
      failures: (selection) => api.call('failures', { query: { ...selection } }),
      list: async (selection, above, limit) =>
        (await api.call('failureList', { query: { ...selection, above, limit } })).letters,
      plan: (selection) => api.call('replayPlan', { body: selection }),
      replay: (chunk) => api.call('replay', { body: chunk }),
      progress: (ids) => api.call('replayProgress', { body: { ids } }),
      discard: (selection, why) => api.call('discard', { body: { ...selection, why } }),
    },
  };
}

const lane = z.object({
  state: z.enum(['open', 'waiting', 'held']),
  reason: z.string().nullable(),
  until: z.number().nullable(),
});
const serverStatus = z.object({
  connections: z.array(
    z.object({
      name: z.string(),
      state: z.enum(['running', 'standby', 'waiting', 'paused']),
      reason: z.string().optional(),
      lanes: z.object({ planning: lane, kommo: lane, customerio: lane }).nullable(),
    }),
  ),
  open: z.array(
    z.object({ connection: z.string(), events: z.number(), kommo: z.number(), customerio: z.number() }),
  ),
});

const emailEventsOfStatus = z.looseObject({
  emailEvents: z
    .array(z.object({ connection: z.string(), matched: z.number(), unmatched: z.number() }))
    .default([]),
});

/** Rows of the database: what `stagepost trace` prints is checked, the rest only passes through to `--json`. */
const traces = z.array(
  z.looseObject({
    connection: z.string(),
    deals: z.array(z.number()),
    persons: z.array(
      z.looseObject({ person: z.string(), email: z.string().nullable(), deal_id: z.number().nullable() }),
    ),
    watches: z.array(z.looseObject({ start: z.string(), state: z.string(), fires_at: z.number() })),
    pipelines: z.array(
      z.looseObject({ id: z.number(), name: z.string(), stages: z.array(z.looseObject({})) }),
    ),
    events: z.array(
      z.looseObject({
        event: z.looseObject({
          kind: z.string(),
          state: z.string(),
          payload: z.looseObject({}),
          created_at: z.number(),
          rules_version: z.number().nullable(),
          rule: z.string().nullable(),
          reason: z.string().nullable(),
          warnings: z.array(z.string()),
        }),
        reports: z.array(z.looseObject({ id: z.number(), source: z.string(), received_at: z.number() })),
        actions: z.array(
          z.looseObject({
            id: z.number(),
            kind: z.string(),
            state: z.string(),
            attempts: z.number(),
            // Null after the retention time.
            payload: z.looseObject({}).nullable(),
            error: z.string().nullable(),
            warnings: z.array(z.string()),
          }),
        ),
        attempts: z.array(z.looseObject({ action_ids: z.array(z.number()), duration_ms: z.number() })),
      }),
    ),
  }),
) as unknown as z.ZodType<Trace[]>;

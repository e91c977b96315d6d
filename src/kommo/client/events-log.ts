import type { StageRef, UnixSeconds } from '../../domain/entities.ts';
import { asList, asObject, asText, type JsonObject } from '../../lib/unknown-json.ts';
import { idOrNull, timeOrNull } from '../wire.ts';
import type { CallOptions } from './call.ts';
import { chunks, pages, queryOf } from './paging.ts';
import type { Transport } from './transport.ts';

/** A stage change in Kommo's events log. */
export interface DealMove {
  /** Unique per change. */
  id: string;
  dealId: number;
  /** Null where the log does not name the stage that the deal left. */
  from: StageRef | null;
  to: StageRef;
  at: UnixSeconds;
  /** The user who moved it, 0 for an integration or robot; missing where the log does not say it. */
  by?: number;
}

/** A deal's creation in the events log, which does not name the stage. */
export interface DealCreation {
  id: string;
  dealId: number;
  at: UnixSeconds;
}

export interface EventsQuery {
  /** All deals when absent; none when empty. */
  dealIds?: readonly number[];
  from: UnixSeconds;
  to?: UnixSeconds;
}

/** The amoCRM docs allow 100 events a page (Kommo's say 250) and 10 entities a call. */
const EVENTS_PAGE = 100;
const DEALS_A_CALL = 10;

/** The stage changes within a period that the token's user may see, oldest first, each once. */
export async function readMoves(
  transport: Transport,
  query: EventsQuery,
  options?: CallOptions,
): Promise<DealMove[]> {
  return readEvents(transport, 'lead_status_changed', query, moveOf, options);
}

/** Creations of deals within a period, oldest first, each once. */
export async function readCreations(
  transport: Transport,
  query: EventsQuery,
  options?: CallOptions,
): Promise<DealCreation[]> {
  return readEvents(transport, 'lead_added', query, creationOf, options);
}

async function readEvents<T extends DealCreation>(
  transport: Transport,
  type: string,
  query: EventsQuery,
  map: (event: JsonObject) => T | null,
  options: CallOptions | undefined,
): Promise<T[]> {
  const dealIds = query.dealIds === undefined ? null : new Set(query.dealIds);
  const groups = dealIds === null ? [null] : chunks([...dealIds], DEALS_A_CALL);
  // Pages shift while new events come in, so one event can be on two of them.
  const items = new Map<string, T>();
  for (const group of groups) {
    const call = { path: '/events', query: eventsQuery(type, group, query), name: 'events' };
    for await (const page of pages(transport, { ...call, doing: 'reading the events log' }, options)) {
      for (const event of page) {
        const item = event.type === type ? map(event) : null;
        if (item !== null && matches(item, dealIds, query)) items.set(item.id, item);
      }
    }
  }
  return [...items.values()].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

/** Kommo may ignore filters silently, so each one is checked again. */
function matches(item: DealCreation, dealIds: Set<number> | null, { from, to }: EventsQuery): boolean {
  return item.at >= from && (to === undefined || item.at <= to) && (dealIds?.has(item.dealId) ?? true);
}

function eventsQuery(type: string, dealIds: number[] | null, { from, to }: EventsQuery): string {
  const pairs: [string, string | number][] = [
    ['limit', EVENTS_PAGE],
    ['filter[entity]', 'lead'],
    ['filter[type]', type],
    ['filter[created_at][from]', Math.floor(from)],
  ];
  if (to !== undefined) pairs.push(['filter[created_at][to]', Math.ceil(to)]);
  // A comma list, as Kommo's PHP library writes it.
  if (dealIds !== null) pairs.push(['filter[entity_id]', dealIds.join(',')]);
  return queryOf(pairs);
}

/** An entry of the type `lead_added`. */
export function creationOf(event: JsonObject): DealCreation | null {
  const id = asText(event.id);
  const dealId = idOrNull(event.entity_id);
  const at = timeOrNull(event.created_at);
  return id === '' || dealId === null || at === null ? null : { id, dealId, at };
}

/** An entry of the type `lead_status_changed`. */
export function moveOf(event: JsonObject): DealMove | null {
  const base = creationOf(event);
  const to = stageOf(event.value_after);
  return base === null || to === null
    ? null
    : { ...base, from: stageOf(event.value_before), to, ...byOf(event) };
}

function byOf({ created_by: by }: JsonObject): { by?: number } {
  return typeof by === 'number' && Number.isSafeInteger(by) && by >= 0 ? { by } : {};
}

/** `[{"lead_status":{"id":111,"pipeline_id":123}}]` */
function stageOf(value: unknown): StageRef | null {
  const status = asList(value)
    .map((entry) => asObject(entry.lead_status))
    .find((entry) => entry.id !== undefined);
  const stageId = idOrNull(status?.id);
  const pipelineId = idOrNull(status?.pipeline_id);
  return stageId === null || pipelineId === null ? null : { pipelineId, stageId };
}

import { asText, type JsonObject } from '../../lib/unknown-json.ts';
import type { CallOptions } from './call.ts';
import { creationOf, type DealCreation, type DealMove, moveOf } from './events-log.ts';
import { pages, queryOf } from './paging.ts';
import {
  changeOf,
  RECORD_TYPES,
  type RecordChange,
  type RecordChangesQuery,
  typeOfField,
} from './record-changes.ts';
import type { Transport } from './transport.ts';

/** What the events log shows of a period, each list oldest first and each entry once. */
export interface LogEntries {
  moves: DealMove[];
  creations: DealCreation[];
  records: RecordChange[];
}

/** Values of deals and contacts whose changes are read. */
export interface WatchedValues {
  /** Custom fields of both. */
  fieldIds: readonly number[];
  name: boolean;
  price: boolean;
  responsibleUser: boolean;
  tags: boolean;
}

export interface LogEntriesQuery extends RecordChangesQuery {
  watched: WatchedValues;
}

/** Kommo docs, "Events: types". */
function typesOf({ fieldIds, name, price, responsibleUser, tags }: WatchedValues): string[] {
  return [
    ...fieldIds.map(typeOfField),
    ...(name ? ['name_field_changed'] : []),
    ...(price ? ['sale_field_changed'] : []),
    ...(responsibleUser ? ['entity_responsible_changed'] : []),
    ...(tags ? ['entity_tag_added', 'entity_tag_deleted'] : []),
  ];
}

/** As in `readMoves`: the amoCRM docs allow 100 events a page. */
const EVENTS_PAGE = 100;

/**
 * Stage changes, creations, and changes of deals and contacts with one list: one call where there are at most 100 entries.
 * An account that does not know one of the types may refuse the whole list.
 */
export async function readLogEntries(
  transport: Transport,
  { from, to, emailFieldIds, watched }: LogEntriesQuery,
  options?: CallOptions,
): Promise<LogEntries> {
  const recordTypes = [...new Set([...RECORD_TYPES, ...emailFieldIds.map(typeOfField), ...typesOf(watched)])];
  const query = queryOf([
    ['limit', EVENTS_PAGE],
    ['filter[entity]', 'lead,contact'],
    ['filter[type]', ['lead_status_changed', 'lead_added', ...recordTypes].join(',')],
    ['filter[created_at][from]', Math.floor(from)],
    ...(to === undefined ? [] : ([['filter[created_at][to]', Math.ceil(to)]] as [string, number][])),
  ]);
  const call = { path: '/events', query, name: 'events', doing: 'reading the events log' };
  const moves = new Map<string, DealMove>();
  const creations = new Map<string, DealCreation>();
  const records = new Map<string, RecordChange>();
  // Kommo may ignore filters silently, and pages shift while new entries come in.
  const add = <T extends { id: string; at: number }>(entries: Map<string, T>, entry: T | null) => {
    if (entry && entry.at >= from && (to === undefined || entry.at <= to)) entries.set(entry.id, entry);
  };
  const addEvent = (event: JsonObject) => {
    const type = asText(event.type);
    if (type === 'lead_status_changed') add(moves, moveOf(event));
    else if (type === 'lead_added') add(creations, creationOf(event));
    else if (recordTypes.includes(type)) add(records, changeOf(event, emailFieldIds));
  };
  for await (const page of pages(transport, call, options)) for (const event of page) addEvent(event);
  return { moves: sorted(moves), creations: sorted(creations), records: sorted(records) };
}

function sorted<T extends { id: string; at: number }>(entries: Map<string, T>): T[] {
  return [...entries.values()].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

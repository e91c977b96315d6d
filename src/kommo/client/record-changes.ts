import type { UnixSeconds } from '../../domain/entities.ts';
import { asList, asObject, asText, type JsonObject } from '../../lib/unknown-json.ts';
import { idOrNull, timeOrNull } from '../wire.ts';
import type { CallOptions } from './call.ts';
import { pages, queryOf } from './paging.ts';
import type { Transport } from './transport.ts';

/** An entry of the events log that can leave a link or an address out of date if its webhook is lost. */
export interface RecordChange {
  /** Unique per entry. */
  id: string;
  kind:
    | 'deal_changed'
    | 'deal_deleted'
    | 'deal_restored'
    | 'contact_changed'
    | 'contact_deleted'
    | 'contact_restored'
    | 'contact_merged';
  /** The id of the deal or contact; of the surviving contact in a merge. */
  subject: number;
  at: UnixSeconds;
  /** Only where a contact was linked to a deal, which is the subject then. */
  contactId?: number;
  /** Only where addresses of a contact changed: those that it had since then, and before, as Kommo shows them. */
  addresses?: string[];
  formerAddresses?: string[];
}

export interface RecordChangesQuery {
  from: UnixSeconds;
  to?: UnixSeconds;
  /** The contact fields that hold addresses. */
  emailFieldIds: readonly number[];
}

/** As in `readMoves`: the amoCRM docs allow 100 events a page. */
const EVENTS_PAGE = 100;
/** Kommo docs, "Events: types". */
export const RECORD_TYPES = [
  'lead_deleted',
  'lead_restored',
  'contact_deleted',
  'contact_restored',
  'entity_merged',
  'entity_linked',
  'entity_unlinked',
] as const;

/** Deletions, restorations, merges and links of deals and contacts, and changes of addresses, oldest first, each once. */
export async function readRecordChanges(
  transport: Transport,
  { from, to, emailFieldIds }: RecordChangesQuery,
  options?: CallOptions,
): Promise<RecordChange[]> {
  const types = [...RECORD_TYPES, ...emailFieldIds.map(typeOfField)];
  const query = queryOf([
    ['limit', EVENTS_PAGE],
    ['filter[entity]', 'lead,contact'],
    ['filter[type]', types.join(',')],
    ['filter[created_at][from]', Math.floor(from)],
    ...(to === undefined ? [] : ([['filter[created_at][to]', Math.ceil(to)]] as [string, number][])),
  ]);
  const call = { path: '/events', query, name: 'events', doing: 'reading the events log' };
  const changes = new Map<string, RecordChange>();
  for await (const page of pages(transport, call, options)) {
    for (const event of page) {
      const change = types.includes(asText(event.type)) ? changeOf(event, emailFieldIds) : null;
      // Kommo may ignore filters silently.
      const isWithin = change && change.at >= from && (to === undefined || change.at <= to);
      if (isWithin) changes.set(change.id, change);
    }
  }
  return [...changes.values()].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

/** The type of the entries about a custom field. */
export const typeOfField = (id: number): string => `custom_field_${id}_value_changed`;

/** Null for entries that change neither a deal nor a contact. @param emailFieldIds the contact fields that hold addresses */
export function changeOf(event: JsonObject, emailFieldIds: readonly number[]): RecordChange | null {
  const id = asText(event.id);
  const at = timeOrNull(event.created_at);
  const subject = idOrNull(event.entity_id);
  const found = subject === null ? null : kindOf(event, subject, emailFieldIds);
  return id === '' || at === null || found === null ? null : { id, at, ...found };
}

function kindOf(
  event: JsonObject,
  subject: number,
  emailFieldIds: readonly number[],
): Omit<RecordChange, 'id' | 'at'> | null {
  const type = asText(event.type);
  const entity = asText(event.entity_type);
  if (entity === 'lead') {
    if (type === 'lead_deleted') return { kind: 'deal_deleted', subject };
    if (type === 'lead_restored') return { kind: 'deal_restored', subject };
    return type === 'entity_merged' ? null : { kind: 'deal_changed', subject };
  }
  if (entity !== 'contact') return null;
  if (type === 'contact_deleted' || type === 'contact_restored') return { kind: type, subject };
  if (type === 'entity_merged') return { kind: 'contact_merged', subject };
  if (type !== 'entity_linked' && type !== 'entity_unlinked') {
    const isOfAddress = emailFieldIds.some((id) => type === typeOfField(id));
    return { kind: 'contact_changed', subject, ...(isOfAddress && changedTexts(event)) };
  }
  const dealId = linkedDeal(event);
  if (dealId === null) return null;
  return { kind: 'deal_changed', subject: dealId, ...(type === 'entity_linked' && { contactId: subject }) };
}

/** `[{"custom_field_value":{"field_id":1,"text":"ann@example.com"}}]`, before and after (Kommo docs, "Events: values"). */
function changedTexts({ value_after, value_before }: JsonObject): {
  addresses: string[];
  formerAddresses: string[];
} {
  const textsOf = (values: unknown) =>
    asList(values)
      .map((value) => asText(asObject(value.custom_field_value).text))
      .filter((text) => text !== '');
  const addresses = textsOf(value_after);
  return { addresses, formerAddresses: textsOf(value_before).filter((text) => !addresses.includes(text)) };
}

/** `[{"link":{"entity":{"type":"lead","id":1}}}]`, after the change or, where a link was removed, before it. */
function linkedDeal({ value_after, value_before }: JsonObject): number | null {
  const entities = [...asList(value_after), ...asList(value_before)].map(({ link }) =>
    asObject(asObject(link).entity),
  );
  return idOrNull(entities.find(({ type }) => type === 'lead')?.id);
}

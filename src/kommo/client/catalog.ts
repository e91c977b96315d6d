import type { Catalog, FieldDefinition, Pipeline, User } from '../../domain/entities.ts';
import { DeliveryError } from '../../domain/errors.ts';
import { isKnownZone, zoneOfOffset } from '../../lib/time-zone.ts';
import { asList, asObject, asText, type JsonObject, textOrNull } from '../../lib/unknown-json.ts';
import { userOf } from '../mapping.ts';
import { embedded, idOrNull } from '../wire.ts';
import { PAGE } from './by-id.ts';
import type { CallOptions } from './call.ts';
import { queryOf, readAll } from './paging.ts';
import type { Transport } from './transport.ts';

/** The account that the token belongs to. Also the cheapest test of the address and the token. */
export async function readAccount(transport: Transport, options?: CallOptions): Promise<Catalog['account']> {
  const query = queryOf([['with', 'datetime_settings']]);
  const body = await transport.send(
    { method: 'GET', path: '/account', query, effect: 'read', doing: 'reading the account' },
    options,
  );
  return accountOf(body);
}

/** @throws DeliveryError where it is no account */
export function accountOf(body: unknown): Catalog['account'] {
  const account = asObject(body);
  const id = idOrNull(account.id);
  if (id === null) {
    throw new DeliveryError(
      'retryable',
      'Kommo answered without an account. Check the URL in the configuration.',
    );
  }
  const settings = asObject(asObject(account._embedded).datetime_settings);
  return {
    id,
    name: asText(account.name),
    subdomain: asText(account.subdomain),
    ...zoneOf(settings),
    country: /^[A-Z]{2}$/.exec(asText(account.country))?.[0] ?? null,
  };
}

/**
 * The account's zone. Old and localised names exist that no list of zones has; the offset stands in for them, which is an hour
 * off for half of the year where the clocks change.
 */
function zoneOf(settings: JsonObject): Pick<Catalog['account'], 'timezone' | 'unknownTimezone'> {
  const name = asText(settings.timezone).trim();
  const offset = zoneOfOffset(asText(settings.timezone_offset));
  if (name === '') return { timezone: offset ?? 'UTC' };
  if (isKnownZone(name)) return { timezone: name };
  return { timezone: offset ?? zoneOfOffset(name) ?? 'UTC', unknownTimezone: name };
}

/** All users. Needs an administrator's token; others get `unauthorized` (403). */
export async function readUsers(transport: Transport, options?: CallOptions): Promise<User[]> {
  const query = queryOf([['limit', PAGE]]);
  const users = await readAll(
    transport,
    { path: '/users', query, name: 'users', doing: 'reading users' },
    options,
  );
  return users.map(userOf).filter((user) => user !== null);
}

/** Everything that names in the rules are resolved against. Archived pipelines are left out: their names may be in use again. */
export async function readCatalog(transport: Transport, options?: CallOptions): Promise<Catalog> {
  const [account, pipelines, dealFields, contactFields, companyFields, users] = await Promise.all([
    readAccount(transport, options),
    readPipelines(transport, options),
    readFields(transport, 'leads', options),
    readFields(transport, 'contacts', options),
    readFields(transport, 'companies', options),
    usersIfAllowed(transport, options),
  ]);
  return { account, pipelines, dealFields, contactFields, companyFields, users };
}

/** The lists of the catalog that rules name things of. */
export const CATALOG_LISTS = ['pipelines', 'dealFields', 'contactFields', 'companyFields'] as const;
export type CatalogList = (typeof CATALOG_LISTS)[number];

/** Some lists of the catalog, one after the other, so that they share one connection to Kommo. */
export async function readCatalogLists(
  transport: Transport,
  lists: readonly CatalogList[],
  options?: CallOptions,
): Promise<Partial<Pick<Catalog, CatalogList>>> {
  const reads = {
    pipelines: () => readPipelines(transport, options),
    dealFields: () => readFields(transport, 'leads', options),
    contactFields: () => readFields(transport, 'contacts', options),
    companyFields: () => readFields(transport, 'companies', options),
  };
  const read: Partial<Catalog> = {};
  for (const list of lists) Object.assign(read, { [list]: await reads[list]() });
  return read;
}

/** A token without the right to see users works for everything else, so its catalog has no users. */
async function usersIfAllowed(transport: Transport, options?: CallOptions): Promise<User[]> {
  try {
    return await readUsers(transport, options);
  } catch (error) {
    const forbidden =
      error instanceof DeliveryError && error.status === 403 && error.failure === 'unauthorized';
    if (forbidden) return [];
    throw error;
  }
}

async function readPipelines(transport: Transport, options?: CallOptions): Promise<Pipeline[]> {
  const call = { path: '/leads/pipelines', query: '', name: 'pipelines', doing: 'reading pipelines' };
  const pipelines = await readAll(transport, call, options);
  return pipelines.filter((pipeline) => pipeline.is_archive !== true).map(pipelineOf);
}

/** Kommo docs, "Leads pipelines and stages": a stage of type 1 is the one of incoming leads. */
const INCOMING_STAGE = 1;

function pipelineOf(wire: JsonObject): Pipeline {
  return {
    id: idOrNull(wire.id) ?? 0,
    name: asText(wire.name),
    stages: embedded(wire, 'statuses').map((status) => ({
      id: idOrNull(status.id) ?? 0,
      name: asText(status.name),
      color: textOrNull(status.color),
      ...(status.type === INCOMING_STAGE && { isIncoming: true }),
    })),
  };
}

async function readFields(
  transport: Transport,
  entity: 'leads' | 'contacts' | 'companies',
  options?: CallOptions,
): Promise<FieldDefinition[]> {
  const path = `/${entity}/custom_fields`;
  const query = queryOf([['limit', PAGE]]);
  const doing = `reading the fields of ${entity}`;
  const fields = await readAll(transport, { path, query, name: 'custom_fields', doing }, options);
  return fields.map(definitionOf).filter((field) => field !== null);
}

export function definitionOf(wire: JsonObject): FieldDefinition | null {
  const id = idOrNull(wire.id);
  if (id === null) return null;
  const options = Array.isArray(wire.enums)
    ? asList(wire.enums).map((option) => ({ id: idOrNull(option.id) ?? 0, value: asText(option.value) }))
    : null;
  return { id, name: asText(wire.name), code: textOrNull(wire.code), type: asText(wire.type), options };
}

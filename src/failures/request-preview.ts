import { requestOf as customerioRequest } from '../customerio/index.ts';
import {
  type Action,
  type CustomerioWrite,
  type Destination,
  type KommoWrite,
  kindNamed,
} from '../domain/actions.ts';
import type { Json } from '../domain/entities.ts';
import {
  KOMMO_ADDRESSES,
  requestOf as kommoRequest,
  prepareWrite,
  type WriteCatalog,
} from '../kommo/index.ts';

/** The request that delivers one action when it is sent alone. */
export interface ActionRequest {
  destination: Destination;
  method: string;
  /** Below the origin: `/api/v4/leads/notes`. */
  path: string;
  /** Null where the request cannot be made; `problem` says why. */
  body: Json;
  problem: string | null;
  /** What was cut to the destination's limits. */
  warnings: string[];
}

const NO_CATALOG: WriteCatalog = { dealFields: [], users: [], account: { timezone: 'UTC' } };

type Request = Omit<ActionRequest, 'destination'>;

/**
 * The request that the client would send, built by the same code. The destination may still refuse it.
 * @param ulid the id of an event for Customer.io
 * @param catalog the account's catalog, for the ids of fields; null before it was first read
 */
export function requestPreview(action: Action, ulid: string, catalog: WriteCatalog | null): ActionRequest {
  const kind = kindNamed(action.kind);
  return kind.destination === 'kommo'
    ? { destination: 'kommo', ...toKommo(kind.write(action), catalog) }
    : { destination: 'customerio', ...toCustomerio(kind.write(action), ulid) };
}

function toKommo(write: KommoWrite, catalog: WriteCatalog | null): Request {
  const address = { ...KOMMO_ADDRESSES[write.call], warnings: [] };
  const prepared = prepareWrite(write, catalog ?? NO_CATALOG);
  if (prepared.ok) {
    const { write: fitted, warnings } = prepared;
    return { ...address, body: asJson(kommoRequest(fitted).body), problem: null, warnings };
  }
  const problem = catalog ? prepared.error : 'The fields of the account have not been read yet.';
  return { ...address, body: null, problem };
}

function toCustomerio(write: CustomerioWrite, ulid: string): Request {
  try {
    const { body, ...request } = customerioRequest(write, ulid);
    return { ...request, body: asJson(body), problem: null };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const method = write.call === 'identify' ? 'PUT' : 'POST';
    const path =
      write.call === 'identify' || write.call === 'track' ? '/api/v1/customers/' : '/api/v2/entity';
    return { method, path, body: null, problem, warnings: [] };
  }
}

/** Leaves out undefined values, as JSON does. */
function asJson(body: unknown): Json {
  return JSON.parse(JSON.stringify(body));
}

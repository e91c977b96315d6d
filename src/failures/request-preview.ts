import { fitAttributes, fitEvent, identifyCall, trackCall } from '../customerio/index.ts';
import type { Action, CustomerioAction, Destination, KommoAction } from '../domain/actions.ts';
import { destinationOf } from '../domain/actions.ts';
import type { Catalog, Json } from '../domain/entities.ts';
import { fieldsCall, notesCall, tasksCall } from '../kommo/index.ts';
import { fieldChange } from '../pipeline/deliver/kommo/send.ts';

/** The request that delivers one action, as it goes out when it goes alone. */
export interface ActionRequest {
  destination: Destination;
  method: string;
  /** Below the origin: `/api/v4/leads/notes`. */
  path: string;
  /** Null where the request cannot be made; `problem` says why. */
  body: Json;
  problem: string | null;
  /** What had to be cut to Customer.io's limits. */
  warnings: string[];
}

/**
 * Says what the clients send: it is made by the same code. The destination's own words on it cannot be known before.
 * @param ulid the id of an event for Customer.io
 * @param catalog for the ids of fields; null before Kommo was read
 */
export function requestPreview(
  action: Action,
  ulid: string,
  catalog: Pick<Catalog, 'dealFields'> | null,
): ActionRequest {
  const destination = destinationOf(action);
  try {
    const call =
      destination === 'customerio'
        ? customerioCall(action as CustomerioAction, ulid)
        : { ...kommoCall(action as KommoAction, catalog), warnings: [] };
    // As JSON has it: what is undefined is left out.
    return { destination, problem: null, ...call, body: JSON.parse(JSON.stringify(call.body)) };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { destination, ...ADDRESSES[action.kind], body: null, problem, warnings: [] };
  }
}

/** Where a request would go that cannot be made. */
const ADDRESSES: Record<Action['kind'], { method: string; path: string }> = {
  identify: { method: 'PUT', path: '/api/v1/customers/' },
  track: { method: 'POST', path: '/api/v1/customers/' },
  note: { method: 'POST', path: '/api/v4/leads/notes' },
  task: { method: 'POST', path: '/api/v4/tasks' },
  set_field: { method: 'PATCH', path: '/api/v4/leads' },
};

/** @throws DeliveryError where the person cannot be named */
function customerioCall(action: CustomerioAction, ulid: string) {
  const { person, timestamp } = action;
  if (action.kind === 'identify') {
    const { attributes, warnings } = fitAttributes(action.attributes);
    return { ...identifyCall(person, attributes, timestamp), warnings };
  }
  const { name, data, warnings } = fitEvent(action.name, action.data);
  return { ...trackCall(person, { id: ulid, name, data, timestamp }), warnings };
}

/** @throws where the field does not exist or cannot hold the value */
function kommoCall(action: KommoAction, catalog: Pick<Catalog, 'dealFields'> | null) {
  const call = kommoCallBelowApi(action, catalog);
  return { ...call, path: `/api/v4${call.path}` };
}

function kommoCallBelowApi(action: KommoAction, catalog: Pick<Catalog, 'dealFields'> | null) {
  const { dealId } = action;
  if (action.kind === 'note') return notesCall([{ dealId, text: action.text }]);
  if (action.kind === 'task') {
    const { text, dueAt: completeTill, responsibleUserId } = action;
    return tasksCall([{ dealId, text, completeTill, responsibleUserId }]);
  }
  if (!catalog) throw new Error('The fields of the account have not been read yet.');
  const change = fieldChange(catalog.dealFields, action);
  if (!change.ok) throw new Error(change.error);
  return fieldsCall([{ dealId, fields: [{ fieldId: change.fieldId, value: change.value }] }]);
}

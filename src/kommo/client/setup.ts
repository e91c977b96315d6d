import type { FieldDefinition } from '../../domain/entities.ts';
import { DeliveryError } from '../../domain/errors.ts';
import { asText, type JsonObject } from '../../lib/unknown-json.ts';
import { embedded, idOrNull } from '../wire.ts';
import { PAGE } from './by-id.ts';
import type { CallOptions } from './call.ts';
import { definitionOf } from './catalog.ts';
import { queryOf, readAll } from './paging.ts';
import type { Transport } from './transport.ts';

/** A webhook of the account. `destination` carries a secret: mask it before it is shown. */
export interface Webhook {
  id: number;
  destination: string;
  /** Event names: `status_lead`, ... */
  settings: string[];
  /** Kommo switched it off after too many bad answers; only a person can switch it on again. */
  disabled: boolean;
}

/** The events that Stagepost needs, as the page of the webhook calls them. Source: Kommo docs, "Webhooks: available events". */
const WEBHOOK_EVENTS: Record<string, string> = {
  add_lead: 'Lead added',
  update_lead: 'Lead edited',
  status_lead: 'Lead stage (status) changed',
  responsible_lead: 'Lead resp. user changed',
  delete_lead: 'Lead deleted',
  restore_lead: 'Lead restored',
  add_contact: 'Contact added',
  update_contact: 'Contact edited',
  delete_contact: 'Contact deleted',
  restore_contact: 'Contact restored',
  update_company: 'Company edited',
};
/**
 * Incoming leads. Kommo's page offers them, but its reference does not list their names, which are seen in public client
 * code. An account may refuse them, and everything else works without them.
 */
const OPTIONAL_EVENTS: Record<string, string> = {
  add_unsorted: 'Incoming lead added',
  delete_unsorted: 'Incoming lead deleted',
};
/** What a webhook is registered for. */
export const WEBHOOK_SETTINGS: readonly string[] = Object.keys({ ...WEBHOOK_EVENTS, ...OPTIONAL_EVENTS });

/** The events that a webhook must report and does not. */
export function lackingSettings({ settings }: Pick<Webhook, 'settings'>): string[] {
  return Object.keys(WEBHOOK_EVENTS).filter((name) => !settings.includes(name));
}

/** The names of these events on the page of the webhook in Kommo, where a person ticks them. */
export function webhookEventLabels(settings: readonly string[]): string {
  return settings.map((name) => WEBHOOK_EVENTS[name] ?? OPTIONAL_EVENTS[name] ?? name).join(', ');
}

export async function readWebhooks(transport: Transport, options?: CallOptions): Promise<Webhook[]> {
  const query = queryOf([['limit', PAGE]]);
  const call = { path: '/webhooks', query, name: 'webhooks', doing: 'reading webhooks' };
  return (await readAll(transport, call, options)).map(webhookOf);
}

/**
 * Registers a webhook, or updates the one with this destination (whether Kommo adds to its settings or replaces them is
 * not documented). Needs an administrator's token and a plan with webhooks. An account that refuses the events of incoming
 * leads gets a webhook without them.
 */
export async function register(
  transport: Transport,
  destination: string,
  settings: readonly string[],
  options?: CallOptions,
): Promise<Webhook> {
  const required = settings.filter((name) => !(name in OPTIONAL_EVENTS));
  try {
    return await registerFor(transport, destination, settings, options);
  } catch (error) {
    const isRefused = error instanceof DeliveryError && (error.status === 400 || error.status === 422);
    if (!isRefused || required.length === settings.length || required.length === 0) throw error;
    return registerFor(transport, destination, required, options);
  }
}

async function registerFor(
  transport: Transport,
  destination: string,
  settings: readonly string[],
  options: CallOptions | undefined,
): Promise<Webhook> {
  const body = await transport.send(
    {
      method: 'POST',
      path: '/webhooks',
      body: { destination, settings },
      effect: 'set',
      doing: 'registering the webhook',
      secrets: [destination, encodeURIComponent(destination)],
    },
    options,
  );
  return webhookOf((body ?? {}) as JsonObject);
}

function webhookOf(wire: JsonObject): Webhook {
  return {
    id: idOrNull(wire.id) ?? 0,
    destination: asText(wire.destination),
    settings: Array.isArray(wire.settings) ? wire.settings.map(String) : [],
    disabled: wire.disabled === true,
  };
}

export interface NewDealField {
  name: string;
  /** Kommo's field type: `text`, `select`, `numeric`, ... */
  type: string;
  /** A name for programs, unique in the account. */
  code?: string;
  /** The texts of a list field. */
  options?: readonly string[];
  /** Only the API may change it, not a user. */
  apiOnly?: boolean;
}

/** Creates a deal field. Not repeatable: after `unknown`, read the catalog first. */
export async function createField(
  transport: Transport,
  field: NewDealField,
  options?: CallOptions,
): Promise<FieldDefinition> {
  const { name, type, code, apiOnly } = field;
  const enums = field.options?.map((value, index) => ({ value, sort: (index + 1) * 10 }));
  const item = { name, type, code, enums, is_api_only: apiOnly, request_id: '0' };
  const body = await transport.send(
    {
      method: 'POST',
      path: '/leads/custom_fields',
      body: [item],
      effect: 'create',
      doing: `creating the deal field "${name}"`,
    },
    options,
  );
  const created = embedded(body, 'custom_fields').map(definitionOf)[0] ?? null;
  if (created !== null) return created;
  throw new DeliveryError('unknown', `Kommo did not say whether it created the deal field "${name}".`);
}

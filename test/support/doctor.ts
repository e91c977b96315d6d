import type { Catalog, FieldDefinition } from '../../src/domain/entities.ts';
import { DeliveryError } from '../../src/domain/errors.ts';
import { type KommoClient, WEBHOOK_SETTINGS, type Webhook } from '../../src/kommo/index.ts';
import { connectionOf, fileWith } from './config-fixtures.ts';

/** A connection of Acme and a Kommo in which all is well, for the tests of `stagepost doctor`. */

export const SECRET = '0123456789abcdef';
export const RULES = fileWith(`stages:
  - { pipeline: Sales, stage: Won, event: deal_won }
reactions:
  email_unsubscribed:
    field: { email_status: unsubscribed }
  email_bounced:
    field: { email_status: bounced }
  email_clicked:
    note: clicked
    repeat: every
  customer_cio_subscription_preferences_changed:
    note: changed
inactivity:
  - { start: deal_won, after: 5d, unless: email_opened, event: silent }
`);
export const connection = connectionOf(RULES);

export const status = (type: string, options: string[] | null): FieldDefinition => ({
  id: 7,
  name: 'email_status',
  code: null,
  type,
  options: options?.map((value, index) => ({ id: index + 1, value })) ?? null,
});

export const catalog = (dealFields: FieldDefinition[], stage = 'Won'): Catalog => ({
  account: { id: 31, name: 'Acme', subdomain: 'acme', timezone: 'Europe/Lisbon', country: null },
  pipelines: [{ id: 1, name: 'Sales', stages: [{ id: 142, name: stage, color: null }] }],
  dealFields,
  contactFields: [],
  companyFields: [],
  users: [],
});

export const fails = (failure: DeliveryError['failure'], code: number | null) => async (): Promise<never> => {
  throw new DeliveryError(failure, `it failed (${code})`, { status: code });
};

/** A Kommo in which all is well, with some methods replaced. */
export function kommoWith(part: Partial<KommoClient> = {}): KommoClient {
  const none = async () => new Map();
  const well = catalog([status('text', null)]);
  return {
    account: async () => well.account,
    catalog: async () => well,
    users: async () => [],
    deals: none,
    contacts: none,
    companies: none,
    notesOf: async () => [],
    tasksOf: async () => [],
    dealMoves: async () => [],
    webhooks: async () => [hook()],
    ...part,
  } as KommoClient;
}

export const hook = (part: Partial<Webhook> = {}): Webhook => ({
  id: 1,
  destination: `https://stagepost.example/webhooks/kommo/acme/${SECRET}`,
  settings: [...WEBHOOK_SETTINGS],
  disabled: false,
  ...part,
});

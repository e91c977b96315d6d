import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Catalog } from '../../../src/domain/entities.ts';
import type { CallOptions } from '../../../src/kommo/index.ts';
import type { Connection } from '../../../src/pipeline/connection.ts';
import { gatherSimulation } from '../../../src/pipeline/plan/gather-simulation.ts';
import { simulate } from '../../../src/pipeline/plan/simulate.ts';
import type { Database } from '../../../src/store/database/database.ts';
import type { StoredEvent } from '../../../src/store/events/events.ts';
import { openTestDatabase } from '../../support/databases.ts';
import { contact, deal, rules, SALES } from '../../support/entities.ts';

const NOW = 1_700_001_000_000;

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase('postgres');
});
afterAll(() => database.close());

const catalog: Catalog = {
  account: { id: 1, name: 'Acme', subdomain: 'acme', timezone: 'UTC', country: null },
  pipelines: [SALES],
  dealFields: [],
  contactFields: [],
  companyFields: [],
  users: [],
};

const move: StoredEvent = {
  id: 0,
  connection: 'acme',
  key: 'move',
  kind: 'deal_moved',
  name: null,
  deal_id: 5,
  contact_id: null,
  person: null,
  occurred_at: NOW / 1000,
  created_at: NOW,
  payload: {
    kind: 'deal_moved',
    dealId: 5,
    from: null,
    to: { pipelineId: SALES.id, stageId: 142 },
    occurredAt: NOW / 1000,
  },
  state: 'new',
  reason: null,
  rule: null,
  warnings: [],
  attempts: 0,
  next_attempt_at: 0,
  planned_at: null,
  rules_version: null,
  client_state: null,
  no_email: null,
  owner_id: null,
  caused_by: null,
  waiting_since: null,
  hold_id: null,
  released_at: null,
  released_with: null,
  planning_crashes: 0,
  set_aside: null,
};

it('a user that nobody has read yet is read with the priority of the simulation, and stored nowhere', async () => {
  const priorities: (CallOptions['priority'] | 'none')[] = [];
  const answer =
    <T>(value: T) =>
    async (...args: unknown[]) => {
      priorities.push((args.at(-1) as CallOptions | undefined)?.priority ?? 'none');
      return value;
    };
  const users = [{ id: 77, name: 'Maria', email: 'maria@acme.com' }];
  let isStored = false;
  const connection = {
    name: 'acme',
    owner: 'test',
    app: null,
    catalog,
    kommo: {
      deals: answer(new Map([[5, deal()]])),
      contacts: answer(new Map([[9, contact()]])),
      catalog: answer({ ...catalog, users }),
    },
    refreshCatalog: async () => {
      isStored = true;
      return { ...catalog, users };
    },
  } as unknown as Connection;
  const input = await gatherSimulation({
    db: database.db,
    connection,
    events: [move],
    rules: [rules({ attributes: { manager: 'deal.responsible_user.name' } })],
    now: NOW,
    lookupAllowed: false,
    priority: 'bulk',
    signal: new AbortController().signal,
  });
  const [simulated] = simulate(input);
  expect(simulated!.decisions[0]!.actions[0]!.payload).toMatchObject({ attributes: { manager: 'Maria' } });
  expect(isStored).toBe(false);
  expect(priorities).toEqual(['bulk', 'bulk', 'bulk']);
  expect(connection.catalog.users).toEqual([]);
});

it('a report about somebody unknown, whose deal at Customer.io is another’s, has the same end by both sets of rules', async () => {
  const OTHER = 6;
  const deals = new Map([
    [5, deal({ isClosed: false })],
    [OTHER, deal({ id: OTHER, contactIds: [8], isClosed: false })],
  ]);
  const bo = contact({ id: 8, name: 'Bo', emails: ['bo@example.com'], dealIds: [OTHER] });
  const contacts = new Map([
    [9, contact()],
    [8, bo],
  ]);
  const pick =
    <T>(all: Map<number, T>) =>
    async (ids: number[]) =>
      new Map(ids.flatMap((id) => (all.has(id) ? [[id, all.get(id)!]] : [])));
  const kommo = {
    ...{ deals: pick(deals), contacts: pick(contacts) },
    searchContacts: async () => ({ contacts: [bo], isComplete: true }),
  };
  const app = { attributes: async () => ({ kommo_deal_id: 5 }) };
  const connection = {
    ...{ name: 'acme', owner: 'test', app, catalog, kommo },
    rules: rules(),
  } as unknown as Connection;
  const payload: StoredEvent['payload'] = {
    ...{ kind: 'mail_report', name: 'email_opened', reportId: 'r1', deliveryId: 'd1', machine: false },
    ...{ person: { id: null, email: 'bo@example.com', cioId: null }, occurredAt: NOW / 1000, values: {} },
  };
  const input = await gatherSimulation({
    ...{ db: database.db, connection, rules: [rules(), rules()], now: NOW, lookupAllowed: true },
    events: [{ ...move, kind: 'mail_report', name: 'email_opened', deal_id: null, payload }],
    ...{ priority: 'bulk', signal: new AbortController().signal },
  });
  const [simulated] = simulate(input);
  expect(simulated!.isComplete).toBe(true);
  expect(simulated!.decisions.map(({ plan }) => [plan.outcome, plan.dealId])).toEqual([
    ['planned', OTHER],
    ['planned', OTHER],
  ]);
});

it('an event with a delay is shown as it would go out, for a deal that is in another stage now', async () => {
  const lost = deal({ stage: { pipelineId: SALES.id, stageId: 143 } });
  const kommo = {
    deals: async () => new Map([[5, lost]]),
    contacts: async () => new Map([[9, contact()]]),
  };
  const input = await gatherSimulation({
    ...{ db: database.db, events: [move], now: NOW, lookupAllowed: false, priority: 'bulk' as const },
    connection: { name: 'acme', owner: 'test', app: null, catalog, kommo } as unknown as Connection,
    rules: [rules({ stages: [{ ...rules().stages[0]!, delaySeconds: 5 * 86_400 }] })],
    signal: new AbortController().signal,
  });
  const { plan, actions } = simulate(input)[0]!.decisions[0]!;
  expect(plan).toMatchObject({ outcome: 'planned', reason: null });
  expect(plan.warnings[0]).toMatch(/^The event goes out on 19 Nov at/);
  expect(actions.map(({ payload }) => payload.kind)).toContain('track');
});

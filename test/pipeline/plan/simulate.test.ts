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
  database = await openTestDatabase('embedded');
});
afterAll(() => database.close());

const catalog: Catalog = {
  account: { id: 1, name: 'Acme', subdomain: 'acme', timezone: 'UTC' },
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

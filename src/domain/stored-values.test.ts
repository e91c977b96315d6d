import { expect, it } from 'vitest';
import type { Catalog } from './entities.ts';
import type { StagepostEvent } from './events.ts';
import { isStagepostEvent, parseCatalog, parseFieldStates } from './stored-values.ts';

const MOVED: StagepostEvent = {
  kind: 'deal_moved',
  dealId: 1,
  from: { pipelineId: null, stageId: 2 },
  to: { pipelineId: 3, stageId: 4 },
  occurredAt: 5,
};
const REPORT: StagepostEvent = {
  kind: 'mail_report',
  name: 'email_opened',
  reportId: 'r',
  person: { id: null, email: 'ann@example.com', cioId: null },
  occurredAt: 5,
  deliveryId: null,
  machine: false,
  values: { subject: 'Hi', nested: { list: [1, null] } },
};
const CATALOG: Catalog = {
  account: { id: 1, name: 'Acme', subdomain: 'acme', timezone: 'UTC', country: null },
  pipelines: [{ id: 1, name: 'Sales', stages: [{ id: 2, name: 'Won', color: null }] }],
  dealFields: [{ id: 1, name: 'Plan', code: null, type: 'select', options: [{ id: 1, value: 'Pro' }] }],
  contactFields: [],
  companyFields: [],
  users: [{ id: 1, name: 'Ann', email: 'ann@example.com', isActive: true }],
};

it.each([MOVED, { ...MOVED, from: null }, REPORT])(
  'an event that went through JSON is known: $kind',
  (event) => {
    expect(isStagepostEvent(JSON.parse(JSON.stringify(event)))).toBe(true);
  },
);

it.each([
  ['of another version', { ...MOVED, to: 4 }],
  ['of an unknown kind', { ...MOVED, kind: 'deal_cloned' }],
  ['whose contents were removed', {}],
])('an event %s is not', (_what, stored) => {
  expect(isStagepostEvent(stored)).toBe(false);
});

it('a catalog that went through JSON is known, one of another shape is as good as none', () => {
  expect(parseCatalog(JSON.parse(JSON.stringify(CATALOG)))).toEqual(CATALOG);
  expect(parseCatalog({ ...CATALOG, pipelines: [{ id: 1, title: 'Sales' }] })).toBeNull();
  expect(parseCatalog(null)).toBeNull();
});

it('the memory of an opt-out is never read as something else', () => {
  const fields = { email_status: { value: 'unsubscribed', at: 5, by: 'customer_unsubscribed', optOutAt: 5 } };
  expect(parseFieldStates(fields)).toEqual(fields);
  expect(() => parseFieldStates({ email_status: 'unsubscribed' })).toThrow();
});

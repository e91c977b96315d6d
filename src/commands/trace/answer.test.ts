import { expect, it } from 'vitest';
import type { Trace } from '../../store/events/trace.ts';
import { traceAnswer } from './answer.ts';

const NOW = 1_796_040_000;
const CLEO = 'cleo@cove.example';

const moved = {
  event: {
    id: 3,
    kind: 'deal_moved',
    state: 'planned',
    payload: {
      kind: 'deal_moved',
      dealId: 5,
      from: null,
      to: { pipelineId: 1, stageId: 2 },
      occurredAt: NOW - 120,
    },
    person: CLEO,
    occurred_at: NOW - 120,
    created_at: (NOW - 120) * 1000,
    reason: null,
    rule: 'Sales / Won → deal_won',
    client_state: 'unsubscribed',
  },
  reports: [],
  actions: [{ kind: 'track', state: 'done', payload: { kind: 'track', name: 'deal_won' }, error: null }],
  attempts: [],
};
const person = { person: CLEO, email: CLEO, attributes: { first_name: 'Cleo' }, fields: {} };

const traced = (part: object) =>
  ({ persons: [person], watches: [], pipelines: [], events: [moved], ...part }) as unknown as Trace;

it('a trace begins with the answer about the client', () => {
  const mailFacts = { [CLEO]: [{ name: 'email_unsubscribed', occurredAt: NOW - 38 * 60, address: CLEO }] };
  expect(traceAnswer(traced({ mailFacts, timezone: 'UTC' }), NOW)).toBe(
    'Cleo did not get an email: unsubscribed 38 min ago, so Customer.io sends nothing. The event deal_won was accepted 2 min ago.',
  );
});

it('a trace of a Stagepost that sends no facts is answered by what it has', () => {
  expect(traceAnswer(traced({}), NOW)).toMatch(/^The event deal_won was accepted 2 min ago\./);
});

it('a trace without events has no answer', () => {
  expect(traceAnswer(traced({ events: [] }), NOW)).toBeNull();
});

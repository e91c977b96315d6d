import { expect, it } from 'vitest';
import { DeliveryError, type FailureClass } from '../../domain/errors.ts';
import type { MailReport, PersonRef } from '../../domain/events.ts';
import type { StoredEvent } from '../../store/events/events.ts';
import { readPreferences } from './read-preferences.ts';

let ids = 0;

function stored(person: Partial<PersonRef>, values: MailReport['values'] = {}, attempts = 0): StoredEvent {
  ids += 1;
  const payload: MailReport = {
    ...{ kind: 'mail_report', name: 'customer_cio_subscription_preferences_changed', reportId: `r${ids}` },
    ...{ person: { id: null, email: null, cioId: null, ...person }, occurredAt: 1, deliveryId: null },
    ...{ machine: false, values },
  };
  return { id: ids, payload, attempts } as StoredEvent;
}

function workspace(failure: FailureClass | null = null) {
  const calls: string[] = [];
  const subscriptionPreferences = async (idType: string, id: string) => {
    calls.push(`${idType} ${id}`);
    if (failure !== null) throw new DeliveryError(failure, 'Customer.io answered.');
    return { unsubscribed: false, topics: [{ key: 'topic_1', name: 'News', isSubscribed: false }] };
  };
  return { calls, subscriptionPreferences };
}

const readBackOf = ({ payload }: StoredEvent) => (payload as MailReport).readBack;

it('makes one call for each person, by the name that identifies the profile', async () => {
  const app = workspace();
  const events = [
    stored({ id: 'ann' }),
    stored({ id: 'ann' }),
    stored({ cioId: 'c1' }),
    stored({ email: 'b@x.com' }),
  ];
  const read = await readPreferences(app, events);
  expect(app.calls).toEqual(['id ann', 'cio_id c1', 'email b@x.com']);
  for (const event of read.events)
    expect(readBackOf(event)?.preferences).toEqual({ unsubscribed: false, topics: { topic_1: false } });
});

it('makes no call where the report names the topics', async () => {
  const app = workspace();
  const events = [stored({ id: 'ann' }, { content: '{"topics":{"topic_1":true}}' })];
  expect((await readPreferences(app, events)).events).toEqual(events);
  expect(app.calls).toEqual([]);
});

it('reads ten people a batch, and leaves the others for a later one', async () => {
  const app = workspace();
  const read = await readPreferences(
    app,
    Array.from({ length: 25 }, (_, person) => stored({ id: `p${person}` })),
  );
  expect(app.calls).toHaveLength(10);
  expect(read.deferred.size).toBe(15);
});

it.each(['retryable', 'throttled'] as const)(
  'keeps a report for later after a %s failure',
  async (failure) => {
    const read = await readPreferences(workspace(failure), [stored({ id: 'ann' })]);
    expect(read.unanswered.size).toBe(1);
  },
);

it.each([
  ['unauthorized', 0, 'correct the app_key'],
  ['permanent', 0, 'refused'],
  ['retryable', 34, 'for a day'],
] as const)(
  'plans without the topics after a %s failure and %i attempts',
  async (failure, attempts, warning) => {
    const read = await readPreferences(workspace(failure), [stored({ id: 'ann' }, {}, attempts)]);
    expect(read.unanswered.size).toBe(0);
    expect(readBackOf(read.events[0]!)?.warnings).toEqual([expect.stringContaining(warning)]);
  },
);

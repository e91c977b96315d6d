import { expect, it } from 'vitest';
import { DeliveryError } from '../../domain/errors.ts';
import type { MailReport } from '../../domain/events.ts';
import type { Reaction, Rules } from '../../domain/rules/rules.ts';
import type { StoredEvent } from '../../store/events/events.ts';
import type { Connection } from '../connection.ts';
import type { PersonLookup } from './look-up-person.ts';
import { readPreferenceLinks, withExampleLinks } from './read-preference-links.ts';

const REACTION: Reaction = {
  ...{ name: 'email_opened', note: 'See {{ preferences_url }}', task: null, fields: {}, tags: null },
  ...{ repeat: 'every', machineOpens: 'ignore' },
};

let ids = 0;

function opened(part: Partial<MailReport> = {}): StoredEvent {
  ids += 1;
  const payload: MailReport = {
    ...{ kind: 'mail_report', name: 'email_opened', reportId: `r${ids}`, occurredAt: 1, deliveryId: null },
    ...{ person: { id: 'ann', email: null, cioId: 'c1' }, machine: false, values: {}, ...part },
  };
  return { id: ids, payload } as StoredEvent;
}

async function read(events: StoredEvent[], reaction: Reaction, link: () => Promise<string | null>) {
  const calls: string[] = [];
  const subscriptionCenterLink = async (id: string) => {
    calls.push(id);
    return link();
  };
  const connection = { app: { subscriptionCenterLink }, rules: { reactions: [reaction] } };
  const known = { dealIds: [7001] } as unknown as PersonLookup;
  const people = new Map(events.map(({ payload }) => [(payload as MailReport).reportId, known]));
  const result = await readPreferenceLinks(connection as unknown as Connection, events, people);
  return {
    ...result,
    calls,
    readBacks: result.events.map(({ payload }) => (payload as MailReport).readBack),
  };
}

const answered = async () => 'https://track.customer.io/u/i/secret/';

it('makes one call for each person, by id or by the prefixed cio_id', async () => {
  const other = { id: null, email: null, cioId: 'c2' };
  const { calls, readBacks } = await read(
    [opened(), opened(), opened({ person: other })],
    REACTION,
    answered,
  );
  expect(calls).toEqual(['ann', 'cio_c2']);
  expect(readBacks.map((one) => one?.preferencesUrl)).toEqual(Array(3).fill(await answered()));
});

it.each([
  ['no text uses the link', {}, { ...REACTION, note: 'See deal {{ deal.id }}' }],
  ['a machine opened the email', { machine: true }, REACTION],
  ['the report has no reaction', { name: 'email_clicked' }, REACTION],
])('makes no call where %s', async (_, part, reaction) => {
  expect((await read([opened(part)], reaction, answered)).calls).toEqual([]);
});

it('leaves the links of many people for a later batch', async () => {
  const events = Array.from({ length: 25 }, (_, n) =>
    opened({ person: { id: `p${n}`, email: null, cioId: null } }),
  );
  const { calls, deferred } = await read(events, REACTION, answered);
  expect([calls.length, deferred.size]).toEqual([10, 15]);
});

it('keeps no report waiting where the call fails, and quotes no answer', async () => {
  const { deferred, unanswered, readBacks } = await read([opened()], REACTION, async () => {
    throw new DeliveryError('retryable', 'It answered https://track.customer.io/u/i/secret/');
  });
  expect(deferred.size + unanswered.size).toBe(0);
  expect(readBacks[0]).toEqual({ warnings: [expect.stringMatching(/^Customer\.io gave no link, so/)] });
});

it('shows an example in previews, without a call', () => {
  const [event] = withExampleLinks([opened()], [{ reactions: [REACTION] } as unknown as Rules]);
  expect((event!.payload as MailReport).readBack?.preferencesUrl).toContain('/example/');
});

import { expect, it } from 'vitest';
import { contact } from '../../test/support/entities.ts';
import type { PersonAttributes } from '../customerio/app-api/people.ts';
import { checkIds } from './ids.ts';

const PROFILES = { merge: true, whenEmailRemoved: 'clear', whenContactDeleted: 'keep' } as const;

function check(people: Partial<PersonAttributes>[], { idPrefix = '', by = 'contact_id' as const } = {}) {
  const asked: string[] = [];
  const listed = { contact: contact({ id: 501, emails: ['ann@acme.example'] }), updatedAt: 1 };
  const page = { contacts: [listed], deletedIds: [], isNewestFirst: true, isLast: true };
  const verdicts = checkIds({
    kommo: { contactsPage: async () => page },
    app: {
      attributesOfMany: async (ids) => {
        asked.push(...ids);
        return people.map((person) => ({
          ...{ id: null, email: null, cioId: null, attributes: {}, unsubscribed: false },
          ...person,
        }));
      },
    },
    person: {
      identifyBy: by,
      contacts: 'main',
      deal: 'last_changed',
      attributes: {},
      profiles: { ...PROFILES, idPrefix },
    },
    signal: AbortSignal.timeout(1_000),
  });
  return { verdicts, asked };
}

it('warns of a contact ID that belongs to somebody else in Customer.io', async () => {
  const [verdict] = await check([{ id: '501', email: 'bob@other.example' }]).verdicts;
  expect(verdict).toMatchObject({ status: 'warning', todo: expect.stringContaining('person.id_prefix') });
  expect(verdict!.message).toContain('501 is bob@other.example');
});

it.each([
  ['has the email of the contact', { id: '501', email: 'Ann@acme.example' }],
  ['has no email', { id: '501' }],
])('is content with a profile that %s', async (_, person) => {
  expect(await check([person]).verdicts).toMatchObject([{ status: 'ok' }]);
});

it('asks for the IDs with the prefix', async () => {
  const { verdicts, asked } = check([], { idPrefix: 'kommo-' });
  await verdicts;
  expect(asked).toEqual(['kommo-501']);
});

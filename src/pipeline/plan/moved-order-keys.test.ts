import fc from 'fast-check';
import { expect, it } from 'vitest';
import { profilesOf } from '../../domain/people/names.ts';
import { holderOf, observeContact, observeMissingContact } from '../../domain/people/observe.ts';
import { applyChanges, createPeople } from '../../domain/people/people.ts';
import { markSaved } from '../gather/changed-people.ts';
import { applyEffect, type PlanningState } from '../gather/planning-state.ts';
import { movedOrderKeys } from './moved-order-keys.ts';

const ADDRESSES = ['ann@a.example', 'bo@b.example', 'cy@c.example'];
const address = fc.constantFrom(...ADDRESSES);
const contact = fc.integer({ min: 1, max: 3 });
/** A contact is read with these addresses and identified, or is gone. */
const happening = fc.oneof(
  fc.record({ contactId: contact, addresses: fc.uniqueArray(address, { minLength: 1, maxLength: 2 }) }),
  fc.record({ contactId: contact, addresses: fc.constant<string[]>([]) }),
);

it.each(['email', 'contact_id'] as const)(
  'after any history all open actions for the profiles that one client alone has or had have one order key, identified by %s',
  (identifyBy) => {
    fc.assert(
      fc.property(
        fc.array(fc.array(happening, { minLength: 1, maxLength: 3 }), { maxLength: 6 }),
        (batches) => {
          const state = { people: createPeople(), stored: new Map() } as unknown as PlanningState;
          const open: { profile: string; subject: string }[] = [];
          let keys = 0;
          batches.forEach((batch, at) => {
            // Keys sort in any order, as those of one millisecond do.
            const observer = { identifyBy, newKey: () => `p_${(keys++ * 7) % 10}_${keys}`, at };
            for (const { contactId, addresses } of batch) {
              const changes =
                addresses.length === 0
                  ? observeMissingContact(state.people, contactId, at)
                  : observeContact(state.people, { id: contactId, addresses }, observer);
              applyChanges(state.people, changes);
              const person = holderOf(state.people, contactId);
              if (!person || addresses.length === 0) continue;
              const { key, email } = person;
              const profile = identifyBy === 'email' ? email! : String(contactId);
              const facts = { contactId, dealId: 1, attributes: {}, email };
              applyEffect(state, { kind: 'identified', key, person: profile, ...facts }, at);
              open.push({ profile, subject: profile });
            }
            for (const { profile, subject } of movedOrderKeys(state))
              for (const action of open) if (action.profile === profile) action.subject = subject;
            markSaved(state);
            const all = [...state.people.byKey.values()];
            for (const person of all) {
              const others = all.filter((other) => other !== person).flatMap(profilesOf);
              const isOwn = (profile: string) =>
                profilesOf(person).includes(profile) && !others.includes(profile);
              const own = open.filter(({ profile }) => isOwn(profile));
              expect(new Set(own.map(({ subject }) => subject)).size).toBeLessThanOrEqual(1);
            }
          });
        },
      ),
      { numRuns: 500 },
    );
  },
);

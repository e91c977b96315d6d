import { describe, expect, it } from 'vitest';
import { contact, deal, rules } from '../../../test/support/entities.ts';
import { formerProfiles, profileChanges } from '../plan/former-profiles.ts';
import { gainedAddresses, observeLostProfiles } from './lost-profiles.ts';
import { profilesOf } from './names.ts';
import { holderOf, observeContact } from './observe.ts';
import { applyChanges, createPeople, type People, putPerson } from './people.ts';

const HOUR = 3_600_000;
const FORMER = 'former@example.com';
const PRESENT = 'present@example.com';

let keys = 0;
function read(people: People, id: number, addresses: string[], at = HOUR): void {
  const observer = { identifyBy: 'email', newKey: () => `p_${keys++}`, at } as const;
  applyChanges(people, observeContact(people, { id, addresses }, observer));
}

function lose(people: People, id: number, addresses: string[]): void {
  applyChanges(people, observeLostProfiles(people, { id, addresses }, HOUR));
}

describe('an address that a contact has lost since the backup', () => {
  it('counts as a former profile, although the restored database has never identified the client', () => {
    const people = createPeople();
    read(people, 1, [PRESENT]);
    lose(people, 1, [FORMER]);
    expect(formerProfiles(holderOf(people, 1), PRESENT)).toEqual([FORMER]);
  });

  it('has its profile renamed, and merged where that was too late', () => {
    const people = createPeople();
    read(people, 1, [PRESENT]);
    lose(people, 1, [FORMER]);
    const known = holderOf(people, 1)!;
    const person = { key: known.key, person: PRESENT, email: PRESENT, contact: contact({ id: 1 }) };
    const { before, merged } = profileChanges(known, person, rules({}), deal({}).createdAt ?? 0);
    expect(before.map(({ action }) => action)).toMatchObject([
      { kind: 'change_email', from: FORMER, to: PRESENT },
    ]);
    expect(merged).toEqual([FORMER]);
  });

  it('brings along the client whom only reports have named by it', () => {
    const people = createPeople();
    read(people, 1, [PRESENT]);
    const reported = { kind: 'address', value: FORMER, source: 'report', since: 0, until: null } as const;
    read(people, 2, ['other@example.com']);
    const { key: _, ...other } = holderOf(people, 2)!;
    putPerson(people, { ...other, key: 'p_z', email: FORMER, names: [reported], contactId: null });
    lose(people, 1, [FORMER]);
    expect(people.joins).toHaveLength(1);
    expect(formerProfiles(holderOf(people, 1), PRESENT)).toEqual([FORMER]);
  });

  it('is no profile of the client where another client has it', () => {
    const people = createPeople();
    read(people, 1, [PRESENT]);
    read(people, 2, [FORMER]);
    lose(people, 1, [FORMER]);
    expect(profilesOf(holderOf(people, 1)!)).toEqual([]);
    expect(people.joins).toEqual([]);
  });

  it('says nothing where nobody has the contact', () => {
    const people = createPeople();
    lose(people, 1, [FORMER]);
    expect(people.byKey.size).toBe(0);
  });
});

describe('the addresses that a contact has got with a merge', () => {
  it('are those that were not read before, without the one that identifies the client', () => {
    const people = createPeople();
    read(people, 1, [PRESENT, 'second@example.com'], 0);
    read(people, 1, [PRESENT, 'second@example.com', 'gone@example.com'], HOUR);
    expect(gainedAddresses(people, 1, HOUR)).toEqual(['gone@example.com']);
  });

  it('are all but the first where nobody had the contact', () => {
    const people = createPeople();
    read(people, 1, [PRESENT, 'gone@example.com']);
    expect(gainedAddresses(people, 1, HOUR)).toEqual(['gone@example.com']);
    expect(gainedAddresses(people, 2, HOUR)).toEqual([]);
  });
});

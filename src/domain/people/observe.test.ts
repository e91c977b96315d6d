import { beforeEach, describe, expect, it } from 'vitest';
import { currentContacts, hasLeft, holds } from './names.ts';
import { holderOf, type Observer, observeContact, observeDeal, observeMissingContact } from './observe.ts';
import { observeFound, observeReport, personOfReport } from './observe-report.ts';
import { applyChanges, createPeople, type People, putPerson } from './people.ts';

const ANN = 'ann@acme.example';
const BO = 'bo@acme.example';

let people: People;
let keys: number;
let observer: Observer;
beforeEach(() => {
  people = createPeople();
  keys = 0;
  observer = { identifyBy: 'email', newKey: () => `p_${String(keys++).padStart(3, '0')}`, at: 1_000 };
});

const read = (id: number, ...addresses: string[]) =>
  applyChanges(people, observeContact(people, { id, addresses }, observer));
const gone = (id: number) => applyChanges(people, observeMissingContact(people, id, observer.at));
const deal = (id: number, contactIds: number[] | null) =>
  applyChanges(people, observeDeal(people, id, contactIds, observer.at));
const byEmail = (email: string) => personOfReport(people, { id: null, email, cioId: null });
const dealsOf = (id: number) =>
  holderOf(people, id)!
    .links.filter(holds)
    .map(({ dealId }) => dealId);
/** As if a plan had sent the contact's person to Customer.io. */
function identified(id: number, identifier: string): void {
  putPerson(people, { ...holderOf(people, id)!, identifier, attributes: {} });
}

describe('a contact', () => {
  it('is the same person when its email changes, and the old address finds it too', () => {
    read(501, ANN);
    const { key } = holderOf(people, 501)!;
    read(501, BO);
    expect(holderOf(people, 501)).toMatchObject({ key, email: BO });
    expect(byEmail(ANN)?.key).toBe(key);
    expect(byEmail(BO)?.key).toBe(key);
  });

  it('keeps the address that Customer.io has while the contact has it, whatever the order', () => {
    read(501, ANN);
    identified(501, ANN);
    read(501, BO, ANN);
    expect(holderOf(people, 501)?.email).toBe(ANN);
  });

  it('changes nothing when it is read as before', () => {
    read(501, ANN);
    expect(observeContact(people, { id: 501, addresses: [ANN] }, observer)).toEqual([]);
  });

  it('shares its person with a contact of the same address only where the address is the identity', () => {
    read(501, ANN);
    read(502, ANN);
    expect(holderOf(people, 502)).toBe(holderOf(people, 501));
    people = createPeople();
    observer.identifyBy = 'contact_id';
    read(501, ANN);
    read(502, ANN);
    expect(holderOf(people, 502)).not.toBe(holderOf(people, 501));
  });

  it('that had the address of another client by mistake takes its own names along when it is corrected', () => {
    read(501, ANN);
    read(502, BO);
    for (const [id, email] of [
      [501, ANN],
      [502, BO],
    ] as const) {
      identified(id, email);
      const names = { id: null, email, cioId: `cio ${id}` };
      applyChanges(people, observeReport(people, names, 2_000));
    }
    read(501, BO);
    expect(holderOf(people, 501)).toBe(holderOf(people, 502));
    read(501, ANN);
    const valuesOf = (id: number) => holderOf(people, id)!.names.map(({ value }) => value);
    expect(valuesOf(501).sort()).toEqual(['501', ANN, 'cio 501']);
    expect(new Set(valuesOf(502))).toEqual(new Set(['502', BO, 'cio 502']));
    expect(byEmail(ANN)).toBe(holderOf(people, 501));
    expect([holderOf(people, 501)?.identifier, holderOf(people, 502)?.identifier]).toEqual([ANN, null]);
  });

  it('that shared an address becomes a person of its own with an address of its own, and takes its deals along', () => {
    read(501, ANN);
    read(502, ANN);
    deal(7001, [501]);
    deal(7002, [502]);
    identified(501, ANN);
    read(502, BO);
    deal(7001, [501]);
    deal(7002, [502]);
    expect(holderOf(people, 501)).toMatchObject({ email: ANN });
    expect(holderOf(people, 502)).toMatchObject({ email: BO, attributes: {} });
    expect([dealsOf(501), dealsOf(502)]).toEqual([[7001], [7002]]);
  });

  it('that shares a second address is nobody else', () => {
    read(501, ANN, 'info@acme.example');
    read(502, BO, 'info@acme.example');
    expect(holderOf(people, 502)).not.toBe(holderOf(people, 501));
  });
});

describe('merged contacts', () => {
  it('are one person: reports of either address find the deal', () => {
    read(501, ANN);
    deal(7001, [501]);
    identified(501, ANN);
    const { key } = holderOf(people, 501)!;
    gone(501);
    read(502, 'ann.lee@acme.example', ANN);
    deal(7001, [502]);
    expect(holderOf(people, 502)).toMatchObject({ key, identifier: ANN, email: ANN });
    expect([byEmail(ANN)?.key, byEmail('ann.lee@acme.example')?.key]).toEqual([key, key]);
    expect(dealsOf(502)).toEqual([7001]);
  });

  it('are joined where both were recorded, and the join is written down', () => {
    read(501, ANN);
    deal(7001, [501]);
    read(502, BO);
    deal(7002, [502]);
    gone(501);
    read(502, BO, ANN);
    deal(7001, [502]);
    deal(7002, [502]);
    expect(people.byKey.size).toBe(1);
    expect(people.joins).toMatchObject([{ from: 'p_001', into: 'p_000' }]);
    expect(holderOf(people, 502)).toMatchObject({ formerKeys: ['p_001'], email: BO });
    expect(dealsOf(502).sort()).toEqual([7001, 7002]);
  });

  it('a deleted contact with a second address in common is somebody else', () => {
    read(501, ANN, 'info@acme.example');
    gone(501);
    read(502, BO, 'info@acme.example');
    expect(holderOf(people, 502)?.email).toBe(BO);
    expect(people.byKey.size).toBe(2);
  });
});

describe('a deal', () => {
  it('ends the link of a contact that is no longer on it', () => {
    read(501, ANN);
    read(502, BO);
    deal(7001, [501]);
    deal(7001, [502]);
    expect(hasLeft(holderOf(people, 501)!, 7001)).toBe(true);
    expect(dealsOf(502)).toEqual([7001]);
  });

  it('that was deleted has no links, and gets them back when it is read again', () => {
    read(501, ANN);
    deal(7001, [501]);
    deal(7001, null);
    expect(dealsOf(501)).toEqual([]);
    deal(7001, [501]);
    expect(dealsOf(501)).toEqual([7001]);
  });

  it('knows its main contact', () => {
    read(501, ANN);
    read(502, BO);
    deal(7001, [501, 502]);
    deal(7001, [502, 501]);
    expect(holderOf(people, 501)!.links).toMatchObject([{ role: 'other' }]);
    expect(holderOf(people, 502)!.links).toMatchObject([{ role: 'main' }]);
  });
});

describe('a report', () => {
  const report = (id: string | null, email: string | null, cioId: string | null) => ({ id, email, cioId });

  it('teaches the other names of its person, by which later reports find it', () => {
    read(501, ANN);
    applyChanges(people, observeReport(people, report(null, ANN, 'c1'), 1_000));
    expect(personOfReport(people, report(null, null, 'c1'))).toBe(holderOf(people, 501));
    expect(observeReport(people, report(null, ANN, 'c1'), 2_000)).toEqual([]);
  });

  it('about nobody known changes nothing', () => {
    expect(observeReport(people, report('x', 'x@acme.example', 'c9'), 1_000)).toEqual([]);
  });

  it('of an address that belongs to somebody else now is about that person', () => {
    read(501, ANN);
    read(501, 'ann@new.example');
    read(502, ANN);
    expect(byEmail(ANN)).toBe(holderOf(people, 502));
  });

  it('by a cio_id that somebody else has taken along is about the person whose address it names', () => {
    read(501, ANN);
    applyChanges(people, observeReport(people, report(null, ANN, 'c1'), 1_000));
    read(502, BO);
    applyChanges(people, observeReport(people, report(null, BO, 'c2'), 1_000));
    // Ann's contact gets Bo's address by mistake, and its own again.
    read(501, BO);
    read(501, ANN);
    expect(personOfReport(people, report(null, ANN, 'c1'))).toBe(holderOf(people, 501));
    expect(personOfReport(people, report(null, BO, 'c2'))).toBe(holderOf(people, 502));
  });

  it('of one of two people with one address is told apart by the identifier', () => {
    observer.identifyBy = 'contact_id';
    read(501, ANN);
    read(502, ANN);
    identified(501, '501');
    putPerson(people, {
      ...holderOf(people, 502)!,
      identifier: '502',
      names: [
        ...holderOf(people, 502)!.names,
        { kind: 'identifier', value: '502', source: 'identify', since: 1, until: null },
      ],
    });
    expect(personOfReport(people, report('502', ANN, null))).toBe(holderOf(people, 502));
  });

  it('about a stranger whom a look-up has found makes a person, who gets the contact when it is read', () => {
    const { person, changes } = observeFound(
      people,
      { contactId: 501, email: ANN },
      report('u1', ANN, 'c1'),
      observer,
    );
    applyChanges(people, changes);
    read(501, ANN, BO);
    expect(people.byKey.size).toBe(1);
    expect(personOfReport(people, report('u1', null, null))?.key).toBe(person.key);
    expect(currentContacts(holderOf(people, 501)!)).toEqual([501]);
  });
});

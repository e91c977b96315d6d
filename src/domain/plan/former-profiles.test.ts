import { describe, expect, it } from 'vitest';
import { contact, context, deal, dealContext, knownPerson, rules } from '../../../test/support/entities.ts';
import type { KnownPerson, PersonName } from '../people/person-types.ts';
import type { Rules } from '../rules/rules.ts';
import { plan } from './plan.ts';

const OLD = 'ann@old.example';
const NEW = 'ann@new.example';

const name = (kind: PersonName['kind'], value: string, source: string, until: number | null = null) => ({
  ...{ kind, value, source, until },
  since: 0,
});

/** Ann's contact 9 has the new address; Customer.io has a profile of her old one. */
function ann(part: Partial<KnownPerson> = {}, ...names: PersonName[]): KnownPerson {
  return knownPerson({
    identifier: OLD,
    email: NEW,
    names: [
      name('contact', '9', 'kommo'),
      name('address', NEW, 'contact 9'),
      name('address', OLD, 'contact 9', 5),
      name('identifier', OLD, 'identify'),
      ...names,
    ],
    ...part,
  });
}

function planned(person: KnownPerson, own: Partial<Rules> = {}, emails = [NEW]) {
  const deals = [dealContext({ deal: deal({ contactIds: [9] }), contacts: [contact({ id: 9, emails })] })];
  const event = { kind: 'contact_changed', contactId: 9, occurredAt: 1 } as const;
  return plan(event, context({ deals, known: [person] }), rules(own));
}

const kinds = (result: ReturnType<typeof planned>) => result.actions.map(({ action }) => action.kind);
const byId = (idPrefix = ''): Partial<Rules> => ({
  identifyBy: 'contact_id',
  profiles: { ...rules().profiles, idPrefix },
});

describe('a changed email', () => {
  it('is changed first, then identified, and the rest of the former profile is merged after that', () => {
    const { actions } = planned(ann({}, name('cio_id', 'c1', 'report')));
    expect(actions).toMatchObject([
      { action: { kind: 'change_email', cioId: 'c1', from: OLD, to: NEW, person: NEW }, after: null },
      { action: { kind: 'identify', person: NEW }, after: null },
      { action: { kind: 'merge', person: NEW, from: OLD }, after: 1 },
    ]);
  });

  it('is not changed by a cio_id that may be that of another profile', () => {
    const both = [name('cio_id', 'c1', 'report'), name('cio_id', 'c2', 'report')];
    expect(planned(ann({}, ...both)).actions[0]).toMatchObject({ action: { cioId: null } });
  });

  it('is not merged where that is switched off', () => {
    const result = planned(ann(), { profiles: { ...rules().profiles, merge: false } });
    expect(kinds(result)).not.toContain('merge');
    expect(result.warnings.join()).toContain('person.merge: off');
  });

  it('with contact ids is a change of the same profile', () => {
    const person = ann({ identifier: '9', attributes: { email: OLD } });
    const own = person.names.filter(({ source }) => source !== 'identify');
    const result = planned({ ...person, names: own }, byId());
    expect(kinds(result)).toEqual(['change_email', 'identify']);
  });
});

describe('profiles are not merged', () => {
  it.each([
    [
      'where another contact that exists has the new address, too',
      [name('contact', '10', 'kommo'), name('address', NEW, 'contact 10')],
    ],
    [
      'where another contact that exists has the former address',
      [name('contact', '10', 'kommo'), name('address', OLD, 'contact 10')],
    ],
  ])('%s', (_, names) => {
    expect(kinds(planned(ann({}, ...names)))).not.toContain('merge');
  });

  it('where people are identified in another way than before', () => {
    expect(kinds(planned(ann(), byId()))).not.toContain('merge');
  });

  it('where the prefix of the ids has changed: the former profile may be the product’s', () => {
    const person = ann({ identifier: '9' });
    const names = [
      ...person.names.filter(({ source }) => source !== 'identify'),
      name('identifier', '9', 'identify'),
    ];
    const result = planned({ ...person, names }, byId('kommo-'));
    expect(result.actions.at(-1)).toMatchObject({ action: { kind: 'identify', person: 'kommo-9' } });
    expect(result.warnings.join()).toContain('Customer.io keeps');
  });

  it('where the contact of the former id still exists', () => {
    const names = [name('contact', '8', 'kommo'), name('identifier', '8', 'identify')];
    const person = ann({ identifier: '9' }, ...names);
    const own = {
      ...person,
      names: person.names.filter(({ value, kind }) => kind !== 'identifier' || value === '8'),
    };
    expect(kinds(planned(own, byId()))).not.toContain('merge');
  });
});

it('profiles of merged contacts are merged by their ids once the former contact is gone', () => {
  const names = [name('contact', '8', 'kommo', 5), name('identifier', '8', 'identify')];
  const person = ann({ identifier: '9' }, ...names);
  const own = {
    ...person,
    names: person.names.filter(({ value, kind }) => kind !== 'identifier' || value === '8'),
  };
  const { actions } = planned(own, byId());
  expect(actions.at(-1)).toMatchObject({ action: { kind: 'merge', person: '9', from: '8' } });
});

it('profiles of merged contacts are merged although the person’s attributes follow a deal of somebody else now', () => {
  const both = ann({}, name('identifier', NEW, 'identify'));
  const person = { ...both, identifier: NEW, dealId: 6, attributes: { plan: 'Pro' } };
  const others = dealContext({
    deal: deal({ id: 6, contactIds: [7] }),
    contacts: [contact({ id: 7, emails: [] })],
  });
  const own = dealContext({ deal: deal({ contactIds: [9] }), contacts: [contact({ id: 9, emails: [NEW] })] });
  const event = { kind: 'contact_merged', contactId: 9, occurredAt: 1 } as const;
  const { actions } = plan(event, context({ deals: [others, own], known: [person] }), rules());
  expect(actions.map(({ action }) => action)).toMatchObject([
    { kind: 'identify', person: NEW, attributes: { plan: 'Pro' } },
    { kind: 'merge', person: NEW, from: OLD },
  ]);
});

it('a note claims no campaign for an email that Customer.io has refused', () => {
  const deals = [dealContext({ contacts: [contact({ emails: [NEW] })] })];
  const person = knownPerson({ identifier: '9', email: NEW, attributes: { email: OLD }, refusedEmail: NEW });
  const event = {
    kind: 'deal_moved',
    dealId: 5,
    from: null,
    to: { pipelineId: rules().stages[0]!.pipelineId, stageId: 142 },
    occurredAt: 1_700_000_999,
  } as const;
  const { actions, warnings } = plan(event, context({ deals, known: [person] }), rules(byId()));
  const note = actions.find(({ action }) => action.kind === 'note');
  expect(note).toMatchObject({ action: { text: expect.stringContaining('has refused the client') } });
  expect(warnings.join()).toContain(`refused the email ${NEW}`);
});

describe('where the contact is the identity', () => {
  const known = (part: Partial<KnownPerson> = {}) =>
    ann({ identifier: '9', attributes: { email: NEW }, ...part });

  it('an email that was refused is tried again with the next update', () => {
    const result = planned(known({ refusedEmail: NEW, attributes: { email: NEW, plan: 'Pro' } }), byId());
    expect(result.actions).toMatchObject([
      { action: { kind: 'change_email', person: '9', from: NEW, to: NEW } },
      { action: { kind: 'identify', person: '9', attributes: { email: NEW } } },
    ]);
  });

  it('an email that was taken is not sent apart again', () => {
    const result = planned(known({ attributes: { email: NEW, plan: 'Pro' } }), byId());
    expect(kinds(result)).toEqual(['identify']);
  });

  it.each([[[]], [['-']], [['no email']], [[' ']]])(
    'emails that become %j are cleared, and the trace says so',
    (emails) => {
      const { actions, warnings } = planned(known({ email: null }), byId(), emails);
      expect(actions).toMatchObject([
        { action: { kind: 'change_email', from: NEW, to: '' } },
        { action: { kind: 'identify', attributes: { email: '' } } },
      ]);
      expect(warnings.join()).toContain(`${NEW} is removed from the person in Customer.io`);
    },
  );

  it('an email that is cleared already is mentioned no more', () => {
    const { warnings } = planned(known({ email: null, attributes: { email: '', plan: 'Pro' } }), byId(), []);
    expect(warnings.join()).not.toContain('no email in Kommo');
  });
});

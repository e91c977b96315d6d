import { expect, it } from 'vitest';
import { contact, rules } from '../../test/support/entities.ts';
import { peopleOf, sameAttributes } from './person.ts';

it('takes the first email that can be one', () => {
  const { people } = peopleOf({ contacts: [contact({ emails: ['see below', 'ann@example.com'] })] }, rules());
  expect(people.map((person) => person.person)).toEqual(['ann@example.com']);
});

it('takes the first of several addresses in one email, and says so', () => {
  const emails = ['Ann Lee <ann@example.com>, Sales <sales@seller.example>'];
  const { people, warnings } = peopleOf({ contacts: [contact({ emails })] }, rules());
  expect(people.map((person) => person.person)).toEqual(['ann@example.com']);
  expect(warnings).toEqual([
    'Contact Ann Lee: the email "Ann Lee <ann@example.com>, Sales <sales@seller.example>" holds several addresses; the first was taken.',
  ]);
});

it('says why a contact has no valid email', () => {
  const { reasons } = peopleOf({ contacts: [contact({ emails: ['ann@localhost'] })] }, rules());
  expect(reasons).toEqual([
    'Contact Ann Lee has no valid email: "ann@localhost" (no mail can be sent to the part after the @).',
  ]);
});

it('counts two contacts with one email as one person', () => {
  const { people, reasons } = peopleOf(
    { contacts: [contact(), contact({ id: 10, name: 'Ann again' })] },
    rules({ contacts: 'all' }),
  );
  expect(people).toHaveLength(1);
  expect(reasons).toEqual(['Contact Ann again has the same email as another contact of the deal.']);
});

it('compares attributes by value, an empty one like a missing one', () => {
  expect(sameAttributes({ a: 1, list: ['x'] }, { list: ['x'], a: 1, gone: '' })).toBe(true);
  expect(sameAttributes({ a: 1 }, { a: '1' })).toBe(false);
});

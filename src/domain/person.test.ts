import { expect, it } from 'vitest';
import { contact, rules } from '../../test/support/entities.ts';
import { normalizeEmail, peopleOf, sameAttributes } from './person.ts';

it.each([
  [' Ann@Example.COM ', 'ann@example.com'],
  ['Ann <ann+dt7@example.com>', 'ann+dt7@example.com'],
  ['a+b/c@x.com', 'a+b/c@x.com'],
  ['not an email', null],
  ['a@b@c', null],
  ['', null],
  [`${'a'.repeat(150)}@x.com`, null],
])('normalises %j', (text, email) => {
  expect(normalizeEmail(text)).toBe(email);
});

it('takes the first email that can be one', () => {
  const { people } = peopleOf([contact({ emails: ['see below', 'ann@example.com'] })], rules());
  expect(people.map((person) => person.person)).toEqual(['ann@example.com']);
});

it('counts two contacts with one email as one person', () => {
  const { people, reasons } = peopleOf(
    [contact(), contact({ id: 10, name: 'Ann again' })],
    rules({ contacts: 'all' }),
  );
  expect(people).toHaveLength(1);
  expect(reasons).toEqual(['Contact Ann again has the same email as another contact of the deal.']);
});

it('compares attributes by value, an empty one like a missing one', () => {
  expect(sameAttributes({ a: 1, list: ['x'] }, { list: ['x'], a: 1, gone: '' })).toBe(true);
  expect(sameAttributes({ a: 1 }, { a: '1' })).toBe(false);
});

import { expect, it } from 'vitest';
import { rules } from '../../../test/support/entities.ts';
import { watchedValues } from './watched-values.ts';

const field = (id: number, name: string, code: string | null = null) => ({
  ...{ id, name, code, type: 'text', options: null },
});
const catalog = {
  dealFields: [field(700101, 'Plan'), field(700102, 'Colour'), field(700103, 'email_status')],
  contactFields: [field(700104, 'Phone', 'PHONE'), field(700105, 'No emails')],
};
const fieldIds = (...[part]: Parameters<typeof rules>) => watchedValues(rules(part), catalog).fieldIds;

it('the fields that attributes come from are read, and those that show an opt-out', () => {
  expect(fieldIds()).toEqual([700101, 700103]);
  expect(
    fieldIds({ attributes: { text: 'Your {{ deal.field["Colour"] }}', id: 'deal.field.700101' } }),
  ).toEqual([700101, 700102, 700103]);
});

it('a field of the rules that may not change consent is left out', () => {
  const consent = { fromCrm: false, contactField: 'No emails', topics: [], optInFromCrm: false };
  expect(fieldIds({ consent })).toEqual([700101]);
  expect(fieldIds({ consent: { ...consent, fromCrm: true } })).toEqual([700101, 700103, 700105]);
});

it('a phone number is in a field of the contact', () => {
  expect(fieldIds({ attributes: { phone: 'contact.phone_e164' } })).toEqual([700103, 700104]);
});

it('name, price, responsible user and tags are read where attributes use them', () => {
  expect(watchedValues(rules(), catalog)).toMatchObject({
    ...{ name: true, price: true, responsibleUser: false, tags: false },
  });
  const attributes = { manager: 'deal.responsible_user.name', tags: 'deal.tags' };
  expect(watchedValues(rules({ attributes }), catalog)).toMatchObject({
    ...{ name: false, price: false, responsibleUser: true, tags: true },
  });
});

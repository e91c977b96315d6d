import { describe, expect, test } from 'vitest';
import { wireDeal } from '../../test/support/kommo-server.ts';
import { companyOf, contactOf, dealOf, userOf } from './mapping.ts';

function field(type: string, values: unknown[] | null) {
  const wire = wireDeal(1, {
    custom_fields_values: [{ field_id: 2, field_name: 'F', field_code: null, field_type: type, values }],
  });
  return dealOf(wire as Record<string, unknown>)?.fields[0];
}

const value = (...values: unknown[]) => values.map((each) => ({ value: each }));

describe('values keep their type', () => {
  test.each([
    ['text', value('x'), ['x'], false],
    ['text', value(12), ['12'], false],
    ['numeric', value('1.5'), [1.5], false],
    ['monetary', value(200), [200], false],
    ['price', value('n/a'), ['n/a'], false],
    ['checkbox', value(true), [true], false],
    ['checkbox', value('1'), [true], false],
    ['checkbox', value(false), [false], false],
    ['date_time', value('1577836800'), [1577836800], false],
    ['select', [{ value: 'VIP', enum_id: 17, enum_code: null }], ['VIP'], false],
    ['multiselect', value('a'), ['a'], true],
    ['multiselect', value('a', 'b'), ['a', 'b'], true],
    ['multitext', value('+49 1'), ['+49 1'], true],
    ['linked_entity', value({ entity_id: 5 }), [{ entity_id: 5 }], false],
    ['text', value(null), [], false],
    ['text', [], [], false],
    ['text', null, [], false],
  ])('%s %j', (type, values, expected, multiple) => {
    expect(field(type, values)).toEqual({ id: 2, name: 'F', code: null, values: expected, multiple });
  });
});

test.each([
  ['date', 1577836800, 1577836800],
  ['date', '2020-01-01T00:00:00+03:00', '2020-01-01'],
  ['birthday', '12.01.1960', '1960-01-12'],
  ['birthday', -314668800, -314668800],
])('a %s is a day: %j', (type, stored, expected) => {
  expect(field(type, value(stored))).toMatchObject({ values: [expected], isCalendarDay: true });
});

describe('an address', () => {
  const address = (...values: unknown[]) => field('smart_address', values)?.values;

  test('has its parts by name, whichever are filled in', () => {
    expect(
      address(
        { value: 'Brivibas iela 1', enum_id: 1, enum_code: 'address_line_1' },
        { value: 'Riga', enum_id: 3, enum_code: 'city' },
        { value: '', enum_id: 4, enum_code: 'state' },
        { value: 'LV-1010', enum_id: 5 },
        { value: 'LV', enum_code: 'country' },
      ),
    ).toEqual([{ address_line_1: 'Brivibas iela 1', city: 'Riga', zip: 'LV-1010', country: 'LV' }]);
  });

  test('without any part is none', () => {
    expect(address({ value: '', enum_id: 1 }, { value: 'x', enum_id: 9 })).toEqual([]);
  });
});

describe('a deal', () => {
  test('has its main contact first', () => {
    const contacts = [{ id: 5, is_main: false }, { id: 6, is_main: true }, { id: 7 }];
    const wire = wireDeal(1, {
      _embedded: { contacts, companies: [{ id: 8 }], tags: [{ id: 1, name: 'Ex' }] },
    });
    expect(dealOf(wire as Record<string, unknown>)).toEqual({
      id: 1,
      name: 'Deal 1',
      price: 100,
      stage: { pipelineId: 1, stageId: 11 },
      isClosed: false,
      tags: ['Ex'],
      createdAt: 1686673337,
      updatedAt: 1686748504,
      closedAt: null,
      responsibleUserId: 9,
      fields: [],
      contactIds: [6, 5, 7],
      companyId: 8,
    });
  });

  test.each([[null], [[]], [undefined]])('without fields (%j) has none', (values) => {
    expect(dealOf(wireDeal(1, { custom_fields_values: values }) as Record<string, unknown>)?.fields).toEqual(
      [],
    );
  });

  test.each([{}, { id: 'x' }, { ...wireDeal(1), is_deleted: true }, { ...wireDeal(1), status_id: null }])(
    'is none: %j',
    (wire) => {
      expect(dealOf(wire)).toBeNull();
    },
  );
});

test('a contact has its emails and phones in order, without the empty ones', () => {
  const contact = contactOf({
    id: 4,
    name: 'Sam Hill',
    first_name: 'Sam',
    last_name: null,
    responsible_user_id: 9,
    custom_fields_values: [
      {
        field_id: 1,
        field_code: 'PHONE',
        field_type: 'multitext',
        values: [{ value: 19651796212, enum: 'WORK' }],
      },
      {
        field_id: 2,
        field_code: 'EMAIL',
        field_type: 'multitext',
        values: value('a@b.c ', '', 'd@e.f'),
      },
    ],
    _embedded: { leads: [{ id: 1 }], companies: [{ id: 406320 }] },
  });
  expect(contact).toMatchObject({
    firstName: 'Sam',
    lastName: '',
    emails: ['a@b.c', 'd@e.f'],
    phones: ['19651796212'],
    dealIds: [1],
    companyId: 406320,
  });
});

test('a company and a user', () => {
  expect(companyOf({ id: 3, name: 'Acme', custom_fields_values: null })).toEqual({
    id: 3,
    name: 'Acme',
    fields: [],
  });
  expect(companyOf({ id: 3, is_deleted: true })).toBeNull();
  expect(userOf({ id: 9, name: 'Ann', email: 'ann@acme.example', rights: {} })).toEqual({
    id: 9,
    name: 'Ann',
    email: 'ann@acme.example',
    isActive: true,
  });
  expect(userOf({ id: 9, rights: { is_active: false } })?.isActive).toBe(false);
});

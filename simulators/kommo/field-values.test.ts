import { expect, test } from 'vitest';
import { createAccount } from './account.ts';
import { createCheck } from './checks.ts';
import { readCustomFields } from './field-values.ts';
import type { FieldSeed, FieldType } from './seed-types.ts';
import { withDefaults } from './settings.ts';

/** What is stored when one field of this type is written with these values; else the codes of the errors. */
function write(type: FieldType, values: unknown, enums?: FieldSeed['enums']) {
  const fields: FieldSeed[] = [{ id: 1, entity: 'leads', name: 'F', type, ...(enums ? { enums } : {}) }];
  const account = createAccount(withDefaults({ fields }), () => {});
  const check = createCheck();
  const read = readCustomFields(account, check, { custom_fields_values: [{ field_id: 1, values }] }, 'leads');
  const errors = check.errors.map(
    ({ path, code }) => `${path.replace('custom_fields_values.0.', '')} ${code}`,
  );
  return errors.length > 0 ? errors : read?.[0]?.values;
}

const options = [
  { id: 17, value: 'One', code: 'ONE' },
  { id: 18, value: 'Two' },
];

test.each<[FieldType, unknown, unknown]>([
  ['text', 'x', 'x'],
  ['textarea', 'x'.repeat(5000), 'x'.repeat(5000)],
  ['url', 'https://a.example', 'https://a.example'],
  ['numeric', 1.5, '1.5'],
  ['numeric', '1.5', '1.5'],
  ['checkbox', true, true],
  ['date', 1577836800, 1577836800],
  ['date', '2020-01-01T00:00:00+00:00', 1577836800],
  ['birthday', '2020-01-01T00:00:00+00:00', 1577836800],
  ['file', { file_uuid: 'a' }, { file_uuid: 'a' }],
])('%s takes %j', (type, value, stored) => {
  expect(write(type, [{ value }])).toEqual([{ value: stored }]);
});

test.each<[FieldType, unknown]>([
  ['text', 5],
  ['text', true],
  ['numeric', 'many'],
  ['checkbox', '1'],
  ['checkbox', 1],
  ['date', 'soon'],
  ['date', 1.5],
  ['file', 'a'],
])('%s refuses %j', (type, value) => {
  expect(write(type, [{ value }])).toEqual(['values.0.value InvalidType']);
});

test('an option is found by text, id or code, and stored with all three', () => {
  const stored = [{ value: 'One', enum_id: 17, enum_code: 'ONE' }];
  for (const one of [{ value: 'One' }, { enum_id: 17 }, { enum_code: 'ONE' }])
    expect(write('select', [one], options)).toEqual(stored);
  expect(write('select', [{ value: 'Two' }], options)).toEqual([{ value: 'Two', enum_id: 18 }]);
});

test('an unknown option is refused where it stands', () => {
  expect(write('radiobutton', [{ value: 'one' }], options)).toEqual(['values.0.value NotSupportedChoice']);
  expect(write('multiselect', [{ enum_id: 17 }, { enum_id: 9 }], options)).toEqual([
    'values.1.enum_id NotSupportedChoice',
  ]);
  expect(write('select', [{}], options)).toEqual(['values.0.value FieldMissing']);
});

test('one value for a text, several for a multiselect', () => {
  expect(write('text', [{ value: 'a' }, { value: 'b' }])).toEqual(['values InvalidType']);
  expect(write('multiselect', [{ enum_id: 17 }, { enum_id: 18 }], options)).toHaveLength(2);
});

test('null inside a value, no value, no object', () => {
  expect(write('text', [{ value: null }])).toEqual(['values.0.value NotNullable']);
  expect(write('text', [{}])).toEqual(['values.0.value FieldMissing']);
  expect(write('text', ['x'])).toEqual(['values.0 InvalidType']);
  expect(write('text', 'x')).toEqual(['values InvalidType']);
});

test('parts of an address by code or number', () => {
  expect(
    write('smart_address', [
      { value: 'SF', enum_code: 'city' },
      { value: 'US', enum_id: 6 },
    ]),
  ).toEqual([
    { value: 'SF', enum_id: 3, enum_code: 'city' },
    { value: 'US', enum_id: 6, enum_code: 'country' },
  ]);
  expect(write('smart_address', [{ value: 'x', enum_code: 'moon' }])).toEqual([
    'values.0.enum_code NotSupportedChoice',
  ]);
});

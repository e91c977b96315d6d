import { expect, test } from 'vitest';
import { type KommoSwitches, switchPositions as kommo } from '../kommo/switches.ts';
import { readSwitch } from './switches.ts';

const read = (name: string, text: string) => readSwitch<KommoSwitches>(kommo, name, text);

test.each([
  ['linkHooks', 'none', 'none'],
  ['ignoreFilters', 'true', true],
  ['hookTimeoutCountsAs', '499', 499],
  ['coalesceMs', '500', 500],
  ['noteTextMax', 'none', null],
])('%s=%s is read', (name, text, value) => {
  expect(read(name, text)).toBe(value);
});

test('a name that does not exist is answered with the names', () => {
  expect(() => read('linkHook', 'none')).toThrow(/no switch "linkHook".*linkHooks/);
  expect(() => read('toString', 'none')).toThrow('no switch');
});

test('a position that does not exist is answered with the positions', () => {
  expect(() => read('linkHooks', 'both')).toThrow('It is one of lead, lead_and_contact, none.');
  expect(() => read('coalesceMs', 'soon')).toThrow('It is a number.');
});

import { describe, expect, it } from 'vitest';
import { en } from './en.ts';
import { es } from './es.ts';
import { pt } from './pt.ts';
import { translateReason } from './translate-reason.ts';

type Reason = string | ((...parts: string[]) => string);
const PARTS = ['Ann (Acme)', '3 days', '$1', 'deal'];
const say = (reason: Reason) => (typeof reason === 'string' ? reason : reason(...PARTS));
const keys = Object.keys(en.reasons) as (keyof typeof en.reasons)[];

describe.each([
  ['Spanish', es],
  ['Portuguese', pt],
])('a stored reason in %s', (_name, words) => {
  it.each(keys)('is the same sentence: %s', (key) => {
    expect(translateReason(say(en.reasons[key]), null, words)).toBe(say(words.reasons[key]));
  });
});

it('of several sentences is translated one by one', () => {
  const stored = `${en.reasons.noContact} ${en.reasons.waitsForEmail('3 days')}`;
  expect(translateReason(stored, null, es)).toBe(
    'El lead no tiene contacto. El evento espera un contacto con correo, hasta 3 días después del cambio de etapa.',
  );
});

it('that is no known sentence is told by its code, else as it is stored', () => {
  const stored = 'Price is 5, not above 10 (if).';
  expect(translateReason(stored, 'condition', pt)).toBe('A condição da regra não é atendida (if).');
  expect(translateReason(stored, 'from a later version', pt)).toBe(stored);
  expect(translateReason(stored, null, pt)).toBe(stored);
});

it('in English is as it is stored', () => {
  expect(translateReason('Anything.', 'no_rule', en)).toBe('Anything.');
  expect(translateReason(null, 'no_rule', es)).toBeNull();
});

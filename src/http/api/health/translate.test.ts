import { expect, it } from 'vitest';
import { draft, type HealthCode } from '../../../health/codes.ts';
import type { Health, HealthItem, Proof } from '../../../health/health.ts';
import { LANGUAGES } from '../../../languages/languages.ts';
import { translateHealth } from './translate.ts';

const { en, es, pt } = LANGUAGES;

const item = (code: HealthCode, message: string, todo?: string): HealthItem => ({
  ...draft(code, 'acme', message, todo === undefined ? {} : { todo }),
  since: 1,
});

function healthWith(items: HealthItem[], proofs: Proof[] = []): Health {
  const light = 'warning';
  const side = { side: 'kommo', light, since: 1, items, proofs } as const;
  const installation = { ...side, side: 'installation', items: [], proofs: [] } as const;
  const connection = { connection: 'acme', light, since: 1, judgedAt: 1, sides: [{ ...side }] } as const;
  return {
    ...{ light, at: 1, installation: { ...installation, items: [], proofs: [] } },
    connections: [{ ...connection, sides: [...connection.sides] }],
  };
}

const inSpanish = (items: HealthItem[], proofs: Proof[] = []) =>
  translateHealth(healthWith(items, proofs), es).connections[0]!.sides[0]!;

it('an item keeps its particulars, and its advice is that of its code', () => {
  const stored = item('kommo_token_ends', en.health.messages.kommoTokenEnds('9', '2026-12-10'));
  expect(inSpanish([stored]).items).toEqual([
    {
      ...stored,
      message: 'El token de Kommo caduca en 9 días, el 2026-12-10.',
      todo: es.health.todos.kommo_token_ends,
    },
  ]);
});

it('advice with a particular keeps it', () => {
  const { messages, otherTodos } = en.health;
  const stored = item(
    'track_wrong_region',
    messages.trackWrongRegion('EU', 'us'),
    otherTodos.setRegion('eu'),
  );
  expect(inSpanish([stored]).items[0]!.todo).toBe('Poner customerio.region: eu y reiniciar.');
});

it('an error text of others stays as it came, after what it means', () => {
  const [one] = inSpanish([item('kommo_failing', 'Kommo answered 502.')]).items;
  expect(one!.message).toBe(`${es.health.meanings.kommo_failing} (Kommo answered 502.)`);
});

it('what nobody knows stays English', () => {
  const stored = { ...item('kommo_failing', 'Odd.', 'Look.'), code: 'from_a_later_version' };
  expect(inSpanish([stored]).items).toEqual([stored]);
});

it('a proof says what its item says', () => {
  const stored = item('kommo_token_ended', en.health.messages.kommoTokenEnded('2026-12-01'));
  const proof: Proof = {
    ...{ name: 'kommo_token', ...en.health.proofs.kommo_token, isProven: false, at: null, by: null },
    ...{ isRequired: true, todo: stored.todo },
  };
  expect(inSpanish([stored], [proof]).proofs).toEqual([
    { ...proof, title: 'Kommo acepta el token', todo: es.health.todos.kommo_token_ended },
  ]);
  const usual = { ...proof, todo: en.health.proofs.kommo_token.todo };
  expect(inSpanish([], [usual]).proofs[0]!.todo).toBe(es.health.proofs.kommo_token.todo);
});

it.each([
  ['Spanish', es],
  ['Portuguese', pt],
])('every message is the same sentence in %s', (_name, words) => {
  for (const key of Object.keys(en.health.messages) as (keyof typeof en.health.messages)[]) {
    const say = (message: string | ((...parts: string[]) => string)) =>
      typeof message === 'string' ? message : message('7', '9', '5');
    const { connections } = translateHealth(
      healthWith([item('kommo_failing', say(en.health.messages[key]))]),
      words,
    );
    expect(connections[0]!.sides[0]!.items[0]!.message).toBe(say(words.health.messages[key]));
  }
});

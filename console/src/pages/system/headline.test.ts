import { expect, it } from 'vitest';
import type { Health, HealthItem, Proof } from '../../api/types.ts';
import { headlineOf, stepTone } from './headline.ts';

const proof = (isProven: boolean, isRequired = true): Proof => ({
  name: 'kommo_token',
  title: 'Kommo accepts the token',
  isProven,
  at: isProven ? 1 : null,
  by: isProven ? 'a call' : null,
  isRequired,
  todo: 'Wait.',
});

const item = (code: string, light: HealthItem['light']): HealthItem => ({
  ...{
    code,
    light,
    connection: 'acme',
    side: 'kommo',
    since: 1,
    message: 'It is.',
    todo: 'Do.',
    page: 'rules',
  },
});

function health(proofs: Proof[], items: HealthItem[]): Health {
  const side = { side: 'kommo' as const, light: 'ok' as const, since: 1, items, proofs };
  const installation = {
    side: 'installation' as const,
    light: 'ok' as const,
    since: 1,
    items: [],
    proofs: [],
  };
  const connection = { connection: 'acme', light: 'ok' as const, since: 1, judgedAt: 1, sides: [side] };
  return { light: 'ok', at: 1, installation, connections: [connection] };
}

it('is green only where every required step is proven and nothing is wrong', () => {
  expect(headlineOf(health([proof(true), proof(false, false)], []))).toMatchObject({
    tone: 'good',
    text: 'All is well.',
  });
});

it('counts the steps that are left, and shows them all', () => {
  const { tone, text, steps, items } = headlineOf(
    health([proof(true), proof(false)], [item('signing_key_unproven', 'unknown')]),
  );
  expect([tone, text, steps.length, items]).toEqual([
    'nothing',
    'Setup isn’t finished: 1 of 2 steps left',
    2,
    [],
  ]);
});

it('speaks of what is broken before what is not finished', () => {
  const { tone, text, steps, setup, items } = headlineOf(
    health([proof(false)], [item('a', 'warning'), item('b', 'broken')]),
  );
  expect([tone, text, steps.length]).toEqual(['bad', '2 issues need attention', 1]);
  expect(setup).toBe('Setup isn’t finished: 1 of 1 step left');
  expect(items.map(({ code }) => code)).toEqual(['b', 'a']);
});

it('shows the steps of the connections that are not finished, and no others', () => {
  const [done, open] = [health([proof(true)], []), health([proof(true), proof(false)], [])];
  const connections = [
    ...done.connections,
    ...open.connections.map((connection) => ({ ...connection, connection: 'beta' })),
  ];
  const { text, steps } = headlineOf({ ...done, connections });
  expect(text).toBe('Setup isn’t finished: 1 of 2 steps left');
  expect(steps.map(({ connection }) => connection)).toEqual(['beta', 'beta']);
});

it('a step that was proven and does not work now is red', () => {
  expect(stepTone({ isProven: true, isContradicted: true })).toBe('bad');
  expect(stepTone({ isProven: true, isContradicted: false })).toBe('good');
  expect(stepTone({ isProven: false })).toBe('nothing');
});

it('is not green while a connection has not been judged', () => {
  const judged = health([], []);
  const connections = judged.connections.map((connection) => ({ ...connection, sides: [] }));
  expect(headlineOf({ ...judged, connections }).tone).toBe('nothing');
});

import { expect, it } from 'vitest';
import type { Deal } from '../../domain/entities.ts';
import type { Connection } from '../connection.ts';
import { createReadAhead } from './read-ahead.ts';
import type { DealRequirement } from './requirements.ts';

const parts = { contact: false, company: false, user: false };
const need = (dealId: number): DealRequirement => ({ dealId, parts, contacts: 'main' });

/** A connection whose Kommo has no deals, and counts who asks. */
function asked(deals: () => Promise<Map<number, Deal>> = async () => new Map()) {
  const questions: number[][] = [];
  const kommo = {
    deals: (ids: number[]) => {
      questions.push(ids);
      return deals();
    },
  };
  return { questions, connection: { kommo } as unknown as Connection };
}

it('what was read ahead is not read again, in whatever order it is needed', async () => {
  const { questions, connection } = asked();
  const ahead = createReadAhead();
  await ahead.begin(connection, [need(1), need(2), need(1)]);
  expect(await ahead.gather(connection, [need(2), need(1)])).toEqual(new Map());
  expect(questions).toEqual([[1, 2]]);
});

it('what is needed otherwise is read as if nothing had been', async () => {
  const { questions, connection } = asked();
  const ahead = createReadAhead();
  await ahead.begin(connection, [need(1)]);
  await ahead.gather(connection, [need(1), need(2)]);
  await ahead.gather(connection, [{ ...need(1), contacts: 'all' }]);
  expect(questions).toEqual([[1], [1, 2], [1]]);
});

it('where nothing is needed, nothing is read', async () => {
  const { questions, connection } = asked();
  await createReadAhead().begin(connection, []);
  expect(questions).toEqual([]);
});

it('a reading that failed fails for who asks for it, and for nobody else', async () => {
  const { connection } = asked(async () => {
    throw new Error('Kommo is down.');
  });
  const ahead = createReadAhead();
  await ahead.begin(connection, [need(1)]);
  await expect(ahead.gather(connection, [need(1)])).rejects.toThrow('Kommo is down.');
  await createReadAhead().begin(connection, [need(1)]);
});

import { describe, expect, test } from 'vitest';
import { start } from './testing/start.ts';

describe('trouble of the whole account', () => {
  test.each([
    ['error_code', 400, 'Error code 244. If the error persists, contact our support team'],
    ['payment', 402, 'Payment required'],
  ] as const)(
    '%s answers every call with %i, names no item and writes nothing',
    async (trouble, status, detail) => {
      await using tried = await start();
      const deal = tried.kommo.createDeal({});
      tried.kommo.setTrouble(trouble);
      const note = [{ entity_id: deal.id, note_type: 'common', params: { text: 'x' } }];
      const answer = await tried.send('POST', '/leads/notes', note);
      expect([answer.status, answer.body.detail]).toEqual([status, detail]);
      expect(answer.body['validation-errors']).toBeUndefined();
      expect((await tried.get(`/leads/${deal.id}`)).status).toBe(status);
      tried.kommo.setTrouble(null);
      expect(tried.kommo.notes()).toEqual([]);
      expect((await tried.get(`/leads/${deal.id}`)).status).toBe(200);
    },
  );

  test('maintenance answers with a page, not with JSON', async () => {
    await using tried = await start();
    tried.kommo.setTrouble('maintenance');
    expect(await tried.get('/account')).toMatchObject({ status: 503, type: 'text/html' });
  });

  test('paths may be excepted, so that the account still answers', async () => {
    await using tried = await start();
    tried.kommo.setTrouble('error_code', { except: /\/account$/ });
    expect((await tried.get('/account')).status).toBe(200);
    expect((await tried.get('/leads')).status).toBe(400);
  });

  test('a wrong token is still 401', async () => {
    await using tried = await start();
    tried.kommo.revokeToken();
    tried.kommo.setTrouble('payment');
    expect((await tried.get('/leads')).status).toBe(401);
  });
});

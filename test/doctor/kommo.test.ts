import { describe, expect, it, test } from 'vitest';
import { checkAccount, checkNames, checkRights } from '../../src/doctor/kommo.ts';
import { DeliveryError } from '../../src/domain/errors.ts';
import { createKommoClient, longLivedToken } from '../../src/kommo/index.ts';
import { reply, startTestServer } from '../support/customerio-server.ts';
import { catalog, connection, fails, kommoWith } from '../support/doctor.ts';

const CHECKED = { token: 'token-0123456789', others: [], now: 0 };

describe('the Kommo account', () => {
  async function against(code: number, body: string): ReturnType<typeof checkAccount> {
    const server = await startTestServer((_request, response) => reply(response, code, body));
    const kommo = createKommoClient({
      baseUrl: server.url,
      tokens: longLivedToken(() => 'token-0123456789'),
      requestsPerSecond: 1000,
      quietUntilMs: 0,
    });
    try {
      return await checkAccount(kommo, server.url, CHECKED);
    } finally {
      await kommo.close();
      await server.close();
    }
  }
  const problem = (code: number) => JSON.stringify({ title: 'No', status: code, detail: 'No.' });

  it('names the account and its time zone', async () => {
    const body = {
      id: 31,
      name: 'Acme',
      subdomain: 'acme',
      _embedded: { datetime_settings: { timezone: 'Europe/Lisbon' } },
    };
    const { isOpen, verdicts } = await against(200, JSON.stringify(body));
    expect(isOpen).toBe(true);
    expect(verdicts).toEqual([
      {
        status: 'ok',
        todo: null,
        fix: null,
        message: 'Kommo accepts the token: account "Acme" (acme, id 31), time zone Europe/Lisbon',
      },
    ]);
  });

  test.each([
    ['a refused token', 401, problem(401), false, /does not accept the token/, /long-lived token/],
    ['an unpaid account', 402, problem(402), false, /payment required/, /Billing/],
    ['a missing right', 403, problem(403), true, /no right/, /./],
    ['a block', 403, '<html>403 Forbidden</html>', false, /blocked/, /only they can lift/],
    ['too many requests', 429, '<html>429</html>', false, /slow down/, /Wait 5 s/],
    ['a failing server', 500, '<html>500</html>', true, /failed/, /in a minute/],
    ['another address', 404, '<html>404</html>', false, /No Kommo account/, /Correct/],
  ])('tells %s from the others', async (_name, code, body, isOpen, message, todo) => {
    const result = await against(code, body);
    expect(result.isOpen).toBe(isOpen);
    expect(result.verdicts).toHaveLength(1);
    expect(result.verdicts[0]).toMatchObject({ status: 'failure' });
    expect(result.verdicts[0]!.message).toMatch(message);
    expect(result.verdicts[0]!.todo).toMatch(todo);
  });

  it('says which address cannot be reached', async () => {
    const server = await startTestServer((_request, response) => reply(response, 200));
    await server.close();
    const kommo = createKommoClient({
      baseUrl: server.url,
      tokens: longLivedToken(() => 'token-0123456789'),
      requestsPerSecond: 1000,
      quietUntilMs: 0,
    });
    const { isOpen, verdicts } = await checkAccount(kommo, server.url, CHECKED);
    await kommo.close();
    expect(isOpen).toBe(false);
    expect(verdicts[0]!.message).toMatch(/cannot be reached.*ECONNREFUSED/);
    expect(verdicts[0]!.todo).toContain(server.url);
  });

  it('warns of a time zone that no list has', async () => {
    const zone = { timezone: 'Etc/GMT-3', unknownTimezone: 'Europe/Nowhere' };
    const kommo = {
      account: async () => ({ id: 3, name: 'Acme', subdomain: 'acme', country: null, ...zone }),
    };
    const { isOpen, verdicts } = await checkAccount(kommo, 'https://acme.kommo.com', CHECKED);
    expect(isOpen).toBe(true);
    expect(verdicts).toMatchObject([
      { status: 'ok' },
      { status: 'warning', message: expect.stringMatching(/"Europe\/Nowhere".*Etc\/GMT-3/) },
    ]);
  });

  it('with an unknown host name is told from one that does not answer', async () => {
    const error = new DeliveryError('retryable', 'Kommo cannot be reached.', { systemCode: 'ENOTFOUND' });
    const kommo = { account: () => Promise.reject(error) };
    const { verdicts } = await checkAccount(kommo, 'https://acme.kommo.com', CHECKED);
    expect(verdicts[0]!.todo).toContain('the host name is not known');
  });
});

describe('rights', () => {
  it('names everything that may not be read at once', async () => {
    const forbidden = fails('unauthorized', 403);
    const verdicts = await checkRights(kommoWith({ notesOf: forbidden, dealMoves: forbidden }), 1000);
    expect(verdicts).toMatchObject([
      { status: 'failure', message: 'The token has no right to read notes, the events log' },
    ]);
  });

  it('only warns where users are hidden', async () => {
    const verdicts = await checkRights(kommoWith({ users: fails('unauthorized', 403) }), 1000);
    expect(verdicts).toMatchObject([{ status: 'warning', todo: expect.stringContaining('administrator') }]);
  });
});

describe('names', () => {
  it('are all there', () => {
    expect(checkNames(connection, catalog([]))).toMatchObject([{ status: 'ok' }]);
  });

  it('that Kommo does not have are failures with the names that it has', () => {
    const verdicts = checkNames(connection, catalog([], 'Wonn'));
    expect(verdicts).toMatchObject([
      {
        status: 'failure',
        message: expect.stringContaining('no stage "Won"'),
        todo: expect.stringContaining('Wonn'),
      },
    ]);
  });
});

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { page, type Reply, type Seen, startKommo, wireDeal } from '../../../test/support/kommo-server.ts';
import { DeliveryError } from '../../domain/errors.ts';
import type { CallReport } from './call.ts';
import { type AccessToken, longLivedToken, type TokenSource } from './token-source.ts';

const HTML: Reply = { status: 403, html: '<html>403 Forbidden</html>' };
const NOTE = [{ dealId: 5, text: 'hello', requestId: 'r' }];

async function errorOf(promise: Promise<unknown>): Promise<DeliveryError> {
  const error = await promise.then(
    () => new Error('no error came'),
    (caught) => caught,
  );
  expect(error).toBeInstanceOf(DeliveryError);
  return error;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('no answer', () => {
  test.each(['cut', 'half'] as const)(
    'a connection that breaks (%s) is again for a read, unknown for a new note',
    async (how) => {
      await using kommo = await startKommo(() => how);
      expect(await errorOf(kommo.client.account())).toMatchObject({ failure: 'retryable', status: null });
      expect(await errorOf(kommo.client.addNotes(NOTE))).toMatchObject({
        failure: 'unknown',
        otherItems: 'unknown',
      });
      const fields = [{ dealId: 5, fields: [{ fieldId: 1, value: { text: 'x' } }], requestId: 'r' }];
      expect(await errorOf(kommo.client.updateDeals(fields))).toMatchObject({ failure: 'retryable' });
    },
  );

  test('silence is a timeout', async () => {
    await using kommo = await startKommo(() => 'silence', { timeoutMs: 50 });
    expect(await errorOf(kommo.client.account())).toMatchObject({ failure: 'retryable' });
    const error = await errorOf(kommo.client.addNotes(NOTE));
    expect(error).toMatchObject({ failure: 'unknown', status: null });
    expect(error.message).toBe('Kommo gave no answer to adding notes within 50 ms.');
  });

  test('nobody listening: nothing was sent, so a note may simply be tried again', async () => {
    const baseUrl = `http://127.0.0.1:${await freePort()}`;
    await using kommo = await startKommo(() => ({}), { baseUrl });
    const error = await errorOf(kommo.client.addNotes(NOTE));
    expect(error).toMatchObject({ failure: 'retryable', status: null });
    expect(error.message).toContain('ECONNREFUSED');
  });

  test('an unknown host is not sent either', async () => {
    await using kommo = await startKommo(() => ({}), { baseUrl: 'http://no-such-host.invalid' });
    expect(await errorOf(kommo.client.addNotes(NOTE))).toMatchObject({ failure: 'retryable' });
  });

  test('a caller who cancels while the answer is out leaves the outcome unknown', async () => {
    const controller = new AbortController();
    await using kommo = await startKommo(() => {
      setImmediate(() => controller.abort());
      return 'silence';
    });
    const error = await errorOf(kommo.client.addNotes(NOTE, { signal: controller.signal }));
    expect(error).toMatchObject({ failure: 'unknown' });
    expect(await errorOf(kommo.client.addNotes(NOTE, { signal: controller.signal }))).toMatchObject({
      failure: 'retryable',
    });
    expect(kommo.calls).toHaveLength(1);
  });

  test('an answer without an end is not read to its end', async () => {
    const huge = { json: { filler: 'x'.repeat(33 * 1024 * 1024) } };
    await using kommo = await startKommo(() => huge);
    const error = await errorOf(kommo.client.account());
    expect(error).toMatchObject({ failure: 'retryable' });
    expect(error.message).toContain('larger than 32 MB');
  });
});

describe('slow down', () => {
  test('after a 429 nothing is sent until the time is over; callers are told how long', async () => {
    await using kommo = await startKommo(() => ({
      status: 429,
      json: { title: 'Too Many Requests', status: 429, retry_after: 300 },
    }));
    expect(await errorOf(kommo.client.account())).toMatchObject({
      failure: 'throttled',
      status: 429,
      retryAfterMs: 300_000,
    });
    const refused = await errorOf(kommo.client.account());
    expect(refused).toMatchObject({ failure: 'throttled', status: 429 });
    expect(refused.retryAfterMs).toBeGreaterThan(290_000);
    expect(kommo.calls).toHaveLength(1);
  });

  test('a 429 page that says nothing gives a short pause first', async () => {
    await using kommo = await startKommo(() => ({ status: 429, html: '<html>' }));
    expect((await errorOf(kommo.client.account())).retryAfterMs).toBe(5000);
  });

  test('several calls that hit the limit together are one pause', async () => {
    await using kommo = await startKommo(() => ({ status: 429, html: '<html>' }));
    const errors = await Promise.all([1, 2, 3, 4].map(() => errorOf(kommo.client.account())));
    expect(errors.every((error) => (error.retryAfterMs ?? 0) <= 5000)).toBe(true);
  });

  test('a block holds everything for a quarter of an hour', async () => {
    await using kommo = await startKommo(() => HTML);
    expect(await errorOf(kommo.client.account())).toMatchObject({
      failure: 'throttled',
      retryAfterMs: 90_000,
    });
    expect(await errorOf(kommo.client.addNotes(NOTE))).toMatchObject({ failure: 'throttled', status: 403 });
    expect(kommo.calls).toHaveLength(1);
  });
});

describe('the call itself', () => {
  test('carries the token, and no error, report or path shows it', async () => {
    const reports: CallReport[] = [];
    await using kommo = await startKommo(
      ({ headers }) => ({ status: 400, json: { status: 400, detail: `you sent ${headers.authorization}` } }),
      { onCall: (call) => reports.push(call) },
    );
    const error = await errorOf(kommo.client.registerWebhook('https://me.example/secret-path', ['add_lead']));
    expect(kommo.calls[0]?.headers.authorization).toBe('Bearer tok3n-that-is-secret');
    expect(error.message).toContain('you sent Bearer ***');
    expect(`${error.stack}${JSON.stringify(reports)}`).not.toMatch(/tok3n|secret-path/);
    expect(reports).toMatchObject([
      { method: 'POST', path: '/webhooks', status: 400, error: { failure: 'permanent' } },
    ]);
  });

  test('reports a call that worked, with its time', async () => {
    const reports: CallReport[] = [];
    await using kommo = await startKommo(() => page('users', []), { onCall: (call) => reports.push(call) });
    await kommo.client.users();
    const time = { ms: expect.any(Number), date: expect.any(String) };
    expect(reports).toEqual([{ method: 'GET', path: '/users', status: 204, ...time }]);
  });

  test('a listener of calls that throws does not turn a call that worked into a failed one', async () => {
    await using kommo = await startKommo(() => page('users', []), {
      onCall: () => {
        throw new Error('a broken metric');
      },
    });
    expect(await kommo.client.users()).toEqual([]);
  });

  test.each(['', ' ', 'two words', 'line\nbreak'])(
    'a token that can be none (%j) is never sent',
    async (token) => {
      await using kommo = await startKommo(() => ({}), { tokens: longLivedToken(() => token) });
      expect(await errorOf(kommo.client.account())).toMatchObject({ failure: 'unauthorized' });
      expect(kommo.calls).toHaveLength(0);
    },
  );

  test("a token store that fails is tried again, without the store's words", async () => {
    const current = () => Promise.reject(new Error('row token=tok3n is locked'));
    const tokens = { ...longLivedToken(() => ''), current };
    await using kommo = await startKommo(() => ({}), { tokens });
    const error = await errorOf(kommo.client.account());
    expect(error).toMatchObject({ failure: 'retryable' });
    expect(error.message).not.toContain('tok3n');
  });

  test('works below a path, and with a trailing slash', async () => {
    await using kommo = await startKommo(() => ({ json: { id: 1, name: 'Acme', subdomain: 'acme' } }));
    await using below = await startKommo(() => ({}), { baseUrl: `${kommo.baseUrl}/kommo/` });
    await below.client.account();
    expect(kommo.calls[0]?.path).toBe('/kommo/api/v4/account');
  });
});

describe('a refused token', () => {
  const refusal = (status: number) => ({ status, json: { title: 'Unauthorized', status } });
  const account = { json: { id: 1, name: 'Acme', subdomain: 'acme' } };
  /** Tokens that come one after the other. */
  const tokensOf = (...tokens: AccessToken[]): TokenSource & { refusals: string[] } => {
    const refusals: string[] = [];
    return {
      refusals,
      advice: { refused: '', missingRight: '' },
      current: () => tokens[0]!,
      refused: async ({ value }) => {
        refusals.push(value);
        return tokens[refusals.length] ?? null;
      },
    };
  };
  const at = (value: string, origin: string | null = null) => ({ value, origin });
  const authorizations = (calls: Seen[]) => calls.map(({ headers }) => headers.authorization);

  test('is replaced once, and the call is made again, also one that creates something', async () => {
    const tokens = tokensOf(at('old'), at('new'));
    const created = { json: { _embedded: { notes: [{ id: 7, request_id: '0' }] } } };
    await using kommo = await startKommo((_seen, count) => (count === 1 ? refusal(401) : created), {
      tokens,
    });
    const ids = await kommo.client.addNotes(NOTE);
    expect([...ids.values()]).toEqual([7]);
    expect(authorizations(kommo.calls)).toEqual(['Bearer old', 'Bearer new']);
    expect(tokens.refusals).toEqual(['old']);
  });

  test('whose successor is refused as well is the error of the call', async () => {
    const tokens = tokensOf(at('old'), at('new'), at('newer'));
    await using kommo = await startKommo(() => refusal(401), { tokens });
    expect(await errorOf(kommo.client.account())).toMatchObject({ failure: 'unauthorized', status: 401 });
    expect(kommo.calls).toHaveLength(2);
  });

  test('is the error of the call where there is no other one', async () => {
    await using kommo = await startKommo(() => refusal(401), { tokens: tokensOf(at('old')) });
    expect(await errorOf(kommo.client.account())).toMatchObject({ failure: 'unauthorized', status: 401 });
    expect(kommo.calls).toHaveLength(1);
  });

  test('may be replaced by one of an account that has moved to another address', async () => {
    await using renamed = await startKommo(() => account);
    const tokens = tokensOf(at('old'), at('new', renamed.baseUrl));
    await using kommo = await startKommo(() => ({ status: 404, html: 'no such account' }), { tokens });
    expect(await kommo.client.account()).toMatchObject({ name: 'Acme' });
    expect(authorizations(renamed.calls)).toEqual(['Bearer new']);
  });
});

describe('the rate', () => {
  test('a server that counts arrivals never sees more than 7 in a rolling second', async () => {
    await using kommo = await startKommo(({ path }) => ({ json: wireDeal(Number(path.split('/').at(-1))) }), {
      requestsPerSecond: 7,
    });
    const ids = Array.from({ length: 24 }, (_, i) => i + 1);
    await Promise.all(ids.map((id) => kommo.client.deals([id])));
    const arrivals = kommo.calls.map((call) => call.at).sort((a, b) => a - b);
    expect(arrivals).toHaveLength(24);
    for (const [i, at] of arrivals.slice(7).entries()) expect(at - arrivals[i]!).toBeGreaterThan(1000);
  });
});

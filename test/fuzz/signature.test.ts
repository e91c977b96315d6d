import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CUSTOMERIO_SAMPLES,
  checkReport,
  createTestServer,
  NOW,
  receiverInto,
  SECRET,
  sign,
  signed,
  type TestServer,
} from './support.ts';

/*
 * The endpoint for Customer.io with the real check of signatures behind it: whatever is changed on the way, a
 * report is refused, and nothing of it is stored.
 */

let nowMs = NOW * 1000;
let server: TestServer;
beforeAll(async () => {
  const connections = new Map([['acme', { webhookSecret: SECRET, refuseReport: checkReport(() => nowMs) }]]);
  const stored: TestServer['stored'] = [];
  const webhooks = { connections, isUnreadable: async () => false, receiver: receiverInto(stored) };
  server = { ...(await createTestServer({ webhooks })), stored };
});
afterAll(() => server.app.close());

async function post(payload: Buffer, headers: Record<string, string>): Promise<number> {
  const url = '/webhooks/customerio/acme';
  const answer = await server.app.inject({ method: 'POST', url, headers, payload });
  return answer.statusCode;
}

/** Each of the bytes with each of its bits turned. */
function* turnedBits(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const turned = Buffer.from(bytes);
      turned[at]! ^= 1 << bit;
      yield turned;
    }
  }
}

/** The bytes without one, with one twice, and cut short: what turning bits does not do. */
function* shifted(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at++) {
    yield Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
    yield Buffer.concat([bytes.subarray(0, at + 1), bytes.subarray(at)]);
    yield bytes.subarray(0, at);
  }
}

const changes = (bytes: Buffer) =>
  [...turnedBits(bytes), ...shifted(bytes)].filter((other) => !other.equals(bytes));

describe('a report changed on the way is refused with 401 and not stored', () => {
  const report = CUSTOMERIO_SAMPLES.find(({ file }) => file === 'signed_opened_by_a_person.json')!.body;

  it('is taken as it came', async () => {
    server.stored.length = 0;
    expect(await post(report, signed(report))).toBe(200);
    expect(server.stored).toHaveLength(1);
  });

  it('in any bit or byte of its body', async () => {
    server.stored.length = 0;
    for (const body of changes(report)) expect(await post(body, signed(report)), body.toString()).toBe(401);
    expect(server.stored).toEqual([]);
  });

  it.each(['x-cio-timestamp', 'x-cio-signature'])('in any bit or byte of %s', async (name) => {
    server.stored.length = 0;
    const headers = signed(report);
    for (const value of changes(Buffer.from(headers[name]!, 'latin1'))) {
      const changed = { ...headers, [name]: value.toString('latin1') };
      expect(await post(report, changed), JSON.stringify(changed[name])).toBe(401);
    }
    expect(server.stored).toEqual([]);
  });

  it.each([
    ['upper case', (signature: string) => signature.toUpperCase()],
    ['a version', (signature: string) => `v0=${signature}`],
    ['a second one', (signature: string) => `${signature}, ${signature}`],
    ['none', () => ''],
  ])('with a signature that has %s', async (_what, change) => {
    server.stored.length = 0;
    const headers = signed(report);
    const changed = { ...headers, 'x-cio-signature': change(headers['x-cio-signature']!) };
    expect(await post(report, changed)).toBe(401);
    expect(server.stored).toEqual([]);
  });

  it.each([
    '+1772013600',
    '01772013600',
    '1772013600.0',
    '1.7720136e9',
    '0x699f0b20',
    ' 1772013600',
    '1772013600 ',
  ])('with a rightly signed time written as "%s"', async (timestamp) => {
    server.stored.length = 0;
    expect(
      await post(report, {
        ...signed(report),
        'x-cio-timestamp': timestamp,
        'x-cio-signature': sign(report, timestamp),
      }),
    ).toBe(401);
    expect(server.stored).toEqual([]);
  });

  it('where the body of one report has the signature of another', async () => {
    server.stored.length = 0;
    for (const { body } of CUSTOMERIO_SAMPLES.filter((other) => !other.body.equals(report)))
      expect(await post(body, signed(report))).toBe(401);
    expect(server.stored).toEqual([]);
  });
});

describe('a report sent again later', () => {
  const [{ body }] = CUSTOMERIO_SAMPLES as [(typeof CUSTOMERIO_SAMPLES)[number]];

  it.each([
    ['5 minutes old', 300, 200],
    ['5 minutes and almost a second old', 300.999, 200],
    ['5 minutes and a second old', 301, 401],
    ['5 minutes ahead of our clock', -300, 200],
    ['5 minutes and a millisecond ahead', -300.001, 401],
    ['5 minutes and a second ahead', -301, 401],
    ['a year old', 31_536_000, 401],
  ])('%s: %s s after it was signed', async (_what, seconds, status) => {
    server.stored.length = 0;
    nowMs = NOW * 1000 + Math.round(seconds * 1000);
    expect(await post(body, signed(body))).toBe(status);
    expect(server.stored).toHaveLength(status === 200 ? 1 : 0);
    nowMs = NOW * 1000;
  });
});

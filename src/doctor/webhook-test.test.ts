import { afterEach, describe, expect, it, test } from 'vitest';
import { reply, startTestServer } from '../../test/support/customerio-server.ts';
import { kommoTest } from './test-request.ts';
import { type InboxRequest, testWebhook } from './webhook-test.ts';

const SECRET = '0123456789abcdef';
const STORED: InboxRequest = { id: 7, outcome: 'There is nothing to do.' };

const closings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0)) await close();
});

async function answering(status: number): Promise<string> {
  const server = await startTestServer((_request, response) => reply(response, status));
  closings.push(server.close);
  return server.url;
}

async function run(publicUrl: string | null, localUrl: string, find: () => Promise<InboxRequest | null>) {
  const result = await testWebhook({
    sender: 'Kommo',
    patienceMs: 1_000,
    request: kommoTest('acme', SECRET, 'mark'),
    publicUrl,
    localUrl,
    find,
    pollEveryMs: 1,
  });
  expect(JSON.stringify(result)).not.toContain(SECRET);
  return result.steps.map(({ state, text }) => `${state}: ${text}`);
}

describe('a test of the webhook', () => {
  it('that arrives is waited for until it is understood', async () => {
    let looks = 0;
    const steps = await run(await answering(200), 'http://127.0.0.1:9', async () =>
      ++looks < 3 ? { id: 7, outcome: null } : STORED,
    );
    expect(steps).toEqual([
      expect.stringMatching(/^good: Sent to http:.*\/webhooks\/kommo\/acme\/\*\*\*$/),
      expect.stringMatching(/^good: Answered 200 after \d+ ms; Kommo waits 1000 ms/),
      'good: Stored in the inbox as webhook 7',
      'good: Understood: There is nothing to do.',
    ]);
  });

  it('says where it went to another Stagepost', async () => {
    const steps = await run(await answering(200), 'http://127.0.0.1:9', async () => null);
    expect(steps.at(-1)).toMatch(/^bad: It is not in this inbox/);
  });

  test.each([
    [404, /Answered 404.*another secret/],
    [301, /Answered 301.*redirects to another/],
    [502, /Answered 502.*proxy/],
  ])('answered %s on its way tells whether Stagepost itself works', async (status, words) => {
    const steps = await run(await answering(status), await answering(200), async () => STORED);
    expect(steps[1]).toMatch(words);
    expect(steps.at(-1)).toMatch(/^good: On this machine .* answers 200/);
  });

  it('without a public address says what it cannot tell', async () => {
    const steps = await run(null, await answering(200), async () => STORED);
    expect(steps[1]).toMatch(/^waiting: .*--public-url/);
    expect(steps.at(-1)).toMatch(/^good: Understood/);
  });

  it('that nobody answers gives the system’s code', async () => {
    const steps = await run(null, 'http://127.0.0.1:9', async () => STORED);
    expect(steps.at(-1)).toMatch(/^bad: No answer \(.+\)/);
  });
});

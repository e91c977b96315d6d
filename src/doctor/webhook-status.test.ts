import { beforeEach, describe, expect, it, vi } from 'vitest';
import { DeliveryError } from '../domain/errors.ts';
import { WebhookStatus } from './webhook-status.ts';

const SECRET = 'a-long-webhook-secret';
const hook = (disabled: boolean, connection = 'acme') => ({
  id: 1,
  destination: `https://host/webhooks/kommo/${connection}/${SECRET}`,
  settings: [],
  disabled,
});

let now: number;
let isRunHere: boolean;
let status: WebhookStatus;
beforeEach(() => {
  now = 1_700_000_000_000;
  isRunHere = true;
  status = new WebhookStatus({ connection: 'acme', isRunHere: () => isRunHere, now: () => now });
});

/** The state after one reading. */
async function read(webhooks: Parameters<WebhookStatus['setClient']>[0]['webhooks']) {
  status.setClient({ webhooks });
  status.current();
  await expect.poll(() => status.current().words).not.toBe('Not checked yet.');
  return status.current();
}

describe('Kommo’s webhook', () => {
  it.each([
    ['good', [hook(false)]],
    ['good', [hook(true), hook(false)]],
    ['disabled', [hook(true)]],
    ['missing', [hook(false, 'other')]],
    ['missing', []],
  ])('is %s with %j', async (state, hooks) => {
    const known = await read(async () => hooks);
    expect(known).toMatchObject({ state, checkedAt: now });
    expect(JSON.stringify(known)).not.toContain(SECRET);
  });

  it('is unknown where Kommo refuses to list webhooks, with its own message', async () => {
    const refused = async () => Promise.reject(new DeliveryError('unauthorized', 'Kommo refuses the token.'));
    expect(await read(refused)).toMatchObject({ state: 'unknown', words: 'Kommo refuses the token.' });
  });

  it('is read once in ten minutes, however often it is asked for', async () => {
    const webhooks = vi.fn(async () => [hook(false)]);
    await read(webhooks);
    for (let call = 0; call < 20; call++) status.current();
    expect(webhooks).toHaveBeenCalledTimes(1);
    now += 10 * 60_000;
    status.current();
    expect(webhooks).toHaveBeenCalledTimes(2);
  });

  it('is not read where another process runs the connection', () => {
    isRunHere = false;
    const webhooks = vi.fn(async () => [hook(false)]);
    status.setClient({ webhooks });
    status.current();
    expect(webhooks).not.toHaveBeenCalled();
  });
});

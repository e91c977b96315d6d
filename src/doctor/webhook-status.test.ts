import { beforeEach, describe, expect, it, vi } from 'vitest';
import { DeliveryError } from '../domain/errors.ts';
import { createWebhookStatus, type WebhookStatus } from './webhook-status.ts';

const SECRET = 'a-long-webhook-secret';
const hook = (disabled: boolean, connection = 'acme') => ({
  id: 1,
  destination: `https://host/webhooks/kommo/${connection}/${SECRET}`,
  settings: [],
  disabled,
});

let now: number;
let runs: boolean;
let watch: WebhookStatus;
beforeEach(() => {
  now = 1_700_000_000_000;
  runs = true;
  watch = createWebhookStatus(
    'acme',
    () => runs,
    () => now,
  );
});

/** What is known after a look. */
async function lookAt(webhooks: Parameters<WebhookStatus['use']>[0]['webhooks']) {
  watch.use({ webhooks });
  watch.state();
  await expect.poll(() => watch.state().words).not.toBe('Not looked at yet.');
  return watch.state();
}

describe('Kommo’s webhook', () => {
  it.each([
    ['good', [hook(false)]],
    ['good', [hook(true), hook(false)]],
    ['disabled', [hook(true)]],
    ['missing', [hook(false, 'other')]],
    ['missing', []],
  ])('is %s with %j', async (state, hooks) => {
    const known = await lookAt(async () => hooks);
    expect(known).toMatchObject({ state, checkedAt: now });
    expect(JSON.stringify(known)).not.toContain(SECRET);
  });

  it('is not known where Kommo does not let us look, in its words', async () => {
    const refused = async () => Promise.reject(new DeliveryError('unauthorized', 'Kommo refuses the token.'));
    expect(await lookAt(refused)).toMatchObject({ state: 'unknown', words: 'Kommo refuses the token.' });
  });

  it('is looked at once in ten minutes, however often somebody asks', async () => {
    const webhooks = vi.fn(async () => [hook(false)]);
    await lookAt(webhooks);
    for (let asked = 0; asked < 20; asked++) watch.state();
    expect(webhooks).toHaveBeenCalledTimes(1);
    now += 10 * 60_000;
    watch.state();
    expect(webhooks).toHaveBeenCalledTimes(2);
  });

  it('is not looked at where another process runs the connection', () => {
    runs = false;
    const webhooks = vi.fn(async () => [hook(false)]);
    watch.use({ webhooks });
    watch.state();
    expect(webhooks).not.toHaveBeenCalled();
  });
});

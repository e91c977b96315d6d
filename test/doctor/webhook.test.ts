import { describe, expect, it, test } from 'vitest';
import { checkWebhook, type WebhookCheck } from '../../src/doctor/webhook.ts';
import { WEBHOOK_SETTINGS, type Webhook } from '../../src/kommo/index.ts';
import { fails, hook, SECRET } from '../support/doctor.ts';

describe('the webhook of Kommo', () => {
  const check = async (hooks: Webhook[], part: Partial<WebhookCheck> = {}) => {
    const registered: { destination: string; settings: readonly string[] }[] = [];
    const kommo = {
      webhooks: async () => hooks,
      registerWebhook: async (destination: string, settings: readonly string[]) => {
        registered.push({ destination, settings });
        return hook({ destination, settings: [...settings] });
      },
    };
    const common = {
      connection: 'acme',
      secret: SECRET,
      fix: false,
      publicUrl: null,
      pollEverySeconds: null,
    };
    const options = { kommo, ...common, ...part };
    const verdicts = await checkWebhook(options);
    expect(JSON.stringify(verdicts)).not.toContain(SECRET);
    return { verdicts, registered };
  };

  it('is fine behind any host and path', async () => {
    const destination = `https://proxy.example/a/b/webhooks/kommo/acme/${SECRET}`;
    const { verdicts } = await check([hook({ destination })]);
    expect(verdicts).toMatchObject([
      { status: 'ok', message: 'Kommo reports to https://proxy.example/a/b/webhooks/kommo/acme/***' },
    ]);
  });

  it('is a failure where Kommo has switched it off', async () => {
    expect((await check([hook({ disabled: true })])).verdicts).toMatchObject([{ status: 'failure' }]);
  });

  it('is another connection or has another secret', async () => {
    const other = 'https://stagepost.example/webhooks/kommo/other/0123456789abcdef';
    const old = 'https://stagepost.example/webhooks/kommo/acme/former-secret';
    const { verdicts } = await check([hook({ destination: other }), hook({ destination: old })]);
    expect(verdicts.map(({ status: found }) => found)).toEqual(['warning', 'warning']);
    expect(verdicts[0]!.message).toContain('another secret');
    expect(JSON.stringify(verdicts)).not.toContain('former-secret');
    expect(verdicts[1]!.fix).toMatchObject({ needsPublicUrl: true });
  });

  it('is registered by --fix with --public-url, and only then', async () => {
    const url = 'https://stagepost.example';
    expect((await check([], { publicUrl: url })).registered).toEqual([]);
    expect((await check([], { fix: true })).registered).toEqual([]);
    const { verdicts, registered } = await check([], { fix: true, publicUrl: url });
    const destination = `${url}/webhooks/kommo/acme/${SECRET}`;
    expect(registered).toEqual([{ destination, settings: WEBHOOK_SETTINGS }]);
    expect(verdicts).toMatchObject([{ status: 'ok', message: expect.stringContaining('Registered') }]);
  });

  test.each([
    ['is there', true, 'ok'],
    ['is not there', false, 'failure'],
  ])('is looked up where the registration was not answered: it %s', async (_name, isThere, expected) => {
    const publicUrl = 'https://stagepost.example';
    let reads = 0;
    const kommo = {
      webhooks: async () => (++reads > 1 && isThere ? [hook()] : []),
      registerWebhook: fails('retryable', 504),
    };
    const { verdicts } = await check([], { kommo, fix: true, publicUrl });
    expect(verdicts).toMatchObject([{ status: expected }]);
  });

  it('lacks an event: --fix keeps the others', async () => {
    const partial = [hook({ settings: ['add_task', ...WEBHOOK_SETTINGS.slice(1)] })];
    const { verdicts } = await check(partial);
    expect(verdicts).toMatchObject([{ status: 'warning', message: expect.stringContaining('Lead added') }]);
    const { registered } = await check(partial, { fix: true });
    expect([...registered[0]!.settings].sort()).toEqual(['add_task', ...WEBHOOK_SETTINGS].sort());
  });

  test.each([402, 403])('cannot be had on this plan (%s): the Digital Pipeline can', async (code) => {
    const kommo = { webhooks: fails('unauthorized', code), registerWebhook: fails('unauthorized', code) };
    const { verdicts } = await check([], { kommo });
    expect(verdicts).toMatchObject([
      { status: 'warning', todo: expect.stringContaining('Digital Pipeline') },
    ]);
  });

  it('cannot be had on this plan: the events log can be read in its place', async () => {
    const kommo = { webhooks: fails('unauthorized', 402), registerWebhook: fails('unauthorized', 402) };
    const { verdicts } = await check([], { kommo });
    expect(verdicts[0]!.todo).toContain('set kommo.changes to polling');
  });

  describe('where the events log is read in its place', () => {
    const pollEverySeconds = 20;

    test.each([402, 403])('is not missed while the plan has none (%s)', async (code) => {
      const kommo = { webhooks: fails('unauthorized', code), registerWebhook: fails('unauthorized', code) };
      const { verdicts } = await check([], { kommo, pollEverySeconds });
      expect(verdicts).toMatchObject([
        { status: 'ok', todo: null, message: expect.stringContaining('every 20 s') },
      ]);
    });

    it('is offered as soon as the account allows webhooks, and --fix registers none', async () => {
      const publicUrl = 'https://stagepost.example';
      const { verdicts, registered } = await check([], { pollEverySeconds, publicUrl, fix: true });
      expect(verdicts).toMatchObject([
        { status: 'ok', todo: expect.stringContaining('Set kommo.changes to webhooks') },
      ]);
      expect(registered).toEqual([]);
    });

    it('is noticed where somebody has registered it', async () => {
      const { verdicts } = await check([hook()], { pollEverySeconds });
      expect(verdicts[0]!.message).toContain('Kommo has a webhook to it as well');
    });
  });

  it('does not take a block for a missing plan', async () => {
    const kommo = { webhooks: fails('throttled', 403), registerWebhook: fails('throttled', 403) };
    expect((await check([], { kommo })).verdicts).toMatchObject([{ status: 'failure' }]);
  });
});

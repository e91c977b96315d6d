import { describe, expect, it, test } from 'vitest';
import { startCustomerioSimulator } from '../../simulators/customerio/index.ts';
import { secret } from '../../src/config/index.ts';
import { createAppClient, createTrackClient } from '../../src/customerio/index.ts';
import { checkSigningKeys, checkTrack } from '../../src/doctor/customerio.ts';
import { checkReporting } from '../../src/doctor/reporting.ts';
import { connection } from '../support/doctor.ts';

describe('Customer.io', () => {
  async function simulated(region: 'us' | 'eu' = 'us', apiKey?: string) {
    const simulator = await startCustomerioSimulator({ region });
    const { credentials, url } = simulator;
    const track = createTrackClient({
      siteId: credentials.siteId,
      apiKey: apiKey ?? credentials.apiKey,
      region: 'us',
      trackUrl: url,
    });
    const app = createAppClient({ appKey: apiKey ?? credentials.appKey, region: 'us', appUrl: url });
    const settings = { ...connection.customerio, region: 'us' as const, trackUrl: url };
    return {
      simulator,
      settings,
      track,
      app,
      async [Symbol.asyncDispose]() {
        await Promise.all([track.close(), app.close()]);
        await simulator.close();
      },
    };
  }
  const endpoint = 'https://stagepost.example/webhooks/customerio/acme';
  const events = [
    'email_unsubscribed',
    'email_bounced',
    'email_clicked',
    'email_opened',
    'customer_subscription_preferences_changed',
  ];

  it('accepts the Track credentials', async () => {
    await using it = await simulated();
    expect(await checkTrack(it.track, it.settings)).toMatchObject([{ status: 'ok' }]);
  });

  it('says which region the account is in', async () => {
    await using it = await simulated('eu');
    expect(await checkTrack(it.track, it.settings)).toMatchObject([
      {
        status: 'failure',
        message: expect.stringContaining('is in the EU'),
        todo: 'Set customerio.region: eu.',
      },
    ]);
  });

  it('refuses wrong keys', async () => {
    await using it = await simulated('us', 'wrong-key-0123456789');
    const verdicts = [
      ...(await checkTrack(it.track, it.settings)),
      ...(await checkReporting(it.app, connection)),
    ];
    expect(verdicts).toMatchObject([{ status: 'failure' }, { status: 'failure' }]);
    expect(verdicts.map(({ todo }) => todo).join()).toMatch(/Tracking API Keys.*App API Keys/);
    expect(JSON.stringify(verdicts)).not.toContain('wrong-key');
  });

  it('recognises keys in each other’s place', async () => {
    await using it = await simulated('us', 'wrong-key-0123456789');
    const { siteId, apiKey, appKey } = it.simulator.credentials;
    const advice = async (part: Record<'siteId' | 'apiKey' | 'appKey', string>) => {
      const keys = { siteId: part.siteId, apiKey: secret(part.apiKey), appKey: secret(part.appKey) };
      return (await checkTrack(it.track, { ...it.settings, ...keys }))[0]!.todo;
    };
    expect(await advice({ siteId: apiKey, apiKey: siteId, appKey })).toMatch(
      /site_id and customerio.api_key are swapped/,
    );
    expect(await advice({ siteId, apiKey: appKey, appKey: apiKey })).toMatch(
      /api_key and customerio.app_key are swapped/,
    );
    expect(await advice({ siteId, apiKey: siteId, appKey })).toMatch(/are the same/);
    expect(await advice({ siteId, apiKey: `"${apiKey}"`, appKey })).toMatch(/api_key is in quotes/);
    expect(await advice({ siteId, apiKey: 'sa_live_x', appKey })).toMatch(/service account/);
  });

  it('reports everything that the rules need', async () => {
    await using it = await simulated();
    it.simulator.addReportingWebhook({ endpoint, events, fullResolution: true });
    expect(await checkReporting(it.app, connection)).toMatchObject([{ status: 'ok' }, { status: 'ok' }]);
  });

  it('warns of missing reports and of first clicks only', async () => {
    await using it = await simulated();
    it.simulator.addReportingWebhook({ endpoint, events: events.slice(0, 4) });
    const [, missing, first, ...rest] = await checkReporting(it.app, connection);
    expect(rest).toEqual([]);
    expect(missing).toMatchObject({ status: 'warning' });
    expect(missing!.message).toMatch(/does not send customer_subscription_preferences_changed$/);
    expect(first).toMatchObject({ status: 'warning', message: expect.stringContaining('email_clicked') });
  });

  it('fails where the reporting webhook goes elsewhere', async () => {
    await using it = await simulated();
    it.simulator.addReportingWebhook({ endpoint: 'https://other.example/webhooks/customerio/beta', events });
    expect((await checkReporting(it.app, connection)).at(-1)).toMatchObject({ status: 'failure' });
  });

  it('fails where the reporting webhook is disabled', async () => {
    const webhook = {
      id: 1,
      name: 'Stagepost',
      endpoint,
      events,
      disabled: true,
      fullResolution: true,
      withContent: false,
    };
    const verdicts = await checkReporting({ reportingWebhooks: async () => [webhook] }, connection);
    expect(verdicts.at(-1)).toMatchObject({
      status: 'failure',
      message: expect.stringContaining('is disabled'),
    });
  });

  test.each([
    ['a long key', ['k'.repeat(64)], 'skipped'],
    ['the API key', ['api-key-0123456789'], 'warning'],
    ['a short key', ['k'.repeat(64), 'short'], 'warning'],
    ['a key with a line end', [`${'k'.repeat(64)}\n`], 'warning'],
  ])('judges %s as a signing key', (_name, keys, expected) => {
    const verdicts = checkSigningKeys({
      signingKeys: keys.map(secret),
      apiKey: secret('api-key-0123456789'),
    });
    expect(verdicts).toMatchObject([{ status: expected }]);
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { type Handler, reply, startTestServer } from '../../../test/support/customerio-server.ts';
import { DeliveryError } from '../../domain/errors.ts';
import type { CallRecord } from '../call.ts';
import { createAppClient } from './app.ts';

const cleanUp: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

async function against(handler: Handler) {
  const server = await startTestServer(handler);
  const calls: CallRecord[] = [];
  let turns = 0;
  const limiter = async () => {
    turns += 1;
  };
  const onCall = (call: CallRecord) => calls.push(call);
  const app = createAppClient({ appKey: 'app-secret', region: 'us', appUrl: server.url, limiter, onCall });
  cleanUp.push(server.close, app.close);
  return { app, server, calls, turns: () => turns };
}

const answering = (status: number, body: unknown) =>
  against((_, response) => reply(response, status, typeof body === 'string' ? body : JSON.stringify(body)));

async function failureOf(promise: Promise<unknown>): Promise<DeliveryError> {
  const error = await promise.catch((reason: unknown) => reason);
  if (!(error instanceof DeliveryError)) throw new Error(`No DeliveryError: ${String(error)}`);
  return error;
}

describe('attributes', () => {
  it('asks for one person and gives the attributes', async () => {
    const attributes = { kommo_deal_id: '7', plan: 'Pro' };
    const { app, server, calls, turns } = await answering(200, { customer: { id: '1', attributes } });
    expect(await app.attributes('email', 'a+b/c@x.com')).toEqual(attributes);
    expect(server.seen[0]).toMatchObject({
      method: 'GET',
      path: '/v1/customers/a%2Bb%2Fc%40x.com/attributes?id_type=email',
      headers: { authorization: 'Bearer app-secret' },
    });
    expect(calls).toMatchObject([{ method: 'GET', path: '/v1/customers/{id}/attributes', status: 200 }]);
    expect(turns()).toBe(1);
  });

  it.each([
    ['JSON', '{"errors":[{"detail":"not found","status":"404"}]}'],
    ['nothing', ''],
  ])('says null for a 404 with %s', async (_, body) => {
    const { app } = await answering(404, body);
    expect(await app.attributes('id', '1')).toBeNull();
  });

  it('does not take a web page’s 404 for "no such person"', async () => {
    const { app } = await answering(404, '<html><title>Not Found</title></html>');
    expect(await failureOf(app.attributes('id', '1'))).toMatchObject({
      failure: 'unauthorized',
      message: expect.stringContaining('customerio.app_url'),
    });
  });

  it('has none for a person whose attributes are null', async () => {
    const { app } = await answering(200, { customer: { id: '1', attributes: null } });
    expect(await app.attributes('id', '1')).toEqual({});
  });

  it.each(['{}', '{"customer":{"attributes":[]}}', '[]'])('tries the odd answer %s again', async (body) => {
    const { app } = await answering(200, body);
    expect((await failureOf(app.attributes('id', '1'))).failure).toBe('retryable');
  });

  it('asks nothing for an identifier that cannot be one', async () => {
    const { app, server } = await answering(200, {});
    expect((await failureOf(app.attributes('id', '..'))).failure).toBe('permanent');
    expect(server.seen).toEqual([]);
  });
});

describe('reportingWebhooks', () => {
  it('lists them', async () => {
    const webhook = {
      id: 5,
      name: 'Stagepost',
      endpoint: 'https://x.io/webhooks/customerio/acme',
      events: ['email_opened'],
      disabled: false,
      full_resolution: true,
      with_content: false,
      type: 'webhook',
    };
    const { app } = await answering(200, { reporting_webhooks: [webhook, {}] });
    expect(await app.reportingWebhooks()).toEqual([
      {
        id: 5,
        name: 'Stagepost',
        endpoint: webhook.endpoint,
        events: ['email_opened'],
        disabled: false,
        fullResolution: true,
      },
      { id: null, name: '', endpoint: '', events: [], disabled: false, fullResolution: false },
    ]);
  });

  it('takes null for an empty list', async () => {
    const { app } = await answering(200, { reporting_webhooks: null });
    expect(await app.reportingWebhooks()).toEqual([]);
  });
});

describe('eventCampaigns', () => {
  it('lists those that an event starts, and which of them run', async () => {
    const { app } = await answering(200, {
      campaigns: [
        { id: 1, name: 'Won', event_name: 'deal_won', state: 'running' },
        { id: 2, name: 'Lost', event_name: 'deal_lost', state: 'stopped' },
        { id: 3, name: 'By segment', trigger_segment_ids: [7], state: 'running' },
        { id: 4, name: 'Older answer', event_name: ' demo ' },
      ],
    });
    expect(await app.eventCampaigns()).toEqual([
      { name: 'Won', event: 'deal_won', isRunning: true },
      { name: 'Lost', event: 'deal_lost', isRunning: false },
      { name: 'Older answer', event: 'demo', isRunning: true },
    ]);
  });
});

describe('failures', () => {
  it.each([
    [401, '{"errors":[{"detail":"unauthorized","status":"401"}]}', 'unauthorized', 'unauthorized'],
    [429, 'Your request is over the 10-per-second limit.', 'throttled', '10-per-second'],
    [
      422,
      '{"errors":[{"detail":"is no email","status":"422","source":{"pointer":"/email"}}]}',
      'permanent',
      '/email: is no email',
    ],
    [503, '', 'retryable', 'no text'],
  ])('%i is %s, with Customer.io’s text', async (status, body, failure, text) => {
    const { app } = await answering(status, body);
    const error = await failureOf(app.reportingWebhooks());
    expect(error).toMatchObject({ failure, status });
    expect(error.message).toContain(text);
  });
});

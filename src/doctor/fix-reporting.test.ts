import { describe, expect, it } from 'vitest';
import type { NewReportingWebhook, ReportingWebhook } from '../customerio/index.ts';
import { DeliveryError } from '../domain/errors.ts';
import { fixReporting, prepareReporting } from './fix-reporting.ts';

const URL = 'https://stagepost.example.com';
const endpoint = `${URL}/webhooks/customerio/acme`;
const connection = {
  name: 'acme',
  reactions: [{ name: 'email_opened' }, { name: 'email_bounced' }],
  inactivity: [],
};

function workspace(...webhooks: ReportingWebhook[]) {
  const calls: string[] = [];
  return {
    webhooks,
    calls,
    app: {
      reportingWebhooks: async () => [...webhooks],
      async createReportingWebhook(webhook: NewReportingWebhook) {
        calls.push('create');
        webhooks.push({ id: webhooks.length + 1, ...webhook });
        return webhooks.at(-1)!;
      },
      async updateReportingWebhook(id: number, webhook: NewReportingWebhook) {
        calls.push('update');
        webhooks[webhooks.findIndex((one) => one.id === id)] = { id, ...webhook };
      },
    },
  };
}

const webhook = (part: Partial<ReportingWebhook> = {}): ReportingWebhook => ({
  ...{ id: 1, name: 'mine', endpoint, events: ['email_opened', 'email_bounced'] },
  ...{ disabled: false, fullResolution: true, withContent: false },
  ...part,
});

const fix = ({ app }: ReturnType<typeof workspace>) => fixReporting(app, connection as never, URL);

describe('the reporting webhook', () => {
  it('is made with every event that a rule needs, and every open', async () => {
    const there = workspace();
    await fix(there);
    expect(there.webhooks).toMatchObject([
      { endpoint, events: ['email_opened', 'email_bounced'], disabled: false, fullResolution: true },
    ]);
  });

  it('of a connection that does not exist yet is made once, switched off, and switched on by the fix', async () => {
    const there = workspace();
    const prepared = { name: 'Stagepost acme', endpoint, events: ['email_opened'] };
    await prepareReporting(there.app, prepared);
    await prepareReporting(there.app, prepared);
    expect(there.webhooks).toMatchObject([{ ...prepared, disabled: true, fullResolution: true }]);
    await fix(there);
    expect(there.webhooks).toMatchObject([{ disabled: false, events: ['email_opened', 'email_bounced'] }]);
  });

  it('that was made before the rules is switched on although no rule needs reports', async () => {
    const there = workspace(webhook({ disabled: true }));
    await fixReporting(there.app, { ...connection, reactions: [] } as never, URL);
    expect(there.webhooks).toMatchObject([{ disabled: false, events: webhook().events }]);
  });

  it('is made once, however often it is fixed', async () => {
    const there = workspace();
    await fix(there);
    await fix(there);
    expect(there.calls).toEqual(['create']);
  });

  it.each([
    ['switched off', { disabled: true }],
    ['for the first open only', { fullResolution: false }],
    ['without an event', { events: ['email_opened'] }],
  ])('that is %s is corrected, and keeps what somebody has added', async (_, wrong) => {
    const there = workspace(webhook({ withContent: true, name: 'Ours', ...wrong }));
    await fix(there);
    expect(there.webhooks).toMatchObject([{ ...webhook(), name: 'Ours', withContent: true }]);
  });

  it('of another Stagepost in the same workspace stays as it is', async () => {
    const other = webhook({ endpoint: 'https://other.example.com/webhooks/customerio/acme', disabled: true });
    const there = workspace(other);
    await fix(there);
    expect(there.webhooks).toMatchObject([{ ...other }, { endpoint }]);
  });

  it('whose answer was lost is found, and not made twice', async () => {
    const there = workspace();
    const { app } = there;
    const create = app.createReportingWebhook;
    app.createReportingWebhook = async (made) => {
      await create(made);
      throw new DeliveryError('retryable', 'The connection broke.');
    };
    expect(await fix(there)).toMatchObject([{ status: 'ok' }]);
    expect(there.webhooks).toHaveLength(1);
  });

  it('is not needed without reactions', async () => {
    const there = workspace();
    expect(await fixReporting(there.app, { name: 'acme', reactions: [], inactivity: [] }, URL)).toEqual([]);
    expect(there.calls).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import { workspace } from '../testing/workspace.ts';

const BROADCAST = 7;

/** A workspace of two people, and a trigger that moves the clock past the limit first. */
async function two(subject = 'News: {{trigger.headline}}') {
  let now = 1_800_000_000_000;
  const tried = await workspace({ now: () => now, broadcasts: [{ name: 'News', subject }] });
  await tried.identify('1', { email: 'ann@x.com', plan: 'pro' });
  await tried.identify('2', { email: 'bo@x.com' });
  const trigger = (body: unknown) => {
    now += 10_000;
    return tried.app('POST', `/v1/campaigns/${BROADCAST}/triggers`, body);
  };
  const subjects = (email: string) => tried.sim.mailbox(email).map((one) => one.subject);
  const wait = (ms: number) => {
    now += ms;
  };
  return { ...tried, trigger, subjects, wait };
}

const data = { headline: 'Hi' };

describe('a trigger', () => {
  test('sends to everybody where it names nobody', async () => {
    const { trigger, subjects } = await two();
    expect((await trigger({ data })).json).toEqual({ id: 1 });
    expect([subjects('ann@x.com'), subjects('bo@x.com')]).toEqual([['News: Hi'], ['News: Hi']]);
  });

  test.each([
    [{ ids: ['1'] }, [1, 0]],
    [{ emails: ['BO@x.com'] }, [0, 1]],
    [{ recipients: { attribute: { field: 'plan', operator: 'eq', value: 'pro' } } }, [1, 0]],
    [{ per_user_data: [{ id: '2', data: { headline: 'Own' } }] }, [0, 1]],
    [{ ids: ['1', 'nobody'], id_ignore_missing: true }, [1, 0]],
    [{ emails: ['no@x.com', 'bo@x.com'], email_ignore_missing: true }, [0, 1]],
  ])('with the audience %j sends to it only', async (audience, counts) => {
    const { trigger, subjects } = await two();
    expect((await trigger({ data, ...audience })).status).toBe(200);
    expect([subjects('ann@x.com').length, subjects('bo@x.com').length]).toEqual(counts);
  });

  test('brings data for each person', async () => {
    const { trigger, subjects } = await two();
    await trigger({ data, per_user_data: [{ id: '1' }, { email: 'bo@x.com', data: { headline: 'Own' } }] });
    expect([subjects('ann@x.com'), subjects('bo@x.com')]).toEqual([['News: Hi'], ['News: Own']]);
  });

  test('leaves out who has unsubscribed', async () => {
    const { trigger, subjects, sim } = await two();
    sim.unsubscribePerson('1');
    await trigger({ data });
    expect([subjects('ann@x.com'), subjects('bo@x.com')]).toEqual([[], ['News: Hi']]);
  });

  test.each([
    [{ ids: ['1', 'nobody'] }, /nobody/],
    [{ ids: ['1'], emails: ['bo@x.com'] }, /only one of emails, ids/],
    [{ recipients: { plan: 'pro' } }, /not a valid filter/],
    [{ data: { text: 'x'.repeat(50_001) } }, /50000 bytes/],
    [{ ids: Array(10_001).fill('1') }, /10000 entries/],
  ])('is refused as a whole where something is wrong, and says why later', async (body, why) => {
    const { trigger, app, sim } = await two();
    const refused = await trigger(body);
    expect([refused.status, refused.json.errors[0].status]).toEqual([422, '422']);
    expect(sim.messages()).toEqual([]);
    const { errors } = (await app('GET', `/v1/campaigns/${BROADCAST}/triggers/1/errors`)).json;
    expect(errors[0]).toMatch(why);
  });

  test('is let through once in ten seconds, apart from the limit of other calls', async () => {
    const { trigger, app, wait } = await two();
    await trigger({ data });
    wait(9_999);
    expect((await app('POST', `/v1/campaigns/${BROADCAST}/triggers`, { data })).status).toBe(429);
    wait(1);
    expect((await app('POST', `/v1/campaigns/${BROADCAST}/triggers`, { data })).status).toBe(200);
  });

  test('without JSON is 400, and of no broadcast 404', async () => {
    const { trigger, app, wait } = await two();
    expect((await trigger('{')).json.errors[0].detail).toMatch(/^bad request \(reference [0-9A-Z]{26}\)$/);
    wait(10_000);
    expect((await app('POST', '/v1/campaigns/1/triggers', {})).status).toBe(404);
  });
});

test('a broadcast, its triggers and its messages can be read', async () => {
  const { trigger, app } = await two();
  await trigger({ data, ids: ['1'] });
  const { broadcasts } = (await app('GET', '/v1/broadcasts')).json;
  expect(broadcasts).toMatchObject([{ id: BROADCAST, name: 'News', type: 'triggered_broadcast' }]);
  const { triggers } = (await app('GET', `/v1/broadcasts/${BROADCAST}/triggers`)).json;
  expect((await app('GET', `/v1/campaigns/${BROADCAST}/triggers/1`)).json).toEqual(triggers[0]);
  const { messages } = (await app('GET', `/v1/broadcasts/${BROADCAST}/messages`)).json;
  expect(messages).toMatchObject([{ broadcast_id: BROADCAST, campaign_id: null, recipient: 'ann@x.com' }]);
});

test('its reports name the broadcast and the trigger, and no campaign', async () => {
  const { trigger, sim } = await two();
  await trigger({ data, ids: ['1'] });
  const [sent] = sim.reports.filter(({ metric }) => metric === 'sent');
  expect(sent?.data).toMatchObject({ broadcast_id: BROADCAST, trigger_id: 1 });
  expect(sent?.data).not.toHaveProperty('campaign_id');
});

import { describe, expect, test } from 'vitest';
import { workspace } from '../testing/workspace.ts';

async function people() {
  const made = await workspace({ appLimitPerSecond: 1000 });
  await made.identify('1', { email: 'ann@x.example', plan: 'pro', seats: 5 });
  await made.identify('2', { plan: 'basic' });
  await made.identify('3@x.example', {});
  await made.track('POST', '/api/v1/segments/7/add_customers', { ids: ['2'] });
  const find = async (filter: object, query = '') =>
    (await made.app('POST', `/v1/customers${query}`, { filter })).json;
  return { ...made, find };
}

const attribute = (field: string, value?: unknown) => ({
  attribute: {
    field,
    operator: value === undefined ? 'exists' : 'eq',
    ...(value === undefined ? {} : { value }),
  },
});
const inSegment = { segment: { id: 7 } };

describe('people are found by a filter:', () => {
  test.each([
    ['an attribute', attribute('plan', 'pro'), ['1']],
    ['a number, as text or not', { and: [attribute('seats', '5'), attribute('seats', 5)] }, ['1']],
    ['that it exists', attribute('plan'), ['1', '2']],
    ['a segment', inSegment, ['2']],
    ['either', { or: [attribute('plan', 'pro'), inSegment] }, ['1', '2']],
    ['not', { and: [attribute('plan'), { not: inSegment }] }, ['1']],
    ['somebody without an id', attribute('email', '3@x.example'), ['']],
    ['nobody', attribute('plan', 'none'), []],
  ])('%s', async (_, filter, ids) => {
    const { find } = await people();
    expect((await find(filter)).ids).toEqual(ids);
  });
});

test('people come in pages, with all their identifiers', async () => {
  const { find } = await people();
  const first = await find(attribute('plan'), '?limit=1');
  expect(first.identifiers).toEqual([{ id: '1', email: 'ann@x.example', cio_id: expect.any(String) }]);
  expect((await find(attribute('plan'), `?limit=1&start=${first.next}`)).ids).toEqual(['2']);
});

test.each([{}, { and: [] }, { and: [{}] }, { age: 5 }, attribute('plan', undefined).attribute, 'all'])(
  '%o is no filter',
  async (filter) => {
    const { app } = await workspace();
    expect((await app('POST', '/v1/customers', { filter })).status).toBe(400);
  },
);

describe('segments', () => {
  test('are created, listed, counted and deleted', async () => {
    const { app } = await people();
    const { json } = await app('POST', '/v1/segments', { segment: { name: 'VIP', description: 'd' } });
    expect(json.segment).toMatchObject({ id: 8, name: 'VIP', description: 'd', type: 'manual' });
    const names = async () =>
      (await app('GET', '/v1/segments')).json.segments.map(({ name }: { name: string }) => name);
    expect(await names()).toEqual(['Segment 7', 'VIP']);
    expect((await app('GET', '/v1/segments/7/customer_count')).json).toEqual({ count: 1 });
    expect((await app('GET', '/v1/segments/7/membership')).json).toMatchObject({ ids: ['2'], next: '' });
    expect((await app('DELETE', '/v1/segments/8')).status).toBe(204);
    expect(await names()).toEqual(['Segment 7']);
    expect((await app('GET', '/v1/segments/8')).status).toBe(404);
  });

  test('need a name', async () => {
    const { app } = await workspace();
    expect((await app('POST', '/v1/segments', { segment: {} })).json.errors).toMatchObject([
      { status: '422', source: { pointer: '/segment/name' } },
    ]);
  });
});

test('a campaign is read with its action and its messages', async () => {
  const { app, event, identify } = await workspace({ appLimitPerSecond: 1000 });
  await identify('a@x.example');
  await event('a@x.example', { name: 'deal_won' });
  const { campaign } = (await app('GET', '/v1/campaigns/5')).json;
  expect(campaign).toMatchObject({ id: 5, event_name: 'deal_won' });
  const { actions } = (await app('GET', '/v1/campaigns/5/actions')).json;
  expect(actions).toMatchObject([{ id: campaign.actions[0].id, campaign_id: 5 }]);
  expect((await app('GET', `/v1/campaigns/5/actions/${actions[0].id}`)).json.action).toEqual(actions[0]);
  expect((await app('GET', '/v1/campaigns/5/messages')).json.messages).toHaveLength(1);
  expect((await app('GET', '/v1/campaigns/4/messages')).json.messages).toBeNull();
  expect((await app('GET', '/v1/campaigns/99')).status).toBe(404);
});

test('descriptions of attributes and events are taken, up to 100', async () => {
  const { app } = await workspace();
  const describe = (count: number) =>
    app('POST', '/v1/data_index/attributes', { attributes: Array(count).fill({ name: 'plan' }) });
  expect([(await describe(100)).status, (await describe(101)).status]).toEqual([204, 422]);
});

test('suppressions are listed by domain', async () => {
  const { app, sim } = await workspace();
  for (const email of ['a@x.example', 'b@y.example'])
    await app('POST', `/v1/esp/suppression/bounces/${email}`);
  expect(sim.suppressions('b@y.example')).toHaveLength(1);
  const { json } = await app('GET', '/v1/esp/domains/x.example/suppression/bounces');
  expect(json.suppressions).toMatchObject([{ email: 'a@x.example' }]);
});

test.each([
  '/v1/newsletters/5',
  '/v1/campaigns/5/metrics',
  '/v1/messages/x/archived_message',
  '/v1/sender_identities',
])('%s, which Customer.io has and the simulator lacks, is 501', async (path) => {
  const { app } = await workspace();
  const answer = await app('GET', path);
  expect(answer.status).toBe(501);
  expect(answer.json.errors[0].detail).toContain('the simulator does not');
});

test('older clients put `api` into the path', async () => {
  const { app } = await workspace();
  expect((await app('GET', '/v1/api/campaigns/5')).json.campaign).toMatchObject({ id: 5 });
});

test('a path that does not exist is 404', async () => {
  const { app } = await workspace();
  expect((await app('GET', '/v1/nothing')).status).toBe(404);
});

import { describe, expect, test } from 'vitest';
import { workspace } from '../testing/workspace.ts';

async function pipelines(options: Parameters<typeof workspace>[0] = {}) {
  const { sim, call } = await workspace(options);
  const key = (name: string) => `Basic ${Buffer.from(`${name}:`).toString('base64')}`;
  const post = (kind: string, body: unknown, name = sim.credentials.pipelinesKey) =>
    call('POST', `/v1/${kind}`, body, key(name));
  const strict = async (kind: string, body: unknown, name = sim.credentials.pipelinesKey) => {
    const headers = { authorization: key(name), 'x-strict-mode': '1' };
    const response = await fetch(`${sim.url}/v1/${kind}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return response.status;
  };
  return { sim, post, strict };
}

describe('calls', () => {
  test('identify makes a person, by id or email, and later changes the same one', async () => {
    const { sim, post } = await pipelines();
    expect(await post('identify', { userId: '1', traits: { email: 'a@x.com', plan: 'free' } })).toMatchObject(
      {
        status: 200,
        json: {},
      },
    );
    await post('identify', { userId: 'a@x.com', traits: { plan: 'pro' } });
    expect(sim.people()).toMatchObject([{ id: '1', email: 'a@x.com', attributes: { plan: 'pro' } }]);
  });

  test('track stores an event with its time, once for one messageId', async () => {
    const { sim, post } = await pipelines();
    const call = {
      userId: '1',
      event: 'Signed up',
      properties: { plan: 'pro' },
      timestamp: '2026-05-01T10:00:00.500Z',
      messageId: 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
    };
    await post('track', call);
    await post('track', call);
    expect(sim.events()).toMatchObject([
      { name: 'Signed up', type: 'event', data: { plan: 'pro' }, timestamp: 1777629600 },
    ]);
  });

  test('a workspace that wants ULIDs as ids of events takes the UUID of a message all the same', async () => {
    const { sim, strict } = await pipelines({ nonUlidIds: 'refuse' });
    expect(await strict('track', { userId: '1', event: 'Signed up', messageId: 'no-ulid' })).toBe(200);
    expect(sim.events('Signed up')).toHaveLength(1);
  });

  test('a page is named by its address, a screen by its name; without any they are accepted and not kept', async () => {
    const { sim, post, strict } = await pipelines();
    expect(await strict('page', { userId: '1', properties: { title: 'Prices' } })).toBe(200);
    await post('page', { userId: '1', name: 'Prices', properties: { url: 'https://x.com/prices' } });
    await post('screen', { userId: '1', name: 'Home' });
    expect(sim.events().map(({ type, name }) => [type, name])).toEqual([
      ['page', 'https://x.com/prices'],
      ['screen', 'Home'],
    ]);
  });

  test("an anonymous visitor's events become the person's who is identified with both ids", async () => {
    const { sim, post } = await pipelines();
    await post('track', { anonymousId: 'visitor', event: 'Looked' });
    expect(sim.people()).toEqual([]);
    await post('identify', { userId: '1', anonymousId: 'visitor' });
    const [person] = sim.people();
    expect(person?.attributes).not.toHaveProperty('anonymous_id');
    expect(sim.events('Looked')[0]).toMatchObject({ cioId: person?.cioId });
  });

  test('group makes an object and relates the person to it, until the relationship is deleted', async () => {
    const { sim, post } = await pipelines();
    await post('identify', { userId: '1' });
    const traits = { objectTypeId: '2', name: 'Acme', relationshipAttributes: { role: 'admin' } };
    await post('group', { userId: '1', groupId: 'acme', traits });
    expect(sim.person('1')?.relationships).toMatchObject([
      { identifiers: { object_type_id: '2', object_id: 'acme' }, relationship_attributes: { role: 'admin' } },
    ]);
    const properties = { objectTypeId: '2', objectId: 'acme' };
    await post('track', { userId: '1', event: 'Relationship Deleted', properties });
    expect(sim.person('1')?.relationships).toEqual([]);
  });

  test('semantic events act and are not stored', async () => {
    const { sim, post } = await pipelines();
    await post('identify', { userId: '1' });
    const device = { token: 'abc', type: 'ios' };
    await post('track', { userId: '1', event: 'Device Created or Updated', context: { device } });
    expect(sim.person('1')?.devices).toMatchObject([device]);
    await post('track', { userId: '1', event: 'Device Deleted', properties: { device } });
    expect(sim.person('1')?.devices).toEqual([]);
    await post('track', { userId: '1', event: 'User Suppressed' });
    expect([sim.isSuppressed('1'), sim.people()]).toEqual([true, []]);
    await post('track', { userId: '1', event: 'User Unsuppressed' });
    await post('identify', { userId: '1' });
    await post('track', { userId: '1', event: 'User Deleted' });
    expect([sim.isSuppressed('1'), sim.people(), sim.events()]).toEqual([false, [], []]);
  });

  test('an email that an event starts is sent, as when Track brings the event', async () => {
    const { sim, post } = await pipelines({
      campaigns: [{ name: 'Hello', event: 'Signed up', subject: 'Hello' }],
    });
    const batch = [
      { type: 'identify', userId: '1', traits: { email: 'a@x.com' } },
      { type: 'track', userId: '1', event: 'Signed up' },
    ];
    await post('batch', { batch });
    expect(sim.mailbox('a@x.com')).toHaveLength(1);
    expect(sim.requests.at(-1)).toMatchObject({ path: '/v1/batch', status: 200, items: 2 });
  });
});

describe('what is wrong', () => {
  test('200 and dropped; 400 in strict mode', async () => {
    const { sim, post, strict } = await pipelines();
    const wrong: [what: string, kind: string, body: object][] = [
      ['no one named', 'identify', { traits: {} }],
      ['an event without a name', 'track', { userId: '1' }],
      ['a group without an id', 'group', { userId: '1' }],
      ['traits that are no object', 'identify', { userId: '1', traits: 'x' }],
      ['more than 32 KB', 'identify', { userId: '1', traits: { a: 'x'.repeat(33 * 1024) } }],
      ['an empty batch', 'batch', { batch: [] }],
      ['an unknown kind in a batch', 'batch', { batch: [{ type: 'other', userId: '1' }] }],
      ['no object in a batch', 'batch', { batch: ['x'] }],
      ['a batch of more than 500 KB', 'batch', { batch: [], context: { a: 'x'.repeat(500_000) } }],
    ];
    for (const [what, kind, body] of wrong) {
      expect([what, (await post(kind, body)).status, await strict(kind, body)]).toEqual([what, 200, 400]);
    }
    expect([sim.people(), sim.events()]).toEqual([[], []]);
  });

  test('a wrong key: 200 and dropped, 401 in strict mode', async () => {
    const { sim, post, strict } = await pipelines();
    const { apiKey } = sim.credentials;
    expect((await post('identify', { userId: '1' }, apiKey)).status).toBe(200);
    expect(await strict('identify', { userId: '1' }, apiKey)).toBe(401);
    expect(sim.people()).toEqual([]);
  });

  test('of a batch the good calls apply; in strict mode none does', async () => {
    const { sim, post, strict } = await pipelines();
    const batch = [{ type: 'identify' }, { type: 'identify', userId: '1' }];
    expect([await strict('batch', { batch }), sim.people()]).toEqual([400, []]);
    await post('batch', { batch });
    expect(sim.people().map(({ id }) => id)).toEqual(['1']);
  });

  test.each([
    ['alias', { userId: '1', previousId: '2' }],
    ['track', { userId: '1', event: 'Report Delivery Event' }],
    ['batch', { batch: [{ type: 'alias', userId: '1', previousId: '2' }] }],
  ])('%s that is not simulated is 501', async (kind, body) => {
    const { post } = await pipelines();
    expect((await post(kind, body)).status).toBe(501);
  });
});

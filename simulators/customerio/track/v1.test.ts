import { describe, expect, test } from 'vitest';
import { workspace } from '../testing/workspace.ts';

describe('credentials and region', () => {
  test('the region endpoint names host, region and workspace', async () => {
    const { track } = await workspace({ region: 'eu', environmentId: 7 });
    const answer = await track('GET', '/api/v1/accounts/region');
    expect(answer.json).toEqual({ url: 'https://track-eu.customer.io', region: 'eu', environment_id: 7 });
  });

  test.each([undefined, 'Basic bm90OnJpZ2h0', 'Bearer app-api-key', 'Basic é'])(
    'a call with %s is unauthorized',
    async (authorization) => {
      const { call, sim } = await workspace();
      const answer = await call('PUT', '/api/v1/customers/42', {}, authorization && encodeURI(authorization));
      expect(answer.status).toBe(401);
      expect(answer.json).toEqual({ meta: { error: 'Unauthorized request' } });
      expect(sim.people()).toEqual([]);
    },
  );

  test('a rotated key refuses the old one at once', async () => {
    const { identify, sim } = await workspace();
    sim.setCredentials({ apiKey: 'new' });
    expect((await identify('42')).status).toBe(401);
  });

  test('the wrong region redirects everything but the region endpoint', async () => {
    const { track } = await workspace({ redirectTo: 'http://127.0.0.1:9', redirectStatus: 301 });
    const answer = await track('PUT', '/api/v1/customers/a%2Bb', {});
    expect(answer.status).toBe(301);
    expect(answer.headers.get('location')).toBe('http://127.0.0.1:9/api/v1/customers/a%2Bb');
    expect((await track('GET', '/api/v1/accounts/region')).status).toBe(200);
  });
});

test('success is {} and a newline, with the recorded headers', async () => {
  const { identify } = await workspace();
  const answer = await identify('42');
  expect(answer.text).toBe('{}\n');
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-length': '3',
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-cache, no-store, must-revalidate, max-age=0',
    'access-control-allow-origin': '*',
    status: '200 OK',
    via: '1.1 google',
  });
});

describe('limits count bytes', () => {
  test.each([
    ['a value of 1000 bytes', { plan: 'é'.repeat(500) }, 200],
    ['a value of 1001 bytes', { plan: `${'é'.repeat(500)}x` }, 400],
    ['a list over 1000 bytes', { tags: Array(400).fill('a') }, 400],
    ['a name of 150 bytes', { ['n'.repeat(150)]: 1 }, 200],
    ['a name of 151 bytes', { ['n'.repeat(151)]: 1 }, 400],
    ['300 attributes', Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`a${i}`, i])), 200],
    ['301 attributes', Object.fromEntries(Array.from({ length: 301 }, (_, i) => [`a${i}`, i])), 400],
  ])('%s', async (_, attributes, expected) => {
    const { identify } = await workspace();
    expect((await identify('42', attributes)).status).toBe(expected);
  });

  test('the refusal is pretty-printed and names the attribute', async () => {
    const { identify, sim } = await workspace();
    const answer = await identify('42', { myAttribute: 'x'.repeat(1001), fine: 1 });
    const text = "value for attribute 'myAttribute' cannot be longer than 1000 bytes";
    expect(answer.text).toBe(`{\n  "meta": {\n    "errors": [\n      "${text}"\n    ]\n  }\n}\n`);
    expect(sim.people()).toEqual([]);
  });

  test('an id over 150 bytes is refused', async () => {
    const { identify } = await workspace();
    expect((await identify('i'.repeat(150))).status).toBe(200);
    expect((await identify('i'.repeat(151))).status).toBe(400);
  });

  test('an event name over 100 bytes and data over 100 000 bytes are refused', async () => {
    const { event } = await workspace();
    expect((await event('42', { name: 'n'.repeat(100) })).status).toBe(200);
    expect((await event('42', { name: 'n'.repeat(101) })).status).toBe(400);
    expect((await event('42', { name: 'big', data: { text: 'x'.repeat(99_989) } })).status).toBe(200);
    expect((await event('42', { name: 'big', data: { text: 'x'.repeat(99_990) } })).status).toBe(400);
  });
});

describe('bad requests', () => {
  test.each(['{', '[]', '"text"', 'null'])('the body %s is refused', async (body) => {
    const { identify, track } = await workspace();
    expect((await track('PUT', '/api/v1/customers/42', body)).json.meta.errors).toHaveLength(1);
    expect((await identify('42')).status).toBe(200);
  });

  test('a cio_id of another workspace is an invalid identifier', async () => {
    const { identify } = await workspace();
    const answer = await identify('cio_ffffff000001');
    expect(answer.status).toBe(400);
    expect(answer.json.meta.errors).toEqual(['invalid identifier']);
  });

  test('broken percent-encoding is refused', async () => {
    const { track } = await workspace();
    expect((await track('PUT', '/api/v1/customers/%E0%A4%A', {})).status).toBe(400);
  });
});

test('the encoded identifier may hold any character', async () => {
  const { identify, sim } = await workspace();
  await identify('a+b/c@x.com', { name: 'A' });
  expect(sim.person('a+b/c@x.com')?.attributes.name).toBe('A');
});

describe('other calls', () => {
  test('segments take known people only, and at most 1000 ids', async () => {
    const { identify, track, app } = await workspace();
    await identify('42');
    await track('POST', '/api/v1/segments/7/add_customers', { ids: ['42', 'nobody'] });
    expect((await app('GET', '/v1/customers/42/segments')).json.segments).toEqual([
      { id: 7, type: 'manual' },
    ]);
    const tooMany = { ids: Array(1001).fill('42') };
    expect((await track('POST', '/api/v1/segments/7/add_customers', tooMany)).status).toBe(400);
  });

  test('devices come and go', async () => {
    const { identify, track, sim } = await workspace();
    await identify('42');
    await track('PUT', '/api/v1/customers/42/devices', { device: { id: 'd1', platform: 'ios' } });
    expect(sim.person('42')?.devices).toEqual([{ id: 'd1', platform: 'ios' }]);
    await track('DELETE', '/api/v1/customers/42/devices/d1');
    expect(sim.person('42')?.devices).toEqual([]);
  });

  test('a form answers 204', async () => {
    const { track, sim } = await workspace();
    const answer = await track('POST', '/api/v1/forms/f1/submit', {
      data: { email: 'a@x.com', city: 'Riga' },
    });
    expect(answer.status).toBe(204);
    expect(sim.person('a@x.com')?.attributes.city).toBe('Riga');
  });

  test('a merge error is singular', async () => {
    const { track } = await workspace();
    const answer = await track('POST', '/api/v1/merge_customers', {
      primary: { id: '1', email: 'a@x.com' },
      secondary: {},
    });
    expect(answer.status).toBe(400);
    expect(answer.json.meta.error).toMatch(/exactly one/);
  });
});

import { describe, expect, test } from 'vitest';
import { workspace } from '../testing/workspace.ts';

const rows = [
  { eventName: 'christmas', presents: { total: 2 } },
  { eventName: 'birthday', eventDate: 1 },
];

describe('a collection', () => {
  test('shows its schema, and its rows when its content is asked for', async () => {
    const { app } = await workspace();
    const { collection } = (await app('POST', '/v1/collections', { name: 'events', data: rows })).json;
    expect(collection).toMatchObject({ id: 1, rows: 2, schema: ['eventDate', 'eventName', 'presents'] });
    expect((await app('GET', '/v1/collections')).json).toEqual({ collections: [collection] });
    expect((await app('GET', '/v1/collections/1/content')).json).toEqual(rows);
  });

  test('is replaced row by row or renamed, and removed', async () => {
    const { app } = await workspace();
    await app('POST', '/v1/collections', { name: 'events', data: rows });
    await app('PUT', '/v1/collections/1/content', [rows[1]]);
    const renamed = await app('PUT', '/v1/collections/1', { name: 'days' });
    expect(renamed.json.collection).toMatchObject({ name: 'days', rows: 1 });
    expect((await app('DELETE', '/v1/collections/1')).status).toBe(204);
    expect((await app('GET', '/v1/collections/1')).status).toBe(404);
  });

  test.each([
    [{ name: 'events' }, 400],
    [{ data: rows }, 400],
    [{ name: 'events', data: [{ text: 'x'.repeat(10_001) }] }, 400],
    [{ name: 'events', url: 'https://example.com/rows.csv' }, 501],
  ])('is not made of %j', async (body, status) => {
    const { app } = await workspace();
    expect((await app('POST', '/v1/collections', body)).status).toBe(status);
  });
});

test('snippets are made once, changed by their name and removed', async () => {
  const { app } = await workspace();
  const made = await app('POST', '/v1/snippets', { name: ' address ', value: 'Fake St' });
  expect(made.json.snippet).toMatchObject({ name: 'address', value: 'Fake St' });
  expect((await app('POST', '/v1/snippets', { name: 'address', value: 'Other' })).status).toBe(422);
  await app('PUT', '/v1/snippets', { name: 'address', value: 'Main St' });
  expect((await app('GET', '/v1/snippets')).json.snippets).toMatchObject([{ value: 'Main St' }]);
  expect((await app('PUT', '/v1/snippets', { name: 'x'.repeat(151), value: 'y' })).status).toBe(400);
  expect((await app('DELETE', '/v1/snippets/address')).status).toBe(204);
  expect((await app('DELETE', '/v1/snippets/address')).status).toBe(404);
});

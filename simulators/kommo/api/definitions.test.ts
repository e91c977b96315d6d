import { expect, test } from 'vitest';
import { start } from '../testing/start.ts';

const FIELDS = '/leads/custom_fields';

async function withField() {
  const tried = await start();
  const enums = [{ value: 'A' }, { value: 'B' }];
  const { body } = await tried.send('POST', FIELDS, [{ name: 'Kind', type: 'select', enums }]);
  const [field] = body._embedded.custom_fields;
  return Object.assign(tried, { field, path: `${FIELDS}/${field.id}` });
}

test('a field is changed: options that are named by their ids stay, others are new', async () => {
  await using tried = await withField();
  const [kept] = tried.field.enums;
  const change = { name: 'Type', enums: [{ id: kept.id, value: 'A' }, { value: 'C' }] };
  const { status, body } = await tried.send('PATCH', tried.path, change);
  expect([status, body.id, body.name]).toEqual([200, tried.field.id, 'Type']);
  expect(body.enums).toMatchObject([
    { id: kept.id, value: 'A', sort: 1 },
    { value: 'C', sort: 2 },
  ]);
  expect(body.enums[1].id).not.toBe(tried.field.enums[1].id);
});

test('fields are changed as a list, too', async () => {
  await using tried = await withField();
  const { body } = await tried.send('PATCH', FIELDS, [
    { id: tried.field.id, name: 'Sort' },
    { id: 1, name: 'X' },
  ]);
  expect(body.errors).toEqual({ 1: 'Field not found' });
  expect((await tried.get(tried.path)).body.name).toBe('Sort');
});

test('a deleted field is gone; one that every account has cannot be deleted here', async () => {
  await using tried = await withField();
  expect((await tried.send('DELETE', tried.path)).status).toBe(204);
  expect((await tried.get(tried.path)).status).toBe(204);
  expect((await tried.send('DELETE', '/contacts/custom_fields/700201')).status).toBe(501);
});

test('a lost lead shows its reason when it is asked for', async () => {
  await using tried = await start();
  const { id } = tried.kommo.createDeal({ stageId: 143 });
  const [reason] = (await tried.get('/leads/loss_reasons')).body._embedded.loss_reasons;
  await tried.send('PATCH', `/leads/${id}`, { loss_reason_id: reason.id });
  expect((await tried.get(`/leads/${id}?with=loss_reason`)).body._embedded.loss_reason).toEqual([reason]);
  expect((await tried.get(`/leads/${id}`)).body._embedded).not.toHaveProperty('loss_reason');
  expect((await tried.get(`/leads/loss_reasons/${reason.id}`)).body).toEqual(reason);
  expect((await tried.get('/leads/loss_reasons/1')).status).toBe(404);
});

test('a note is pinned and unpinned', async () => {
  await using tried = await start();
  const { id } = tried.kommo.createDeal({ name: 'Acme' });
  const note = tried.kommo.addNote(id, 'Important').id;
  const isPinned = async () =>
    (await tried.get(`/leads/notes/${note}?with=is_pinned`)).body.is_pinned as boolean;
  expect((await tried.send('POST', `/leads/${id}/notes/${note}/pin`)).status).toBe(204);
  expect(await isPinned()).toBe(true);
  await tried.send('POST', `/leads/${id}/notes/${note}/unpin`);
  expect(await isPinned()).toBe(false);
});

test.each([
  ['GET', '/customers'],
  ['GET', '/sources'],
  ['GET', '/chats/templates'],
  ['POST', '/users'],
  ['GET', '/leads/custom_fields/groups'],
] as const)('%s %s, which Kommo has and the simulator lacks, is 501', async (method, path) => {
  await using tried = await start();
  const answer = await (method === 'GET' ? tried.get(path) : tried.send(method, path, []));
  expect(answer.status).toBe(501);
  expect(answer.body.detail).toContain('the simulator does not');
});

test.each([
  ['refuse', 400],
  ['ignore', 200],
] as const)('tasks of an entity without its type: %s', async (taskEntityFilter, status) => {
  await using tried = await start({ switches: { taskEntityFilter } });
  await tried.send('POST', '/tasks', [{ text: 'Call', complete_till: 1_900_000_000 }]);
  expect((await tried.get('/tasks?filter[entity_id]=1')).status).toBe(status);
});

test('links lead back the way the caller came', async () => {
  await using tried = await start();
  const port = new URL(tried.kommo.url).port;
  tried.kommo.createDeal({ name: 'Acme' });
  const headers = { authorization: `Bearer ${tried.kommo.token}` };
  const answer = await fetch(`http://localhost:${port}/api/v4/leads`, { headers });
  const body = (await answer.json()) as { _links: { self: { href: string } } };
  expect(body._links.self.href).toMatch(`http://localhost:${port}/api/v4/leads`);
});

import { describe, expect, test } from 'vitest';
import { errorsOf, start } from '../testing/start.ts';

describe('notes', () => {
  test('for many deals and for one', async () => {
    await using tried = await start();
    const [a, b] = [tried.kommo.createDeal({}).id, tried.kommo.createDeal({}).id];
    const note = (text: string, more: object = {}) => ({ note_type: 'common', params: { text }, ...more });
    const { body } = await tried.send('POST', '/leads/notes', [
      note('one', { entity_id: a, request_id: 'n1' }),
      note('two', { entity_id: b }),
    ]);
    expect(body._embedded.notes).toMatchObject([
      { entity_id: a, request_id: 'n1' },
      { entity_id: b, request_id: '1' },
    ]);
    await tried.send('POST', `/leads/${a}/notes`, [note('three')]);
    expect(tried.kommo.notes(a).map(({ text }) => text)).toEqual(['one', 'three']);
    const read = await tried.get(`/leads/notes?filter[entity_id][]=${b}`);
    expect(read.body._embedded.notes).toMatchObject([
      { entity_id: b, note_type: 'common', params: { text: 'two' } },
    ]);
    expect((await tried.get(`/contacts/notes?filter[entity_id][]=${b}`)).status).toBe(204);
  });

  test.each([
    ['no entity', { note_type: 'common', params: { text: 'x' } }, 'entity_id FieldMissing'],
    [
      'an unknown type',
      { entity_id: 1, note_type: 'chat', params: { text: 'x' } },
      'note_type NotSupportedChoice',
    ],
    ['no params', { entity_id: 1, note_type: 'common' }, 'params FieldMissing'],
    ['no text', { entity_id: 1, note_type: 'common', params: {} }, 'params.text FieldMissing'],
    [
      'null in a call',
      {
        entity_id: 1,
        note_type: 'call_in',
        params: { uniq: 'u', duration: 1, source: 's', link: null, phone: '1' },
      },
      'params.link NotNullable',
    ],
  ])('%s is refused', async (_name, item, error) => {
    await using tried = await start();
    expect(errorsOf(await tried.send('POST', '/leads/notes', [item]))).toEqual([`0 ${error}`]);
  });

  test('a deal that is gone is named in the map of errors', async () => {
    await using tried = await start();
    const { id } = tried.kommo.createDeal({});
    const note = (entity_id: number) => ({ entity_id, note_type: 'common', params: { text: 'x' } });
    const answer = await tried.send('POST', '/leads/notes', [note(id), note(5)]);
    expect(answer.body.errors).toEqual({ 5: 'Lead not found' });
    expect(tried.kommo.notes(id)).toHaveLength(1);
  });

  test('filters by type and time, in the order asked for', async () => {
    let now = 1_700_000_000_000;
    await using tried = await start({ now: () => now });
    const { id } = tried.kommo.createDeal({});
    for (const text of ['a', 'b', 'c']) {
      tried.kommo.addNote(id, text);
      now += 1000;
    }
    const get = async (query: string) => {
      const { body } = await tried.get(`/leads/${id}/notes?${query}`);
      return body?._embedded.notes.map((note: { params: { text: string } }) => note.params.text);
    };
    expect(await get('filter[updated_at][from]=1700000001&order[updated_at]=desc')).toEqual(['c', 'b']);
    expect(await get('filter[note_type][]=call_in')).toBeUndefined();
    expect(await get('limit=1&page=2')).toEqual(['b']);
  });

  test('a switch limits the length of texts', async () => {
    await using tried = await start({ switches: { noteTextMax: 3 } });
    const item = { entity_id: 1, note_type: 'common', params: { text: 'long' } };
    expect(errorsOf(await tried.send('POST', '/leads/notes', [item]))).toEqual(['0 params.text TooLong']);
  });
});

describe('tasks', () => {
  test('are added, found, completed', async () => {
    await using tried = await start();
    const { id } = tried.kommo.createDeal({});
    const item = {
      text: 'Call',
      complete_till: 1_900_000_000,
      entity_id: id,
      entity_type: 'leads',
      request_id: 't',
    };
    const { body } = await tried.send('POST', '/tasks', [item]);
    const task = body._embedded.tasks[0];
    expect(task.request_id).toBe('t');
    const query = `filter[entity_type]=leads&filter[entity_id][]=${id}`;
    const read = await tried.get(`/tasks?${query}&filter[is_completed]=0`);
    expect(read.body._embedded.tasks).toMatchObject([
      { id: task.id, result: [], is_completed: false, task_type_id: 1 },
    ]);
    await tried.send('PATCH', `/tasks/${task.id}`, { is_completed: true, result: { text: 'done' } });
    expect(tried.kommo.tasks(id)).toMatchObject([{ isCompleted: true, result: 'done' }]);
    expect((await tried.get(`/tasks?${query}&filter[is_completed]=0`)).status).toBe(204);
  });

  test('need a text and a time, and an entity that exists', async () => {
    await using tried = await start();
    const bare = await tried.send('POST', '/tasks', [{ entity_id: 1 }]);
    expect(errorsOf(bare)).toEqual([
      '0 text FieldMissing',
      '0 complete_till FieldMissing',
      '0 entity_type FieldMissing',
    ]);
    const item = { text: 'x', complete_till: 1_900_000_000, entity_id: 1, entity_type: 'leads' };
    expect((await tried.send('POST', '/tasks', [item])).body.errors).toEqual({ 1: 'Lead not found' });
    expect((await tried.get('/tasks?filter[entity_id][]=1')).status).toBe(400);
  });
});

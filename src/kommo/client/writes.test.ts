import { describe, expect, test } from 'vitest';
import { page, startKommo } from '../../../test/support/kommo-server.ts';

const notes = [
  { dealId: 5, text: 'one', requestId: 'n-1' },
  { dealId: 6, text: 'two', requestId: 'n-2' },
];

test('notes are one call, and the result is by the request id of the caller', async () => {
  await using kommo = await startKommo(() => ({
    json: {
      _embedded: {
        notes: [
          { id: 72, entity_id: 6, request_id: '1' },
          { id: 71, entity_id: 5, request_id: '0' },
        ],
      },
    },
  }));
  expect(await kommo.client.addNotes(notes)).toEqual(
    new Map([
      ['n-1', 71],
      ['n-2', 72],
    ]),
  );
  expect(kommo.calls).toMatchObject([{ method: 'POST', path: '/api/v4/leads/notes' }]);
  expect(kommo.calls[0]?.headers['content-type']).toBe('application/json');
  expect(kommo.calls[0]?.body).toEqual([
    {
      entity_id: 5,
      note_type: 'common',
      params: { text: 'one' },
      request_id: '0',
      is_need_to_trigger_digital_pipeline: false,
    },
    {
      entity_id: 6,
      note_type: 'common',
      params: { text: 'two' },
      request_id: '1',
      is_need_to_trigger_digital_pipeline: false,
    },
  ]);
});

test('tasks belong to deals; without a responsible user Kommo takes its own', async () => {
  await using kommo = await startKommo(() => ({ json: { _embedded: { tasks: [{ id: 1 }, { id: 2 }] } } }));
  const task = { dealId: 5, text: 'call', dueAt: 1700000000, responsibleUserId: 9, requestId: 'a' };
  const result = await kommo.client.addTasks([task, { ...task, responsibleUserId: null, requestId: 'b' }]);
  expect([...result]).toEqual([
    ['a', 1],
    ['b', 2],
  ]);
  const wire = { entity_id: 5, entity_type: 'leads', text: 'call', complete_till: 1700000000 };
  expect(kommo.calls[0]?.body).toEqual([
    { ...wire, responsible_user_id: 9, request_id: '0' },
    { ...wire, request_id: '1' },
  ]);
});

describe('deal fields', () => {
  const change = (dealId: number, fieldId: number, text: string, requestId: string) => ({
    dealId,
    fields: [{ fieldId, value: { text } }],
    requestId,
  });

  test('are sent by type', async () => {
    await using kommo = await startKommo(() => ({
      json: { _embedded: { leads: [{ id: 5, request_id: '0' }] } },
    }));
    const values = [
      { text: 'x' },
      { number: 1.5 },
      { checked: false },
      { at: 1700000000 },
      { enumId: 17 },
      { enumIds: [1, 2] },
      { clear: true as const },
    ];
    const fields = values.map((value, i) => ({ fieldId: i + 1, value }));
    await kommo.client.updateDeals([{ dealId: 5, fields, requestId: 'a' }]);
    expect(kommo.calls[0]).toMatchObject({ method: 'PATCH', path: '/api/v4/leads' });
    expect(kommo.calls[0]?.body).toEqual([
      {
        id: 5,
        request_id: '0',
        custom_fields_values: [
          { field_id: 1, values: [{ value: 'x' }] },
          { field_id: 2, values: [{ value: 1.5 }] },
          { field_id: 3, values: [{ value: false }] },
          { field_id: 4, values: [{ value: 1700000000 }] },
          { field_id: 5, values: [{ enum_id: 17 }] },
          { field_id: 6, values: [{ enum_id: 1 }, { enum_id: 2 }] },
          { field_id: 7, values: null },
        ],
      },
    ]);
  });

  test('several changes of one deal become one item, the later value of a field wins', async () => {
    await using kommo = await startKommo(() => ({
      json: {
        _embedded: {
          leads: [
            { id: 5, request_id: '0' },
            { id: 6, request_id: '1' },
          ],
        },
      },
    }));
    const changes = [
      change(5, 1, 'old', 'a'),
      change(6, 1, 'x', 'b'),
      change(5, 2, 'y', 'c'),
      change(5, 1, 'new', 'd'),
    ];
    const result = await kommo.client.updateDeals(changes);
    expect(Object.fromEntries(result)).toEqual({ a: 5, b: 6, c: 5, d: 5 });
    expect(kommo.calls[0]?.body).toMatchObject([
      {
        id: 5,
        custom_fields_values: [
          { field_id: 1, values: [{ value: 'new' }] },
          { field_id: 2, values: [{ value: 'y' }] },
        ],
      },
      { id: 6 },
    ]);
  });

  test('tags are added and removed by name, and go with the fields of their deal', async () => {
    await using kommo = await startKommo(() => ({
      json: {
        _embedded: {
          leads: [
            { id: 5, request_id: '0' },
            { id: 6, request_id: '1' },
          ],
        },
      },
    }));
    const tags = { add: ['engaged'], remove: ['cold', 'lead'] };
    const result = await kommo.client.updateDeals([
      change(5, 1, 'x', 'a'),
      { dealId: 5, fields: [], tags, requestId: 'b' },
      { dealId: 6, fields: [], tags: { add: [], remove: ['cold'] }, requestId: 'c' },
    ]);
    expect(Object.fromEntries(result)).toEqual({ a: 5, b: 5, c: 6 });
    expect(kommo.calls[0]?.body).toEqual([
      {
        id: 5,
        request_id: '0',
        custom_fields_values: [{ field_id: 1, values: [{ value: 'x' }] }],
        tags_to_add: [{ name: 'engaged' }],
        tags_to_delete: [{ name: 'cold' }, { name: 'lead' }],
      },
      { id: 6, request_id: '1', tags_to_delete: [{ name: 'cold' }] },
    ]);
  });

  test('a fault of a tag is named for the change of tags, and not for the field', async () => {
    const errors = [{ code: 'NotSupportedChoice', path: 'tags_to_delete.1', detail: 'No such tag.' }];
    await using kommo = await startKommo(() => ({
      status: 400,
      json: { status: 400, 'validation-errors': [{ request_id: '0', errors }] },
    }));
    const tags = { add: ['engaged'], remove: ['cold', 'lead'] };
    const changes = [change(5, 1, 'x', 'a'), { dealId: 5, fields: [], tags, requestId: 'b' }];
    await expect(kommo.client.updateDeals(changes)).rejects.toMatchObject({
      items: new Map([[1, 'No such tag. (tags_to_delete.1)']]),
    });
  });

  test('a fault is named for the change whose field it is, not for its neighbours', async () => {
    const errors = [
      { code: 'NotSupportedChoice', path: 'custom_fields_values.1.field_id', detail: 'No such field.' },
    ];
    await using kommo = await startKommo(() => ({
      status: 400,
      json: { status: 400, 'validation-errors': [{ request_id: '1', errors }] },
    }));
    const changes = [change(6, 1, 'x', 'a'), change(5, 1, 'x', 'b'), change(5, 2, 'y', 'c')];
    await expect(kommo.client.updateDeals(changes)).rejects.toMatchObject({
      failure: 'permanent',
      otherItems: 'not_done',
      items: new Map([[2, 'No such field. (custom_fields_values.1.field_id)']]),
    });
  });

  test('a fault of the deal itself is named for all its changes', async () => {
    await using kommo = await startKommo(() => ({
      status: 400,
      json: {
        status: 400,
        'validation-errors': [{ request_id: '0', errors: [{ path: 'id', detail: 'No.' }] }],
      },
    }));
    const changes = [change(5, 1, 'x', 'a'), change(5, 2, 'y', 'b')];
    const error = await kommo.client.updateDeals(changes).catch((caught) => caught);
    expect([...error.items.keys()]).toEqual([0, 1]);
  });
});

describe('answers that leave something open', () => {
  test('an item that Kommo does not mention is missing from the result', async () => {
    await using kommo = await startKommo(() => ({
      json: { _embedded: { notes: [{ id: 72, request_id: '1' }] } },
    }));
    expect([...(await kommo.client.addNotes(notes)).keys()]).toEqual(['n-2']);
  });

  test.each([{ json: {} }, { status: 204 }, { json: { _embedded: { notes: [{ id: 1 }] } } }])(
    'an answer that says nothing (%j) has an unknown outcome',
    async (reply) => {
      await using kommo = await startKommo(() => reply);
      await expect(kommo.client.addNotes(notes)).rejects.toMatchObject({ failure: 'unknown' });
    },
  );

  test('nothing to write is no call; more than Kommo takes is a mistake of the caller', async () => {
    await using kommo = await startKommo(() => ({}));
    expect((await kommo.client.addNotes([])).size).toBe(0);
    const many = Array.from({ length: 251 }, () => notes[0]!);
    await expect(kommo.client.addNotes(many)).rejects.toThrow(RangeError);
    expect(kommo.calls).toHaveLength(0);
  });
});

describe('reading back', () => {
  const note = (id: number, dealId: number, createdAt = 1000) => ({
    id,
    entity_id: dealId,
    note_type: 'common',
    params: { text: `note ${id}` },
    created_at: createdAt,
  });

  test('notes of several deals, in pages, only the new ones', async () => {
    await using kommo = await startKommo(({ query }) =>
      query.get('page') === '2'
        ? page('notes', [note(3, 6)])
        : page('notes', [note(1, 5), note(2, 5, 999)], '/api/v4/leads/notes?page=2'),
    );
    expect(await kommo.client.notesOf([5, 6], 1000)).toEqual([
      { id: 1, dealId: 5, text: 'note 1', createdAt: 1000 },
      { id: 3, dealId: 6, text: 'note 3', createdAt: 1000 },
    ]);
    const { query } = kommo.calls[0]!;
    expect(query.getAll('filter[entity_id][]')).toEqual(['5', '6']);
    expect(query.get('filter[updated_at][from]')).toBe('1000');
  });

  test('where the filter by deal is ignored, each deal is read by itself; a deal that is gone has no notes', async () => {
    await using kommo = await startKommo(({ path }) => {
      if (path === '/api/v4/leads/notes') return page('notes', [note(9, 77)], '/api/v4/leads/notes?page=2');
      if (path === '/api/v4/leads/5/notes') return page('notes', [note(1, 5)]);
      return { status: 404, json: { status: 404, detail: 'Lead not found' } };
    });
    expect((await kommo.client.notesOf([5, 6], 1000)).map(({ id }) => id)).toEqual([1]);
    expect(kommo.calls).toHaveLength(3);
  });

  test('tasks, but not those of a contact with the same id', async () => {
    const task = {
      entity_id: 5,
      text: 'call',
      complete_till: 2000,
      responsible_user_id: 9,
      created_at: 1000,
    };
    const tasks = [
      { ...task, id: 1, entity_type: 'leads' },
      { ...task, id: 2, entity_type: 'contacts' },
    ];
    await using kommo = await startKommo(() => page('tasks', tasks));
    expect(await kommo.client.tasksOf([5], 1000)).toEqual([
      { id: 1, dealId: 5, text: 'call', completeTill: 2000, responsibleUserId: 9, createdAt: 1000 },
    ]);
  });
});

test('a deal field is created with its options', async () => {
  const created = {
    id: 44,
    name: 'Client',
    type: 'select',
    code: 'C',
    enums: [{ id: 1, value: 'New', sort: 10 }],
  };
  await using kommo = await startKommo(() => ({
    status: 201,
    json: { _embedded: { custom_fields: [created] } },
  }));
  const field = await kommo.client.createDealField({
    name: 'Client',
    type: 'select',
    code: 'C',
    options: ['New'],
  });
  expect(field).toEqual({
    id: 44,
    name: 'Client',
    code: 'C',
    type: 'select',
    options: [{ id: 1, value: 'New' }],
  });
  expect(kommo.calls[0]?.body).toEqual([
    { name: 'Client', type: 'select', code: 'C', enums: [{ value: 'New', sort: 10 }], request_id: '0' },
  ]);
});

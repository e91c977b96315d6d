import { describe, expect, test } from 'vitest';
import { errorsOf, start } from '../testing/start.ts';

describe('what a body must be', () => {
  test('a list for many, an object for one', async () => {
    await using tried = await start();
    const { id } = tried.kommo.createDeal({});
    expect((await tried.send('PATCH', '/leads', { id, price: 5 })).status).toBe(400);
    expect((await tried.send('PATCH', `/leads/${id}`, [{ price: 5 }])).status).toBe(400);
    expect((await tried.send('POST', '/leads', { name: 'x' })).status).toBe(400);
    expect(tried.kommo.deal(id)?.price).toBe(0);
  });

  test.each(['', '[]', '{}', 'null'])('%j is empty', async (text) => {
    await using tried = await start();
    const answer = await tried.send('PATCH', '/leads', text);
    expect([answer.status, answer.body.detail]).toEqual([400, 'Request data can not be empty']);
  });

  test('no JSON is 400, more than 250 items are 422', async () => {
    await using tried = await start();
    expect((await tried.send('POST', '/leads', '[{')).status).toBe(400);
    const items = Array.from({ length: 251 }, () => ({ name: 'x' }));
    const answer = await tried.send('POST', '/leads', items);
    expect([answer.status, answer.body.detail]).toEqual([422, 'Limit 250 per page']);
    expect(tried.kommo.deals()).toEqual([]);
    expect((await tried.send('POST', '/leads', items.slice(1))).body._embedded.leads).toHaveLength(250);
  });

  test.each([false, true])(
    'a batch above the gateway limit is 504 HTML; written all the same: %s',
    async (applies) => {
      await using tried = await start({
        switches: { gatewayTimeoutAbove: 2, gatewayTimeoutApplies: applies },
      });
      const items = [1, 2, 3].map((n) => ({ name: `${n}` }));
      const answer = await tried.send('POST', '/leads', items);
      expect([answer.status, answer.type]).toEqual([504, 'text/html']);
      expect(tried.kommo.deals()).toHaveLength(applies ? 3 : 0);
      expect((await tried.send('POST', '/leads', items.slice(1))).status).toBe(200);
    },
  );
});

describe('the answer', () => {
  test('names items by request_id, by default their index as text, and shows no values', async () => {
    await using tried = await start();
    const ids = [tried.kommo.createDeal({}).id, tried.kommo.createDeal({}).id];
    const { body } = await tried.send('PATCH', '/leads', [
      { id: ids[0], price: 5, request_id: 'mine' },
      { id: ids[1], price: 6 },
    ]);
    expect(body._embedded.leads).toEqual([
      expect.objectContaining({ id: ids[0], request_id: 'mine', updated_at: expect.any(Number) }),
      expect.objectContaining({ id: ids[1], request_id: '1' }),
    ]);
    expect(body._embedded.leads[0].price).toBeUndefined();
  });

  test.each(['embedded', 'root'] as const)('of one PATCH stands %s', async (singlePatchShape) => {
    await using tried = await start({ switches: { singlePatchShape } });
    const { id } = tried.kommo.createDeal({});
    const { body } = await tried.send('PATCH', `/leads/${id}`, { price: 5 });
    expect((singlePatchShape === 'root' ? body : body._embedded.leads[0]).id).toBe(id);
  });
});

describe('validation of deals', () => {
  const cases: [name: string, item: object, error: string][] = [
    [
      'an unknown field',
      { custom_fields_values: [{ field_id: 1, values: [{ value: 'x' }] }] },
      'custom_fields_values.0.field_id NotSupportedChoice',
    ],
    [
      'an unknown code',
      { custom_fields_values: [{ field_code: 'NO', values: [{ value: 'x' }] }] },
      'custom_fields_values.0.field_code NotSupportedChoice',
    ],
    [
      'an unknown option',
      { custom_fields_values: [{ field_id: 700100, values: [{ value: 'pro' }] }] },
      'custom_fields_values.0.values.0.value NotSupportedChoice',
    ],
    [
      'an unknown option id',
      { custom_fields_values: [{ field_id: 700100, values: [{ enum_id: 7 }] }] },
      'custom_fields_values.0.values.0.enum_id NotSupportedChoice',
    ],
    [
      'a long text',
      { custom_fields_values: [{ field_id: 700101, values: [{ value: 'x'.repeat(257) }] }] },
      'custom_fields_values.0.values.0.value TooLong',
    ],
    [
      'a number for a text',
      { custom_fields_values: [{ field_id: 700101, values: [{ value: 7 }] }] },
      'custom_fields_values.0.values.0.value InvalidType',
    ],
    [
      'a field without values',
      { custom_fields_values: [{ field_id: 700101 }] },
      'custom_fields_values.0.values FieldMissing',
    ],
    ['no list of fields', { custom_fields_values: { 700101: 'x' } }, 'custom_fields_values InvalidType'],
    ['a stage of another pipeline', { status_id: 12345691 }, 'status_id NotSupportedChoice'],
    ['the incoming stage', { status_id: 12345676 }, 'status_id NotSupportedChoice'],
    ['an unknown pipeline', { pipeline_id: 1 }, 'pipeline_id NotSupportedChoice'],
    ['a price in text', { price: '5' }, 'price InvalidType'],
    ['a fraction', { price: 5.5 }, 'price InvalidType'],
    ['no price', { price: null }, 'price NotNullable'],
    ['an unknown user', { responsible_user_id: 1 }, 'responsible_user_id NotSupportedChoice'],
  ];

  test.each(cases)('%s is refused, in POST and PATCH', async (_name, item, error) => {
    await using tried = await start();
    const { id } = tried.kommo.createDeal({});
    const before = tried.kommo.deal(id);
    const patched = await tried.send('PATCH', '/leads', [{ id, ...item, request_id: 'r' }]);
    expect(patched.body).toMatchObject({
      title: 'Bad Request',
      status: 400,
      detail: 'Request validation failed',
    });
    expect(errorsOf(patched)).toEqual([`r ${error}`]);
    expect(errorsOf(await tried.send('POST', '/leads', [{ ...item, request_id: 'r' }]))).toEqual([
      `r ${error}`,
    ]);
    expect(tried.kommo.deal(id)).toEqual(before);
  });

  test('256 characters are no long text', async () => {
    await using tried = await start();
    const { id } = tried.kommo.createDeal({});
    const values = [{ value: 'x'.repeat(256) }];
    const fields = { custom_fields_values: [{ field_id: 700101, values }] };
    expect((await tried.send('PATCH', `/leads/${id}`, fields)).status).toBe(200);
  });

  test('one invalid item fails them all and is the only one named', async () => {
    await using tried = await start();
    const ids = [1, 2, 3].map(() => tried.kommo.createDeal({}).id);
    const answer = await tried.send(
      'PATCH',
      '/leads',
      ids.map((id, n) => ({ id, price: n === 1 ? 'x' : 7, request_id: `r${n}` })),
    );
    expect(errorsOf(answer)).toEqual(['r1 price InvalidType']);
    expect(tried.kommo.deals().map(({ price }) => price)).toEqual([0, 0, 0]);
  });

  test.each([
    ['apply_others', 7],
    ['apply_none', 0],
  ] as const)('an id that does not exist, %s', async (notFoundInBatch, price) => {
    await using tried = await start({ switches: { notFoundInBatch } });
    const { id } = tried.kommo.createDeal({});
    const answer = await tried.send('PATCH', '/leads', [
      { id, price: 7 },
      { id: 11, price: 7 },
    ]);
    expect(answer).toMatchObject({ status: 400, body: { errors: { 11: 'Lead not found' } } });
    expect(tried.kommo.deal(id)?.price).toBe(price);
  });

  test('a loss reason fits lost deals only', async () => {
    await using tried = await start();
    const { id } = tried.kommo.createDeal({});
    const early = await tried.send('PATCH', `/leads/${id}`, { loss_reason_id: 9 });
    expect(early.body.errors).toEqual({ [id]: 'Loss reason can be specified only for lost lead' });
    expect((await tried.send('PATCH', `/leads/${id}`, { loss_reason_id: 9, status_id: 143 })).status).toBe(
      200,
    );
  });
});

describe('deals change', () => {
  test('omitted fields stay, a given field replaces its values, null and [] clear', async () => {
    await using tried = await start();
    const { id } = tried.kommo.createDeal({ fields: { Plan: 'Pro', Segment: 'A' }, price: 5 });
    const set = (field_id: number, values: unknown) =>
      tried.send('PATCH', `/leads/${id}`, { custom_fields_values: [{ field_id, values }] });
    await set(700100, [{ enum_id: 900103 }]);
    expect(tried.kommo.deal(id)).toMatchObject({ price: 5, fields: { Plan: 'Enterprise', Segment: 'A' } });
    await set(700100, null);
    await set(700101, []);
    expect(tried.kommo.deal(id)?.fields).toEqual({});
  });

  test('142 is won in every pipeline: the stage counts in the pipeline of the deal', async () => {
    await using tried = await start();
    const { id } = tried.kommo.createDeal({ pipelineId: 9621020 });
    await tried.send('PATCH', `/leads/${id}`, { status_id: 142 });
    expect(tried.kommo.deal(id)).toMatchObject({ pipeline: 'Renewals', stage: 'Closed - won' });
    expect(tried.kommo.deal(id)?.closedAt).not.toBeNull();
    await tried.send('PATCH', `/leads/${id}`, { pipeline_id: 9621010, status_id: 12345678 });
    expect(tried.kommo.deal(id)).toMatchObject({ stage: 'Demo scheduled', closedAt: null });
  });

  test('any write takes a deal out of the incoming stage', async () => {
    await using tried = await start();
    const { id } = tried.kommo.createDeal({ stageId: 12345676 });
    expect(tried.kommo.deal(id)?.stage).toBe('Incoming leads');
    expect((await tried.send('PATCH', `/leads/${id}`, { status_id: 12345676 })).status).toBe(400);
    await tried.send('PATCH', `/leads/${id}`, { price: 5 });
    expect(tried.kommo.deal(id)?.stage).toBe('New lead');
  });

  test('tags are replaced by _embedded, changed by tags_to_add and tags_to_delete', async () => {
    await using tried = await start();
    const { id } = tried.kommo.createDeal({ tags: ['a', 'b'] });
    const tags = () => tried.kommo.deal(id)?.tags;
    await tried.send('PATCH', `/leads/${id}`, {
      tags_to_add: [{ name: 'c' }],
      tags_to_delete: [{ name: 'a' }],
    });
    expect(tags()).toEqual(['b', 'c']);
    const known = await tried.get('/leads/tags');
    const again = { tags_to_add: [{ name: 'c' }], tags_to_delete: [{ name: 'never heard of' }] };
    expect((await tried.send('PATCH', `/leads/${id}`, again)).status).toBe(200);
    expect(tags()).toEqual(['b', 'c']);
    expect((await tried.get('/leads/tags')).body._embedded).toEqual(known.body._embedded);
    const wrong = await tried.send('PATCH', `/leads/${id}`, { tags_to_add: [{ name: '' }] });
    expect(errorsOf(wrong)).toEqual(['0 tags_to_add.0 NotSupportedChoice']);
    await tried.send('PATCH', `/leads/${id}`, { _embedded: { tags: [{ name: 'd' }] } });
    expect(tags()).toEqual(['d']);
    await tried.send('PATCH', `/leads/${id}`, { _embedded: { tags: null } });
    expect(tags()).toEqual([]);
  });

  test('a new deal takes its contacts with it', async () => {
    await using tried = await start();
    const ids = [tried.kommo.createContact({ name: 'A' }).id, tried.kommo.createContact({ name: 'B' }).id];
    const contacts = [{ id: ids[0] }, { id: ids[1], is_main: true }];
    const made = await tried.send('POST', '/leads', [{ name: 'New', _embedded: { contacts } }]);
    expect(tried.kommo.deal(made.body._embedded.leads[0].id)?.contactIds).toEqual([ids[1], ids[0]]);
    const wrong = await tried.send('POST', '/leads', [{ _embedded: { contacts: [{ id: 9 }] } }]);
    expect(errorsOf(wrong)).toEqual(['0 _embedded.contacts.0.id NotSupportedChoice']);
  });
});

test('contacts: phone codes are checked, the name follows its parts', async () => {
  await using tried = await start();
  const { id } = tried.kommo.createContact({ firstName: 'Ann', email: 'a@b.example' });
  const email = (values: object[]) => ({ custom_fields_values: [{ field_code: 'EMAIL', values }] });
  const wrong = await tried.send('PATCH', `/contacts/${id}`, email([{ value: 'x', enum_code: 'MOB' }]));
  expect(errorsOf(wrong)).toEqual(['0 custom_fields_values.0.values.0.enum_code NotSupportedChoice']);
  const two = [{ value: 'p@b.example', enum_code: 'PRIV' }, { value: 'w@b.example' }];
  await tried.send('PATCH', '/contacts', [{ id, last_name: 'Lee', ...email(two) }]);
  expect(tried.kommo.contact(id)).toMatchObject({ name: 'Ann Lee', emails: ['p@b.example', 'w@b.example'] });
  expect((await tried.send('PATCH', '/contacts', [{ id: 7, name: 'x' }])).body.errors).toEqual({
    7: 'Contact not found',
  });
});

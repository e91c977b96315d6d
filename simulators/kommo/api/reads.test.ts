import { describe, expect, test } from 'vitest';
import { start } from '../testing/start.ts';

const idsOf = (body: { _embedded: Record<string, { id: number }[]> } | undefined, key: string) =>
  body?._embedded[key]?.map(({ id }) => id);

describe('lists', () => {
  test('pages link to the next until the last one, and beyond is 204 without a body', async () => {
    await using tried = await start();
    const ids = [1, 2, 3, 4, 5].map((n) => tried.kommo.createDeal({ name: `Deal ${n}` }).id);
    const seen: number[] = [];
    let next: string | undefined = `${tried.kommo.url}/api/v4/leads?limit=2`;
    for (let pages = 0; next && pages < 9; pages += 1) {
      const { body } = await tried.get(next.slice(`${tried.kommo.url}/api/v4`.length));
      seen.push(...idsOf(body, 'leads')!);
      next = body._links.next?.href;
    }
    expect(seen).toEqual(ids);
    expect(await tried.get('/leads?limit=2&page=4')).toMatchObject({ status: 204, body: undefined });
    expect((await tried.get('/leads?limit=5')).body._links.next).toBeUndefined();
  });

  test.each([
    ['cap', 250],
    ['default', 50],
  ] as const)('a limit above 250 falls to the %s', async (overLimitRead, length) => {
    await using tried = await start({ switches: { overLimitRead } });
    for (let n = 0; n < 260; n += 1) tried.kommo.createDeal({});
    expect(idsOf((await tried.get('/leads?limit=500')).body, 'leads')).toHaveLength(length);
    expect(idsOf((await tried.get('/leads')).body, 'leads')).toHaveLength(50);
  });

  test('ids in brackets, encoded or not, with or without an index', async () => {
    await using tried = await start();
    const [a, b, c] = [1, 2, 3].map(() => tried.kommo.createDeal({}).id);
    const wanted = [a, c];
    for (const query of [
      `filter[id][]=${a}&filter[id][]=${c}`,
      `filter%5Bid%5D%5B%5D=${a}&filter%5Bid%5D%5B%5D=${c}`,
      `filter[id][0]=${a}&filter[id][1]=${c}`,
    ])
      expect(idsOf((await tried.get(`/leads?${query}`)).body, 'leads')).toEqual(wanted);
    expect(b).not.toBe(a);
    expect((await tried.get('/leads?filter[id][]=999')).status).toBe(204);
  });

  test('next links keep the filters', async () => {
    await using tried = await start();
    const ids = [1, 2, 3].map(() => tried.kommo.createDeal({}).id);
    const query = ids.map((id) => `filter%5Bid%5D%5B%5D=${id}`).join('&');
    const { body } = await tried.get(`/leads?${query}&limit=2&page=1`);
    expect(body._links.next.href).toBe(`${tried.kommo.url}/api/v4/leads?${query}&page=2&limit=2`);
  });

  test('an account without the right to filter gets everything', async () => {
    await using tried = await start({ switches: { ignoreFilters: true } });
    const ids = [1, 2].map(() => tried.kommo.createDeal({}).id);
    expect(idsOf((await tried.get(`/leads?filter[id][]=${ids[0]}`)).body, 'leads')).toEqual(ids);
  });

  test('times, stages and order', async () => {
    let now = 1_700_000_000_000;
    await using tried = await start({ now: () => now });
    const { kommo } = tried;
    const first = kommo.createDeal({ stageId: 12345678 }).id;
    now += 10_000;
    const second = kommo.createDeal({ stageId: 142 }).id;
    const third = kommo.createDeal({ pipelineId: 9621020, stageId: 142 }).id;
    const get = async (query: string) => idsOf((await tried.get(`/leads?${query}`)).body, 'leads');
    expect(await get('filter[updated_at][from]=1700000010')).toEqual([second, third]);
    expect(await get('filter[updated_at][to]=1700000009')).toEqual([first]);
    const pair = 'filter[statuses][0][pipeline_id]=9621010&filter[statuses][0][status_id]=142';
    expect(await get(pair)).toEqual([second]);
    expect(await get('order[id]=desc')).toEqual([third, second, first]);
    expect(await get('filter[pipeline_id][]=9621020')).toEqual([third]);
  });

  test('query finds parts of any filled field', async () => {
    await using tried = await start();
    const ann = tried.kommo.createContact({ name: 'Ann', email: 'ann@acme.example', phone: '+1 555 010' }).id;
    const bob = tried.kommo.createContact({
      name: 'Bob',
      fields: { Position: 'friend of ANN@acme.example' },
    }).id;
    const get = async (text: string) => idsOf((await tried.get(`/contacts?query=${text}`)).body, 'contacts');
    expect(await get('ann%40acme')).toEqual([ann, bob]);
    expect(await get('555')).toEqual([ann]);
    expect(await get('')).toEqual([ann, bob]);
    expect(await get('nobody')).toBeUndefined();
  });
});

describe('entities', () => {
  test('a deal names its contacts when asked, the main one first', async () => {
    await using tried = await start();
    const { kommo } = tried;
    const [one, two] = [kommo.createContact({ name: 'One' }).id, kommo.createContact({ name: 'Two' }).id];
    const company = kommo.createCompany({ name: 'Acme' }).id;
    const { id } = kommo.createDeal({
      price: 900,
      contactIds: [two, one],
      companyId: company,
      tags: ['VIP'],
    });
    const { body } = await tried.get(`/leads/${id}?with=contacts`);
    expect(body).toMatchObject({
      id,
      price: 900,
      custom_fields_values: null,
      _embedded: {
        tags: [{ name: 'VIP' }],
        companies: [{ id: company }],
        contacts: [
          { id: two, is_main: true },
          { id: one, is_main: false },
        ],
      },
    });
    expect((await tried.get(`/leads/${id}`)).body._embedded.contacts).toBeUndefined();
    expect((await tried.get(`/contacts/${two}?with=leads`)).body._embedded.leads).toMatchObject([{ id }]);
  });

  test('no such deal and a deleted one are 204; deleted ones come with only_deleted', async () => {
    await using tried = await start();
    const { id } = tried.kommo.createDeal({});
    tried.kommo.deleteDeal(id);
    expect((await tried.get('/leads/1')).status).toBe(204);
    expect((await tried.get(`/leads/${id}`)).status).toBe(204);
    expect((await tried.get('/leads')).status).toBe(204);
    expect(idsOf((await tried.get('/leads?with=only_deleted')).body, 'leads')).toEqual([id]);
  });

  test('e-mail and phone are fields with codes', async () => {
    await using tried = await start();
    const { id } = tried.kommo.createContact({ firstName: 'Ann', lastName: 'Lee', email: 'a@b.example' });
    const { body } = await tried.get(`/contacts/${id}`);
    expect(body).toMatchObject({ name: 'Ann Lee', first_name: 'Ann', last_name: 'Lee' });
    expect(body.custom_fields_values).toEqual([
      {
        field_id: 700202,
        field_name: 'Email',
        field_code: 'EMAIL',
        field_type: 'multitext',
        values: [{ value: 'a@b.example', enum_id: 900311, enum_code: 'WORK' }],
      },
    ]);
  });
});

describe('the catalog', () => {
  test('every pipeline has its own incoming stage, and 142 and 143', async () => {
    await using tried = await start();
    const { body } = await tried.get('/leads/pipelines');
    for (const pipeline of body._embedded.pipelines) {
      const stages = pipeline._embedded.statuses;
      expect(stages[0]).toMatchObject({ name: 'Incoming leads', type: 1, pipeline_id: pipeline.id });
      expect(stages.slice(-2)).toMatchObject([{ id: 142 }, { id: 143 }]);
    }
    expect((await tried.get('/leads/pipelines/9621020')).body.name).toBe('Renewals');
    expect((await tried.get('/leads/pipelines/1')).status).toBe(204);
  });

  test('fields of deals with their options, and none left out by the filter of types', async () => {
    await using tried = await start();
    const { body } = await tried.get('/leads/custom_fields?limit=250');
    expect(body._total_items).toBe(3);
    expect(body._embedded.custom_fields[0]).toMatchObject({
      id: 700100,
      name: 'Plan',
      type: 'select',
      enums: [{ value: 'Basic' }, { value: 'Pro' }, { value: 'Enterprise' }],
    });
    const texts = await tried.get('/leads/custom_fields?filter[type][0]=text');
    expect(texts.body._embedded.custom_fields).toMatchObject([{ name: 'Segment' }]);
  });

  test.each(['text', 'none'] as const)('email_status can be %s', async (emailStatusField) => {
    await using tried = await start({ emailStatusField });
    const { body } = await tried.get('/leads/custom_fields');
    const field = body._embedded.custom_fields.find((one: { name: string }) => one.name === 'email_status');
    expect(field?.type ?? 'none').toBe(emailStatusField);
  });

  test('a new field is 201 and can be written at once', async () => {
    await using tried = await start();
    const made = await tried.send('POST', '/leads/custom_fields', [
      { name: 'Type', type: 'select', enums: [{ value: 'New', sort: 500 }] },
      { name: 'Score', type: 'text', code: 'CIO_SCORE' },
    ]);
    expect(made).toMatchObject({ status: 201, body: { _total_items: 2 } });
    const { id } = tried.kommo.createDeal({});
    const values = [{ field_code: 'CIO_SCORE', values: [{ value: '7' }] }];
    await tried.send('PATCH', `/leads/${id}`, { custom_fields_values: values });
    tried.kommo.updateDeal(id, { fields: { Type: 'New' } });
    expect(tried.kommo.deal(id)?.fields).toEqual({ Score: '7', Type: 'New' });
    const twice = await tried.send('POST', '/leads/custom_fields', [
      { name: 'S', type: 'text', code: 'CIO_SCORE' },
    ]);
    expect(twice.status).toBe(400);
  });

  test('the account tells its time zone when asked', async () => {
    await using tried = await start({ account: { subdomain: 'globex', timezone: 'Asia/Tokyo' } });
    const plain = (await tried.get('/account')).body;
    expect(plain).toMatchObject({ subdomain: 'globex' });
    expect(plain._embedded).toBeUndefined();
    const { body } = await tried.get('/account?with=datetime_settings,task_types');
    expect(body._embedded.datetime_settings).toMatchObject({
      timezone: 'Asia/Tokyo',
      timezone_offset: '+09:00',
    });
  });
});

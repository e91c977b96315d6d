import { describe, expect, test } from 'vitest';
import { page, startKommo, wireDeal } from '../../../test/support/kommo-server.ts';

const asked = (query: URLSearchParams) => query.getAll('filter[id][]').map(Number);

/** A link to a further page. */
const NEXT = 'https://acme.kommo.com/api/v4/contacts?page=2';

describe('deals by id', () => {
  test('are read 250 a call, with their contacts', async () => {
    await using kommo = await startKommo(({ query }) =>
      page(
        'leads',
        asked(query).map((id) => wireDeal(id)),
      ),
    );
    const ids = Array.from({ length: 600 }, (_, i) => i + 1_000_000_000);
    const deals = await kommo.client.deals([...ids, ids[0]!]);
    expect([...deals.keys()]).toEqual(ids);
    expect(kommo.calls.map(({ query }) => asked(query).length)).toEqual([250, 250, 100]);
    expect(kommo.calls[0]?.query.get('with')).toBe('contacts');
    expect(kommo.calls[0]?.query.get('limit')).toBe('250');
  });

  test('no ids, no call', async () => {
    await using kommo = await startKommo(() => ({}));
    expect((await kommo.client.deals([])).size).toBe(0);
    expect(kommo.calls).toHaveLength(0);
  });

  test('one that does not exist or is deleted is absent', async () => {
    await using kommo = await startKommo(() =>
      page('leads', [wireDeal(1), wireDeal(2, { is_deleted: true })]),
    );
    expect([...(await kommo.client.deals([1, 2, 3])).keys()]).toEqual([1]);
  });

  test('a single one is read directly: 204, or a JSON 404, is its absence', async () => {
    await using kommo = await startKommo(({ path }) =>
      path.endsWith('/7')
        ? { json: wireDeal(7) }
        : path.endsWith('/8')
          ? {}
          : { status: 404, json: { status: 404, title: 'Not Found', detail: 'Lead not found' } },
    );
    expect((await kommo.client.deals([7])).get(7)?.name).toBe('Deal 7');
    expect((await kommo.client.deals([8])).size).toBe(0);
    expect((await kommo.client.deals([9])).size).toBe(0);
    expect(kommo.calls[0]?.path).toBe('/api/v4/leads/7');
  });

  test('where the filter is ignored, strangers are dropped and the rest is read one by one', async () => {
    await using kommo = await startKommo(({ path }) => {
      const single = /\/leads\/(\d+)$/.exec(path);
      if (single) return single[1] === '5' ? {} : { json: wireDeal(Number(single[1])) };
      return page('leads', [wireDeal(90), wireDeal(3), wireDeal(91)], '/api/v4/leads?page=2');
    });
    const deals = await kommo.client.deals([3, 4, 5]);
    expect([...deals.keys()]).toEqual([3, 4]);
    expect(kommo.calls.map(({ path }) => path)).toEqual([
      '/api/v4/leads',
      '/api/v4/leads/4',
      '/api/v4/leads/5',
    ]);
  });
});

describe('pages', () => {
  const user = (id: number) => ({ id, name: `U${id}`, email: `u${id}@x.y` });

  test('are followed on our own host only, whatever host the link names', async () => {
    await using kommo = await startKommo(({ query }) => {
      const next = 'https://evil.example/api/v4/users?limit=250&page=2';
      return query.get('page') === '2' ? page('users', [user(2)]) : page('users', [user(1)], next);
    });
    expect((await kommo.client.users()).map(({ id }) => id)).toEqual([1, 2]);
    expect(kommo.calls).toHaveLength(2);
  });

  test('a link to something else is refused', async () => {
    await using kommo = await startKommo(() => page('users', [user(1)], '/api/v4/account'));
    await expect(kommo.client.users()).rejects.toMatchObject({ failure: 'retryable' });
  });

  test('a link back to a page that was read ends the list', async () => {
    await using kommo = await startKommo(() => page('users', [user(1)], '/api/v4/users?limit=250'));
    expect(await kommo.client.users()).toHaveLength(1);
    expect(kommo.calls).toHaveLength(1);
  });

  test('an empty page ends the list', async () => {
    await using kommo = await startKommo(({ query }) =>
      query.get('page') === '2' ? { status: 204 } : page('users', [user(1)], '/api/v4/users?page=2'),
    );
    expect(await kommo.client.users()).toHaveLength(1);
  });
});

test('contacts are read without their deals, which would make every answer longer', async () => {
  await using kommo = await startKommo(({ query }) =>
    page(
      'contacts',
      asked(query).map((id) => ({ id, name: 'Sam' })),
    ),
  );
  await kommo.client.contacts([1, 2]);
  expect(kommo.calls.map(({ query }) => query.get('with'))).toEqual([null]);
});

describe('searching contacts by email', () => {
  const contact = (id: number, ...emails: string[]) => ({
    id,
    name: emails[0],
    custom_fields_values: [
      {
        field_id: 1,
        field_code: 'EMAIL',
        field_type: 'multitext',
        values: emails.map((value) => ({ value })),
      },
    ],
  });

  test('keeps those that have exactly this email', async () => {
    const found = [contact(1, 'other@x.y', 'ANN@x.y'), contact(2, 'joann@x.y'), { id: 3, name: 'ann@x.y' }];
    await using kommo = await startKommo(() => page('contacts', found));
    const { contacts } = await kommo.client.searchContacts(' Ann@X.y');
    expect(contacts.map(({ id }) => id)).toEqual([1]);
    expect(kommo.calls[0]?.query.get('query')).toBe('Ann@X.y');
    expect(kommo.calls[0]?.query.get('with')).toBe('leads');
  });

  test('an empty email finds nobody and asks nobody', async () => {
    await using kommo = await startKommo(() => page('contacts', [contact(1, '')]));
    expect((await kommo.client.searchContacts(' ')).contacts).toEqual([]);
    expect(kommo.calls).toHaveLength(0);
  });
});

describe('a search that finds too much', () => {
  const many = Array.from({ length: 250 }, (_, index) => ({ id: index + 1, name: 'Else' }));

  test('ends after four calls, and says that it is not complete', async () => {
    await using kommo = await startKommo(() => page('contacts', many, NEXT));
    const found = await kommo.client.searchContacts('ann@x.y');
    expect(found).toEqual({ contacts: [], isComplete: false });
    expect(kommo.calls.map(({ query }) => query.get('page'))).toEqual([null, '2', '3', '4']);
  });
});

describe('the list of contacts', () => {
  const listed = (id: number, updatedAt: number, more: object = {}) => ({
    id,
    name: 'Ann',
    updated_at: updatedAt,
    ...more,
  });

  test('comes with deals, the last changed first', async () => {
    const deals = { _embedded: { leads: [{ id: 70 }] } };
    await using kommo = await startKommo(() =>
      page('contacts', [listed(1, 20, deals), listed(2, 10, { is_deleted: true })]),
    );
    const read = await kommo.client.contactsPage({ page: 3, updatedSince: 5 });
    expect(read).toMatchObject({ deletedIds: [2], isNewestFirst: true, isLast: true });
    expect(read.contacts).toMatchObject([{ contact: { id: 1, dealIds: [70] }, updatedAt: 20 }]);
    const { query } = kommo.calls[0]!;
    expect(Object.fromEntries(query)).toEqual({
      'filter[updated_at][from]': '5',
      'order[updated_at]': 'desc',
      with: 'leads',
      limit: '250',
      page: '3',
    });
  });

  test('ends at the first contact that is older than the filter, which some accounts ignore', async () => {
    await using kommo = await startKommo(() => page('contacts', [listed(1, 20), listed(2, 4)], NEXT));
    expect((await kommo.client.contactsPage({ page: 1, updatedSince: 5 })).isLast).toBe(true);
    expect((await kommo.client.contactsPage({ page: 1, updatedSince: null })).isLast).toBe(false);
  });

  test('is known to be out of order where the account ignores the order', async () => {
    await using kommo = await startKommo(() => page('contacts', [listed(1, 10), listed(2, 20)]));
    expect((await kommo.client.contactsPage({ page: 1, updatedSince: null })).isNewestFirst).toBe(false);
  });

  test('is over where Kommo answers 204', async () => {
    await using kommo = await startKommo(() => ({ status: 204 }));
    expect(await kommo.client.contactsPage({ page: 9, updatedSince: null })).toEqual({
      contacts: [],
      deletedIds: [],
      isNewestFirst: true,
      isLast: true,
    });
  });
});

describe('the events log', () => {
  const event = (id: string, dealId: number, at: number, more: object = {}) => ({
    id,
    type: 'lead_status_changed',
    entity_id: dealId,
    created_at: at,
    value_after: [{ lead_status: { id: 111, pipeline_id: 123 } }],
    value_before: [{ lead_status: { id: 222, pipeline_id: 456 } }],
    ...more,
  });

  test('gives moves, oldest first, each once, only those asked for', async () => {
    await using kommo = await startKommo(({ query }) =>
      query.get('page') === '2'
        ? page('events', [event('b', 1, 200), event('a', 2, 150)])
        : page(
            'events',
            [
              event('c', 1, 300),
              event('b', 1, 200),
              event('x', 1, 99),
              event('y', 3, 150),
              event('z', 1, 301, { type: 'lead_added' }),
              event('q', 1, 401),
            ],
            '/api/v4/events?page=2',
          ),
    );
    const moves = await kommo.client.dealMoves({ dealIds: [1, 2], from: 100, to: 400 });
    expect(moves.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(moves[0]).toEqual({
      id: 'a',
      dealId: 2,
      from: { pipelineId: 456, stageId: 222 },
      to: { pipelineId: 123, stageId: 111 },
      at: 150,
    });
    expect(Object.fromEntries(kommo.calls[0]!.query)).toEqual({
      limit: '100',
      'filter[entity]': 'lead',
      'filter[type]': 'lead_status_changed',
      'filter[created_at][from]': '100',
      'filter[created_at][to]': '400',
      'filter[entity_id]': '1,2',
    });
  });

  test('asks for at most ten deals a call, and for all where none are named', async () => {
    await using kommo = await startKommo(() => ({}));
    await kommo.client.dealMoves({ dealIds: Array.from({ length: 25 }, (_, i) => i + 1), from: 1 });
    expect(kommo.calls.map(({ query }) => query.get('filter[entity_id]')?.split(',').length)).toEqual([
      10, 10, 5,
    ]);
    expect(await kommo.client.dealMoves({ dealIds: [], from: 1 })).toEqual([]);
    await kommo.client.dealMoves({ from: 1 });
    expect(kommo.calls).toHaveLength(4);
    expect(kommo.calls[3]?.query.has('filter[entity_id]')).toBe(false);
  });

  test('of deals and contacts: merges, deletions, links and addresses, in one call', async () => {
    const of = (id: string, type: string, entity_type: string, part: object = {}) => ({
      ...{ id, type, entity_type, entity_id: 501, created_at: 200, value_after: [], value_before: [] },
      ...part,
    });
    const texts = (...values: string[]) => values.map((text) => ({ custom_field_value: { text } }));
    const link = [{ link: { entity: { type: 'lead', id: 7001 } } }];
    const events = [
      of('a', 'entity_merged', 'contact'),
      of('b', 'contact_deleted', 'contact'),
      of('c', 'custom_field_700202_value_changed', 'contact', {
        value_before: texts('ann@example.com', 'lee@example.com'),
        value_after: texts('lee@example.com'),
      }),
      of('d', 'custom_field_700999_value_changed', 'contact'),
      of('e', 'entity_linked', 'contact', { value_after: link }),
      of('f', 'entity_unlinked', 'contact', { value_before: link }),
      of('g', 'entity_linked', 'lead', { entity_id: 7002 }),
      of('h', 'lead_restored', 'lead', { entity_id: 7002 }),
      of('i', 'entity_merged', 'company'),
      of('j', 'contact_restored', 'contact', { created_at: 50 }),
    ];
    await using kommo = await startKommo(() => page('events', events));
    const changes = await kommo.client.recordChanges({ from: 100, emailFieldIds: [700202] });
    expect(changes.flatMap(({ formerAddresses }) => formerAddresses ?? [])).toEqual(['ann@example.com']);
    expect(changes.flatMap(({ addresses }) => addresses ?? [])).toEqual(['lee@example.com']);
    expect(changes.map(({ id, kind, subject }) => `${id} ${kind} ${subject}`)).toEqual([
      'a contact_merged 501',
      'b contact_deleted 501',
      'c contact_changed 501',
      'e deal_changed 7001',
      'f deal_changed 7001',
      'g deal_changed 7002',
      'h deal_restored 7002',
    ]);
    expect(changes.filter(({ contactId }) => contactId).map(({ id, contactId }) => [id, contactId])).toEqual([
      ['e', 501],
    ]);
    expect(kommo.calls).toHaveLength(1);
    expect(kommo.calls[0]!.query.get('filter[entity]')).toBe('lead,contact');
  });

  test('a move without its old stage, and one that makes no sense', async () => {
    const events = [event('a', 1, 5, { value_before: [] }), event('b', 1, 6, { value_after: [{}] })];
    await using kommo = await startKommo(() => page('events', events));
    expect(await kommo.client.dealMoves({ from: 1 })).toMatchObject([{ id: 'a', from: null }]);
  });

  test('gives creations', async () => {
    const added = event('n', 4, 50, {
      type: 'lead_added',
      value_after: [{ note: { id: 1 } }],
      value_before: [],
    });
    await using kommo = await startKommo(() => page('events', [added]));
    expect(await kommo.client.dealCreations({ from: 1 })).toEqual([{ id: 'n', dealId: 4, at: 50 }]);
  });
});

describe('the catalog', () => {
  const lists: Record<string, unknown[]> = {
    '/api/v4/leads/pipelines': [
      {
        id: 1,
        name: 'Sales',
        is_archive: false,
        _embedded: { statuses: [{ id: 142, name: 'Closed - won', color: '#CCFF66' }] },
      },
      { id: 2, name: 'Old', is_archive: true, _embedded: { statuses: [] } },
    ],
    '/api/v4/leads/custom_fields': [
      { id: 5, name: 'Plan', code: null, type: 'select', enums: [{ id: 51, value: 'Pro', sort: 1 }] },
    ],
    '/api/v4/contacts/custom_fields': [
      { id: 6, name: 'Email', code: 'EMAIL', type: 'multitext', enums: null },
    ],
    '/api/v4/companies/custom_fields': [],
    '/api/v4/users': [{ id: 9, name: 'Ann', email: 'ann@acme.example' }],
  };
  const account = {
    id: 3,
    name: 'Acme',
    subdomain: 'acme',
    country: 'DE',
    _embedded: { datetime_settings: { timezone: 'Europe/Berlin' } },
  };
  const reply = (path: string) =>
    path === '/api/v4/account' ? { json: account } : page(path.split('/').at(-1)!, lists[path]!);

  test.each([
    ['Europe/Nowhere', '+03:00', 'Etc/GMT-3', 'Europe/Nowhere'],
    ['(GMT+05:30) Bombay', '+05:30', '+05:30', '(GMT+05:30) Bombay'],
    ['Old/Zone', undefined, 'UTC', 'Old/Zone'],
    [' Asia/Kolkata ', '+05:30', 'Asia/Kolkata', undefined],
    ['', '-05:00', 'Etc/GMT+5', undefined],
    [undefined, undefined, 'UTC', undefined],
  ])('the zone %j with the offset %j is %s', async (timezone, timezone_offset, zone, unknown) => {
    const json = { ...account, _embedded: { datetime_settings: { timezone, timezone_offset } } };
    await using kommo = await startKommo(() => ({ json }));
    const read = await kommo.client.account();
    expect([read.timezone, read.unknownTimezone]).toEqual([zone, unknown]);
  });

  test('is everything names are looked up in', async () => {
    await using kommo = await startKommo(({ path }) => reply(path));
    expect(await kommo.client.catalog()).toEqual({
      account: { id: 3, name: 'Acme', subdomain: 'acme', timezone: 'Europe/Berlin', country: 'DE' },
      pipelines: [{ id: 1, name: 'Sales', stages: [{ id: 142, name: 'Closed - won', color: '#CCFF66' }] }],
      dealFields: [{ id: 5, name: 'Plan', code: null, type: 'select', options: [{ id: 51, value: 'Pro' }] }],
      contactFields: [{ id: 6, name: 'Email', code: 'EMAIL', type: 'multitext', options: null }],
      companyFields: [],
      users: [{ id: 9, name: 'Ann', email: 'ann@acme.example', isActive: true }],
    });
  });

  test('has no users where the token may not see them; asking for them alone says so', async () => {
    const forbidden = { status: 403, json: { title: 'Forbidden', status: 403, detail: 'Not an admin' } };
    await using kommo = await startKommo(({ path }) => (path.endsWith('/users') ? forbidden : reply(path)));
    expect((await kommo.client.catalog()).users).toEqual([]);
    await expect(kommo.client.users()).rejects.toMatchObject({ failure: 'unauthorized', status: 403 });
  });
});

test('webhooks, and whether Kommo switched one off', async () => {
  const hook = {
    id: 8,
    destination: 'https://me.example/x',
    disabled: true,
    settings: ['add_lead'],
    sort: 1,
  };
  await using kommo = await startKommo(() => page('webhooks', [hook]));
  expect(await kommo.client.webhooks()).toEqual([
    { id: 8, destination: 'https://me.example/x', disabled: true, settings: ['add_lead'] },
  ]);
});

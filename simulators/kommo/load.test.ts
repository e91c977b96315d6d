import { expect, test } from 'vitest';
import { start } from './testing/start.ts';

const contact = {
  id: 501,
  name: 'Ann Lee',
  first_name: 'Ann',
  last_name: 'Lee',
  updated_at: 1_795_999_990,
  custom_fields_values: [
    { field_id: 700_202, field_code: 'EMAIL', values: [{ value: 'ann@acme.example', enum_code: 'WORK' }] },
  ],
};
const lead = {
  id: 7001,
  name: 'Acme',
  status_id: 12_345_678,
  pipeline_id: 9_621_010,
  updated_at: 1_796_003_600,
  custom_fields_values: null,
  _embedded: {
    contacts: [
      { id: 502, is_main: false },
      { id: 501, is_main: true },
    ],
  },
};

test('recorded entities are read back as they were, the main contact first', async () => {
  await using tried = await start();
  tried.kommo.load({ leads: [lead], contacts: [contact] });
  const { body } = await tried.get('/leads/7001?with=contacts');
  expect(body).toMatchObject({ status_id: 12_345_678, updated_at: 1_796_003_600 });
  expect(body._embedded.contacts.map((one: { id: number }) => one.id)).toEqual([501, 502]);
  expect((await tried.get('/contacts/501?with=leads')).body).toMatchObject({
    first_name: 'Ann',
    custom_fields_values: [{ field_code: 'EMAIL', values: [{ value: 'ann@acme.example' }] }],
    _embedded: { leads: [{ id: 7001 }] },
  });
});

test('loading again replaces the entity and reports nothing', async () => {
  await using tried = await start();
  const changes: string[] = [];
  tried.kommo.on(({ kind }) => kind !== 'call' && changes.push(kind));
  tried.kommo.load({ leads: [lead], contacts: [contact] });
  tried.kommo.load({ leads: [{ ...lead, status_id: 142, _embedded: { contacts: [] } }] });
  expect(tried.kommo.deal(7001)).toMatchObject({ stageId: 142, contactIds: [] });
  expect(tried.kommo.contact(501)?.dealIds).toEqual([]);
  expect([changes, tried.kommo.events()]).toEqual([[], []]);
});

test('a recorded history keeps its ids and times', async () => {
  await using tried = await start();
  const event = {
    id: '01kb9z1',
    type: 'lead_status_changed',
    entity_id: 7001,
    entity_type: 'lead',
    created_at: 1,
  };
  tried.kommo.load({ events: [{ ...event, value_after: [], value_before: [], created_by: 0 }] });
  expect((await tried.get('/events')).body._embedded.events).toMatchObject([event]);
});

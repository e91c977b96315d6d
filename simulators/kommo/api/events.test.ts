import { expect, test } from 'vitest';
import { start } from '../testing/start.ts';

test('a move is one event with both stages', async () => {
  await using tried = await start();
  const { id } = tried.kommo.createDeal({ stageId: 12345678 });
  tried.kommo.moveDeal(id, 142);
  const { body } = await tried.get('/events?filter[type]=lead_status_changed&with=lead_name');
  expect(body._embedded.events).toEqual([
    {
      id: expect.stringMatching(/^[0-9a-z]{26}$/),
      type: 'lead_status_changed',
      entity_id: id,
      entity_type: 'lead',
      created_by: tried.kommo.deal(id)!.responsibleUserId,
      created_at: expect.any(Number),
      value_after: [{ lead_status: { id: 142, pipeline_id: 9621010 } }],
      value_before: [{ lead_status: { id: 12345678, pipeline_id: 9621010 } }],
      account_id: tried.kommo.account.id,
      _links: expect.anything(),
      _embedded: { entity: expect.objectContaining({ id, name: `Lead #${id}` }) },
    },
  ]);
  expect((await tried.get(`/events/${body._embedded.events[0].id}`)).body.entity_id).toBe(id);
});

test('filters by entity, time, type and stage; 204 when nothing is left', async () => {
  let now = 1_700_000_000_000;
  await using tried = await start({ now: () => now });
  const { kommo } = tried;
  const [a, b] = [kommo.createDeal({}).id, kommo.createDeal({}).id];
  now += 60_000;
  kommo.moveDeal(a, 142);
  kommo.moveDeal(b, 143);
  const get = async (query: string) => {
    const { body } = await tried.get(`/events?${query}`);
    return body?._embedded.events.map(
      (event: { type: string; entity_id: number }) => `${event.type} ${event.entity_id}`,
    );
  };
  const moved = (id: number) => `lead_status_changed ${id}`;
  expect(await get('filter[created_at]=1700000060')).toEqual([moved(b), moved(a)]);
  expect(await get('filter[created_at][from]=1700000000&filter[created_at][to]=1700000059')).toHaveLength(2);
  expect(await get('filter[created_at]=1700000000,1700000059')).toHaveLength(2);
  expect(await get(`filter[entity]=lead&filter[entity_id]=${a}&filter[type]=lead_status_changed`)).toEqual([
    moved(a),
  ]);
  const stage = 'filter[value_after][leads_statuses][0]';
  expect(await get(`${stage}[pipeline_id]=9621010&${stage}[status_id]=143`)).toEqual([moved(b)]);
  expect(await get('filter[created_at]=1800000000')).toBeUndefined();
  expect((await tried.get('/events?filter[entity_id]=1')).status).toBe(400);
  kommo.switches.eventsOrder = 'oldest_first';
  expect(await get('filter[type]=lead_status_changed')).toEqual([moved(a), moved(b)]);
});

test('a page holds at most the cap, whatever limit is asked for', async () => {
  await using tried = await start({ switches: { eventsPageCap: 3 } });
  for (let n = 0; n < 7; n += 1) tried.kommo.createDeal({});
  const pages = await Promise.all([1, 2, 3, 4].map((page) => tried.get(`/events?limit=250&page=${page}`)));
  expect(pages.map(({ body }) => body?._embedded.events.length)).toEqual([3, 3, 1, undefined]);
});

test('a late event appears later, with the time of the change', async () => {
  let now = 1_700_000_000_000;
  await using tried = await start({ now: () => now, switches: { eventsLateMs: 5000 } });
  tried.kommo.createDeal({});
  expect((await tried.get('/events')).status).toBe(204);
  now += 5000;
  expect((await tried.get('/events')).body._embedded.events[0].created_at).toBe(1_700_000_000);
});

test('a changed field, its old and its new value', async () => {
  await using tried = await start();
  const { id } = tried.kommo.createDeal({ fields: { Plan: 'Basic' } });
  tried.kommo.updateDeal(id, { fields: { Plan: 'Pro' } });
  const { body } = await tried.get('/events?filter[type]=custom_field_700100_value_changed');
  expect(body._embedded.events).toMatchObject([
    {
      value_before: [{ custom_field_value: { field_id: 700100, enum_id: 900101, text: 'Basic' } }],
      value_after: [{ custom_field_value: { field_id: 700100, enum_id: 900102, text: 'Pro' } }],
    },
  ]);
});

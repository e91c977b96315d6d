import { describe, expect, test } from 'vitest';
import { start } from '../testing/start.ts';

const PIPELINES = '/leads/pipelines';

async function added() {
  const tried = await start();
  const { body } = await tried.send('POST', PIPELINES, [
    {
      name: 'Partners',
      is_main: false,
      is_unsorted_on: true,
      sort: 2,
      request_id: 'p',
      _embedded: {
        statuses: [
          { name: 'Second', sort: 20 },
          { name: 'First', sort: 10, color: '#fffeb2' },
          { id: 142, name: 'Signed' },
        ],
      },
    },
  ]);
  const [pipeline] = body._embedded.pipelines;
  return Object.assign(tried, { pipeline, path: `${PIPELINES}/${pipeline.id}` });
}

type Named = { name: string };
const names = (list: Named[]) => list.map(({ name }) => name);

test('a pipeline is added in its place, with its stages in their order and the system stages', async () => {
  await using tried = await added();
  expect(tried.pipeline).toMatchObject({
    name: 'Partners',
    request_id: 'p',
    is_main: false,
    is_unsorted_on: true,
  });
  expect(names(tried.pipeline._embedded.statuses)).toEqual([
    'Incoming leads',
    'First',
    'Second',
    'Signed',
    'Closed - lost',
  ]);
  const { body } = await tried.get(PIPELINES);
  expect(names(body._embedded.pipelines)).toEqual(['Sales', 'Partners', 'Renewals']);
  expect(body._embedded.pipelines.map(({ sort }: { sort: number }) => sort)).toEqual([1, 2, 3]);
});

test('a pipeline is edited, and there is one main pipeline', async () => {
  await using tried = await added();
  const { body } = await tried.send('PATCH', tried.path, { name: 'Resellers', is_main: true });
  expect(body).toMatchObject({ id: tried.pipeline.id, name: 'Resellers', is_main: true });
  const all = (await tried.get(PIPELINES)).body._embedded.pipelines;
  expect(names(all.filter(({ is_main }: { is_main: boolean }) => is_main))).toEqual(['Resellers']);
});

test('a pipeline without deals is deleted; with deals it is 501, as nothing is documented', async () => {
  await using tried = await added();
  const { id } = tried.kommo.createDeal({ pipelineId: tried.pipeline.id });
  expect((await tried.send('DELETE', tried.path)).status).toBe(501);
  tried.kommo.deleteDeal(id);
  expect(await tried.send('DELETE', tried.path)).toMatchObject({ status: 200, body: {} });
  expect((await tried.get(tried.path)).status).toBe(204);
});

describe('stages', () => {
  test('are added, renamed and moved', async () => {
    await using tried = await added();
    const { body } = await tried.send('POST', `${tried.path}/statuses`, [{ name: 'Third', sort: 100 }]);
    const [{ id }] = body._embedded.statuses;
    expect(
      (await tried.send('PATCH', `${tried.path}/statuses/${id}`, { name: 'Zero', sort: 20 })).body,
    ).toMatchObject({
      id,
      name: 'Zero',
    });
    const stages = (await tried.get(`${tried.path}/statuses`)).body._embedded.statuses;
    expect(names(stages)).toEqual(['Incoming leads', 'Zero', 'First', 'Second', 'Signed', 'Closed - lost']);
  });

  test('leave their deals to the first one', async () => {
    await using tried = await added();
    const [, first, second] = tried.pipeline._embedded.statuses;
    const { id } = tried.kommo.createDeal({ pipelineId: tried.pipeline.id, stageId: second.id });
    expect((await tried.send('DELETE', `${tried.path}/statuses/${second.id}`)).status).toBe(204);
    expect(tried.kommo.deal(id)).toMatchObject({ stageId: first.id });
  });
});

test('only administrators write', async () => {
  await using tried = await start({ users: [{ id: 1, name: 'Ben', email: 'b@x.example' }] });
  for (const path of [PIPELINES, '/leads/custom_fields'])
    expect((await tried.send('POST', path, [{ name: 'A' }])).status).toBe(403);
});

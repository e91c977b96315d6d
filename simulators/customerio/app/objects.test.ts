import { expect, test } from 'vitest';
import { workspace } from '../testing/workspace.ts';

const DEAL = { object_type_id: '1', object_id: '7' };
const object = (action: string, more: object = {}) => ({
  type: 'object',
  identifiers: DEAL,
  action,
  ...more,
});
const person = (id: string) => [{ identifiers: { id }, relationship_attributes: { role: 'main' } }];

async function withDeal() {
  const made = await workspace({ appLimitPerSecond: 1000 });
  await made.identify('1', { email: 'ann@x.example' });
  await made.batch(
    object('identify', { attributes: { name: 'Renewal', amount: 1200 }, cio_relationships: person('1') }),
  );
  const get = async (path: string) => (await made.app('GET', path)).json;
  return { ...made, get };
}

test('an object has its attributes as text, and two identifiers', async () => {
  const { get } = await withDeal();
  const { object: shown } = await get('/v1/objects/1/7/attributes');
  expect(shown).toMatchObject({ attributes: { name: 'Renewal', amount: '1200' }, identifiers: DEAL });
  const { cio_object_id } = shown.identifiers;
  expect((await get(`/v1/objects/1/${cio_object_id}/attributes?id_type=cio_object_id`)).object).toEqual(
    shown,
  );
  expect((await get('/v1/object_types')).types).toMatchObject([{ id: '1', enabled: true }]);
});

test('a relationship is seen from both sides, whichever made it', async () => {
  const { get, batch } = await withDeal();
  const other = { object_type_id: '1', object_id: '8' };
  const cio_relationships = [{ identifiers: other }];
  await batch({
    type: 'person',
    action: 'identify',
    identifiers: { id: '1' },
    attributes: {},
    cio_relationships,
  });
  expect((await get('/v1/objects/1/7/relationships')).cio_relationships).toMatchObject([
    { identifiers: { id: '1', email: 'ann@x.example' }, object_type_id: '1' },
  ]);
  const ids = async () =>
    (await get('/v1/customers/1/relationships')).cio_relationships.map(
      (one: { identifiers: { object_id: string } }) => one.identifiers.object_id,
    );
  expect((await ids()).sort()).toEqual(['7', '8']);
  await batch(object('delete_relationships', { cio_relationships: person('1') }));
  expect(await ids()).toEqual(['8']);
});

test('objects are found by their attributes', async () => {
  const { app } = await withDeal();
  const find = async (value: string) => {
    const filter = { and: [{ object_attribute: { field: 'name', operator: 'eq', value, type_id: '1' } }] };
    return (await app('POST', '/v1/objects', { object_type_id: '1', filter })).json.ids;
  };
  expect([await find('Renewal'), await find('Other')]).toEqual([['7'], []]);
});

test('null and an empty text remove an attribute, and a deleted object is gone', async () => {
  const { get, app, batch } = await withDeal();
  await batch(object('identify', { attributes: { name: null, amount: '' } }));
  expect((await get('/v1/objects/1/7/attributes')).object.attributes).toEqual({});
  await batch(object('delete'));
  expect((await app('GET', '/v1/objects/1/7/attributes')).status).toBe(404);
});

test('an unknown cio_object_id makes nothing', async () => {
  const { app, batch } = await workspace();
  await batch({ type: 'object', identifiers: { cio_object_id: 'ob1' }, action: 'identify', attributes: {} });
  expect((await app('GET', '/v1/object_types')).json.types).toBeNull();
});

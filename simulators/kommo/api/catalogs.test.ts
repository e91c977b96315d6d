import { describe, expect, test } from 'vitest';
import { errorsOf, start } from '../testing/start.ts';

const PRODUCTS = 4521;

async function products(options: Parameters<typeof start>[0] = {}) {
  const tried = await start(options);
  const deal = tried.kommo.createDeal({}).id;
  const pen = tried.kommo.createCatalogElement(PRODUCTS, {
    name: 'Pen',
    fields: { SKU: 'P-1', Price: 12 },
  }).id;
  const to = (id: number, metadata: object = { catalog_id: PRODUCTS, quantity: 2 }) => [
    { to_entity_id: id, to_entity_type: 'catalog_elements', metadata },
  ];
  return { ...tried, deal, pen, to, [Symbol.asyncDispose]: () => tried.kommo.close() };
}

describe('lists', () => {
  test('an account has one of products, with the fields that Kommo gives it', async () => {
    await using tried = await start();
    const { body } = await tried.get('/catalogs');
    expect(body._embedded.catalogs).toMatchObject([
      { id: PRODUCTS, type: 'products', can_be_deleted: false },
    ]);
    const fields = await tried.get(`/catalogs/${PRODUCTS}/custom_fields`);
    expect(fields.body._embedded.custom_fields.map((one: { code: string }) => one.code)).toEqual([
      ...['SKU', 'DESCRIPTION', 'PRICE', 'GROUP'],
    ]);
    expect(fields.body._embedded.custom_fields[0]).toMatchObject({
      entity_type: 'catalogs',
      is_required: false,
    });
  });

  test('are added as a list and changed one by one', async () => {
    await using tried = await start();
    const added = await tried.send('POST', '/catalogs', [{ name: 'Plans', request_id: '123' }]);
    const [{ id, ...plans }] = added.body._embedded.catalogs;
    expect(plans).toMatchObject({ type: 'regular', sort: 20, can_link_multiple: true, request_id: '123' });
    const changed = await tried.send('PATCH', `/catalogs/${id}`, { name: 'Tariffs' });
    expect(changed.body).toMatchObject({ id, name: 'Tariffs' });
    expect((await tried.get(`/catalogs/${id}`)).body.name).toBe('Tariffs');
  });

  test('the eleventh is refused, and so is a second one of products', async () => {
    await using tried = await start();
    const refused = await tried.send('POST', '/catalogs', [{ name: 'More', type: 'products' }]);
    expect(errorsOf(refused)).toEqual(['0 type NotSupportedChoice']);
    const nine = Array.from({ length: 9 }, (_, n) => ({ name: `List ${n}` }));
    expect((await tried.send('POST', '/catalogs', nine)).status).toBe(200);
    expect((await tried.send('POST', '/catalogs', [{ name: 'Eleventh' }])).status).toBe(400);
  });

  test('that of invoices is not simulated', async () => {
    await using tried = await start();
    expect((await tried.send('POST', '/catalogs', [{ name: 'Invoices', type: 'invoices' }])).status).toBe(
      501,
    );
  });
});

describe('elements', () => {
  test('carry values of the fields of their list, and are found by them', async () => {
    await using tried = await start();
    const item = { name: 'Pen', custom_fields_values: [{ field_code: 'SKU', values: [{ value: 'P-1' }] }] };
    const added = await tried.send('POST', `/catalogs/${PRODUCTS}/elements`, [item, { name: 'Ink' }]);
    const [pen] = added.body._embedded.elements;
    expect(pen.custom_fields_values[0]).toMatchObject({ field_code: 'SKU', values: [{ value: 'P-1' }] });
    const found = await tried.get(`/catalogs/${PRODUCTS}/elements?query=p-1`);
    expect(found.body._embedded.elements.map((one: { id: number }) => one.id)).toEqual([pen.id]);
    expect((await tried.get(`/catalogs/${PRODUCTS}/elements?query=nothing`)).status).toBe(204);
    expect(tried.kommo.catalogElements(PRODUCTS)[0]).toMatchObject({ name: 'Pen', fields: { SKU: 'P-1' } });
  });

  test('take no field of a deal', async () => {
    await using tried = await start();
    const item = { name: 'Pen', custom_fields_values: [{ field_id: 700_101, values: [{ value: 'x' }] }] };
    const refused = await tried.send('POST', `/catalogs/${PRODUCTS}/elements`, [item]);
    expect(errorsOf(refused)).toEqual(['0 custom_fields_values.0.field_id NotSupportedChoice']);
  });

  test('a change keeps the fields that it does not name', async () => {
    await using tried = await products();
    const path = `/catalogs/${PRODUCTS}/elements/${tried.pen}`;
    expect((await tried.send('PATCH', path, { name: 'Pencil' })).body.name).toBe('Pencil');
    expect(tried.kommo.catalogElements(PRODUCTS)).toMatchObject([
      { name: 'Pencil', fields: { Price: '12' } },
    ]);
    expect(errorsOf(await tried.send('PATCH', path, { custom_fields_values: [] }))).toEqual([
      '0 name FieldMissing',
    ]);
  });

  test('of a list that does not exist are 204, and cannot be added', async () => {
    await using tried = await start();
    expect((await tried.get('/catalogs/5/elements')).status).toBe(204);
    expect((await tried.send('POST', '/catalogs/5/elements', [{ name: 'Pen' }])).status).toBe(404);
  });
});

describe('a link of a deal and an element', () => {
  test('has a quantity, and is shown by the deal when it is asked for', async () => {
    await using tried = await products();
    const { deal, pen } = tried;
    const linked = await tried.send('POST', `/leads/${deal}/link`, tried.to(pen));
    const metadata = { quantity: 2, catalog_id: PRODUCTS };
    expect(linked.body._embedded.links).toMatchObject([{ to_entity_type: 'catalog_elements', metadata }]);
    const { _embedded } = (await tried.get(`/leads/${deal}?with=catalog_elements`)).body;
    expect(_embedded.catalog_elements).toEqual([{ id: pen, metadata }]);
    expect(tried.kommo.dealElements(deal)).toMatchObject([{ name: 'Pen', quantity: 2 }]);
    const filtered = await tried.get(`/leads/${deal}/links?filter[to_catalog_id]=5`);
    expect(filtered.body._embedded.links).toEqual([]);
  });

  test('ends with unlink', async () => {
    await using tried = await products();
    await tried.send('POST', `/leads/${tried.deal}/link`, tried.to(tried.pen));
    expect((await tried.send('POST', `/leads/${tried.deal}/unlink`, tried.to(tried.pen))).status).toBe(204);
    expect(tried.kommo.dealElements(tried.deal)).toEqual([]);
  });

  test.each([
    [{}, '0 metadata.catalog_id FieldMissing'],
    [{ catalog_id: 5 }, '0 to_entity_id NotSupportedChoice'],
    [{ catalog_id: PRODUCTS, quantity: '2' }, '0 metadata.quantity InvalidType'],
  ])('with the metadata %j is refused', async (metadata, error) => {
    await using tried = await products();
    const refused = await tried.send('POST', `/leads/${tried.deal}/link`, tried.to(tried.pen, metadata));
    expect(errorsOf(refused)).toEqual([error]);
  });

  test('is the only one where the list allows one deal for each element', async () => {
    await using tried = await products({
      catalogs: [{ id: PRODUCTS, name: 'P', type: 'products', canLinkMultiple: false }],
    });
    const other = tried.kommo.createDeal({}).id;
    await tried.send('POST', `/leads/${tried.deal}/link`, tried.to(tried.pen));
    const refused = await tried.send('POST', `/leads/${other}/link`, tried.to(tried.pen));
    expect(errorsOf(refused)).toEqual(['0 to_entity_id NotSupportedChoice']);
  });
});

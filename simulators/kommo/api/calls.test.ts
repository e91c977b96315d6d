import { describe, expect, test } from 'vitest';
import { errorsOf, start } from '../testing/start.ts';

const call = (phone: string, more: object = {}) => ({
  ...{ direction: 'inbound', duration: 20, source: 'my_widget', phone, call_status: 4 },
  ...more,
});

async function ann() {
  const tried = await start();
  const contact = tried.kommo.createContact({ name: 'Ann', phone: '+1 (830) 580-3077' }).id;
  return { ...tried, contact, [Symbol.asyncDispose]: () => tried.kommo.close() };
}

describe('a call', () => {
  test('becomes a note of the only active deal, found by the last ten digits', async () => {
    await using tried = await ann();
    const deal = tried.kommo.createDeal({ contactIds: [tried.contact] }).id;
    tried.kommo.createDeal({ contactIds: [tried.contact], stageId: 143 });
    const { status, body } = await tried.send('POST', '/calls', [call('8305803077')]);
    expect([status, body._total_items, body.errors]).toEqual([200, 1, []]);
    expect(body._embedded.calls).toMatchObject([{ entity_id: deal, entity_type: 'lead', request_id: '0' }]);
    expect(tried.kommo.notes(deal)).toMatchObject([
      { type: 'call_in', params: { duration: 20, call_status: 4 } },
    ]);
  });

  test.each([0, 2])('becomes a note of the contact who has %i active deals', async (deals) => {
    await using tried = await ann();
    for (let n = 0; n < deals; n++) tried.kommo.createDeal({ contactIds: [tried.contact] });
    const { body } = await tried.send('POST', '/calls', [call('18305803077', { direction: 'outbound' })]);
    expect(body._embedded.calls).toMatchObject([{ entity_id: tried.contact, entity_type: 'contact' }]);
    expect(tried.kommo.notes().map(({ type }) => type)).toEqual(['call_out']);
  });

  test('of a number that nobody has is not added', async () => {
    await using tried = await ann();
    const alone = await tried.send('POST', '/calls', [call('5550100')]);
    expect([alone.status, alone.body]).toMatchObject([
      400,
      { _total_items: 0, errors: [{ title: 'Entity not found' }] },
    ]);
    const mixed = await tried.send('POST', '/calls', [call('5550100'), call('8305803077')]);
    expect([mixed.status, mixed.body._total_items, mixed.body.errors.length]).toEqual([200, 1, 1]);
  });

  test.each([
    [{ direction: 'in' }, '0 direction NotSupportedChoice'],
    [{ duration: '20' }, '0 duration InvalidType'],
    [{ source: undefined }, '0 source FieldMissing'],
    [{ call_result: null }, '0 call_result NotNullable'],
    [{ call_status: 8 }, '0 call_status NotSupportedChoice'],
  ])('with %j is refused', async (wrong, error) => {
    await using tried = await ann();
    expect(errorsOf(await tried.send('POST', '/calls', [call('8305803077', wrong)]))).toEqual([error]);
    expect(tried.kommo.notes()).toEqual([]);
  });
});

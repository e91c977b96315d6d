import { describe, expect, test } from 'vitest';
import { errorsOf, start } from '../testing/start.ts';

const COMPLEX = '/leads/complex';

test('a lead comes with its contact and company, which belong together, in a bare list', async () => {
  await using tried = await start();
  const { kommo, send } = tried;
  const { status, body } = await send('POST', COMPLEX, [
    {
      name: 'Acme',
      price: 900,
      request_id: 'r1',
      _embedded: {
        tags: [{ name: 'web' }],
        contacts: [
          {
            first_name: 'Ann',
            custom_fields_values: [{ field_code: 'EMAIL', values: [{ value: 'a@x.example' }] }],
          },
        ],
        companies: [{ name: 'Acme Ltd' }],
      },
    },
    { name: 'Alone' },
  ]);
  expect(status).toBe(200);
  const [first, second] = body;
  expect(first).toEqual({
    id: first.id,
    contact_id: first.contact_id,
    company_id: first.company_id,
    request_id: ['r1'],
    merged: false,
  });
  expect(second).toMatchObject({ contact_id: null, company_id: null, request_id: ['1'] });
  expect(kommo.deal(first.id)).toMatchObject({
    name: 'Acme',
    price: 900,
    tags: ['web'],
    contactIds: [first.contact_id],
    companyId: first.company_id,
  });
  expect(kommo.contact(first.contact_id)).toMatchObject({
    emails: ['a@x.example'],
    companyId: first.company_id,
  });
});

test('with metadata it is an incoming lead that waits', async () => {
  await using tried = await start();
  const metadata = { category: 'forms', form_id: 'f', form_name: 'Form' };
  const { body } = await tried.send('POST', COMPLEX, [
    { _embedded: { metadata, contacts: [{ name: 'Zoe' }] } },
  ]);
  expect(tried.kommo.incomingLeads()).toMatchObject([
    { dealId: body[0].id, category: 'forms', contactIds: [body[0].contact_id] },
  ]);
});

describe('refused, and nothing is written:', () => {
  test.each([
    [
      'a value of the contact',
      { contacts: [{ custom_fields_values: [{ field_id: 1, values: [{ value: 'x' }] }] }] },
      '0 _embedded.contacts.0.custom_fields_values.0.field_id NotSupportedChoice',
    ],
    ['two contacts', { contacts: [{ name: 'A' }, { name: 'B' }] }, '0 _embedded.contacts TooLong'],
    ['a contact that is no object', { contacts: ['A'] }, '0 _embedded.contacts.0 InvalidType'],
    [
      'metadata of another category',
      { metadata: { category: 'chats' } },
      '0 _embedded.metadata.category NotSupportedChoice',
    ],
  ])('%s', async (_, _embedded, error) => {
    await using tried = await start();
    expect(errorsOf(await tried.send('POST', COMPLEX, [{ name: 'A', _embedded }]))).toContain(error);
    expect([tried.kommo.deals(), tried.kommo.contacts()]).toEqual([[], []]);
  });

  test('more than 40 values of fields', async () => {
    await using tried = await start();
    const value = { field_id: 700_101, values: [{ value: 'x' }] };
    const answer = await tried.send('POST', COMPLEX, [{ custom_fields_values: Array(41).fill(value) }]);
    expect(errorsOf(answer)).toContain('0 custom_fields_values TooLong');
  });

  test('more than 50 leads', async () => {
    await using tried = await start();
    expect((await tried.send('POST', COMPLEX, Array(51).fill({ name: 'A' }))).status).toBe(422);
  });

  test('a contact by its id, with 501: what Kommo does is not documented', async () => {
    await using tried = await start();
    const { status } = await tried.send('POST', COMPLEX, [{ _embedded: { contacts: [{ id: 5 }] } }]);
    expect(status).toBe(501);
  });
});

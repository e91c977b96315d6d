import { describe, expect, test } from 'vitest';
import { errorsOf, start } from '../testing/start.ts';

const link = (id: number, isMain?: boolean) => ({
  to_entity_id: id,
  to_entity_type: 'contacts',
  ...(isMain === undefined ? {} : { metadata: { is_main: isMain } }),
});

async function dealAndContacts(options: Parameters<typeof start>[0] = {}) {
  const tried = await start(options);
  const [ann, bo] = ['Ann', 'Bo'].map((name) => tried.kommo.createContact({ name }).id) as [number, number];
  const deal = tried.kommo.createDeal({}).id;
  const changes: string[] = [];
  tried.kommo.on(({ kind }) => kind !== 'call' && changes.push(kind));
  return { ...tried, ann, bo, deal, changes, [Symbol.asyncDispose]: () => tried.kommo.close() };
}

describe('linking a contact', () => {
  test('answers with the links and shows the main contact first', async () => {
    await using tried = await dealAndContacts();
    const { ann, bo, deal } = tried;
    await tried.send('POST', `/leads/${deal}/link`, [link(ann)]);
    const { status, body } = await tried.send('POST', `/leads/${deal}/link`, [link(bo, true)]);
    expect(status).toBe(200);
    expect(body._embedded.links).toEqual([
      {
        entity_id: deal,
        entity_type: 'leads',
        to_entity_id: bo,
        to_entity_type: 'contacts',
        metadata: { main_contact: true },
      },
    ]);
    expect(tried.kommo.deal(deal)?.contactIds).toEqual([bo, ann]);
    const listed = await tried.get(`/leads/${deal}/links`);
    expect(listed.body._embedded.links.map((one: { to_entity_id: number }) => one.to_entity_id)).toEqual([
      bo,
      ann,
    ]);
  });

  test('may start from the contact', async () => {
    await using tried = await dealAndContacts();
    const body = [{ to_entity_id: tried.deal, to_entity_type: 'leads' }];
    expect((await tried.send('POST', `/contacts/${tried.ann}/link`, body)).status).toBe(200);
    expect(tried.kommo.deal(tried.deal)?.contactIds).toEqual([tried.ann]);
  });

  test('is in the history of both', async () => {
    await using tried = await dealAndContacts();
    const { ann, deal } = tried;
    await tried.send('POST', `/leads/${deal}/link`, [link(ann)]);
    const links = tried.kommo.events().filter(({ type }) => type === 'entity_linked');
    expect(links.map(({ entityType, entityId, valueAfter }) => [entityType, entityId, valueAfter])).toEqual([
      ['lead', deal, [{ link: { entity: { type: 'contact', id: ann } } }]],
      ['contact', ann, [{ link: { entity: { type: 'lead', id: deal } } }]],
    ]);
  });

  test.each([
    ['lead', ['deal_updated']],
    ['lead_and_contact', ['deal_updated', 'contact_updated']],
    ['none', []],
  ] as const)('with linkHooks %s reports %j', async (linkHooks, reported) => {
    await using tried = await dealAndContacts({ switches: { linkHooks } });
    tried.kommo.linkContact(tried.deal, tried.ann);
    expect(tried.changes).toEqual(reported);
  });

  test('of a contact that does not exist is refused by name', async () => {
    await using tried = await dealAndContacts();
    const refused = await tried.send('POST', `/leads/${tried.deal}/link`, [link(1)]);
    expect([refused.status, errorsOf(refused)]).toEqual([400, ['0 to_entity_id NotSupportedChoice']]);
  });
});

test('unlinking the main contact makes the next one the main contact', async () => {
  await using tried = await dealAndContacts();
  const { ann, bo, deal } = tried;
  tried.kommo.linkContact(deal, ann);
  tried.kommo.linkContact(deal, bo);
  const answer = await tried.send('POST', `/leads/${deal}/unlink`, [link(ann)]);
  expect(answer).toMatchObject({ status: 204, body: undefined });
  expect(tried.kommo.deal(deal)?.contactIds).toEqual([bo]);
  expect(tried.kommo.events().at(-1)).toMatchObject({ type: 'entity_unlinked', entityId: ann });
});

test('many entities are linked, listed and unlinked in one call each', async () => {
  await using tried = await start();
  const { kommo, send, get } = tried;
  const [one, other] = [kommo.createDeal({}).id, kommo.createDeal({}).id];
  const contact = kommo.createContact({ name: 'Ann' }).id;
  const company = kommo.createCompany({ name: 'Acme' }).id;
  const links = [
    { entity_id: one, to_entity_id: contact, to_entity_type: 'contacts', metadata: { is_main: true } },
    { entity_id: other, to_entity_id: company, to_entity_type: 'companies' },
  ];
  expect((await send('POST', '/leads/link', links)).body._total_items).toBe(2);
  const listed = await get(`/leads/links?filter[entity_id][]=${one}&filter[entity_id][]=${other}`);
  expect(listed.body._embedded.links).toMatchObject([
    { entity_id: one, entity_type: 'leads', to_entity_id: contact, metadata: { main_contact: true } },
    { entity_id: other, to_entity_id: company, metadata: null },
  ]);
  expect((await send('POST', '/leads/unlink', links)).status).toBe(204);
  expect([kommo.deal(one)!.contactIds, kommo.deal(other)!.companyId]).toEqual([[], null]);
});

test('an entity of a mass link that does not exist is named', async () => {
  await using tried = await start();
  const contact = tried.kommo.createContact({ name: 'Ann' }).id;
  const link = { entity_id: 5, to_entity_id: contact, to_entity_type: 'contacts' };
  expect((await tried.send('POST', '/leads/link', [link])).body.errors).toEqual({ 5: 'Lead not found' });
});

test('a company is linked to its contacts and leads', async () => {
  await using tried = await start();
  const { kommo, send, get } = tried;
  const company = kommo.createCompany({ name: 'Acme' }).id;
  const contact = kommo.createContact({ name: 'Ann' }).id;
  const lead = kommo.createDeal({ companyId: company }).id;
  await send('POST', `/companies/${company}/link`, [{ to_entity_id: contact, to_entity_type: 'contacts' }]);
  expect(kommo.contact(contact)!.companyId).toBe(company);
  const { body } = await get(`/companies/${company}/links`);
  expect(body._embedded.links.map((one: { to_entity_id: number }) => one.to_entity_id)).toEqual([
    lead,
    contact,
  ]);
  await send('POST', `/companies/${company}/unlink`, [{ to_entity_id: lead, to_entity_type: 'leads' }]);
  expect(kommo.deal(lead)!.companyId).toBeNull();
});

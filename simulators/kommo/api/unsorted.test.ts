import { describe, expect, test } from 'vitest';
import { errorsOf, start } from '../testing/start.ts';

const contact = { name: 'Ann Lee', email: 'ann@acme.example' };

async function form(options: Parameters<typeof start>[0] = {}) {
  const tried = await start(options);
  const changes: string[] = [];
  tried.kommo.on(({ kind }) => kind !== 'call' && changes.push(kind));
  const incoming = tried.kommo.addIncomingLead({ name: 'Demo request', contact });
  const path = `/leads/unsorted/${incoming.uid}`;
  return { ...tried, changes, incoming, path, [Symbol.asyncDispose]: () => tried.kommo.close() };
}

describe('an incoming lead', () => {
  test('waits in the type 1 stage and is no lead by a webhook', async () => {
    await using tried = await form();
    expect(tried.kommo.deal(tried.incoming.dealId)?.stage).toBe('Incoming leads');
    expect(tried.changes).toEqual(['incoming_lead_added']);
    const { body } = await tried.get('/leads/unsorted');
    expect(body._embedded.unsorted).toMatchObject([
      { uid: tried.incoming.uid, category: 'forms', _embedded: { leads: [{ id: tried.incoming.dealId }] } },
    ]);
  });

  test.each([
    ['hidden', 204],
    ['readable', 200],
  ] as const)('with unsortedContacts %s its contact is %i', async (unsortedContacts, status) => {
    await using tried = await form({ switches: { unsortedContacts } });
    expect((await tried.get(`/contacts/${tried.incoming.contactIds[0]}`)).status).toBe(status);
  });

  test('comes by the API as a form, with its contact', async () => {
    await using tried = await start();
    const item = {
      source_uid: 'f1',
      source_name: 'Site',
      metadata: { form_id: '1', form_name: 'Demo' },
      _embedded: { leads: [{ name: 'Demo request' }], contacts: [{ first_name: 'Ann' }] },
    };
    const { status, body } = await tried.send('POST', '/leads/unsorted/forms', [item]);
    expect([status, tried.kommo.deals()[0]?.name]).toEqual([200, 'Demo request']);
    expect(body._embedded.unsorted[0]).toMatchObject({
      uid: tried.kommo.incomingLeads()[0]?.uid,
      request_id: '0',
    });
    const { source_uid: _, ...without } = item;
    const refused = await tried.send('POST', '/leads/unsorted/forms', [without]);
    expect(errorsOf(refused)).toEqual(['0 source_uid FieldMissing']);
  });
});

describe('accepting', () => {
  test('puts the deal into the first stage, and the contact can be read', async () => {
    await using tried = await form();
    const answer = await tried.send('POST', `${tried.path}/accept`);
    expect(answer.body._embedded.leads[0].id).toBe(tried.incoming.dealId);
    expect(tried.kommo.deal(tried.incoming.dealId)?.stage).toBe('New lead');
    expect((await tried.get(`/contacts/${tried.incoming.contactIds[0]}`)).status).toBe(200);
    expect((await tried.send('POST', `${tried.path}/accept`)).status).toBe(404);
  });

  test('is a change of stage in the history', async () => {
    await using tried = await form();
    tried.kommo.acceptIncomingLead(tried.incoming.uid);
    expect(tried.kommo.events().at(-1)).toMatchObject({
      type: 'lead_status_changed',
      valueBefore: [{ lead_status: { id: 12_345_676 } }],
      valueAfter: [{ lead_status: { id: 12_345_677 } }],
    });
  });

  test.each([
    ['none', ['incoming_lead_accepted']],
    ['add', ['incoming_lead_accepted', 'deal_added']],
    ['status', ['incoming_lead_accepted', 'deal_moved']],
  ] as const)('with acceptedLeadHooks %s reports %j', async (acceptedLeadHooks, reported) => {
    await using tried = await form({ switches: { acceptedLeadHooks } });
    tried.kommo.acceptIncomingLead(tried.incoming.uid);
    expect(tried.changes.slice(1)).toEqual(reported);
  });

  test('takes a stage of the pipeline only', async () => {
    await using tried = await form();
    const refused = await tried.send('POST', `${tried.path}/accept`, { status_id: 12_345_676 });
    expect([refused.status, errorsOf(refused)]).toEqual([400, ['0 status_id NotSupportedChoice']]);
  });

  test('a write into another stage accepts, too', async () => {
    await using tried = await form();
    await tried.send('PATCH', `/leads/${tried.incoming.dealId}`, { status_id: 12_345_678 });
    expect(tried.kommo.incomingLeads()).toEqual([]);
    expect((await tried.get(`/contacts/${tried.incoming.contactIds[0]}`)).status).toBe(200);
  });
});

test('declining puts the deal into the bin and reports no deal', async () => {
  await using tried = await form();
  expect((await tried.send('DELETE', `${tried.path}/decline`)).status).toBe(200);
  expect((await tried.get(`/leads/${tried.incoming.dealId}`)).status).toBe(204);
  expect(tried.changes.slice(1)).toEqual(['incoming_lead_declined']);
});

describe('linking a chat to a deal', () => {
  async function chat() {
    const tried = await start();
    const deal = tried.kommo.createDeal({ name: 'Known' }).id;
    const incoming = tried.kommo.addIncomingLead({ category: 'chats', contact: { name: 'Ann' } });
    const send = (link: object, uid = incoming.uid) =>
      tried.send('POST', `/leads/unsorted/${uid}/link`, { link: { entity_type: 'leads', ...link } });
    return { ...tried, deal, incoming, send, [Symbol.asyncDispose]: () => tried.kommo.close() };
  }

  test('brings its contact to the deal, and its own deal goes to the bin', async () => {
    await using tried = await chat();
    const { status, body } = await tried.send({ entity_id: tried.deal });
    expect([status, body.uid, body._embedded.leads[0].id]).toEqual([200, tried.incoming.uid, tried.deal]);
    expect(tried.kommo.deal(tried.deal)?.contactIds).toEqual(tried.incoming.contactIds);
    expect(tried.kommo.deal(tried.incoming.dealId)?.isDeleted).toBe(true);
    expect((await tried.get(`/contacts/${tried.incoming.contactIds[0]}`)).status).toBe(200);
    expect((await tried.send({ entity_id: tried.deal })).status).toBe(404);
  });

  test('merges its contact into the one that is named', async () => {
    await using tried = await chat();
    const known = tried.kommo.createContact({ name: 'Ann Lee' }).id;
    await tried.send({ entity_id: tried.deal, metadata: { contact_id: known } });
    expect(tried.kommo.deal(tried.deal)?.contactIds).toEqual([known]);
    expect(tried.kommo.contact(tried.incoming.contactIds[0]!)).toBeUndefined();
  });

  test('is for chats, and for deals that exist', async () => {
    await using tried = await chat();
    const form = tried.kommo.addIncomingLead({});
    expect((await tried.send({ entity_id: tried.deal }, form.uid)).status).toBe(400);
    const refused = await tried.send({ entity_id: 1 });
    expect(errorsOf(refused)).toEqual(['0 link.entity_id NotSupportedChoice']);
  });
});

test('a call waits like a form, and the summary counts both and what was decided', async () => {
  await using tried = await start();
  const metadata = { uniq: 'u', duration: 54, from: '+346002', phone: '346001' };
  const call = { source_uid: 's', source_name: 'PBX', metadata, _embedded: { contacts: [{ name: 'Ann' }] } };
  const added = await tried.send('POST', '/leads/unsorted/sip', [call]);
  const form = tried.kommo.addIncomingLead({ name: 'Form' });
  tried.kommo.addIncomingLead({ name: 'Other form' });
  tried.kommo.declineIncomingLead(form.uid);
  const { uid } = added.body._embedded.unsorted[0];
  expect((await tried.get(`/leads/unsorted/${uid}`)).body).toMatchObject({ category: 'sip', metadata });
  expect((await tried.get('/leads/unsorted/summary')).body).toMatchObject({
    total: 3,
    accepted: 0,
    declined: 1,
    categories: { sip: { total: 1 }, forms: { total: 2 } },
  });
});

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { errorsOf, start } from './testing/start.ts';
import type { SimulatorEvent } from './types.ts';

/** Keeps the bodies of webhooks, decoded. */
async function startReceiver() {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const part of request) text += part;
    bodies.push(decodeURIComponent(text.replaceAll('+', ' ')));
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    bodies,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('webhooks of the account', () => {
  test('a subscription by API is listed, keyed by its address, and ends by DELETE', async () => {
    await using tried = await start();
    const destination = 'http://127.0.0.1:9/secret';
    expect((await tried.get('/webhooks')).status).toBe(204);
    const made = await tried.send('POST', '/webhooks', { destination, settings: ['add_lead'], sort: 10 });
    expect(made.body).toMatchObject({ destination, settings: ['add_lead'], disabled: false, sort: 10 });
    await tried.send('POST', '/webhooks', { destination, settings: ['status_lead'] });
    const { body } = await tried.get(`/webhooks?filter[destination]=${encodeURIComponent(destination)}`);
    expect(body).toMatchObject({ _total_items: 1, _embedded: { webhooks: [{ settings: ['status_lead'] }] } });
    tried.kommo.disableHook(destination);
    expect((await tried.get('/webhooks')).body._embedded.webhooks[0].disabled).toBe(true);
    expect((await tried.send('DELETE', '/webhooks', { destination })).status).toBe(204);
    expect((await tried.send('DELETE', '/webhooks', { destination })).status).toBe(404);
  });

  test('unknown settings and bad addresses are refused', async () => {
    await using tried = await start();
    const destination = 'https://a.example/';
    for (const body of [
      { destination, settings: ['won_lead'] },
      { destination: 'x', settings: ['add_lead'] },
      { destination },
    ])
      expect((await tried.send('POST', '/webhooks', body)).status).toBe(400);
  });

  test.each([
    ['robot', 0],
    ['token', 8375357],
  ] as const)('an own write comes back as a move and an update, by the %s', async (ownWriteUser, by) => {
    await using receiver = await startReceiver();
    await using tried = await start({ switches: { ownWriteUser } });
    const { kommo } = tried;
    const { id } = kommo.createDeal({ stageId: 12345678 });
    kommo.addHook({ destination: receiver.url, settings: ['status_lead', 'update_lead', 'note_lead'] });
    await tried.send('PATCH', `/leads/${id}`, { status_id: 142 });
    await tried.send('POST', `/leads/${id}/notes`, [{ note_type: 'common', params: { text: 'hi' } }]);
    await kommo.waitFor(() => kommo.hookDeliveries().length === 3);
    const has = (...parts: string[]) =>
      receiver.bodies.some((body) => parts.every((part) => body.includes(part)));
    const stages = (action: string) => [
      `leads[${action}][0][status_id]=142`,
      `leads[${action}][0][old_status_id]=12345678`,
      `leads[${action}][0][modified_user_id]=${by}`,
    ];
    expect(has(...stages('status'))).toBe(true);
    expect(has(...stages('update'))).toBe(true);
    expect(has('leads[note][0][note][text]=hi', `[note][element_id]=${id}`)).toBe(true);
  });

  test('a write that changes nothing sends nothing, unless the switch says so', async () => {
    await using receiver = await startReceiver();
    await using tried = await start();
    const { kommo } = tried;
    const { id } = kommo.createDeal({ price: 5 });
    kommo.addHook({ destination: receiver.url });
    await tried.send('PATCH', `/leads/${id}`, { price: 5 });
    expect(kommo.hooksPending() + kommo.hookDeliveries().length).toBe(0);
    kommo.switches.hookOnUnchanged = true;
    await tried.send('PATCH', `/leads/${id}`, { price: 5 });
    await kommo.waitFor(() => kommo.hookDeliveries().length === 1);
    expect(kommo.hookDeliveries()[0]?.keys).toEqual(['leads[update]']);
  });

  test('contacts and companies report under contacts, told apart by type', async () => {
    await using receiver = await startReceiver();
    await using tried = await start();
    const { kommo } = tried;
    kommo.addHook({ destination: receiver.url });
    const company = kommo.createCompany({ name: 'Acme' });
    kommo.createContact({ name: 'Ann', companyId: company.id });
    await kommo.waitFor(() => receiver.bodies.length === 2);
    const types = receiver.bodies.map((body) => /contacts\[add\]\[0\]\[type\]=(\w+)/.exec(body)?.[1]);
    expect(types.sort()).toEqual(['company', 'contact']);
    expect(receiver.bodies.join()).toContain(`[linked_company_id]=${company.id}`);
  });

  test('a trigger of the Digital Pipeline fires for its stage only', async () => {
    await using receiver = await startReceiver();
    await using tried = await start();
    const { kommo } = tried;
    const { id } = kommo.createDeal({ stageId: 12345678 });
    kommo.addDigitalPipelineHook({ destination: receiver.url, pipelineId: 9621010, stageId: 142 });
    kommo.moveDeal(id, 12345679);
    kommo.moveDeal(id, 142);
    await kommo.waitFor(() => receiver.bodies.length === 1);
    expect(receiver.bodies).toEqual([
      `leads[status][0][id]=${id}&leads[status][0][status_id]=142&leads[status][0][pipeline_id]=9621010&leads[status][0][old_status_id]=12345679&leads[status][0][old_pipeline_id]=9621010&account[id]=31361463&account[subdomain]=acme`,
    ]);
  });
});

describe('faults of the server', () => {
  test('reset_after carries the write out and gives no answer; reset_before does not', async () => {
    await using tried = await start();
    tried.kommo.faults.add({ kind: 'reset_after', times: 1, match: { method: 'POST' } });
    await expect(tried.send('POST', '/leads', [{ name: 'kept' }])).rejects.toThrow();
    expect(tried.kommo.deals().map(({ name }) => name)).toEqual(['kept']);
    tried.kommo.faults.add({ kind: 'reset_before', times: 1 });
    await expect(tried.send('POST', '/leads', [{ name: 'lost' }])).rejects.toThrow();
    expect(tried.kommo.deals()).toHaveLength(1);
    expect(tried.kommo.requests.all().map(({ status }) => status)).toEqual([null, null]);
    expect((await tried.get('/leads')).status).toBe(200);
  });

  test('an injected status is worded as Kommo would', async () => {
    await using tried = await start();
    tried.kommo.faults.add({ kind: 'status', status: 500, times: 1 });
    expect((await tried.get('/account')).body).toMatchObject({ title: 'ErrInternalServer', status: 500 });
    tried.kommo.faults.add({ kind: 'status', status: 504, body: 'html', applied: true, times: 1 });
    expect((await tried.send('POST', '/leads', [{}])).status).toBe(504);
    expect(tried.kommo.deals()).toHaveLength(1);
  });

  test('a hanging request ends with the simulator', async () => {
    const tried = await start();
    tried.kommo.faults.add({ kind: 'hang' });
    const hanging = tried.get('/account').catch(() => 'cut');
    await tried.kommo.waitFor(() => tried.kommo.requests.total === 1);
    await tried.kommo.close();
    expect(await hanging).toBe('cut');
  });

  test('a refused request uses no fault up', async () => {
    await using tried = await start();
    tried.kommo.faults.add({ kind: 'reset_before', times: 1 });
    tried.kommo.block();
    expect((await tried.get('/account')).status).toBe(403);
    tried.kommo.unblock();
    await expect(tried.get('/account')).rejects.toThrow();
  });
});

describe('controls', () => {
  test('tell what happens, who did it, and from where a deal came', async () => {
    await using tried = await start();
    const told: SimulatorEvent[] = [];
    const stop = tried.kommo.on((event) => void told.push(event));
    const { id } = tried.kommo.createDeal({ stageId: 12345678 });
    tried.kommo.moveDeal(id, 12345691, undefined, { userId: 8375358 });
    await tried.get('/account');
    stop();
    tried.kommo.deleteDeal(id);
    expect(told).toMatchObject([
      { kind: 'deal_added' },
      {
        kind: 'deal_moved',
        by: 8375358,
        fromStageId: 12345678,
        fromPipelineId: 9621010,
        deal: { pipeline: 'Renewals' },
      },
      { kind: 'call', call: { path: '/api/v4/account', status: 200 } },
    ]);
  });

  test('waitFor gives the value it waited for, and says what it waited for in vain', async () => {
    await using tried = await start();
    const { kommo } = tried;
    const { id } = kommo.createDeal({});
    const waiting = kommo.waitFor(() => kommo.notes(id)[0]);
    kommo.addNote(id, 'here');
    expect((await waiting).text).toBe('here');
    await expect(kommo.waitFor(() => false, { timeoutMs: 1, what: 'rain' })).rejects.toThrow(
      'Timed out after 1 ms, waiting for: rain',
    );
  });

  test('wrong names and ids are refused in words', async () => {
    await using tried = await start();
    const { kommo } = tried;
    expect(() => kommo.createDeal({ fields: { Color: 'red' } })).toThrow('no field "Color" for leads');
    expect(() => kommo.createDeal({ fields: { Plan: 'Gold' } })).toThrow('"Plan" cannot be set');
    expect(() => kommo.createDeal({ contactIds: [1] })).toThrow('no contacts 1');
    expect(() => kommo.moveDeal(1, 142)).toThrow('no leads 1');
    expect(() => kommo.stageId('Sales', 'Nowhere')).toThrow('no stage "Nowhere"');
  });

  test('two simulators share nothing', async () => {
    await using one = await start();
    await using other = await start();
    const { id } = one.kommo.createDeal({ id: 7, tags: ['x'], fields: { Segment: 'S' } });
    one.kommo.switches.fieldTextMax = 1;
    expect(other.kommo.deal(id)).toBeUndefined();
    const fields = { custom_fields_values: [{ field_id: 700101, values: [{ value: 'long' }] }] };
    expect((await other.send('POST', '/leads', [fields])).status).toBe(200);
    expect(errorsOf(await one.send('POST', '/leads', [fields]))).toHaveLength(1);
  });
});
test("a contact's new responsible user comes as one update with the old one", async () => {
  await using receiver = await startReceiver();
  await using tried = await start();
  const { kommo } = tried;
  const { id } = kommo.createContact({ name: 'Ann', responsibleUserId: 8375357 });
  kommo.addHook({ destination: receiver.url, settings: ['responsible_contact'] });
  kommo.updateContact(id, { name: 'Anna' });
  kommo.updateContact(id, { responsibleUserId: 8375358 });
  await kommo.waitFor(() => receiver.bodies.length > 0 && kommo.hooksPending() === 0);
  expect(receiver.bodies).toHaveLength(1);
  expect(receiver.bodies[0]).toContain('contacts[update][0][responsible_user_id]=8375358');
  expect(receiver.bodies[0]).toContain('contacts[update][0][old_responsible_user_id]=8375357');
});

describe('wrong clocks', () => {
  const now = 1_796_000_000;

  test('an integration writes ahead of time: deal and webhook follow it, the history does not', async () => {
    await using receiver = await startReceiver();
    await using tried = await start({ now: () => now * 1000 });
    const { kommo } = tried;
    const deal = kommo.createDeal({ createdAt: now - 86_400 * 400 });
    kommo.addHook({ destination: receiver.url, settings: ['status_lead'] });
    const stage = { status_id: 12_345_678, updated_at: now + 3600 };
    await tried.send('PATCH', `/leads/${deal.id}`, stage);
    await kommo.waitFor(() => kommo.hooksPending() === 0);
    expect((await tried.get(`/leads/${deal.id}`)).body).toMatchObject({
      created_at: now - 86_400 * 400,
      updated_at: now + 3600,
    });
    expect(receiver.bodies[0]).toContain(`[last_modified]=${now + 3600}`);
    expect(kommo.events().map(({ createdAt }) => createdAt)).toEqual([now, now]);
  });

  test('webhooks may be ahead of the API', async () => {
    await using receiver = await startReceiver();
    await using tried = await start({ now: () => now * 1000, switches: { hookClockSkewSec: 7 } });
    const { kommo } = tried;
    kommo.addHook({ destination: receiver.url, settings: ['add_lead'] });
    const deal = kommo.createDeal({});
    await kommo.waitFor(() => kommo.hooksPending() === 0);
    expect(receiver.bodies[0]).toContain(`[updated_at]=${now + 7}`);
    expect(deal.updatedAt).toBe(now);
  });
});

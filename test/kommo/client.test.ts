import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { type KommoSimulatorOptions, startKommoSimulator } from '../../simulators/kommo/index.ts';
import {
  createKommoClient,
  fieldValue,
  KommoLimits,
  type KommoReport,
  longLivedToken,
  readWebhook,
} from '../../src/kommo/index.ts';

/** A simulated account and a client of it; both end with the test. */
async function start(options: KommoSimulatorOptions = {}, requestsPerSecond = 1000, limits?: KommoLimits) {
  const kommo = await startKommoSimulator({ rateLimit: false, ...options });
  const client = createKommoClient({
    baseUrl: kommo.url,
    tokens: longLivedToken(() => kommo.token),
    requestsPerSecond,
    limits,
    quietUntilMs: 0,
  });
  return {
    kommo,
    client,
    async [Symbol.asyncDispose]() {
      await client.close();
      await kommo.close();
    },
  };
}

/** What Kommo's webhooks report, as they come in. */
async function startReceiver() {
  const reports: KommoReport[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    reports.push(...readWebhook(Buffer.concat(parts), request.headers['content-type']).reports);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    reports,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('reads', () => {
  test.each([false, true])('deals and their contacts, filters ignored: %s', async (ignoreFilters) => {
    await using account = await start({ switches: { ignoreFilters } });
    const { kommo, client } = account;
    const company = kommo.createCompany({ name: 'Acme' });
    const contact = kommo.createContact({
      firstName: 'Ann',
      email: ['ann@acme.example'],
      companyId: company.id,
    });
    const made = [1, 2, 3, 4].map((n) =>
      kommo.createDeal({ name: `Deal ${n}`, contactIds: [contact.id], companyId: company.id }),
    );
    const [first, second, third] = made;
    kommo.deleteDeal(third!.id);
    const deals = await client.deals([first!.id, second!.id, third!.id, 999_999_999]);
    expect([...deals.keys()].sort()).toEqual([first!.id, second!.id].sort());
    expect(deals.get(first!.id)).toMatchObject({
      name: 'Deal 1',
      stage: { pipelineId: first!.pipelineId, stageId: first!.stageId },
      contactIds: [contact.id],
      companyId: company.id,
    });
    const people = await client.contacts([contact.id]);
    expect(people.get(contact.id)).toMatchObject({ firstName: 'Ann', emails: ['ann@acme.example'] });
    expect((await client.companies([company.id])).get(company.id)?.name).toBe('Acme');
  });

  test('contacts by email', async () => {
    await using account = await start();
    const { kommo, client } = account;
    const ann = kommo.createContact({ name: 'Ann', email: 'Ann@acme.example' });
    kommo.createContact({ name: 'Joann', email: 'joann@acme.example' });
    const { contacts } = await client.searchContacts('ann@ACME.example');
    expect(contacts.map(({ id }) => id)).toEqual([ann.id]);
    expect((await client.searchContacts('nobody@acme.example')).contacts).toEqual([]);
  });

  test('the catalog', async () => {
    await using account = await start();
    const { kommo, client } = account;
    const catalog = await client.catalog();
    expect(catalog.account).toMatchObject({ id: kommo.account.id, timezone: kommo.account.timezone });
    const sales = catalog.pipelines.find(({ name }) => name === 'Sales');
    expect(sales?.id).toBe(kommo.pipelineId('Sales'));
    expect(sales?.stages.map(({ id }) => id)).toContain(142);
    expect(catalog.dealFields.find(({ name }) => name === 'email_status')?.type).toBe('select');
    expect(catalog.users.length).toBeGreaterThan(0);
  });

  test('moves from the events log, over several pages', async () => {
    await using account = await start({ switches: { eventsPageCap: 3 } });
    const { kommo, client } = account;
    const deal = kommo.createDeal({ name: 'Busy' });
    const other = kommo.createDeal({ name: 'Other' });
    kommo.moveDeal(other.id, 142);
    for (let i = 0; i < 5; i += 1) {
      kommo.moveDeal(deal.id, 143);
      kommo.moveDeal(deal.id, 142);
    }
    const moves = await client.dealMoves({ dealIds: [deal.id], from: deal.createdAt - 10 });
    expect(moves).toHaveLength(10);
    expect(new Set(moves.map(({ dealId }) => dealId))).toEqual(new Set([deal.id]));
    expect(await client.dealMoves({ from: deal.createdAt - 10 })).toHaveLength(11);
    expect(await client.dealCreations({ from: deal.createdAt - 10 })).toHaveLength(2);
  });
});

describe('writes', () => {
  test('notes, tasks and fields arrive, and can be read back', async () => {
    await using account = await start();
    const { kommo, client } = account;
    const deals = [kommo.createDeal({ name: 'One' }), kommo.createDeal({ name: 'Two' })];
    const ids = deals.map(({ id }) => id);
    const since = deals[0]!.createdAt - 10;
    const notes = ids.map((dealId, i) => ({ dealId, text: `note ${i}`, requestId: `n${i}` }));
    expect((await client.addNotes(notes)).size).toBe(2);
    expect((await client.notesOf(ids, since)).map(({ text }) => text).sort()).toEqual(['note 0', 'note 1']);
    const task = {
      dealId: ids[0]!,
      text: 'call',
      dueAt: since + 1e5,
      responsibleUserId: null,
      requestId: 't',
    };
    const taskId = (await client.addTasks([task])).get('t');
    expect(await client.tasksOf(ids, since)).toMatchObject([{ id: taskId, dealId: ids[0], text: 'call' }]);
    const definition = (await client.catalog()).dealFields.find(({ name }) => name === 'email_status')!;
    const bounced = fieldValue(definition, 'BOUNCED', 'UTC');
    if (!bounced.ok) throw new Error(bounced.error);
    const fields = [{ fieldId: definition.id, value: bounced.value }];
    await client.updateDeals([{ dealId: ids[1]!, fields, requestId: 'f' }]);
    expect(kommo.deal(ids[1]!)?.fields.email_status).toMatch(/bounced/i);
    await client.updateDeals([
      { dealId: ids[1]!, fields: [{ fieldId: definition.id, value: { clear: true } }], requestId: 'f' },
    ]);
    expect((await client.deals([ids[1]!])).get(ids[1]!)?.fields).toEqual([]);
  });

  test('a task is closed with its result, again without harm, and one that does not exist is named', async () => {
    await using account = await start();
    const { kommo, client } = account;
    const { id: dealId } = kommo.createDeal({});
    const task = { dealId, text: 'call', dueAt: 2_000_000_000, responsibleUserId: null, requestId: 't' };
    const taskId = (await client.addTasks([task])).get('t')!;
    const close = { dealId, taskId, text: 'Corrected', requestId: 'c' };
    expect((await client.closeTasks([close])).get('c')).toBe(taskId);
    await client.closeTasks([close]);
    expect(kommo.tasks(dealId)).toMatchObject([{ isCompleted: true, result: 'Corrected' }]);
    const error = await client.closeTasks([{ ...close, taskId: 999_999 }]).catch((thrown) => thrown);
    expect(error).toMatchObject({ failure: 'permanent', items: new Map([[0, 'Task not found']]) });
  });

  test('one invalid item is named, and nothing of its batch is written', async () => {
    await using account = await start();
    const { kommo, client } = account;
    const ids = [kommo.createDeal({}).id, kommo.createDeal({}).id];
    const definition = (await client.catalog()).dealFields.find(({ name }) => name === 'email_status')!;
    const set = (dealId: number, enumId: number, requestId: string) => ({
      dealId,
      fields: [{ fieldId: definition.id, value: { enumId } }],
      requestId,
    });
    const good = definition.options![0]!.id;
    const error = await client
      .updateDeals([set(ids[0]!, good, 'a'), set(ids[1]!, 123_456_789, 'b')])
      .catch((caught) => caught);
    expect(error).toMatchObject({ failure: 'permanent', status: 400, otherItems: 'not_done' });
    expect([...error.items.keys()]).toEqual([1]);
    expect(kommo.deal(ids[0]!)?.fields.email_status ?? null).toBeNull();
  });
});

describe('failures', () => {
  test('a revoked token asks to reconnect, a block to slow down', async () => {
    await using account = await start();
    const { kommo, client } = account;
    kommo.revokeToken();
    await expect(client.account()).rejects.toMatchObject({ failure: 'unauthorized', status: 401 });
    kommo.restoreToken();
    kommo.block();
    await expect(client.account()).rejects.toMatchObject({ failure: 'throttled', status: 403 });
  });

  test.each(['json', 'html'] as const)('a 429 (%s) pauses the client', async (tooManyRequestsBody) => {
    await using account = await start({
      rateLimit: { perSecond: 0, blockAfter: 100 },
      switches: { tooManyRequestsBody },
    });
    const { kommo, client } = account;
    await expect(client.account()).rejects.toMatchObject({ failure: 'throttled', status: 429 });
    await expect(client.account()).rejects.toMatchObject({ failure: 'throttled', status: 429 });
    expect(kommo.requests.total).toBe(1);
  });

  test('at 7 a second the limit is never hit, by all clients of the account together', async () => {
    const limits = new KommoLimits();
    await using account = await start({ rateLimit: { perSecond: 7, blockAfter: 1 } }, 7, limits);
    const { kommo, client } = account;
    const tokens = longLivedToken(() => kommo.token);
    const another = createKommoClient({
      ...{ baseUrl: kommo.url, tokens, limits, requestsPerSecond: 7, quietUntilMs: 0 },
    });
    const calls = [client, another].flatMap((one) => Array.from({ length: 11 }, () => one.account()));
    await Promise.all(calls);
    await another.close();
    expect(kommo.requests.maxInRollingSecond()).toBeLessThanOrEqual(7);
    expect(kommo.isBlocked).toBe(false);
  });
});

test('webhooks: a move is read as it was made', async () => {
  await using account = await start();
  await using receiver = await startReceiver();
  const { kommo, client } = account;
  await client.registerWebhook(receiver.url, ['status_lead', 'update_lead', 'add_lead', 'delete_lead']);
  expect(await client.webhooks()).toMatchObject([{ destination: receiver.url, disabled: false }]);
  const deal = kommo.createDeal({ name: 'Watched' });
  kommo.moveDeal(deal.id, 142);
  kommo.deleteDeal(deal.id);
  await kommo.waitFor(() => receiver.reports.some(({ kind }) => kind === 'deal_deleted'));
  const stages = { pipelineId: deal.pipelineId, stageId: 142, fromStageId: deal.stageId };
  expect(receiver.reports).toContainEqual(
    expect.objectContaining({ kind: 'moved', dealId: deal.id, ...stages }),
  );
  expect(receiver.reports).toContainEqual(expect.objectContaining({ kind: 'created', dealId: deal.id }));
});

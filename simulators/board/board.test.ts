import { expect, onTestFinished, test } from 'vitest';
import { startCustomerioSimulator } from '../customerio/index.ts';
import { startKommoSimulator } from '../kommo/index.ts';
import { startBoard } from './index.ts';

async function board() {
  const kommo = await startKommoSimulator();
  const customerio = await startCustomerioSimulator();
  const { url, close } = await startBoard({ kommo, customerio, host: '127.0.0.1', port: 0 });
  onTestFinished(async () => void (await Promise.all([close(), kommo.close(), customerio.close()])));
  const show = async (path: string) => await (await fetch(url + path)).text();
  const act = (
    action: string,
    fields: Record<string, string | number>,
    headers: Record<string, string> = {},
  ) => {
    const body = new URLSearchParams(fields as Record<string, string>);
    return fetch(`${url}/act/${action}`, { method: 'POST', body, headers, redirect: 'manual' });
  };
  const { siteId, apiKey } = customerio.credentials;
  const authorization = `Basic ${Buffer.from(`${siteId}:${apiKey}`).toString('base64')}`;
  const track = (method: string, path: string, body: object) =>
    fetch(customerio.url + path, { method, headers: { authorization }, body: JSON.stringify(body) });
  return { kommo, customerio, url, show, act, track };
}

test('a deal is created, moved and shown with its notes, tasks and fields', async () => {
  const { kommo, show, act } = await board();
  const pipeline = kommo.pipelineId('Sales');
  await act('create-deal', { name: 'Ann Lee', email: 'ann@client.example', price: 900, pipeline });
  const [deal] = kommo.deals();
  const stage = kommo.stageId('Sales', 'Closed - won');
  const answer = await act('move', { deal: deal!.id, place: `${pipeline}/${stage}`, back: '/?pipeline=1' });
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/?pipeline=1']);
  await act('add-note', { deal: deal!.id, text: 'Called her' });
  await act('set-field', { deal: deal!.id, field: 'Plan', value: 'Pro' });
  expect(kommo.deal(deal!.id)).toMatchObject({ stage: 'Closed - won', price: 900, fields: { Plan: 'Pro' } });
  expect(await show('/')).toContain('ann@client.example');
  expect(await show(`/deals/${deal!.id}`)).toMatch(/<th>Plan<\/th><td>Pro<\/td>[\s\S]*Called her/);
});

test('an incoming lead is accepted, and cannot be the target of a move', async () => {
  const { kommo, show, act } = await board();
  await act('create-incoming', { name: 'Web form', pipeline: kommo.pipelineId('Sales') });
  const [incoming] = kommo.incomingLeads();
  expect(await show('/')).toContain('Accept');
  await act('accept', { uid: incoming!.uid });
  expect(kommo.incomingLeads()).toEqual([]);
  expect((await act('move', { deal: incoming!.dealId, place: '' })).status).toBe(409);
});

test('an email is opened and clicked, and its person unsubscribes', async () => {
  const { customerio, show, act, track } = await board();
  await track('PUT', '/api/v1/customers/ann%40client.example', { first_name: 'Ann' });
  await track('POST', '/api/v1/customers/ann%40client.example/events', { name: 'deal_won' });
  const [mail] = customerio.mailbox('ann@client.example');
  await act('mail-open', { delivery: mail!.deliveryId });
  await act('mail-click', { delivery: mail!.deliveryId });
  const { cioId } = customerio.person('ann@client.example')!;
  await act('unsubscribe', { person: `cio_${cioId}` });
  expect(Object.keys(mail!.metrics)).toEqual(expect.arrayContaining(['opened', 'clicked']));
  expect(await show('/people')).toMatch(/ann@client\.example <span class="quiet">unsubscribed/);
});

test('the calls are shown with what was sent and answered', async () => {
  const { kommo, show } = await board();
  const headers = { authorization: `Bearer ${kommo.token}`, 'content-type': 'application/json' };
  await fetch(`${kommo.url}/api/v4/leads?a=1`, { method: 'POST', headers, body: '[{"name":"<b>Ann</b>"}]' });
  await fetch(`${kommo.url}/api/v4/account`);
  const page = await show('/calls');
  expect(page).toContain('POST /api/v4/leads?a=1');
  expect(page).toContain('[{&quot;name&quot;:&quot;&lt;b&gt;Ann&lt;/b&gt;&quot;}]');
  expect(page).toContain('Invalid user name or password');
});

test('names of strangers are shown and never obeyed', async () => {
  const { kommo, show } = await board();
  const { id } = kommo.createDeal({ name: '<script>alert(1)</script>' });
  for (const path of ['/', `/deals/${id}`]) expect(await show(path)).not.toContain('<script>alert');
});

test('what a simulator refuses is shown in its words', async () => {
  const { kommo, act } = await board();
  const { id } = kommo.createDeal({ name: 'Ann' });
  const answer = await act('set-field', { deal: id, field: 'Plan', value: 'Platinum' });
  expect(answer.status).toBe(409);
  expect(await answer.text()).toMatch(/class="refusal".*not a valid choice/);
});

test.each([
  ['origin', 'https://evil.example'],
  ['sec-fetch-site', 'cross-site'],
])('a form of another page is refused by its %s', async (name, value) => {
  const { kommo, act } = await board();
  const { id } = kommo.createDeal({ name: 'Ann' });
  expect((await act('delete', { deal: id }, { [name]: value })).status).toBe(403);
  expect(kommo.deal(id)!.isDeleted).toBe(false);
});

test('a way back that leads to another site leads to the deals', async () => {
  const { kommo, act } = await board();
  const { id } = kommo.createDeal({ name: 'Ann' });
  const answer = await act('delete', { deal: id, back: '//evil.example' });
  expect(answer.headers.get('location')).toBe('/');
});

test('an open page hears of changes', async () => {
  const { kommo, url } = await board();
  const reader = (await fetch(`${url}/changes`)).body!.pipeThrough(new TextDecoderStream()).getReader();
  await reader.read();
  kommo.createDeal({ name: 'Ann' });
  expect((await reader.read()).value).toContain('data: changed');
});

test('an authorization code is issued, and a client gets its token by it', async () => {
  const { kommo, show, act } = await board();
  await act('issue-code', {});
  const code = /Authorization code<\/th><td><code>([^<]+)/.exec(await show('/access'))?.[1];
  const { clientId: client_id, clientSecret: client_secret, redirectUri: redirect_uri } = kommo.oauth;
  const body = JSON.stringify({
    client_id,
    client_secret,
    redirect_uri,
    code,
    grant_type: 'authorization_code',
  });
  expect((await fetch(`${kommo.url}/oauth2/access_token`, { method: 'POST', body })).status).toBe(200);
});

test.each([
  ['kommo-token', 401],
  ['kommo-blocked', 403],
  ['kommo-unpaid', 402],
  ['kommo-away', 503],
  ['kommo-limit', 429],
])('%s is broken and repaired', async (fault, status) => {
  const { kommo, show, act } = await board();
  const call = async () =>
    (await fetch(`${kommo.url}/api/v4/account`, { headers: { authorization: `Bearer ${kommo.token}` } }))
      .status;
  await act('break', { fault });
  expect([await call(), (await show('/access')).includes('Repair')]).toEqual([status, true]);
  await act('repair', { fault });
  expect([await call(), (await show('/access')).includes('Repair')]).toEqual([200, false]);
});

test.each([
  ['customerio-keys', 401],
  ['customerio-away', 503],
])('%s is broken and repaired', async (fault, status) => {
  const { act, track } = await board();
  const call = async () => (await track('PUT', '/api/v1/customers/1', {})).status;
  await act('break', { fault });
  expect(await call()).toBe(status);
  await act('repair', { fault });
  expect(await call()).toBe(200);
});

test('a second trouble of the account takes the place of the first', async () => {
  const { show, act } = await board();
  await act('break', { fault: 'kommo-unpaid' });
  await act('break', { fault: 'kommo-away' });
  expect((await show('/access')).match(/Repair/g)).toHaveLength(1);
});

test('a receiver of each side is added, shown and removed; what is no address is refused', async () => {
  const { kommo, customerio, show, act } = await board();
  await act('add-hook', { url: 'http://127.0.0.1:9/kommo' });
  await act('add-report-hook', { url: 'http://127.0.0.1:9/reports' });
  expect(await show('/access')).toMatch(/127\.0\.0\.1:9\/kommo[\s\S]*127\.0\.0\.1:9\/reports/);
  await act('remove-hook', { url: 'http://127.0.0.1:9/kommo' });
  await act('remove-report-hook', { webhook: customerio.reportingWebhooks()[0]!.id });
  expect([kommo.hooks(), customerio.reportingWebhooks()]).toEqual([[], []]);
  expect((await act('add-hook', { url: 'javascript:alert(1)' })).status).toBe(409);
});

test('a deal shows its list elements and its calls', async () => {
  const { kommo, show } = await board();
  const contact = kommo.createContact({ name: 'Ann', phone: '8305803077' }).id;
  const deal = kommo.createDeal({ contactIds: [contact] }).id;
  const pen = kommo.createCatalogElement(4521, { name: 'Pen' }).id;
  const post = (path: string, body: object) =>
    fetch(`${kommo.url}/api/v4${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${kommo.token}` },
      body: JSON.stringify([body]),
    });
  const metadata = { catalog_id: 4521, quantity: 3 };
  await post(`/leads/${deal}/link`, { to_entity_id: pen, to_entity_type: 'catalog_elements', metadata });
  await post('/calls', { direction: 'inbound', duration: 65, source: 'PBX', phone: '8305803077' });
  expect(await show(`/deals/${deal}`)).toMatch(/3 × Pen[\s\S]*Call from 8305803077, 65 s, by PBX/);
});
